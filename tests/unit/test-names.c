/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/prctl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "trace/names.h"
#include "trace/writer.h"

static const char *value_text(Text *t, ArgKind list, uint64_t value)
{
	text_clear(t);
	writer_flags(&(Writer){ .text = t }, list, value);
	return text_string(t);
}

TEST(errors_have_names_and_texts)
{
	CHECK_STRING(errno_name(ENOENT), "ENOENT");
	CHECK_STRING(errno_text(ENOENT), "No such file or directory");
	CHECK_STRING(errno_name(EAGAIN), "EAGAIN");
	CHECK_STRING(errno_name(EOPNOTSUPP), "EOPNOTSUPP");
	CHECK_STRING(errno_name(EHWPOISON), "EHWPOISON");
	CHECK(!errno_name(0));
	CHECK(!errno_name(-1));
	CHECK(!errno_name(41));
	CHECK(!errno_name(134));
	CHECK(!errno_name(4095));
}

TEST(restarts_are_told_from_errors)
{
	CHECK_STRING(errno_name(512), "ERESTARTSYS");
	CHECK_STRING(errno_text(512), "To be restarted if SA_RESTART is set");
	CHECK_STRING(errno_name(516), "ERESTART_RESTARTBLOCK");
	CHECK(errno_is_restart(513));
	CHECK(errno_is_restart(514));
	CHECK(!errno_is_restart(515));
	CHECK(!errno_is_restart(EINTR));
	CHECK_STRING(errno_name(524), "ENOTSUPP");
	CHECK(!errno_text(524));
}

TEST(signals_are_numbered_as_in_the_kernel)
{
	CHECK_STRING(signal_name(SIGTERM), "SIGTERM");
	CHECK_STRING(signal_name(SIGSYS), "SIGSYS");
	CHECK_STRING(signal_name(32), "SIGRTMIN");
	CHECK_STRING(signal_name(33), "SIGRT_1");
	CHECK_STRING(signal_name(42), "SIGRT_10");
	CHECK_STRING(signal_name(64), "SIGRT_32");
	CHECK(!signal_name(0));
	CHECK(!signal_name(65));
	CHECK(!signal_name(-1));
	CHECK(!signal_name(INT_MIN)); /* out of a damaged capture */
	for (int i = 1; i < SIGIO; i++) /* which the library calls SIGPOLL */
		CHECK_STRING(signal_name(i) + 3, sigabbrev_np(i) ?: "");
}

TEST(codes_of_signals_depend_on_the_signal)
{
	CHECK_STRING(signal_code_name(SIGSEGV, 1), "SEGV_MAPERR");
	CHECK_STRING(signal_code_name(SIGCHLD, 1), "CLD_EXITED");
	CHECK_STRING(signal_code_name(SIGTERM, 0), "SI_USER");
	CHECK_STRING(signal_code_name(SIGSEGV, 0x80), "SI_KERNEL");
	CHECK_STRING(signal_code_name(64, -6), "SI_TKILL");
	CHECK(!signal_code_name(SIGTERM, 1));
	CHECK(!signal_code_name(SIGTERM, -100));
}

TEST(flags_are_joined_and_the_unknown_stays_in_hexadecimal)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(value_text(&t, ARG_PROT, PROT_READ | PROT_EXEC), "PROT_READ|PROT_EXEC");
	CHECK_STRING(value_text(&t, ARG_PROT, 0), "PROT_NONE");
	CHECK_STRING(value_text(&t, ARG_PROT, PROT_WRITE | 0x80), "PROT_WRITE|0x80");
	CHECK_STRING(value_text(&t, ARG_PROT, 0x80), "0x80 /* PROT_??? */");
	CHECK_STRING(value_text(&t, ARG_PROT, 1ULL << 40), "0x10000000000 /* PROT_??? */");
	CHECK_STRING(value_text(&t, ARG_MSG_FLAGS, 0), "0");
	CHECK_STRING(value_text(&t, ARG_MSG_FLAGS, MSG_PEEK | 1ULL << 32), "MSG_PEEK");
	CHECK_STRING(value_text(&t, ARG_STATX_MASK, 0x17ff), "STATX_BASIC_STATS|STATX_MNT_ID");
}

TEST(one_of_a_choice_is_named_or_marked)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(value_text(&t, ARG_WHENCE, SEEK_END), "SEEK_END");
	CHECK_STRING(value_text(&t, ARG_WHENCE, 9), "0x9 /* SEEK_??? */");
	CHECK_STRING(value_text(&t, ARG_RUSAGE_WHO, (uint64_t) RUSAGE_CHILDREN), "RUSAGE_CHILDREN");
	CHECK(kind_has_names(ARG_WHENCE));
	CHECK(!kind_has_names(ARG_INT));
}

/* The lists carry numbers, because a header has those of one machine; here is what keeps them from typing errors. */
TEST(values_are_those_of_the_headers)
{
#define SAME(list, value) CHECK_STRING(value_name(list, (uint64_t) (value)), #value)
	SAME(ARG_MMAP_FLAGS, MAP_POPULATE);
	SAME(ARG_MMAP_FLAGS, MAP_FIXED_NOREPLACE);
	SAME(ARG_MADVICE, MADV_DONTNEED);
	SAME(ARG_MADVICE, MADV_POPULATE_WRITE);
	SAME(ARG_SOCKET_FAMILY, AF_NETLINK);
	SAME(ARG_SOCKET_FAMILY, AF_VSOCK);
	SAME(ARG_SOCKET_OPTION, SO_ERROR);
	SAME(ARG_SOCKET_OPTION, SO_BINDTODEVICE);
	SAME(ARG_MSG_FLAGS, MSG_CMSG_CLOEXEC);
	SAME(ARG_FCNTL_COMMAND, F_DUPFD_CLOEXEC);
	SAME(ARG_FCNTL_COMMAND, F_OFD_SETLKW);
	SAME(ARG_SEALS, F_SEAL_WRITE);
	SAME(ARG_MOUNT_FLAGS, MS_STRICTATIME);
	SAME(ARG_UMOUNT_FLAGS, UMOUNT_NOFOLLOW);
	SAME(ARG_RESOURCE, RLIMIT_RTTIME);
	SAME(ARG_PRCTL_OPTION, PR_SET_NO_NEW_PRIVS);
	SAME(ARG_AT_FLAGS, AT_EMPTY_PATH);
	SAME(ARG_WHENCE, SEEK_HOLE);
#undef SAME
}

int main(void)
{
	RUN(errors_have_names_and_texts);
	RUN(restarts_are_told_from_errors);
	RUN(signals_are_numbered_as_in_the_kernel);
	RUN(codes_of_signals_depend_on_the_signal);
	RUN(flags_are_joined_and_the_unknown_stays_in_hexadecimal);
	RUN(one_of_a_choice_is_named_or_marked);
	RUN(values_are_those_of_the_headers);
	return test_done();
}
