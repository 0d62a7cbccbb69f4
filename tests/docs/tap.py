# SPDX-License-Identifier: LGPL-2.1-or-later
"""TAP for the tests of the documentation: a check is a name and the problems found."""

import sys

_checks = 0
_failures = 0


def check(name, problems):
    """Pass if there are no problems; else each of them is a comment below the result."""
    global _checks, _failures
    _checks += 1
    problems = list(problems)
    print(f"{'not ok' if problems else 'ok'} {_checks} - {name}")
    for problem in problems:
        print(f"#   {problem}")
    _failures += bool(problems)


def equal(name, here, there, *, here_is, there_is):
    """Pass if two sets hold the same; what only one of them has is said with where it is."""
    here, there = ({" ".join(member) if isinstance(member, tuple) else member for member in members}
                   for members in (here, there))
    problems = [f"{member}: in {here_is}, not in {there_is}" for member in sorted(here - there)]
    problems += [f"{member}: in {there_is}, not in {here_is}" for member in sorted(there - here)]
    if not here and not there:
        problems.append(f"there are none in {here_is} and in {there_is}: has something moved?")
    check(name, problems)


def skip(name, reason):
    global _checks
    _checks += 1
    print(f"ok {_checks} - {name} # SKIP {reason}")


def done():
    print(f"1..{_checks}")
    sys.exit(_failures > 0)
