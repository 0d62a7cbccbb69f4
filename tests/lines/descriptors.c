/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is asked of descriptors and done with them: fcntl(2), locks, and descriptors that are no files. */

#include <fcntl.h>
#include <linux/memfd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

static int file, ends[2];

static long control(int fd, int command, long arg)
{
	return syscall(SYS_fcntl, fd, command, arg);
}

static void flags(void)
{
	static const int set[] = {
		0, O_NONBLOCK, O_APPEND, O_RDWR | O_APPEND | O_NONBLOCK | O_NOATIME, O_DIRECT, O_ASYNC, -1, 0,
	};

	expect("fcntl(%d, F_GETFD) = %s", file, result(control(file, F_GETFD, 5)));
	expect("fcntl(%d, F_SETFD, FD_CLOEXEC) = %s", file, result(control(file, F_SETFD, FD_CLOEXEC)));
	(void) control(file, F_GETFD, 0);
	expect("fcntl(%d, F_GETFD) = 0x1 (flags FD_CLOEXEC)", file);
	(void) control(file, F_SETFD, 0);
	(void) control(file, F_SETFD, 6);
	(void) control(file, F_SETFD, -1);
	for (size_t i = 0; i < ELEMENTS(set); i++) {
		(void) control(file, F_SETFL, set[i]);
		(void) control(file, F_GETFL, 0);
	}
	(void) control(1, F_GETFL, 0);
	(void) control(ends[0], F_GETFL, 0);
	(void) control(NO_FD, F_GETFL, 0);
	(void) control(NO_FD, F_GETFD, 0);
	(void) control(file, F_DUPFD, 100);
	(void) control(file, F_DUPFD_CLOEXEC, 200);
	(void) control(file, F_DUPFD, -1);
	(void) control(NO_FD, F_DUPFD, 0);
}

static void owners(void)
{
	struct f_owner_ex owner = { F_OWNER_TID, getpid() };

	(void) control(file, F_SETOWN, getpid());
	(void) control(file, F_GETOWN, 0);
	(void) control(file, F_SETOWN, -1);
	(void) control(file, F_GETOWN, 0);
	(void) control(file, F_SETOWN_EX, (long) page_end(&owner, sizeof(owner)));
	(void) control(file, F_GETOWN_EX, (long) room_end(sizeof(owner)));
	owner.type = 9;
	(void) control(file, F_SETOWN_EX, (long) page_end(&owner, sizeof(owner)));
	(void) control(file, F_SETOWN_EX, (long) unreadable());
	(void) control(NO_FD, F_GETOWN_EX, (long) room_end(sizeof(owner)));
	(void) control(file, 17 /* F_GETOWNER_UIDS */, (long) room_end(8));
	(void) control(file, F_SETSIG, SIGUSR1);
	(void) control(file, F_GETSIG, 0);
	(void) control(file, F_SETSIG, 0);
	(void) control(file, F_GETSIG, 0);
	(void) control(file, F_SETSIG, 1000);
	(void) control(NO_FD, F_GETSIG, 0);
}

static void locks(void)
{
	static const int commands[] = { F_SETLK, F_SETLKW, F_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_OFD_GETLK };
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 20 };

	for (size_t i = 0; i < ELEMENTS(commands); i++) {
		lock.l_type = F_WRLCK;
		(void) control(file, commands[i], (long) page_end(&lock, sizeof(lock)));
		lock.l_type = F_UNLCK;
		(void) control(file, commands[i], (long) page_end(&lock, sizeof(lock)));
		(void) control(file, commands[i], (long) unreadable());
		(void) control(file, commands[i], 0);
		(void) control(NO_FD, commands[i], (long) page_end(&lock, sizeof(lock)));
	}
	lock = (struct flock){ .l_type = F_RDLCK, .l_whence = SEEK_END, .l_start = -5, .l_len = 0, .l_pid = 4242 };
	(void) control(file, F_SETLK, (long) page_end(&lock, sizeof(lock)));
	(void) control(file, F_OFD_SETLK, (long) page_end(&lock, sizeof(lock)));
	lock = (struct flock){ .l_type = 7, .l_whence = 9, .l_start = -1, .l_len = 1L << 40 };
	(void) control(file, F_SETLK, (long) page_end(&lock, sizeof(lock)));
}

static void other_commands(void)
{
	unsigned long hint = 2;

	(void) control(file, F_SETLEASE, F_RDLCK);
	(void) control(file, F_GETLEASE, 0);
	(void) control(file, F_SETLEASE, F_UNLCK);
	(void) control(file, F_SETLEASE, 9);
	(void) control(file, F_NOTIFY, DN_ACCESS | DN_CREATE | DN_MULTISHOT);
	(void) control(ends[0], F_GETPIPE_SZ, 0);
	(void) control(ends[0], F_SETPIPE_SZ, 8192);
	(void) control(file, F_SETPIPE_SZ, -1);
	(void) control(file, F_GET_SEALS, 0);
	(void) control(file, F_ADD_SEALS, F_SEAL_WRITE);
	(void) control(file, F_GET_RW_HINT, (long) room_end(8));
	(void) control(file, F_SET_RW_HINT, (long) page_end(&hint, sizeof(hint)));
	(void) control(file, F_SET_FILE_RW_HINT, (long) unreadable());
	(void) control(file, 500, 0x1234);
	(void) control(NO_FD, -1, -1);
}

static void memory_files(void)
{
	static const unsigned set[] = {
		0, MFD_CLOEXEC, MFD_CLOEXEC | MFD_ALLOW_SEALING, MFD_HUGETLB | MFD_HUGE_2MB,
		MFD_HUGETLB | MFD_HUGE_1GB, 0x8000,
	};
	long fd = syscall(SYS_memfd_create, string_end("sealed"), MFD_ALLOW_SEALING);

	expect("memfd_create(\"sealed\", MFD_ALLOW_SEALING) = %ld", fd);
	(void) control((int) fd, F_GET_SEALS, 0);
	(void) control((int) fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
	(void) control((int) fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL);
	(void) control((int) fd, F_GET_SEALS, 0);
	for (size_t i = 0; i < ELEMENTS(set); i++)
		(void) syscall(SYS_memfd_create, "name", set[i]);
	(void) syscall(SYS_memfd_create, NULL, 0);
	(void) syscall(SYS_memfd_create, unreadable(), 0);
	(void) syscall(SYS_memfd_create, unterminated("no end"), 0);
	(void) syscall(
		SYS_memfd_create,
		"a name that is longer than what is printed of a string, and a lot longer than 249 bytes, which is "
		"all that may be said; so there is more of it, and yet more, until it is that long, which takes some "
		"words; and it is good that they are few and not to be read by anybody.",
		0);
}

static void events(void)
{
	static const int set[] = { 0, EFD_CLOEXEC, EFD_NONBLOCK | EFD_SEMAPHORE, 0x40 };

	for (size_t i = 0; i < ELEMENTS(set); i++)
		(void) syscall(SYS_eventfd2, 7, set[i]);
	(void) syscall(SYS_eventfd2, -1, EFD_NONBLOCK);
}

static void watch_odd(const char *path)
{
	(void) syscall(SYS_inotify_add_watch, NO_FD, path, IN_ALL_EVENTS);
}

static void watches(void)
{
	static const unsigned masks[] = {
		IN_ACCESS, IN_MODIFY | IN_CREATE | IN_DELETE, IN_ALL_EVENTS, IN_CLOSE | IN_MOVE, 0, ~0U,
		IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK | IN_MASK_ADD | IN_ONESHOT | IN_ATTRIB,
	};
	long fd = syscall(SYS_inotify_init1, IN_NONBLOCK | IN_CLOEXEC);

	(void) syscall(SYS_inotify_init1, 1);
	for (size_t i = 0; i < ELEMENTS(masks); i++)
		(void) syscall(SYS_inotify_add_watch, fd, ".", masks[i]);
	(void) syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, "watched", O_WRONLY | O_CREAT, 0600));
	(void) syscall(SYS_read, fd, room_end(256), 256L);
	(void) syscall(SYS_inotify_rm_watch, fd, 1);
	(void) syscall(SYS_inotify_rm_watch, NO_FD, -1);
	with_odd_paths(watch_odd);
}

static void whole_file_locks(void)
{
	static const int operations[] = { LOCK_SH, LOCK_EX | LOCK_NB, LOCK_UN, LOCK_UN | LOCK_NB, 0, 0x40, -1 };

	for (size_t i = 0; i < ELEMENTS(operations); i++)
		(void) syscall(SYS_flock, file, operations[i]);
	(void) syscall(SYS_flock, NO_FD, LOCK_EX);
}

int main(void)
{
	lines_begin();
	(void) signal(SIGIO, SIG_IGN);
	checked("desc");
	file = (int) syscall(SYS_openat, AT_FDCWD, "file", O_RDWR | O_CREAT | O_EXCL, 0600);
	(void) syscall(SYS_pipe2, ends, 0);
	flags();
	owners();
	locks();
	other_commands();
	memory_files();
	events();
	watches();
	whole_file_locks();
	return lines_end();
}
