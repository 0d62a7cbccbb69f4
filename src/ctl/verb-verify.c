/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * traceloopctl verify: what of the kernel and the system is there to work with, and what it means when it is not.
 *
 * The daemon knows. Without it, what everybody can see is shown, so that one learns why it does not run.
 */

#include <string.h>

#include "ctl/client.h"
#include "ctl/output.h"
#include "ctl/table.h"
#include "ctl/verbs.h"
#include "util/log.h"
#include "util/macro.h"
#include "util/system.h"

static const TableColumn columns[] = { { "FEATURE", false }, { "NEEDED", false }, { "THERE", false }, { "WHY", false } };

typedef struct Verification {
	Table table;
	bool lacking; /* something that is needed */
} Verification;

static void put_cell(Table *t, const char *text)
{
	text_put(&t->cells, text);
	table_end_cell(t);
}

static void put_feature(Verification *v, const char *name, bool needed, bool present, const char *why)
{
	put_cell(&v->table, name);
	put_cell(&v->table, needed ? "yes" : "no");
	put_cell(&v->table, present ? "yes" : "no");
	put_cell(&v->table, why);
	v->lacking |= needed && !present;
}

static int read_features(Verification *v, sd_bus_message *reply)
{
	const char *name, *why;
	int needed, present, r;

	r = sd_bus_message_enter_container(reply, 'a', "(sbbs)");
	while (r >= 0 && (r = sd_bus_message_read(reply, "(sbbs)", &name, &needed, &present, &why)) > 0)
		put_feature(v, name, needed, present, why);
	return r < 0 ? log_error_errno(r, "Failed to read the answer: %m") : 0;
}

static void put_seen_from_outside(Verification *v)
{
	put_feature(v, "kernel-types", true, system_has_types(), "whether /sys/kernel/btf/vmlinux can be read");
	put_feature(v, "cgroup2", true, system_has_cgroup2(), "whether the units of PID 1 are on it");
	put_feature(v, "journal", true, system_has_journal(), "whether journald is there");
}

/* Return: 0 or a negative errno, logged */
static int verify(Verification *v)
{
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = client_connect(&bus);
	if (r >= 0)
		r = client_method(bus, "ListFeatures", &m);
	if (r >= 0)
		r = client_call_quietly(bus, m, false, &error, &reply);
	if (r >= 0) {
		put_feature(v, "daemon", true, true, "traceloopd answers");
		return read_features(v, reply);
	}
	if (bus)
		(void) client_explain(&error, r);
	put_feature(v, "daemon", true, false, "traceloopd does not answer: only what can be seen without it is shown");
	put_seen_from_outside(v);
	return 0;
}

int verb_verify(const Arguments *a)
{
	_cleanup_text_ Text out = {};
	Verification v = { .table = { .columns = columns, .n_columns = ELEMENTS(columns) } };
	int r;

	r = verify(&v);
	table_put(&v.table, !a->no_legend, &out);
	table_done(&v.table);
	if (r < 0)
		return r;
	r = output_print(&out, !a->no_pager);
	if (r < 0)
		return r;
	return v.lacking ? EXIT_FAILURE : 0;
}
