/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * org.traceloop1.Manager: the connection, the methods, the signals.
 *
 * Methods that take a unit first settle its primary name, which may have to be asked of PID 1; so each is a request
 * with what was parsed, carried out when the name is known. Those that start, stop or show recorded data lack
 * SD_BUS_VTABLE_UNPRIVILEGED: sd-bus itself refuses whoever is not root.
 */

#include "daemon/bus-error.h"
#include "daemon/manager.h"
#include "daemon/recording-bus.h"
#include "daemon/request.h"
#include "trace/bus-names.h"
#include "util/log.h"
#include "util/macro.h"

#define RECONNECT_USEC (1 * USEC_PER_SEC)

static int append_recording(sd_bus_message *reply, Recording *r)
{
	_cleanup_free_ char *path = NULL;
	RecordingNumbers n;
	int e;

	e = recording_bus_path(r, &path);
	if (e < 0)
		return e;
	recording_numbers(r, &n);
	e = sd_bus_message_open_container(reply, 'r', "saysttttttbo");
	if (e >= 0)
		e = sd_bus_message_append(reply, "s", r->unit);
	if (e >= 0)
		e = recording_append_invocation(reply, r);
	if (e >= 0)
		e = sd_bus_message_append(reply, "sttttttbo", recording_state_to_string(r->state), n.calls,
					  n.lost, n.memory, n.since, n.oldest, n.until, (int) r->complete, path);
	return e < 0 ? e : sd_bus_message_close_container(reply);
}

static int method_list_recordings(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	Manager *m = userdata;
	int e;

	e = sd_bus_message_new_method_return(message, &reply);
	if (e >= 0)
		e = sd_bus_message_open_container(reply, 'a', "(saysttttttbo)");
	for (Recording *r = m->first; e >= 0 && r; r = r->next)
		e = append_recording(reply, r);
	if (e >= 0)
		e = sd_bus_message_close_container(reply);
	return e < 0 ? e : sd_bus_send(NULL, reply, NULL);
}

static int run_get_recording(Request *q, const char *unit, sd_bus_error *error)
{
	Recording *r = manager_find(q->manager, unit, SD_ID128_NULL);
	_cleanup_free_ char *path = NULL;
	int e;

	if (!r)
		return sd_bus_error_setf(error, BUS_ERROR_NOT_RECORDED, "Unit %s is not recorded.", unit);
	e = recording_bus_path(r, &path);
	return e < 0 ? e : sd_bus_reply_method_return(q->message, "o", path);
}

static int method_get_recording(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return request_begin(userdata, message, "s", run_get_recording, error);
}

static int run_record(Request *q, const char *unit, sd_bus_error *error)
{
	_cleanup_free_ char *path = NULL;
	int e;

	e = manager_record(q->manager, unit, &q->options);
	if (e == -ENOBUFS)
		return sd_bus_error_setf(error, BUS_ERROR_LIMIT_REACHED,
					 "No memory or name is left to record %s (MemoryMax=).", unit);
	if (e < 0)
		return e;
	e = unit_bus_path(unit, &path);
	return e < 0 ? e : sd_bus_reply_method_return(q->message, "o", path);
}

static int method_record(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return request_begin(userdata, message, "sa{sv}", run_record, error);
}

static int run_stop(Request *q, const char *unit, sd_bus_error *error)
{
	int e = manager_stop(q->manager, unit);

	if (e == -ENODATA)
		return sd_bus_error_setf(error, BUS_ERROR_NOT_RECORDED, "Unit %s is not recorded.", unit);
	return e < 0 ? e : sd_bus_reply_method_return(q->message, NULL);
}

static int method_stop(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return request_begin(userdata, message, "s", run_stop, error);
}

static int run_dump(Request *q, const char *unit, sd_bus_error *error)
{
	Recording *r = manager_find(q->manager, unit, q->invocation);

	if (q->options.buffer_size > 0 || q->options.filter)
		return sd_bus_error_setf(error, BUS_ERROR_BAD_OPTION, "Dump takes neither BufferSize nor Calls.");
	if (!r)
		return sd_bus_error_setf(error, BUS_ERROR_NOT_RECORDED,
					 sd_id128_is_null(q->invocation) ? "Unit %s is not recorded."
									 : "That invocation of unit %s is not in memory.",
					 unit);
	return recording_bus_reply_dump(q->message, r);
}

static int method_dump(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return request_begin(userdata, message, "saya{sv}", run_dump, error);
}

static int run_follow(Request *q, const char *unit, sd_bus_error *error)
{
	return recording_bus_reply_follow(q, q->message, q->manager, unit, error);
}

static int method_follow(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return request_begin(userdata, message, "sa{sv}", run_follow, error);
}

static int property_version(sd_bus *bus, const char *path, const char *interface, const char *property,
			    sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	return sd_bus_message_append(reply, "s", VERSION);
}

static int property_patterns(sd_bus *bus, const char *path, const char *interface, const char *property,
			     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	Manager *m = userdata;
	int e = sd_bus_message_open_container(reply, 'a', "s");

	for (unsigned i = 0; e >= 0 && i < m->settings.n_patterns; i++) {
		const struct Pattern *p = &m->settings.patterns[i];
		char text[NAME_SIZE + 1];

		(void) snprintf(text, sizeof(text), "%s%s", p->exclude ? "!" : "", p->text);
		e = sd_bus_message_append(reply, "s", text);
	}
	return e < 0 ? e : sd_bus_message_close_container(reply);
}

static int property_filter(sd_bus *bus, const char *path, const char *interface, const char *property,
			   sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const Manager *m = userdata;

	return sd_bus_message_append(reply, "s", call_filter_expression(m->settings.filter));
}

static int property_number(sd_bus *bus, const char *path, const char *interface, const char *property,
			   sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	Manager *m = userdata;
	RecorderLosses losses;
	RecordingNumbers n;
	uint64_t calls = 0, lost = 0, names_lost = 0;

	if (streq(property, "MemoryUsed"))
		return sd_bus_message_append(reply, "t", rings_memory(recorder_rings(m->recorder)));
	if (streq(property, "NamesMemory"))
		return sd_bus_message_append(reply, "t", (uint64_t) ring_files_memory(recorder_files(m->recorder)));
	if (streq(property, "MemoryMax"))
		return sd_bus_message_append(reply, "t", rings_memory_max(recorder_rings(m->recorder)));
	for (Recording *r = m->first; r; r = r->next) {
		recording_numbers(r, &n);
		calls += n.calls;
		lost += n.lost;
		names_lost += rings_get(recorder_rings(m->recorder), r->ring)->names_lost;
	}
	if (streq(property, "NamesLost"))
		return sd_bus_message_append(reply, "t", names_lost);
	recorder_losses(m->recorder, &losses);
	return sd_bus_message_append(reply, "t", streq(property, "CallsRecorded") ? calls : lost + losses.skipped);
}

/* Those of the recordings there are, and what belongs to none. */
static int property_losses(sd_bus *bus, const char *path, const char *interface, const char *property,
			   sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	uint64_t losses[_LOSS_MAX] = {};
	Manager *m = userdata;
	RecorderLosses others;
	RecordingNumbers n;
	int e;

	for (Recording *r = m->first; r; r = r->next) {
		recording_numbers(r, &n);
		for (unsigned i = 0; i < _LOSS_MAX; i++)
			losses[i] += n.losses[i];
	}
	recorder_losses(m->recorder, &others);
	e = sd_bus_message_open_container(reply, 'a', "{st}");
	if (e >= 0)
		e = losses_append(reply, losses);
	if (e >= 0 && others.skipped > 0)
		e = sd_bus_message_append(reply, "{st}", "skipped", others.skipped);
	return e < 0 ? e : sd_bus_message_close_container(reply);
}

static int property_kernel_support(sd_bus *bus, const char *path, const char *interface, const char *property,
				   sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	Manager *m = userdata;
	const char *why;

	return sd_bus_message_append(reply, "as", 3, recorder_is_attached(m->recorder) ? "attached" : "idle",
				     recorder_thread_key(m->recorder, &why) == THREAD_KEY_STACK ? "thread-stacks"
												: "no-thread-stacks",
				     recorder_has_files(m->recorder) ? "file-names" : "no-file-names");
}

/* The kernel's type information is some MiB to read, and anybody may ask. Return: the facts now, NULL without memory */
static const Facts *manager_facts(Manager *m)
{
	if (!m->facts) {
		m->facts = malloc(sizeof(*m->facts));
		if (m->facts)
			facts_find(m->recorder, m->facts);
	}
	if (m->facts)
		facts_update(m->facts, m->units && units_are_heard(m->units));
	return m->facts;
}

static int method_list_features(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	const Facts *facts = manager_facts(userdata);
	Feature f;
	int e;

	if (!facts)
		return -ENOMEM;
	e = sd_bus_message_new_method_return(message, &reply);
	if (e >= 0)
		e = sd_bus_message_open_container(reply, 'a', "(sbbs)");
	for (unsigned i = 0; e >= 0 && feature_get(facts, i, &f); i++)
		e = sd_bus_message_append(reply, "(sbbs)", f.name, (int) f.needed, (int) f.present, f.why);
	if (e >= 0)
		e = sd_bus_message_close_container(reply);
	return e < 0 ? e : sd_bus_send(NULL, reply, NULL);
}

static const sd_bus_vtable manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Version", "s", property_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Patterns", "as", property_patterns, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Filter", "s", property_filter, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("NRecordings", "u", NULL, offsetof(Manager, n_recordings), 0),
	SD_BUS_PROPERTY("MemoryUsed", "t", property_number, 0, 0),
	SD_BUS_PROPERTY("MemoryMax", "t", property_number, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("NamesMemory", "t", property_number, 0, 0),
	SD_BUS_PROPERTY("NamesLost", "t", property_number, 0, 0),
	SD_BUS_PROPERTY("CallsRecorded", "t", property_number, 0, 0),
	SD_BUS_PROPERTY("CallsLost", "t", property_number, 0, 0),
	SD_BUS_PROPERTY("Losses", "a{st}", property_losses, 0, 0),
	SD_BUS_PROPERTY("KernelSupport", "as", property_kernel_support, 0, 0),

	SD_BUS_METHOD_WITH_ARGS("ListRecordings", SD_BUS_NO_ARGS,
				SD_BUS_RESULT("a(saysttttttbo)", recordings),
				method_list_recordings, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetRecording", SD_BUS_ARGS("s", unit), SD_BUS_RESULT("o", recording),
				method_get_recording, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListFeatures", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(sbbs)", features),
				method_list_features, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Record", SD_BUS_ARGS("s", unit, "a{sv}", options), SD_BUS_RESULT("o", recording),
				method_record, 0),
	SD_BUS_METHOD_WITH_ARGS("Stop", SD_BUS_ARGS("s", unit), SD_BUS_NO_RESULT, method_stop, 0),
	SD_BUS_METHOD_WITH_ARGS("Dump", SD_BUS_ARGS("s", unit, "ay", invocation, "a{sv}", options),
				SD_BUS_RESULT("h", capture), method_dump, 0),
	SD_BUS_METHOD_WITH_ARGS("Follow", SD_BUS_ARGS("s", unit, "a{sv}", options), SD_BUS_RESULT("h", stream),
				method_follow, 0),

	SD_BUS_SIGNAL_WITH_ARGS("RecordingAdded", SD_BUS_ARGS("s", unit, "o", recording), 0),
	SD_BUS_SIGNAL_WITH_ARGS("RecordingRemoved", SD_BUS_ARGS("s", unit, "o", recording), 0),
	SD_BUS_SIGNAL_WITH_ARGS("Dumped", SD_BUS_ARGS("s", unit, "ay", invocation, "s", result), 0),
	SD_BUS_VTABLE_END,
};

static void emit(Manager *m, Recording *r, const char *signal)
{
	_cleanup_free_ char *path = NULL;
	int e;

	if (!m->bus)
		return;
	e = recording_bus_path(r, &path);
	if (e >= 0)
		e = sd_bus_emit_signal(m->bus, BUS_PATH, BUS_INTERFACE, signal, "so", r->unit, path);
	if (e < 0)
		(void) log_debug_errno(e, "Failed to send %s, ignoring: %m", signal);
}

void manager_bus_added(Manager *m, Recording *r)
{
	emit(m, r, "RecordingAdded");
	manager_bus_changed(m, r); /* of a unit that starts again, the object was there before */
}

void manager_bus_removed(Manager *m, Recording *r)
{
	Recording *left = manager_find(m, r->unit, SD_ID128_NULL);

	/* The object is the unit's: it stays as long as any recording of it does. */
	if (left)
		manager_bus_changed(m, left);
	else
		emit(m, r, "RecordingRemoved");
}

void manager_bus_changed(Manager *m, Recording *r)
{
	_cleanup_free_ char *path = NULL;

	if (m->bus && recording_bus_path(r, &path) >= 0)
		(void) sd_bus_emit_properties_changed(m->bus, path, RECORDING_INTERFACE, "InvocationID", "State",
						      "Result", "Filter", NULL);
}

void manager_bus_reloaded(Manager *m)
{
	if (m->bus)
		(void) sd_bus_emit_properties_changed(m->bus, BUS_PATH, BUS_INTERFACE, "Patterns", "Filter", NULL);
}

void manager_bus_dumped(Manager *m, const Recording *r, const char *result)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int e;

	if (!m->bus)
		return;
	e = sd_bus_message_new_signal(m->bus, &message, BUS_PATH, BUS_INTERFACE, "Dumped");
	if (e >= 0)
		e = sd_bus_message_append(message, "s", r->unit);
	if (e >= 0)
		e = recording_append_invocation(message, r);
	if (e >= 0)
		e = sd_bus_message_append(message, "s", result);
	if (e >= 0)
		e = sd_bus_send(NULL, message, NULL);
	if (e < 0)
		(void) log_debug_errno(e, "Failed to send Dumped, ignoring: %m");
}

static int on_reconnect(sd_event_source *source, uint64_t usec, void *userdata);

static int bus_lost(Manager *m)
{
	int e;

	m->units = units_free(m->units);
	m->bus = sd_bus_close_unref(m->bus);
	m->reconnect = sd_event_source_disable_unref(m->reconnect);
	e = sd_event_add_time_relative(m->event, &m->reconnect, CLOCK_MONOTONIC, RECONNECT_USEC, 0, on_reconnect, m);
	return e < 0 ? log_error_errno(e, "Failed to set a timer: %m") : 0;
}

static int on_reconnect(sd_event_source *source, uint64_t usec, void *userdata)
{
	Manager *m = userdata;

	return manager_bus_connect(m) < 0 ? bus_lost(m) : 0;
}

/* dbus may be restarted, and comes up after us at boot and goes before us at the end: recording does not depend on it. */
static int on_disconnected(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	log_notice("Lost the connection to the bus, will connect again");
	return bus_lost(userdata);
}

static int on_name(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	if (sd_bus_message_is_method_error(reply, NULL))
		log_error("Failed to get the name " BUS_NAME " on the bus: %s", sd_bus_message_get_error(reply)->message);
	return 0;
}

static int bus_open(sd_bus **ret)
{
	_cleanup_(sd_bus_close_unrefp) sd_bus *bus = NULL;
	const char *address = secure_getenv("DBUS_SYSTEM_BUS_ADDRESS");
	int e;

	e = sd_bus_new(&bus);
	if (e >= 0)
		e = sd_bus_set_address(bus, address ? address : "unix:path=/run/dbus/system_bus_socket");
	if (e >= 0)
		e = sd_bus_set_bus_client(bus, true);
	if (e >= 0)
		e = sd_bus_negotiate_fds(bus, true);
	if (e >= 0)
		e = sd_bus_set_watch_bind(bus, true);
	if (e >= 0)
		e = sd_bus_set_connected_signal(bus, true);
	if (e >= 0)
		e = sd_bus_start(bus);
	if (e >= 0)
		*ret = TAKE_PTR(bus);
	return e;
}

int manager_bus_connect(Manager *m)
{
	int e;

	e = bus_open(&m->bus);
	if (e >= 0)
		e = sd_bus_attach_event(m->bus, m->event, SD_EVENT_PRIORITY_NORMAL);
	if (e >= 0)
		e = sd_bus_add_object_vtable(m->bus, NULL, BUS_PATH, BUS_INTERFACE, manager_vtable, m);
	if (e >= 0)
		e = recording_bus_add(m->bus, m);
	if (e >= 0)
		e = sd_bus_match_signal_async(m->bus, NULL, "org.freedesktop.DBus.Local", "/org/freedesktop/DBus/Local",
					      "org.freedesktop.DBus.Local", "Disconnected", on_disconnected, NULL, m);
	if (e >= 0)
		e = units_new(&m->units, m->bus, &manager_units_callbacks, m);
	if (e >= 0)
		e = sd_bus_request_name_async(m->bus, NULL, BUS_NAME, 0, on_name, m);
	return e < 0 ? log_error_errno(e, "Failed to set up the bus connection: %m") : 0;
}
