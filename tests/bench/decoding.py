# SPDX-License-Identifier: LGPL-2.1-or-later
"""How fast what was recorded is read and turned into text, and what memory that takes.

A ring of 4 MiB, full of one kind of call. What a dump takes is a snapshot of it, and its lines. A client that reads
captures of it, one of them many times as long as the other, has its CPU time and its largest RSS taken. Beside them
what strace makes of the same loop, which traces and prints in one, and perf script of a file that perf has recorded.
"""

import os
import statistics
import subprocess
import sys

from peers import WITH_TRACEFS
from rounds import limit, show_limits
from stand import BUILD, Stand

ROUNDS = 10
PACKAGES = ["linux-perf", "strace"]
LOOPS = {"getppid": "getppid", "openat": "openat, path of 60 bytes", "read": "read of 64 bytes"}
RING = 4 << 20
SHORT, LONG = 4, 64  # times the ring's contents, in a capture
FORMATS = {"text": [], "text, -v -yy -tt": ["-v", "-yy", "-tt"], "json": ["--format=json"]}
PEER_CALLS = 2000  # of a batch, of which twelve are made
PER_SECOND = 1_000_000
READ_SIZE = 1 << 20


def fill(stand, loop):
    """A loop that makes so many calls that none of another kind is left."""
    for _ in range(4):
        stand.ask("recorded", loop)


def cpu_seconds(command):
    """Of a command whose output nobody reads."""
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"run: {command[0]} failed")
    return usage.ru_utime + usage.ru_stime


def largest_rss(command):
    """Bytes. The kernel's count of a child that has ended has ours from before its execve, so it is asked for its own."""
    with subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        largest = 0
        while process.stdout.read(READ_SIZE):
            with open(f"/proc/{process.pid}/status") as status:
                largest = next((int(line.split()[1]) for line in status if line.startswith("VmHWM:")), largest)
    return largest << 10


def ring_row(loop, answers):
    calls, copying, printing, size = (statistics.median(column) for column in zip(*answers))
    return {"loop": loop, "case": "snapshot and text", "calls": round(calls),
            "snapshot_calls_per_sec": round(calls * 1e9 / copying),
            "text_calls_per_sec": round(calls * 1e9 / printing), "text_bytes": round(size)}


def client_row(loop, name, files, rounds):
    """files: {how many times the ring: (path, calls)}"""
    command = [BUILD / "src/ctl/traceloopctl", "read", "--no-pager", *FORMATS[name]]
    seconds = statistics.median(cpu_seconds([*command, files[LONG][0]]) for _ in range(rounds))
    rss = {times: largest_rss([*command, path]) for times, (path, _) in files.items()}
    return {"loop": loop, "case": f"traceloopctl read: {name}", "calls": files[LONG][1],
            "text_calls_per_sec": round(files[LONG][1] / seconds), "rss": rss[LONG], "rss_of_short": rss[SHORT]}


def peer_row(loop, case, calls, seconds):
    return {"loop": loop, "case": case, "calls": round(calls), "text_calls_per_sec": round(calls / seconds)}


def measure_peers(world, loop, rounds):
    """strace, which is never done without tracing; perf script, of a file."""
    calls = [BUILD / "tests/bench/calls", PEER_CALLS, loop]
    data = world.scratch / "perf.data"
    strace, perf = [], []
    for _ in range(min(rounds, 3)):
        printed, status = world.output_of(world.own, ["strace", f"--output={os.devnull}", *calls])
        strace.append(float(printed) / 1e9)
        printed, status = world.output_of(world.own, [*WITH_TRACEFS, "perf", "record", "--quiet", "--mmap-pages=4096",
                                          f"--output={data}", "-e", "raw_syscalls:sys_enter",
                                          "-e", "raw_syscalls:sys_exit", "--", *calls], stderr=subprocess.DEVNULL)
        if status != 0:
            sys.exit("run: perf record failed")
        count = ["sh", "-c", f"perf script --input={data} | grep -c sys_exit"]
        n = int(subprocess.run([*WITH_TRACEFS, *count], capture_output=True, text=True).stdout)
        perf.append((n, cpu_seconds([*WITH_TRACEFS, "perf", "script", f"--input={data}"])))
    yield peer_row(loop, "strace, with tracing", PEER_CALLS, statistics.median(strace) * PEER_CALLS)
    yield peer_row(loop, "perf script", *perf[len(perf) // 2])


def measure_loop(world, stand, loop, rounds):
    fill(stand, loop)
    yield ring_row(loop, [stand.decode() for _ in range(rounds)])
    files = {}
    for times in (SHORT, LONG):
        path = world.scratch / f"{loop}-{times}"
        files[times] = path, stand.save(path, times)
    for name in FORMATS:
        yield client_row(loop, name, files, min(rounds, 5))
    for path, _ in files.values():
        path.unlink()


def make_limits(rows):
    text = [row for row in rows if row["case"] == "traceloopctl read: text"]
    slowest = min(row["text_calls_per_sec"] for row in text)
    growth = max(row["rss"] / row["rss_of_short"] for row in rows if "rss" in row)
    return [limit("us per call of the slowest loop as text, read", PER_SECOND / slowest, 1.0),
            limit(f"RSS of a capture {LONG // SHORT} times as long", growth, 1.1)]


def measure(world, rounds):
    with Stand(world, ring=RING) as stand:
        rows = [row for loop in LOOPS for row in measure_loop(world, stand, loop, rounds)]
        stand.ask("nothing")
        rows += [row for loop in LOOPS for row in measure_peers(world, loop, rounds)]
    return {"ring": RING, "rows": rows, "limits": make_limits(rows)}


def show(report):
    print(f"{'calls a second':<38} {'snapshot':>12} {'text':>12}   calls; RSS, and of a short capture")
    for loop, title in LOOPS.items():
        print(title)
        for row in report["rows"]:
            if row["loop"] != loop:
                continue
            snapshot = f"{row['snapshot_calls_per_sec']:12,}" if "snapshot_calls_per_sec" in row else f"{'':>12}"
            rss = f"; {row['rss'] >> 10:,} and {row['rss_of_short'] >> 10:,} KiB" if "rss" in row else ""
            print(f"  {row['case']:<36} {snapshot} {row['text_calls_per_sec']:12,}   {row['calls']:,}{rss}")
    show_limits(report["limits"])
