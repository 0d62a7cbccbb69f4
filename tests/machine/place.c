/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where processes come from, and where they go.
 *
 *   place parents               makes children in all ways there are; prints "WAY CHILD PARENT", CHILD being a tid
 *   place into DIR COMMAND...   runs COMMAND in a child that is made in the cgroup DIR
 *   place visits DIR N          N times into the cgroup DIR and back, by itself
 *   place guests WHAT IN OUT N  moves another process, N times into the cgroup IN and back to the cgroup OUT
 *
 * The last two make calls that can be told from one another, like tests/machine/numbered.c: dup3(BASE + n, thread, 0).
 * For each visit of a thread they print "THREAD FROM TO FIRST LAST": it may be recorded from FROM up to TO, and must be
 * from FIRST up to LAST. In between it was being moved.
 *
 * WHAT is "process" (of one thread), "threads" (a process with three), or "thread" (one of such a process, by
 * cgroup.threads).
 */

#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BASE 1000000
#define THREADS 3
#define AT_LEAST 50 /* calls of each thread between two moves */
#define PAUSE 50000 /* turns of a loop between two calls: a move may take long, and a ring is to hold all of them */

typedef struct Shared {
	atomic_int tids[THREADS];
	atomic_uint made[THREADS]; /* calls that have been begun */
} Shared;

static Shared *shared;

static int gettid_now(void)
{
	return (int) syscall(SYS_gettid);
}

static void call(unsigned thread)
{
	unsigned n = shared->made[thread]++;

	(void) syscall(SYS_dup3, BASE + (int) n, (int) thread, 0);
	for (volatile unsigned i = 0; i < PAUSE; i++)
		;
}

/* Parents */

static void told(const char *way, int child, int parent)
{
	printf("%s %d %d\n", way, child, parent);
}

static int clone3(uint64_t flags, int cgroup)
{
	struct clone_args args = {
		.flags = flags,
		.exit_signal = flags & CLONE_PARENT ? 0 : SIGCHLD, /* where the parent's is taken */
		.cgroup = (uint64_t) cgroup,
	};

	return (int) syscall(SYS_clone3, &args, sizeof(args));
}

static void told_of_child(const char *way, int pid)
{
	if (pid == 0)
		_exit(0);
	if (pid < 0)
		abort();
	told(way, pid, getpid());
	(void) waitpid(pid, NULL, 0);
}

static void *run_thread(void *maker)
{
	told("thread", gettid_now(), (int) (intptr_t) maker);
	told_of_child("fork-by-thread", (int) syscall(SYS_fork));
	return NULL;
}

static int parents(void)
{
	pthread_t thread;
	int pid;

	(void) setvbuf(stdout, NULL, _IOLBF, 0); /* a child is not to print it again */
	told_of_child("fork", (int) syscall(SYS_fork));
	pid = vfork();
	if (pid == 0)
		_exit(0);
	told_of_child("vfork", pid);
	told_of_child("clone3", clone3(0, 0));
	pid = clone3(CLONE_PARENT, 0);
	if (pid == 0)
		_exit(0);
	told("clone3-parent", pid, getppid());
	if (pthread_create(&thread, NULL, run_thread, (void *) (intptr_t) gettid_now()) != 0)
		return 1;
	return pthread_join(thread, NULL);
}

/* Into a cgroup */

static int into(const char *directory, char *const command[])
{
	int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC), pid, status;

	pid = clone3(CLONE_INTO_CGROUP, fd);
	if (pid < 0)
		return perror("clone3"), 1;
	if (pid == 0) {
		(void) execv(command[0], command);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int open_procs(const char *directory, const char *file)
{
	char path[4096];
	int fd;

	(void) snprintf(path, sizeof(path), "%s/%s", directory, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static void move_to(int procs, int pid)
{
	if (dprintf(procs, "%d", pid) < 0) {
		perror("cgroup.procs");
		exit(1);
	}
}

/* The cgroup that we are in, below where the tree is mounted. */
static const char *own_cgroup(void)
{
	static char path[4096] = "/sys/fs/cgroup";
	size_t n = strlen(path);
	FILE *f = fopen("/proc/self/cgroup", "re");
	char *line = NULL;
	size_t size = 0;

	while (f && getline(&line, &size, f) > 0)
		if (strncmp(line, "0::", 3) == 0)
			(void) snprintf(path + n, sizeof(path) - n, "%.*s", (int) strcspn(line + 3, "\n"), line + 3);
	return path;
}

static int visits(const char *directory, unsigned n)
{
	int here = open_procs(own_cgroup(), "cgroup.procs"), there = open_procs(directory, "cgroup.procs");

	for (unsigned i = 0; i < n; i++) {
		unsigned first, last;

		call(0);
		move_to(there, 0);
		first = shared->made[0];
		for (unsigned j = 0; j < AT_LEAST; j++)
			call(0);
		last = shared->made[0] - 1;
		move_to(here, 0);
		printf("0 %u %u %u %u\n", BASE + first, BASE + last, BASE + first, BASE + last);
	}
	return 0;
}

/* Moved by another process */

static void *run_guest(void *n)
{
	unsigned thread = (unsigned) (uintptr_t) n;

	shared->tids[thread] = gettid_now();
	for (;;)
		call(thread);
	return NULL;
}

static int start_guest(unsigned n_threads)
{
	int pid = fork();
	pthread_t thread;

	if (pid == 0) {
		(void) prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (unsigned i = 1; i < n_threads; i++)
			if (pthread_create(&thread, NULL, run_guest, (void *) (uintptr_t) i) != 0)
				abort();
		run_guest(NULL);
	}
	return pid;
}

static void read_made(unsigned ret[THREADS])
{
	for (unsigned i = 0; i < THREADS; i++)
		ret[i] = shared->made[i];
}

static void wait_for_calls(unsigned first, unsigned end)
{
	unsigned from[THREADS];

	read_made(from);
	for (unsigned i = first; i < end; i++)
		while (shared->made[i] - from[i] < AT_LEAST)
			(void) sched_yield();
}

static int guests(const char *what, const char *in, const char *out, unsigned n)
{
	bool one_of_many = strcmp(what, "thread") == 0;
	const char *file = one_of_many ? "cgroup.threads" : "cgroup.procs";
	unsigned n_threads = strcmp(what, "process") == 0 ? 1 : THREADS, first = one_of_many ? THREADS - 1 : 0;
	int there = open_procs(in, file), here = open_procs(out, file), pid = start_guest(n_threads);

	wait_for_calls(0, n_threads);
	for (unsigned i = 0; i < n; i++) {
		unsigned a[THREADS], b[THREADS], c[THREADS], d[THREADS];

		read_made(a);
		move_to(there, one_of_many ? shared->tids[first] : pid);
		read_made(b);
		wait_for_calls(first, n_threads);
		read_made(c);
		move_to(here, one_of_many ? shared->tids[first] : pid);
		read_made(d);
		wait_for_calls(first, n_threads);
		/* The last call that was begun before a move may be made after it. */
		for (unsigned j = first; j < n_threads; j++)
			printf("%u %u %u %u %u\n", j, BASE + a[j] - 1, BASE + d[j] - 1, BASE + b[j], BASE + c[j] - 2);
	}
	return kill(pid, SIGKILL);
}

int main(int argc, char *argv[])
{
	const char *verb = argc > 1 ? argv[1] : "";

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	if (strcmp(verb, "parents") == 0)
		return parents();
	if (strcmp(verb, "into") == 0 && argc > 3)
		return into(argv[2], argv + 3);
	if (strcmp(verb, "visits") == 0 && argc == 4)
		return visits(argv[2], (unsigned) atoi(argv[3]));
	if (strcmp(verb, "guests") == 0 && argc == 6)
		return guests(argv[2], argv[3], argv[4], (unsigned) atoi(argv[5]));
	fprintf(stderr, "%s parents | into DIR COMMAND... | visits DIR N | guests WHAT IN OUT N\n", argv[0]);
	return 2;
}
