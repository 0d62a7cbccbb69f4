/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Callers that leave the recorded cgroup and come back, a thousand times a second. */

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/proof/caller.h"
#include "util/clock.h"
#include "util/macro.h"

#define STAY_CALLS 100U
#define BEHIND_MAX 100U

static uint32_t for_ever, elsewhere; /* futexes that nobody wakes */

static void *wait_for_ever(void *argument)
{
	for (;;)
		(void) syscall(SYS_futex, &for_ever, FUTEX_WAIT, 0, NULL);
	return NULL;
}

/* Until @n do: nobody counts their calls, so the last one is to have begun before it can be recorded. */
static void until_threads_wait(unsigned n)
{
	while (n > 0) {
		long moved = syscall(SYS_futex, &for_ever, FUTEX_CMP_REQUEUE, 0, (long) n, &elsewhere, 0);

		if (moved < 0)
			abort();
		n -= (unsigned) moved;
		(void) sched_yield();
	}
}

/* Says where it is not: nobody may record it. */
static void outside(const Caller *c)
{
	(void) syscall(CALLER_NR, c->id | MOVER_OUTSIDE, 0, 0, 0, 0, 0);
}

static void mover_run(Shared *s, Caller *c, int from, int to)
{
	while (!s->ending) {
		if (write(to, "0", 1) < 0)
			abort();
		for (unsigned i = 0; i < STAY_CALLS; i++)
			caller_number(c);
		if (caller_other(c, SYS_write, from, (long) "0", 1) < 0)
			abort();
		for (unsigned i = 0; i < STAY_CALLS; i++)
			outside(c);
	}
	c->dead = true;
	_exit(0);
}

pid_t mover_process(Shared *s, int from, int to, unsigned threads)
{
	Caller *c = caller_new(s, false);
	pthread_t second;
	pid_t pid = c ? fork() : -1;

	if (pid != 0)
		return pid < 0 ? -errno : pid;
	for (unsigned i = 1; i < threads; i++)
		if (pthread_create(&second, NULL, wait_for_ever, NULL) != 0)
			abort();
	until_threads_wait(threads - 1);
	process_begin(s, from);
	mover_run(s, c, from, to);
	abort();
}

static void moved_run(Shared *s, Moved *m, int from)
{
	Caller *c = m->caller;

	process_begin(s, from);
	while (!s->ending && c->numbered < MOVED_CALLS_MAX) {
		uint64_t n = c->numbered, where = m->where;

		caller_number(c);
		if (where % 2 == 0 && m->where == where)
			m->calls[n] = where & 2 ? MOVED_INSIDE : MOVED_OUTSIDE;
	}
	c->dead = true;
	_exit(0);
}

/* Until the next move is due. A move may take longer than its period: then some follow at once, but not for ever. */
static uint64_t wait_until(uint64_t due, uint64_t period)
{
	uint64_t now = monotonic_now();
	const struct timespec at = { .tv_sec = (time_t) (due / NSEC_PER_SEC), .tv_nsec = (long) (due % NSEC_PER_SEC) };

	if (now > due + BEHIND_MAX * period)
		return now + period;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
	return due + period;
}

static void mover_of_others(Shared *s, Moved *m, const int cgroups[2], pid_t pid, uint64_t period)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%d", pid);
	uint64_t begun, due;

	(void) prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void) sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 1 }); /* or it has no turn */
	while (!s->recording)
		;
	begun = due = monotonic_now();
	while (!m->caller->dead) {
		uint64_t where = m->where;

		m->where = where + 1;
		if (write(cgroups[(where + 2) / 2 % 2], text, (size_t) n) < 0)
			break; /* it has just ended */
		m->where = where + 2;
		m->moves++;
		m->moving = monotonic_now() - begun;
		due = wait_until(due, period);
	}
	_exit(0);
}

pid_t moved_process(Shared *s, Moved *m, int from, int to, unsigned rate)
{
	const int cgroups[] = { from, to };
	pid_t pid;

	m->caller = caller_new(s, false);
	if (!m->caller)
		return -EMFILE;
	pid = fork();
	if (pid == 0)
		moved_run(s, m, from);
	if (pid < 0)
		return -errno;
	switch (fork()) {
	case -1:
		return -errno;
	case 0:
		mover_of_others(s, m, cgroups, pid, NSEC_PER_SEC / rate);
	}
	return pid;
}
