#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""schema.py FILE: whether each line of a file is an object as traceloop.json(7) says; what is not is printed.

The page is the schema: the tags of its sections are the keys. What is beside the arguments is compared strictly; among
them structures have keys of their own, and only the objects that the page lists under Values are known.
"""

import collections
import json
import sys

import source
from page import Page

PAGE = Page(source.TOP / "man/traceloop.json.7")
KINDS = {"call": "CALLS", "event": "EVENTS", "io_uring": "IO_URING"}
# What keys have that are not just a value of any kind.
TYPES = {"time": int, "monotonic": int, "unit": str, "pid": int, "tid": int, "cpu": int, "call": str, "number": int,
         "args": dict, "error": str, "errno": int, "event": str, "io_uring": str, "state": str, "duration": int,
         "duration_at_least": int, "duration_at_most": int, "since": int, "taken": int, "complete": bool,
         "overwritten": int, "lost": int, "events": int, "compat": bool, "unfinished": bool, "refused": bool,
         "thread": bool, "last": bool, "siginfo": dict, "status": dict, "process_status": dict, "argv": list}
STATUS = {"exited", "killed", "core_dumped"}
DURING = {"pid", "comm"}


def split(tag):
    return tuple(tag.split(", "))


def keys(section):
    return {key for tag in PAGE.tags(section) for key in split(tag)}


# With the first of them alone, or the second as well; "cut" alone tells nothing.
SHAPES = [split(tag) for tag in PAGE.tags("VALUES")]
CAPTURE, GAP, ITEM = keys("CAPTURES"), keys("GAPS"), keys("EVERY ITEM")
NEEDED = {("fd", "file"), ("pid", "comm"), ("text", "cut"), ("before", "after")}


class Checker:
    """What was seen, by the section of the page, and what is wrong."""
    def __init__(self):
        self.seen = collections.defaultdict(set)
        self.problems = []

    def object(self, given, section, allowed):
        for key, value in given.items():
            self.seen[section].add(key)
            if key not in allowed:
                self.problems.append(f"{section}: {key} is not documented")
            elif key in TYPES and type(value) is not TYPES[key]:
                self.problems.append(f"{section}: {key} is {value!r}")

    def value(self, value):
        if isinstance(value, list):
            for element in value:
                self.value(element)
        elif isinstance(value, dict):
            for shape in SHAPES:
                given = set(value)
                if given == set(shape) or (given == {shape[0]} and shape not in NEEDED):
                    self.seen["VALUES"].update((shape, key) for key in value)
                    break
            for member in value.values():
                self.value(member)

    def item(self, kind, item):
        section = KINDS[kind]
        self.object({key: value for key, value in item.items() if key in ITEM}, "EVERY ITEM", ITEM)
        self.object({key: value for key, value in item.items() if key not in ITEM}, section, keys(section))
        for key, value in item.items():
            if key in ("status", "process_status"):
                self.object(value, "status", STATUS)
            elif key == "during":
                self.object(value, "during", DURING)
            elif key in ("args", "siginfo"):
                for member in value.values():
                    self.value(member)
            else:
                self.value(value)

    def line(self, line):
        given = json.loads(line.lstrip("\x1e"))
        kinds = [kind for kind in ("capture", "gap", *KINDS) if kind in given]
        if len(kinds) != 1:
            self.problems.append(f"it is {kinds or 'nothing'}: {line}")
        elif kinds[0] in KINDS:
            self.item(kinds[0], given)
        else:
            allowed = CAPTURE if kinds[0] == "capture" else GAP
            self.object(given, kinds[0], {kinds[0]})
            self.object(given[kinds[0]], "CAPTURES" if kinds[0] == "capture" else "GAPS", allowed)


def documented():
    """{section: keys}; of values with the shape that they are of."""
    sections = {section: keys(section) for section in ("CAPTURES", "GAPS", "EVERY ITEM", *KINDS.values())}
    sections["VALUES"] = {(shape, key) for shape in SHAPES for key in shape}
    return sections


def main():
    checker = Checker()
    lines = [line for line in open(sys.argv[1], encoding="utf-8", newline="\n")]
    for line in lines:
        checker.line(line)
    if not lines:
        checker.problems.append("there are no lines")
    print("\n".join(sorted(set(checker.problems))), end="")
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main())
