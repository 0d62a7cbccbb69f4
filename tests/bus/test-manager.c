/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a client can ask of the daemon, and what it is told. */

#include "unit/test.h"

#include <fcntl.h>
#include <inttypes.h>

#include "bus/client.h"
#include "util/macro.h"

#define NO_OPTIONS 0
#define UNIT_PATH(escaped) "/org/traceloop1/unit/" escaped "_2eservice"

/* Return: the object in an answer, or the error's name */
static const char *object_of(World *w, sd_bus_message **answer)
{
	static char text[256];
	const char *path;

	if (w->error[0] || !*answer || sd_bus_message_read(*answer, "o", &path) < 0)
		path = w->error;
	(void) snprintf(text, sizeof(text), "%s", path);
	*answer = sd_bus_message_unref(*answer);
	return text;
}

static const char *get_recording(World *w, const char *unit)
{
	sd_bus_message *answer = NULL;

	(void) client_manager(w, "GetRecording", &answer, "s", unit);
	return object_of(w, &answer);
}

static const char *record(World *w, const char *unit)
{
	sd_bus_message *answer = NULL;

	(void) client_manager(w, "Record", &answer, "sa{sv}", unit, NO_OPTIONS);
	return object_of(w, &answer);
}

static const char *record_sized(World *w, const char *unit, uint64_t size)
{
	sd_bus_message *answer = NULL;

	(void) client_manager(w, "Record", &answer, "sa{sv}", unit, 1, "BufferSize", "t", size);
	return object_of(w, &answer);
}

/* Return: the error's name, or "" with the capture in @ret */
static const char *dump(World *w, Stream *ret, const char *unit, uint8_t run)
{
	sd_bus_message *answer = NULL;
	sd_id128_t id = fake_invocation(run);
	const uint8_t *b = id.bytes;
	const char *error;

	if (run)
		error = client_manager(w, "Dump", &answer, "saya{sv}", unit, 16, b[0], b[1], b[2], b[3], b[4], b[5],
				       b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15], NO_OPTIONS);
	else
		error = client_manager(w, "Dump", &answer, "saya{sv}", unit, 0, NO_OPTIONS);
	if (*error)
		return error;
	if (stream_take(ret, answer) < 0)
		return "no descriptor";
	return "";
}

TEST(a_unit_that_is_born_becomes_a_recording_and_an_object)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
	const char *unit, *state, *path;
	uint64_t calls, lost, memory;
	int is_complete;

	WORLD("");
	CHECK(world_start(w, "a.service", 1));
	CHECK_STRING(get_recording(w, "a.service"), UNIT_PATH("a"));
	CHECK_STRING(text_string(&w->signals), "RecordingAdded(a.service)");
	CHECK_STRING(client_manager(w, "ListRecordings", &answer, NULL), "");
	CHECK(sd_bus_message_enter_container(answer, 'a', "(saysttttttbo)") > 0);
	CHECK(sd_bus_message_enter_container(answer, 'r', "saysttttttbo") > 0);
	CHECK(sd_bus_message_read(answer, "s", &unit) > 0);
	CHECK(sd_bus_message_skip(answer, "ay") > 0);
	CHECK(sd_bus_message_read(answer, "sttttttbo", &state, &calls, &lost, &memory, NULL, NULL, NULL, &is_complete,
				  &path) > 0);
	CHECK_STRING(unit, "a.service");
	CHECK_STRING(state, "recording");
	CHECK_INT(calls, 0);
	CHECK_INT(lost, 0);
	CHECK_INT(memory, 65536);
	CHECK(is_complete);
	CHECK_STRING(path, UNIT_PATH("a"));
}

TEST(a_unit_that_no_pattern_wants_is_not_recorded)
{
	WORLD("[Recorder]\nUnits=!b*.service");
	fake_systemd_load(w->systemd, "b.service", "b.service");
	CHECK_INT(world_start(w, "b.service", 1), 0);
	CHECK_STRING(get_recording(w, "b.service"), "org.traceloop1.Error.NotRecorded");
}

TEST(the_manager_has_its_properties)
{
	uint32_t ring;

	WORLD("[Recorder]\nUnits=\nUnits=*.service !a@*");
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "Version"), VERSION);
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "Patterns"), "*.service !a@*");
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "NRecordings"), "0");
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "MemoryMax"), "8388608");
	ring = world_start(w, "a.service", 1);
	CHECK(ring);
	fake_open(w->manager->recorder, ring, "/a", 3);
	fake_ring_lost(w->manager->recorder, ring, 2);
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "NRecordings"), "1");
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "CallsRecorded"), "1");
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "CallsLost"), "2");
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "Losses"), "no-chunk 2");
	/* one recorded, and the stock of four full again */
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "MemoryUsed"), "327680");
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "KernelSupport"), "attached thread-stacks file-names");
}

TEST(a_recording_has_its_properties)
{
	char cgroup[32];
	uint32_t ring;

	WORLD("");
	ring = fake_unit_born(w->manager->recorder, "a.service");
	CHECK(ring);
	CHECK_INT(world_settle(w), 0);
	CHECK_STRING(client_unit(w, "a.service", "State"), "armed");
	CHECK_STRING(client_unit(w, "a.service", "InvocationID"), "");
	fake_unit_bound(w->manager->recorder, ring, 0xab);
	fake_open(w->manager->recorder, ring, "/a", 3);
	fake_ring_lost(w->manager->recorder, ring, 7);
	fake_blocked(w->manager->recorder, ring, "/b");
	CHECK_INT(world_settle(w), 0);
	CHECK_STRING(client_unit(w, "a.service", "Unit"), "a.service");
	CHECK_STRING(client_unit(w, "a.service", "State"), "recording");
	CHECK_STRING(client_unit(w, "a.service", "InvocationID"), "abababababababababababababababab");
	CHECK_STRING(client_unit(w, "a.service", "Complete"), "1");
	CHECK_STRING(client_unit(w, "a.service", "Calls"), "1");
	CHECK_STRING(client_unit(w, "a.service", "Lost"), "7");
	CHECK_STRING(client_unit(w, "a.service", "Losses"), "no-chunk 7");
	CHECK_STRING(client_unit(w, "a.service", "Threads"), "1");
	CHECK_STRING(client_unit(w, "a.service", "BufferSize"), "65536");
	CHECK_STRING(client_unit(w, "a.service", "Result"), "");
	(void) snprintf(cgroup, sizeof(cgroup), "%" PRIu64, (uint64_t) w->manager->first->cgroup);
	CHECK_STRING(client_unit(w, "a.service", "ControlGroupID"), cgroup);
	fake_unit_ended(w->manager->recorder, ring);
	CHECK_INT(world_settle(w), 0);
	CHECK_STRING(client_unit(w, "a.service", "State"), "ended");
}

/* What clients with a cache of properties live on. */
static int on_changed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	Text *t = userdata;
	const char *name, *value;

	if (sd_bus_message_skip(m, "s") < 0 || sd_bus_message_enter_container(m, 'a', "{sv}") < 0)
		return 0;
	while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
		if (sd_bus_message_read(m, "s", &name) < 0)
			return 0;
		if (streq(name, "State") && sd_bus_message_read(m, "v", "s", &value) > 0)
			text_printf(t, "%s%s", t->size ? " " : "", value);
		else
			(void) sd_bus_message_skip(m, "v");
		(void) sd_bus_message_exit_container(m);
	}
	return 0;
}

static int watch_state(World *w, Text *t)
{
	return sd_bus_match_signal(w->client, NULL, BUS_NAME, UNIT_PATH("a"), "org.freedesktop.DBus.Properties",
				   "PropertiesChanged", on_changed, t);
}

TEST(each_change_of_state_is_signalled)
{
	_cleanup_text_ Text states = {};
	uint32_t ring;

	WORLD("");
	CHECK(watch_state(w, &states) >= 0);
	ring = world_start(w, "a.service", 1);
	CHECK(ring);
	CHECK_STRING(text_string(&states), "armed recording");
	fake_unit_ended(w->manager->recorder, ring);
	CHECK_INT(world_change(w, (FakeChange){ "a.service", 1, "exit-code", 1, 3, "failed", NULL }), 0);
	CHECK_STRING(text_string(&states), "armed recording ended dumped");
	CHECK_STRING(client_unit(w, "a.service", "Result"), "exit-code");
}

TEST(the_object_of_a_unit_that_starts_again_tells_its_new_state)
{
	_cleanup_text_ Text states = {};
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK(ring);
	fake_unit_ended(w->manager->recorder, ring);
	CHECK_INT(world_settle(w), 0);
	CHECK(watch_state(w, &states) >= 0);
	CHECK(world_start(w, "a.service", 2));
	CHECK_STRING(text_string(&states), "armed recording");
	CHECK_STRING(client_unit(w, "a.service", "InvocationID"), "02020202020202020202020202020202");
}

TEST(a_unit_with_a_newer_recording_is_not_said_to_be_removed)
{
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK(ring);
	fake_unit_ended(w->manager->recorder, ring);
	CHECK(world_start(w, "a.service", 2));
	CHECK_INT(manager_make_room(w->manager, 0), 1);
	CHECK_INT(w->manager->n_recordings, 1);
	CHECK_INT(world_settle(w), 0);
	CHECK(!strstr(text_string(&w->signals), "RecordingRemoved"));
}

TEST(ended_recordings_make_room_and_say_so)
{
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK(ring);
	fake_unit_ended(w->manager->recorder, ring);
	CHECK_INT(world_settle(w), 0);
	CHECK_INT(manager_make_room(w->manager, 0), 1);
	CHECK_INT(world_settle(w), 0);
	CHECK_STRING(text_string(&w->signals), "RecordingAdded(a.service) RecordingRemoved(a.service)");
	fake_systemd_load(w->systemd, "a.service", "a.service");
	CHECK_STRING(get_recording(w, "a.service"), "org.traceloop1.Error.NotRecorded");
}

TEST(a_running_unit_is_recorded_from_now_on)
{
	WORLD("[Recorder]\nUnits=");
	CHECK(!recorder_is_attached(w->manager->recorder));
	fake_systemd_load(w->systemd, "a.service", "a.service");
	CHECK(world_cgroup(w, "a.service", 5));
	CHECK_STRING(record(w, "a.service"), UNIT_PATH("a"));
	CHECK(recorder_is_attached(w->manager->recorder));
	CHECK_STRING(client_unit(w, "a.service", "State"), "recording");
	CHECK_STRING(client_unit(w, "a.service", "Complete"), "0");
	CHECK_STRING(client_unit(w, "a.service", "InvocationID"), "05050505050505050505050505050505");
	CHECK(strstr(client_unit(w, "a.service", "ControlGroup"), "/system.slice/a.service"));
}

TEST(units_that_run_when_recording_begins_are_recorded)
{
	WORLD("[Recorder]\nUnits=");
	CHECK(world_cgroup(w, "a.service", 1));
	CHECK(world_cgroup(w, "b.scope", 2));
	CHECK_INT(w->manager->n_recordings, 0);
	CHECK_INT(world_configure(w, "[Recorder]\nUnits=\nUnits=*.service"), 0);
	CHECK_INT(manager_reload(w->manager), 0);
	CHECK_INT(world_settle(w), 0);
	CHECK_STRING(text_string(&w->signals), "RecordingAdded(a.service)");
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "Patterns"), "*.service");
}

TEST(a_reload_records_running_units_that_match_now)
{
	WORLD("[Recorder]\nUnits=\nUnits=b*.service");
	CHECK(world_cgroup(w, "a.service", 1));
	CHECK(world_start(w, "b.service", 2));
	CHECK_INT(world_configure(w, "[Recorder]\nUnits=\nUnits=*.service"), 0);
	CHECK_INT(manager_reload(w->manager), 0);
	CHECK_INT(world_settle(w), 0);
	CHECK_STRING(text_string(&w->signals), "RecordingAdded(b.service) RecordingAdded(a.service)");
	CHECK_STRING(client_unit(w, "a.service", "State"), "recording");
}

TEST(a_ring_size_that_was_asked_for_before_the_start_is_given_at_the_start)
{
	WORLD("[Recorder]\nUnits=");
	fake_systemd_load(w->systemd, "a.service", "a.service");
	CHECK_STRING(record_sized(w, "a.service", 1 << 20), UNIT_PATH("a"));
	CHECK(world_start(w, "a.service", 1));
	CHECK_STRING(client_unit(w, "a.service", "BufferSize"), "1048576");
}

TEST(a_unit_that_does_not_run_is_armed_for_its_next_start)
{
	WORLD("[Recorder]\nUnits=");
	fake_systemd_load(w->systemd, "a.service", "a.service");
	CHECK_STRING(record(w, "a.service"), UNIT_PATH("a"));
	CHECK_STRING(get_recording(w, "a.service"), "org.traceloop1.Error.NotRecorded");
	CHECK(!fake_wants(w->manager->recorder, "b.service"));
	CHECK(world_start(w, "a.service", 1));
	CHECK_STRING(client_unit(w, "a.service", "Complete"), "1");
}

TEST(stop_ends_the_recording_and_keeps_what_it_has)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("[Recorder]\nUnits=");
	fake_systemd_load(w->systemd, "a.service", "a.service");
	CHECK_STRING(record(w, "a.service"), UNIT_PATH("a"));
	ring = world_start(w, "a.service", 1);
	CHECK(ring);
	fake_open(w->manager->recorder, ring, "/a", 3);
	CHECK_STRING(client_manager(w, "Stop", NULL, "s", "a.service"), "");
	CHECK_STRING(client_unit(w, "a.service", "State"), "ended");
	CHECK(!fake_wants(w->manager->recorder, "a.service"));
	CHECK(!recorder_is_attached(w->manager->recorder));
	CHECK_STRING(dump(w, &s, "a.service", 0), "");
	stream_read(&s);
	CHECK_STRING(text_string(&s.seen), "/a end(snapshot)");
	CHECK_STRING(client_manager(w, "Stop", NULL, "s", "a.service"), "org.traceloop1.Error.NotRecorded");
}

TEST(a_dump_is_a_sealed_capture_of_the_calls)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	const CaptureInfo *info;
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 0xab);
	CHECK(ring);
	fake_open(w->manager->recorder, ring, "/one", 3);
	fake_open(w->manager->recorder, ring, "/two", -ENOENT);
	fake_exit(w->manager->recorder, ring, 256);
	fake_blocked(w->manager->recorder, ring, "/three");
	fake_ring_lost(w->manager->recorder, ring, 4);
	CHECK_STRING(dump(w, &s, "a.service", 0), "");
	CHECK_INT(fcntl(s.fd, F_GET_SEALS), F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
	stream_read(&s);
	CHECK_STRING(text_string(&s.seen), "/one /two /three end(snapshot)");
	CHECK_INT(s.events, 1);
	CHECK_INT(s.unfinished, 1);
	CHECK_INT(s.error, 0);
	CHECK_INT(capture_reader_end(s.reader)->calls, 2);
	CHECK_INT(capture_reader_end(s.reader)->lost, 4);
	info = capture_reader_info(s.reader);
	CHECK_STRING(info->unit, "a.service");
	CHECK_STRING(info->invocation, "abababababababababababababababab");
	CHECK(info->complete);
}

TEST(a_dump_is_of_the_invocation_that_was_named)
{
	_cleanup_stream_ Stream first = { .fd = -EBADF }, newest = { .fd = -EBADF }, none = { .fd = -EBADF };
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	fake_open(w->manager->recorder, ring, "/one", 3);
	fake_unit_ended(w->manager->recorder, ring);
	ring = world_start(w, "a.service", 2);
	fake_open(w->manager->recorder, ring, "/two", 3);
	CHECK_STRING(dump(w, &first, "a.service", 1), "");
	stream_read(&first);
	CHECK_STRING(text_string(&first.seen), "/one end(snapshot)");
	CHECK_STRING(dump(w, &newest, "a.service", 0), "");
	stream_read(&newest);
	CHECK_STRING(text_string(&newest.seen), "/two end(snapshot)");
	CHECK_STRING(dump(w, &none, "a.service", 3), "org.traceloop1.Error.NotRecorded");
}

TEST(the_object_of_a_unit_has_methods_of_its_own)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	sd_bus_message *answer = NULL;
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	fake_open(w->manager->recorder, ring, "/one", 3);
	CHECK_INT(client_call(w, UNIT_PATH("a"), RECORDING_INTERFACE, "Dump", &answer, "a{sv}", NO_OPTIONS), 0);
	CHECK_INT(stream_take(&s, answer), 0);
	stream_read(&s);
	CHECK_STRING(text_string(&s.seen), "/one end(snapshot)");
	CHECK_INT(client_call(w, UNIT_PATH("a"), RECORDING_INTERFACE, "Stop", NULL, NULL), 0);
	CHECK_STRING(client_unit(w, "a.service", "State"), "ended");
	CHECK(client_call(w, UNIT_PATH("a"), RECORDING_INTERFACE, "Stop", NULL, NULL) < 0);
	CHECK_STRING(w->error, "org.traceloop1.Error.NotRecorded");
	CHECK(client_call(w, UNIT_PATH("b"), RECORDING_INTERFACE, "Stop", NULL, NULL) < 0);
	CHECK_STRING(w->error, "org.freedesktop.DBus.Error.UnknownObject");
}

TEST(objects_are_enumerated_once_for_each_unit)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
	const char *xml, *first;
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	fake_unit_ended(w->manager->recorder, ring);
	CHECK(world_start(w, "a.service", 2));
	CHECK(world_start(w, "b@1.service", 3));
	CHECK_INT(client_call(w, RECORDING_PREFIX, "org.freedesktop.DBus.Introspectable", "Introspect", &answer, NULL),
		  0);
	CHECK(sd_bus_message_read(answer, "s", &xml) > 0);
	first = strstr(xml, "<node name=\"a_2eservice\"/>");
	CHECK(first);
	CHECK(!strstr(first + 1, "<node name=\"a_2eservice\"/>"));
	CHECK(strstr(xml, "<node name=\"b_401_2eservice\"/>"));
}

TEST(aliases_are_resolved)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };

	WORLD("");
	fake_systemd_load(w->systemd, "sshd.service", "ssh.service");
	fake_systemd_load(w->systemd, "ssh.service", "ssh.service");
	CHECK(world_start(w, "ssh.service", 1));
	CHECK_STRING(get_recording(w, "sshd.service"), UNIT_PATH("ssh"));
	CHECK_STRING(dump(w, &s, "sshd.service", 0), "");
	stream_read(&s);
	CHECK_STRING(capture_reader_info(s.reader)->unit, "ssh.service");
	CHECK_STRING(client_manager(w, "Stop", NULL, "s", "sshd.service"), "");
	CHECK_STRING(client_unit(w, "ssh.service", "State"), "ended");
	CHECK_STRING(record(w, "sshd.service"), UNIT_PATH("ssh"));
}

TEST(a_unit_that_is_not_there_is_said_by_name)
{
	WORLD("");
	CHECK_STRING(get_recording(w, "none.service"), "org.traceloop1.Error.NoSuchUnit");
	CHECK_STRING(record(w, "none.service"), "org.traceloop1.Error.NoSuchUnit");
	CHECK_STRING(client_manager(w, "Stop", NULL, "s", "none.service"), "org.traceloop1.Error.NoSuchUnit");
	CHECK_STRING(get_recording(w, "not/a/unit"), "org.freedesktop.DBus.Error.InvalidArgs");
}

TEST(a_unit_that_is_not_recorded_is_said_by_name)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };

	WORLD("[Recorder]\nUnits=");
	fake_systemd_load(w->systemd, "a.service", "a.service");
	CHECK_STRING(get_recording(w, "a.service"), "org.traceloop1.Error.NotRecorded");
	CHECK_STRING(dump(w, &s, "a.service", 0), "org.traceloop1.Error.NotRecorded");
	CHECK_STRING(client_manager(w, "Stop", NULL, "s", "a.service"), "org.traceloop1.Error.NotRecorded");
	CHECK_STRING(client_manager(w, "Follow", NULL, "sa{sv}", "a.service", NO_OPTIONS),
		     "org.traceloop1.Error.NotRecorded");
}

TEST(an_option_that_is_not_known_is_refused_by_name)
{
	WORLD("");
	CHECK(world_start(w, "a.service", 1));
	CHECK_STRING(client_manager(w, "Record", NULL, "sa{sv}", "a.service", 1, "Speed", "s", "high"),
		     "org.traceloop1.Error.BadOption");
	CHECK_STRING(client_manager(w, "Follow", NULL, "sa{sv}", "a.service", 1, "Speed", "s", "high"),
		     "org.traceloop1.Error.BadOption");
	CHECK_STRING(client_manager(w, "Dump", NULL, "saya{sv}", "a.service", 0, 1, "Speed", "s", "high"),
		     "org.traceloop1.Error.BadOption");
	CHECK_STRING(client_manager(w, "Record", NULL, "sa{sv}", "a.service", 1, "BufferSize", "s", "1M"),
		     "org.traceloop1.Error.BadOption");
}

TEST(calls_can_be_filtered_by_configuration_and_by_hand)
{
	WORLD("[Recorder]\nCalls=%network");
	CHECK(world_start(w, "a.service", 1));
	CHECK_STRING(client_get(w, "/org/traceloop1", "org.traceloop1.Manager", "Filter"), "%network");
	CHECK_STRING(client_unit(w, "a.service", "Filter"), "%network");
	CHECK_STRING(client_manager(w, "Record", NULL, "sa{sv}", "a.service", 1, "Calls", "s", "openat,close"),
		     "");
	CHECK_STRING(client_unit(w, "a.service", "Filter"), "openat,close");
	CHECK_INT(world_configure(w, "[Recorder]\nCalls=!futex"), 0);
	CHECK_INT(manager_reload(w->manager), 0);
	CHECK_STRING(client_get(w, "/org/traceloop1", "org.traceloop1.Manager", "Filter"), "!futex");
	CHECK_STRING(client_unit(w, "a.service", "Filter"), "openat,close");
	CHECK_STRING(client_manager(w, "Record", NULL, "sa{sv}", "a.service", 1, "Calls", "s", ""), "");
	CHECK_STRING(client_unit(w, "a.service", "Filter"), "");
	CHECK(world_start(w, "b.service", 2));
	CHECK_STRING(client_unit(w, "b.service", "Filter"), "!futex");
}

TEST(a_filter_is_given_to_the_ring_and_taken_away)
{
	uint32_t ring;

	WORLD("[Recorder]\nCalls=%network");
	ring = world_start(w, "a.service", 1);
	CHECK(ring);
	CHECK(rings_get(recorder_rings(w->manager->recorder), ring)->calls != 0);
	CHECK_INT(world_configure(w, ""), 0);
	CHECK_INT(manager_reload(w->manager), 0);
	CHECK_INT(rings_get(recorder_rings(w->manager->recorder), ring)->calls, 0);
}

TEST(what_is_no_list_of_calls_is_refused)
{
	WORLD("");
	CHECK(world_start(w, "a.service", 1));
	CHECK_STRING(client_manager(w, "Record", NULL, "sa{sv}", "a.service", 1, "Calls", "s", "opennat"),
		     "org.traceloop1.Error.BadFilter");
	CHECK_STRING(client_manager(w, "Record", NULL, "sa{sv}", "a.service", 1, "Calls", "s", "open,,close"),
		     "org.traceloop1.Error.BadFilter");
	CHECK_STRING(client_manager(w, "Record", NULL, "sa{sv}", "a.service", 1, "Calls", "t", (uint64_t) 1),
		     "org.traceloop1.Error.BadOption");
	CHECK_STRING(client_manager(w, "Follow", NULL, "sa{sv}", "a.service", 1, "Calls", "s", "read"),
		     "org.traceloop1.Error.BadOption");
	CHECK_STRING(client_manager(w, "Dump", NULL, "saya{sv}", "a.service", 0, 1, "Calls", "s", "read"),
		     "org.traceloop1.Error.BadOption");
}

TEST(a_daemon_with_nothing_to_record_waits_for_nothing)
{
	WORLD("[Recorder]\nUnits=");
	CHECK(!recorder_is_attached(w->manager->recorder));
	CHECK(!w->manager->expiry && !w->manager->deadline && !w->manager->reconnect);
	CHECK(!w->manager->followers);
}

TEST(an_invocation_of_5_bytes_is_refused)
{
	WORLD("");
	CHECK(world_start(w, "a.service", 1));
	CHECK_STRING(client_manager(w, "Dump", NULL, "saya{sv}", "a.service", 5, 1, 2, 3, 4, 5, NO_OPTIONS),
		     "org.freedesktop.DBus.Error.InvalidArgs");
}

TEST(a_ring_grows_when_it_is_asked_to)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	fake_open(w->manager->recorder, ring, "/before", 3);
	CHECK_STRING(record_sized(w, "a.service", 1 << 20), UNIT_PATH("a"));
	CHECK_STRING(client_unit(w, "a.service", "BufferSize"), "1048576");
	fake_open(w->manager->recorder, ring, "/after", 3);
	CHECK_STRING(dump(w, &s, "a.service", 0), "");
	stream_read(&s);
	CHECK_STRING(text_string(&s.seen), "/before /after end(snapshot)");
}

TEST(memory_beyond_the_limit_is_refused)
{
	static const uint64_t sizes[] = { 9 << 20, 1ULL << 32, 1ULL << 46, 1ULL << 62, UINT64_MAX };

	WORLD("");
	CHECK(world_start(w, "a.service", 1));
	fake_systemd_load(w->systemd, "b.service", "b.service");
	CHECK(world_cgroup(w, "b.service", 2));
	for (unsigned i = 0; i < ELEMENTS(sizes); i++) {
		CHECK_STRING(record_sized(w, "a.service", sizes[i]), "org.traceloop1.Error.LimitReached");
		CHECK_STRING(record_sized(w, "b.service", sizes[i]), "org.traceloop1.Error.LimitReached");
	}
	CHECK_STRING(client_unit(w, "a.service", "BufferSize"), "65536");
}

TEST(names_beyond_the_limit_are_refused)
{
	char name[32];

	WORLD("[Recorder]\nUnits=");
	for (unsigned i = 0; i <= WANTED_MAX; i++) {
		(void) snprintf(name, sizeof(name), "u%u.service", i);
		fake_systemd_load(w->systemd, name, "loaded.service");
	}
	for (unsigned i = 0; i < WANTED_MAX; i++) {
		(void) snprintf(name, sizeof(name), "u%u.service", i);
		CHECK(manager_record(w->manager, name, &(RecordOptions){}) >= 0);
	}
	fake_systemd_load(w->systemd, "last.service", "last.service");
	CHECK_STRING(record(w, "last.service"), "org.traceloop1.Error.LimitReached");
}

TEST(a_unit_born_while_the_stock_is_empty_is_recorded_late)
{
	uint32_t rings[5];

	WORLD("");
	CHECK(world_cgroup(w, "late.service", 9));
	for (unsigned i = 0; i < ELEMENTS(rings); i++)
		rings[i] = fake_unit_born(w->manager->recorder, i < 4 ? "a.service" : "late.service");
	CHECK_INT(rings[4], 0);
	CHECK_INT(world_settle(w), 0);
	CHECK_STRING(client_unit(w, "late.service", "Complete"), "0");
	CHECK_STRING(client_unit(w, "late.service", "InvocationID"), "09090909090909090909090909090909");
}

TEST(a_unit_that_has_a_ring_is_not_given_another)
{
	uint32_t ring;
	uint64_t id;

	WORLD("");
	id = world_cgroup(w, "b.service", 2);
	for (unsigned i = 0; i < 4; i++)
		(void) fake_unit_born(w->manager->recorder, "a.service");
	CHECK_INT(fake_unit_born(w->manager->recorder, "b.service"), 0);
	/* Before the daemon reads that, somebody fills the stock and the unit is started again. */
	CHECK_INT(recorder_restock(w->manager->recorder), 0);
	ring = fake_unit_born(w->manager->recorder, "b.service");
	CHECK(ring && recorder_add_cgroup(w->manager->recorder, id, ring, true) >= 0);
	CHECK_INT(world_settle(w), 0);
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "NRecordings"), "5");
}

TEST(a_recording_ends_though_nobody_could_tell)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	sd_bus_message *answer = NULL;
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK_STRING(client_manager(w, "Follow", &answer, "sa{sv}", "a.service", NO_OPTIONS), "");
	CHECK_INT(stream_take(&s, answer), 0);
	fake_deafen(w->manager->recorder, true);
	fake_unit_ended(w->manager->recorder, ring);
	CHECK_INT(world_settle(w), 0);
	CHECK_STRING(client_unit(w, "a.service", "State"), "ended");
	stream_read(&s);
	CHECK_STRING(text_string(&s.seen), "end(ended)");
}

TEST(a_unit_is_recorded_late_though_nobody_could_tell_of_its_birth)
{
	WORLD("[Recorder]\nUnits=\nUnits=b.service");
	fake_systemd_load(w->systemd, "a.service", "a.service");
	CHECK_STRING(record_sized(w, "a.service", 128 << 10), UNIT_PATH("a"));
	CHECK(world_cgroup(w, "a.service", 1) && world_cgroup(w, "b.service", 2));
	fake_deafen(w->manager->recorder, true);
	CHECK_INT(fake_unit_born(w->manager->recorder, "a.service"), 0);
	CHECK_INT(fake_unit_born(w->manager->recorder, "b.service"), 0);
	CHECK_INT(world_settle(w), 0);
	CHECK_STRING(client_unit(w, "a.service", "BufferSize"), "131072");
	CHECK_STRING(client_unit(w, "b.service", "InvocationID"), "02020202020202020202020202020202");
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "NRecordings"), "2");
}

TEST(a_ring_that_grows_takes_the_room_of_what_has_ended)
{
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK_STRING(record_sized(w, "a.service", 4 << 20), UNIT_PATH("a"));
	fake_unit_ended(w->manager->recorder, ring);
	CHECK(world_start(w, "b.service", 2));
	CHECK_STRING(record_sized(w, "b.service", 5 << 20), UNIT_PATH("b"));
	CHECK_STRING(client_unit(w, "b.service", "BufferSize"), "5242880");
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "NRecordings"), "1");
}

TEST(a_unit_that_cannot_be_recorded_leaves_nothing_attached)
{
	WORLD("[Recorder]\nUnits=");
	fake_systemd_load(w->systemd, "a.service", "a.service");
	CHECK(world_cgroup(w, "a.service", 1));
	CHECK_STRING(record_sized(w, "a.service", 9 << 20), "org.traceloop1.Error.LimitReached");
	CHECK(!recorder_is_attached(w->manager->recorder));
}

TEST(what_has_ended_is_not_given_up_for_a_ring_that_cannot_be)
{
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	fake_unit_ended(w->manager->recorder, ring);
	CHECK(world_start(w, "b.service", 2));
	CHECK(world_cgroup(w, "c.service", 3));
	fake_systemd_load(w->systemd, "c.service", "c.service");
	CHECK_STRING(record_sized(w, "b.service", 9 << 20), "org.traceloop1.Error.LimitReached");
	CHECK_STRING(record_sized(w, "c.service", 9 << 20), "org.traceloop1.Error.LimitReached");
	CHECK_STRING(client_unit(w, "a.service", "State"), "ended");
}

TEST(what_is_in_a_chunk_is_seen_though_its_writer_was_stopped)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	fake_open(w->manager->recorder, ring, "/before", 3);
	fake_hold(w->manager->recorder, ring);
	CHECK_STRING(dump(w, &s, "a.service", 0), "");
	stream_read(&s);
	CHECK_STRING(text_string(&s.seen), "/before end(snapshot)");
}

int main(void)
{
	(void) setvbuf(stdout, NULL, _IOLBF, 0);
	if (!world_is_possible())
		return puts("1..0 # SKIP there is no dbus-daemon"), 0;
	RUN(a_unit_that_is_born_becomes_a_recording_and_an_object);
	RUN(a_unit_that_no_pattern_wants_is_not_recorded);
	RUN(the_manager_has_its_properties);
	RUN(a_recording_has_its_properties);
	RUN(each_change_of_state_is_signalled);
	RUN(the_object_of_a_unit_that_starts_again_tells_its_new_state);
	RUN(a_unit_with_a_newer_recording_is_not_said_to_be_removed);
	RUN(ended_recordings_make_room_and_say_so);
	RUN(a_running_unit_is_recorded_from_now_on);
	RUN(units_that_run_when_recording_begins_are_recorded);
	RUN(a_reload_records_running_units_that_match_now);
	RUN(a_ring_size_that_was_asked_for_before_the_start_is_given_at_the_start);
	RUN(a_unit_that_does_not_run_is_armed_for_its_next_start);
	RUN(stop_ends_the_recording_and_keeps_what_it_has);
	RUN(a_dump_is_a_sealed_capture_of_the_calls);
	RUN(a_dump_is_of_the_invocation_that_was_named);
	RUN(the_object_of_a_unit_has_methods_of_its_own);
	RUN(objects_are_enumerated_once_for_each_unit);
	RUN(aliases_are_resolved);
	RUN(a_unit_that_is_not_there_is_said_by_name);
	RUN(a_unit_that_is_not_recorded_is_said_by_name);
	RUN(an_option_that_is_not_known_is_refused_by_name);
	RUN(calls_can_be_filtered_by_configuration_and_by_hand);
	RUN(a_filter_is_given_to_the_ring_and_taken_away);
	RUN(what_is_no_list_of_calls_is_refused);
	RUN(a_daemon_with_nothing_to_record_waits_for_nothing);
	RUN(an_invocation_of_5_bytes_is_refused);
	RUN(a_ring_grows_when_it_is_asked_to);
	RUN(memory_beyond_the_limit_is_refused);
	RUN(names_beyond_the_limit_are_refused);
	RUN(a_unit_born_while_the_stock_is_empty_is_recorded_late);
	RUN(a_ring_that_grows_takes_the_room_of_what_has_ended);
	RUN(a_unit_that_cannot_be_recorded_leaves_nothing_attached);
	RUN(what_has_ended_is_not_given_up_for_a_ring_that_cannot_be);
	RUN(what_is_in_a_chunk_is_seen_though_its_writer_was_stopped);
	RUN(a_unit_that_has_a_ring_is_not_given_another);
	RUN(a_recording_ends_though_nobody_could_tell);
	RUN(a_unit_is_recorded_late_though_nobody_could_tell_of_its_birth);
	return test_done();
}
