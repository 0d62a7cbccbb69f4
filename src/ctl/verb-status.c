/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * traceloopctl status: the daemon, or units: what they are blocked in and what they did last.
 *
 * Everybody may see the numbers; without the right to read what was recorded, the calls are left out and that is said.
 */

#include <string.h>

#include "ctl/blocked.h"
#include "ctl/client.h"
#include "ctl/dump.h"
#include "ctl/format.h"
#include "ctl/output.h"
#include "ctl/properties.h"
#include "ctl/recordings.h"
#include "ctl/tail.h"
#include "ctl/verbs.h"
#include "trace/bus-names.h"
#include "util/log.h"
#include "util/macro.h"

#define LINES_DEFAULT 10U

typedef struct DaemonStatus {
	const char *version, *filter;
	Text patterns, kernel_support, losses;
	uint32_t recordings;
	uint64_t memory_used, memory_max, calls, lost;
} DaemonStatus;

static const PropertyField daemon_fields[] = {
	{ "Version", "s", offsetof(DaemonStatus, version) },
	{ "Patterns", "as", offsetof(DaemonStatus, patterns) },
	{ "Filter", "s", offsetof(DaemonStatus, filter) },
	{ "KernelSupport", "as", offsetof(DaemonStatus, kernel_support) },
	{ "NRecordings", "u", offsetof(DaemonStatus, recordings) },
	{ "MemoryUsed", "t", offsetof(DaemonStatus, memory_used) },
	{ "MemoryMax", "t", offsetof(DaemonStatus, memory_max) },
	{ "CallsRecorded", "t", offsetof(DaemonStatus, calls) },
	{ "CallsLost", "t", offsetof(DaemonStatus, lost) },
	{ "Losses", "a{st}", offsetof(DaemonStatus, losses) },
	{},
};

typedef struct UnitStatus {
	const char *unit, *cgroup, *state, *result, *filter;
	sd_id128_t invocation;
	int complete; /* as sd-bus reads booleans */
	Text losses;
	uint64_t since, calls, lost, memory;
	uint32_t threads;
} UnitStatus;

static const PropertyField unit_fields[] = {
	{ "Unit", "s", offsetof(UnitStatus, unit) },
	{ "InvocationID", "ay", offsetof(UnitStatus, invocation) },
	{ "ControlGroup", "s", offsetof(UnitStatus, cgroup) },
	{ "State", "s", offsetof(UnitStatus, state) },
	{ "Complete", "b", offsetof(UnitStatus, complete) },
	{ "Filter", "s", offsetof(UnitStatus, filter) },
	{ "Since", "t", offsetof(UnitStatus, since) },
	{ "Calls", "t", offsetof(UnitStatus, calls) },
	{ "Lost", "t", offsetof(UnitStatus, lost) },
	{ "Losses", "a{st}", offsetof(UnitStatus, losses) },
	{ "BufferSize", "t", offsetof(UnitStatus, memory) },
	{ "Threads", "u", offsetof(UnitStatus, threads) },
	{ "Result", "s", offsetof(UnitStatus, result) },
	{},
};

/* Before and after the value of a field. */
static void begin(Text *t, const char *name)
{
	text_printf(t, "%12s: ", name);
}

static void end(Text *t)
{
	text_put_char(t, '\n');
}

static void put_calls(Text *t, uint64_t calls, uint64_t lost, const Text *losses)
{
	begin(t, "Calls");
	text_put_grouped(t, calls);
	text_put(t, " recorded, ");
	text_put_grouped(t, lost);
	text_put(t, " lost");
	if (losses->size > 0)
		text_printf(t, " (%s)", text_string(losses));
	end(t);
}

/* The rest is not recorded: without a word about it, one would take the unit for idle. */
static void put_filter(Text *t, const char *filter)
{
	if (!*filter)
		return;
	begin(t, "Filter");
	text_put(t, "only these calls are recorded: ");
	text_put(t, filter);
	end(t);
}

static void put_daemon(Text *t, const DaemonStatus *s)
{
	text_printf(t, "traceloopd %s\n", s->version);
	begin(t, "Units");
	text_put(t, *text_string(&s->patterns) ? text_string(&s->patterns) : "none by themselves");
	end(t);
	put_filter(t, s->filter);
	begin(t, "Recordings");
	text_put_unsigned(t, s->recordings);
	end(t);
	begin(t, "Memory");
	put_bytes(t, s->memory_used);
	text_put(t, " of ");
	put_bytes(t, s->memory_max);
	end(t);
	put_calls(t, s->calls, s->lost, &s->losses);
	begin(t, "Kernel side");
	text_put(t, text_string(&s->kernel_support));
	end(t);
}

static int status_daemon(sd_bus *bus, Text *out)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	DaemonStatus s = { .version = "", .filter = "" };
	int r;

	r = client_properties(bus, BUS_PATH, BUS_INTERFACE, &reply);
	if (r != 0)
		return r;
	r = properties_read(reply, daemon_fields, &s);
	if (r >= 0)
		put_daemon(out, &s);
	text_done(&s.patterns);
	text_done(&s.kernel_support);
	text_done(&s.losses);
	return r < 0 ? log_error_errno(r, "Failed to read the properties of traceloopd: %m") : 0;
}

static void put_since(Text *t, const UnitStatus *s)
{
	uint64_t now = realtime_usec();

	begin(t, "Since");
	put_timestamp(t, s->since);
	text_put(t, "; ");
	put_span(t, now > s->since ? now - s->since : 0);
	text_put(t, " ago, ");
	text_put(t, s->complete ? "from the unit's first call on" : "armed late: what it did before is not recorded");
	end(t);
}

static void put_unit(Text *t, const UnitStatus *s)
{
	char id[SD_ID128_STRING_MAX];

	text_printf(t, "%s - %s\n", s->unit, s->state);
	if (!sd_id128_is_null(s->invocation)) {
		begin(t, "Invocation");
		text_put(t, sd_id128_to_string(s->invocation, id));
		end(t);
	}
	if (*s->cgroup) {
		begin(t, "CGroup");
		text_put(t, s->cgroup);
		end(t);
	}
	if (*s->result) {
		begin(t, "Result");
		text_put(t, s->result);
		end(t);
	}
	put_since(t, s);
	put_filter(t, s->filter);
	put_calls(t, s->calls, s->lost, &s->losses);
	begin(t, "Memory");
	put_bytes(t, s->memory);
	end(t);
	begin(t, "Threads");
	text_put_unsigned(t, s->threads);
	end(t);
}

typedef struct LastCalls {
	Tail tail;
	Blocked blocked;
	const CallSet *filter;
	LineStyle style;
	uint64_t before;
} LastCalls;

/* The filter is about the last calls: what threads are blocked in is shown whatever it is. */
static int on_item(const Stream *s, const Item *item, void *userdata)
{
	LastCalls *l = userdata;
	LineStyle blocked = stream_style(s, &l->style);

	blocked.relative = false;
	blocked.values.names = FILE_NAMES_DETAILS;
	if (!l->filter || filter_matches(l->filter, item, stream_info(s)->machine)) {
		stream_put(s, item, &l->style, &l->tail.text);
		tail_end_line(&l->tail);
	}
	return blocked_see(&l->blocked, item, &blocked);
}

static void put_blocked(const Blocked *b, Text *out)
{
	_cleanup_text_ Text lines = {};
	size_t n = blocked_put(b, &lines);

	text_put(out, n > 0 ? "\nBlocked in:\n" : "\nNo thread is blocked in a call.\n");
	text_put(out, text_string(&lines));
}

static void last_calls_done(LastCalls *l)
{
	tail_done(&l->tail);
	blocked_done(&l->blocked);
}

static bool status_is_running(const UnitStatus *s)
{
	return streq(s->state, "armed") || streq(s->state, "recording");
}

static int put_dump(const Arguments *a, const UnitStatus *s, const Dump *d, Text *out)
{
	_cleanup_(last_calls_done) LastCalls l = {
		.tail.max = a->has_lines ? a->lines : LINES_DEFAULT,
		.filter = a->filter,
		.style = a->style,
	};
	int r;

	l.style.before = &l.before;

	r = dump_read(d, NULL, on_item, &l);
	if (r == -ENOMEM || tail_cut(&l.tail) < 0)
		return log_oom();
	if (status_is_running(s))
		put_blocked(&l.blocked, out);
	if (l.tail.text.size > 0) {
		text_put(out, "\nLast calls:\n");
		text_put(out, text_string(&l.tail.text));
	}
	return r;
}

static int put_calls_of(sd_bus *bus, const Arguments *a, const UnitStatus *s, Text *out)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_dump_ Dump d = DUMP_NONE;
	int r;

	r = dump_fetch(bus, s->unit, SD_ID128_NULL, &error, &d);
	if (sd_bus_error_has_name(&error, SD_BUS_ERROR_ACCESS_DENIED)) {
		text_put(out, "\nYou must be root to read the calls.\n");
		return 0;
	}
	return r < 0 ? client_explain(&error, r) : put_dump(a, s, &d, out);
}

static int status_unit(sd_bus *bus, const Arguments *a, const char *unit, Text *out)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	UnitStatus s = { .unit = unit, .cgroup = "", .state = "", .result = "", .filter = "" };
	_cleanup_free_ char *path = NULL;
	int r;

	r = client_find(bus, unit, &path);
	if (r != 0)
		return r;
	if (!path) {
		log_error("Unit %s is not recorded.", unit);
		return EXIT_NOT_RECORDED;
	}
	r = client_properties(bus, path, RECORDING_INTERFACE, &reply);
	if (r != 0)
		return r;
	r = properties_read(reply, unit_fields, &s);
	if (r >= 0) {
		if (out->size > 0)
			text_put_char(out, '\n');
		put_unit(out, &s);
	}
	text_done(&s.losses);
	if (r < 0)
		return log_error_errno(r, "Failed to read the properties of %s: %m", unit);
	return put_calls_of(bus, a, &s, out);
}

static int status_units(sd_bus *bus, const Arguments *a, Text *out)
{
	_cleanup_unit_names_ UnitNames units = {};
	int first = 0, r;

	r = units_expand(bus, a, false, &units);
	if (r != 0)
		return r;
	for (size_t i = 0; i < units.n; i++) {
		r = status_unit(bus, a, units.names[i], out);
		first = first ? first : r;
	}
	return first;
}

int verb_status(const Arguments *a)
{
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	_cleanup_text_ Text out = {};
	int r, s;

	r = client_connect(&bus);
	if (r < 0)
		return r;
	r = a->n_units > 0 ? status_units(bus, a, &out) : status_daemon(bus, &out);
	s = output_print(&out, !a->no_pager);
	return r != 0 ? r : s;
}
