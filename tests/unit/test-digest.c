/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>
#include <signal.h>

#include "daemon/digest.h"
#include "unit/records.h"

#define EXITED(status) ((status) << 8)

/* The path of the last failure, "(none)" without one. */
static const char *last_failure(const Digest *d)
{
	static char path[STRING_MAX + 1];

	if (!d->has_last_failure)
		return "(none)";
	memcpy(path, d->last_failure.memory[0].bytes, d->last_failure.memory[0].captured);
	path[d->last_failure.memory[0].captured] = '\0';
	return path;
}

#define _cleanup_digest_ _cleanup_(digest_done)

TEST(calls_and_processes_are_counted_and_the_span_measured)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 7, 100, 3, "/a");
	put_open(&t, 5, 200, 3, "/b");
	put_open(&t, 7, 300, 3, "/c");
	put_exit(&t, 9, 250, 0);
	CHECK_INT(digest_new(&d, t.data, t.size, 0, 0), 0);
	CHECK_INT(d.n, 4);
	CHECK_INT(d.n_calls, 3);
	CHECK_INT(d.n_processes, 3);
	CHECK_INT(d.begin, 100 * NSEC_PER_MSEC);
	CHECK_INT(d.end, 301 * NSEC_PER_MSEC);
	CHECK(!d.exit);
	CHECK_STRING(last_failure(&d), "(none)");
}

TEST(no_records_are_nothing)
{
	_cleanup_digest_ Digest d = {};
	int code, status;

	CHECK_INT(digest_new(&d, "", 0, CLD_EXITED, 1), 0);
	CHECK_INT(d.n, 0);
	CHECK_INT(d.n_processes, 0);
	CHECK(!d.has_last_failure);
	CHECK(!digest_exit(&d, &code, &status));
}

TEST(records_behind_a_damaged_one_are_not_seen)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};
	size_t whole;

	put_open(&t, 7, 100, 3, "/a");
	whole = t.size;
	put_open(&t, 7, 200, 3, "/b");
	((struct RecordHeader *) (t.data + whole))->kind = 99;
	CHECK_INT(digest_new(&d, t.data, t.size, 0, 0), 0);
	CHECK_INT(d.n, 1);
	CHECK_INT(digest_offset(&d, 1), whole);
}

TEST(the_last_failure_is_told_with_its_distance_to_the_exit)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 7, 100, -EACCES, "/first");
	put_open(&t, 7, 200, -ENOENT, "/last");
	put_open(&t, 7, 210, 3, "/works");
	put_exit(&t, 7, 239, EXITED(255));
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_EXITED, 255), 0);
	CHECK_STRING(last_failure(&d), "/last");
	CHECK_INT(d.last_failure_before, 38 * NSEC_PER_MSEC);
}

TEST(failures_that_are_a_matter_of_course_are_passed_over)
{
	static const int routine[] = { EAGAIN, EINTR, EINPROGRESS, ECHILD, ENOTTY, ESPIPE, 512, 513, 514, 516 };
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 7, 100, -ENOENT, "/matters");
	for (unsigned i = 0; i < ELEMENTS(routine); i++)
		put_open(&t, 7, 200 + i, -routine[i], "/routine");
	CHECK_INT(digest_new(&d, t.data, t.size, 0, 0), 0);
	CHECK_STRING(last_failure(&d), "/matters");
}

TEST(what_the_loader_and_the_c_library_look_for_is_passed_over)
{
	static const uint8_t nscd[] = "\x01\0/var/run/nscd/socket";
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 7, 100, -ENOENT, "/matters");
	put_open(&t, 7, 200, -ENOENT, "/etc/ld.so.preload");
	put_open(&t, 7, 201, -ENOENT, "/usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3/libc.so.6");
	put_open(&t, 7, 202, -ENOENT, "/usr/lib/locale/C.UTF-8/LC_CTYPE");
	put_open(&t, 7, 203, -ENOENT, "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache");
	put_call(&t, (Call){
		.nr = NR_CONNECT, .pid = 7, .start = 204, .result = -ENOENT, .n_memory = 1,
		.memory = { { .arg = 1, .captured = sizeof(nscd), .bytes = nscd } },
	});
	CHECK_INT(digest_new(&d, t.data, t.size, 0, 0), 0);
	CHECK_STRING(last_failure(&d), "/matters");
}

TEST(results_that_are_no_errno_are_no_failures)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 7, 100, -4096, "/address");
	CHECK_INT(digest_new(&d, t.data, t.size, 0, 0), 0);
	CHECK_STRING(last_failure(&d), "(none)");
}

TEST(the_process_that_failed_is_asked_first)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 7, 100, -ENOENT, "/mine");
	put_open(&t, 8, 200, -ENOENT, "/others");
	put_exit(&t, 8, 210, 0);
	put_exit(&t, 7, 220, EXITED(1));
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_EXITED, 1), 0);
	CHECK_INT(d.exit->pid, 7);
	CHECK_STRING(last_failure(&d), "/mine");
}

TEST(a_child_that_ended_badly_before_may_be_why)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 7, 100, -ENOENT, "/mine");
	put_open(&t, 8, 200, -ENOENT, "/childs");
	put_exit(&t, 8, 210, EXITED(1));
	put_open(&t, 9, 212, -ENOENT, "/outlives");
	put_exit(&t, 7, 220, EXITED(3));
	put_exit(&t, 9, 230, EXITED(1));
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_EXITED, 3), 0);
	CHECK_INT(d.exit->pid, 7);
	CHECK_STRING(last_failure(&d), "/childs");
}

TEST(a_search_that_succeeded_is_passed_over)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 7, 100, -ENOENT, "/etc/missing");
	put_open(&t, 7, 110, -ENOENT, "/usr/sbin/cat");
	put_open(&t, 7, 120, 3, "/usr/bin/cat");
	put_exit(&t, 7, 220, EXITED(3));
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_EXITED, 3), 0);
	CHECK_STRING(last_failure(&d), "/etc/missing");
}

TEST(a_call_that_a_filter_killed_for_is_a_failure)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 7, 100, -ENOENT, "/before");
	put_call(&t, (Call){
		.nr = NR_OPENAT, .pid = 7, .start = 200, .result = NR_OPENAT, .flags = RECORD_REFUSED, .n_memory = 1,
		.memory = { { .arg = 1, .captured = 8, .bytes = (const uint8_t *) "/refused" } },
	});
	put_exit(&t, 7, 220, SIGSYS);
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_KILLED, SIGSYS), 0);
	CHECK_STRING(last_failure(&d), "/refused");
}

TEST(without_a_failure_of_its_own_that_of_another_process_is_taken)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 8, 200, -ENOENT, "/others");
	put_exit(&t, 7, 220, EXITED(1));
	put_open(&t, 9, 300, -ENOENT, "/after");
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_EXITED, 1), 0);
	CHECK_STRING(last_failure(&d), "/others");
}

TEST(what_a_process_tried_before_its_exec_is_passed_over)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 8, 50, -ENOENT, "/others");
	put_open(&t, 7, 100, -ENOENT, "/usr/local/sbin/main");
	put_exec(&t, 7, 200);
	put_exit(&t, 7, 300, EXITED(1));
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_EXITED, 1), 0);
	CHECK_STRING(last_failure(&d), "/others");
}

TEST(without_an_exec_what_was_to_come_before_it_counts)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_exec(&t, 8, 200);
	put_open(&t, 7, 100, -ENOENT, "/usr/local/sbin/main");
	put_exit(&t, 7, 300, EXITED(203));
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_EXITED, 203), 0);
	CHECK_STRING(last_failure(&d), "/usr/local/sbin/main");
}

TEST(helpers_killed_after_the_main_process_are_not_to_blame)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_exit(&t, 7, 220, EXITED(3));
	put_exit(&t, 8, 230, SIGTERM);
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_EXITED, 3), 0);
	CHECK_INT(d.exit->pid, 7);
}

/* ExecStartPre fails: PID 1 signals 0 0. ExecStopPost fails: it signals the main process's 1 0. */
TEST(the_exit_of_a_control_process_is_the_last_bad_one)
{
	static const int codes[] = { 0, CLD_EXITED };

	for (unsigned i = 0; i < ELEMENTS(codes); i++) {
		_cleanup_digest_ Digest d = {};
		_cleanup_text_ Text t = {};
		int code, status;

		put_exit(&t, 7, 200, EXITED(6));
		put_exit(&t, 8, 210, 0);
		CHECK_INT(digest_new(&d, t.data, t.size, codes[i], 0), 0);
		CHECK(digest_exit(&d, &code, &status));
		CHECK_INT(code, CLD_EXITED);
		CHECK_INT(status, 6);
	}
}

TEST(signals_and_core_dumps_are_told_apart)
{
	_cleanup_digest_ Digest killed = {}, dumped = {};
	_cleanup_text_ Text a = {}, b = {};
	int code, status;

	put_exit(&a, 7, 200, SIGKILL);
	CHECK_INT(digest_new(&killed, a.data, a.size, CLD_KILLED, SIGKILL), 0);
	CHECK(digest_exit(&killed, &code, &status));
	CHECK_INT(code, CLD_KILLED);
	CHECK_INT(status, SIGKILL);
	put_exit(&b, 7, 200, SIGSEGV | 0x80);
	CHECK_INT(digest_new(&dumped, b.data, b.size, CLD_DUMPED, SIGSEGV), 0);
	CHECK(digest_exit(&dumped, &code, &status));
	CHECK_INT(code, CLD_DUMPED);
	CHECK_INT(status, SIGSEGV);
}

/* A ring of some hundred MiB has this many. Looking from each of them to the end would take minutes. */
TEST(who_has_killed_is_who_sent_the_signal_of_the_exit)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_signal(&t, 7, 100, SIGTERM, 12);
	put_signal(&t, 7, 110, SIGKILL, 13);
	put_signal(&t, 7, 120, SIGKILL, 14);
	put_signal(&t, 8, 130, SIGKILL, 15);
	put_exit(&t, 7, 140, SIGKILL);
	put_signal(&t, 7, 150, SIGKILL, 16);
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_KILLED, SIGKILL), 0);
	CHECK(d.killer && d.killer->other_pid == 14);
}

TEST(nobody_has_killed_whose_signal_was_its_own_or_who_was_not_killed)
{
	_cleanup_digest_ Digest own = {}, exited = {};
	_cleanup_text_ Text t = {};

	put_signal(&t, 7, 100, SIGABRT, 7);
	put_exit(&t, 7, 140, SIGABRT);
	CHECK_INT(digest_new(&own, t.data, t.size, CLD_KILLED, SIGABRT), 0);
	CHECK(!own.killer);
	text_clear(&t);
	put_signal(&t, 7, 100, SIGTERM, 12);
	put_exit(&t, 7, 140, EXITED(15));
	CHECK_INT(digest_new(&exited, t.data, t.size, CLD_EXITED, 15), 0);
	CHECK(!exited.killer);
}

TEST(the_oom_killer_is_known_by_its_choice)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_signal(&t, 7, 100, SIGKILL, 12);
	put_oom(&t, 7, 101);
	put_signal(&t, 7, 102, SIGKILL, 13);
	put_exit(&t, 7, 140, SIGKILL);
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_KILLED, SIGKILL), 0);
	CHECK(d.killer && d.killer->header.count == EVENT_OOM);
}

TEST(many_failures_of_helpers_are_gone_through_once)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 7, 50, -EACCES, "/matters");
	for (unsigned i = 0; i < 200000; i++)
		put_open(&t, 8, 100, -ENOENT, "/absent");
	put_exit(&t, 7, 300, EXITED(1));
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_EXITED, 1), 0);
	CHECK_STRING(last_failure(&d), "/matters");
}

TEST(many_failures_of_the_process_itself_are_gone_through_once)
{
	_cleanup_digest_ Digest d = {};
	_cleanup_text_ Text t = {};

	put_open(&t, 7, 100, -ENOENT, "/absent");
	for (unsigned i = 0; i < 200000; i++)
		put_open(&t, 7, 101, -ENOENT, i % 200 == 199 ? "/b/other" : "/a/other");
	put_open(&t, 7, 102, 3, "/c/other");
	put_exit(&t, 7, 300, EXITED(1));
	CHECK_INT(digest_new(&d, t.data, t.size, CLD_EXITED, 1), 0);
	CHECK_STRING(last_failure(&d), "/a/other");
}

int main(void)
{
	RUN(calls_and_processes_are_counted_and_the_span_measured);
	RUN(no_records_are_nothing);
	RUN(records_behind_a_damaged_one_are_not_seen);
	RUN(the_last_failure_is_told_with_its_distance_to_the_exit);
	RUN(failures_that_are_a_matter_of_course_are_passed_over);
	RUN(what_the_loader_and_the_c_library_look_for_is_passed_over);
	RUN(results_that_are_no_errno_are_no_failures);
	RUN(the_process_that_failed_is_asked_first);
	RUN(a_child_that_ended_badly_before_may_be_why);
	RUN(a_search_that_succeeded_is_passed_over);
	RUN(a_call_that_a_filter_killed_for_is_a_failure);
	RUN(without_a_failure_of_its_own_that_of_another_process_is_taken);
	RUN(what_a_process_tried_before_its_exec_is_passed_over);
	RUN(without_an_exec_what_was_to_come_before_it_counts);
	RUN(helpers_killed_after_the_main_process_are_not_to_blame);
	RUN(the_exit_of_a_control_process_is_the_last_bad_one);
	RUN(signals_and_core_dumps_are_told_apart);
	RUN(who_has_killed_is_who_sent_the_signal_of_the_exit);
	RUN(nobody_has_killed_whose_signal_was_its_own_or_who_was_not_killed);
	RUN(the_oom_killer_is_known_by_its_choice);
	RUN(many_failures_of_helpers_are_gone_through_once);
	RUN(many_failures_of_the_process_itself_are_gone_through_once);
	return test_done();
}
