# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compare the lines that strace(1) and we have of the same calls of the same run, byte by byte.

Both sides see one run of one program, in one PID namespace: addresses, pids and times are the same, and nothing has to
be made equal but strace's prefix and ours, the time that a call took, and lines of strace's that another thread's have
cut in two. What is compared is chosen by calls of the program that both sides print (lines.h): they begin and end a
region, which has a class, and tell after which call a line was expected.

A difference may have a reason, out of a file of blocks:

    reason  why the lines differ
    theirs  a regular expression
    ours    a regular expression

It explains a pair of lines if both match, and are the same once what matched is taken out; so nothing else differs.
Several reasons may explain one pair. A line that one side has not is an empty one, which ^$ matches.
"""

import collections
import dataclasses
import difflib
import pathlib
import re

STRACE_LINE = re.compile(r"(?P<tid>\d+)(?:<[^>]*>)? +(?P<rest>.*)")
STRACE_RESUMED = re.compile(r"<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
SUPERSEDED = re.compile(r"\+\+\+ superseded by execve in pid (?P<tid>\d+) \+\+\+")
STRACE_UNFINISHED = " <unfinished ...>"
DUMP_LINE = re.compile(r"[\d:.]+ \(?[^\[]*\)?\[(?P<pid>\d+)/(?P<tid>\d+)\] (?P<rest>.*)")
OURS_ALONE = re.compile(r"\+\+\+ (?:new|executing|out of memory|SIG\w+ (?:sent|pending))\b")
EXECUTING = re.compile(r"(?<=\+\+\+) executing .* \+\+\+$")
DURATION = re.compile(r" <(?:over )?\d+\.\d+>$")
# In any form that options give them.
MARK_CALL = re.compile(r'faccessat\([^"]*"(?P<path>[^"]*)", .* = -1 ENOENT .*')
MARK = re.compile(r"lines: (?P<only>only )?(?P<class>\w+)")
EXPECTED_MARK = re.compile(r"close\(-(?P<number>1\d{5})\) += -1 EBADF .*")
EXECUTED = re.compile(r"execve(?:at)?\(.*\) += 0")
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
    expected: int = 0
    regions: int = 0


def take_unfinished(lines, name):
    """Take the line out whose call is resumed. Return its place and its text."""
    for i in reversed(range(len(lines))):
        if lines[i].startswith(name + "(") and lines[i].endswith(STRACE_UNFINISHED):
            return i, lines.pop(i).removesuffix(STRACE_UNFINISHED)
    return None


def read_strace(path):
    """Return {tid: [line]}, without the prefix; a call that other threads have cut in two is one line again."""
    threads = collections.defaultdict(list)
    superseded_by = {}
    for line in open(path, errors="surrogateescape"):
        tid, rest = STRACE_LINE.fullmatch(line.rstrip("\n")).group("tid", "rest")
        lines = threads[tid]
        if superseded := SUPERSEDED.match(rest):
            superseded_by[tid] = superseded["tid"]
        if resumed := STRACE_RESUMED.fullmatch(rest):
            # Its place is where it began. What another thread executes is the leader's when it is done; it began before
            # the line that says so.
            place, begun = take_unfinished(lines, resumed["name"]) or \
                (len(lines) - 1, take_unfinished(threads[superseded_by[tid]], resumed["name"])[1])
            lines.insert(place, begun + resumed["rest"].removeprefix(STRACE_UNFINISHED))
        else:
            lines.append(rest)
    return threads


def read_dump(path):
    """Return {tid: [line]}, without what strace has no line for."""
    threads = collections.defaultdict(list)
    for line in open(path, errors="surrogateescape"):
        match = DUMP_LINE.fullmatch(line.rstrip("\n"))
        if match and not OURS_ALONE.match(match["rest"]):
            threads[match["tid"]].append(EXECUTING.sub("", DURATION.sub("", match["rest"])))
    return threads


def mark_of(line):
    """Return the match of MARK if the line is that of a mark."""
    call = MARK_CALL.fullmatch(line)
    return call and MARK.fullmatch(re.sub(r"\\x(..)", lambda byte: chr(int(byte[1], 16)), call["path"]))


def regions(lines):
    """Cut the lines of a thread into the regions to compare. Return also {number: (class, the line before its mark)}.

    A region ends where another program is executed; that a thread took the leader's place for it is said a line later.
    """
    found, before = [], {}
    region = executed = last = None
    for line in lines:
        if mark := mark_of(line):
            executed = None
            region = None if mark["class"] == "end" else Region(mark["class"], bool(mark["only"]), [])
            if region:
                found.append(region)
        elif mark := EXPECTED_MARK.fullmatch(line):
            before[int(mark["number"]) - FIRST_EXPECTED] = (region.cls if region else None, last)
        elif region:
            region.lines.append(line)
            if EXECUTED.fullmatch(line):
                region, executed = None, region
        elif executed and SUPERSEDED.match(line):
            executed.lines.append(line)
        last = line
    return found, before


def name_of(line):
    """What a line is about: the call, or which signal or end."""
    return re.match(r"\w+(?=\()|[-+]{3} \w+|", line)[0]


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
    theirs, ours = theirs or "", ours or ""
    for reason in reasons:
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
    """Compare what is in the files of one run, with the lines in the file "expected" if that is not None.

    Return a Report; reasons that were needed are counted in them.
    """
    report = Report(collections.Counter(), collections.Counter(), [], [], [])
    theirs, ours = read_strace(strace), read_dump(dump)
    for i, tid in enumerate(theirs):
        (here, _), (there, before) = regions(theirs[tid]), regions(ours[tid])
        if [region.cls for region in here] != [region.cls for region in there]:
            report.problems.append(f"thread {tid} has {len(here)} regions in strace's eyes, in ours {len(there)}")
            continue
        for a, b in zip(here, there):
            if not a.only_expected:
                compare_regions(a, b, reasons, report)
        report.regions += len(here)
        if i == 0 and expected:
            compare_expected(expected, before, report)
    return report
