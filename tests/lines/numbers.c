/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls whose arguments are numbers, descriptors and ids, and nothing in memory. */

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

static void ids(void)
{
	expect("getpid() = %s", result(syscall(SYS_getpid)));
	expect("gettid() = %s", result(syscall(SYS_gettid)));
	(void) syscall(SYS_getppid);
	expect("getuid() = %s", result(syscall(SYS_getuid)));
	(void) syscall(SYS_geteuid);
	(void) syscall(SYS_getgid);
	(void) syscall(SYS_getegid);
	(void) syscall(SYS_getpgid, 0);
	(void) syscall(SYS_getpgid, -1);
	(void) syscall(SYS_getsid, 0);
	(void) syscall(SYS_getsid, 0x7fffffff);
	(void) syscall(SYS_setpgid, 0, 0);
	(void) syscall(SYS_setpgid, -1, 0x7fffffff);
	(void) syscall(SYS_setsid);
}

static void masks(void)
{
	(void) syscall(SYS_umask, 077);
	expect("umask(077) = 022");
	(void) syscall(SYS_umask, 022);
	(void) syscall(SYS_umask, 0);
	(void) syscall(SYS_umask, 0177777);
	(void) syscall(SYS_umask, 022);
}

static void descriptors(void)
{
	long fd = syscall(SYS_openat, AT_FDCWD, "file", O_RDWR | O_CREAT, 0600);
	static const int whence[] = { SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE, 5, -1 };

	expect("dup(%ld) = %s", fd, result(syscall(SYS_dup, fd)));
	expect("dup(%d) = %s", NO_FD, result(syscall(SYS_dup, NO_FD)));
	(void) syscall(SYS_dup, -1);
	(void) syscall(SYS_dup3, fd, 50, O_CLOEXEC);
	(void) syscall(SYS_dup3, fd, fd, 0);
	(void) syscall(SYS_dup3, fd, 50, O_CLOEXEC | O_NONBLOCK | 3);
	(void) syscall(SYS_ftruncate, fd, 10000L);
	(void) syscall(SYS_ftruncate, NO_FD, -1L);
	for (size_t i = 0; i < ELEMENTS(whence); i++)
		(void) syscall(SYS_lseek, fd, 5000L, whence[i]);
	(void) syscall(SYS_lseek, fd, -1L, SEEK_SET);
	(void) syscall(SYS_lseek, NO_FD, 0x7fffffffffffffffL, SEEK_CUR);
	(void) syscall(SYS_fchmod, fd, 0640);
	(void) syscall(SYS_fchmod, NO_FD, 0177777);
	(void) syscall(SYS_fchown, fd, 1, 2);
	(void) syscall(SYS_fchown, fd, -1, -1);
	(void) syscall(SYS_fsync, fd);
	(void) syscall(SYS_fdatasync, fd);
	(void) syscall(SYS_syncfs, NO_FD);
	(void) syscall(SYS_close, fd);
	(void) syscall(SYS_close, -1);
	(void) syscall(SYS_close_range, 60, 70, 0);
	(void) syscall(SYS_close_range, 60, ~0U, CLOSE_RANGE_CLOEXEC);
	(void) syscall(SYS_close_range, 60, 70, CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC);
	(void) syscall(SYS_close_range, 70, 60, 8);
}

int main(void)
{
	lines_begin();
	checked("process");
	ids();
	checked("file");
	masks();
	checked("desc");
	descriptors();
	return lines_end();
}
