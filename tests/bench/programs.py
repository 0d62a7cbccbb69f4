# SPDX-License-Identifier: LGPL-2.1-or-later
"""What programs that people run do in a second, recorded and not, and under other tracers.

sysbench reads files of 16 KiB blocks in order, out of the page cache; find(1) walks /usr; /bin/true is run again and
again; redis answers the requests of 20 clients over a socket in the file system. Each is on the last CPU, so that a
tracer and those clients, who are not traced, have the other ones, and at nice -20, so that nobody else has it.

A round is each program in each case, one after the other; the tracers are in the first rounds only, for they take most
of the time. A figure is the median of the rounds' ratios to the program's throughput in the same round with nothing
attached. Beside it is the ratio of the best round of each, which differs from it where the machine does something else.
"""

import contextlib
import os
import re
import statistics
import subprocess
import sys

from peers import PACKAGES as TRACERS
from peers import tracers
from stand import BUILD, Stand

ROUNDS = 6
ROUNDS_TRACED = 2
PACKAGES = [*TRACERS, "sysbench", "redis-tools"]
CASES = ["nothing", "empty pair", "unrecorded", "recorded", "perf trace", "strace -f"]
STATES = {"empty pair": "empty", "unrecorded": "unrecorded", "recorded": "recorded"}
TIMEOUT_SEC = 120
SPAWN = BUILD / "tests/bench/spawn"
SYSBENCH = ["sysbench", "fileio", "--file-num=4", "--file-total-size=64M", "--file-block-size=16384",
            "--file-test-mode=seqrd", "--time=1"]
# A second or so for each, however dear a call is.
REQUESTS = {"perf trace": 20000, "strace -f": 8000}
FINDS = {"perf trace": 1, "strace -f": 1}
RUNS = {"perf trace": 100, "strace -f": 100}


class Case:
    def __init__(self, world, name):
        self.world, self.name = world, name
        self.tracer = tracers(world).get(name, [])

    def command(self, *command):
        """What runs the command on a CPU of its own, traced if the case is about that."""
        last = max(os.sched_getaffinity(0))
        return [*self.tracer, "nice", "--adjustment=-20", "taskset", "--cpu-list", last, *command]

    def fail(self, program, output):
        sys.stderr.write((self.world.scratch / "errors").read_text() + output)
        sys.exit(f"run: {program} failed ({self.name})")

    def errors(self):
        return open(self.world.scratch / "errors", "w")

    def number(self, pattern, *command):
        """Run it to its end and return the number that it prints."""
        process = self.world.popen(self.world.own, self.command(*command), stdout=subprocess.PIPE, text=True,
                                   stderr=self.errors(), cwd=self.world.scratch)
        output, _ = process.communicate(timeout=TIMEOUT_SEC)
        found = re.search(pattern, output)
        if process.returncode != 0 or not found:
            self.fail(command[0], output)
        return float(found[1])


def sysbench(case):
    return case.number(r"reads/s: +([\d.]+)", *SYSBENCH, "run")


def find(case):
    return case.number(r"([\d.]+)", SPAWN, FINDS.get(case.name, 3), "find", "/usr", "-xdev")


def fork_exec(case):
    return case.number(r"([\d.]+)", SPAWN, RUNS.get(case.name, 500), "/bin/true")


@contextlib.contextmanager
def redis_server(case):
    """Yield the server's socket when it answers. The program looks at its name, which on Debian is that of another."""
    socket = case.world.scratch / "redis"
    command = case.command("bash", "-c", 'exec -a redis-server redis-check-rdb "$@"', "bash", "--port", 0, "--save", "",
                           "--unixsocket", socket, "--dir", case.world.scratch)
    with case.world.popen(case.world.own, command, stdout=subprocess.PIPE, text=True, stderr=case.errors()) as server:
        try:
            if not any("eady to accept" in line for line in server.stdout):
                case.fail("redis-server", "")
            yield socket
        finally:
            subprocess.run(["redis-cli", "-s", socket, "shutdown", "nosave"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=TIMEOUT_SEC)


def redis(case):
    with redis_server(case) as socket:
        output, status = case.world.output_of(case.world.helpers, ["redis-benchmark", "-s", socket, "-c", 20, "-n",
                                              REQUESTS.get(case.name, 100000), "-t", "get", "--csv"])
    found = re.search(r'^"GET","([\d.]+)"', output, re.M)
    if status != 0 or not found:
        case.fail("redis-benchmark", output)
    return float(found[1])


PROGRAMS = {"sysbench fileio": ("reads/s", sysbench), "find /usr": ("runs/s", find),
            "fork and exec": ("runs/s", fork_exec), "redis": ("requests/s", redis)}


def make_rows(measured):
    """measured is [{program: {case: throughput}}]."""
    for program, (what, _) in PROGRAMS.items():
        rounds = [each[program] for each in measured]
        best = max(each["nothing"] for each in rounds)
        for name in CASES:
            having = [each for each in rounds if name in each]
            yield {"program": program, "what": what, "case": name, "rounds": len(having),
                   "throughput": round(statistics.median(each[name] for each in having), 1),
                   "ratio_to_nothing": round(statistics.median(each[name] / each["nothing"] for each in having), 3),
                   "ratio_of_best": round(max(each[name] for each in having) / best, 3)}


def measure_round(stand, cases):
    throughput = {program: {} for program in PROGRAMS}
    for program, (_, run) in PROGRAMS.items():
        for case in cases:
            stand.ask(STATES.get(case.name, "nothing"))
            throughput[program][case.name] = run(case)
    return throughput


def measure(world, rounds):
    cases = [Case(world, name) for name in CASES]
    untraced = [case for case in cases if not case.tracer]
    world.output_of(world.own, [*SYSBENCH, "prepare"], cwd=world.scratch)
    with Stand(world) as stand:
        measured = [measure_round(stand, cases if i < ROUNDS_TRACED else untraced) for i in range(rounds)]
    return {"rows": list(make_rows(measured)), "limits": []}


def show(report):
    print(f"{'':<14} {'throughput':>21} {'of nothing':>11} {'best to best':>13}   rounds")
    program = None
    for row in report["rows"]:
        if row["program"] != program:
            program = row["program"]
            print(f"{program}, {row['what']}")
        print(f"  {row['case']:<12} {row['throughput']:21.1f} {row['ratio_to_nothing']:11.1%} {row['ratio_of_best']:13.1%}"
              f"   {row['rounds']:6}")
