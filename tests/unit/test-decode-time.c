/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/laid.h"

#define INTERRUPTED (-516) /* ERESTART_RESTARTBLOCK */

TEST(words_are_narrow_on_i386)
{
	_cleanup_text_ Text t = {};
	const int32_t one[] = { -1, 5 }, interval[] = { 1, 2, 3, -4 };
	const uint32_t spent[] = { 1, 0, 234, 0xffffffff };

	CHECK_STRING(laid(&t, "i386", "clock_gettime",
			  (Call){ .args = { 1, 8 }, .n_memory = 1, .memory = { LAID(1, one) } }),
		     "clock_gettime(CLOCK_MONOTONIC, {tv_sec=-1, tv_nsec=5}) = 0");
	CHECK_STRING(
		laid(&t, "i386", "setitimer",
		     (Call){ .args = { 0, 8, 0 }, .n_memory = 1, .memory = { LAID(1, interval) } }),
		"setitimer(ITIMER_REAL, {it_interval={tv_sec=1, tv_usec=2}, it_value={tv_sec=3, tv_usec=4294967292}}, "
		"NULL) = 0");
	CHECK_STRING(laid(&t, "i386", "times",
			  (Call){ .args = { 8 }, .result = 7, .n_memory = 1, .memory = { LAID(0, spent) } }),
		     "times({tms_utime=1 /* 0.01 s */, tms_stime=0, tms_cutime=234 /* 2.34 s */, tms_cstime=4294967295 "
		     "/* 42949672.95 s */}) = 7");
}

TEST(times_of_64_bits_are_the_same_on_i386)
{
	_cleanup_text_ Text t = {};
	const int64_t one[] = { 1LL << 33, 5 }, two[] = { 0, 1, 2, 3 };

	CHECK_STRING(laid(&t, "i386", "clock_gettime64",
			  (Call){ .args = { 1, 8 }, .n_memory = 1, .memory = { LAID(1, one) } }),
		     "clock_gettime64(CLOCK_MONOTONIC, {tv_sec=8589934592, tv_nsec=5}) = 0");
	CHECK_STRING(
		laid(&t, "i386", "timer_settime64",
		     (Call){ .args = { 1, 0, 8, 0 }, .n_memory = 1, .memory = { LAID(2, two) } }),
		"timer_settime64(1, 0, {it_interval={tv_sec=0, tv_nsec=1}, it_value={tv_sec=2, tv_nsec=3}}, NULL) = 0");
}

TEST(rest_of_a_sleep_counts_only_when_it_was_interrupted)
{
	_cleanup_text_ Text t = {};
	const uint64_t ten[] = { 10, 0 }, rest[] = { 9, 7 };
	Call c = { .args = { 8, 16 }, .result = INTERRUPTED, .n_memory = 2, .memory = { LAID(0, ten), LAID(1, rest) } };

	CHECK_STRING(
		laid(&t, "x86_64", "nanosleep", c),
		"nanosleep({tv_sec=10, tv_nsec=0}, {tv_sec=9, tv_nsec=7}) = ? ERESTART_RESTARTBLOCK (Interrupted by "
		"signal)");
	c.result = -22;
	CHECK_STRING(laid(&t, "x86_64", "nanosleep", c),
		     "nanosleep({tv_sec=10, tv_nsec=0}, 0x10) = -1 EINVAL (Invalid argument)");
}

TEST(state_of_the_clock_is_that_after_the_call)
{
	_cleanup_text_ Text t = {};
	uint32_t before[32] = {}, after[32] = { [4] = 7, [5] = 0x40, [9] = 3, [20] = 37 };
	Call c = {
		.args = { 8 }, .result = 5, .n_memory = 2, .memory = { LAID(0, before), LAID(MEMORY_AFTER(0), after) }
	};

	CHECK_STRING(
		laid(&t, "i386", "adjtimex", c),
		"adjtimex({modes=0, offset=0, freq=0, maxerror=0, esterror=7, status=STA_UNSYNC, constant=0, "
		"precision=0, "
		"tolerance=0, time={tv_sec=3, tv_usec=0}, tick=0, ppsfreq=0, jitter=0, shift=0, stabil=0, jitcnt=0, "
		"calcnt=0, errcnt=0, stbcnt=0, tai=37}) = 5 (TIME_ERROR)");
	c.n_memory = 1;
	CHECK_STRING(laid(&t, "i386", "adjtimex", c), "adjtimex(0x8) = 5 (TIME_ERROR)");
	c.n_memory = 2;
	c.memory[1].captured = 83;
	CHECK_STRING(laid(&t, "i386", "adjtimex", c), "adjtimex(0x8) = 5 (TIME_ERROR)");
}

TEST(times_of_files_may_be_now_or_left_alone)
{
	_cleanup_text_ Text t = {};
	const uint64_t both[] = { 0, 0x3fffffff, 5, 0x3ffffffe }, wrong[] = { 0, 1000000000, 0, UINT64_MAX };

	CHECK_STRING(laid(&t, "aarch64", "utimensat",
			  (Call){ .args = { 3, 0, 8, 0 }, .n_memory = 1, .memory = { LAID(2, both) } }),
		     "utimensat(3, NULL, [UTIME_NOW, UTIME_OMIT], 0) = 0");
	CHECK_STRING(laid(&t, "aarch64", "utimensat",
			  (Call){ .args = { 3, 0, 8, 0 }, .n_memory = 1, .memory = { LAID(2, wrong) } }),
		     "utimensat(3, NULL, [{tv_sec=0, tv_nsec=1000000000}, {tv_sec=0, tv_nsec=18446744073709551615}], "
		     "0) = 0");
}

int main(void)
{
	RUN(words_are_narrow_on_i386);
	RUN(times_of_64_bits_are_the_same_on_i386);
	RUN(rest_of_a_sleep_counts_only_when_it_was_interrupted);
	RUN(state_of_the_clock_is_that_after_the_call);
	RUN(times_of_files_may_be_now_or_left_alone);
	return test_done();
}
