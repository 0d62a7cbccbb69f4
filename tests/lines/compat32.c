/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls by the numbers of i386, with structs as it has them: they are made by int 0x80, which needs no other program than
 * this one. What they point to is below 4 GiB. Exits with 77 where the kernel has no such calls.
 */

#include <fcntl.h>
#include <linux/net.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lines/lines.h"

#define SKIP 77
#define LARGE_FILE 0100000 /* O_LARGEFILE, which is 0 for a 64-bit program */

enum {
	NR_READ = 3,
	NR_WRITE = 4,
	NR_OPEN = 5,
	NR_CLOSE = 6,
	NR_UNLINK = 10,
	NR_TIME = 13,
	NR_MKNOD = 14,
	NR_LCHOWN16 = 16,
	NR_LSEEK = 19,
	NR_GETPID = 20,
	NR_GETUID16 = 24,
	NR_UTIME = 30,
	NR_ACCESS = 33,
	NR_DUP2 = 63,
	NR_PIPE = 42,
	NR_FCNTL = 55,
	NR_SETRLIMIT = 75,
	NR_GETRUSAGE = 77,
	NR_GETTIMEOFDAY = 78,
	NR_GETGROUPS16 = 80,
	NR_READLINK = 85,
	NR_MMAP_OLD = 90,
	NR_STATFS = 99,
	NR_SOCKETCALL = 102,
	NR_GETITIMER = 105,
	NR_STAT = 106,
	NR_FSTAT = 108,
	NR_SYSINFO = 116,
	NR_IPC = 117,
	NR_UNAME = 122,
	NR_LLSEEK = 140,
	NR_SELECT = 142,
	NR_READV = 145,
	NR_WRITEV = 146,
	NR_NANOSLEEP = 162,
	NR_POLL = 168,
	NR_SIGPROCMASK = 175,
	NR_PREAD64 = 180,
	NR_PWRITE64 = 181,
	NR_GETCWD = 183,
	NR_UGETRLIMIT = 191,
	NR_TRUNCATE64 = 193,
	NR_STAT64 = 195,
	NR_LSTAT64 = 196,
	NR_FSTAT64 = 197,
	NR_GETUID = 199,
	NR_GETDENTS64 = 220,
	NR_FCNTL64 = 221,
	NR_CLOCK_GETTIME = 265,
	NR_STATFS64 = 268,
	NR_UTIMES = 271,
	NR_OPENAT = 295,
	NR_FSTATAT64 = 300,
	NR_UTIMENSAT = 320,
	NR_PIPE2 = 331,
	NR_PREADV = 333,
	NR_PRLIMIT64 = 340,
	NR_SOCKET = 359,
	NR_CONNECT = 362,
	NR_STATX = 383,
	NR_CLOCK_GETTIME64 = 403,
	NR_UTIMENSAT64 = 412,
	UNKNOWN = 5000,
};

/* Registers that the call does not need hold what is easy to recognise. */
static long call(int number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	long r;

	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "a"((long) number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory", "r8", "r9", "r10", "r11");
	return r;
}

static uint64_t at(const void *p)
{
	return (uintptr_t) p;
}

static uint64_t path(const char *s)
{
	return at(string_end(s));
}

static void files(void)
{
	static const uint32_t two[] = { 1700000000, 1 }, pairs[] = { 1, 2, 3, 4 };
	static const uint64_t long_pairs[] = { 1, 2, 1ULL << 40, 999999999 };
	long fd = call(NR_OPEN, path("file"), O_RDWR | O_CREAT, 0640, 0, 0);

	(void) call(NR_OPENAT, (uint32_t) AT_FDCWD, path("missing"), O_RDONLY | LARGE_FILE, 0, 0);
	(void) call(NR_ACCESS, path("file"), R_OK, 0, 0, 0);
	(void) call(NR_ACCESS, at(unreadable()), R_OK, 0, 0, 0);
	(void) call(NR_ACCESS, 0, R_OK, 0, 0, 0);
	(void) call(NR_STAT, path("file"), at(room_end(64)), 0, 0, 0);
	(void) call(NR_FSTAT, (uint64_t) fd, at(room_end(64)), 0, 0, 0);
	(void) call(NR_STAT64, path("file"), at(room_end(96)), 0, 0, 0);
	(void) call(NR_LSTAT64, path("/dev/null"), at(room_end(96)), 0, 0, 0);
	(void) call(NR_FSTAT64, (uint64_t) fd, at(room_end(96)), 0, 0, 0);
	(void) call(NR_FSTATAT64, (uint32_t) AT_FDCWD, path("file"), at(room_end(96)), AT_SYMLINK_NOFOLLOW, 0);
	(void) call(NR_STAT64, path("missing"), at(room_end(96)), 0, 0, 0);
	(void) call(NR_STATX, (uint32_t) AT_FDCWD, path("file"), 0, 0x7ff, at(room_end(256)));
	(void) call(NR_STATFS, path("/proc"), at(room_end(64)), 0, 0, 0);
	(void) call(NR_STATFS64, path("/proc"), 84, at(room_end(84)), 0, 0);
	(void) call(NR_LCHOWN16, path("file"), 0xffff, 1, 0, 0);
	(void) call(NR_MKNOD, path("node"), S_IFCHR | 0600, 0x103, 0, 0);
	(void) call(NR_UTIME, path("file"), at(page_end(two, sizeof(two))), 0, 0, 0);
	(void) call(NR_UTIMES, path("file"), at(page_end(pairs, sizeof(pairs))), 0, 0, 0);
	(void) call(NR_UTIMENSAT, (uint32_t) AT_FDCWD, path("file"), at(page_end(pairs, sizeof(pairs))), 0, 0);
	(void) call(NR_UTIMENSAT64, (uint32_t) AT_FDCWD, path("file"), at(page_end(long_pairs, sizeof(long_pairs))), 0,
		    0);
	(void) call(NR_READLINK, path("/proc/self/exe"), at(room_end(8)), 8, 0, 0);
	(void) call(NR_GETCWD, at(room_end(256)), 256, 0, 0, 0);
	(void) call(NR_UNLINK, path("node"), 0, 0, 0, 0);
	(void) call(NR_CLOSE, (uint64_t) fd, 0, 0, 0, 0);
}

static void data(void)
{
	uint32_t out[] = { (uint32_t) at(page_end("one", 3)), 3, (uint32_t) at(page_end("second", 6)), 6 };
	uint32_t in[] = { (uint32_t) at(room_end(2)), 2, (uint32_t) at(room_end(40)), 40 };
	uint64_t fd = (uint64_t) call(NR_OPEN, path("data"), O_RDWR | O_CREAT, 0600, 0, 0), offset = 0;

	(void) call(NR_WRITE, fd, at(page_end("some bytes\n", 11)), 11, 0, 0);
	(void) call(NR_WRITEV, fd, at(page_end(out, sizeof(out))), 2, 0, 0);
	(void) call(NR_LSEEK, fd, (uint32_t) -4, SEEK_CUR, 0, 0);
	(void) call(NR_LSEEK, fd, (uint32_t) -400, SEEK_CUR, 0, 0);
	(void) call(NR_READ, fd, at(room_end(20)), 20, 0, 0);
	(void) call(NR_LLSEEK, fd, 1, 5, at(page_end(&offset, sizeof(offset))), SEEK_SET);
	(void) call(NR_PREAD64, fd, at(room_end(20)), 20, 3, 0);
	(void) call(NR_PWRITE64, fd, at(page_end("end", 3)), 3, 7, 1);
	(void) call(NR_PREADV, fd, at(page_end(in, sizeof(in))), 2, 0, 0);
	(void) call(NR_TRUNCATE64, path("data"), 5, 1, 0, 0);
	(void) call(NR_READ, fd, 0, 0xffffffff, 0, 0);
	(void) call(NR_READ, (uint32_t) -1, at(room_end(5)), 5, 0, 0);
	(void) call(NR_GETDENTS64, (uint64_t) call(NR_OPEN, path("."), O_RDONLY, 0, 0, 0), at(room_end(512)), 512, 0,
		    0);
}

static void descriptors(void)
{
	struct {
		int16_t type, whence;
		int32_t start, length, pid;
	} lock = { F_WRLCK, SEEK_SET, 1, 2, 0 };
	struct {
		int16_t type, whence;
		int64_t start, length;
		int32_t pid;
	} __attribute__((packed, aligned(4))) lock64 = { F_RDLCK, SEEK_SET, 1LL << 33, 2, 0 };
	uint64_t fd = (uint64_t) call(NR_OPEN, path("data"), O_RDWR | LARGE_FILE, 0, 0, 0);

	(void) call(NR_DUP2, fd, 50, 0, 0, 0);
	(void) call(NR_PIPE, at(room_end(8)), 0, 0, 0, 0);
	(void) call(NR_PIPE2, at(room_end(8)), O_CLOEXEC, 0, 0, 0);
	(void) call(NR_FCNTL, fd, F_GETFL, 0, 0, 0);
	(void) call(NR_FCNTL64, fd, F_SETFD, FD_CLOEXEC, 0, 0);
	(void) call(NR_FCNTL, fd, 6 /* F_SETLK */, at(page_end(&lock, sizeof(lock))), 0, 0);
	(void) call(NR_FCNTL64, fd, 13 /* F_SETLK64 */, at(page_end(&lock64, sizeof(lock64))), 0, 0);
	(void) call(NR_FCNTL64, fd, 12 /* F_GETLK64 */, at(page_end(&lock64, sizeof(lock64))), 0, 0);
}

static void waits(void)
{
	struct pollfd one = { 50, POLLIN | POLLOUT, 0 };
	uint32_t set[] = { 1U << 3, 1U << 18 }, time[] = { 0, 1000 };

	(void) call(NR_POLL, at(page_end(&one, sizeof(one))), 1, 0, 0, 0);
	(void) call(NR_SELECT, 51, at(page_end(set, sizeof(set))), 0, 0, at(page_end(time, sizeof(time))));
	(void) call(NR_NANOSLEEP, at(page_end(time, sizeof(time))), 0, 0, 0, 0);
}

static void times_and_limits(void)
{
	uint32_t limit[] = { 1024, 0xffffffff };
	uint64_t limit64[] = { 1024, UINT64_MAX };

	(void) call(NR_TIME, at(room_end(4)), 0, 0, 0, 0);
	(void) call(NR_GETTIMEOFDAY, at(room_end(8)), at(room_end(8)), 0, 0, 0);
	(void) call(NR_CLOCK_GETTIME, CLOCK_REALTIME, at(room_end(8)), 0, 0, 0);
	(void) call(NR_CLOCK_GETTIME64, CLOCK_MONOTONIC, at(room_end(16)), 0, 0, 0);
	(void) call(NR_GETITIMER, 0, at(room_end(16)), 0, 0, 0);
	(void) call(NR_UGETRLIMIT, 7, at(room_end(8)), 0, 0, 0);
	(void) call(NR_SETRLIMIT, 4, at(page_end(limit, sizeof(limit))), 0, 0, 0);
	(void) call(NR_PRLIMIT64, 0, 4, at(page_end(limit64, sizeof(limit64))), at(room_end(16)), 0);
	(void) call(NR_GETRUSAGE, 0, at(room_end(72)), 0, 0, 0);
	(void) call(NR_SYSINFO, at(room_end(64)), 0, 0, 0, 0);
	(void) call(NR_UNAME, at(room_end(390)), 0, 0, 0, 0);
	(void) call(NR_GETPID, 0, 0, 0, 0, 0);
	(void) call(NR_GETUID16, 0, 0, 0, 0, 0);
	(void) call(NR_GETUID, 0, 0, 0, 0, 0);
	(void) call(NR_GETGROUPS16, 0, 0, 0, 0, 0);
	(void) call(NR_SIGPROCMASK, SIG_BLOCK, 0, at(room_end(8)), 8, 0);
	(void) call(UNKNOWN, 1, 2, 3, 4, 5);
}

static void multiplexed(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(9),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	uint32_t socket_args[] = { AF_INET, SOCK_DGRAM, 0 }, connect_args[3];
	uint64_t fd =
		(uint64_t) call(NR_SOCKETCALL, SYS_SOCKET, at(page_end(socket_args, sizeof(socket_args))), 0, 0, 0);

	connect_args[0] = (uint32_t) fd;
	connect_args[1] = (uint32_t) at(page_end(&address, sizeof(address)));
	connect_args[2] = sizeof(address);
	(void) call(NR_SOCKETCALL, SYS_CONNECT, at(page_end(connect_args, sizeof(connect_args))), 0, 0, 0);
	(void) call(NR_CONNECT, fd, connect_args[1], sizeof(address), 0, 0);
	(void) call(NR_SOCKETCALL, 99, at(unreadable()), 0, 0, 0);
	(void) call(NR_SOCKET, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, 0, 0);
	(void) call(NR_IPC, 23 /* shmget */, 0, 4096, 01600, 0);
	(void) call(NR_IPC, 99, 1, 2, 3, 4);
}

static bool is_available(void)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		(void) call(NR_GETPID, 0, 0, 0, 0, 0);
		_exit(EXIT_SUCCESS);
	}
	return waitpid(child, &status, 0) == child && status == 0;
}

int main(void)
{
	if (!is_available())
		return SKIP;
	lines_begin_low();
	checked("compat");
	files();
	data();
	descriptors();
	waits();
	times_and_limits();
	multiplexed();
	return lines_end();
}
