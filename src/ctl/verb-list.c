/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* traceloopctl list: every recording in memory, those of units that have ended included. */

#include <string.h>

#include "ctl/client.h"
#include "ctl/format.h"
#include "ctl/output.h"
#include "ctl/recordings.h"
#include "ctl/table.h"
#include "ctl/verbs.h"
#include "util/log.h"
#include "util/macro.h"

static const TableColumn columns[] = {
	{ "UNIT", false }, { "STATE", false }, { "CALLS", true },  { "LOST", true },
	{ "SPAN", true },  { "MEMORY", true }, { "SINCE", false },
};

static int compare(const void *a, const void *b)
{
	const RecordingEntry *x = a, *y = b;
	int order = strcmp(x->unit, y->unit);

	return order != 0 ? order : (x->since > y->since) - (x->since < y->since);
}

/* The time that the calls in memory are of. */
static void put_row_span(const RecordingEntry *e, uint64_t now, Text *t)
{
	uint64_t until = e->until ? e->until : now;

	put_span(t, until > e->oldest ? until - e->oldest : 0);
}

static void put_row(const RecordingEntry *e, uint64_t now, Table *t)
{
	text_put(&t->cells, e->unit);
	table_end_cell(t);
	text_put(&t->cells, e->state);
	table_end_cell(t);
	text_put_unsigned(&t->cells, e->calls);
	table_end_cell(t);
	text_put_unsigned(&t->cells, e->lost);
	table_end_cell(t);
	put_row_span(e, now, &t->cells);
	table_end_cell(t);
	put_bytes(&t->cells, e->memory);
	table_end_cell(t);
	put_timestamp(&t->cells, e->since);
	if (!e->complete)
		text_put(&t->cells, " (late)");
	table_end_cell(t);
}

static void put_list(const Arguments *a, const Recordings *list, Text *out)
{
	_cleanup_table_ Table table = { .columns = columns, .n_columns = ELEMENTS(columns) };
	uint64_t now = realtime_usec();
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (units_match(a, list->entries[i].unit)) {
			put_row(&list->entries[i], now, &table);
			n++;
		}
	table_put(&table, !a->no_legend, out);
	if (!a->no_legend)
		text_printf(out, "\n%zu recording%s listed.\n", n, n == 1 ? "" : "s");
}

int verb_list(const Arguments *a)
{
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	_cleanup_recordings_ Recordings list = {};
	_cleanup_text_ Text out = {};
	int r;

	r = client_connect(&bus);
	if (r < 0)
		return r;
	r = recordings_load(bus, &list);
	if (r != 0)
		return r;
	if (list.n > 0)
		qsort(list.entries, list.n, sizeof(*list.entries), compare);
	put_list(a, &list, &out);
	return output_print(&out, !a->no_pager);
}
