/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which units are armed, and which of their calls are recorded.
 *
 * The kernel side gives a unit its set of calls when it is born, from the same table that says whether it is recorded.
 * What a recording is to have may have changed until the daemon learns of it, so it is looked up again by name then, and
 * whenever the configuration is read.
 */

#include "daemon/manager.h"
#include "util/log.h"
#include "util/macro.h"

/* What somebody asked for goes before what the unit says, and that before what is configured. Return: NULL for all calls */
static CallFilter *filter_of(const Manager *m, const Settings *settings, const char *unit)
{
	const Wanted *w = wanted_find(&m->wanted, unit);
	const UnitFile *u = unit_files_find(&m->unit_files, unit);

	if (w && w->options.filter)
		return w->options.filter;
	return u && u->filter ? u->filter : settings->filter;
}

/* Return: the number of its set for the kernel side, 0 for all calls; -ENOBUFS */
static int filter_number(Manager *m, const CallFilter *filter)
{
	return filter ? recorder_calls(m->recorder, &filter->calls) : 0;
}

static struct Pattern unit_file_pattern(const UnitFile *u)
{
	struct Pattern p = { .always = u->record == 1, .exclude = u->record == 0, .neutral = u->record < 0 };

	memcpy(p.text, u->unit, MIN(strlen(u->unit), sizeof(p.text) - 1));
	return p;
}

/*
 * In the order in which they decide: what was asked for, the unit's own word, the patterns of Units=. Where there is not
 * room for all, words of units are left out, and that is said.
 */
int manager_apply_patterns(Manager *m, const Settings *settings)
{
	struct Pattern patterns[PATTERNS_MAX];
	unsigned n = m->wanted.n, fit;

	if (n + settings->n_patterns > PATTERNS_MAX)
		return -ENOBUFS;
	fit = MIN(m->unit_files.n, PATTERNS_MAX - n - settings->n_patterns);
	wanted_patterns(&m->wanted, patterns);
	for (unsigned i = 0; i < fit; i++)
		patterns[n++] = unit_file_pattern(&m->unit_files.entries[i]);
	memcpy(patterns + n, settings->patterns, settings->n_patterns * sizeof(*patterns));
	for (unsigned i = 0; i < n + settings->n_patterns; i++) {
		const CallFilter *filter = i < n ? filter_of(m, settings, patterns[i].text) : settings->filter;
		int calls = filter_number(m, filter);

		if (calls < 0)
			return calls;
		patterns[i].calls = (__u16) calls;
	}
	if (fit < m->unit_files.n)
		log_warning("Only %u of %u unit files that have [X-Traceloop] are in force", fit, m->unit_files.n);
	return recorder_set_patterns(m->recorder, patterns, n + settings->n_patterns);
}

void manager_load_unit_files(Manager *m)
{
	UnitFiles files;
	int e = unit_files_load("", &files);

	if (e < 0) {
		(void) log_warning_errno(e, "Failed to read unit files, ignoring: %m");
		return;
	}
	unit_files_done(&m->unit_files);
	m->unit_files = files;
}

uint64_t manager_buffer_size(const Manager *m, const char *unit)
{
	const Wanted *w = wanted_find(&m->wanted, unit);
	const UnitFile *u = unit_files_find(&m->unit_files, unit);

	if (w && w->options.buffer_size > 0)
		return w->options.buffer_size;
	return u ? u->buffer_size : 0;
}

bool manager_records_by_itself(const Manager *m, const char *unit)
{
	const UnitFile *u = unit_files_find(&m->unit_files, unit);

	return u && u->record >= 0 ? u->record : settings_matches(&m->settings, unit);
}

bool manager_has_patterns(const Manager *m)
{
	for (unsigned i = 0; i < m->unit_files.n; i++)
		if (m->unit_files.entries[i].record == 1)
			return true;
	return m->settings.n_patterns > 0 || m->wanted.n > 0;
}

void manager_apply_filter(Manager *m, Recording *r)
{
	CallFilter *filter = call_filter_ref(filter_of(m, &m->settings, r->unit));
	int calls = filter_number(m, filter);

	if (calls < 0) {
		(void) log_warning_errno(calls, "Too many different filters, recording all calls of %s: %m", r->unit);
		filter = call_filter_unref(filter);
		calls = 0;
	}
	call_filter_unref(r->filter);
	r->filter = filter;
	if (rings_get(recorder_rings(m->recorder), r->ring)->calls == (uint32_t) calls)
		return;
	recorder_set_calls(m->recorder, r->ring, (unsigned) calls);
	recorder_rescan(m->recorder);
}

void manager_apply_filters(Manager *m)
{
	for (Recording *r = m->first; r; r = r->next)
		if (recording_is_running(r))
			manager_apply_filter(m, r);
}

void manager_reload_unit_files(Manager *m)
{
	int e;

	manager_load_unit_files(m);
	e = manager_apply_patterns(m, &m->settings);
	if (e < 0)
		(void) log_warning_errno(e, "Failed to apply what unit files say, ignoring: %m");
	manager_apply_filters(m);
	(void) manager_update_attached(m);
}
