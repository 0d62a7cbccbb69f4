/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/made.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

TEST(fcntl_argument_depends_on_the_command)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "fcntl", NOWHERE, F_GETFD, 0x999), "fcntl(77, F_GETFD)" BADF);
	CHECK_STRING(MADE(&t, "fcntl", NOWHERE, F_SETFD, 3), "fcntl(77, F_SETFD, FD_CLOEXEC|0x2)" BADF);
	CHECK_STRING(MADE(&t, "fcntl", NOWHERE, F_SETFL, O_RDWR | O_NONBLOCK),
		     "fcntl(77, F_SETFL, O_RDWR|O_NONBLOCK)" BADF);
	CHECK_STRING(MADE(&t, "fcntl", NOWHERE, F_DUPFD_CLOEXEC, 10), "fcntl(77, F_DUPFD_CLOEXEC, 10)" BADF);
	CHECK_STRING(MADE(&t, "fcntl", NOWHERE, F_SETLK, 0), "fcntl(77, F_SETLK, NULL)" BADF);
	CHECK_STRING(MADE(&t, "fcntl", NOWHERE, F_ADD_SEALS, 5),
		     "fcntl(77, F_ADD_SEALS, F_SEAL_SEAL|F_SEAL_GROW)" BADF);
	CHECK_STRING(MADE(&t, "fcntl", NOWHERE, 999, 10), "fcntl(77, 0x3e7 /* F_??? */, 0xa)" BADF);
}

TEST(ioctl_has_a_name_or_its_parts)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "ioctl", NOWHERE, TIOCGWINSZ, 0x10), "ioctl(77, TIOCGWINSZ, 0x10)" BADF);
	CHECK_STRING(MADE(&t, "ioctl", NOWHERE, FIONBIO, 0), "ioctl(77, FIONBIO, NULL)" BADF);
	CHECK_STRING(MADE(&t, "ioctl", NOWHERE, FIONCLEX, 0x999), "ioctl(77, FIONCLEX)" BADF);
	CHECK_STRING(MADE(&t, "ioctl", NOWHERE, TIOCSCTTY, 1), "ioctl(77, TIOCSCTTY, 1)" BADF);
	CHECK_STRING(MADE(&t, "ioctl", NOWHERE, 0xc0107777, 0),
		     "ioctl(77, _IOC(_IOC_READ|_IOC_WRITE, 0x77, 0x77, 0x10), 0)" BADF);
	CHECK_STRING(MADE(&t, "ioctl", NOWHERE, 0, 0x9), "ioctl(77, _IOC(_IOC_NONE, 0, 0, 0), 0x9)" BADF);
}

TEST(prctl_arguments_depend_on_the_option)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "prctl", PR_SET_PDEATHSIG, 999), "prctl(PR_SET_PDEATHSIG, 999)" INVAL);
	CHECK_STRING(MADE(&t, "prctl", PR_SET_NO_NEW_PRIVS, 9), "prctl(PR_SET_NO_NEW_PRIVS, 9, 0, 0, 0)" INVAL);
	CHECK_STRING(MADE(&t, "prctl", PR_CAPBSET_READ, 999), "prctl(PR_CAPBSET_READ, 0x3e7 /* CAP_??? */)" INVAL);
	CHECK_STRING(MADE(&t, "prctl", PR_CAP_AMBIENT, 9, 21),
		     "prctl(PR_CAP_AMBIENT, 0x9 /* PR_CAP_AMBIENT_??? */, 0x15, 0, 0)" INVAL);
	CHECK_STRING(MADE(&t, "prctl", 99999, 1, 2, 3, 4), "prctl(0x1869f /* PR_??? */, 0x1, 0x2, 0x3, 0x4)" INVAL);
	CHECK_STRING(line_of(&t, (Call){ .nr = 158, .n_args = 2, .args = { 0x1002, 0xfff } }),
		     "arch_prctl(ARCH_SET_FS, 0xfff) = 0");
}

TEST(futex_arguments_depend_on_the_operation)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "futex", 0x1001, 129, 1, 9, 9, 9), "futex(0x1001, FUTEX_WAKE_PRIVATE, 1)" INVAL);
	CHECK_STRING(MADE(&t, "futex", 0x1001, 0, 2), "futex(0x1001, FUTEX_WAIT, 2, NULL)" INVAL);
	CHECK_STRING(MADE(&t, "futex", 0x1001, 9 | 128 | 256, 1, 0, 9, UINT32_MAX),
		     "futex(0x1001, FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME, 1, NULL, "
		     "FUTEX_BITSET_MATCH_ANY)" INVAL);
	CHECK_STRING(MADE(&t, "futex", 0x1001, 10, 1, 0, 0, 5), "futex(0x1001, FUTEX_WAKE_BITSET, 1, 0x5)" INVAL);
	CHECK_STRING(MADE(&t, "futex", 0x1001, 4 | 128, 1, 2, 0x2000, 4),
		     "futex(0x1001, FUTEX_CMP_REQUEUE_PRIVATE, 1, 2, 0x2000, 4)" INVAL);
	CHECK_STRING(MADE(&t, "futex", 0x1001, 7 | 128), "futex(0x1001, FUTEX_UNLOCK_PI_PRIVATE)" FAULT);
	CHECK_STRING(MADE(&t, "futex", 0x1000, 99, 1, 2, 3, 4),
		     "futex(0x1000, 0x63 /* FUTEX_??? */, 1, 0x2, 0x3, 0x4) = -1 ENOSYS (Function not implemented)");
}

TEST(clone_names_what_its_flags_use)
{
	_cleanup_text_ Text t = {};
	const uint64_t args[8] = { CLONE_VM | CLONE_VFORK, 0, 0, 0, SIGCHLD, 0x1000, 0x2000 };
	const Call clone3 = {
		.nr = 435, .n_args = 2, .args = { 0x5000, 64 }, .result = 7, .n_memory = 1,
		.memory = { { .captured = 64, .requested = 64, .bytes = (const uint8_t *) args } },
	};

	CHECK_STRING(line_of(&t, (Call){ .nr = 56, .n_args = 5, .args = { 0x1200011, 0, 0, 0x7000, 9 }, .result = 7 }),
		     "clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
		     "child_tidptr=0x7000) = 7");
	CHECK_STRING(line_of(&t, (Call){ .nr = 120, .flags = RECORD_COMPAT, .n_args = 5,
					 .args = { 0x10180100, 0x8000, 0x6000, 0x9, 0x7000 }, .result = 7 }),
		     "clone(child_stack=0x8000, flags=CLONE_VM|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_NEWUSER, "
		     "parent_tid=0x6000, tls=0x9) = 7");
	CHECK_STRING(line_of(&t, (Call){ .nr = 56, .n_args = 5, .args = { SIGCHLD }, .result = 7 }),
		     "clone(child_stack=NULL, flags=SIGCHLD) = 7");
	CHECK_STRING(line_of(&t, clone3),
		     "clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD, stack=0x1000, stack_size=0x2000}, 64)"
		     " = 7");
	CHECK_STRING(MADE(&t, "clone3", 0, 88), "clone3(NULL, 88)" FAULT);
}

int main(void)
{
	if (uname(&host) < 0)
		return EXIT_FAILURE;
	RUN(fcntl_argument_depends_on_the_command);
	RUN(ioctl_has_a_name_or_its_parts);
	RUN(prctl_arguments_depend_on_the_option);
	RUN(futex_arguments_depend_on_the_operation);
	RUN(clone_names_what_its_flags_use);
	return test_done();
}
