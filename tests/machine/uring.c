/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Operations of io_uring by the bare system calls. Each has a user_data of its own.
 *
 *   uring all        NOP, READ of a file, READ of no file, one of a pipe that is written to later, one by a worker, an
 *                    fsync of a buffer, a poll that completes twice
 *   uring overflow   more completions than there is room for
 *   uring sqpoll     a NOP that a thread of the kernel picks up
 *   uring numbered N N times NOP, in batches, numbered by user_data from 0 on
 *   uring available  nothing: 0 if there is io_uring, 1 if not
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES 64
#define NOWHERE 77 /* a descriptor that is not open */

static struct {
	int fd;
	struct io_uring_params params;
	char *ring;
	struct io_uring_sqe *sqes;
	unsigned submitted; /* and not yet handed over */
} uring;

static unsigned *word(uint32_t offset)
{
	return (unsigned *) (void *) (uring.ring + offset);
}

static void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static int setup(unsigned flags)
{
	const struct io_uring_params *p = &uring.params;
	size_t size;

	uring.params = (struct io_uring_params){ .flags = flags, .sq_thread_idle = 1000 };
	uring.fd = (int) syscall(SYS_io_uring_setup, ENTRIES, &uring.params);
	if (uring.fd < 0)
		return -errno;
	size = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	uring.ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, uring.fd, IORING_OFF_SQ_RING);
	uring.sqes = mmap(NULL, ENTRIES * sizeof(*uring.sqes), PROT_READ | PROT_WRITE, MAP_SHARED, uring.fd,
			  IORING_OFF_SQES);
	if (uring.ring == MAP_FAILED || uring.sqes == MAP_FAILED)
		fail("mmap");
	return 0;
}

static void submit(struct io_uring_sqe sqe)
{
	unsigned tail = *word(uring.params.sq_off.tail), index = tail % ENTRIES;

	uring.sqes[index] = sqe;
	word(uring.params.sq_off.array)[index] = index;
	__atomic_store_n(word(uring.params.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
	uring.submitted++;
}

/* Hands over what was submitted, and waits until @n completions are there; takes them. */
static void enter(unsigned n)
{
	unsigned *head = word(uring.params.cq_off.head), *tail = word(uring.params.cq_off.tail);
	unsigned flags = n > 0 ? IORING_ENTER_GETEVENTS : 0;

	if (uring.params.flags & IORING_SETUP_SQPOLL) /* it may sleep */
		flags |= IORING_ENTER_SQ_WAKEUP;
	if (syscall(SYS_io_uring_enter, uring.fd, uring.submitted, n, flags, NULL, 0) < 0)
		fail("io_uring_enter");
	uring.submitted = 0;
	while (__atomic_load_n(tail, __ATOMIC_ACQUIRE) - *head < n)
		if (syscall(SYS_io_uring_enter, uring.fd, 0, n, flags, NULL, 0) < 0)
			fail("io_uring_enter");
	__atomic_store_n(head, *head + n, __ATOMIC_RELEASE);
}

static void submit_read(uint64_t user_data, int fd, uint8_t flags)
{
	static char buffer[16];

	submit((struct io_uring_sqe){ .opcode = IORING_OP_READ, .fd = fd, .addr = (uintptr_t) buffer,
				      .len = sizeof(buffer), .off = (uint64_t) -1, .flags = flags,
				      .user_data = user_data });
}

static void all(void)
{
	int zero = open("/dev/zero", O_RDONLY), fds[2];

	if (zero < 0 || pipe(fds) < 0)
		fail("open");
	submit((struct io_uring_sqe){ .opcode = IORING_OP_NOP, .fd = -1, .user_data = 0x101 });
	enter(1);
	submit_read(0x102, zero, 0);
	submit_read(0x103, NOWHERE, 0);
	enter(2);
	submit_read(0x104, fds[0], 0);
	enter(0);
	(void) !write(fds[1], "late", 4);
	enter(1);
	submit_read(0x105, zero, IOSQE_ASYNC);
	enter(1);
	submit((struct io_uring_sqe){ .opcode = IORING_OP_FSYNC, .fd = zero, .addr = 1, .user_data = 0x106 });
	enter(1);
	submit((struct io_uring_sqe){ .opcode = IORING_OP_POLL_ADD, .fd = fds[0], .poll32_events = POLLIN,
				      .len = IORING_POLL_ADD_MULTI, .user_data = 0x107 });
	enter(0);
	(void) !write(fds[1], "x", 1);
	enter(1);
	(void) !write(fds[1], "x", 1);
	enter(1);
}

static void numbered(unsigned n)
{
	for (unsigned i = 0; i < n; i += ENTRIES) {
		for (unsigned j = i; j < i + ENTRIES; j++)
			submit((struct io_uring_sqe){ .opcode = IORING_OP_NOP, .user_data = j });
		enter(ENTRIES);
	}
}

/* More completions than there is room for, taken when all are there. */
static void overflow(void)
{
	for (unsigned i = 0; i < 4 * ENTRIES; i++) {
		submit((struct io_uring_sqe){ .opcode = IORING_OP_NOP, .user_data = 0x300 + i });
		if (uring.submitted == ENTRIES)
			enter(0);
	}
}

/* The thread of the kernel takes what is in the ring by itself. */
static void sqpoll(void)
{
	submit((struct io_uring_sqe){ .opcode = IORING_OP_NOP, .user_data = 0x201 });
	uring.submitted = 0;
	enter(1);
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	int r = setup(strcmp(what, "sqpoll") == 0 ? IORING_SETUP_SQPOLL : 0);

	if (strcmp(what, "available") == 0)
		return r < 0;
	if (r < 0) {
		errno = -r;
		fail("io_uring_setup");
	}
	if (strcmp(what, "all") == 0)
		all();
	else if (strcmp(what, "overflow") == 0)
		overflow();
	else if (strcmp(what, "sqpoll") == 0)
		sqpoll();
	else if (strcmp(what, "numbered") == 0 && argc > 2)
		numbered((unsigned) atoi(argv[2]));
	else {
		fprintf(stderr, "%s all | overflow | sqpoll | numbered N | available\n", argv[0]);
		return 2;
	}
	return 0;
}
