# SPDX-License-Identifier: LGPL-2.1-or-later
"""Manual pages as data: sections, the tags of their paragraphs, and text without roff in it.

Reads what our pages use of man(7), and no more: sections (.SH, .SS), tagged paragraphs (.TP, .TQ), font macros.
"""

import dataclasses
import re

FONT_MACROS = {"B", "I", "BR", "RB", "BI", "IB", "IR", "RI", "SM", "SB"}
ARGUMENT = re.compile(r'"((?:[^"]|"")*)"|(\S+)')
ESCAPES = [(r"\\f(?:[A-Z]|\(..|\[[^]]*\])", ""), (r"\\\(aq", "'"), (r"\\\(dq", '"'), (r"\\\(ti", "~"), (r"\\\(ha", "^"),
           (r"\\-", "-"), (r"\\&", ""), (r"\\ ", " "), (r"\\e", r"\\"), (r"\\\.", ".")]


@dataclasses.dataclass
class Entry:
    section: str
    subsection: str
    tags: list = dataclasses.field(default_factory=list)
    text: str = ""


def unescape(text):
    for escape, plain in ESCAPES:
        text = re.sub(escape, plain, text)
    return text


def plain_line(line):
    """The text of a line of roff; None if it has none."""
    if not line.startswith("."):
        return unescape(line)
    macro, _, rest = line[1:].partition(" ")
    if macro not in FONT_MACROS:
        return None
    arguments = [quoted or word for quoted, word in ARGUMENT.findall(rest)]
    return unescape((" " if len(macro) == 1 or macro == "SM" else "").join(arguments))


class Page:
    def __init__(self, path):
        self.path = path
        self.name, _, self.section = path.name.rpartition(".")
        self.source = path.read_text()
        self.entries = [Entry("", "")]
        self._read()
        self.text = "\n".join(" ".join(entry.tags) + "\n" + entry.text for entry in self.entries)

    def _read(self):
        tag_follows = False
        for line in self.source.splitlines():
            macro = line.split(" ")[0]
            heading = line[4:].strip().strip('"')
            if macro == ".SH":
                self.entries.append(Entry(unescape(heading), ""))
            elif macro == ".SS":
                self.entries.append(Entry(self.entries[-1].section, unescape(heading)))
            elif macro == ".TP":
                self.entries.append(Entry(self.entries[-1].section, self.entries[-1].subsection))
            tag_follows = tag_follows or macro in (".TP", ".TQ")
            plain = plain_line(line)
            if plain is None:
                continue
            if tag_follows:
                self.entries[-1].tags.append(plain)
                tag_follows = False
            else:
                self.entries[-1].text += plain + "\n"

    def tagged(self, section, subsection=None):
        """The entries with tags of a section."""
        return [entry for entry in self.entries
                if entry.tags and entry.section.upper() == section.upper() and
                subsection in (None, entry.subsection)]

    def tags(self, section, subsection=None):
        return [tag for entry in self.tagged(section, subsection) for tag in entry.tags]

    def options(self):
        """The options that the page names of its own program: those with a paragraph, and those in the text."""
        others = re.sub(r"\b(?:busctl|journalctl|strace|systemctl|systemd-run)\b.*", "", self.text)
        return {option for tag in self.tags("OPTIONS") for option in options_of(tag)}, \
               {option for option in options_of(others) if option.startswith("--")}


def options_of(text):
    """The options named in a text, without their values: {"-n", "--lines"}."""
    return set(re.findall(r"(?<![\w-])(--[a-z][a-z-]*[a-z]|-[a-zA-Z])(?![\w-])", text))
