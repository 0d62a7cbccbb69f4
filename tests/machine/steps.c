/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls whose memory has no room in a thread's slot, for the machine tests: steps WHAT [FIFO]. Whatever it makes succeeds,
 * or the program fails.
 *
 *   wait       poll() and select() on a pipe, and poll() on more of them than the slot has room for
 *   vectors    readv() and writev()
 *   messages   sendmsg(), recvmsg() with a descriptor, sendmmsg(), recvmmsg()
 *   addresses  accept(), getsockname(), recvfrom(), getsockopt()
 *   commands   fcntl() and ioctl() by their commands
 *   files      statx(), getdents64(), name_to_handle_at()
 *   bounds     calls that return how much there would be, and have written nothing; a futex's timeout
 *   long       what is longer than the slot's room: uname(), getcwd(), many vectors
 *   block      waits with poll() for FIFO, by more descriptors than the slot has room for
 *   dropped    a message's header, another one's address and a mount option, out of memory right before the call
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#define PAGE 4096U
#define MANY 40

static long need(const char *what, long result)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

static void need_pipe(int fds[2])
{
	(void) need("pipe", pipe2(fds, O_CLOEXEC));
}

static void wait_calls(void)
{
	struct pollfd one, many[MANY];
	struct timeval zero = {};
	fd_set set;
	int fds[2];

	need_pipe(fds);
	one = (struct pollfd){ .fd = fds[1], .events = POLLOUT };
	(void) need("poll", poll(&one, 1, 0));
	one = (struct pollfd){ .fd = fds[0], .events = POLLIN };
	(void) need("poll", poll(&one, 1, 0));
	for (int i = 0; i < MANY; i++)
		many[i] = (struct pollfd){ .fd = fds[1], .events = POLLOUT };
	(void) need("poll", poll(many, MANY, 0));
	FD_ZERO(&set);
	FD_SET(fds[1], &set);
	(void) need("select", syscall(SYS_select, fds[1] + 1, NULL, &set, NULL, &zero));
}

static void vectors(void)
{
	char a[8], b[8];
	struct iovec out[] = { { (char *) "first", 5 }, { NULL, 0 }, { (char *) "second", 6 } };
	struct iovec in[] = { { a, 4 }, { b, sizeof(b) }, { a, 1 } };
	int fds[2];

	need_pipe(fds);
	(void) need("writev", writev(fds[1], out, 3));
	(void) need("readv", readv(fds[0], in, 3));
}

static void messages(void)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr header;
	} control = { .header = { .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
	struct iovec out[] = { { (char *) "ab", 2 }, { (char *) "cde", 3 } };
	struct msghdr message = { .msg_iov = out, .msg_iovlen = 2, .msg_control = &control, .msg_controllen = sizeof(control) };
	char buffer[2][16], room[CMSG_SPACE(sizeof(int))];
	struct iovec in[] = { { buffer[0], 16 }, { buffer[1], 16 } };
	struct msghdr received = { .msg_iov = in, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room) };
	struct mmsghdr several[2] = { { .msg_hdr = { .msg_iov = out, .msg_iovlen = 1 } },
				      { .msg_hdr = { .msg_iov = out + 1, .msg_iovlen = 1 } } };
	int fds[2], zero = 0;

	(void) need("socketpair", socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
	memcpy(CMSG_DATA(&control.header), &zero, sizeof(zero));
	(void) need("sendmsg", sendmsg(fds[0], &message, 0));
	(void) need("recvmsg", recvmsg(fds[1], &received, 0));
	(void) need("sendmmsg", sendmmsg(fds[0], several, 2, 0));
	several[0].msg_hdr.msg_iov = &in[0];
	several[1].msg_hdr.msg_iov = &in[1];
	(void) need("recvmmsg", recvmmsg(fds[1], several, 2, MSG_DONTWAIT, NULL));
}

static void addresses(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "\0traceloop-steps" }, from;
	socklen_t size = offsetof(struct sockaddr_un, sun_path) + 16, room = sizeof(from);
	int listener = (int) need("socket", socket(AF_UNIX, SOCK_STREAM, 0)), option = 0;
	int client = (int) need("socket", socket(AF_UNIX, SOCK_STREAM, 0));
	char byte;

	(void) need("bind", bind(listener, (struct sockaddr *) &name, size));
	(void) need("listen", listen(listener, 1));
	(void) need("getsockname", getsockname(listener, (struct sockaddr *) &from, &room));
	room = 4; /* less than there is */
	(void) need("getsockname", getsockname(listener, (struct sockaddr *) &from, &room));
	(void) need("connect", connect(client, (struct sockaddr *) &name, size));
	room = sizeof(from);
	(void) need("accept", syscall(SYS_accept, listener, &from, &room));
	room = sizeof(option);
	(void) need("getsockopt", getsockopt(listener, SOL_SOCKET, SO_TYPE, &option, &room));
	room = sizeof(from);
	(void) recvfrom(client, &byte, 1, MSG_DONTWAIT, (struct sockaddr *) &from, &room);
}

static void commands(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_start = 3, .l_len = 4 };
	int fd = (int) need("memfd_create", memfd_create("steps", 0)), n = 0, fds[2];

	need_pipe(fds);
	(void) need("fcntl", fcntl(fd, F_SETLK, &lock));
	(void) need("fcntl", fcntl(fd, F_GETLK, &lock));
	(void) need("fcntl", fcntl(fd, F_GETFD));
	(void) need("write", write(fds[1], "abc", 3));
	(void) need("ioctl", ioctl(fds[0], FIONREAD, &n));
	n = 1;
	(void) need("ioctl", ioctl(fds[0], FIONBIO, &n));
	(void) ioctl(fds[0], _IOWR('X', 99, uint64_t), &lock);
}

static void files(void)
{
	static struct { struct file_handle handle; unsigned char room[MAX_HANDLE_SZ]; } handle;
	static char entries[16384];
	struct statx status;
	int fd = (int) need("open", open("/usr/lib", O_RDONLY | O_DIRECTORY)), id = 0;

	(void) need("statx", statx(AT_FDCWD, "/etc/passwd", 0, STATX_ALL, &status));
	(void) need("getdents64", syscall(SYS_getdents64, fd, entries, sizeof(entries)));
	handle.handle.handle_bytes = MAX_HANDLE_SZ;
	(void) name_to_handle_at(AT_FDCWD, "/dev/null", &handle.handle, &id, 0);
}

static void bounds(void)
{
	static unsigned groups[64];
	struct timespec soon = { .tv_nsec = 1000 };
	unsigned word = 1;

	groups[0] = 0x5ec4e7; /* so that it is in memory */
	(void) need("setgroups", syscall(SYS_setgroups, 2, (unsigned[]){ 7, 8 }));
	(void) need("getgroups", syscall(SYS_getgroups, 0, groups));
	(void) need("getgroups", syscall(SYS_getgroups, 64, groups));
	(void) syscall(SYS_futex, &word, 0x80, 1, &soon);
	(void) syscall(SYS_futex, &word, 0x81, 1, &soon);
	(void) need("prctl", prctl(PR_SET_NAME, "bounds-checker"));
}

static void long_memory(void)
{
	static char place[PATH_MAX], bytes[MANY][4];
	static struct iovec many[MANY];
	struct utsname name;
	int out = (int) need("open", open("/dev/null", O_WRONLY | O_CLOEXEC));

	(void) need("uname", uname(&name));
	for (unsigned i = 0; i < 3; i++) {
		memset(place, 'a' + (int) i, 200);
		place[200] = '\0';
		(void) mkdir(place, 0700);
		(void) need("chdir", chdir(place));
	}
	(void) need("getcwd", syscall(SYS_getcwd, place, sizeof(place)));
	for (unsigned i = 0; i < MANY; i++) {
		(void) snprintf(bytes[i], sizeof(bytes[i]), "%03u", i);
		many[i] = (struct iovec){ bytes[i], 3 };
	}
	(void) need("writev", writev(out, many, MANY));
}

/* In pages of this program's file, far enough from all else that no fault for something near brings them back. */
#define AROUND 65536U

static struct {
	char before[AROUND];
	union {
		struct msghdr message;
		char page[PAGE];
	};
	union {
		char option[16];
		char option_page[PAGE];
	};
	char behind[AROUND];
} far __attribute__((aligned(AROUND), section(".data"))) = {
	.message = { .msg_flags = 0x1234 }, .option = "dropped-option",
};

static void dropped(void)
{
	struct msghdr near = { .msg_name = far.option, .msg_namelen = 3 };
	int fds[2];

	(void) need("socketpair", socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
	(void) need("madvise", madvise(&far.message, 2 * PAGE, MADV_DONTNEED));
	(void) sendmsg(fds[0], &far.message, 0);
	(void) need("madvise", madvise(&far.message, 2 * PAGE, MADV_DONTNEED));
	(void) sendmsg(fds[0], &near, 0);
	(void) need("madvise", madvise(&far.message, 2 * PAGE, MADV_DONTNEED));
	(void) mount("none", "/nonexistent", "tmpfs", 0, far.option);
}

static void block(const char *path)
{
	int fd = (int) need("open", open(path, O_RDWR | O_CLOEXEC));
	struct pollfd many[MANY];

	for (int i = 0; i < MANY; i++)
		many[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
	(void) need("poll", poll(many, MANY, -1));
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} all[] = {
		{ "wait", wait_calls }, { "vectors", vectors }, { "messages", messages }, { "addresses", addresses },
		{ "commands", commands }, { "files", files }, { "bounds", bounds }, { "long", long_memory }, { "dropped", dropped },
	};

	if (argc > 2 && strcmp(argv[1], "block") == 0) {
		block(argv[2]);
		return 0;
	}
	for (unsigned i = 0; argc > 1 && i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(argv[1], all[i].name) == 0) {
			all[i].run();
			return 0;
		}
	return 2;
}
