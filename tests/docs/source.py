# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the sources define and documentation has to name, read out of the one place where each is defined."""

import pathlib
import re
import xml.etree.ElementTree

TOP = pathlib.Path(__file__).resolve().parents[2]
INTERFACE = "org.traceloop1."
VTABLES = {"manager": "Manager", "recording": "Recording"}
MEMBER_MACROS = {"PROPERTY", "METHOD_WITH_ARGS", "SIGNAL_WITH_ARGS"}
OTHER_MACROS = {"VTABLE_START", "VTABLE_END"}
# How a property tells that it has changed, as the pages write it.
CHANGES = {"SD_BUS_VTABLE_PROPERTY_CONST": " const", "SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE": " emits-change", "0": "",
           "SD_BUS_VTABLE_UNPRIVILEGED": ""}
XML_CHANGES = {"const": " const", "true": " emits-change", "false": ""}


def read(path):
    return (TOP / path).read_text()


def config_keys():
    """{(section, key)} of traceloopd.conf."""
    table = re.search(r"\} keys\[\] = \{(.*?)\n\};", read("src/daemon/settings.c"), re.S)[1]
    return set(re.findall(r'\{ "(\w+)", "(\w+)",', table))


def config_example():
    """{(section, key): default} of the configuration file that is installed."""
    defaults, section = {}, None
    for line in read("units/traceloopd.conf").splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = heading[1]
        elif default := re.fullmatch(r"#(\w+)=(.*)", line):
            defaults[section, default[1]] = default[2]
    return defaults


def journal_fields():
    return set(re.findall(r"^FIELD\((\w+),", read("src/daemon/journal-fields.def"), re.M))


def message_ids():
    return set(re.findall(r"^message_id_\w+ = '(\w+)'", read("src/daemon/meson.build"), re.M))


def bus_errors():
    return set(re.findall(r'"(org\.traceloop1\.Error\.\w+)"', read("src/trace/bus-names.h")))


def arguments_of(text, start):
    """The arguments of the macro whose parenthesis opens at start, as text each."""
    depth, quoted, arguments = 0, False, [""]
    for c in text[start:]:
        quoted ^= c == '"'
        depth += (c in "({") - (c in ")}") if not quoted else 0
        if depth == 0:
            return [" ".join(argument.split()) for argument in arguments]
        if c == "," and depth == 1 and not quoted:
            arguments.append("")
        elif c != "(" or depth > 1 or quoted:
            arguments[-1] += c
    raise ValueError("a parenthesis is never closed")


def named_arguments(macro):
    """SD_BUS_ARGS("s", unit, "o", recording) as "s unit, o recording"; none for SD_BUS_NO_ARGS."""
    words = arguments_of(macro, macro.index("(")) if "(" in macro else []
    return ", ".join(f"{words[i].strip(chr(34))} {words[i + 1]}" for i in range(0, len(words), 2))


def member(kind, words):
    name = words[0].strip('"')
    if kind == "PROPERTY":
        return "Properties", f"{name} {words[1].strip(chr(34))}{CHANGES[words[4]]}"
    if kind == "SIGNAL_WITH_ARGS":
        return "Signals", f"{name}({named_arguments(words[1])})"
    results = named_arguments(words[2])
    return "Methods", f"{name}({named_arguments(words[1])})" + (f" -> {results}" if results else "")


def bus_members():
    """{(interface, kind, member as the pages write it)}, out of the vtables."""
    members = set()
    for path in sorted((TOP / "src/daemon").glob("*-bus.c")):
        for vtable in re.finditer(r"sd_bus_vtable (\w+)_vtable\[\] = \{(.*?)\n\};", path.read_text(), re.S):
            for macro in re.finditer(r"^\tSD_BUS_(\w+)\(", vtable[2], re.M):
                if macro[1] in OTHER_MACROS:
                    continue
                if macro[1] not in MEMBER_MACROS:
                    raise ValueError(f"{path}: SD_BUS_{macro[1]} is not known here")
                words = arguments_of(vtable[2], macro.end() - 1)
                members.add((INTERFACE + VTABLES[vtable[1]], *member(macro[1], words)))
    return members


def xml_arguments(element, direction):
    return ", ".join(f"{argument.get('type')} {argument.get('name')}" for argument in element.iter("arg")
                     if argument.get("direction", direction) == direction)


def xml_member(element):
    name = element.get("name")
    if element.tag == "property":
        changes = [annotation.get("value") for annotation in element.iter("annotation")
                   if annotation.get("name") == "org.freedesktop.DBus.Property.EmitsChangedSignal"]
        return "Properties", f"{name} {element.get('type')}{XML_CHANGES[changes[0] if changes else 'true']}"
    if element.tag == "signal":
        return "Signals", f"{name}({xml_arguments(element, 'out')})"
    results = xml_arguments(element, "out")
    return "Methods", f"{name}({xml_arguments(element, 'in')})" + (f" -> {results}" if results else "")


def xml_members():
    """The same out of dbus/org.traceloop1.xml."""
    root = xml.etree.ElementTree.parse(TOP / "dbus/org.traceloop1.xml").getroot()
    return {(interface.get("name"), *xml_member(element))
            for interface in root.iter("interface") if interface.get("name").startswith(INTERFACE)
            for element in interface if element.tag in ("method", "property", "signal")}


def options(path):
    """The options of a program: {"-h", "--help"}, out of its table for getopt_long(3) and its short ones."""
    text = read(path)
    table = re.search(r"struct option \w+\[\] = \{(.*?)\n\t?\};", text, re.S)[1]
    short = re.search(r'getopt_long\(\w+, \w+, "[-+:]*([\w:]*)"', text)[1]
    return {f"--{name}" for name in re.findall(r'\{ "([\w-]+)",', table)} | {f"-{c}" for c in short if c != ":"}


def verbs():
    table = re.search(r"\} verbs\[\w*\] = \{(.*?)\n\};", read("src/ctl/arguments.c"), re.S)[1]
    return set(re.findall(r'= \{ "([a-z-]+)",', table))
