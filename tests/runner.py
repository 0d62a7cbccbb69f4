# SPDX-License-Identifier: LGPL-2.1-or-later
"""The runner behind tests/run: builds, runs the test programs of the suites, reads their TAP, and sums up.

Not "meson test", because the figures must be of single tests, over several builds and the machine tests alike, and
because a program that dies or prints fewer results than it planned has to count as a failure here.

A test program prints TAP. One of meson's suites is known from "meson introspect"; one of the suite "machine" is an
executable tests/machine/test-*, run inside a machine of its own unless "# runs-on: host" is in its first lines. The
suite "arm64" is a program that makes another build out of the first one.
"""

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
SUITES = ["unit", "bus", "fuzz", "docs", "arm64", "machine"]
SANITIZED = ["unit", "bus", "fuzz"]
OPTIONS = ["--prefix=/usr", "--werror", "-Dbuildtype=debugoptimized"]
# A machine test boots up to a handful of machines; this is ten times what the slowest takes.
MACHINE_TIMEOUT_SEC = 300
# Compiles everything once more: this is ten times what it takes.
ARM64_TIMEOUT_SEC = 300
# By default a finding of the undefined behaviour sanitizer is a message, and the program goes on and succeeds.
SANITIZER_ENVIRONMENT = {"ASAN_OPTIONS": "abort_on_error=1:detect_stack_use_after_return=1",
                         "UBSAN_OPTIONS": "halt_on_error=1:abort_on_error=1:print_stacktrace=1"}

RESULT = re.compile(r"(?P<failed>not )?ok\b[ \t]*\d*[ \t]*(?:- )?(?P<name>.*?)(?:#[ \t]*(?P<skip>SKIP.*))?", re.I)
PLAN = re.compile(r"1\.\.(?P<count>\d+)[ \t]*(?:#[ \t]*(?P<skip>SKIP.*))?", re.I)

# A comment that is shown also when nothing has failed: what was measured.
REPORT = "# report: "


@dataclasses.dataclass
class Program:
    name: str
    command: list
    environment: dict
    directory: pathlib.Path
    timeout: float


@dataclasses.dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    skips: list = dataclasses.field(default_factory=list)
    output: str = ""

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skips += other.skips


def read_tap(output, ending):
    """Count the results of a program. ending says how it ended if not by exit 0: (words, by itself), else None."""
    outcome = Outcome(output=output)
    planned = None
    for line in output.splitlines():
        if plan := PLAN.fullmatch(line):
            planned = int(plan["count"])
            if planned == 0:
                outcome.skips.append(plan["skip"] or "SKIP nothing planned")
        elif result := RESULT.fullmatch(line):
            if result["failed"]:
                outcome.failed += 1
            elif result["skip"]:
                outcome.skips.append(f"{result['name'].strip()}: {result['skip']}")
            else:
                outcome.passed += 1

    seen = outcome.passed + outcome.failed + (len(outcome.skips) if planned != 0 else 0)
    broken = None
    if ending and not (ending.startswith("exited") and outcome.failed):
        broken = ending
    elif planned is None:
        broken = "printed no plan"
    elif seen != planned:
        broken = f"printed {seen} results of {planned}"
    if broken:
        outcome.failed += 1
        outcome.output += f"\n# the program {broken}\n"
    return outcome


def run_program(program):
    """Run a program in a session of its own, so that all it started can be ended with it."""
    # Output goes to a file: a pipe would be held open by whatever a test has left behind.
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(program.command, cwd=program.directory, env=os.environ | program.environment,
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                   start_new_session=True)
        try:
            status = process.wait(program.timeout)
            ending = f"exited with status {status}" if status > 0 else \
                     f"was killed by {signal.Signals(-status).name}" if status < 0 else None
        except subprocess.TimeoutExpired:
            ending = f"did not end within {program.timeout} s"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        output.seek(0)
        return read_tap(output.read().decode(errors="replace"), ending)


def report_start(name):
    print(f"{name:40} ", end="", flush=True)


def report(outcome, seconds):
    counts = f"{outcome.passed} passed, {outcome.failed} failed, {len(outcome.skips)} skipped"
    print(f"{counts:36} {seconds:6.1f} s", flush=True)
    if outcome.failed:
        print("".join(f"    {line}\n" for line in outcome.output.splitlines()), end="", flush=True)
    else:
        reported = (line for line in outcome.output.splitlines() if line.startswith(REPORT))
        print("".join(f"    {line}\n" for line in reported), end="", flush=True)
    for skip in outcome.skips:
        print(f"    {skip}", flush=True)


def run_programs(programs):
    """Run programs that may run beside each other, two at a time."""
    def run_one(program):
        start = time.monotonic()
        return program, run_program(program), time.monotonic() - start

    total = Outcome()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for program, outcome, seconds in pool.map(run_one, programs):
            report_start(program.name)
            report(outcome, seconds)
            total.add(outcome)
    return total


def run_machine_programs(programs):
    """Run programs one after another: each has the kernel's tracepoints and its timing to itself."""
    total = Outcome()
    for program in programs:
        start = time.monotonic()
        report_start(program.name)
        outcome = run_program(program)
        report(outcome, time.monotonic() - start)
        total.add(outcome)
    return total


def build(name, options=(), compiler="gcc"):
    """Bring .build/NAME up to date; that it succeeds without a warning is a test of its own."""
    directory = TOP / ".build" / name
    report_start(f"{name} build without warnings")
    again = ["--reconfigure"] if (directory / "build.ninja").exists() else []
    start = time.monotonic()
    outcome = Outcome(passed=1)
    for step in (["meson", "setup", *again, *OPTIONS, *options, directory, TOP], ["ninja", "-C", directory]):
        done = subprocess.run(step, env=os.environ | {"CC": compiler}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        if done.returncode != 0:
            outcome = Outcome(failed=1, output=done.stdout)
            break
    report(outcome, time.monotonic() - start)
    return outcome


def meson_programs(suite, build_name, environment):
    directory = TOP / ".build" / build_name
    tests = json.loads(subprocess.check_output(["meson", "introspect", "--tests", directory]))
    return [Program(f"{build_name} {suite}/{test['name']}", test["cmd"], test["env"] | environment,
                    test["workdir"] or directory, test["timeout"])
            for test in tests if suite in (name.split(":")[-1] for name in test["suite"])]


def machine_programs():
    boot = TOP / "tests/machine/boot"
    for path in sorted((TOP / "tests/machine").glob("test-*")):
        with open(path) as f:
            on_host = any("# runs-on: host" in line for line, _ in zip(f, range(5)))
        yield Program(f"machine/{path.name}", [path] if on_host else [boot, "--", path], {}, TOP,
                      MACHINE_TIMEOUT_SEC)


def arm64_programs():
    path = TOP / "tests/arm64/test-build"
    return [Program(f"arm64/{path.name}", [path, TOP / ".build/gcc"], {}, TOP, ARM64_TIMEOUT_SEC)]


def run(suites):
    """Build and run, and yield an Outcome for each step."""
    builds = [("gcc", {})]
    if suites == SUITES:
        builds.append(("clang", {"compiler": "clang"}))
    if set(suites) & set(SANITIZED):
        builds.append(("asan", {"options": ["-Db_sanitize=address,undefined", "-Db_lundef=false"]}))
    for name, arguments in builds:
        outcome = build(name, **arguments)
        yield outcome
        if outcome.failed:
            return

    for suite in suites:
        if suite == "machine":
            yield run_machine_programs(machine_programs())
            continue
        if suite == "arm64":
            yield run_programs(arm64_programs())
            continue
        programs = meson_programs(suite, "gcc", {})
        if suite in SANITIZED:
            programs += meson_programs(suite, "asan", SANITIZER_ENVIRONMENT)
        yield run_programs(programs)


def main():
    if unknown := set(sys.argv[1:]) - set(SUITES):
        sys.exit(f"run: no such suite: {' '.join(sorted(unknown))} (there are: {' '.join(SUITES)})")
    suites = [suite for suite in SUITES if suite in sys.argv[1:]] or SUITES
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))

    total = Outcome()
    for outcome in run(suites):
        total.add(outcome)
    print(f"{total.passed} passed, {total.failed} failed, {len(total.skips)} skipped")
    sys.exit(1 if total.failed else 0)


if __name__ == "__main__":
    main()
