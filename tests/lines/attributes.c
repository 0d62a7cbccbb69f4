/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files by other ways: extended attributes, handles, mounts, and what else takes a path. */

#include <fcntl.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/quota.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

static long fd;

static void odd_attribute(const char *path)
{
	(void) syscall(SYS_getxattr, path, "user.a", room_end(8), 8L);
	(void) syscall(SYS_lgetxattr, "file", path, room_end(8), 8L);
	(void) syscall(SYS_setxattr, path, "user.a", "v", 1L, 0);
	(void) syscall(SYS_listxattr, path, room_end(8), 8L);
	(void) syscall(SYS_removexattr, "file", path);
}

static void attributes(void)
{
	static const int flags[] = { 0, XATTR_CREATE, XATTR_REPLACE, XATTR_CREATE | XATTR_REPLACE, 0x10 };

	for (size_t i = 0; i < ELEMENTS(flags); i++)
		(void) syscall(SYS_setxattr, "file", string_end("trusted.lines"), page_end("value", 5), 5L, flags[i]);
	expect("setxattr(\"file\", \"trusted.lines\", \"value\", 5, 0x10 /* XATTR_??? */) = -1 EINVAL (Invalid "
	       "argument)");
	(void) syscall(SYS_setxattr, "file", "trusted.bytes", page_end("\0\1\2\377", 4), 4L, 0);
	(void) syscall(SYS_lsetxattr, "file", "trusted.long", "a value that is longer than 32 bytes", 36L, 0);
	(void) syscall(SYS_fsetxattr, fd, "trusted.nothing", NULL, 0L, 0);
	(void) syscall(SYS_fsetxattr, fd, "trusted.bad", unreadable(), 10L, 0);
	(void) syscall(SYS_fsetxattr, NO_FD, "trusted.bad", "x", 1L, 0);
	(void) syscall(SYS_getxattr, "file", "trusted.lines", room_end(8), 8L);
	expect("getxattr(\"file\", \"trusted.lines\", \"value\", 8) = 5");
	(void) syscall(SYS_getxattr, "file", "trusted.lines", NULL, 0L);
	(void) syscall(SYS_getxattr, "file", "trusted.lines", room_end(2), 2L);
	(void) syscall(SYS_lgetxattr, "file", "trusted.bytes", room_end(8), 8L);
	(void) syscall(SYS_fgetxattr, fd, "trusted.long", room_end(64), 64L);
	(void) syscall(SYS_fgetxattr, fd, "trusted.missing", room_end(64), 64L);
	(void) syscall(SYS_fgetxattr, fd, "trusted.long", unreadable(), 64L);
	(void) syscall(SYS_listxattr, "file", room_end(256), 256L);
	(void) syscall(SYS_llistxattr, "file", NULL, 0L);
	(void) syscall(SYS_flistxattr, fd, room_end(3), 3L);
	(void) syscall(SYS_flistxattr, NO_FD, unreadable(), 64L);
	(void) syscall(SYS_removexattr, "file", "trusted.lines");
	(void) syscall(SYS_lremovexattr, "file", "trusted.lines");
	(void) syscall(SYS_fremovexattr, fd, "trusted.bytes");
	with_odd_paths(odd_attribute);
}

static void handles(void)
{
	struct file_handle *handle = room_end(sizeof(*handle) + 128), none = { 0 };

	handle->handle_bytes = 128;
	(void) syscall(SYS_name_to_handle_at, AT_FDCWD, "file", handle, room_end(4), 0);
	(void) syscall(SYS_open_by_handle_at, AT_FDCWD, handle, O_RDONLY);
	(void) syscall(SYS_open_by_handle_at, NO_FD, handle, O_RDWR | O_PATH);
	(void) syscall(SYS_name_to_handle_at, AT_FDCWD, "file", page_end(&none, sizeof(none)), room_end(4),
		       AT_SYMLINK_FOLLOW);
	(void) syscall(SYS_name_to_handle_at, fd, "", unreadable(), NULL, AT_EMPTY_PATH);
	(void) syscall(SYS_open_by_handle_at, fd, page_end(&none, sizeof(none)), O_RDONLY);
	(void) syscall(SYS_open_by_handle_at, fd, NULL, O_RDONLY);
}

static void odd_mount(const char *path)
{
	(void) syscall(SYS_mount, path, "missing", "tmpfs", 0L, NULL);
	(void) syscall(SYS_umount2, path, 0);
	(void) syscall(SYS_open_tree, AT_FDCWD, path, 0);
}

/* In a mount namespace of its own. */
static void mounts(void)
{
	(void) syscall(SYS_unshare, 0x20000 /* CLONE_NEWNS */);
	(void) syscall(SYS_mkdirat, AT_FDCWD, "at", 0700);
	(void) syscall(SYS_mount, NULL, "/", NULL, 0x44000L /* MS_REC|MS_PRIVATE */, NULL);
	(void) syscall(SYS_mount, "source", string_end("at"), string_end("tmpfs"), 0x2fL,
		       string_end("size=1m,mode=700"));
	(void) syscall(SYS_mount, "none", "at", "proc", 0x1000L, "ignored");
	(void) syscall(SYS_mount, "none", "at", "nothing", -1L, unreadable());
	(void) syscall(SYS_mount, "none", "at", unreadable(), 0xc0ed0000L, NULL);
	(void) syscall(SYS_mount, unterminated("x"), NULL, "", 0x20L, "");
	(void) syscall(SYS_umount2, "at", 2);
	(void) syscall(SYS_umount2, "at", 0x1f);
	(void) syscall(SYS_swapon, "missing", 0x18001);
	(void) syscall(SYS_swapoff, "missing");
	(void) syscall(SYS_acct, "missing");
	(void) syscall(SYS_pivot_root, "missing", "at");
	(void) syscall(SYS_quotactl, 0x80000200, "missing", 0, room_end(128));
	with_odd_paths(odd_mount);
}

static void new_mounts(void)
{
	struct mount_attr set = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, .propagation = 0x40000 };
	long fs = syscall(SYS_fsopen, string_end("tmpfs"), 1), mount;

	(void) syscall(SYS_fsconfig, fs, 1, "size", string_end("1m"), 0);
	(void) syscall(SYS_fsconfig, fs, 0, "ro", NULL, 0);
	(void) syscall(SYS_fsconfig, fs, 2, "key", page_end("binary", 6), 6);
	(void) syscall(SYS_fsconfig, fs, 3, "key", "path", AT_FDCWD);
	(void) syscall(SYS_fsconfig, fs, 5, "key", NULL, fd);
	(void) syscall(SYS_fsconfig, fs, 6, NULL, NULL, 0);
	(void) syscall(SYS_fsconfig, NO_FD, 99, unreadable(), unreadable(), -1);
	mount = syscall(SYS_fsmount, fs, 1, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOATIME);
	(void) syscall(SYS_move_mount, mount, "", AT_FDCWD, "at", 4);
	(void) syscall(SYS_fspick, AT_FDCWD, "at", 3);
	(void) syscall(SYS_open_tree, AT_FDCWD, "at", 1 | O_CLOEXEC | AT_RECURSIVE);
	(void) syscall(SYS_mount_setattr, AT_FDCWD, "at", AT_RECURSIVE, page_end(&set, sizeof(set)), sizeof(set));
	(void) syscall(SYS_mount_setattr, NO_FD, "at", 0, unreadable(), sizeof(set));
	(void) syscall(SYS_mount_setattr, NO_FD, "at", 0, page_end(&set, sizeof(set)), 5L);
	(void) syscall(SYS_fsopen, "nothing", 9);
	(void) syscall(SYS_fsmount, NO_FD, 8, ~0U);
	(void) syscall(SYS_move_mount, NO_FD, "a", NO_FD, "b", 0x177);
}

static void notifications(void)
{
	static const uint64_t masks[] = {
		FAN_OPEN | FAN_CLOSE, FAN_ACCESS | FAN_ONDIR | FAN_EVENT_ON_CHILD, 0, 1ULL << 60,
	};
	long group = syscall(SYS_fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY | O_LARGEFILE);

	(void) syscall(SYS_fanotify_init, FAN_CLASS_CONTENT | FAN_UNLIMITED_QUEUE | FAN_REPORT_FID, O_RDWR);
	(void) syscall(SYS_fanotify_init, 0x100000, -1);
	for (size_t i = 0; i < ELEMENTS(masks); i++)
		(void) syscall(SYS_fanotify_mark, group, FAN_MARK_ADD, masks[i], AT_FDCWD, "file");
	(void) syscall(SYS_fanotify_mark, group, FAN_MARK_REMOVE | FAN_MARK_MOUNT | FAN_MARK_ONLYDIR, FAN_OPEN, fd,
		       NULL);
	(void) syscall(SYS_fanotify_mark, NO_FD, 0x80000000, FAN_OPEN, NO_FD, unreadable());
}

int main(void)
{
	lines_begin();
	checked("file");
	fd = syscall(SYS_openat, AT_FDCWD, "file", O_RDWR | O_CREAT | O_EXCL, 0600);
	attributes();
	handles();
	notifications();
	mounts();
	new_mounts();
	return lines_end();
}
