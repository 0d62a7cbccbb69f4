/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* traceloopctl dump: what is in memory of the calls of a unit, of the invocation that runs or has ended last. */

#include "ctl/client.h"
#include "ctl/print-dump.h"
#include "ctl/recordings.h"
#include "ctl/verbs.h"
#include "util/log.h"

static int dump(sd_bus *bus, const Arguments *a, const char *unit, bool heading, Output *output)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_dump_ Dump d = DUMP_NONE;
	int r;

	r = dump_fetch(bus, unit, a->invocation, &error, &d);
	if (r < 0)
		return client_explain(&error, r);
	return print_dump(a, &d, heading, output);
}

/* The units to dump; an invocation that was given without one tells its own. */
static int choose(sd_bus *bus, const Arguments *a, UnitNames *ret)
{
	_cleanup_recordings_ Recordings list = {};
	const RecordingEntry *e;
	int r;

	if (a->n_units > 0)
		return units_expand(bus, a, false, ret);
	r = recordings_load(bus, &list);
	if (r != 0)
		return r;
	e = recordings_find(&list, a->invocation);
	if (!e) {
		log_error("That invocation is not in memory.");
		return EXIT_NOT_RECORDED;
	}
	return unit_names_add(ret, e->unit) < 0 ? log_oom() : 0;
}

static int dump_all(sd_bus *bus, const Arguments *a, const UnitNames *units, Output *output)
{
	int first = 0;

	for (size_t i = 0; i < units->n; i++) {
		int r = dump(bus, a, units->names[i], units->n > 1, output);

		if (r == -EPIPE)
			return r;
		first = first ? first : r;
	}
	return first;
}

int verb_dump(const Arguments *a)
{
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	_cleanup_unit_names_ UnitNames units = {};
	_cleanup_(output_freep) Output *output = NULL;
	int r;

	r = client_connect(&bus);
	if (r >= 0)
		r = choose(bus, a, &units);
	if (r != 0)
		return r;
	if (a->format == FORMAT_CAPTURE && units.n > 1) {
		log_error("A capture is of one unit, and %zu are meant.", units.n);
		return -EINVAL;
	}
	r = print_open(&output, a);
	return r < 0 ? r : print_finish(output, dump_all(bus, a, &units, output));
}
