#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""syscalls.py TRACE TEMPLATE: print the page traceloop.syscalls(7), with what the tables in the directory TRACE hold.

The lines @CLASSES@ and @CALLS@ of the template are replaced. The tables are read as text, so that the page can be made
where nothing that is built can be run.
"""

import pathlib
import re
import sys

MACHINES = "x86-64", "i386", "arm64"


def read(directory, name):
    """A table without its comments."""
    return re.sub(r"/\*.*?\*/", "", (directory / name).read_text(), flags=re.S)


def memory_kinds(directory):
    return set(re.findall(r"^MEMORY\((\w+),", read(directory, "memory-kinds.def"), re.M))


def classes(directory):
    """Yield (name as in an expression, what it is for, parts, None for the class of all calls)."""
    for words, parts in re.findall(r"^CLASS\((.*?),\s*((?:\"[^\"]*\"\s*)+|ALL_CALLS)\)$",
                                   read(directory, "syscall-classes.def"), re.M | re.S):
        name, about = re.findall(r'"([^"]*)"', words)
        members = None if parts == "ALL_CALLS" else "".join(re.findall(r'"([^"]*)"', parts)).split()
        yield name if name.startswith("@") else "%" + name, about, members


def calls(directory):
    """Yield (name, numbers, words of the classes, [(argument, kind)])."""
    for line in re.findall(r"^SYSCALL\((.*)\)$", read(directory, "syscalls.def"), re.M):
        head, words, arguments = re.fullmatch(r'([^"]*), "([^"]*)"(.*)', line).groups()
        name, *numbers, _ = head.split(", ")
        yield name, numbers, words.split(), re.findall(r"[AM]\((\w+), (\w+)", arguments)


def commands(directory):
    """The arguments that point to memory with some commands: {(call, index)}."""
    return {(call, int(index)) for call, index in
            re.findall(r"^COMMAND\((\w+), \w+, (\d),", read(directory, "commands.def"), re.M)}


def roff(text):
    return text.replace("-", r"\-")


def put_class(name, about, parts):
    yield ".TP"
    yield f".B {roff(name)}"
    yield roff(about + ("; with the members of " + ", ".join(parts) if parts else ""))


def put_call(name, numbers, words, arguments, all_classes, has_memory):
    yield ".TP"
    inner = ' ", " '.join(argument for argument, _ in arguments)
    yield f'.BI "{name}(" {inner} )' if inner else f".B {name}()"
    there = [f"{number} on {machine}" for number, machine in zip(numbers, MACHINES) if number != "-1"]
    yield roff(f"{', '.join(there)}.")
    read_there = [argument for i, (argument, kind) in enumerate(arguments) if has_memory(name, i, kind)]
    if read_there:
        yield f"Memory: {', '.join(read_there)}."
    own = [class_name for class_name, _, parts in all_classes if parts is not None and
           (class_name.removeprefix("%") in words if class_name.startswith("%") else class_name in words or
            set(parts) & set(words))]
    if own:
        yield roff(f"Classes: {', '.join(own)}.")


def main(directory, template):
    all_classes, memory, by_command = list(classes(directory)), memory_kinds(directory), commands(directory)

    def has_memory(call, index, kind):
        return kind in memory or (call, index) in by_command

    parts = {
        "@CLASSES@": (line for each in all_classes for line in put_class(*each)),
        "@CALLS@": (line for each in sorted(calls(directory), key=lambda call: call[0].lstrip("_"))
                    for line in put_call(*each, all_classes, has_memory)),
    }
    for line in template.read_text().splitlines():
        for put in parts.get(line, (line,)):
            print(put)


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
