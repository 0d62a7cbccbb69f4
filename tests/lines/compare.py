# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compare the lines that strace(1) and we have of the same calls of the same run, byte by byte.

Both sides see one run of one program, in one PID namespace: addresses, pids and times are the same, and nothing has to
be made equal but strace's prefix and ours, the time that a call took, and lines of strace's that another thread's have
cut in two. What is compared is chosen by calls of the program that both sides print (lines.h): they begin and end a region,
which has a class, and tell after which call a line was expected.

A difference may have a reason, out of a file of blocks:

    reason  why the lines differ
    theirs  a regular expression
    ours    a regular expression

It explains a pair of lines if both match, and are the same once what matched is taken out; so nothing else differs.
Several reasons may explain one pair.
"""

import collections
import dataclasses
import difflib
import pathlib
import re

STRACE_LINE = re.compile(r"(?P<tid>\d+) +(?P<rest>.*)")
STRACE_RESUMED = re.compile(r"<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
STRACE_UNFINISHED = " <unfinished ...>"
DUMP_LINE = re.compile(r"[\d:.]+ \(?[^\[]*\)?\[(?P<pid>\d+)/(?P<tid>\d+)\] (?P<rest>.*)")
DURATION = re.compile(r" <(?:over )?\d+\.\d+>$")
MARK = re.compile(r'faccessat\(AT_FDCWD(?:<[^>]*>)?, "lines: (?P<only>only )?(?P<class>\w+)", F_OK\) = -1 ENOENT .*')
EXPECTED_MARK = re.compile(r"close\(-(?P<number>1\d{5})\) = -1 EBADF .*")
FIRST_EXPECTED = 100000
TAKEN_OUT = "\0"


@dataclasses.dataclass
class Region:
    cls: str
    only_expected: bool
    lines: list


@dataclasses.dataclass
class Difference:
    """A pair of lines that are not the same; of one that only one side has, the other is None."""
    cls: str
    theirs: str
    ours: str
    reasons: list


@dataclasses.dataclass
class Reason:
    text: str
    theirs: re.Pattern
    ours: re.Pattern
    used: int = 0


@dataclasses.dataclass
class Report:
    same: collections.Counter
    total: collections.Counter
    differences: list # between strace's lines and ours
    unexpected: list # differences between what was expected, as theirs, and ours
    problems: list   # why there is nothing to compare
    expected: int


def read_strace(path):
    """Return {tid: [line]}, without the prefix; a call that other threads have cut in two is one line again."""
    threads = collections.defaultdict(list)
    for line in open(path, errors="surrogateescape"):
        tid, rest = STRACE_LINE.fullmatch(line.rstrip("\n")).group("tid", "rest")
        resumed = STRACE_RESUMED.fullmatch(rest)
        if resumed:
            # Its place is where it began. A signal may have come between.
            start = resumed["name"] + "("
            index = max(i for i, text in enumerate(threads[tid])
                        if text.startswith(start) and text.endswith(STRACE_UNFINISHED))
            rest = threads[tid].pop(index).removesuffix(STRACE_UNFINISHED) + resumed["rest"]
            threads[tid].insert(index, rest)
        else:
            threads[tid].append(rest)
    return threads


def read_dump(path):
    threads = collections.defaultdict(list)
    for line in open(path, errors="surrogateescape"):
        if match := DUMP_LINE.fullmatch(line.rstrip("\n")):
            threads[match["tid"]].append(DURATION.sub("", match["rest"]))
    return threads


def regions(lines):
    """Cut the lines of a thread into the regions to compare. Return also {number: (class, the line before its mark)}."""
    found, before = [], {}
    region = last = None
    for line in lines:
        if mark := MARK.fullmatch(line):
            region = None if mark["class"] == "end" else Region(mark["class"], bool(mark["only"]), [])
            if region:
                found.append(region)
        elif mark := EXPECTED_MARK.fullmatch(line):
            before[int(mark["number"]) - FIRST_EXPECTED] = (region.cls if region else None, last)
        elif region:
            region.lines.append(line)
        last = line
    return found, before


def name_of(line):
    """What a line is about: the call, or that it is a signal or an end."""
    return re.match(r"\w+(?=\()|[-+]{3}|", line)[0]


def pairs(theirs, ours):
    """Put the lines of two regions side by side, by the names of calls where some are missing."""
    matcher = difflib.SequenceMatcher(None, [name_of(line) for line in theirs], [name_of(line) for line in ours],
                                      autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(theirs[i1:i2], ours[j1:j2])
        else:
            yield from ((line, None) for line in theirs[i1:i2])
            yield from ((None, line) for line in ours[j1:j2])


def read_reasons(path):
    reasons = []
    for block in re.split(r"\n(?:[ \t]*\n)+", pathlib.Path(path).read_text()):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            fields = dict(line.split(maxsplit=1) for line in lines)
            reasons.append(Reason(fields["reason"], re.compile(fields["theirs"]), re.compile(fields["ours"])))
    return reasons


def explain(theirs, ours, reasons):
    """Return the reasons that together make the lines the same, or none."""
    applied = []
    for reason in reasons if theirs is not None and ours is not None else []:
        if reason.theirs.search(theirs) and reason.ours.search(ours):
            theirs, ours = reason.theirs.sub(TAKEN_OUT, theirs), reason.ours.sub(TAKEN_OUT, ours)
            applied.append(reason)
            if theirs == ours:
                return applied
    return []


def compare_regions(theirs, ours, reasons, report):
    for ours_line, theirs_line in ((b, a) for a, b in pairs(theirs.lines, ours.lines)):
        report.total[theirs.cls] += 1
        if theirs_line == ours_line:
            report.same[theirs.cls] += 1
            continue
        found = explain(theirs_line, ours_line, reasons)
        for reason in found:
            reason.used += 1
        report.differences.append(Difference(theirs.cls, theirs_line, ours_line, found))


def compare_expected(path, before, report):
    for number, line in enumerate(pathlib.Path(path).read_text(errors="surrogateescape").splitlines()):
        report.expected += 1
        cls, found = before.get(number, (None, None))
        if found != line:
            report.unexpected.append(Difference(cls, line, found, []))


def compare(strace, dump, expected, reasons):
    """Compare what is in the files of one run. Return a Report; reasons that were needed are counted in them."""
    report = Report(collections.Counter(), collections.Counter(), [], [], [], 0)
    theirs, ours = read_strace(strace), read_dump(dump)
    for i, tid in enumerate(theirs):
        (here, _), (there, before) = regions(theirs[tid]), regions(ours[tid])
        if [region.cls for region in here] != [region.cls for region in there]:
            report.problems.append(f"thread {tid} has {len(here)} regions in strace's eyes, in ours {len(there)}")
            continue
        for a, b in zip(here, there):
            if not a.only_expected:
                compare_regions(a, b, reasons, report)
        if i == 0:
            compare_expected(expected, before, report)
    return report
