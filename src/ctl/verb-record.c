/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* traceloopctl record and stop: which units are recorded until the daemon is restarted. */

#include "ctl/client.h"
#include "ctl/recordings.h"
#include "ctl/verbs.h"
#include "util/log.h"

static int record(sd_bus *bus, const char *unit, const ClientOptions *options)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
	bool runs;
	int r;

	r = client_method_record(bus, "Record", unit, options, &m);
	if (r < 0)
		return r;
	r = client_call(bus, m, true, &reply);
	if (r != 0)
		return r;
	r = client_unit_runs(bus, unit, &runs);
	if (r == 0 && !runs)
		log_info("%s is not running: it is recorded from its next start on.", unit);
	return r;
}

static int stop(sd_bus *bus, const char *unit)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
	int r;

	r = client_method_unit(bus, "Stop", unit, &m);
	return r < 0 ? r : client_call(bus, m, false, &reply);
}

int verb_record(const Arguments *a)
{
	ClientOptions options = { .buffer_size = a->buffer_size, .calls = a->expression };
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	int r, first = 0;

	r = client_connect(&bus);
	if (r < 0)
		return r;
	for (unsigned i = 0; i < a->n_units; i++) {
		r = record(bus, a->units[i], &options);
		first = first ? first : r;
	}
	return first;
}

int verb_stop(const Arguments *a)
{
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	_cleanup_unit_names_ UnitNames units = {};
	int r, first = 0;

	r = client_connect(&bus);
	if (r < 0)
		return r;
	r = units_expand(bus, a, true, &units);
	for (size_t i = 0; r == 0 && i < units.n; i++) {
		int s = stop(bus, units.names[i]);

		first = first ? first : s;
	}
	return r != 0 ? r : first;
}
