/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <signal.h>

#include "daemon/failure.h"
#include "util/cleanup.h"

#define _cleanup_watch_ _cleanup_(failure_watch_done)
#define RUN_1 SD_ID128_MAKE(11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11)
#define RUN_2 SD_ID128_MAKE(22, 22, 22, 22, 22, 22, 22, 22, 22, 22, 22, 22, 22, 22, 22, 22)

/* One change of a unit as PID 1 signals it. */
static int change(FailureWatch *w, const char *result, int code, int status, sd_id128_t run, const char *active)
{
	if (failure_type_signal(w, result, code, status) < 0)
		return -1;
	return failure_unit_signal(w, run, active, 1000);
}

TEST(a_failing_service_is_dumped_with_its_exit)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "success", 0, 0, RUN_1, "activating"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "success", 0, 0, RUN_1, "active"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "exit-code", CLD_EXITED, 255, RUN_1, "failed"), FAILURE_DUMP);
	CHECK_STRING(w.failure.result, "exit-code");
	CHECK_INT(w.failure.exec_code, CLD_EXITED);
	CHECK_INT(w.failure.exec_status, 255);
	CHECK(sd_id128_equal(w.failure.invocation, RUN_1));
	CHECK(!w.late);
}

TEST(a_clean_run_is_nothing)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "success", 0, 0, RUN_1, "active"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "success", CLD_EXITED, 0, RUN_1, "deactivating"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "success", CLD_EXITED, 0, RUN_1, "inactive"), FAILURE_NOTHING);
	CHECK_INT((int) (failure_deadline(&w) == UINT64_MAX), 1);
}

TEST(restart_passes_through_failed_and_is_dumped_once_a_run)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "exit-code", CLD_EXITED, 1, RUN_1, "failed"), FAILURE_DUMP);
	CHECK_INT(change(&w, "exit-code", CLD_EXITED, 1, RUN_1, "activating"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "success", 0, 0, RUN_2, "activating"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "success", 0, 0, RUN_2, "active"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "exit-code", CLD_EXITED, 1, RUN_2, "failed"), FAILURE_DUMP);
	CHECK(sd_id128_equal(w.failure.invocation, RUN_2));
}

TEST(restart_mode_direct_is_dumped_although_it_is_never_failed)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "success", 0, 0, RUN_1, "active"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "exit-code", CLD_EXITED, 1, RUN_1, "activating"), FAILURE_DUMP);
	CHECK_INT(change(&w, "success", 0, 0, RUN_2, "activating"), FAILURE_NOTHING);
}

TEST(start_limit_after_a_failed_run_is_that_run_again)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "exit-code", CLD_EXITED, 1, RUN_1, "failed"), FAILURE_DUMP);
	CHECK_INT(change(&w, "exit-code", CLD_EXITED, 1, RUN_1, "failed"), FAILURE_NOTHING);
}

TEST(start_limit_after_a_clean_run_is_its_only_failure)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "success", CLD_EXITED, 0, RUN_1, "inactive"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "start-limit-hit", CLD_EXITED, 0, RUN_1, "failed"), FAILURE_DUMP);
	CHECK_STRING(w.failure.result, "start-limit-hit");
	CHECK_INT(change(&w, "start-limit-hit", CLD_EXITED, 0, RUN_1, "failed"), FAILURE_NOTHING);
}

TEST(starting_a_failed_unit_again_is_no_failure_of_the_new_run)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "exit-code", CLD_EXITED, 1, RUN_1, "failed"), FAILURE_DUMP);
	CHECK_INT(change(&w, "success", 0, 0, RUN_2, "failed"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "success", 0, 0, RUN_2, "active"), FAILURE_NOTHING);
}

/* Timeout, watchdog and ExecStopPost: Result comes first, the exit of the process later. */
static void check_two_steps(const char *result, int code, int status)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "success", 0, 0, RUN_1, "active"), FAILURE_NOTHING);
	CHECK_INT(change(&w, result, 0, 0, RUN_1, "deactivating"), FAILURE_SNAPSHOT);
	CHECK_INT(failure_deadline(&w), 1000 + FAILURE_WAIT_USEC);
	CHECK_INT(change(&w, result, code, status, RUN_1, "deactivating"), FAILURE_NOTHING);
	CHECK_INT(change(&w, result, code, status, RUN_1, "failed"), FAILURE_DUMP);
	CHECK_STRING(w.failure.result, result);
	CHECK_INT(w.failure.exec_code, code);
	CHECK_INT(w.failure.exec_status, status);
	CHECK(!w.late);
	CHECK(failure_deadline(&w) == UINT64_MAX);
}

TEST(a_timeout_is_a_snapshot_first_and_the_entry_has_the_exit)
{
	check_two_steps("timeout", CLD_KILLED, SIGKILL);
}

TEST(a_watchdog_is_a_snapshot_first_and_the_entry_has_the_exit)
{
	check_two_steps("watchdog", CLD_DUMPED, SIGABRT);
}

TEST(exec_stop_post_holds_up_the_entry)
{
	check_two_steps("exit-code", CLD_EXITED, 3);
}

TEST(a_failed_exec_start_pre_has_no_exit_in_any_signal)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "success", 0, 0, RUN_1, "activating"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "exit-code", 0, 0, RUN_1, "failed"), FAILURE_DUMP);
	CHECK_INT(w.failure.exec_code, 0);
}

TEST(a_unit_that_does_not_end_is_dumped_late_and_once)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "timeout", 0, 0, RUN_1, "deactivating"), FAILURE_SNAPSHOT);
	CHECK_INT(failure_timeout(&w, 1000 + FAILURE_WAIT_USEC - 1), FAILURE_NOTHING);
	CHECK_INT(failure_timeout(&w, 1000 + FAILURE_WAIT_USEC), FAILURE_DUMP);
	CHECK(w.late);
	CHECK_STRING(w.failure.result, "timeout");
	CHECK_INT(failure_timeout(&w, UINT64_MAX - 1), FAILURE_NOTHING);
	CHECK_INT(change(&w, "timeout", CLD_KILLED, SIGKILL, RUN_1, "failed"), FAILURE_NOTHING);
}

TEST(exec_condition_is_no_failure)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "exec-condition", 0, 0, RUN_1, "inactive"), FAILURE_NOTHING);
}

TEST(what_never_ran_has_no_invocation_and_no_failure)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "success", 0, 0, SD_ID128_NULL, "inactive"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "resources", 0, 0, SD_ID128_NULL, "failed"), FAILURE_NOTHING);
}

TEST(a_dependency_that_failed_leaves_success)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "success", 0, 0, RUN_1, "inactive"), FAILURE_NOTHING);
}

TEST(mounts_and_scopes_fail_without_an_exit)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "success", 0, 0, RUN_1, "activating"), FAILURE_NOTHING);
	CHECK_INT(change(&w, "protocol", 0, 0, RUN_1, "failed"), FAILURE_DUMP);
	CHECK_INT(change(&w, "oom-kill", 0, 0, RUN_2, "failed"), FAILURE_DUMP);
}

TEST(reload_and_reexec_announce_what_is_told_already)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "exit-code", CLD_EXITED, 1, RUN_1, "failed"), FAILURE_DUMP);
	for (unsigned i = 0; i < 3; i++)
		CHECK_INT(change(&w, "exit-code", CLD_EXITED, 1, RUN_1, "failed"), FAILURE_NOTHING);
}

TEST(a_result_nobody_has_heard_of_is_a_failure)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "flux-capacitor", 0, 0, RUN_1, "failed"), FAILURE_DUMP);
	CHECK_STRING(w.failure.result, "flux-capacitor");
}

TEST(a_unit_signal_without_its_type_decides_nothing)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(failure_unit_signal(&w, RUN_1, "failed", 1000), FAILURE_NOTHING);
}

TEST(a_new_run_lets_the_entry_of_the_one_before_go_first)
{
	_cleanup_watch_ FailureWatch w = {};

	CHECK_INT(change(&w, "timeout", 0, 0, RUN_1, "deactivating"), FAILURE_SNAPSHOT);
	CHECK_INT(change(&w, "signal", CLD_KILLED, SIGSEGV, RUN_2, "failed"), FAILURE_DUMP);
	CHECK(sd_id128_equal(w.failure.invocation, RUN_1));
	CHECK_STRING(w.failure.result, "timeout");
	CHECK_INT(failure_unit_signal(&w, RUN_2, "failed", 1000), FAILURE_DUMP);
	CHECK(sd_id128_equal(w.failure.invocation, RUN_2));
	CHECK_STRING(w.failure.result, "signal");
	CHECK_INT(failure_unit_signal(&w, RUN_2, "failed", 1000), FAILURE_NOTHING);
}

int main(void)
{
	RUN(a_failing_service_is_dumped_with_its_exit);
	RUN(a_clean_run_is_nothing);
	RUN(restart_passes_through_failed_and_is_dumped_once_a_run);
	RUN(restart_mode_direct_is_dumped_although_it_is_never_failed);
	RUN(start_limit_after_a_failed_run_is_that_run_again);
	RUN(start_limit_after_a_clean_run_is_its_only_failure);
	RUN(starting_a_failed_unit_again_is_no_failure_of_the_new_run);
	RUN(a_timeout_is_a_snapshot_first_and_the_entry_has_the_exit);
	RUN(a_watchdog_is_a_snapshot_first_and_the_entry_has_the_exit);
	RUN(exec_stop_post_holds_up_the_entry);
	RUN(a_failed_exec_start_pre_has_no_exit_in_any_signal);
	RUN(a_unit_that_does_not_end_is_dumped_late_and_once);
	RUN(exec_condition_is_no_failure);
	RUN(what_never_ran_has_no_invocation_and_no_failure);
	RUN(a_dependency_that_failed_leaves_success);
	RUN(mounts_and_scopes_fail_without_an_exit);
	RUN(reload_and_reexec_announce_what_is_told_already);
	RUN(a_result_nobody_has_heard_of_is_a_failure);
	RUN(a_unit_signal_without_its_type_decides_nothing);
	RUN(a_new_run_lets_the_entry_of_the_one_before_go_first);
	return test_done();
}
