# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the sources define and documentation has to name, read out of the one place where each is defined."""

import pathlib
import re
import xml.etree.ElementTree

TOP = pathlib.Path(__file__).resolve().parents[2]
INTERFACE = "org.traceloop1."
# How a property tells that it has changed, as the pages write it.
CHANGES = {"const": " const", "true": " emits-change", "false": ""}


def read(path):
    return (TOP / path).read_text()


def config_keys():
    """{(section, key)} of traceloopd.conf."""
    table = re.search(r"\} keys\[\] = \{(.*?)\n\};", read("src/daemon/settings.c"), re.S)[1]
    return set(re.findall(r'\{ "(\w+)", "(\w+)",', table))


def unit_file_keys():
    """Of [X-Traceloop] in unit files."""
    return set(re.findall(r'streq\(line->key, "(\w+)"\)', read("src/daemon/unit-files.c")))


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


def classes():
    """Of system calls, as an expression names them."""
    names = re.findall(r'^CLASS\("([^"]+)"', read("src/trace/syscall-classes.def"), re.M)
    return {name if name.startswith("@") else f"%{name}" for name in names}


def environment():
    """Variables of our own that the daemon reads."""
    return {name for path in (TOP / "src/daemon").glob("*.c")
            for name in re.findall(r'\bgetenv\("(TRACELOOP_\w+)"\)', path.read_text())}


def message_ids():
    return set(re.findall(r"^message_id_\w+ = '(\w+)'", read("src/daemon/meson.build"), re.M))


def bus_errors():
    return set(re.findall(r'"(org\.traceloop1\.Error\.\w+)"', read("src/trace/bus-names.h")))


def bus_description():
    """The interfaces of dbus/org.traceloop1.xml, which tests/bus holds against the objects themselves."""
    return xml.etree.ElementTree.parse(TOP / "dbus/org.traceloop1.xml").getroot().findall("interface")


def annotation(element, name, default):
    return next((each.get("value") for each in element.findall("annotation") if each.get("name") == name), default)


def arguments_of(element, direction):
    return ", ".join(f"{argument.get('type')} {argument.get('name')}" for argument in element.findall("arg")
                     if argument.get("direction", direction) == direction)


def member(element):
    """A member of an interface as the pages write it, and what kind it is."""
    name = element.get("name")
    if element.tag == "property":
        changes = annotation(element, "org.freedesktop.DBus.Property.EmitsChangedSignal", "true")
        return "Properties", f"{name} {element.get('type')}{CHANGES[changes]}"
    if element.tag == "signal":
        return "Signals", f"{name}({arguments_of(element, 'out')})"
    results = arguments_of(element, "out")
    return "Methods", f"{name}({arguments_of(element, 'in')})" + (f" -> {results}" if results else "")


def bus_members():
    """{(interface, kind, member as the pages write it)}"""
    return {(interface.get("name"), *member(element)) for interface in bus_description()
            for element in interface if element.tag in ("method", "property", "signal")}


def bus_methods_for_all():
    """{(interface, method)} of those that are not for root alone."""
    return {(interface.get("name"), method.get("name")) for interface in bus_description()
            for method in interface.findall("method")
            if annotation(method, "org.freedesktop.systemd1.Privileged", "false") != "true"}


def bus_policy():
    """{(interface, method)} of ours that dbus/org.traceloop1.conf lets everybody call."""
    policies = xml.etree.ElementTree.parse(TOP / "dbus/org.traceloop1.conf").getroot().findall("policy")
    return {(rule.get("send_interface"), rule.get("send_member")) for policy in policies
            if policy.get("context") == "default" for rule in policy.findall("allow")
            if (rule.get("send_interface") or "").startswith(INTERFACE)}


def options(path):
    """The options of a program: {"-h", "--help"}, out of its table for getopt_long(3) and its short ones."""
    text = read(path)
    table = re.search(r"struct option \w+\[\] = \{(.*?)\n\t?\};", text, re.S)[1]
    short = re.search(r'getopt_long\(\w+, \w+, "[-+:]*([\w:]*)"', text)[1]
    return {f"--{name}" for name in re.findall(r'\{ "([\w-]+)",', table)} | {f"-{c}" for c in short if c != ":"}


def verbs():
    table = re.search(r"\} verbs\[\w*\] = \{(.*?)\n\};", read("src/ctl/verb-table.c"), re.S)[1]
    return set(re.findall(r'= \{ "([a-z-]+)",', table))
