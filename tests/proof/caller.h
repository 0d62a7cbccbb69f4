/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Threads that know which system calls they make, to the last one, and say so in memory shared with who checks.
 *
 * Most of their calls are *numbered*: a call that no kernel has, whose six arguments are the caller, its number, how
 * many other calls, returns from signals and signals waited for came before it, and a checksum of these. The others do
 * what makes recording hard: they block, are interrupted and restarted, move between CPUs, make processes and threads.
 * A signal that is blocked has its record when it is sent: by a timer's interrupt, in the middle of whatever runs.
 *
 * A call is counted before it is made. What no program sees is counted by the signal handler: its own rt_sigreturn(2),
 * and that the kernel makes an interrupted call once more.
 */

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CALLERS_MAX 32768U
#define CALLER_NR 0x7001L /* of a numbered call */
#define CALLER_PATH_SIZE 64U
#define CALLER_PAYLOAD 32U
#define CALLER_BLOCKED_SIGNAL (SIGRTMIN + 1) /* its value is the caller's id */
#define CALLER_QUOTAS_MAX 50U /* after so many times its calls a caller ends, whether enough was seen or not */

typedef struct Caller {
	volatile uint64_t numbered;
	volatile uint64_t others;
	volatile uint64_t restarts; /* by the signal handler; they are among the others for who checks */
	volatile uint64_t signals;  /* likewise: returns from it */
	volatile uint64_t taken;    /* signals that were blocked when they were sent, and then waited for */
	volatile bool at_gate;      /* about to make its last call but one, which blocks */
	volatile bool dead;         /* no call is made or in flight any more */
	int quiet_fd;               /* what it writes to and reads from its own pipe: two ends */
	int loud_fd;
	uint32_t id;
	uint64_t born; /* ns, CLOCK_MONOTONIC: nothing was done before */
} __attribute__((aligned(64))) Caller;

typedef struct Shared {
	bool with_blocked;       /* signals that are blocked are sent */
	volatile bool recording; /* the callers may begin */
	volatile bool enough;    /* those that have made their quota may end */
	volatile bool ending;    /* those that have no quota may end */
	volatile uint32_t n_ready, n_callers;
	unsigned n_cpus;
	Caller callers[CALLERS_MAX]; /* filled from the start, never used again */
} Shared;

/** shared_new() - Return: memory shared with all processes that are forked later, or NULL */
Shared *shared_new(void);

/** caller_new() - Return: a caller that no thread is yet, with a pipe of its own if @pipe; NULL if there is no room */
Caller *caller_new(Shared *s, bool pipe);

/** caller_made() - Return: calls counted so far; _records(): and signals, which have records of their own */
uint64_t caller_made(const Caller *c);
uint64_t caller_records(const Caller *c);

/** caller_number() - make the next numbered call */
void caller_number(Caller *c);

/** caller_other() - count and make another call */
long caller_other(Caller *c, long nr, long a, long b, long d);

/** caller_check() - Return: the checksum of a numbered call */
uint64_t caller_check(uint64_t id, uint64_t number, uint64_t others, uint64_t signals);

/** caller_path() - the path that it opens after call @number: says which caller and which number */
void caller_path(char path[CALLER_PATH_SIZE], uint64_t id, uint64_t number);

/** caller_payload() - the bytes that it writes after call @number */
void caller_payload(uint64_t payload[CALLER_PAYLOAD / 8], uint64_t id, uint64_t number);

/**
 * caller_process() - a process of two threads that make @quota calls each, wait for the end of @gate, and exit
 * @cgroup: descriptor of the cgroup.procs that it writes itself to first
 *
 * Return: its pid, or a negative errno
 */
pid_t caller_process(Shared *s, int cgroup, const int gate[2], uint64_t quota);

/**
 * mover_process() - a process of @threads threads, one of which calls and moves it, until Shared.ending
 * @from, @to: cgroup.procs of a cgroup that is not recorded, where it begins and ends, and of the recorded one
 *
 * Its numbered calls are of the recorded cgroup; elsewhere they carry MOVER_OUTSIDE and must not be seen. In the
 * recorded one it makes one other call: the write that takes it out.
 */
pid_t mover_process(Shared *s, int from, int to, unsigned threads);
#define MOVER_OUTSIDE (1ULL << 63)

/* One that is moved by another process cannot know where it is at some calls. */
enum {
	MOVED_MAYBE, /* it was moved about then */
	MOVED_INSIDE,
	MOVED_OUTSIDE,
};
#define MOVED_CALLS_MAX (1U << 24)

typedef struct Moved {
	volatile uint64_t where; /* odd: being moved; else bit 1 says whether inside */
	volatile uint64_t moves, moving; /* how many, in how many nanoseconds */
	Caller *caller;
	uint8_t calls[MOVED_CALLS_MAX]; /* where each numbered call was made */
} Moved;

/**
 * moved_process() - a process that calls, and another that moves it @rate times a second, until Shared.ending
 *
 * Return: pid of the former, or a negative errno
 */
pid_t moved_process(Shared *s, Moved *m, int from, int to, unsigned rate);

/** process_begin() - in a new process: go to the cgroup, wait until recording begins without making a call */
void process_begin(Shared *s, int cgroup);
