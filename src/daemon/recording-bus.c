/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/recording-bus.h"

#include "daemon/bus-error.h"
#include "daemon/reader.h"
#include "trace/bus-names.h"
#include "util/macro.h"
#include "util/memfd.h"

int unit_bus_path(const char *unit, char **ret)
{
	return sd_bus_path_encode(RECORDING_PREFIX, unit, ret);
}

int recording_bus_path(const Recording *r, char **ret)
{
	return unit_bus_path(r->unit, ret);
}

void recording_numbers(const Recording *r, RecordingNumbers *ret)
{
	uint64_t since = r->since_realtime / NSEC_PER_USEC;
	RingCounters c = {};

	(void) ring_counters(r->recorder, r->ring, &c);
	*ret = (RecordingNumbers){
		.calls = c.calls,
		.lost = c.lost,
		.memory = rings_size(recorder_rings(r->recorder), r->ring),
		.since = since,
		.until = r->ended ? since + (r->ended - r->since_monotonic) / NSEC_PER_USEC : 0,
		.oldest = c.oldest > r->since_monotonic ? since + (c.oldest - r->since_monotonic) / NSEC_PER_USEC : since,
	};
	memcpy(ret->losses, c.losses, sizeof(ret->losses));
}

int losses_append(sd_bus_message *m, const uint64_t losses[static _LOSS_MAX])
{
	int e = 0;

	for (unsigned i = 0; e >= 0 && i < _LOSS_MAX; i++)
		if (losses[i] > 0)
			e = sd_bus_message_append(m, "{st}", loss_to_string(i), losses[i]);
	return e;
}

int recording_append_invocation(sd_bus_message *m, const Recording *r)
{
	bool known = !sd_id128_is_null(r->invocation);

	return sd_bus_message_append_array(m, 'y', &r->invocation, known ? sizeof(r->invocation) : 0);
}

int recording_bus_reply_dump(sd_bus_message *message, Recording *r)
{
	_cleanup_text_ Text capture = {};
	_cleanup_close_ int fd = -EBADF;
	int e;

	e = recording_capture(r, &capture);
	if (e < 0)
		return e;
	fd = memfd_sealed("traceloop-capture", capture.data, capture.size);
	return fd < 0 ? fd : sd_bus_reply_method_return(message, "h", fd);
}

int recording_bus_reply_follow(const Request *q, sd_bus_message *message, Manager *m, const char *unit,
			       sd_bus_error *error)
{
	_cleanup_close_ int fd = -EBADF;
	int e;

	if (q->options.filter)
		return sd_bus_error_setf(error, BUS_ERROR_BAD_OPTION, "Follow takes no option Calls.");
	e = manager_follow(m, unit, q->options.buffer_size, &fd);
	if (e == -ENODATA)
		return sd_bus_error_setf(error, BUS_ERROR_NOT_RECORDED, "Unit %s is not recorded.", unit);
	if (e == -ENOBUFS)
		return sd_bus_error_setf(error, BUS_ERROR_LIMIT_REACHED,
					 "No memory or stream is left to follow %s.", unit);
	return e < 0 ? e : sd_bus_reply_method_return(message, "h", fd);
}

static int method_dump(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_request_ Request q = {};
	int e = request_read_options(&q, message, error);

	if (e >= 0 && (q.options.buffer_size > 0 || q.options.filter))
		return sd_bus_error_setf(error, BUS_ERROR_BAD_OPTION, "Dump takes neither BufferSize nor Calls.");
	return e < 0 ? e : recording_bus_reply_dump(message, userdata);
}

static int method_follow(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	Recording *r = userdata;
	_cleanup_request_ Request q = {};
	int e = request_read_options(&q, message, error);

	return e < 0 ? e : recording_bus_reply_follow(&q, message, r->manager, r->unit, error);
}

static int method_stop(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	Recording *r = userdata;
	int e = manager_stop(r->manager, r->unit);

	if (e == -ENODATA)
		return sd_bus_error_setf(error, BUS_ERROR_NOT_RECORDED, "Unit %s is not recorded.", r->unit);
	return e < 0 ? e : sd_bus_reply_method_return(message, NULL);
}

static int property_invocation(sd_bus *bus, const char *path, const char *interface, const char *property,
			       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	return recording_append_invocation(reply, userdata);
}

static int property_control_group(sd_bus *bus, const char *path, const char *interface, const char *property,
				  sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	_cleanup_free_ char *cgroup = NULL;
	Recording *r = userdata;
	int e = 0;

	if (recording_is_running(r))
		e = manager_cgroup_path(r->manager, r->unit, &cgroup);
	return e == -ENOMEM ? e : sd_bus_message_append(reply, "s", cgroup ? cgroup : "");
}

static int property_state(sd_bus *bus, const char *path, const char *interface, const char *property,
			  sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const Recording *r = userdata;

	return sd_bus_message_append(reply, "s", recording_state_to_string(r->state));
}

static int property_complete(sd_bus *bus, const char *path, const char *interface, const char *property,
			     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const Recording *r = userdata;

	return sd_bus_message_append(reply, "b", r->complete);
}

static int property_filter(sd_bus *bus, const char *path, const char *interface, const char *property,
			   sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const Recording *r = userdata;

	return sd_bus_message_append(reply, "s", call_filter_expression(r->filter));
}

static int property_number(sd_bus *bus, const char *path, const char *interface, const char *property,
			   sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	RecordingNumbers n;
	uint64_t value;

	recording_numbers(userdata, &n);
	value = streq(property, "Calls") ? n.calls
		: streq(property, "Lost") ? n.lost
		: streq(property, "BufferSize") ? n.memory
		: streq(property, "Since") ? n.since
					     : n.oldest;
	return sd_bus_message_append(reply, "t", value);
}

static int property_losses(sd_bus *bus, const char *path, const char *interface, const char *property,
			   sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	RecordingNumbers n;
	int e;

	recording_numbers(userdata, &n);
	e = sd_bus_message_open_container(reply, 'a', "{st}");
	if (e >= 0)
		e = losses_append(reply, n.losses);
	return e < 0 ? e : sd_bus_message_close_container(reply);
}

static int property_threads(sd_bus *bus, const char *path, const char *interface, const char *property,
			    sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const Recording *r = userdata;
	unsigned n, threads = 0;
	const struct Slot *slots = recorder_slots(r->recorder, &n);

	for (unsigned i = 1; i < n; i++)
		threads += slots[i].ring == r->ring;
	return sd_bus_message_append(reply, "u", threads);
}

static const sd_bus_vtable recording_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Unit", "s", NULL, offsetof(Recording, unit), SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("InvocationID", "ay", property_invocation, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("ControlGroup", "s", property_control_group, 0, 0),
	SD_BUS_PROPERTY("ControlGroupID", "t", NULL, offsetof(Recording, cgroup), 0),
	SD_BUS_PROPERTY("State", "s", property_state, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Complete", "b", property_complete, 0, 0),
	SD_BUS_PROPERTY("Since", "t", property_number, 0, 0),
	SD_BUS_PROPERTY("Calls", "t", property_number, 0, 0),
	SD_BUS_PROPERTY("Lost", "t", property_number, 0, 0),
	SD_BUS_PROPERTY("Losses", "a{st}", property_losses, 0, 0),
	SD_BUS_PROPERTY("OldestTimestamp", "t", property_number, 0, 0),
	SD_BUS_PROPERTY("BufferSize", "t", property_number, 0, 0),
	SD_BUS_PROPERTY("Filter", "s", property_filter, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Threads", "u", property_threads, 0, 0),
	SD_BUS_PROPERTY("Result", "s", NULL, offsetof(Recording, result), SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_METHOD_WITH_ARGS("Dump", SD_BUS_ARGS("a{sv}", options), SD_BUS_RESULT("h", capture), method_dump, 0),
	SD_BUS_METHOD_WITH_ARGS("Follow", SD_BUS_ARGS("a{sv}", options), SD_BUS_RESULT("h", stream), method_follow, 0),
	SD_BUS_METHOD_WITH_ARGS("Stop", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_stop, 0),
	SD_BUS_VTABLE_END,
};

static int find_recording(sd_bus *bus, const char *path, const char *interface, void *userdata, void **ret,
			  sd_bus_error *error)
{
	_cleanup_free_ char *unit = NULL;
	Recording *r;
	int e;

	e = sd_bus_path_decode(path, RECORDING_PREFIX, &unit);
	if (e <= 0)
		return e;
	r = manager_find(userdata, unit, SD_ID128_NULL);
	*ret = r;
	return r != NULL;
}

static char **paths_free(char **paths)
{
	for (char **p = paths; p && *p; p++)
		free(*p);
	free(paths);
	return NULL;
}
DEFINE_CLEANUP(char *, paths_free);

static int enumerate_recordings(sd_bus *bus, const char *prefix, void *userdata, char ***ret, sd_bus_error *error)
{
	Manager *m = userdata;
	_cleanup_(paths_freep) char **paths = calloc(m->n_recordings + 1, sizeof(char *));
	unsigned n = 0;

	if (!paths)
		return -ENOMEM;
	for (Recording *r = m->first; r; r = r->next)
		if (manager_find(m, r->unit, SD_ID128_NULL) == r && recording_bus_path(r, &paths[n]) >= 0)
			n++;
	*ret = TAKE_PTR(paths);
	return 0;
}

int recording_bus_add(sd_bus *bus, Manager *m)
{
	int e = sd_bus_add_fallback_vtable(bus, NULL, RECORDING_PREFIX, RECORDING_INTERFACE, recording_vtable,
					   find_recording, m);

	return e < 0 ? e : sd_bus_add_node_enumerator(bus, NULL, RECORDING_PREFIX, enumerate_recordings, m);
}
