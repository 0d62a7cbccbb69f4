/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/laid.h"

TEST(actions_have_the_layout_of_their_machine)
{
	_cleanup_text_ Text t = {};
	const uint32_t narrow[] = { 0x8000, 0x14000000, 0x9000, 1 << 1, 0 }, old[] = { 1, 1 << 14, 0x4000000, 0x77 };
	const uint64_t wide[] = { 0x8000, 4, 0, 1ULL << 63 };

	CHECK_STRING(laid(&t, "i386", "rt_sigaction",
			  (Call){ .args = { 10, 8, 0, 8 }, .n_memory = 1, .memory = { LAID(1, narrow) } }),
		     "rt_sigaction(SIGUSR1, {sa_handler=0x8000, sa_mask=[INT], sa_flags=SA_RESTORER|SA_RESTART, "
		     "sa_restorer=0x9000}, NULL, 8) = 0");
	CHECK_STRING(laid(&t, "i386", "sigaction",
			  (Call){ .args = { 10, 8, 0 }, .n_memory = 1, .memory = { LAID(1, old) } }),
		     "sigaction(SIGUSR1, {sa_handler=SIG_IGN, sa_mask=[TERM], sa_flags=SA_RESTORER, sa_restorer=0x77}, "
		     "NULL) "
		     "= 0");
	CHECK_STRING(laid(&t, "aarch64", "rt_sigaction",
			  (Call){ .args = { 10, 8, 0, 8 }, .n_memory = 1, .memory = { LAID(1, wide) } }),
		     "rt_sigaction(SIGUSR1, {sa_handler=0x8000, sa_mask=[RT_32], sa_flags=SA_SIGINFO}, NULL, 8) = 0");
}

TEST(set_of_two_thirds_is_told_by_what_it_has_not)
{
	_cleanup_text_ Text t = {};
	uint64_t set[] = { ~6ULL };
	uint32_t narrow[] = { 0x1fffff };
	Call c = { .args = { 2, 8, 0, 8 }, .n_memory = 1, .memory = { LAID(1, set) } };

	CHECK_STRING(laid(&t, "x86_64", "rt_sigprocmask", c), "rt_sigprocmask(SIG_SETMASK, ~[INT QUIT], NULL, 8) = 0");
	set[0] = UINT64_MAX;
	CHECK_STRING(laid(&t, "x86_64", "rt_sigprocmask", c), "rt_sigprocmask(SIG_SETMASK, ~[], NULL, 8) = 0");
	set[0] = (1ULL << 42) - 1;
	CHECK(strstr(laid(&t, "x86_64", "rt_sigprocmask", c), "~[RT_11 RT_12 "));
	set[0] >>= 1;
	CHECK(strstr(laid(&t, "x86_64", "rt_sigprocmask", c), "(SIG_SETMASK, [HUP INT "));
	c.memory[0] = (CallMemory) LAID(1, narrow);
	CHECK_STRING(laid(&t, "i386", "sigprocmask", c),
		     "sigprocmask(SIG_SETMASK, ~[TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN], NULL) = 0");
}

TEST(set_of_another_size_is_no_set)
{
	_cleanup_text_ Text t = {};
	const uint64_t set[] = { 2, 0 };
	Call c = { .args = { 8, 16 }, .n_memory = 1, .memory = { LAID(0, set) } };

	CHECK_STRING(laid(&t, "x86_64", "rt_sigsuspend", c), "rt_sigsuspend(0x8, 16) = 0");
	c.memory[0].requested = 8;
	c.memory[0].captured = 4;
	CHECK_STRING(laid(&t, "x86_64", "rt_sigsuspend", c), "rt_sigsuspend(0x8, 16) = 0");
	c.memory[0].captured = 8;
	CHECK_STRING(laid(&t, "x86_64", "rt_sigsuspend", c), "rt_sigsuspend([INT], 16) = 0");
}

TEST(return_from_a_signal_shows_what_is_blocked_again)
{
	_cleanup_text_ Text t = {};
	const uint64_t set[] = { 1 << 9 };
	Call c = { .result = -4, .n_memory = 1, .memory = { LAID(MEMORY_PART(0, PART_4), set) } };

	CHECK_STRING(laid(&t, "aarch64", "rt_sigreturn", c),
		     "rt_sigreturn({mask=[USR1]}) = -1 EINTR (Interrupted system call)");
	c.memory[0].captured = 7;
	CHECK_STRING(laid(&t, "aarch64", "rt_sigreturn", c), "rt_sigreturn() = -1 EINTR (Interrupted system call)");
}

TEST(info_is_read_by_its_machine)
{
	_cleanup_text_ Text t = {};
	const uint32_t child[32] = { 17, 0, 1, 7, 8, 3, 200, 1 }, fault[32] = { 11, 0, 3, 0x10, 0, 0x20, 0x30 };
	const uint32_t io[32] = { 29, 2, 1, 0xffffffff, 5 }, filter[32] = { 31, 0, 1, 0x1234, 4, 0x40000003 };
	Call c = { .args = { 7, 17, 8 }, .n_memory = 1, .memory = { LAID(2, child) } };

	CHECK_STRING(
		laid(&t, "i386", "rt_sigqueueinfo", c),
		"rt_sigqueueinfo(7, SIGCHLD, {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=7, si_uid=8, si_status=3, "
		"si_utime=200 /* 2.00 s */, si_stime=1 /* 0.01 s */}) = 0");
	c.memory[0] = (CallMemory) LAID(2, fault);
	CHECK_STRING(laid(&t, "i386", "rt_sigqueueinfo", c),
		     "rt_sigqueueinfo(7, SIGCHLD, {si_signo=SIGSEGV, si_code=SEGV_BNDERR, si_addr=0x10, si_lower=0x20, "
		     "si_upper=0x30}) = 0");
	c.memory[0] = (CallMemory) LAID(2, io);
	CHECK_STRING(laid(&t, "i386", "rt_sigqueueinfo", c),
		     "rt_sigqueueinfo(7, SIGCHLD, {si_signo=SIGIO, si_code=POLL_IN, si_errno=ENOENT, si_band=-1, "
		     "si_fd=5}) = 0");
	c.memory[0] = (CallMemory) LAID(2, filter);
	CHECK_STRING(laid(&t, "i386", "rt_sigqueueinfo", c),
		     "rt_sigqueueinfo(7, SIGCHLD, {si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=0x1234, "
		     "si_syscall=__NR_write, si_arch=AUDIT_ARCH_I386}) = 0");
	c.memory[0].captured = 127;
	CHECK_STRING(laid(&t, "i386", "rt_sigqueueinfo", c), "rt_sigqueueinfo(7, SIGCHLD, 0x8) = 0");
}

TEST(stack_and_event_have_words_of_their_machine)
{
	_cleanup_text_ Text t = {};
	const uint32_t stack[] = { 0x1000, 0x80000001, 4096 }, event[16] = { 5, 10, 2, 0x77, 0x88 };

	CHECK_STRING(laid(&t, "i386", "sigaltstack",
			  (Call){ .args = { 8, 0 }, .n_memory = 1, .memory = { LAID(0, stack) } }),
		     "sigaltstack({ss_sp=0x1000, ss_flags=SS_ONSTACK|SS_AUTODISARM, ss_size=4096}, NULL) = 0");
	CHECK_STRING(laid(&t, "i386", "timer_create",
			  (Call){ .args = { 0, 8, 0 }, .n_memory = 1, .memory = { LAID(1, event) } }),
		     "timer_create(CLOCK_REALTIME, {sigev_value={sival_int=5, sival_ptr=0x5}, sigev_signo=SIGUSR1, "
		     "sigev_notify=SIGEV_THREAD, sigev_notify_function=0x77, sigev_notify_attributes=0x88}, NULL) = 0");
}

int main(void)
{
	RUN(actions_have_the_layout_of_their_machine);
	RUN(set_of_two_thirds_is_told_by_what_it_has_not);
	RUN(set_of_another_size_is_no_set);
	RUN(return_from_a_signal_shows_what_is_blocked_again);
	RUN(info_is_read_by_its_machine);
	RUN(stack_and_event_have_words_of_their_machine);
	return test_done();
}
