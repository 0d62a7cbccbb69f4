/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/laid.h"

TEST(limits_and_use_have_words_of_their_machine)
{
	_cleanup_text_ Text t = {};
	const uint32_t limits[] = { 8192, UINT32_MAX }, usage[18] = { 1, 2, 3, 4, 5 };
	const uint64_t wide[] = { 1025, UINT64_MAX };

	CHECK_STRING(
		laid(&t, "i386", "setrlimit", (Call){ .args = { 7, 8 }, .n_memory = 1, .memory = { LAID(1, limits) } }),
		"setrlimit(RLIMIT_NOFILE, {rlim_cur=8*1024, rlim_max=RLIM_INFINITY}) = 0");
	CHECK_STRING(laid(&t, "aarch64", "setrlimit",
			  (Call){ .args = { 7, 8 }, .n_memory = 1, .memory = { LAID(1, wide) } }),
		     "setrlimit(RLIMIT_NOFILE, {rlim_cur=1025, rlim_max=RLIM64_INFINITY}) = 0");
	CHECK_STRING(
		laid(&t, "i386", "getrusage", (Call){ .args = { 0, 8 }, .n_memory = 1, .memory = { LAID(1, usage) } }),
		"getrusage(RUSAGE_SELF, {ru_utime={tv_sec=1, tv_usec=2}, ru_stime={tv_sec=3, tv_usec=4}, ...}) = 0");
	CHECK_STRING(laid(&t, "i386", "wait4",
			  (Call){ .args = { 5, 0, 1, 8 }, .n_memory = 1, .memory = { LAID(3, usage) } }),
		     "wait4(5, NULL, WNOHANG, 0x8) = 0");
}

TEST(old_ids_have_16_bits)
{
	_cleanup_text_ Text t = {};
	const uint16_t ids[] = { 0, 65535, 65534 };
	const uint32_t wide[] = { 65535, UINT32_MAX };

	CHECK_STRING(
		laid(&t, "i386", "setgroups", (Call){ .args = { 3, 8 }, .n_memory = 1, .memory = { LAID(1, ids) } }),
		"setgroups(3, [0, -1, 65534]) = 0");
	CHECK_STRING(
		laid(&t, "i386", "setgroups32", (Call){ .args = { 2, 8 }, .n_memory = 1, .memory = { LAID(1, wide) } }),
		"setgroups32(2, [65535, -1]) = 0");
}

TEST(array_that_is_not_whole_says_so)
{
	_cleanup_text_ Text t = {};
	const uint32_t ids[40] = { 1, 2, 3 };
	Call c = { .args = { 40, 0xff8 }, .n_memory = 1, .memory = { LAID_CUT(1, ids, 8) } };

	CHECK_STRING(laid(&t, "x86_64", "setgroups", c), "setgroups(40, [1, 2, ... /* 0x1000 */]) = 0");
	c.args[1] = 0xff0;
	CHECK_STRING(laid(&t, "x86_64", "setgroups", c), "setgroups(40, [1, 2, ...]) = 0");
	c.memory[0].captured = 7;
	CHECK_STRING(laid(&t, "x86_64", "setgroups", c), "setgroups(40, [1, ...]) = 0");
	c.memory[0].captured = 0;
	CHECK_STRING(laid(&t, "x86_64", "setgroups", c), "setgroups(40, [...]) = 0");
	c.memory[0] = (CallMemory) LAID(1, ids);
	CHECK(strstr(laid(&t, "x86_64", "setgroups", c), ", 0, ...]) = 0"));
	c.memory[0].status = MEMORY_UNREADABLE;
	CHECK_STRING(laid(&t, "x86_64", "setgroups", c), "setgroups(40, 0xff0) = 0");
}

TEST(capabilities_need_the_version_of_their_header)
{
	_cleanup_text_ Text t = {};
	const uint32_t old[] = { 0x19980330, 7 }, header[] = { 0x20080522, 0 },
		       data[] = { 1, 2, 0, 0x100, 0, 0x80000000 };
	Call c = { .args = { 8, 16 }, .n_memory = 2, .memory = { LAID(0, header), LAID(1, data) } };

	CHECK_STRING(laid(&t, "x86_64", "capset", c),
		     "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, "
		     "{effective=1<<CAP_CHOWN|1<<CAP_CHECKPOINT_RESTORE, "
		     "permitted=1<<CAP_DAC_OVERRIDE, inheritable=0x80000000 /* CAP_??? */}) = 0");
	c.memory[0] = (CallMemory) LAID(0, old);
	CHECK_STRING(laid(&t, "x86_64", "capset", c),
		     "capset({version=_LINUX_CAPABILITY_VERSION_1, pid=7}, {effective=1<<CAP_CHOWN, "
		     "permitted=1<<CAP_DAC_OVERRIDE, inheritable=0}) = 0");
	c.memory[0] = c.memory[1];
	c.n_memory = 1;
	CHECK_STRING(laid(&t, "x86_64", "capset", c), "capset(0x8, 0x10) = 0");
}

TEST(masks_are_of_words_of_their_machine)
{
	_cleanup_text_ Text t = {};
	const uint32_t nodes[] = { 5, 0 };
	const uint8_t cpus[] = { 0x81, 1 };

	CHECK_STRING(laid(&t, "i386", "set_mempolicy",
			  (Call){ .args = { 2, 8, 33 }, .n_memory = 1, .memory = { LAID(1, nodes) } }),
		     "set_mempolicy(MPOL_BIND, [0x000005], 33) = 0");
	CHECK_STRING(laid(&t, "i386", "set_mempolicy",
			  (Call){ .args = { 2, 8, 64 }, .n_memory = 1, .memory = { LAID(1, nodes) } }),
		     "set_mempolicy(MPOL_BIND, [0x000005, 00000000], 64) = 0");
	CHECK_STRING(laid(&t, "aarch64", "sched_setaffinity",
			  (Call){ .args = { 0, 2, 8 }, .n_memory = 1, .memory = { LAID(2, cpus) } }),
		     "sched_setaffinity(0, 2, [0 7 8]) = 0");
}

TEST(attributes_are_as_long_as_they_say)
{
	_cleanup_text_ Text t = {};
	uint32_t attr[16] = { 64, 6, [6] = 10 };
	Call c = { .args = { 0, 8, 0 }, .n_memory = 1, .memory = { LAID(1, attr) } };

	CHECK_STRING(
		laid(&t, "x86_64", "sched_setattr", c),
		"sched_setattr(0, {size=64, sched_policy=SCHED_DEADLINE, sched_flags=0, sched_nice=0, "
		"sched_priority=0, "
		"sched_runtime=10, sched_deadline=0, sched_period=0, sched_util_min=0, sched_util_max=0, ...}, 0) = 0");
	c.memory[0].captured = 47;
	CHECK_STRING(laid(&t, "x86_64", "sched_setattr", c), "sched_setattr(0, {size=64, ...}, 0) = 0");
	attr[0] = 5;
	CHECK_STRING(laid(&t, "x86_64", "sched_setattr", c), "sched_setattr(0, {size=5}, 0) = 0");
	c.memory[0].captured = 3;
	CHECK_STRING(laid(&t, "x86_64", "sched_setattr", c), "sched_setattr(0, 0x8, 0) = 0");
}

TEST(clone_shows_what_it_has_written)
{
	_cleanup_text_ Text t = {};
	const uint64_t args[11] = { 0x101000, 0x10, 0, 0x20, 17 };
	const uint32_t fd[] = { 3 }, tid[] = { 77 };
	Call c = { .args = { 8, 88 },
		   .result = 77,
		   .n_memory = 3,
		   .memory = { LAID(0, args), LAID(MEMORY_PART(0, PART_5), fd), LAID(MEMORY_PART(0, PART_6), tid) } };

	CHECK_STRING(laid(&t, "x86_64", "clone3", c), "clone3({flags=CLONE_PIDFD|CLONE_PARENT_SETTID, pidfd=0x10, "
						      "parent_tid=0x20, exit_signal=SIGCHLD, stack=NULL, "
						      "stack_size=0} => {pidfd=[3], parent_tid=[77]}, 88) = 77");
	c.n_memory = 1;
	CHECK_STRING(laid(&t, "x86_64", "clone3", c), "clone3({flags=CLONE_PIDFD|CLONE_PARENT_SETTID, pidfd=0x10, "
						      "parent_tid=0x20, exit_signal=SIGCHLD, stack=NULL, "
						      "stack_size=0} => {}, 88) = 77");
	CHECK_STRING(
		laid(&t, "i386", "clone",
		     (Call){ .args = { 0x100011, 0, 8 }, .result = 77, .n_memory = 1, .memory = { LAID(2, tid) } }),
		"clone(child_stack=NULL, flags=CLONE_PARENT_SETTID|SIGCHLD, parent_tid=[77]) = 77");
}

int main(void)
{
	RUN(limits_and_use_have_words_of_their_machine);
	RUN(old_ids_have_16_bits);
	RUN(array_that_is_not_whole_says_so);
	RUN(capabilities_need_the_version_of_their_header);
	RUN(masks_are_of_words_of_their_machine);
	RUN(attributes_are_as_long_as_they_say);
	RUN(clone_shows_what_it_has_written);
	return test_done();
}
