# SPDX-License-Identifier: LGPL-2.1-or-later
"""What recording costs a system call, in ns, against an empty pair of programs on the same tracepoints.

The loops: getppid(2), which does nothing; openat(2) of a path of 60 bytes, refused for its flags, as a lookup would
vary by more than is measured; read(2) of 64 bytes of /dev/zero, all of them captured, or none (StringSize=0); and
getppid(2) by two processes of one recorded cgroup on two CPUs at once, of which one is timed. "Filtered" is a recorded
process whose filter (Calls=) names five other calls, "no durations" one whose calls have the clock of their end alone
(Durations=no), "fall-back" one whose threads are told apart by their pids.

Where the kernel puts a program's code makes a difference of some ns, so the programs are loaded anew several times.
"""

from rounds import best_nothing, limit, make_row, measure_round, show_limits, why_none
from stand import Stand

ROUNDS = 100
ROUNDS_EACH_LOAD = 10
PACKAGES = []
LOOPS = {"getppid": "getppid", "openat": "openat, path of 60 bytes", "read": "read of 64 bytes",
         "getppid-two-cpus": "getppid on two CPUs"}
# State: (as a case, loops). Being rejected costs all calls the same, so one loop is enough.
VARIANTS = {"unrecorded": ("unrecorded", ["getppid"]),
            "recorded": ("recorded", list(LOOPS)),
            "plain": ("no payload", ["read"]),
            "no-durations": ("no durations", ["getppid"]),
            "filtered": ("filtered", ["getppid"]),
            "fallback": ("fall-back", ["getppid"])}
# Of overheads over nothing, to that of the empty pair.
LIMITS = {("getppid", "unrecorded"): 1.05, ("getppid", "recorded"): 1.80, ("openat", "recorded"): 2.7,
          ("read", "recorded"): 2.9, ("read", "no payload"): 1.85,
          ("getppid", "no durations"): 1.65, ("getppid", "filtered"): 1.15}
# Of what recording adds to the empty pair on two CPUs, to what it adds on one.
TWO_CPUS_LIMIT = 1.10


def make_rows(measured):
    """measured is {loop: {case: [Round]}}."""
    for loop in LOOPS:
        cases = measured[loop]
        rounds = [r for each in cases.values() for r in each]
        best = best_nothing(rounds)
        accepted = [r for r in rounds if r.counts(best)]
        yield {"loop": loop} | make_row("nothing", rounds, accepted, lambda r: r.nothing)
        yield {"loop": loop} | make_row("empty pair", rounds, accepted, lambda r: r.empty())
        for case, each in cases.items():
            yield {"loop": loop} | make_row(case, each, [r for r in each if r.counts(best)])


def make_limits(rows):
    by_name = {(row["loop"], row["case"]): row for row in rows}
    for (loop, case), at_most in LIMITS.items():
        yield limit(f"{LOOPS[loop]}: {case}", by_name[loop, case]["ratio_to_empty_pair"], at_most)
    one, two = (by_name[loop, "recorded"]["ns_over_empty_pair"] for loop in ("getppid", "getppid-two-cpus"))
    yield limit("getppid: recorded on two CPUs, to that on one", round(two / one, 3) if one and two else None,
                TWO_CPUS_LIMIT)


def measure_all(stand, measured):
    for state, (case, loops) in VARIANTS.items():
        for loop, each in measure_round(stand, state, loops).items():
            measured[loop][case].append(each)


def measure(world, rounds):
    measured = {loop: {case: [] for case, loops in VARIANTS.values() if loop in loops} for loop in LOOPS}
    for done in range(0, rounds, ROUNDS_EACH_LOAD):
        with Stand(world) as stand:
            for _ in range(min(ROUNDS_EACH_LOAD, rounds - done)):
                measure_all(stand, measured)
    rows = list(make_rows(measured))
    return {"rows": rows, "limits": list(make_limits(rows))}


def show_row(row):
    if reason := why_none(row):
        print(f"  {row['case']:<12} n/a: {reason}")
        return
    overheads = "" if row["case"] == "nothing" else \
        f"{row['ns_over_nothing']:+14.1f} {row['ns_over_empty_pair']:+17.1f} {row['ratio_to_empty_pair']:6.2f}"
    print(f"  {row['case']:<12} {row['ns_per_call']:9.1f} {overheads:39} {row['rounds_accepted']:6} of {row['rounds']}")


def show(report):
    print("The ratio is of overheads over nothing, to that of the empty pair.\n\n"
          f"{'ns per call':<14} {'in all':>9} {'over nothing':>14} {'over empty pair':>17} {'ratio':>6} rounds accepted")
    loop = None
    for row in report["rows"]:
        if row["loop"] != loop:
            loop = row["loop"]
            print(LOOPS[loop])
        show_row(row)
    print("\nratio within its limit")
    show_limits(report["limits"])
