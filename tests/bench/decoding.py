# SPDX-License-Identifier: LGPL-2.1-or-later
"""How fast what was recorded is read and turned into text.

A ring of 4 MiB, full of one kind of call: a snapshot of it, as a dump takes it, and all of its lines.
"""

import statistics

from stand import Stand

ROUNDS = 10
PACKAGES = []
LOOPS = {"getppid": "getppid", "openat": "openat, path of 60 bytes", "read": "read of 64 bytes"}
RING = 4 << 20


def make_row(loop, answers):
    calls, copying, printing, size = (statistics.median(column) for column in zip(*answers))
    return {"loop": loop, "calls": round(calls), "snapshot_calls_per_sec": round(calls * 1e9 / copying),
            "text_calls_per_sec": round(calls * 1e9 / printing), "text_bytes": round(size)}


def fill(stand, loop):
    """A loop that makes so many calls that none of another kind is left."""
    for _ in range(4):
        stand.ask("recorded", loop)


def measure(world, rounds):
    rows = []
    with Stand(world, ring=RING) as stand:
        for loop in LOOPS:
            fill(stand, loop)
            rows.append(make_row(loop, [stand.decode() for _ in range(rounds)]))
    return {"ring": RING, "rows": rows, "limits": []}


def show(report):
    print(f"{'calls a second':<26} {'snapshot':>12} {'text':>12}   calls in the ring, bytes of text")
    for row in report["rows"]:
        print(f"  {LOOPS[row['loop']]:<24} {row['snapshot_calls_per_sec']:12,} {row['text_calls_per_sec']:12,}"
              f"   {row['calls']:,}, {row['text_bytes']:,}")
