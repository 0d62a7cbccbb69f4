# SPDX-License-Identifier: LGPL-2.1-or-later
"""What other tracers cost on the same loops, in ns per call, and how many times dearer they are.

The program calls makes them, alone on the last CPU, while a tracer that follows it alone has the other ones. A round is
nothing - recorded - each of the tracers; a figure is the median of the overheads over nothing, of the rounds whose
"nothing" is near the best seen for its loop.
"""

import statistics
import sys

from rounds import NOTHING_TOLERANCE
from stand import BUILD, Stand

ROUNDS = 5
PACKAGES = ["linux-perf", "strace"]
LOOPS = {"getppid": "getppid", "openat": "openat, path of 60 bytes", "read": "read of 64 bytes"}
# Calls of a batch, of which twelve are made: about a second a loop with the slowest.
BATCH = {"nothing": 2000, "recorded": 2000, "perf record": 2000, "perf trace": 1000, "strace -f": 500}
# A mount namespace of its own, for perf wants tracefs, and not every machine has it mounted.
WITH_TRACEFS = ["unshare", "--mount", "sh", "-c",
                'mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing; exec "$@"', "sh"]


def tracers(world):
    """{name: the command that runs what follows it, traced}."""
    scratch = world.scratch
    return {"perf record": [*WITH_TRACEFS, "perf", "record", "--quiet", "--overwrite", f"--output={scratch}/perf.data",
                            "-e", "raw_syscalls:sys_enter", "-e", "raw_syscalls:sys_exit", "--"],
            "perf trace": [*WITH_TRACEFS, "perf", "trace", f"--output={scratch}/perf-trace", "--"],
            "strace -f": ["strace", "-f", f"--output={scratch}/strace"]}


def loop_times(world, name, tracer):
    """Return {loop: ns per call} of the program under a tracer."""
    command = [*tracer, BUILD / "tests/bench/calls", BATCH[name], *LOOPS]
    output, status = world.output_of(world.own, command, stderr=open(world.scratch / "errors", "w"))
    times = output.split()
    if status != 0 or len(times) != len(LOOPS):
        sys.stderr.write((world.scratch / "errors").read_text())
        sys.exit(f"run: {name} failed with status {status}")
    return dict(zip(LOOPS, map(float, times)))


def make_rows(rounds):
    for loop in LOOPS:
        best = min(r["nothing"][loop] for r in rounds)
        accepted = [r for r in rounds if r["nothing"][loop] <= best * NOTHING_TOLERANCE]
        nothing = statistics.median(r["nothing"][loop] for r in accepted)
        over = {name: statistics.median(r[name][loop] - r["nothing"][loop] for r in accepted) for name in BATCH}
        for name in BATCH:
            yield {"loop": loop, "case": name, "ns_per_call": round(nothing + over[name], 1),
                   "ns_over_nothing": round(over[name], 1),
                   "times_recorded": round(over[name] / over["recorded"], 1) if name != "nothing" else None,
                   "rounds_accepted": len(accepted), "rounds": len(rounds)}


def measure(world, rounds):
    peers = tracers(world)
    measured = []
    with Stand(world) as stand:
        for _ in range(rounds):
            times = {}
            for name in BATCH:
                stand.ask("recorded" if name == "recorded" else "nothing")
                times[name] = loop_times(world, name, peers.get(name, []))
            measured.append(times)
    return {"rows": list(make_rows(measured)), "limits": []}


def show(report):
    print(f"{'ns per call':<14} {'in all':>9} {'over nothing':>14} {'times recording':>16} rounds accepted")
    loop = None
    for row in report["rows"]:
        if row["loop"] != loop:
            loop = row["loop"]
            print(LOOPS[loop])
        over = "" if row["case"] == "nothing" else f"{row['ns_over_nothing']:+14.1f} {row['times_recorded']:16.1f}"
        print(f"  {row['case']:<12} {row['ns_per_call']:9.1f} {over:31} {row['rounds_accepted']:6} of {row['rounds']}")
