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

int wanted_add(WantedList *l, const char *unit, uint64_t buffer_size)
{
	Wanted *w = (Wanted *) wanted_find(l, unit);

	if (w) {
		w->buffer_size = buffer_size ? buffer_size : w->buffer_size;
		return 0;
	}
	if (strlen(unit) >= NAME_SIZE)
		return -ENAMETOOLONG;
	if (l->n >= WANTED_MAX)
		return -ENOBUFS;
	w = &l->entries[l->n];
	*w = (Wanted){ .unit = strdup(unit), .buffer_size = buffer_size };
	if (!w->unit)
		return -ENOMEM;
	l->n++;
	return 1;
}

int wanted_remove(WantedList *l, const char *unit)
{
	Wanted *w = (Wanted *) wanted_find(l, unit);

	if (!w)
		return 0;
	free(w->unit);
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
		free(l->entries[i].unit);
	*l = (WantedList){};
}
