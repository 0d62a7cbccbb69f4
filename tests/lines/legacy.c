/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls that x86 alone still has, where newer machines have others with a directory or flags. */

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#include "lines/lines.h"
#include "util/macro.h"

static void one_path(const char *path)
{
	(void) syscall(SYS_open, path, O_RDONLY);
	(void) syscall(SYS_access, path, F_OK);
	(void) syscall(SYS_stat, path, room_end(sizeof(struct stat)));
	(void) syscall(SYS_lstat, path, room_end(sizeof(struct stat)));
	(void) syscall(SYS_readlink, path, room_end(64), 64L);
	(void) syscall(SYS_chmod, path, 0700);
	(void) syscall(SYS_chown, path, 0, -1);
	(void) syscall(SYS_lchown, path, -1, 0);
	(void) syscall(SYS_utime, path, NULL);
	(void) syscall(SYS_utimes, path, NULL);
	(void) syscall(SYS_futimesat, AT_FDCWD, path, NULL);
}

static void new_path(const char *path)
{
	(void) syscall(SYS_creat, path, 0600);
	(void) syscall(SYS_mkdir, path, 0700);
	(void) syscall(SYS_mknod, path, S_IFIFO | 0600, 0);
	(void) syscall(SYS_link, "missing", path);
	(void) syscall(SYS_symlink, "target", path);
	(void) syscall(SYS_rename, "missing", path);
	(void) syscall(SYS_rmdir, path);
	(void) syscall(SYS_unlink, path);
}

static void opens(void)
{
	long fd = syscall(SYS_creat, "file", 0640);

	expect("creat(\"file\", 0640) = %s", result(fd));
	(void) syscall(SYS_fstat, fd, room_end(sizeof(struct stat)));
	(void) syscall(SYS_fstat, fd, unreadable());
	(void) syscall(SYS_fstat, NO_FD, room_end(sizeof(struct stat)));
	(void) syscall(SYS_open, "file", O_RDWR | O_CREAT | O_EXCL, 0600);
	expect("open(\"file\", O_RDWR|O_CREAT|O_EXCL, 0600) = -1 EEXIST (File exists)");
	(void) syscall(SYS_open, "file", O_WRONLY | O_APPEND | O_CLOEXEC);
	(void) syscall(SYS_open, "file", O_RDWR | O_LARGEFILE | O_NOFOLLOW, 0777);
	(void) syscall(SYS_dup2, fd, 50);
	(void) syscall(SYS_dup2, fd, fd);
	(void) syscall(SYS_dup2, NO_FD, -1);
	(void) syscall(SYS_pipe, room_end(2 * sizeof(int)));
	(void) syscall(SYS_pipe, unreadable());
	(void) syscall(SYS_eventfd, 3);
	(void) syscall(SYS_inotify_init);
	(void) syscall(SYS_getdents, syscall(SYS_open, ".", O_RDONLY | O_DIRECTORY), room_end(512), 512L);
	(void) syscall(SYS_getdents, fd, room_end(512), 512L);
}

static void times(void)
{
	struct timeval pair[] = { { 1700000000, 123456 }, { -1, 5 } }, odd[] = { { 1, 1000000 }, { 2, -1 } };
	struct utimbuf two = { 1, 1700000000 };

	(void) syscall(SYS_utime, "file", page_end(&two, sizeof(two)));
	(void) syscall(SYS_utime, "file", unreadable());
	(void) syscall(SYS_utimes, "file", page_end(pair, sizeof(pair)));
	(void) syscall(SYS_utimes, "file", page_end(odd, sizeof(odd)));
	(void) syscall(SYS_utimes, "file", page_end(pair, sizeof(pair[0])));
	(void) syscall(SYS_futimesat, AT_FDCWD, "file", page_end(pair, sizeof(pair)));
	(void) syscall(SYS_futimesat, NO_FD, "file", unreadable());
}

static void nodes(void)
{
	static const unsigned modes[] = {
		0600, S_IFREG | 0644, S_IFCHR | 0600, S_IFBLK | 07777, S_IFDIR | 0700, 0170000,
	};

	for (size_t i = 0; i < ELEMENTS(modes); i++) {
		(void) syscall(SYS_mknod, "node", modes[i], makedev(8, 1));
		(void) syscall(SYS_stat, "node", room_end(sizeof(struct stat)));
		(void) syscall(SYS_unlink, "node");
	}
	(void) syscall(SYS_mkdir, "dir", 01777);
	(void) syscall(SYS_rename, "dir", string_end("renamed"));
	(void) syscall(SYS_rmdir, string_end("renamed"));
	(void) syscall(SYS_symlink, "file", "link");
	(void) syscall(SYS_readlink, "link", room_end(64), 64L);
	(void) syscall(SYS_lstat, "link", room_end(sizeof(struct stat)));
	(void) syscall(SYS_link, "file", "hard");
	(void) syscall(SYS_ustat, 0, room_end(64));
}

int main(void)
{
	lines_begin();
	checked("file");
	opens();
	times();
	nodes();
	with_odd_paths(one_path);
	with_odd_paths(new_path);
	return lines_end();
}
