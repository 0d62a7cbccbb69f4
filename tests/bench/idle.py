# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a daemon costs that has nothing to do: Units= is empty, and nothing is recorded.

In a machine of its own: how many programs it has attached, the CPU time of its service in a minute, and getppid(2) in ns
per call while it is stopped and while it runs, in turn.
"""

import statistics

from inside import in_machine
from rounds import limit, show_limits
from stand import BUILD

ROUNDS = 1
PACKAGES = []
# Two medians of the same thing differ by that where the machine is quiet.
LOOP_LIMIT = 1.01


def measure(world, _):
    report = in_machine("idle-inside", world, BUILD)
    times = report.pop("loop_times")
    report["ns_stopped"], report["ns_running"] = (round(statistics.median(column), 1) for column in zip(*times))
    ratio = round(statistics.median(running / stopped for stopped, running in times), 3)
    report["limits"] = [limit("programs attached", report["links"], 0),
                        limit("ms of CPU time in a minute", report["cpu_usec"] // 1000, 0),
                        limit("getppid, to that without the daemon", ratio, LOOP_LIMIT)]
    return report


def show(report):
    print(f"  {report['recordings']} recordings, {report['links']} programs attached\n"
          f"  {report['cpu_usec']} us of CPU time in {report['seconds']} s\n"
          f"  getppid: {report['ns_running']:.1f} ns per call, {report['ns_stopped']:.1f} ns with the daemon stopped\n")
    show_limits(report["limits"])
