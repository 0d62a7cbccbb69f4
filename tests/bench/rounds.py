# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rounds of the stand, and which of them count.

A round is nothing - empty pair - variant - empty pair. A machine that does something else meanwhile spoils rounds, so a
round counts only if "nothing" is near the best seen for its loop, the two empty pairs agree, and nobody else had BPF
programs on the two tracepoints. A figure is the median over the rounds that count.
"""

import dataclasses
import statistics

NOTHING_TOLERANCE = 1.04
EMPTY_TOLERANCE = 1.015


@dataclasses.dataclass
class Round:
    """In ns per call; the empty pair was measured before the variant and after it."""
    nothing: float
    empty_before: float
    variant: float
    empty_after: float
    others: int  # programs that were on the tracepoints besides ours

    def empty(self):
        return (self.empty_before + self.empty_after) / 2

    def counts(self, best, tolerance=1.0):
        low, high = sorted((self.empty_before, self.empty_after))
        return (not self.others and self.nothing <= best * (1 + (NOTHING_TOLERANCE - 1) * tolerance)
                and high <= low * (1 + (EMPTY_TOLERANCE - 1) * tolerance))


def measure_round(stand, variant, loops):
    """Return {loop: Round} of the loops that there can be."""
    phases = [stand.ask(state, *loops) for state in ("nothing", "empty", variant, "empty")]
    others = max(n for n, _ in phases)
    return {loop: Round(*(times[loop] for _, times in phases), others) for loop in phases[0][1]}


def median(values):
    values = list(values)
    return round(statistics.median(values), 1) if values else None


def make_row(case, rounds, accepted, variant=lambda r: r.variant):
    """A row about variant(Round), the ns per call in the case; without accepted rounds its figures are None."""
    empty = median(r.empty() - r.nothing for r in accepted)
    over_nothing = median(variant(r) - r.nothing for r in accepted)
    return {"case": case, "ns_per_call": median(variant(r) for r in accepted), "ns_over_nothing": over_nothing,
            "ns_over_empty_pair": median(variant(r) - r.empty() for r in accepted),
            "ratio_to_empty_pair": round(over_nothing / empty, 3) if empty else None,
            "rounds_accepted": len(accepted), "rounds_with_others": sum(r.others > 0 for r in rounds),
            "rounds": len(rounds)}


def best_nothing(rounds):
    return min((r.nothing for r in rounds if not r.others), default=0)


def why_none(row):
    """Why a row has no figures, or None if it has."""
    if row["rounds"] == 0:
        return "the machine has one CPU"
    if row["rounds_accepted"] == 0:
        others = row["rounds_with_others"]
        reason = f"others' BPF programs were on the tracepoints in {others}" if others else "none was quiet enough"
        return f"of {row['rounds']} rounds, {reason}"
    return None


def limit(what, value, at_most):
    return {"what": what, "value": value, "at_most": at_most, "within": None if value is None else value <= at_most}


def show_limits(limits):
    for each in limits:
        answer = {True: "yes", False: "NO", None: "not measured"}[each["within"]]
        value = "-" if each["value"] is None else f"{each['value']:.2f}"
        print(f"  {each['what']:<52} {value:>8}  at most {each['at_most']:<6} {answer}")
