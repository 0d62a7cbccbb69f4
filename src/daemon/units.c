/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/units.h"

#include "util/log.h"
#include "util/macro.h"
#include "util/text.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"
#define MANAGER SYSTEMD ".Manager"
#define MANAGER_RULE "path='" SYSTEMD_PATH "',interface='" MANAGER "',"
#define UNIT SYSTEMD ".Unit"
#define DRIVER "org.freedesktop.DBus"
#define DRIVER_PATH "/org/freedesktop/DBus"

/* A match each: the timers, devices and targets of the machine do not wake us. */
static const char *const interfaces[] = {
	SYSTEMD ".Service", SYSTEMD ".Scope", SYSTEMD ".Mount", SYSTEMD ".Swap", SYSTEMD ".Socket", UNIT,
};

struct Units {
	sd_bus *bus;
	UnitsCallbacks callbacks;
	void *userdata;
	bool direct; /* the peer is PID 1 itself */
	char *owner; /* the connection that is PID 1; NULL while it is not on the bus */
	sd_bus_slot *matches[ELEMENTS(interfaces) + 3];
	unsigned n_matches;
	sd_bus_slot *get_owner, *subscribe;
};

/* Call one of the caller's functions, if it has that. */
#define TELL(u, function, ...)                                                    \
	do {                                                                      \
		if ((u)->callbacks.function)                                      \
			(u)->callbacks.function(__VA_ARGS__ __VA_OPT__(,)(u)->userdata); \
	} while (0)

/* What the bus delivers is judged here; what is wrong with it is nobody's mistake on this side. */
static int bad_message(sd_bus_message *m, int error)
{
	(void) log_debug_errno(error, "Cannot read %s from %s, ignoring: %m", sd_bus_message_get_member(m) ?: "answer",
			       sd_bus_message_get_sender(m) ?: "peer");
	return 0;
}

static bool from_manager(const Units *u, sd_bus_message *m)
{
	const char *sender = sd_bus_message_get_sender(m);

	return u->direct || (u->owner && sender && streq(sender, u->owner));
}

/*
 * Changes of units
 */

typedef struct Change {
	const char *result;
	int exec_code, exec_status;
	const char *active_state;
	sd_id128_t invocation;
} Change;

static int read_id(sd_bus_message *m, sd_id128_t *ret)
{
	const void *bytes;
	size_t n;
	int r = sd_bus_message_enter_container(m, 'v', "ay");

	if (r < 0)
		return r;
	r = sd_bus_message_read_array(m, 'y', &bytes, &n);
	if (r < 0)
		return r;
	if (n == sizeof(*ret))
		memcpy(ret, bytes, n);
	else if (n > 0)
		return -EBADMSG;
	return sd_bus_message_exit_container(m);
}

static int read_property(sd_bus_message *m, const char *name, Change *c)
{
	if (streq(name, "Result"))
		return sd_bus_message_read(m, "v", "s", &c->result);
	if (streq(name, "ExecMainCode"))
		return sd_bus_message_read(m, "v", "i", &c->exec_code);
	if (streq(name, "ExecMainStatus"))
		return sd_bus_message_read(m, "v", "i", &c->exec_status);
	if (streq(name, "ActiveState"))
		return sd_bus_message_read(m, "v", "s", &c->active_state);
	if (streq(name, "InvocationID"))
		return read_id(m, &c->invocation);
	return sd_bus_message_skip(m, "v");
}

static int read_change(sd_bus_message *m, Change *c)
{
	int r = sd_bus_message_enter_container(m, 'a', "{sv}");

	while (r >= 0) {
		const char *name;

		r = sd_bus_message_enter_container(m, 'e', "sv");
		if (r <= 0)
			return r;
		r = sd_bus_message_read(m, "s", &name);
		if (r >= 0)
			r = read_property(m, name, c);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return r;
}

static int on_properties_changed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	Units *u = userdata;
	_cleanup_free_ char *unit = NULL;
	const char *interface;
	Change c = {};
	int r;

	(void) error;
	if (!from_manager(u, m))
		return 0;
	r = sd_bus_path_decode(sd_bus_message_get_path(m), SYSTEMD_PATH "/unit", &unit);
	if (r == 0)
		return 0;
	if (r > 0)
		r = sd_bus_message_read(m, "s", &interface);
	if (r >= 0)
		r = read_change(m, &c);
	if (r < 0)
		return bad_message(m, r);
	if (!streq(interface, UNIT) && c.result)
		TELL(u, type_signal, unit, c.result, c.exec_code, c.exec_status);
	else if (streq(interface, UNIT) && c.active_state)
		TELL(u, unit_signal, unit, c.invocation, c.active_state);
	return 0;
}

static int on_unit_removed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	Units *u = userdata;
	const char *unit;
	int r;

	(void) error;
	if (!from_manager(u, m))
		return 0;
	r = sd_bus_message_read(m, "so", &unit, NULL);
	if (r < 0)
		return bad_message(m, r);
	TELL(u, removed, unit);
	return 0;
}

static int on_reloading(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	Units *u = userdata;
	int active, r;

	(void) error;
	if (!from_manager(u, m))
		return 0;
	r = sd_bus_message_read(m, "b", &active);
	if (r < 0)
		return bad_message(m, r);
	if (!active)
		TELL(u, reloaded);
	return 0;
}

/*
 * PID 1 comes and goes
 */

static int on_subscribed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	(void) userdata, (void) error;
	if (sd_bus_message_is_method_error(m, NULL) > 0 &&
	    sd_bus_message_is_method_error(m, SYSTEMD ".AlreadySubscribed") <= 0)
		(void) log_warning_errno(sd_bus_message_get_errno(m),
					 "Cannot subscribe to systemd, failures will be missed: %m");
	return 0;
}

static int subscribe(Units *u)
{
	u->subscribe = sd_bus_slot_unref(u->subscribe);
	return sd_bus_call_method_async(u->bus, &u->subscribe, SYSTEMD, SYSTEMD_PATH, MANAGER, "Subscribe",
					on_subscribed, u, NULL);
}

/* @owner is "" when nobody has the name. */
static void owner_changed(Units *u, const char *owner)
{
	int r = 0;

	if (u->owner && !streq(u->owner, owner)) {
		free(TAKE_PTR(u->owner));
		u->subscribe = sd_bus_slot_unref(u->subscribe);
		TELL(u, reset);
	}
	if (!*owner || u->owner)
		return;
	u->owner = strdup(owner);
	r = u->owner ? subscribe(u) : -ENOMEM;
	if (r < 0)
		(void) log_warning_errno(r, "Cannot subscribe to systemd, failures will be missed: %m");
}

static int on_name_owner_changed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *sender = sd_bus_message_get_sender(m), *name, *owner;
	int r;

	(void) error;
	if (!sender || !streq(sender, DRIVER))
		return 0;
	r = sd_bus_message_read(m, "sss", &name, NULL, &owner);
	if (r < 0)
		return bad_message(m, r);
	if (streq(name, SYSTEMD))
		owner_changed(userdata, owner);
	return 0;
}

static int on_owner(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *owner;
	int r;

	(void) error;
	/* Not there yet: it will be announced. */
	if (sd_bus_message_is_method_error(m, NULL) > 0)
		return 0;
	r = sd_bus_message_read(m, "s", &owner);
	if (r < 0)
		return bad_message(m, r);
	owner_changed(userdata, owner);
	return 0;
}

/*
 * Beginning and end
 */

static int add_match(Units *u, const char *rule, sd_bus_message_handler_t handler)
{
	_cleanup_text_ Text text = {};

	text_printf(&text, "type='signal',%s%s", u->direct ? "" : "sender='" SYSTEMD "',", rule);
	if (text_error(&text) < 0)
		return text_error(&text);
	return sd_bus_add_match_async(u->bus, &u->matches[u->n_matches++], text_string(&text), handler, NULL, u);
}

static int add_unit_matches(Units *u)
{
	int r = 0;

	for (unsigned i = 0; i < ELEMENTS(interfaces) && r >= 0; i++) {
		_cleanup_text_ Text rule = {};

		text_printf(&rule, "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',"
			    "path_namespace='" SYSTEMD_PATH "/unit',arg0='%s'", interfaces[i]);
		r = text_error(&rule);
		if (r >= 0)
			r = add_match(u, text_string(&rule), on_properties_changed);
	}
	return r;
}

static int listen(Units *u)
{
	int r = add_unit_matches(u);

	if (r >= 0)
		r = add_match(u, MANAGER_RULE "member='UnitRemoved'", on_unit_removed);
	if (r >= 0)
		r = add_match(u, MANAGER_RULE "member='Reloading'", on_reloading);
	if (r < 0)
		return r;
	if (u->direct)
		return subscribe(u);
	r = sd_bus_add_match_async(u->bus, &u->matches[u->n_matches++],
				   "type='signal',sender='" DRIVER "',path='" DRIVER_PATH "',interface='" DRIVER "',"
				   "member='NameOwnerChanged',arg0='" SYSTEMD "'", on_name_owner_changed, NULL, u);
	if (r < 0)
		return r;
	return sd_bus_call_method_async(u->bus, &u->get_owner, DRIVER, DRIVER_PATH, DRIVER, "GetNameOwner", on_owner, u,
					"s", SYSTEMD);
}

int units_new(Units **ret, sd_bus *bus, const UnitsCallbacks *callbacks, void *userdata)
{
	_cleanup_(units_freep) Units *u = calloc(1, sizeof(*u));
	int r;

	if (!u)
		return -ENOMEM;
	r = sd_bus_is_bus_client(bus);
	if (r < 0)
		return r;
	*u = (Units){ .bus = sd_bus_ref(bus), .callbacks = *callbacks, .userdata = userdata, .direct = r == 0 };
	r = listen(u);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(u);
	return 0;
}

bool units_are_heard(const Units *u)
{
	return u->direct || u->owner;
}

Units *units_free(Units *u)
{
	if (!u)
		return NULL;
	for (unsigned i = 0; i < u->n_matches; i++)
		sd_bus_slot_unref(u->matches[i]);
	sd_bus_slot_unref(u->get_owner);
	sd_bus_slot_unref(u->subscribe);
	sd_bus_unref(u->bus);
	free(u->owner);
	free(u);
	return NULL;
}
