# SPDX-License-Identifier: LGPL-2.1-or-later
"""For what is measured inside a machine of tests/machine/boot, where traceloopd runs as a service."""

import json
import os
import pathlib
import re
import select
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
CONFIGURATION = pathlib.Path("/run/traceloop/traceloopd.conf.d/50-bench.conf")
SERVICE = "traceloopd.service"


def in_machine(script, world, build):
    """Run a script of this directory in a machine of its own, and return the object that it prints."""
    output, status = world.output_of(world.helpers, [TOP / "tests/machine/boot", "--build", build, "--",
                                                     TOP / "tests/bench" / script])
    if status != 0:
        sys.exit(f"run: {script} failed with status {status}")
    return json.loads(output)


def run(*command):
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                          check=True).stdout


def property_of(unit, name):
    return run("systemctl", "show", f"--property={name}", "--value", unit).strip()


def daemon_pid():
    return int(property_of(SERVICE, "MainPID"))


def configure(text):
    """Give the daemon a configuration and start it anew: the size of its memory counts from the start only."""
    CONFIGURATION.parent.mkdir(parents=True, exist_ok=True)
    CONFIGURATION.write_text(text)
    run("systemctl", "restart", SERVICE)


def cpu_usec():
    """What the daemon and its helper have used of the CPUs so far."""
    path = pathlib.Path(f"/sys/fs/cgroup{property_of(SERVICE, 'ControlGroup')}/cpu.stat")
    return int(re.search(r"^usage_usec (\d+)", path.read_text(), re.M)[1])


def status_kib(pid, field):
    return int(re.search(rf"^{field}:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M)[1])


def links(pid):
    """BPF programs that a process has attached."""
    directory = f"/proc/{pid}/fd"
    return sum("bpf_link" in os.readlink(f"{directory}/{fd}") for fd in os.listdir(directory))


def idle_for(seconds):
    """Do nothing: what is measured is what others do meanwhile."""
    select.select([], [], [], seconds)


def recordings():
    """[(unit, complete from its first call on?, bytes of memory)] and so on, as the bus has them."""
    return json.loads(run("busctl", "--json=short", "call", "org.traceloop1", "/org/traceloop1", "org.traceloop1.Manager",
                          "ListRecordings"))["data"][0]


def manager_property(name):
    return json.loads(run("busctl", "--json=short", "get-property", "org.traceloop1", "/org/traceloop1",
                          "org.traceloop1.Manager", name))["data"]
