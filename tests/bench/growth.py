# SPDX-License-Identifier: LGPL-2.1-or-later
"""How the cost of a recorded call grows with the units recorded, the threads of a unit, and the size of the ring.

In ns of getppid(2), or of read(2) with 64 bytes of payload for the rings. "One calls": the others exist and are blocked.
"In turn": each makes twenty calls and is then blocked while all others make theirs, so that what the recorder keeps for
a thread or a unit is not in a cache any more when it is its turn again. A thousand threads pay for that with nothing
attached, too; the empty pair beside it tells.
"""

from rounds import best_nothing, make_row, measure_round, why_none
from stand import Stand

ROUNDS = 10
PACKAGES = []
KIB, MIB = 1 << 10, 1 << 20
UNITS = [1, 10, 100, 1000]
THREADS = [1, 100, 10000]
RINGS = [64 * KIB, 256 * KIB, MIB, 4 * MIB, 16 * MIB, 64 * MIB]
# So many threads and processes evict each other from the caches a little differently every time.
TOLERANCE = 3.0


def size_name(size):
    return f"{size // MIB} MiB" if size >= MIB else f"{size // KIB} KiB"


def cases():
    """(what grows, how many as a text, units beside our own, options of the stand, loops)"""
    for n in UNITS:
        yield "units recorded, one calls", str(n), n - 1, {}, ["getppid"]
    for n in UNITS:
        yield "units recorded, in turn", str(n), n, {"processes": n}, ["crowd"]
    for n in THREADS:
        yield "threads of the unit, one calls", str(n), 0, {"threads": n - 1}, ["getppid"]
    for n in THREADS:
        yield "threads of the unit, in turn", str(n), 0, {"threads": n}, ["crowd"]
    for size in RINGS:
        yield "bytes of the ring", size_name(size), 0, {"ring": size}, ["getppid", "read"]


def measure_case(world, rounds, units, options, loops):
    world.make_units(units)
    with Stand(world, units=units, **options) as stand:
        measured = [measure_round(stand, "recorded", loops) for _ in range(rounds)]
    world.remove_units()
    for loop in loops:
        each = [r[loop] for r in measured]
        best = best_nothing(each)
        yield loop, make_row("recorded", each, [r for r in each if r.counts(best, TOLERANCE)])


def measure(world, rounds):
    rows = []
    for what, n, units, options, loops in cases():
        for loop, row in measure_case(world, rounds, units, options, loops):
            rows.append({"grows": what, "to": n, "loop": "read" if loop == "read" else "getppid"} | row)
    return {"rows": rows, "limits": []}


def show(report):
    print(f"{'ns per call':<28} {'in all':>9} {'over nothing':>14} {'over empty pair':>17} {'ratio':>6} rounds accepted")
    grows = None
    for row in report["rows"]:
        if row["grows"] != grows:
            grows = row["grows"]
            print(grows)
        name = f"  {row['to']:<8} {row['loop']:<8} "
        if reason := why_none(row):
            print(f"{name} n/a: {reason}")
            continue
        print(f"{name:<28} {row['ns_per_call']:9.1f} {row['ns_over_nothing']:+14.1f} {row['ns_over_empty_pair']:+17.1f} "
              f"{row['ratio_to_empty_pair']:6.2f} {row['rounds_accepted']:6} of {row['rounds']}")
