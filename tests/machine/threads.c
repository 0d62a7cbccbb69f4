/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Threads that block, each in a call of its own, and an end for them.
 *
 *   threads block               until somebody kills them
 *   threads exit                one of them calls exit_group(3)
 *   threads exec FILE           one that is not the leader executes FILE
 *   threads many N              N threads, all blocked in futex(2), until somebody kills them
 *
 * What has to be there to block in is made in the working directory, and what happens next happens when all of them
 * sleep in the kernel. Then a line is printed: the tids, in the order of `blockers`.
 */

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 4096
#define PORT 4242

static atomic_int tids[THREADS_MAX];
static atomic_uint n_announced;

/* From here on the thread makes one call only, which blocks. */
static void announce(unsigned n)
{
	tids[n] = (int) syscall(SYS_gettid);
	n_announced++;
}

static void *block_in_read(void *n)
{
	int fds[2];
	char byte;

	if (pipe(fds) < 0)
		abort();
	announce((unsigned) (uintptr_t) n);
	return (void *) read(fds[0], &byte, 1);
}

static void *block_in_open(void *n)
{
	if (mkfifo("fifo", 0600) < 0)
		abort();
	announce((unsigned) (uintptr_t) n);
	return (void *) (intptr_t) openat(AT_FDCWD, "fifo", O_RDONLY);
}

/* A listener whose queue is full answers no more: of one place there are two. */
static void *block_in_connect(void *n)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *) &address, sizeof(address)) < 0 || listen(listener, 0) < 0)
		abort();
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *) &address, sizeof(address)) < 0)
		abort();
	fd = socket(AF_INET, SOCK_STREAM, 0);
	announce((unsigned) (uintptr_t) n);
	return (void *) (intptr_t) connect(fd, (struct sockaddr *) &address, sizeof(address));
}

static void *block_in_local_connect(void *n)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd;

	if (bind(listener, (struct sockaddr *) &address, sizeof(address)) < 0 || listen(listener, 0) < 0)
		abort();
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *) &address, sizeof(address)) < 0)
		abort();
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	announce((unsigned) (uintptr_t) n);
	return (void *) (intptr_t) connect(fd, (struct sockaddr *) &address, sizeof(address));
}

static void *block_in_sleep(void *n)
{
	struct timespec t = { .tv_sec = 4242 };

	announce((unsigned) (uintptr_t) n);
	return (void *) syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &t, &t);
}

static void *block_in_futex(void *n)
{
	uint32_t word = 42;

	announce((unsigned) (uintptr_t) n);
	return (void *) syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 42, NULL, NULL, 0);
}

static void *block_in_epoll(void *n)
{
	int fd = epoll_create1(0);
	struct epoll_event event;

	announce((unsigned) (uintptr_t) n);
	return (void *) (intptr_t) epoll_wait(fd, &event, 1, -1);
}

static void *(*const blockers[])(void *) = {
	block_in_read, block_in_open, block_in_connect, block_in_local_connect, block_in_sleep, block_in_futex,
	block_in_epoll,
};

#define BLOCKERS (sizeof(blockers) / sizeof(blockers[0]))

/* "PID (COMM) STATE ..."; the comm is ours, and has no parenthesis. */
static int sleeps(int tid)
{
	char path[64], line[256] = "", *state;
	FILE *f;

	(void) snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	f = fopen(path, "re");
	if (!f || !fgets(line, sizeof(line), f))
		abort();
	(void) fclose(f);
	state = strchr(line, ')');
	return state && state[2] == 'S';
}

static void start_thread(void *(*run)(void *), unsigned n)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, (void *) (uintptr_t) n) != 0)
		abort();
}

static void start_blockers(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		start_thread(n == BLOCKERS ? blockers[i] : block_in_futex, i);
	while (n_announced < n)
		(void) sched_yield();
	for (unsigned i = 0; i < n; i++) {
		while (!sleeps(tids[i]))
			(void) sched_yield();
		printf("%d%c", tids[i], i == n - 1 ? '\n' : ' ');
	}
	(void) fflush(stdout);
}

static void *run_exec(void *file)
{
	char *const argv[] = { file, NULL }, *const envp[] = { NULL };

	(void) prctl(PR_SET_NAME, "executor");
	(void) execve(file, argv, envp);
	abort();
}

int main(int argc, char *argv[])
{
	const char *verb = argc > 1 ? argv[1] : "";
	pthread_t thread;

	start_blockers(strcmp(verb, "many") == 0 && argc == 3 ? (unsigned) atoi(argv[2]) : BLOCKERS);
	if (strcmp(verb, "exit") == 0)
		_exit(3);
	if (strcmp(verb, "exec") == 0 && argc == 3 && pthread_create(&thread, NULL, run_exec, argv[2]) != 0)
		return 1;
	for (;;)
		(void) pause();
}
