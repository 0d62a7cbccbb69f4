/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/aio_abi.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/ioprio.h>
#include <linux/kcmp.h>
#include <linux/keyctl.h>
#include <linux/magic.h>
#include <linux/mempolicy.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/quota.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/swap.h>
#include <sys/timex.h>

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
	SAME(ARG_ACCESS_FLAGS, AT_EACCESS);
	SAME(ARG_STATX_ATTRIBUTES, STATX_ATTR_DAX);
	SAME(ARG_STATX_ATTRIBUTES, STATX_ATTR_MOUNT_ROOT);
	SAME(ARG_STATFS_FLAGS, ST_NODIRATIME);
	SAME(ARG_STATFS_FLAGS, ST_RELATIME);
	SAME(ARG_FILE_SYSTEM, TMPFS_MAGIC);
	SAME(ARG_FILE_SYSTEM, OVERLAYFS_SUPER_MAGIC);
	SAME(ARG_FILE_SYSTEM, CGROUP2_SUPER_MAGIC);
	SAME(ARG_FILE_SYSTEM, BTRFS_SUPER_MAGIC);
	SAME(ARG_DIRENT_TYPE, DT_SOCK);
	SAME(ARG_DIRENT_TYPE, DT_WHT);
	SAME(ARG_LOCK_TYPE, F_UNLCK);
	SAME(ARG_LOCK_TYPE, F_SHLCK);
	SAME(ARG_OWNER_TYPE, F_OWNER_PGRP);
	SAME(ARG_NOTIFY_EVENTS, DN_ATTRIB);
	SAME(ARG_WRITE_LIFE, RWH_WRITE_LIFE_EXTREME);
	SAME(ARG_SYNC_RANGE_FLAGS, SYNC_FILE_RANGE_WAIT_AFTER);
	SAME(ARG_SWAP_FLAGS, SWAP_FLAG_PREFER);
	SAME(ARG_SWAP_FLAGS, SWAP_FLAG_DISCARD);
	SAME(ARG_FSPICK_FLAGS, FSPICK_EMPTY_PATH);
	SAME(ARG_MOVE_MOUNT_FLAGS, MOVE_MOUNT_T_EMPTY_PATH);
	SAME(ARG_MOUNT_ATTRIBUTES, MOUNT_ATTR_NODIRATIME);
	SAME(ARG_MOUNT_ATTRIBUTES, MOUNT_ATTR_IDMAP);
	SAME(ARG_SHM_FLAGS, SHM_NORESERVE);
	SAME(ARG_SHMAT_FLAGS, SHM_EXEC);
	SAME(ARG_QUEUE_FLAGS, MSG_COPY);
	SAME(ARG_SEM_OPERATION_FLAGS, SEM_UNDO);
	SAME(ARG_SHM_COMMAND, SHM_STAT_ANY);
	SAME(ARG_SEM_COMMAND, GETZCNT);
	SAME(ARG_SEM_COMMAND, SEM_STAT_ANY);
	SAME(ARG_QUEUE_COMMAND, MSG_STAT_ANY);
	SAME(ARG_AIO_OPERATION, IOCB_CMD_PWRITEV);
	SAME(ARG_QUOTA_COMMAND, Q_SETQUOTA);
	SAME(ARG_QUOTA_VALID, QIF_ITIME);
	SAME(ARG_FILE_MODE_BITS, S_ISVTX);
	SAME(ARG_SIGACTION_FLAGS, SA_RESTART);
	SAME(ARG_SIGACTION_FLAGS, SA_NODEFER);
	SAME(ARG_STACK_FLAGS, SS_DISABLE);
	SAME(ARG_SIGEVENT_NOTIFY, SIGEV_THREAD_ID);
	SAME(ARG_TIMEX_MODES, ADJ_SETOFFSET);
	SAME(ARG_TIMEX_MODES, ADJ_OFFSET_SS_READ);
	SAME(ARG_TIMEX_STATUS, STA_UNSYNC);
	SAME(ARG_TIMEX_STATUS, STA_CLK);
	SAME(ARG_TIMEX_STATE, TIME_WAIT);
	SAME(ARG_CAPABILITY_VERSION, _LINUX_CAPABILITY_VERSION_3);
	SAME(ARG_FUTEX_WAKE_OP, FUTEX_OP_XOR);
	SAME(ARG_FUTEX_WAKE_COMPARISON, FUTEX_OP_CMP_GE);
	SAME(ARG_IOPRIO_CLASS, IOPRIO_CLASS_IDLE);
	SAME(ARG_KCMP, KCMP_EPOLL_TFD);
	SAME(ARG_PERSONALITY_TYPE, PER_LINUX32);
	SAME(ARG_PERSONALITY_FLAGS, ADDR_NO_RANDOMIZE);
	SAME(ARG_PERSONALITY_FLAGS, ADDR_LIMIT_3GB);
	SAME(ARG_SECCOMP_FILTER_FLAGS, SECCOMP_FILTER_FLAG_NEW_LISTENER);
	SAME(ARG_SECCOMP_ACTION, SECCOMP_RET_USER_NOTIF);
	SAME(ARG_PTRACE, PTRACE_GETSIGMASK);
	SAME(ARG_PTRACE_OPTIONS, PTRACE_O_EXITKILL);
	SAME(ARG_KEY_MOVE, KEYCTL_MOVE_EXCL);
	SAME(ARG_MEMORY_POLICY, MPOL_PREFERRED_MANY);
	SAME(ARG_MEMORY_POLICY_FLAGS, MPOL_F_NUMA_BALANCING);
	SAME(ARG_MEMORY_BIND_FLAGS, MPOL_MF_MOVE_ALL);
	SAME(ARG_GET_POLICY_FLAGS, MPOL_F_MEMS_ALLOWED);
	SAME(ARG_SET_MM, PR_SET_MM_MAP_SIZE);
	SAME(ARG_PAC_KEYS, PR_PAC_APGAKEY);
	SAME(ARG_SPECULATION, PR_SPEC_L1D_FLUSH);
	SAME(ARG_SPECULATION_CONTROL, PR_SPEC_DISABLE_NOEXEC);
	SAME(ARG_SCHED_CORE, PR_SCHED_CORE_SHARE_FROM);
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
