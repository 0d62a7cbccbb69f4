/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/crowd.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "util/cleanup.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/macro.h"

#define TURN_CALLS 20U
#define CALLS_MIN 24000U /* of a measurement: as many as of the loops */
#define STACK_SIZE (64UL << 10)

/* A word of its own for everybody, or each turn would wake all. Shared between processes. */
typedef struct Place {
	atomic_uint turn;
	uint32_t _pad[15];
} Place;

struct Crowd {
	unsigned n, rounds;
	atomic_ullong ns;
	Place places[]; /* the last one is the caller's */
};

typedef struct Member {
	Crowd *crowd;
	unsigned number;
} Member;

static void place_call(Place *p)
{
	atomic_store(&p->turn, 1);
	(void) syscall(SYS_futex, &p->turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void place_wait(Place *p)
{
	while (atomic_exchange(&p->turn, 0) == 0)
		(void) syscall(SYS_futex, &p->turn, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void member_run(Crowd *c, unsigned number)
{
	for (;;) {
		uint64_t start;

		place_wait(&c->places[number]);
		start = monotonic_now();
		for (unsigned i = 0; i < TURN_CALLS; i++)
			(void) syscall(SYS_getppid);
		atomic_fetch_add(&c->ns, monotonic_now() - start);
		place_call(&c->places[number + 1]);
	}
}

static void *member_main(void *p)
{
	Member m = *(Member *) p;

	free(p);
	member_run(m.crowd, m.number);
	return NULL;
}

static int crowd_new(Crowd **ret, unsigned n)
{
	size_t size = sizeof(Crowd) + (n + 1) * sizeof(Place);
	Crowd *c = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (c == MAP_FAILED)
		return log_error_errno(errno, "Failed to make what a crowd shares: %m");
	c->n = n;
	c->rounds = MAX(CALLS_MIN / TURN_CALLS / n, 1U);
	*ret = c;
	return 0;
}

static int thread_add(Crowd *c, unsigned number, const pthread_attr_t *attributes)
{
	Member *m = malloc(sizeof(*m));
	pthread_t thread;
	int e;

	if (!m)
		return log_oom();
	*m = (Member){ .crowd = c, .number = number };
	e = pthread_create(&thread, attributes, member_main, m);
	if (e != 0)
		free(m);
	return e != 0 ? log_error_errno(e, "Failed to make %u threads: %m", c->n) : 0;
}

int crowd_new_threads(Crowd **ret, unsigned n)
{
	pthread_attr_t attributes;
	Crowd *c = NULL;
	int e = crowd_new(&c, n);

	if (e < 0)
		return e;
	(void) pthread_attr_init(&attributes);
	(void) pthread_attr_setstacksize(&attributes, STACK_SIZE);
	(void) pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	for (unsigned i = 0; i < n && e >= 0; i++)
		e = thread_add(c, i, &attributes);
	(void) pthread_attr_destroy(&attributes);
	if (e < 0)
		return e;
	*ret = c;
	return 0;
}

static bool cgroup_join(const char *directory, unsigned number)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -EBADF;

	if (asprintf(&path, "%s/%u/cgroup.procs", directory, number) < 0)
		return false;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, "0", 1) == 1;
}

int crowd_new_processes(Crowd **ret, unsigned n, const char *directory)
{
	Crowd *c = NULL;
	int e = crowd_new(&c, n);

	for (unsigned i = 0; i < n && e >= 0; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			(void) prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (cgroup_join(directory, i))
				member_run(c, i);
			/* Who waits for its turn would wait for ever. */
			(void) log_error_errno(errno, "Failed to join the cgroup %u below %s: %m", i, directory);
			(void) kill(getppid(), SIGTERM);
			_exit(1);
		}
		e = pid < 0 ? log_error_errno(errno, "Failed to make %u processes: %m", n) : 0;
	}
	if (e < 0)
		return e;
	*ret = c;
	return 0;
}

unsigned crowd_calls(const Crowd *c)
{
	return c->n * c->rounds * TURN_CALLS;
}

static void crowd_round(Crowd *c)
{
	place_call(&c->places[0]);
	place_wait(&c->places[c->n]);
}

double crowd_time(Crowd *c)
{
	crowd_round(c);
	atomic_store(&c->ns, 0);
	for (unsigned i = 0; i < c->rounds; i++)
		crowd_round(c);
	return (double) atomic_load(&c->ns) / crowd_calls(c);
}
