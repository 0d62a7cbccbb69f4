/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/units-resolve.h"

#include "util/cleanup.h"
#include "util/macro.h"

#define SYSTEMD "org.freedesktop.systemd1"

/* A question under way; it belongs to the slot of the call it waits for. */
typedef struct Resolve {
	UnitsResolved resolved;
	void *userdata;
} Resolve;

static int fail(Resolve *q, int error)
{
	q->resolved(NULL, error, q->userdata);
	return 0;
}

/* Picks two strings out of a{sv}. */
static int read_properties(sd_bus_message *m, const char **ret_id, const char **ret_load_state)
{
	const char *name;
	int r = sd_bus_message_enter_container(m, 'a', "{sv}");

	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read(m, "s", &name);
		if (r < 0)
			return r;
		if (streq(name, "Id"))
			r = sd_bus_message_read(m, "v", "s", ret_id);
		else if (streq(name, "LoadState"))
			r = sd_bus_message_read(m, "v", "s", ret_load_state);
		else
			r = sd_bus_message_skip(m, "v");
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return r;
}

static int on_properties(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *id = NULL, *load_state = NULL;
	Resolve *q = userdata;
	int r;

	if (sd_bus_message_is_method_error(m, NULL) > 0)
		return fail(q, -sd_bus_message_get_errno(m));
	r = read_properties(m, &id, &load_state);
	if (r < 0 || !id || !load_state)
		return fail(q, r < 0 ? r : -EBADMSG);
	/* LoadUnit() makes an object for any name that could be a unit's. */
	if (streq(load_state, "not-found"))
		return fail(q, -ENOENT);
	q->resolved(id, 0, q->userdata);
	return 0;
}

/* Give the question to the call that was just made, which then needs no reference of ours. */
static void own(sd_bus_slot *slot)
{
	(void) sd_bus_slot_set_destroy_callback(slot, free);
	(void) sd_bus_slot_set_floating(slot, 1);
	sd_bus_slot_unref(slot);
}

static int on_loaded(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	_cleanup_free_ Resolve *next = NULL;
	Resolve *q = userdata;
	sd_bus_slot *slot;
	const char *path;
	int r;

	(void) error;
	if (sd_bus_message_is_method_error(m, NULL) > 0)
		return fail(q, -sd_bus_message_get_errno(m));
	r = sd_bus_message_read(m, "o", &path);
	if (r < 0)
		return fail(q, r);
	next = malloc(sizeof(*next));
	if (!next)
		return fail(q, -ENOMEM);
	*next = *q;
	r = sd_bus_call_method_async(sd_bus_message_get_bus(m), &slot, SYSTEMD, path, "org.freedesktop.DBus.Properties",
				     "GetAll", on_properties, next, "s", SYSTEMD ".Unit");
	if (r < 0)
		return fail(q, r);
	own(slot);
	(void) TAKE_PTR(next);
	return 0;
}

int units_resolve(sd_bus *bus, const char *name, UnitsResolved resolved, void *userdata)
{
	_cleanup_free_ Resolve *q = malloc(sizeof(*q));
	sd_bus_slot *slot;
	int r;

	if (!q)
		return -ENOMEM;
	*q = (Resolve){ .resolved = resolved, .userdata = userdata };
	r = sd_bus_call_method_async(bus, &slot, SYSTEMD, "/org/freedesktop/systemd1", SYSTEMD ".Manager", "LoadUnit",
				     on_loaded, q, "s", name);
	if (r < 0)
		return r;
	own(slot);
	(void) TAKE_PTR(q);
	return 0;
}
