/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls that can be told from one another: dup3(BASE + n, thread, 0) fails with EBADF, and its first argument says which
 * one it is. So a test sees what is missing, doubled or out of order.
 *
 *   numbered sequence N       N calls, then exit 0
 *   numbered threads T        T threads, each for ever, moving between CPUs, some calls blocking in a pipe
 *   numbered paced RATE SEC   one thread, RATE calls a second, then exit 0
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define BASE 1000000
#define BATCH 1000 /* calls between two looks at the clock */

static void call(unsigned n, unsigned thread)
{
	(void) syscall(SYS_dup3, BASE + (int) (n % 1000000000), (int) thread, 0);
}

static void sequence(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		call(i, 0);
}

static void move(unsigned cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu % (unsigned) sysconf(_SC_NPROCESSORS_ONLN), &set);
	(void) sched_setaffinity(0, sizeof(set), &set);
}

static void *run_thread(void *argument)
{
	unsigned thread = (unsigned) (uintptr_t) argument;
	int fds[2];
	char byte = 0;

	if (pipe(fds) < 0)
		return NULL;
	for (unsigned n = 0;; n++) {
		call(n, thread);
		if (n % 1024 == 0)
			move(n / 1024 + thread);
		if (n % 64 == 0 && write(fds[1], &byte, 1) == 1)
			(void) !read(fds[0], &byte, 1);
	}
	return NULL;
}

static int threads(unsigned n)
{
	pthread_t thread;

	for (unsigned i = 0; i < n; i++)
		if (pthread_create(&thread, NULL, run_thread, (void *) (uintptr_t) i) != 0)
			return 1;
	pause();
	return 0;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

/* Spins between batches: a pause would let the reader catch up. */
static void paced(unsigned rate, unsigned seconds)
{
	double start = now();

	for (unsigned n = 0; n < rate * seconds; n += BATCH) {
		for (unsigned i = 0; i < BATCH; i++)
			call(n + i, 0);
		while (now() - start < (double) (n + BATCH) / rate)
			;
	}
}

int main(int argc, char *argv[])
{
	if (argc == 3 && strcmp(argv[1], "sequence") == 0)
		return sequence((unsigned) atoi(argv[2])), 0;
	if (argc == 3 && strcmp(argv[1], "threads") == 0)
		return threads((unsigned) atoi(argv[2]));
	if (argc == 4 && strcmp(argv[1], "paced") == 0)
		return paced((unsigned) atoi(argv[2]), (unsigned) atoi(argv[3])), 0;
	fprintf(stderr, "%s sequence N | threads T | paced RATE SECONDS\n", argv[0]);
	return 2;
}
