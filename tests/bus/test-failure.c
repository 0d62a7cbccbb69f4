/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From what PID 1 signals to entries in the journal: one each for a run that failed, none for anything else. Each test
 * speaks the signals that a real systemd was seen to send in that case.
 */

#include "unit/test.h"

#include <signal.h>

#include "bus/client.h"

#define RUNNING(run) ((FakeChange){ "a.service", run, "success", 0, 0, "active", "running" })

/* One signal pair, handled by the manager. */
#define SAY(...) CHECK_INT(world_change(w, (FakeChange){ __VA_ARGS__ }), 0)

/* A run of a.service: its cgroup is born and goes. */
static uint32_t run_begins(World *w, uint8_t run)
{
	uint32_t ring = world_start(w, "a.service", run);

	return ring && world_change(w, RUNNING(run)) >= 0 ? ring : 0;
}

static bool field_has(unsigned i, const char *name, const char *what)
{
	size_t size;
	const char *value = fake_journal_field(i, name, &size);

	return value && memmem(value, size, what, strlen(what));
}

/* Return: the paths in the capture of an entry */
static const char *captured(Stream *s, unsigned i)
{
	size_t size;
	const char *value = fake_journal_field(i, "TRACELOOP_CAPTURE", &size);

	if (!value || capture_reader_new(&s->reader) < 0)
		return "no capture";
	return stream_feed(s, value, size);
}

TEST(a_run_that_fails_is_dumped)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 0xab);
	CHECK(ring);
	fake_open(w->manager->recorder, ring, "/etc/absent", -ENOENT);
	fake_exit(w->manager->recorder, ring, 3 << 8);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 0xab, "exit-code", CLD_EXITED, 3, "failed");
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3");
	CHECK(field_has(0, "OBJECT_SYSTEMD_INVOCATION_ID", "abababababababababababababababab"));
	CHECK(field_has(0, "MESSAGE", "a.service failed (exit-code, status=3)"));
	CHECK(field_has(0, "TRACELOOP_LAST_SYSCALL", "openat"));
	CHECK(field_has(0, "TRACELOOP_LAST_ERRNO", "ENOENT"));
	CHECK(field_has(0, "TRACELOOP_COMPLETE", "yes"));
	CHECK(field_has(0, "TRACELOOP_TRACE", "/etc/absent"));
	CHECK_STRING(captured(&s, 0), "/etc/absent end(snapshot)");
	CHECK_STRING(client_unit(w, "a.service", "State"), "dumped");
	CHECK_STRING(client_unit(w, "a.service", "Result"), "exit-code");
	CHECK(strstr(text_string(&w->signals), "Dumped(a.service)"));
}

TEST(a_run_that_ends_well_is_not_dumped)
{
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "success", CLD_EXITED, 0, "inactive", "dead");
	CHECK_STRING(world_journal(w), "");
	CHECK_STRING(client_unit(w, "a.service", "State"), "ended");
}

TEST(a_unit_that_is_not_recorded_is_not_dumped)
{
	WORLD("[Recorder]\nUnits=!a.service");
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	CHECK_STRING(world_journal(w), "");
}

TEST(each_run_of_a_unit_with_restart_on_failure_is_dumped)
{
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "activating", "auto-restart");
	ring = world_start(w, "a.service", 2);
	SAY("a.service", 2, "success", 0, 0, "active", "running");
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 2, "exit-code", CLD_EXITED, 4, "failed", "failed-before-auto-restart");
	SAY("a.service", 2, "exit-code", CLD_EXITED, 4, "activating", "auto-restart");
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3 a.service:exit-code:exited:4");
	CHECK(field_has(0, "TRACELOOP_INVOCATION_ID", "01010101"));
	CHECK(field_has(1, "TRACELOOP_INVOCATION_ID", "02020202"));
}

TEST(a_unit_with_restart_mode_direct_is_dumped_though_it_never_is_failed)
{
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "signal", CLD_KILLED, SIGSEGV, "activating", "auto-restart");
	CHECK_STRING(world_journal(w), "a.service:signal:killed:11");
	CHECK(field_has(0, "MESSAGE", "signal=SIGSEGV"));
}

TEST(the_start_limit_makes_no_second_dump)
{
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	SAY("a.service", 1, "start-limit-hit", CLD_EXITED, 3, "failed");
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3");
}

TEST(the_start_limit_after_a_good_run_is_its_only_failure)
{
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "success", CLD_EXITED, 0, "inactive", "dead");
	SAY("a.service", 1, "start-limit-hit", CLD_EXITED, 0, "failed");
	CHECK_STRING(world_journal(w), "a.service:start-limit-hit:exited:0");
}

TEST(a_failed_unit_that_is_started_again_is_a_false_alarm)
{
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	SAY("a.service", 2, "success", 0, 0, "failed");
	CHECK(world_start(w, "a.service", 2));
	SAY("a.service", 2, "success", 0, 0, "failed");
	SAY("a.service", 2, "success", 0, 0, "active", "running");
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3");
	CHECK_STRING(client_unit(w, "a.service", "State"), "recording");
}

TEST(a_timeout_is_dumped_when_the_exit_is_known_with_what_blocked_it)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_open(w->manager->recorder, ring, "/before", 3);
	fake_blocked(w->manager->recorder, ring, "/dev/hangs");
	SAY("a.service", 1, "timeout", 0, 0, "deactivating", "stop-sigterm");
	CHECK_STRING(world_journal(w), "");
	/* what is blocked now returns, and the process goes on until it is killed */
	fake_blocked(w->manager->recorder, ring, NULL);
	fake_open(w->manager->recorder, ring, "/after", 3);
	SAY("a.service", 1, "timeout", 0, 0, "deactivating", "stop-sigkill");
	fake_exit(w->manager->recorder, ring, SIGKILL);
	fake_unit_ended(w->manager->recorder, ring);
	CHECK_STRING(world_journal(w), "");
	SAY("a.service", 1, "timeout", CLD_KILLED, SIGKILL, "failed");
	CHECK_STRING(world_journal(w), "a.service:timeout:killed:9");
	CHECK_STRING(captured(&s, 0), "/before /dev/hangs /after end(snapshot)");
	CHECK_INT(s.unfinished, 1);
	CHECK_INT(s.events, 1);
}

TEST(what_is_missing_between_the_timeout_and_the_end_is_counted)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_open(w->manager->recorder, ring, "/before", 3);
	fake_blocked(w->manager->recorder, ring, "/dev/hangs");
	SAY("a.service", 1, "timeout", 0, 0, "deactivating", "stop-sigterm");
	for (unsigned i = 0; i < 2000; i++)
		fake_open(w->manager->recorder, ring, "/after", 3);
	SAY("a.service", 1, "timeout", CLD_KILLED, SIGKILL, "failed");
	CHECK_STRING(world_journal(w), "a.service:timeout:killed:9");
	CHECK(strstr(captured(&s, 0), "/before /dev/hangs "));
	CHECK_INT(capture_reader_end(s.reader)->calls, 2001);
	CHECK_INT(capture_reader_end(s.reader)->overwritten, 2001 - (s.calls - s.unfinished));
	CHECK(!field_has(0, "MESSAGE", "all "));
}

TEST(a_run_that_replaces_one_whose_entry_is_due_leaves_that_its_dump)
{
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_open(w->manager->recorder, ring, "/first", 3);
	SAY("a.service", 1, "watchdog", 0, 0, "deactivating", "stop-sigabrt");
	fake_unit_ended(w->manager->recorder, ring);
	ring = world_start(w, "a.service", 2);
	fake_open(w->manager->recorder, ring, "/second", 3);
	SAY("a.service", 2, "success", 0, 0, "activating", "start-pre");
	CHECK_STRING(world_journal(w), "a.service:watchdog:-:-");
	CHECK(field_has(0, "TRACELOOP_INVOCATION_ID", "01010101"));
	CHECK(field_has(0, "TRACELOOP_TRACE", "/first"));
	CHECK(!field_has(0, "TRACELOOP_TRACE", "/second"));
}

TEST(a_control_process_that_fails_has_its_exit_from_the_ring)
{
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_exit(w->manager->recorder, ring, 6 << 8);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "exit-code", 0, 0, "failed");
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:6");
}

TEST(a_condition_that_says_no_is_no_failure)
{
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "exec-condition", CLD_EXITED, 1, "inactive", "dead");
	SAY("b.service", 0, "success", 0, 0, "inactive", "dead");
	CHECK_STRING(world_journal(w), "");
}

TEST(a_result_that_is_new_to_us_is_a_failure)
{
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "eclipse", CLD_EXITED, 3, "failed");
	CHECK_STRING(world_journal(w), "a.service:eclipse:exited:3");
}

TEST(a_reload_announces_old_failures_without_a_second_dump)
{
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	CHECK(fake_systemd_reloading(w->systemd, true) >= 0);
	CHECK(fake_systemd_unit_removed(w->systemd, "a.service") >= 0);
	CHECK(fake_systemd_unit_new(w->systemd, "a.service") >= 0);
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	CHECK(fake_systemd_reloading(w->systemd, false) >= 0);
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3");
}

TEST(a_reexec_announces_old_failures_without_a_second_dump)
{
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	CHECK(fake_systemd_unit_removed(w->systemd, "a.service") >= 0);
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3");
}

TEST(a_failure_whose_unit_was_forgotten_is_not_dumped_again)
{
	char name[32];

	/* What is known of units is bounded, and the last by name goes first. */
	WORLD("");
	CHECK(world_start(w, "z.service", 1));
	SAY("z.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	for (unsigned i = 0; i < 5000; i++) {
		(void) snprintf(name, sizeof(name), "transient-%u.service", i);
		CHECK(fake_systemd_change(w->systemd, &(FakeChange){ name, 1, "success", 0, 0, "active", NULL }) >= 0);
		if (i % 100 == 0)
			CHECK_INT(world_settle(w), 0);
	}
	CHECK_INT(world_settle(w), 0);
	CHECK(w->manager->n_unit_states < 5000);
	SAY("z.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	CHECK_STRING(world_journal(w), "z.service:exit-code:exited:3");
}

TEST(a_failure_of_a_run_that_the_kernel_side_could_not_name_is_dumped)
{
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 0);
	CHECK_STRING(client_unit(w, "a.service", "InvocationID"), "");
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 0xcd, "exit-code", CLD_EXITED, 3, "failed");
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3");
	CHECK(field_has(0, "TRACELOOP_INVOCATION_ID", "cdcdcdcd"));
}

TEST(a_run_that_is_over_before_the_daemon_looks_is_dumped)
{
	uint32_t ring;

	WORLD("");
	/* Signals and control events wait for the same loop: here the signal is read first. */
	CHECK(sd_event_source_set_enabled(w->manager->control, SD_EVENT_OFF) >= 0);
	ring = fake_unit_born(w->manager->recorder, "a.service");
	fake_unit_bound(w->manager->recorder, ring, 1);
	fake_open(w->manager->recorder, ring, "/short", 3);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3");
	CHECK(field_has(0, "TRACELOOP_TRACE", "/short"));
}

TEST(a_mount_fails_by_its_own_interface)
{
	uint32_t ring;

	WORLD("[Recorder]\nUnits=*.mount");
	ring = world_start(w, "data.mount", 1);
	fake_exit(w->manager->recorder, ring, 32 << 8);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("data.mount", 1, "exit-code", 0, 0, "failed");
	CHECK_STRING(world_journal(w), "data.mount:exit-code:exited:32");
}

TEST(entries_beyond_the_rate_limit_are_headlines)
{
	WORLD("[Journal]\nRateLimitBurst=1");
	for (uint8_t run = 1; run <= 2; run++) {
		uint32_t ring = run_begins(w, run);

		fake_open(w->manager->recorder, ring, "/x", 3);
		fake_unit_ended(w->manager->recorder, ring);
		SAY("a.service", run, "exit-code", CLD_EXITED, 3, "failed");
	}
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:3 a.service:exit-code:exited:3");
	CHECK(field_has(0, "TRACELOOP_TRACE", "/x"));
	CHECK(!field_has(1, "TRACELOOP_TRACE", ""));
	CHECK(!field_has(1, "TRACELOOP_CAPTURE", ""));
	CHECK(field_has(1, "MESSAGE", "RateLimitBurst="));
}

TEST(nothing_is_dumped_when_the_administrator_wants_none)
{
	uint32_t ring;

	WORLD("[Journal]\nDump=never");
	ring = run_begins(w, 1);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "failed");
	CHECK_STRING(world_journal(w), "");
}

TEST(a_stranger_that_speaks_like_systemd_is_not_heard)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	uint32_t ring;

	WORLD("");
	ring = run_begins(w, 1);
	fake_unit_ended(w->manager->recorder, ring);
	/* the first half from the stranger, the second from PID 1: together they would be a failure */
	CHECK(sd_bus_message_new_signal(w->client, &m, "/org/freedesktop/systemd1/unit/a_2eservice",
					"org.freedesktop.DBus.Properties", "PropertiesChanged") >= 0);
	CHECK(sd_bus_message_append(m, "sa{sv}as", "org.freedesktop.systemd1.Service", 1, "Result", "s", "exit-code",
				    0) >= 0);
	CHECK(sd_bus_send(w->client, m, NULL) >= 0);
	CHECK_INT(world_settle(w), 0);
	CHECK_INT(fake_systemd_change_unit_only(w->systemd, &RUNNING(1)), 0);
	CHECK_STRING(world_journal(w), "");
}

TEST(a_late_failure_of_a_run_that_was_not_recorded_is_not_that_of_the_next)
{
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 2);
	w->present = 2;
	SAY("a.service", 1, "exit-code", CLD_EXITED, 3, "activating", "auto-restart");
	CHECK_STRING(world_journal(w), "");
	CHECK_STRING(client_unit(w, "a.service", "InvocationID"), "02020202020202020202020202020202");
	CHECK_INT(world_change(w, RUNNING(2)), 0);
	fake_unit_ended(w->manager->recorder, ring);
	SAY("a.service", 2, "exit-code", CLD_EXITED, 4, "failed");
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:4");
}

TEST(a_cgroup_that_left_over_processes_have_kept_is_that_of_the_next_run)
{
	WORLD("");
	CHECK(run_begins(w, 1));
	SAY("a.service", 1, "success", CLD_EXITED, 0, "inactive", "dead");
	w->present = 2;
	CHECK_INT(world_change(w, RUNNING(2)), 0);
	CHECK_STRING(client_unit(w, "a.service", "InvocationID"), "02020202020202020202020202020202");
	SAY("a.service", 2, "exit-code", CLD_EXITED, 4, "failed");
	CHECK_STRING(world_journal(w), "a.service:exit-code:exited:4");
}

int main(void)
{
	(void) setvbuf(stdout, NULL, _IOLBF, 0);
	if (!world_is_possible())
		return puts("1..0 # SKIP there is no dbus-daemon"), 0;
	RUN(a_run_that_fails_is_dumped);
	RUN(a_run_that_ends_well_is_not_dumped);
	RUN(a_unit_that_is_not_recorded_is_not_dumped);
	RUN(each_run_of_a_unit_with_restart_on_failure_is_dumped);
	RUN(a_unit_with_restart_mode_direct_is_dumped_though_it_never_is_failed);
	RUN(the_start_limit_makes_no_second_dump);
	RUN(the_start_limit_after_a_good_run_is_its_only_failure);
	RUN(a_failed_unit_that_is_started_again_is_a_false_alarm);
	RUN(a_timeout_is_dumped_when_the_exit_is_known_with_what_blocked_it);
	RUN(what_is_missing_between_the_timeout_and_the_end_is_counted);
	RUN(a_run_that_replaces_one_whose_entry_is_due_leaves_that_its_dump);
	RUN(a_control_process_that_fails_has_its_exit_from_the_ring);
	RUN(a_condition_that_says_no_is_no_failure);
	RUN(a_result_that_is_new_to_us_is_a_failure);
	RUN(a_reload_announces_old_failures_without_a_second_dump);
	RUN(a_reexec_announces_old_failures_without_a_second_dump);
	RUN(a_failure_whose_unit_was_forgotten_is_not_dumped_again);
	RUN(a_failure_of_a_run_that_the_kernel_side_could_not_name_is_dumped);
	RUN(a_run_that_is_over_before_the_daemon_looks_is_dumped);
	RUN(a_mount_fails_by_its_own_interface);
	RUN(entries_beyond_the_rate_limit_are_headlines);
	RUN(nothing_is_dumped_when_the_administrator_wants_none);
	RUN(a_stranger_that_speaks_like_systemd_is_not_heard);
	RUN(a_late_failure_of_a_run_that_was_not_recorded_is_not_that_of_the_next);
	RUN(a_cgroup_that_left_over_processes_have_kept_is_that_of_the_next_run);
	return test_done();
}
