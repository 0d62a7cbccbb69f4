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

/* What somebody asked for goes before what is configured. Return: NULL for all calls */
static CallFilter *filter_of(const Manager *m, const Settings *settings, const char *unit)
{
	const Wanted *w = wanted_find(&m->wanted, unit);

	return w && w->options.filter ? w->options.filter : settings->filter;
}

/* Return: the number of its set for the kernel side, 0 for all calls; -ENOBUFS */
static int filter_number(Manager *m, const CallFilter *filter)
{
	return filter ? recorder_calls(m->recorder, &filter->calls) : 0;
}

int manager_apply_patterns(Manager *m, const Settings *settings)
{
	unsigned n = m->wanted.n + settings->n_patterns;
	struct Pattern patterns[PATTERNS_MAX];

	if (n > PATTERNS_MAX)
		return -ENOBUFS;
	wanted_patterns(&m->wanted, patterns);
	memcpy(patterns + m->wanted.n, settings->patterns, settings->n_patterns * sizeof(*patterns));
	for (unsigned i = 0; i < n; i++) {
		const CallFilter *filter = patterns[i].always ? filter_of(m, settings, patterns[i].text) : settings->filter;
		int calls = filter_number(m, filter);

		if (calls < 0)
			return calls;
		patterns[i].calls = (__u16) calls;
	}
	return recorder_set_patterns(m->recorder, patterns, n);
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
