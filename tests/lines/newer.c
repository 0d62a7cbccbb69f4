/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls, flags and commands that are newer than what strace of Debian 12 knows, Linux 6.1. Lines are in the form in which
 * it prints what it knows; only these count. What the kernel makes of the calls is not the point, so all may fail.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lines/lines.h"

/* Numbers from 424 on are the same everywhere, and the headers may be older than the calls. */
enum {
	NR_CACHESTAT = 451,
	NR_FCHMODAT2 = 452,
	NR_FUTEX_WAKE = 454,
	NR_FUTEX_WAIT = 455,
	NR_FUTEX_REQUEUE = 456,
	NR_MSEAL = 462,
	NR_SETXATTRAT = 463,
	NR_GETXATTRAT = 464,
	NR_LISTXATTRAT = 465,
	NR_REMOVEXATTRAT = 466,
};

static int file;

static void modes(void)
{
	long r = syscall(NR_FCHMODAT2, AT_FDCWD, string_end("file"), 0604, 0);

	expect("fchmodat2(AT_FDCWD, \"file\", 0604, 0) = %s", result(r));
	r = syscall(NR_FCHMODAT2, AT_FDCWD, "file", 0604, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
	expect("fchmodat2(AT_FDCWD, \"file\", 0604, AT_SYMLINK_NOFOLLOW|AT_EMPTY_PATH) = %s", result(r));
	r = syscall(NR_FCHMODAT2, NO_FD, NULL, 0, 0);
	expect("fchmodat2(%d, NULL, 000, 0) = %s", NO_FD, result(r));
}

static void attributes(void)
{
	struct {
		uint64_t value;
		uint32_t size, flags;
	} args = { (uintptr_t) page_end("value", 5), 5, XATTR_CREATE }, *copy = page_end(&args, sizeof(args));
	long r = syscall(NR_SETXATTRAT, AT_FDCWD, "file", 0, string_end("trusted.a"), copy, sizeof(args));

	expect("setxattrat(AT_FDCWD, \"file\", 0, \"trusted.a\", {value=\"value\", size=5, flags=XATTR_CREATE}, 16) = "
	       "%s",
	       result(r));
	args.value = (uintptr_t) room_end(8);
	args.size = 8;
	args.flags = 0;
	r = syscall(NR_GETXATTRAT, AT_FDCWD, "file", AT_SYMLINK_NOFOLLOW, "trusted.a", page_end(&args, sizeof(args)),
		    sizeof(args));
	if (r >= 0)
		expect("getxattrat(AT_FDCWD, \"file\", AT_SYMLINK_NOFOLLOW, \"trusted.a\", {value=\"value\", size=8, "
		       "flags=0}, 16) = 5");
	args.size = 0;
	r = syscall(NR_GETXATTRAT, AT_FDCWD, "file", 0, "trusted.a", page_end(&args, sizeof(args)), sizeof(args));
	expect("getxattrat(AT_FDCWD, \"file\", 0, \"trusted.a\", {value=%p, size=0, flags=0}, 16) = %s",
	       (void *) (uintptr_t) args.value, result(r));
	r = syscall(NR_LISTXATTRAT, NO_FD, "file", AT_EMPTY_PATH, NULL, 0L);
	expect("listxattrat(%d, \"file\", AT_EMPTY_PATH, NULL, 0) = %s", NO_FD, result(r));
	r = syscall(NR_REMOVEXATTRAT, AT_FDCWD, "file", 0, "trusted.a");
	expect("removexattrat(AT_FDCWD, \"file\", 0, \"trusted.a\") = %s", result(r));
}

static void pages(void)
{
	uint64_t range[] = { 0, 4096 }, *copy = page_end(range, sizeof(range));
	void *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	     *unknown = unreadable();
	long r = syscall(NR_CACHESTAT, NO_FD, copy, unknown, 0);

	expect("cachestat(%d, {off=0, len=4096}, %p, 0) = %s", NO_FD, unknown, result(r));
	r = syscall(NR_CACHESTAT, file, unknown, NULL, 0);
	expect("cachestat(%d, %p, NULL, 0) = %s", file, unknown, result(r));
	r = syscall(SYS_madvise, memory, 4096L, 102);
	expect("madvise(%p, 4096, MADV_GUARD_INSTALL) = %s", memory, result(r));
	r = syscall(SYS_madvise, memory, 4096L, 103);
	expect("madvise(%p, 4096, MADV_GUARD_REMOVE) = %s", memory, result(r));
	r = syscall(NR_MSEAL, memory, 4096L, 0L);
	expect("mseal(%p, 4096, 0) = %s", memory, result(r));
}

static void flags(void)
{
	struct iovec one = { page_end("x", 1), 1 }, *vector = page_end(&one, sizeof(one));
	void *room = room_end(sizeof(struct statx));
	long r = syscall(SYS_memfd_create, "name", 0x8);

	expect("memfd_create(\"name\", MFD_NOEXEC_SEAL) = %s", result(r));
	r = syscall(SYS_memfd_create, "name", 0x11);
	expect("memfd_create(\"name\", MFD_CLOEXEC|MFD_EXEC) = %s", result(r));
	r = syscall(SYS_fcntl, file, 1027, file);
	expect("fcntl(%d, F_DUPFD_QUERY, %d) = %s", file, file, result(r));
	r = syscall(SYS_fcntl, file, 1028);
	expect("fcntl(%d, F_CREATED_QUERY) = %s", file, result(r));
	r = syscall(SYS_statx, NO_FD, "file", 0, 0x7c000, room);
	expect("statx(%d, \"file\", AT_STATX_SYNC_AS_STAT, "
	       "STATX_MNT_ID_UNIQUE|STATX_SUBVOL|STATX_WRITE_ATOMIC|STATX_DIO_READ_ALIGN|0x40000, %p) = %s",
	       NO_FD, room, result(r));
	r = syscall(SYS_pwritev2, NO_FD, vector, 1L, 0L, 0L, 0xe0);
	expect("pwritev2(%d, [{iov_base=\"x\", iov_len=1}], 1, 0, RWF_NOAPPEND|RWF_ATOMIC|RWF_DONTCACHE) = %s", NO_FD,
	       result(r));
}

static void waits(void)
{
	struct {
		uint64_t value, address;
		uint32_t flags, reserved;
	} pair[] = { { 5, 0, 0x82, 0 }, { 0, 16, 2, 0 } };
	uint32_t *word = room_end(sizeof(*word));
	long r = syscall(NR_FUTEX_WAKE, word, 1L, 1, 0x82);

	expect("futex_wake(%p, 0x1, 1, FUTEX2_SIZE_U32|FUTEX2_PRIVATE) = %s", (void *) word, result(r));
	r = syscall(NR_FUTEX_WAIT, word, 5L, ~0UL, 0x82, NULL, 0);
	expect("futex_wait(%p, 0x5, 0xffffffffffffffff, FUTEX2_SIZE_U32|FUTEX2_PRIVATE, NULL, CLOCK_REALTIME) = %s",
	       (void *) word, result(r));
	r = syscall(NR_FUTEX_REQUEUE, page_end(pair, sizeof(pair)), 1L, 1, 2);
	expect("futex_requeue([{val=0x5, uaddr=NULL, flags=FUTEX_32|FUTEX_PRIVATE_FLAG}, "
	       "{val=0, uaddr=0x10, flags=FUTEX_32}], 0x1, 1, 2) = %s",
	       result(r));
	r = syscall(NR_FUTEX_REQUEUE, NULL, 0L, -1, 0);
	expect("futex_requeue(NULL, 0, -1, 0) = %s", result(r));
}

int main(void)
{
	lines_begin();
	file = open("file", O_RDWR | O_CREAT | O_EXCL, 0600);
	expected_only("file");
	modes();
	attributes();
	expected_only("desc");
	flags();
	expected_only("memory");
	pages();
	expected_only("process");
	waits();
	return lines_end();
}
