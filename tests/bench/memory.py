# SPDX-License-Identifier: LGPL-2.1-or-later
"""What recording takes of the memory, by the recorder's books and as the kernel counts it.

Rings of 256 KiB, as BufferSize= has it by default. Beside them the recorder has maps of a fixed size: slots for the calls
in flight, which depend on the machine's memory, and hints, which depend on the number of its CPUs. That is for as many
CPUs as there are, and as for a machine with 128.

Then a daemon with a thousand recordings, in a machine of its own: what it takes to arm units that start all at once, what
it keeps in its own memory, and what it does when nothing happens.
"""

from inside import in_machine
from rounds import limit, show_limits
from stand import BUILD, Stand, kernel_memory

ROUNDS = 1
PACKAGES = []
UNITS = [1, 10, 100, 1000]
CPUS = [0, 128]
BUFFER_SIZE = 256 << 10
# Of what the kernel counts, to the number of units times BufferSize=: of the rings, and with all that is fixed, for so
# many units that the latter is small.
LIMIT_UNITS = 1000
LIMIT = 1.10


def measure_case(world, units, cpus):
    world.make_units(units - 1)
    with Stand(world, units=units - 1, cpus=cpus, ring=BUFFER_SIZE) as stand:
        books = stand.memory()
        rings, fixed = kernel_memory(stand.process.pid)
    world.remove_units()
    return {"units": units, "as_for_cpus": cpus or None, "bytes_by_books": books, "bytes_of_rings": rings,
            "bytes_fixed": fixed, "books_to_buffer_size": round(books / (units * BUFFER_SIZE), 3),
            "rings_to_buffer_size": round(rings / (units * BUFFER_SIZE), 3),
            "all_to_buffer_size": round((rings + fixed) / (units * BUFFER_SIZE), 3)}


def make_limits(rows):
    for row in rows:
        if row["units"] == LIMIT_UNITS:
            cpus = f"as for {row['as_for_cpus']} CPUs" if row["as_for_cpus"] else "as many CPUs as there are"
            yield limit(f"{LIMIT_UNITS} rings, {cpus}", row["rings_to_buffer_size"], LIMIT)
            yield limit(f"{LIMIT_UNITS} rings and the rest, {cpus}", row["all_to_buffer_size"], LIMIT)


def measure(world, _):
    rows = [measure_case(world, units, cpus) for cpus in CPUS for units in UNITS]
    return {"buffer_size": BUFFER_SIZE, "rows": rows, "daemon": in_machine("many-inside", world, BUILD),
            "limits": list(make_limits(rows))}


def show_daemon(d):
    print(f"\n  {d['recordings']} recordings of {d['units']} units that start at once, {d['late']} of them late\n"
          f"  {d['seconds_recorded']:.1f} s until they have started, {d['seconds_unrecorded']:.1f} s when not recorded\n"
          f"  {d['cpu_usec_arming'] / d['units']:.0f} us of the daemon's CPU time a unit\n"
          f"  {d['rss_kib']} KiB resident in the daemon, {d['rss_anonymous_kib']} KiB of them its own\n"
          f"  {d['cpu_usec_idle']} us of CPU time in {d['idle_seconds']} s while nothing happens\n"
          f"  {d['bytes_by_books'] >> 10} KiB of rings by the books, {d['bytes_of_rings'] >> 10} KiB by the kernel, "
          f"{d['bytes_fixed'] >> 10} KiB fixed")


def show(report):
    print(f"{'KiB':<22} {'by the books':>12} {'rings, by the kernel':>21} {'fixed':>9} {'all to BufferSize=':>20}")
    for row in report["rows"]:
        name = f"{row['units']} units" + (f", {row['as_for_cpus']} CPUs" if row["as_for_cpus"] else "")
        print(f"  {name:<20} {row['bytes_by_books'] >> 10:12} {row['bytes_of_rings'] >> 10:21} {row['bytes_fixed'] >> 10:9}"
              f" {row['all_to_buffer_size']:20.3f}")
    show_daemon(report["daemon"])
    print("\nratio within its limit")
    show_limits(report["limits"])
