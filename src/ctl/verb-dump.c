/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* traceloopctl dump: what is in memory of the calls of a unit, of the invocation that runs or has ended last. */

#include <string.h>

#include "ctl/client.h"
#include "ctl/dump.h"
#include "ctl/output.h"
#include "ctl/recordings.h"
#include "ctl/tail.h"
#include "ctl/verbs.h"
#include "trace/line.h"
#include "util/log.h"

#define BATCH_SIZE (256 * 1024U) /* text collected for one write */

typedef struct Print {
	const Arguments *arguments;
	Output *output;
	Tail tail;
} Print;

static int flush(Print *p)
{
	int r = tail_cut(&p->tail);

	if (r < 0)
		return log_oom();
	r = output_write(p->output, p->tail.text.data, p->tail.text.size);
	text_clear(&p->tail.text);
	p->tail.n = 0;
	return r;
}

static int on_item(const Stream *s, const Item *item, void *userdata)
{
	Print *p = userdata;

	stream_put(s, item, &p->arguments->style, &p->tail.text);
	tail_end_line(&p->tail);
	return p->tail.max == UINT64_MAX && p->tail.text.size >= BATCH_SIZE ? flush(p) : 0;
}

/* What is missing comes first, as lines like the others: --lines= cuts them off together with what they are before. */
static void put_missing(const DumpTotals *totals, Tail *t)
{
	Item gap = { .kind = ITEM_GAP, .gap = { .overwritten = totals->overwritten, .lost = totals->lost } };

	if (!totals->complete) {
		text_put(&t->text, "-- recording began after the unit had started --\n");
		tail_end_line(t);
	}
	if (totals->overwritten > 0 || totals->lost > 0) {
		line_put(&t->text, &gap, &(LineStyle){});
		tail_end_line(t);
	}
	if (totals->events_overwritten > 0) {
		text_put(&t->text, "-- ");
		text_put_grouped(&t->text, totals->events_overwritten);
		text_put(&t->text, " signals, forks, execs and exits before this were overwritten --\n");
		tail_end_line(t);
	}
}

static int put_heading(Print *p, const char *unit, const DumpTotals *totals)
{
	_cleanup_text_ Text line = {};

	text_printf(&line, "-- %s%s%s --\n", unit, *totals->invocation ? ", invocation " : "", totals->invocation);
	return text_error(&line) < 0 ? log_oom() : output_write(p->output, line.data, line.size);
}

static int print(const Arguments *a, const Dump *d, bool heading, Output *output)
{
	Print p = { .arguments = a, .output = output, .tail.max = a->has_lines ? a->lines : UINT64_MAX };
	DumpTotals totals;
	int r, s;

	if (dump_totals(d, &totals) < 0)
		return log_oom();
	r = heading ? put_heading(&p, d->unit, &totals) : 0;
	if (r < 0)
		return r;
	put_missing(&totals, &p.tail);
	r = dump_read(d, a->filter, on_item, &p);
	s = flush(&p);
	tail_done(&p.tail);
	return s < 0 ? s : r;
}

/* It is written as it came; if something is wrong with it, that is told all the same. */
static int write_capture(const Dump *d, Output *output)
{
	int r = output_write(output, d->bytes, d->size);

	return r < 0 ? r : dump_read(d, NULL, NULL, NULL);
}

static int dump(sd_bus *bus, const Arguments *a, const char *unit, bool heading, Output *output)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_dump_ Dump d = {};
	int r;

	r = dump_fetch(bus, unit, a->invocation, &error, &d);
	if (r < 0)
		return client_explain(&error, r);
	return a->capture ? write_capture(&d, output) : print(a, &d, heading, output);
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
	int r, s;

	r = client_connect(&bus);
	if (r >= 0)
		r = choose(bus, a, &units);
	if (r != 0)
		return r;
	if (a->capture && units.n > 1) {
		log_error("A capture is of one unit, and %zu are meant.", units.n);
		return -EINVAL;
	}
	r = output_new(&output, &(OutputConfig){
					.file = a->output, .pager = !a->no_pager && !a->capture, .binary = a->capture });
	if (r < 0)
		return r;
	r = dump_all(bus, a, &units, output);
	if (r == -EPIPE)
		return 0;
	if (r != 0 && output_is_empty(output))
		return r;
	/* With what was before the damage, or of the units for which it went well. */
	s = output_finish(output);
	return r != 0 ? r : s;
}
