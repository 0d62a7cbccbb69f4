/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Descriptors of every kind, and what changes the names of their files.
 *
 *   files kinds DIR        one of each kind, made, used and closed
 *   files sockets DIR      before and after they get an address
 *   files pass             a descriptor through a socket to a child
 *   files renamed DIR      a file whose name and directory change, and one that is deleted
 *   files reused DIR N     N times a file is made, read and deleted: what the file system numbers alike is not alike
 *   files many DIR N       N files are read once, one is held meanwhile and read in between
 *   files untold DIR N     when N names have been made that nobody takes: ns that a read takes of a file of many directories
 *                          that was told before, and of one that could not be told
 *   files chroot DIR FILE  reads FILE below DIR, by its path there
 *   files wait FILE FIFO   opens FILE, waits in FIFO, and reads on
 *
 * Reads ask for a number of bytes that says which they are.
 */

#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LONGEST 1000 /* bytes of a path below DIR */
#define DEPTH 100    /* directories of a path that takes long to walk */
#define BATCHES 50
#define BATCH 200    /* reads */
#define HELD 100000  /* bytes that the file held in "many" is asked for, and one more each time */

static int must(int r, const char *what)
{
	if (r < 0)
		err(EXIT_FAILURE, "%s", what);
	return r;
}

/* The buffer is as large as any number that is asked for; what comes does not matter. */
static void ask(int fd, size_t n)
{
	static char buffer[1 << 20];

	(void) !read(fd, buffer, n);
}

static int open_at(const char *dir, const char *name, int flags)
{
	char path[LONGEST];

	(void) snprintf(path, sizeof(path), "%s/%s", dir, name);
	return must(open(path, flags | O_CLOEXEC, 0600), path);
}

static void kinds(const char *dir)
{
	int file = open_at(dir, "kinds<1>\"x\\\n", O_RDWR | O_CREAT | O_TRUNC), null = open_at("/dev", "null", O_RDONLY);
	int directory = open_at(dir, ".", O_RDONLY | O_DIRECTORY), memory = memfd_create("named memory", 0);
	int event = eventfd(0, EFD_NONBLOCK), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	int poll = epoll_create1(0), net = open_at("/proc/self/ns", "net", O_RDONLY), pipes[2], root = open_at("/", "", O_RDONLY);

	must(pipe(pipes), "pipe");
	(void) !write(pipes[1], "x", 1);
	ask(pipes[0], 1);
	ask(file, 2);
	ask(null, 3);
	ask(memory, 4);
	ask(event, 5);
	ask(timer, 6);
	ask(net, 7);
	ask(root, 8);
	ask(directory, 9);
	(void) epoll_ctl(poll, EPOLL_CTL_ADD, pipes[0], &(struct epoll_event){ .events = EPOLLIN });
	(void) dup2(file, 77);
	ask(77, 10);
	ask(fcntl(file, F_DUPFD, 100), 11);
	(void) !ftruncate(openat(directory, "second", O_RDWR | O_CREAT | O_TRUNC, 0600), 12);
	must(chdir(dir), dir);
	ask(open("second", O_RDONLY), 13);
	for (int fd = file; fd <= pipes[1]; fd++)
		(void) close(fd);
}

static void sockets(const char *dir)
{
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 local6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_un at = { .sun_family = AF_UNIX }, abstract = { .sun_family = AF_UNIX, .sun_path = "\0abs\"tract" };
	socklen_t size = sizeof(local);
	int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), accepted, pair[2];
	int server6 = socket(AF_INET6, SOCK_STREAM, 0), un = socket(AF_UNIX, SOCK_STREAM, 0);
	int datagram = socket(AF_UNIX, SOCK_DGRAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
	int netlink = socket(AF_NETLINK, SOCK_RAW, 0);
	struct sockaddr netlink_address = { .sa_family = AF_NETLINK };

	ask(server, 1);
	must(bind(server, (struct sockaddr *) &local, sizeof(local)), "bind");
	must(listen(server, 1), "listen");
	ask(server, 2);
	(void) getsockname(server, (struct sockaddr *) &local, &size);
	ask(client, 3);
	must(connect(client, (struct sockaddr *) &local, sizeof(local)), "connect");
	(void) fcntl(client, F_SETFL, O_NONBLOCK);
	ask(client, 4);
	accepted = must(accept(server, NULL, NULL), "accept");
	(void) fcntl(accepted, F_SETFL, O_NONBLOCK);
	ask(accepted, 5);
	must(bind(server6, (struct sockaddr *) &local6, sizeof(local6)), "bind");
	ask(server6, 6);
	must(bind(un, (struct sockaddr *) &abstract, sizeof(sa_family_t) + 10), "bind");
	ask(un, 7);
	(void) snprintf(at.sun_path, sizeof(at.sun_path), "%s/s", dir);
	(void) unlink(at.sun_path);
	must(bind(datagram, (struct sockaddr *) &at, sizeof(at)), "bind");
	(void) fcntl(datagram, F_SETFL, O_NONBLOCK);
	ask(datagram, 8);
	must(connect(udp, (struct sockaddr *) &local, sizeof(local)), "connect");
	(void) fcntl(udp, F_SETFL, O_NONBLOCK);
	ask(udp, 9);
	must(bind(netlink, &netlink_address, 12), "bind");
	(void) fcntl(netlink, F_SETFL, O_NONBLOCK);
	ask(netlink, 10);
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), "socketpair");
	ask(pair[0], 11);
}

/* The child gets the descriptor under a number of its own. */
static void pass(void)
{
	char room[CMSG_SPACE(sizeof(int))] = {}, byte = 'x';
	struct iovec one = { &byte, 1 };
	struct msghdr message = { .msg_iov = &one, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int ends[2], file;

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
	if (must(fork(), "fork") == 0) {
		must((int) recvmsg(ends[1], &message, 0), "recvmsg");
		ask(*(int *) (void *) CMSG_DATA(CMSG_FIRSTHDR(&message)), 21);
		_exit(EXIT_SUCCESS);
	}
	file = open_at("/etc", "passwd", O_RDONLY);
	*header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(header), &file, sizeof(file));
	must((int) sendmsg(ends[0], &message, 0), "sendmsg");
	(void) wait(NULL);
}

static void renamed(const char *dir)
{
	int file;

	must(chdir(dir), dir);
	must(mkdir("before", 0700), "mkdir");
	file = open_at("before", "first", O_RDWR | O_CREAT);
	ask(file, 31);
	must(rename("before/first", "before/second"), "rename");
	ask(file, 32);
	must(rename("before", "after"), "rename");
	ask(file, 33);
	must(link("after/second", "link"), "link");
	ask(open_at(".", "link", O_RDONLY), 34);
	ask(file, 35);
	must(unlink("after/second"), "unlink");
	ask(file, 36);
}

/* Directories too, whose memory the kernel uses again at once; in both, the last component is always the same. */
static void reused(const char *dir, unsigned n)
{
	must(chdir(dir), dir);
	for (unsigned i = 1; i <= n; i++) {
		char name[32], below[40];
		int fd;

		(void) snprintf(name, sizeof(name), "r%u", i);
		(void) snprintf(below, sizeof(below), "%s/f", name);
		must(mkdir(name, 0700), "mkdir");
		fd = must(open(below, O_RDWR | O_CREAT, 0600), below);
		ask(fd, i);
		(void) close(fd);
		must(unlink(below), below);
		must(rmdir(name), name);
		fd = must(open(name, O_RDWR | O_CREAT, 0600), name);
		ask(fd, i);
		(void) close(fd);
		must(unlink(name), name);
	}
}

static void many(const char *dir, unsigned n)
{
	int held = open_at(dir, "held", O_RDWR | O_CREAT);

	for (unsigned i = 1; i <= n; i++) {
		char name[300];
		int fd;

		(void) snprintf(name, sizeof(name), "many-%0200u", i);
		fd = open_at(dir, name, O_RDWR | O_CREAT);
		ask(fd, i);
		(void) close(fd);
		ask(held, HELD + i);
	}
}

static double now(void)
{
	struct timespec t;

	(void) clock_gettime(CLOCK_MONOTONIC, &t);
	return (double) t.tv_sec * 1e9 + (double) t.tv_nsec;
}

/* Return: ns a read, of the batch that nothing came between */
static double time_reads(int fd)
{
	double best = 1e9;

	for (unsigned i = 0; i < BATCHES; i++) {
		double start = now();

		for (unsigned j = 0; j < BATCH; j++)
			ask(fd, 1);
		if (now() - start < best)
			best = now() - start;
	}
	return best / BATCH;
}

static void untold(const char *dir, unsigned n)
{
	int told, file;

	must(chdir(dir), dir);
	for (unsigned i = 0; i < DEPTH; i++) {
		must(mkdir("d", 0700), "mkdir");
		must(chdir("d"), "chdir");
	}
	told = open_at(".", "told", O_RDWR | O_CREAT);
	for (unsigned i = 0; i < n; i++)
		(void) close(must(memfd_create("name", MFD_CLOEXEC), "memfd_create"));
	file = open_at(".", "untold", O_RDWR | O_CREAT);
	printf("%.0f %.0f\n", time_reads(told), time_reads(file));
}

static void below_root(const char *dir, const char *file)
{
	must(chroot(dir), dir);
	must(chdir("/"), "/");
	ask(open_at("/", file, O_RDONLY), 41);
}

static void wait_first(const char *file, const char *fifo)
{
	int fd = must(open(file, O_RDONLY), file), gate = must(open(fifo, O_RDONLY), fifo);

	ask(gate, 51);
	ask(fd, 52);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *first = argc > 2 ? argv[2] : "", *second = argc > 3 ? argv[3] : "";

	if (strcmp(what, "kinds") == 0)
		kinds(first);
	else if (strcmp(what, "sockets") == 0)
		sockets(first);
	else if (strcmp(what, "pass") == 0)
		pass();
	else if (strcmp(what, "renamed") == 0)
		renamed(first);
	else if (strcmp(what, "reused") == 0)
		reused(first, (unsigned) atoi(second));
	else if (strcmp(what, "many") == 0)
		many(first, (unsigned) atoi(second));
	else if (strcmp(what, "untold") == 0)
		untold(first, (unsigned) atoi(second));
	else if (strcmp(what, "chroot") == 0)
		below_root(first, second);
	else if (strcmp(what, "wait") == 0)
		wait_first(first, second);
	else
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
