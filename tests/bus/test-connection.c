/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bus and PID 1 come and go; recording goes on. */

#include "unit/test.h"

#include <signal.h>
#include <sys/wait.h>

#include "bus/client.h"

#define FAILED(unit, run) ((FakeChange){ unit, run, "exit-code", CLD_EXITED, 3, "failed", NULL })

static bool has_name(World *w)
{
	return sd_bus_call_method(w->client, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
				  "GetNameOwner", NULL, NULL, "s", BUS_NAME) >= 0;
}

/* A bus that is started anew has nobody on it: all but the daemon are brought back here. */
static int restart_bus(World *w)
{
	int e;

	bus_stop(w->bus);
	fake_systemd_leave(w->systemd);
	e = bus_start(w->bus);
	if (e >= 0)
		e = fake_systemd_join(w->systemd);
	return e < 0 ? e : world_connect_client(w);
}

TEST(a_bus_that_is_restarted_finds_the_daemon_and_its_recordings_again)
{
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK(ring);
	CHECK_INT(restart_bus(w), 0);
	WAIT(w, has_name(w) && fake_systemd_subscribers(w->systemd) > 0);
	CHECK_INT(world_settle(w), 0);
	CHECK_STRING(client_get(w, BUS_PATH, BUS_INTERFACE, "NRecordings"), "1");
	CHECK_STRING(client_unit(w, "a.service", "State"), "recording");
	fake_unit_ended(w->manager->recorder, ring);
	CHECK_INT(world_change(w, FAILED("a.service", 1)), 0);
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3");
}

/* Return: when the daemon will try to connect, 0: never */
static uint64_t next_try(World *w)
{
	uint64_t time = 0;

	if (w->manager->reconnect)
		(void) sd_event_source_get_time(w->manager->reconnect, &time);
	return time;
}

TEST(a_connection_that_cannot_be_made_is_tried_again)
{
	uint64_t first;

	WORLD("");
	(void) setenv("DBUS_SYSTEM_BUS_ADDRESS", "no address", true);
	bus_stop(w->bus);
	WAIT(w, !w->manager->bus);
	first = next_try(w);
	WAIT(w, next_try(w) > first);
	(void) setenv("DBUS_SYSTEM_BUS_ADDRESS", bus_address(w->bus), true);
	CHECK_INT(bus_start(w->bus), 0);
	CHECK_INT(world_connect_client(w), 0);
	WAIT(w, has_name(w));
}

TEST(units_are_recorded_and_streamed_while_there_is_no_bus)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	sd_bus_message *answer = NULL;
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK(ring);
	CHECK_STRING(client_manager(w, "Follow", &answer, "sa{sv}", "a.service", 0), "");
	CHECK_INT(stream_take(&s, answer), 0);
	bus_stop(w->bus);
	WAIT(w, !w->manager->bus);
	CHECK(fake_unit_born(w->manager->recorder, "b.service"));
	WAIT(w, w->manager->n_recordings == 2);
	fake_open(w->manager->recorder, ring, "/without-a-bus", 3);
	fake_unit_ended(w->manager->recorder, ring);
	WAIT(w, (stream_read(&s), s.ended));
	CHECK_STRING(text_string(&s.seen), "/without-a-bus end(ended)");
	CHECK_INT(restart_bus(w), 0);
	WAIT(w, has_name(w) && fake_systemd_subscribers(w->systemd) > 0);
	CHECK_STRING(client_unit(w, "b.service", "State"), "armed");
	CHECK_STRING(client_unit(w, "a.service", "State"), "ended");
}

TEST(a_bus_that_is_restarted_twice_is_joined_twice)
{
	WORLD("");
	for (unsigned i = 0; i < 2; i++) {
		CHECK_INT(restart_bus(w), 0);
		WAIT(w, has_name(w) && fake_systemd_subscribers(w->systemd) > 0);
	}
	CHECK_INT(world_settle(w), 0);
}

TEST(a_bus_that_appears_later_is_joined)
{
	WORLD("");
	bus_stop(w->bus);
	WAIT(w, !w->manager->bus);
	/* It has tried, met nobody, and waits for the socket: that is when the connection exists and is not ready. */
	WAIT(w, w->manager->bus);
	CHECK(sd_bus_is_ready(w->manager->bus) <= 0);
	CHECK_INT(restart_bus(w), 0);
	WAIT(w, has_name(w) && fake_systemd_subscribers(w->systemd) > 0);
}

TEST(pid_1_that_leaves_and_joins_again_is_subscribed_to_again)
{
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK(ring);
	CHECK_INT(fake_systemd_subscribers(w->systemd), 1);
	fake_systemd_leave(w->systemd);
	CHECK_INT(fake_systemd_join(w->systemd), 0);
	WAIT(w, fake_systemd_subscribers(w->systemd) == 1);
	CHECK_INT(world_settle(w), 0);
	fake_unit_ended(w->manager->recorder, ring);
	CHECK_INT(world_change(w, FAILED("a.service", 1)), 0);
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3");
}

TEST(what_pid_1_has_told_is_not_dumped_again_after_it_was_away)
{
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	fake_unit_ended(w->manager->recorder, ring);
	CHECK_INT(world_change(w, FAILED("a.service", 1)), 0);
	fake_systemd_leave(w->systemd);
	CHECK_INT(fake_systemd_join(w->systemd), 0);
	WAIT(w, fake_systemd_subscribers(w->systemd) == 1);
	CHECK_INT(world_change(w, FAILED("a.service", 1)), 0);
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3");
}

TEST(a_question_about_a_unit_fails_while_pid_1_is_away)
{
	WORLD("");
	CHECK(world_start(w, "a.service", 1));
	fake_systemd_leave(w->systemd);
	/* What is recorded by this name needs no asking. */
	CHECK_STRING(client_manager(w, "GetRecording", NULL, "s", "a.service"), "");
	CHECK_STRING(client_manager(w, "GetRecording", NULL, "s", "b.service"),
		     "System.Error.EHOSTUNREACH");
	CHECK_STRING(w->message, "Cannot ask systemd about unit b.service: No route to host");
	CHECK_INT(fake_systemd_join(w->systemd), 0);
	fake_systemd_load(w->systemd, "b.service", "b.service");
	CHECK_STRING(client_manager(w, "GetRecording", NULL, "s", "b.service"),
		     "org.traceloop1.Error.NotRecorded");
}

/* Only root can become somebody else, and this is about who is not root. */
static int call_as_nobody(World *w, const char *member, const char *types)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus *bus = NULL;
	int e;

	if (setresgid(65534, 65534, 65534) < 0 || setresuid(65534, 65534, 65534) < 0 || sd_bus_new(&bus) < 0 ||
	    sd_bus_set_address(bus, bus_address(w->bus)) < 0 || sd_bus_set_bus_client(bus, true) < 0 ||
	    sd_bus_start(bus) < 0)
		return 3;
	if (types)
		e = sd_bus_call_method(bus, BUS_NAME, BUS_PATH, BUS_INTERFACE, member, &error, NULL, types, "a.service",
				       0, 0);
	else
		e = sd_bus_call_method(bus, BUS_NAME, BUS_PATH, BUS_INTERFACE, member, &error, NULL, NULL);
	return e >= 0 ? 0 : sd_bus_error_has_name(&error, SD_BUS_ERROR_ACCESS_DENIED) ? 1 : 2;
}

static int on_child(sd_event_source *source, const siginfo_t *info, void *userdata)
{
	*(int *) userdata = info->si_code == CLD_EXITED ? info->si_status : 4;
	return 0;
}

/* Return: the exit status of the process, -1 if it does not end in time */
static int as_nobody(World *w, const char *member, const char *types)
{
	sd_event_source *source = NULL;
	uint64_t until = world_deadline();
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(call_as_nobody(w, member, types));
	if (pid < 0 || sd_event_add_child(w->event, &source, pid, WEXITED, on_child, &status) < 0)
		return -1;
	while (status < 0 && world_run(w, until))
		;
	sd_event_source_unref(source);
	return status;
}

TEST(who_is_not_root_may_list_and_nothing_else)
{
	WORLD("");
	if (getuid() != 0)
		SKIP("needs root, to become another user");
	CHECK(world_start(w, "a.service", 1));
	CHECK_INT(as_nobody(w, "ListRecordings", NULL), 0);
	CHECK_INT(as_nobody(w, "Dump", "saya{sv}"), 1);
	CHECK_INT(as_nobody(w, "Follow", "sa{sv}"), 1);
	CHECK_INT(as_nobody(w, "Record", "sa{sv}"), 1);
	CHECK_INT(as_nobody(w, "Stop", "s"), 1);
}

int main(void)
{
	sigset_t child;

	(void) setvbuf(stdout, NULL, _IOLBF, 0);
	/* sd_event_add_child() wants it */
	(void) sigemptyset(&child);
	(void) sigaddset(&child, SIGCHLD);
	(void) sigprocmask(SIG_BLOCK, &child, NULL);
	if (!world_is_possible())
		return puts("1..0 # SKIP there is no dbus-daemon"), 0;
	RUN(a_bus_that_is_restarted_finds_the_daemon_and_its_recordings_again);
	RUN(a_connection_that_cannot_be_made_is_tried_again);
	RUN(units_are_recorded_and_streamed_while_there_is_no_bus);
	RUN(a_bus_that_is_restarted_twice_is_joined_twice);
	RUN(a_bus_that_appears_later_is_joined);
	RUN(pid_1_that_leaves_and_joins_again_is_subscribed_to_again);
	RUN(what_pid_1_has_told_is_not_dumped_again_after_it_was_away);
	RUN(a_question_about_a_unit_fails_while_pid_1_is_away);
	RUN(who_is_not_root_may_list_and_nothing_else);
	return test_done();
}
