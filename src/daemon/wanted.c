/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/wanted.h"

#include <errno.h>
#include <stdlib.h>

#include "util/macro.h"

const Wanted *wanted_find(const WantedList *l, const char *unit)
{
	for (unsigned i = 0; i < l->n; i++)
		if (streq(l->entries[i].unit, unit))
			return &l->entries[i];
	return NULL;
}

static void options_update(RecordOptions *to, const RecordOptions *from)
{
	if (from->buffer_size > 0)
		to->buffer_size = from->buffer_size;
	if (from->filter) {
		CallFilter *before = to->filter;

		to->filter = call_filter_ref(from->filter);
		call_filter_unref(before);
	}
}

static void wanted_clear(Wanted *w)
{
	free(w->unit);
	call_filter_unref(w->options.filter);
}

int wanted_add(WantedList *l, const char *unit, const RecordOptions *options)
{
	Wanted *w = (Wanted *) wanted_find(l, unit);

	if (w) {
		options_update(&w->options, options);
		return 0;
	}
	if (strlen(unit) >= NAME_SIZE)
		return -ENAMETOOLONG;
	if (l->n >= WANTED_MAX)
		return -ENOBUFS;
	w = &l->entries[l->n];
	*w = (Wanted){ .unit = strdup(unit) };
	if (!w->unit)
		return -ENOMEM;
	options_update(&w->options, options);
	l->n++;
	return 1;
}

int wanted_remove(WantedList *l, const char *unit)
{
	Wanted *w = (Wanted *) wanted_find(l, unit);

	if (!w)
		return 0;
	wanted_clear(w);
	*w = l->entries[--l->n];
	return 1;
}

void wanted_patterns(const WantedList *l, struct Pattern *ret)
{
	for (unsigned i = 0; i < l->n; i++) {
		ret[i] = (struct Pattern){ .always = 1 };
		memcpy(ret[i].text, l->entries[i].unit, strlen(l->entries[i].unit));
	}
}

void wanted_done(WantedList *l)
{
	for (unsigned i = 0; i < l->n; i++)
		wanted_clear(&l->entries[i]);
	*l = (WantedList){};
}
