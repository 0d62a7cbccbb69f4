/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/proof/caller.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "util/macro.h"

#define RUN 16U          /* numbered calls between two others */
#define CHILD_EVERY 512U /* runs */
#define CHILD_CALLS 24U
#define CHILD_STACK 65536U
#define TIMER_NSEC 997000L
#define BLOCK_NSEC 30000L
#define BLOCKED_NSEC 200000L

static __thread Caller *self; /* of the thread that a timer interrupts */

Shared *shared_new(void)
{
	Shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED)
		return NULL;
	s->n_cpus = (unsigned) MIN(sysconf(_SC_NPROCESSORS_ONLN), 64L); /* asked here, as asking makes system calls */
	return s;
}

Caller *caller_new(Shared *s, bool with_pipe)
{
	uint32_t id = __atomic_fetch_add(&s->n_callers, 1, __ATOMIC_SEQ_CST);
	int fds[2] = { -EBADF, -EBADF };
	Caller *c = &s->callers[id];
	struct timespec now;

	if (id >= CALLERS_MAX || (with_pipe && pipe(fds) < 0))
		return NULL;
	(void) clock_gettime(CLOCK_MONOTONIC, &now); /* no system call: the vDSO's */
	c->born = (uint64_t) now.tv_sec * NSEC_PER_SEC + (uint64_t) now.tv_nsec;
	c->id = id;
	c->quiet_fd = fds[0];
	c->loud_fd = fds[1];
	return c;
}

uint64_t caller_made(const Caller *c)
{
	return c->numbered + c->others + c->restarts + c->signals;
}

uint64_t caller_records(const Caller *c)
{
	return caller_made(c) + c->signals + c->taken;
}

uint64_t caller_check(uint64_t id, uint64_t number, uint64_t others, uint64_t signals)
{
	uint64_t h = 0x9e3779b97f4a7c15ULL;

	h = (h ^ id) * 0xbf58476d1ce4e5b9ULL;
	h = (h ^ number ^ h >> 29) * 0x94d049bb133111ebULL;
	h = (h ^ others ^ h >> 31) * 0xbf58476d1ce4e5b9ULL;
	return (h ^ signals ^ h >> 29) * 0x94d049bb133111ebULL;
}

/* In hexadecimal, and without a call of the C library, which might make system calls of its own. */
void caller_path(char path[CALLER_PATH_SIZE], uint64_t id, uint64_t number)
{
	static const char prefix[] = "/nobody";
	uint64_t words[3] = { id, number, caller_check(id, number, 0, 0) };
	char *p = path + sizeof(prefix) - 1;

	memcpy(path, prefix, sizeof(prefix));
	for (unsigned i = 0; i < ELEMENTS(words); i++) {
		*p++ = '/';
		for (int shift = 60; shift >= 0; shift -= 4)
			*p++ = "0123456789abcdef"[words[i] >> shift & 15];
	}
	*p = '\0';
}

void caller_payload(uint64_t payload[CALLER_PAYLOAD / 8], uint64_t id, uint64_t number)
{
	payload[0] = number;
	for (unsigned i = 1; i < CALLER_PAYLOAD / 8; i++)
		payload[i] = caller_check(id, number, i, 1);
}

#if defined(__x86_64__)

/*
 * The instruction leaves the address behind it in rcx. When the kernel makes an interrupted call anew by going back to
 * the instruction, that is what tells the handler: it cannot be so before the first time.
 */
static inline long call6(long nr, long a, long b, long d, long e, long f, long g)
{
	register long r10 __asm__("r10") = e, r8 __asm__("r8") = f, r9 __asm__("r9") = g;
	long result;

	__asm__ volatile("xor %%ecx, %%ecx\n\tsyscall"
			 : "=a"(result)
			 : "a"(nr), "D"(a), "S"(b), "d"(d), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

#define RESTARTS SA_RESTART

static bool call_is_restarted(ucontext_t *context)
{
	greg_t *r = context->uc_mcontext.gregs;
	const uint8_t *code = (const uint8_t *) r[REG_RIP];

	if (r[REG_RCX] != r[REG_RIP] + 2 || code[0] != 0x0f || code[1] != 0x05)
		return false;
	r[REG_RCX] = 0; /* each restart once, should another signal come first */
	return true;
}

#else

static inline long call6(long nr, long a, long b, long d, long e, long f, long g)
{
	return syscall(nr, a, b, d, e, f, g);
}

#define RESTARTS 0

static bool call_is_restarted(ucontext_t *context)
{
	return false;
}

#endif

static void on_timer(int signal, siginfo_t *info, void *context)
{
	/* By one instruction each: the handler may be interrupted by the next signal. */
	if (call_is_restarted(context))
		__atomic_fetch_add(&self->restarts, 1, __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&self->signals, 1, __ATOMIC_SEQ_CST);
}

void caller_number(Caller *c)
{
	uint64_t number = c->numbered++, others = c->others + c->restarts, signals = c->signals | c->taken << 32;

	(void) call6(CALLER_NR, c->id, (long) number, (long) others, (long) signals,
		     (long) caller_check(c->id, number, others, signals), (long) ~number);
}

static long caller_call(Caller *c, long nr, long a, long b, long d, long e)
{
	c->others++;
	return call6(nr, a, b, d, e, 0, 0);
}

long caller_other(Caller *c, long nr, long a, long b, long d)
{
	return caller_call(c, nr, a, b, d, 0);
}

static void open_nothing(Caller *c)
{
	char path[CALLER_PATH_SIZE];

	caller_path(path, c->id, c->numbered);
	(void) caller_other(c, SYS_openat, AT_FDCWD, (long) path, O_RDONLY);
}

static void write_and_read(Caller *c)
{
	uint64_t payload[CALLER_PAYLOAD / 8];

	caller_payload(payload, c->id, c->numbered);
	(void) caller_other(c, SYS_write, c->loud_fd, (long) payload, sizeof(payload));
	(void) caller_other(c, SYS_read, c->quiet_fd, (long) payload, sizeof(payload));
}

static void wait_in_futex(Caller *c)
{
	const struct timespec timeout = { .tv_nsec = BLOCK_NSEC };
	uint32_t word = 1;

	(void) caller_call(c, SYS_futex, (long) &word, FUTEX_WAIT, 1, (long) &timeout);
}

static void wait_in_poll(Caller *c)
{
	struct pollfd fd = { .fd = c->quiet_fd, .events = POLLIN };
	const struct timespec timeout = { .tv_nsec = BLOCK_NSEC };

	(void) caller_call(c, SYS_ppoll, (long) &fd, 1, (long) &timeout, 0);
}

static void move_to_cpu(const Shared *s, Caller *c, unsigned n)
{
	uint64_t set = 1ULL << n % s->n_cpus;

	(void) caller_other(c, SYS_sched_setaffinity, 0, sizeof(set), (long) &set);
}

/* One at a time: it is sent once, and the timer set again when that was taken. */
static void take_signal(Caller *c, timer_t timer, bool *is_set, const struct timespec *timeout)
{
	const struct itimerspec once = { .it_value.tv_nsec = BLOCKED_NSEC };
	uint64_t set = 1ULL << (CALLER_BLOCKED_SIGNAL - 1);

	if (!*is_set)
		(void) caller_call(c, SYS_timer_settime, (long) (intptr_t) timer, 0, (long) &once, 0);
	else if (caller_call(c, SYS_rt_sigtimedwait, (long) &set, 0, (long) timeout, sizeof(set)) ==
		 CALLER_BLOCKED_SIGNAL)
		c->taken++;
	else
		return;
	*is_set = !*is_set;
}

typedef struct Child {
	Caller *caller, *parent;
	uint32_t running; /* a futex: 0 once a thread has gone */
	bool is_thread;
} Child;

/* Ends by a byte in the parent's pipe, which the parent may be blocked in reading, and an exit. */
static int child_run(void *argument)
{
	Child *child = argument;
	Caller *c = child->caller;

	for (unsigned i = 0; i < CHILD_CALLS; i++) {
		if (i % 8 == 4)
			open_nothing(c);
		caller_number(c);
	}
	(void) caller_other(c, SYS_write, child->parent->loud_fd, (long) "", 1);
	(void) caller_other(c, child->is_thread ? SYS_exit : SYS_exit_group, 0, 0, 0);
	return 0;
}

static void child_wait(Child *child, long pid)
{
	Caller *c = child->parent;
	uint8_t byte;

	while (caller_other(c, SYS_read, c->quiet_fd, (long) &byte, 1) < 0)
		;
	while (child->is_thread && __atomic_load_n(&child->running, __ATOMIC_ACQUIRE))
		(void) caller_call(c, SYS_futex, (long) &child->running, FUTEX_WAIT, 1, 0);
	while (!child->is_thread && caller_call(c, SYS_wait4, pid, 0, __WALL, 0) < 0)
		;
	child->caller->dead = true;
}

/* A child by fork, one that shares our memory while we are suspended, or a thread. */
static void make_child(Shared *s, Caller *c, unsigned n, char *stack)
{
	Child child = { .caller = caller_new(s, false), .parent = c, .running = 1, .is_thread = n % 3 == 2 };
	long pid;

	if (!child.caller)
		return;
	if (n % 3 == 0) {
		pid = caller_call(c, SYS_clone, SIGCHLD, 0, 0, 0);
		if (pid == 0)
			(void) child_run(&child);
	} else {
		int flags = child.is_thread ? CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
						      CLONE_SYSVSEM | CLONE_CHILD_CLEARTID
					    : CLONE_VM | CLONE_VFORK | SIGCHLD;

		c->others++;
		pid = clone(child_run, stack + CHILD_STACK, flags, &child, NULL, NULL, &child.running);
	}
	if (pid < 0)
		abort();
	child_wait(&child, pid);
}

static timer_t timer_new(const Caller *c, int signal)
{
	struct sigevent to_this = { .sigev_notify = SIGEV_THREAD_ID,
				    .sigev_signo = signal,
				    .sigev_value.sival_ptr = (void *) (uintptr_t) c->id };
	timer_t timer;

	to_this._sigev_un._tid = gettid();
	if (timer_create(CLOCK_MONOTONIC, &to_this, &timer) < 0)
		abort();
	return timer;
}

/* A slow machine's snapshots may need longer than the calls that were asked for. */
static bool caller_goes_on(const Shared *s, const Caller *c, uint64_t quota)
{
	uint64_t made = caller_made(c);

	return made < quota || (!s->enough && made < CALLER_QUOTAS_MAX * quota);
}

static void caller_run(Shared *s, Caller *c, uint64_t quota)
{
	char *stack = mmap(NULL, CHILD_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const struct itimerspec often = { .it_interval.tv_nsec = TIMER_NSEC, .it_value.tv_nsec = TIMER_NSEC };
	const struct itimerspec never = {};
	const struct timespec no_time = {}, some_time = { .tv_sec = 1 };
	timer_t timer = timer_new(c, SIGRTMIN), blocked = timer_new(c, CALLER_BLOCKED_SIGNAL);
	bool is_set = false;

	self = c;
	if (stack == MAP_FAILED)
		abort();
	__atomic_fetch_add(&s->n_ready, 1, __ATOMIC_SEQ_CST);
	while (!s->recording)
		;
	(void) caller_call(c, SYS_timer_settime, (long) (intptr_t) timer, 0, (long) &often, 0);
	for (unsigned n = 0; caller_goes_on(s, c, quota); n++) {
		for (unsigned i = 0; i < RUN; i++)
			caller_number(c);
		if (n % 4 == 0)
			open_nothing(c);
		if (n % 16 == 1)
			write_and_read(c);
		if (n % 64 == 2)
			wait_in_futex(c);
		if (n % 64 == 34)
			wait_in_poll(c);
		if (s->with_blocked && n % 4 == 3)
			take_signal(c, blocked, &is_set, &no_time);
		if (n % 64 == 3)
			move_to_cpu(s, c, n / 64 + c->id);
		if (n % CHILD_EVERY == 7)
			make_child(s, c, n / CHILD_EVERY, stack);
	}
	(void) caller_call(c, SYS_timer_settime, (long) (intptr_t) timer, 0, (long) &never, 0);
	while (is_set)
		take_signal(c, blocked, &is_set, &some_time);
}

typedef struct Thread {
	Shared *shared;
	Caller *caller;
	uint64_t quota;
	int gate;
} Thread;

static void *thread_run(void *argument)
{
	Thread *t = argument;
	char byte;

	caller_run(t->shared, t->caller, t->quota);
	t->caller->at_gate = true;
	(void) caller_other(t->caller, SYS_read, t->gate, (long) &byte, 1);
	(void) caller_other(t->caller, SYS_exit, 0, 0, 0);
	return NULL;
}

static void cgroup_enter(int cgroup)
{
	(void) prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(cgroup, "0", 1) < 0)
		abort();
}

void process_begin(Shared *s, int cgroup)
{
	cgroup_enter(cgroup);
	__atomic_fetch_add(&s->n_ready, 1, __ATOMIC_SEQ_CST);
	while (!s->recording)
		;
}

pid_t caller_process(Shared *s, int cgroup, const int gate[2], uint64_t quota)
{
	/* Not blocked in the handler: what is would be told when it is sent, too, and nobody counts that. */
	struct sigaction action = { .sa_sigaction = on_timer, .sa_flags = SA_SIGINFO | SA_NODEFER | RESTARTS };
	Thread threads[2];
	sigset_t blocked;
	pthread_t second;
	pid_t pid;

	for (unsigned i = 0; i < ELEMENTS(threads); i++) {
		threads[i] = (Thread){ .shared = s, .caller = caller_new(s, true), .quota = quota, .gate = gate[0] };
		if (!threads[i].caller)
			return -EMFILE;
	}
	pid = fork();
	if (pid != 0)
		return pid < 0 ? -errno : pid;
	(void) close(gate[1]);
	cgroup_enter(cgroup);
	(void) sigemptyset(&blocked);
	(void) sigaddset(&blocked, CALLER_BLOCKED_SIGNAL);
	if (sigprocmask(SIG_BLOCK, &blocked, NULL) < 0 || sigaction(SIGRTMIN, &action, NULL) < 0 ||
	    pthread_create(&second, NULL, thread_run, &threads[1]) != 0)
		abort();
	thread_run(&threads[0]);
	abort();
}
