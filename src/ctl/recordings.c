/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/recordings.h"

#include <fnmatch.h>
#include <string.h>

#include "ctl/client.h"
#include "ctl/unit-name.h"
#include "util/log.h"
#include "util/macro.h"

/* Return: 1 with an entry, 0 at the end, a negative errno */
static int entry_read(sd_bus_message *m, RecordingEntry *ret)
{
	const void *id;
	size_t size;
	int r = sd_bus_message_enter_container(m, 'r', "saysttttttbo");

	if (r <= 0)
		return r;
	*ret = (RecordingEntry){};
	r = sd_bus_message_read(m, "s", &ret->unit);
	if (r >= 0)
		r = sd_bus_message_read_array(m, 'y', &id, &size);
	if (r >= 0 && size == sizeof(ret->invocation))
		memcpy(&ret->invocation, id, size);
	if (r >= 0)
		r = sd_bus_message_read(m, "sttttttbo", &ret->state, &ret->calls, &ret->lost, &ret->memory, &ret->since,
					&ret->oldest, &ret->until, &ret->complete, NULL);
	if (r >= 0)
		r = sd_bus_message_exit_container(m);
	return r < 0 ? r : 1;
}

static int entries_read(Recordings *list)
{
	size_t allocated = 0;
	int r = sd_bus_message_enter_container(list->reply, 'a', "(saysttttttbo)");

	while (r >= 0) {
		if (list->n == allocated) {
			size_t more = allocated ? allocated * 2 : 64;
			RecordingEntry *entries = reallocarray(list->entries, more, sizeof(*entries));

			if (!entries)
				return -ENOMEM;
			list->entries = entries;
			allocated = more;
		}
		r = entry_read(list->reply, &list->entries[list->n]);
		if (r == 0)
			return 0;
		list->n += r > 0;
	}
	return r;
}

int recordings_load(sd_bus *bus, Recordings *ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	_cleanup_recordings_ Recordings list = {};
	int r;

	r = client_method(bus, "ListRecordings", &m);
	if (r < 0)
		return r;
	r = client_call(bus, m, false, &list.reply);
	if (r != 0)
		return r;
	r = entries_read(&list);
	if (r < 0)
		return log_error_errno(r, "Failed to read the list of recordings: %m");
	*ret = list;
	list = (Recordings){};
	return 0;
}

void recordings_done(Recordings *r)
{
	free(r->entries);
	sd_bus_message_unref(r->reply);
	*r = (Recordings){};
}

bool recording_entry_is_running(const RecordingEntry *e)
{
	return streq(e->state, "armed") || streq(e->state, "recording");
}

const RecordingEntry *recordings_find(const Recordings *r, sd_id128_t invocation)
{
	for (size_t i = 0; i < r->n; i++)
		if (sd_id128_equal(r->entries[i].invocation, invocation))
			return &r->entries[i];
	return NULL;
}

bool units_match(const Arguments *a, const char *unit)
{
	for (unsigned i = 0; i < a->n_units; i++)
		if (fnmatch(a->units[i], unit, FNM_NOESCAPE) == 0)
			return true;
	return a->n_units == 0;
}

int unit_names_add(UnitNames *names, const char *unit)
{
	char **more;

	for (size_t i = 0; i < names->n; i++)
		if (streq(names->names[i], unit))
			return 0;
	more = reallocarray(names->names, names->n + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	names->names = more;
	more[names->n] = strdup(unit);
	if (!more[names->n])
		return -ENOMEM;
	names->n++;
	return 0;
}

/* Return: how many recordings match, or -ENOMEM */
static int add_matching(UnitNames *names, const Recordings *list, const char *pattern, bool running)
{
	int n = 0;

	for (size_t i = 0; i < list->n; i++) {
		const RecordingEntry *e = &list->entries[i];

		if ((running && !recording_entry_is_running(e)) || fnmatch(pattern, e->unit, FNM_NOESCAPE) != 0)
			continue;
		if (unit_names_add(names, e->unit) < 0)
			return -ENOMEM;
		n++;
	}
	return n;
}

int units_expand(sd_bus *bus, const Arguments *a, bool running, UnitNames *ret)
{
	_cleanup_unit_names_ UnitNames names = {};
	_cleanup_recordings_ Recordings list = {};
	int r = 0;

	for (unsigned i = 0; i < a->n_units; i++) {
		bool glob = unit_name_is_glob(a->units[i]);

		if (glob && !list.reply)
			r = recordings_load(bus, &list);
		if (r != 0)
			return r;
		r = glob ? add_matching(&names, &list, a->units[i], running) : unit_names_add(&names, a->units[i]);
		if (r < 0)
			return log_oom();
		if (glob && r == 0) {
			log_error("No recording matches %s.", a->units[i]);
			return EXIT_NOT_RECORDED;
		}
		r = 0;
	}
	*ret = names;
	names = (UnitNames){};
	return 0;
}

void unit_names_done(UnitNames *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->names[i]);
	free(names->names);
	*names = (UnitNames){};
}
