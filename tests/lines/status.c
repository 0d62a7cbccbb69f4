/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls that ask what a path or descriptor is, and those that set its times. */

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

static void newfstatat_odd(const char *path)
{
	(void) syscall(SYS_newfstatat, AT_FDCWD, path, room_end(sizeof(struct stat)), 0);
}

static void stats(void)
{
	static const char *const paths[] = {
		"file", "link", "./", "fifo", "/dev/null", "/dev/loop0", "/proc/self", "/proc/self/exe",
	};
	struct stat *st = room_end(sizeof(*st));

	(void) syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, "file", O_WRONLY | O_CREAT, 0640));
	(void) syscall(SYS_mknodat, AT_FDCWD, "fifo", S_IFIFO | 0600, 0);
	(void) symlink("file", "link");
	for (size_t i = 0; i < ELEMENTS(paths); i++)
		(void) syscall(SYS_newfstatat, AT_FDCWD, paths[i], room_end(sizeof(*st)), AT_SYMLINK_NOFOLLOW);
	(void) syscall(SYS_newfstatat, 0, "", st, AT_EMPTY_PATH);
	(void) syscall(SYS_newfstatat, AT_FDCWD, "file", st, AT_NO_AUTOMOUNT);
	(void) syscall(SYS_newfstatat, AT_FDCWD, "file", st, 0xf0000);
	(void) syscall(SYS_newfstatat, AT_FDCWD, "file", NULL, 0);
	(void) syscall(SYS_newfstatat, AT_FDCWD, "file", unreadable(), 0);
	(void) syscall(SYS_newfstatat, NO_FD, "file", st, 0);
	(void) syscall(SYS_newfstatat, AT_FDCWD, "missing", st, 0);
	with_odd_paths(newfstatat_odd);
}

static void statx_odd(const char *path)
{
	(void) syscall(SYS_statx, AT_FDCWD, path, 0, STATX_ALL, room_end(sizeof(struct statx)));
}

static void statxs(void)
{
	static const unsigned masks[] = {
		STATX_TYPE, STATX_MODE | STATX_SIZE, STATX_BASIC_STATS, STATX_ALL, STATX_BTIME | STATX_MNT_ID, 0,
		0x80000000, ~0U,
	};
	static const int flags[] = {
		AT_STATX_SYNC_AS_STAT, AT_STATX_FORCE_SYNC, AT_STATX_DONT_SYNC, AT_STATX_SYNC_TYPE,
		AT_SYMLINK_NOFOLLOW, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | AT_EMPTY_PATH, 0x20000,
	};
	struct statx *st = room_end(sizeof(*st));

	for (size_t i = 0; i < ELEMENTS(masks); i++)
		(void) syscall(SYS_statx, AT_FDCWD, "file", 0, masks[i], st);
	for (size_t i = 0; i < ELEMENTS(flags); i++)
		(void) syscall(SYS_statx, AT_FDCWD, "/dev/null", flags[i], STATX_ALL, st);
	(void) syscall(SYS_statx, AT_FDCWD, "/", 0, STATX_ALL, room_end(sizeof(*st)));
	(void) syscall(SYS_statx, AT_FDCWD, "file", 0, STATX_ALL, NULL);
	(void) syscall(SYS_statx, AT_FDCWD, "file", 0, STATX_ALL, unreadable());
	(void) syscall(SYS_statx, NO_FD, "file", 0, STATX_ALL, st);
	with_odd_paths(statx_odd);
}

static void utimensat_odd(const char *path)
{
	(void) syscall(SYS_utimensat, AT_FDCWD, path, NULL, 0);
}

static void times(void)
{
	static const struct timespec pairs[][2] = { { { 1, 2 }, { 3, 4 } },
						    { { 0, UTIME_NOW }, { 0, UTIME_OMIT } },
						    { { 5, UTIME_OMIT }, { 6, UTIME_NOW } },
						    { { 0, UTIME_NOW }, { 0, UTIME_NOW } },
						    { { 0, UTIME_OMIT }, { 0, UTIME_OMIT } },
						    { { 1700000000, 123456789 }, { 1700000000, 0 } },
						    { { -1, 999999999 }, { 0, 1000000000 } },
						    { { 1, -1 }, { 0x123456789abcLL, 5 } } };

	for (size_t i = 0; i < ELEMENTS(pairs); i++)
		(void) syscall(SYS_utimensat, AT_FDCWD, "file", page_end(pairs[i], sizeof(pairs[i])), 0);
	(void) syscall(SYS_utimensat, AT_FDCWD, "link", pairs[0], AT_SYMLINK_NOFOLLOW);
	(void) syscall(SYS_utimensat, AT_FDCWD, "file", pairs[0], 0x4000);
	(void) syscall(SYS_utimensat, AT_FDCWD, "file", unreadable(), 0);
	(void) syscall(SYS_utimensat, AT_FDCWD, "file", page_end(pairs[0], sizeof(pairs[0][0])), 0);
	(void) syscall(SYS_utimensat, NO_FD, NULL, NULL, 0);
	with_odd_paths(utimensat_odd);
}

static void statfs_odd(const char *path)
{
	(void) syscall(SYS_statfs, path, room_end(sizeof(struct statfs)));
}

static void statfss(void)
{
	static const char *const paths[] = { ".", "/proc", "/sys", "/dev", "/run", "/sys/fs/cgroup", "/dev/pts" };

	for (size_t i = 0; i < ELEMENTS(paths); i++)
		(void) syscall(SYS_statfs, paths[i], room_end(sizeof(struct statfs)));
	(void) syscall(SYS_statfs, ".", NULL);
	(void) syscall(SYS_statfs, ".", unreadable());
	(void) syscall(SYS_fstatfs, 0, room_end(sizeof(struct statfs)));
	(void) syscall(SYS_fstatfs, NO_FD, room_end(sizeof(struct statfs)));
	with_odd_paths(statfs_odd);
}

int main(void)
{
	lines_begin();
	checked("file");
	stats();
	statxs();
	times();
	statfss();
	return lines_end();
}
