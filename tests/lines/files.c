/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls that take paths: open, make, remove, rename, change. status.c has those that ask; legacy.c those of x86 alone. */

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

static void openat_odd(const char *path)
{
	(void) syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
}

static void opens(void)
{
	static const int flags[] = {
		O_RDONLY, O_WRONLY, O_RDWR, O_ACCMODE, O_RDWR | O_APPEND, O_RDONLY | O_CLOEXEC | O_NONBLOCK, O_PATH,
		O_WRONLY | O_TRUNC, O_RDONLY | O_NOCTTY | O_NOFOLLOW, O_RDONLY | O_NOATIME, O_RDWR | O_SYNC,
		O_RDWR | O_DSYNC, O_RDWR | O_DIRECT, O_RDWR | O_ASYNC, O_RDONLY | 0x80000000, O_RDONLY | 0x1000000,
		-1,
	};
	long fd = syscall(SYS_openat, AT_FDCWD, string_end("file"), O_RDWR | O_CREAT | O_EXCL, 0640);

	expect("openat(AT_FDCWD, \"file\", O_RDWR|O_CREAT|O_EXCL, 0640) = %s", result(fd));
	fd = syscall(SYS_openat, AT_FDCWD, "file", O_RDWR | O_CREAT | O_EXCL, 07777);
	expect("openat(AT_FDCWD, \"file\", O_RDWR|O_CREAT|O_EXCL, 07777) = %s", result(fd));
	for (size_t i = 0; i < ELEMENTS(flags); i++)
		(void) syscall(SYS_openat, AT_FDCWD, "file", flags[i], 0600);
	(void) syscall(SYS_openat, AT_FDCWD, ".", O_RDWR | O_TMPFILE, 0600);
	(void) syscall(SYS_openat, AT_FDCWD, ".", O_RDONLY | O_DIRECTORY);
	(void) syscall(SYS_openat, AT_FDCWD, "file", O_RDONLY | O_DIRECTORY);
	(void) syscall(SYS_openat, AT_FDCWD, ".", O_WRONLY);
	(void) syscall(SYS_openat, NO_FD, "file", O_RDONLY);
	(void) syscall(SYS_openat, -1, "file", O_RDONLY);
	(void) syscall(SYS_openat, NO_FD, "/dev/null", O_RDONLY);
	with_odd_paths(openat_odd);
}

static void openat2_how(const struct open_how *how, size_t size)
{
	(void) syscall(SYS_openat2, AT_FDCWD, "file", how, size);
}

static void openat2s(void)
{
	struct open_how how = { .flags = O_RDONLY };

	openat2_how(page_end(&how, sizeof(how)), sizeof(how));
	how = (struct open_how){ .flags = O_RDWR | O_CREAT,
				 .mode = 0600,
				 .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
	openat2_how(page_end(&how, sizeof(how)), sizeof(how));
	how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT | RESOLVE_CACHED;
	openat2_how(page_end(&how, sizeof(how)), sizeof(how));
	how = (struct open_how){ .flags = 1ULL << 40 | O_RDONLY, .resolve = 1ULL << 50 };
	openat2_how(page_end(&how, sizeof(how)), sizeof(how));
	how = (struct open_how){ .mode = 0600 };
	openat2_how(page_end(&how, sizeof(how)), sizeof(how));
	openat2_how(page_end(&how, sizeof(how) - 1), sizeof(how));
	openat2_how(page_end(&how, sizeof(how)), sizeof(how) - 1);
	openat2_how(room_end(sizeof(how) + 8), sizeof(how) + 8);
	openat2_how(NULL, sizeof(how));
	openat2_how(unreadable(), sizeof(how));
}

static void access_odd(const char *path)
{
	(void) syscall(SYS_faccessat, AT_FDCWD, path, R_OK);
}

static void accesses(void)
{
	static const int modes[] = { F_OK, R_OK, W_OK, X_OK, R_OK | W_OK, R_OK | W_OK | X_OK, 8, -1 };
	static const int flags[] = { 0, AT_EACCESS, AT_SYMLINK_NOFOLLOW, AT_EACCESS | AT_EMPTY_PATH, 0x4000000, -1 };

	for (size_t i = 0; i < ELEMENTS(modes); i++)
		(void) syscall(SYS_faccessat, AT_FDCWD, "file", modes[i]);
	for (size_t i = 0; i < ELEMENTS(flags); i++)
		(void) syscall(SYS_faccessat2, AT_FDCWD, "file", R_OK, flags[i]);
	(void) syscall(SYS_faccessat2, NO_FD, "file", F_OK, 0);
	with_odd_paths(access_odd);
}

static void mkdirat_odd(const char *path)
{
	(void) syscall(SYS_mkdirat, AT_FDCWD, path, 0700);
}

static void unlinkat_odd(const char *path)
{
	(void) syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

static void symlinkat_odd(const char *path)
{
	(void) syscall(SYS_symlinkat, path, AT_FDCWD, "file");
	(void) syscall(SYS_symlinkat, "file", AT_FDCWD, path);
}

static void makes_and_removes(void)
{
	static const int flags[] = { 0, AT_REMOVEDIR, 0x100, AT_REMOVEDIR | 0x4000000 };
	static const unsigned modes[] = {
		0600, S_IFREG | 0644, S_IFIFO | 0600, S_IFCHR | 0600, S_IFBLK | 0600, S_IFSOCK | 0600, S_IFDIR | 0700,
		0170000 | 0600, 030000 | S_ISUID | S_ISGID | S_ISVTX | 0777, ~0U,
	};

	expect("mkdirat(AT_FDCWD, \"dir\", 0700) = %s",
	       result(syscall(SYS_mkdirat, AT_FDCWD, string_end("dir"), 0700)));
	expect("mkdirat(AT_FDCWD, \"dir\", 000) = %s", result(syscall(SYS_mkdirat, AT_FDCWD, "dir", 0)));
	(void) syscall(SYS_mkdirat, AT_FDCWD, "sticky", 01777);
	(void) syscall(SYS_mkdirat, NO_FD, "dir", 0177777);
	for (size_t i = 0; i < ELEMENTS(modes); i++) {
		(void) syscall(SYS_mknodat, AT_FDCWD, "node", modes[i], makedev(1, 3));
		(void) syscall(SYS_unlinkat, AT_FDCWD, "node", 0);
	}
	(void) syscall(SYS_mknodat, AT_FDCWD, "node", S_IFCHR | 0600, makedev(0xabc, 0x12345));
	for (size_t i = 0; i < ELEMENTS(flags); i++)
		(void) syscall(SYS_unlinkat, AT_FDCWD, "dir", flags[i]);
	(void) syscall(SYS_unlinkat, NO_FD, "missing", AT_REMOVEDIR);
	with_odd_paths(mkdirat_odd);
	with_odd_paths(unlinkat_odd);
	with_odd_paths(symlinkat_odd);
}

static void renameat2_odd(const char *path)
{
	(void) syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, "other", 0);
	(void) syscall(SYS_renameat2, AT_FDCWD, "missing", AT_FDCWD, path, RENAME_NOREPLACE);
}

static void linkat_odd(const char *path)
{
	(void) syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, "other", 0);
	(void) syscall(SYS_linkat, AT_FDCWD, "missing", AT_FDCWD, path, 0);
}

static void renames_and_links(void)
{
	static const unsigned renames[] = {
		0, RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_NOREPLACE | RENAME_EXCHANGE, RENAME_WHITEOUT, 8, ~0U,
	};
	static const int links[] = { 0, AT_SYMLINK_FOLLOW, AT_EMPTY_PATH, AT_SYMLINK_FOLLOW | 1 };

	for (size_t i = 0; i < ELEMENTS(renames); i++)
		(void) syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "renamed", renames[i]);
	(void) syscall(SYS_renameat2, AT_FDCWD, "renamed", AT_FDCWD, "file", 0);
	(void) syscall(SYS_renameat2, NO_FD, "renamed", -1, "file", 0);
#ifdef SYS_renameat
	(void) syscall(SYS_renameat, AT_FDCWD, "file", NO_FD, "renamed");
#endif
	for (size_t i = 0; i < ELEMENTS(links); i++)
		(void) syscall(SYS_linkat, AT_FDCWD, "file", AT_FDCWD, "hard", links[i]);
	(void) syscall(SYS_linkat, NO_FD, "", 3, "hard", AT_EMPTY_PATH);
	with_odd_paths(renameat2_odd);
	with_odd_paths(linkat_odd);
}

static void readlinkat_odd(const char *path)
{
	(void) syscall(SYS_readlinkat, AT_FDCWD, path, room_end(16), 16);
}

static void readlinks(void)
{
	char *room = room_end(64);

	(void) symlink("file", "link");
	(void) syscall(SYS_symlinkat, "a rather long target of a link, which is not printed whole", AT_FDCWD, "long");
	(void) syscall(SYS_readlinkat, AT_FDCWD, "link", room, 64);
	expect("readlinkat(AT_FDCWD, \"link\", \"file\", 64) = 4");
	(void) syscall(SYS_readlinkat, AT_FDCWD, "link", room_end(2), 2);
	expect("readlinkat(AT_FDCWD, \"link\", \"fi\", 2) = 2");
	(void) syscall(SYS_readlinkat, AT_FDCWD, "long", room, 64);
	(void) syscall(SYS_readlinkat, AT_FDCWD, "long", room_end(32), 32);
	(void) syscall(SYS_readlinkat, AT_FDCWD, "long", room_end(33), 33);
	(void) syscall(SYS_readlinkat, AT_FDCWD, "file", room, 64);
	(void) syscall(SYS_readlinkat, AT_FDCWD, "link", room, 0);
	(void) syscall(SYS_readlinkat, AT_FDCWD, "link", room, -1);
	(void) syscall(SYS_readlinkat, AT_FDCWD, "link", NULL, 64);
	(void) syscall(SYS_readlinkat, AT_FDCWD, "link", unreadable(), 64);
	with_odd_paths(readlinkat_odd);
}

static void fchmodat_odd(const char *path)
{
	(void) syscall(SYS_fchmodat, AT_FDCWD, path, 0600);
}

static void fchownat_odd(const char *path)
{
	(void) syscall(SYS_fchownat, AT_FDCWD, path, 1, 2, 0);
}

static void truncate_odd(const char *path)
{
	(void) syscall(SYS_truncate, path, 0L);
}

static void changes(void)
{
	static const int flags[] = { 0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, 0x200 };

	expect("fchmodat(AT_FDCWD, \"file\", 0644) = %s", result(syscall(SYS_fchmodat, AT_FDCWD, "file", 0644)));
	(void) syscall(SYS_fchmodat, AT_FDCWD, "file", 04755);
	(void) syscall(SYS_fchmodat, AT_FDCWD, "missing", 0177777);
	(void) syscall(SYS_fchmodat, NO_FD, "file", 0);
	for (size_t i = 0; i < ELEMENTS(flags); i++)
		(void) syscall(SYS_fchownat, AT_FDCWD, "file", 1000, 1001, flags[i]);
	(void) syscall(SYS_fchownat, AT_FDCWD, "file", -1, -1, 0);
	(void) syscall(SYS_fchownat, AT_FDCWD, "file", 0, 0, 0);
	expect("truncate(\"file\", 4096) = %s", result(syscall(SYS_truncate, "file", 4096L)));
	(void) syscall(SYS_truncate, "file", -1L);
	(void) syscall(SYS_truncate, ".", 0L);
	with_odd_paths(fchmodat_odd);
	with_odd_paths(fchownat_odd);
	with_odd_paths(truncate_odd);
}

static void chdir_odd(const char *path)
{
	(void) syscall(SYS_chdir, path);
}

static void chroot_odd(const char *path)
{
	(void) syscall(SYS_chroot, path);
}

static void directories(void)
{
	long fd = syscall(SYS_openat, AT_FDCWD, ".", O_RDONLY | O_DIRECTORY);

	(void) syscall(SYS_mkdirat, AT_FDCWD, "below", 0700);
	expect("chdir(\"below\") = %s", result(syscall(SYS_chdir, string_end("below"))));
	(void) syscall(SYS_getcwd, room_end(512), 512L);
	(void) syscall(SYS_getcwd, room_end(512), 3L);
	(void) syscall(SYS_getcwd, NULL, 512L);
	(void) syscall(SYS_getcwd, unreadable(), 512L);
	(void) syscall(SYS_fchdir, NO_FD);
	(void) syscall(SYS_fchdir, fd);
	with_odd_paths(chdir_odd);
	(void) syscall(SYS_fchdir, fd);
	with_odd_paths(chroot_odd);
	(void) syscall(SYS_getcwd, room_end(512), 512L);
}

int main(void)
{
	lines_begin();
	checked("file");
	opens();
	openat2s();
	accesses();
	makes_and_removes();
	renames_and_links();
	readlinks();
	changes();
	directories();
	return lines_end();
}
