#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-interface.py INTROSPECT XML: org.traceloop1.xml says what the running objects say of themselves.

Compared are members, signatures, names and directions of arguments, access, and annotations: which properties signal
their changes, and which methods are for root alone. Of each member the description also has words.
"""

import subprocess
import sys
import xml.etree.ElementTree as ET

OURS = "org.traceloop1."


def describe(element):
    """A member as something that can be compared and printed."""
    arguments = [(a.get("type"), a.get("name"), a.get("direction", "out" if element.tag == "signal" else "in"))
                 for a in element.findall("arg")]
    annotations = sorted((a.get("name"), a.get("value")) for a in element.findall("annotation"))
    return element.tag, element.get("type"), element.get("access"), arguments, annotations


def interfaces(root):
    return {interface.get("name"): {member.get("name"): describe(member) for member in interface
                                    if member.tag in ("method", "property", "signal")}
            for interface in root.iter("interface") if interface.get("name").startswith(OURS)}


def undocumented(root):
    """Members without a comment right before them."""
    for interface in root.iter("interface"):
        before = None
        for element in interface:
            if element.tag is not ET.Comment and before is not ET.Comment:
                yield f"{interface.get('name')}.{element.get('name')}"
            before = element.tag


def differences(told, described):
    for name in sorted(told.keys() | described.keys()):
        for member in sorted(told.get(name, {}).keys() | described.get(name, {}).keys()):
            is_, says = told.get(name, {}).get(member), described.get(name, {}).get(member)
            if is_ != says:
                yield f"{name}.{member}:\n  is   {is_}\n  says {says}"


class Results:
    def __init__(self):
        self.count = self.failed = 0

    def report(self, name, problems):
        self.count += 1
        problems = list(problems)
        for line in "\n".join(problems).splitlines():
            print(f"# {line}")
        print(f"{'not ' if problems else ''}ok {self.count} - {name}")
        self.failed += bool(problems)


def main():
    introspect, description = sys.argv[1:]
    done = subprocess.run([introspect], stdout=subprocess.PIPE, check=False)
    if done.returncode == 77:
        print("1..0 # SKIP there is no dbus-daemon")
        return 0
    objects = [interfaces(ET.fromstring(text)) for text in done.stdout.decode().split("\0") if text]
    told = {name: members for found in objects for name, members in found.items()}
    root = ET.parse(description, ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))).getroot()

    results = Results()
    results.report("the_objects_have_the_interfaces_that_are_described",
                   [] if done.returncode == 0 and set(told) == set(interfaces(root)) else
                   [f"introspect ended with {done.returncode} and told of {sorted(told)}"])
    results.report("members_arguments_and_flags_are_as_described", differences(told, interfaces(root)))
    results.report("each_member_is_described_in_words", undocumented(root))
    print(f"1..{results.count}")
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
