/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus/fake-systemd.h"

#include <string.h>

#include "util/macro.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define PATH "/org/freedesktop/systemd1"
#define MANAGER SYSTEMD ".Manager"
#define UNITS_MAX 64U

/* A name that was asked for; those that were loaded first have an @id that may be another. */
typedef struct FakeUnit {
	char *name;
	const char *id; /* NULL: not found */
} FakeUnit;

struct FakeSystemd {
	sd_event *event;
	char *address;
	sd_bus *bus;
	unsigned subscribers;
	FakeUnit units[UNITS_MAX];
	unsigned n_units;
};

sd_id128_t fake_invocation(uint8_t run)
{
	sd_id128_t id;

	memset(&id, run, sizeof(id));
	return id;
}

static FakeUnit *find_unit(FakeSystemd *s, const char *name)
{
	for (unsigned i = 0; i < s->n_units; i++)
		if (streq(s->units[i].name, name))
			return &s->units[i];
	return NULL;
}

static FakeUnit *add_unit(FakeSystemd *s, const char *name, const char *id)
{
	FakeUnit *unit = find_unit(s, name);

	if (unit || s->n_units == UNITS_MAX)
		return unit;
	unit = &s->units[s->n_units++];
	*unit = (FakeUnit){ .name = strdup(name), .id = id };
	return unit;
}

void fake_systemd_load(FakeSystemd *s, const char *name, const char *id)
{
	(void) add_unit(s, name, id);
}

static int method_subscribe(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	FakeSystemd *s = userdata;

	s->subscribers++;
	return sd_bus_reply_method_return(m, NULL);
}

static int method_load_unit(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	_cleanup_free_ char *path = NULL;
	FakeSystemd *s = userdata;
	const char *name;
	FakeUnit *unit;
	int e = sd_bus_message_read(m, "s", &name);

	if (e < 0)
		return e;
	if (!strchr(name, '.') || strchr(name, '/'))
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, "Unit name %s is not valid.", name);
	unit = add_unit(s, name, NULL);
	if (!unit)
		return -ENOMEM;
	e = sd_bus_path_encode(PATH "/unit", unit->id ? unit->id : unit->name, &path);
	return e < 0 ? e : sd_bus_reply_method_return(m, "o", path);
}

static int property_id(sd_bus *bus, const char *path, const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const FakeUnit *unit = userdata;

	return sd_bus_message_append(reply, "s", unit->id ? unit->id : unit->name);
}

static int property_load_state(sd_bus *bus, const char *path, const char *interface, const char *property,
			       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const FakeUnit *unit = userdata;

	return sd_bus_message_append(reply, "s", unit->id ? "loaded" : "not-found");
}

static const sd_bus_vtable manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("Subscribe", NULL, NULL, method_subscribe, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("LoadUnit", "s", "o", method_load_unit, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

static const sd_bus_vtable unit_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Id", "s", property_id, 0, 0),
	SD_BUS_PROPERTY("LoadState", "s", property_load_state, 0, 0),
	SD_BUS_VTABLE_END,
};

static int find_object(sd_bus *bus, const char *path, const char *interface, void *userdata, void **ret,
		       sd_bus_error *error)
{
	_cleanup_free_ char *name = NULL;
	int e = sd_bus_path_decode(path, PATH "/unit", &name);

	if (e <= 0)
		return e;
	*ret = find_unit(userdata, name);
	return *ret != NULL;
}

int fake_systemd_join(FakeSystemd *s)
{
	int e = sd_bus_new(&s->bus);

	if (e >= 0)
		e = sd_bus_set_address(s->bus, s->address);
	if (e >= 0)
		e = sd_bus_set_bus_client(s->bus, true);
	if (e >= 0)
		e = sd_bus_start(s->bus);
	if (e >= 0)
		e = sd_bus_add_object_vtable(s->bus, NULL, PATH, MANAGER, manager_vtable, s);
	if (e >= 0)
		e = sd_bus_add_fallback_vtable(s->bus, NULL, PATH "/unit", SYSTEMD ".Unit", unit_vtable, find_object,
					       s);
	if (e >= 0)
		e = sd_bus_attach_event(s->bus, s->event, SD_EVENT_PRIORITY_NORMAL);
	if (e >= 0)
		e = sd_bus_request_name(s->bus, SYSTEMD, 0);
	return e < 0 ? e : 0;
}

void fake_systemd_leave(FakeSystemd *s)
{
	/* The bus would notice the end of the connection later, and until then refuse the name to the next. */
	if (s->bus)
		(void) sd_bus_release_name(s->bus, SYSTEMD);
	s->bus = sd_bus_close_unref(s->bus);
	s->subscribers = 0;
}

int fake_systemd_new(FakeSystemd **ret, sd_event *event, const char *address)
{
	_cleanup_(fake_systemd_freep) FakeSystemd *s = calloc(1, sizeof(*s));
	int e;

	if (!s)
		return -ENOMEM;
	s->event = sd_event_ref(event);
	s->address = strdup(address);
	e = s->address ? fake_systemd_join(s) : -ENOMEM;
	if (e < 0)
		return e;
	*ret = TAKE_PTR(s);
	return 0;
}

FakeSystemd *fake_systemd_free(FakeSystemd *s)
{
	if (!s)
		return NULL;
	fake_systemd_leave(s);
	for (unsigned i = 0; i < s->n_units; i++)
		free(s->units[i].name);
	sd_event_unref(s->event);
	free(s->address);
	free(s);
	return NULL;
}

/* The bus handles a connection's messages in their order, so what was sent before is where it belongs. */
int fake_systemd_flush(FakeSystemd *s)
{
	return sd_bus_call_method(s->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
				  "GetId", NULL, NULL, NULL);
}

unsigned fake_systemd_subscribers(const FakeSystemd *s)
{
	return s->subscribers;
}

/*
 * Signals
 */

static const char *type_interface(const char *unit)
{
	static const char *const types[][2] = {
		{ ".service", SYSTEMD ".Service" }, { ".scope", SYSTEMD ".Scope" }, { ".mount", SYSTEMD ".Mount" },
	};
	const char *suffix = strrchr(unit, '.');

	for (unsigned i = 0; i < ELEMENTS(types); i++)
		if (streq(suffix, types[i][0]))
			return types[i][1];
	return NULL;
}

static int new_change(FakeSystemd *s, const char *unit, const char *interface, sd_bus_message **ret)
{
	_cleanup_free_ char *path = NULL;
	int e = sd_bus_path_encode(PATH "/unit", unit, &path);

	if (e >= 0)
		e = sd_bus_message_new_signal(s->bus, ret, path, "org.freedesktop.DBus.Properties",
					      "PropertiesChanged");
	return e < 0 ? e : sd_bus_message_append(*ret, "s", interface);
}

static int change_type(FakeSystemd *s, const FakeChange *c)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	const char *interface = type_interface(c->unit);
	int e = new_change(s, c->unit, interface, &m);

	if (e >= 0 && streq(interface, SYSTEMD ".Service"))
		e = sd_bus_message_append(m, "a{sv}", 5, "MainPID", "u", 0, "Result", "s", c->result, "ExecMainCode",
					  "i", c->code, "ExecMainStatus", "i", c->status, "NRestarts", "u", 0);
	else if (e >= 0)
		e = sd_bus_message_append(m, "a{sv}", 1, "Result", "s", c->result);
	if (e >= 0)
		e = sd_bus_message_append(m, "as", 0);
	return e < 0 ? e : sd_bus_send(NULL, m, NULL);
}

static int append_invocation(sd_bus_message *m, uint8_t run)
{
	sd_id128_t id = fake_invocation(run);
	int e = sd_bus_message_open_container(m, 'e', "sv");

	if (e >= 0)
		e = sd_bus_message_append(m, "s", "InvocationID");
	if (e >= 0)
		e = sd_bus_message_open_container(m, 'v', "ay");
	if (e >= 0)
		e = sd_bus_message_append_array(m, 'y', &id, run ? sizeof(id) : 0);
	if (e >= 0)
		e = sd_bus_message_close_container(m);
	return e < 0 ? e : sd_bus_message_close_container(m);
}

static int change_unit(FakeSystemd *s, const FakeChange *c)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int e = new_change(s, c->unit, SYSTEMD ".Unit", &m);

	if (e >= 0)
		e = sd_bus_message_open_container(m, 'a', "{sv}");
	if (e >= 0)
		e = sd_bus_message_append(m, "{sv}", "ActiveState", "s", c->active);
	if (e >= 0)
		e = sd_bus_message_append(m, "{sv}", "SubState", "s", c->sub ? c->sub : c->active);
	if (e >= 0)
		e = append_invocation(m, c->run);
	if (e >= 0)
		e = sd_bus_message_close_container(m);
	if (e >= 0)
		e = sd_bus_message_append(m, "as", 1, "Conditions");
	return e < 0 ? e : sd_bus_send(NULL, m, NULL);
}

int fake_systemd_change(FakeSystemd *s, const FakeChange *change)
{
	int e = 0;

	if (s->subscribers > 0)
		e = change_type(s, change);
	if (s->subscribers > 0 && e >= 0)
		e = change_unit(s, change);
	return e < 0 ? e : 0;
}

int fake_systemd_change_unit_only(FakeSystemd *s, const FakeChange *change)
{
	int e = s->subscribers > 0 ? change_unit(s, change) : 0;

	return e < 0 ? e : 0;
}

static int signal_unit(FakeSystemd *s, const char *member, const char *unit)
{
	_cleanup_free_ char *path = NULL;
	int e;

	if (s->subscribers == 0)
		return 0;
	e = sd_bus_path_encode(PATH "/unit", unit, &path);
	return e < 0 ? e : sd_bus_emit_signal(s->bus, PATH, MANAGER, member, "so", unit, path);
}

int fake_systemd_unit_removed(FakeSystemd *s, const char *unit)
{
	return signal_unit(s, "UnitRemoved", unit);
}

int fake_systemd_unit_new(FakeSystemd *s, const char *unit)
{
	return signal_unit(s, "UnitNew", unit);
}

int fake_systemd_reloading(FakeSystemd *s, bool active)
{
	return s->subscribers > 0 ? sd_bus_emit_signal(s->bus, PATH, MANAGER, "Reloading", "b", active) : 0;
}
