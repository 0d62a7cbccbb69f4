# SPDX-License-Identifier: LGPL-2.1-or-later
"""What all sections measure with: the build, cgroups of our own, and the program bench as a process that is asked.

Nothing outlives it: every process that a section starts is in the cgroups made here, which are emptied and removed when
the section is through, also after SIGINT and SIGTERM.
"""

import contextlib
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / ".build/gcc"
SLAB = ("4194304", "1")  # bytes and number of values: no other map has such, see bpf/record.h
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def build():
    steps = [["ninja", "-C", BUILD]]
    if not (BUILD / "build.ninja").exists():
        steps.insert(0, ["meson", "setup", "--prefix=/usr", "-Dbuildtype=debugoptimized", BUILD, TOP])
    for step in steps:
        done = subprocess.run(step, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            sys.stderr.buffer.write(done.stdout)
            sys.exit(f"run: cannot build in {BUILD}")


def cgroup2_mount():
    with open("/proc/self/mountinfo") as f:
        for fields in map(str.split, f):
            if fields[fields.index("-") + 1] == "cgroup2":
                return fields[4]
    sys.exit("run: no cgroup2 is mounted")


@contextlib.contextmanager
def signals_held():
    """What must be done whole: a signal that comes meanwhile is taken afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def empty_cgroup(cgroup):
    """Kill what is in the cgroup and below, and wait for its end."""
    with open(cgroup / "cgroup.events") as events:
        poll = select.poll()
        poll.register(events, select.POLLPRI)
        (cgroup / "cgroup.kill").write_text("1")
        while "populated 1" in events.read():
            poll.poll()
            events.seek(0)


def remove_below(cgroup):
    for directory, names, _ in os.walk(cgroup, topdown=False):
        for name in names:
            os.rmdir(os.path.join(directory, name))


def kernel_memory(pid):
    """Return (rings, all else): bytes of the BPF maps that a process holds, as the kernel counts them."""
    rings, others = {}, {}
    for path in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir():
        fields = dict(line.split(":\t", 1) for line in path.read_text().splitlines() if ":\t" in line)
        if "map_id" in fields:
            is_slab = (fields["value_size"], fields["max_entries"]) == SLAB
            (rings if is_slab else others)[fields["map_id"]] = int(fields["memlock"])
    return sum(rings.values()), sum(others.values())


class World:
    """The cgroup that is measured, another one, where nobody of those is, and a directory for files."""

    def __init__(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="traceloop-bench.", dir=cgroup2_mount()))
        self.own, self.other, self.helpers = (self.top / name for name in ("own", "other", "helpers"))
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="traceloop-bench."))
        for cgroup in (self.own, self.other, self.helpers):
            cgroup.mkdir()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with signals_held():
            empty_cgroup(self.top)
            remove_below(self.top)
            self.top.rmdir()
            shutil.rmtree(self.scratch)

    def make_units(self, n):
        for i in range(n):
            (self.other / str(i)).mkdir()

    def remove_units(self):
        with signals_held():
            empty_cgroup(self.other)
            remove_below(self.other)

    def popen(self, cgroup, command, **popen):
        """Start a command in a cgroup from its first instruction on."""
        popen = {"stdin": subprocess.DEVNULL} | popen
        return subprocess.Popen([str(word) for word in command],
                                preexec_fn=lambda: (cgroup / "cgroup.procs").write_text("0"), **popen)

    def output_of(self, cgroup, command, **popen):
        """Return (what it wrote to its standard output, its status)."""
        process = self.popen(cgroup, command, stdout=subprocess.PIPE, text=True, **popen)
        return process.communicate()[0], process.returncode


class Stand:
    """A running bench. What it attaches is gone with it."""

    def __init__(self, world, **options):
        self.process = world.popen(world.helpers, [BUILD / "tests/bench/bench", world.own, world.other,
                                                   *(f"{name}={value}" for name, value in options.items())],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def answer(self, *words):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(" ".join(words) + "\n")
        answer = self.process.stdout.readline().split()
        if not answer:
            sys.exit("run: the measurement failed")
        return answer

    def memory(self):
        """Bytes of all rings by the recorder's books."""
        return int(self.answer("memory")[0])

    def decode(self):
        """Return (calls, ns for a snapshot, ns to make text of it, bytes of text) of our ring, which is recorded."""
        return tuple(map(int, self.answer("decode")))

    def save(self, file, times):
        """Write what our ring holds to a file, so many times over. Return its calls."""
        return int(self.answer("save", str(file), str(times))[0])

    def ask(self, state, *loops):
        """Have it enter a state and time loops in it. Return (programs of others, {loop: ns per call})."""
        answer = self.answer(state, *loops)
        return int(answer[0]), {loop: float(time) for loop, time in zip(loops, answer[1:]) if time != "-"}
