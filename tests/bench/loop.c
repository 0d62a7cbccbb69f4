/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/loop.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "util/clock.h"
#include "util/log.h"
#include "util/macro.h"

#define PAYLOAD 64U
#define PATH_60 "/traceloop-bench/a-path-that-is-captured-and-not-looked-up-"
_Static_assert(sizeof(PATH_60) == 60, "with its NUL");

/* Of the companion: works while `run` is set. Shared by both processes. */
typedef struct Companion {
	atomic_bool run;
	atomic_bool running;
} Companion;

struct Loops {
	int zero_fd;
	Companion *companion; /* NULL: there is none */
	int companion_fd;     /* a byte starts it */
	pid_t companion_pid;
};

static void calls_getppid(const Loops *l, unsigned n)
{
	while (n-- > 0)
		(void) syscall(SYS_getppid);
}

static void calls_read(const Loops *l, unsigned n)
{
	char buffer[PAYLOAD];

	while (n-- > 0)
		(void) syscall(SYS_read, l->zero_fd, buffer, sizeof(buffer));
}

/*
 * Refused for its flags (EINVAL: a temporary file that cannot be written to) before the kernel looks at the path. What
 * a lookup and a struct file cost varies between two runs of a loop by more than what is to be measured.
 */
static void calls_openat(const Loops *l, unsigned n)
{
	while (n-- > 0)
		(void) syscall(SYS_openat, AT_FDCWD, PATH_60, O_TMPFILE | O_RDONLY);
}

static const Loop loops[] = {
	{ "getppid", calls_getppid },
	{ "openat", calls_openat },
	{ "read", calls_read },
	{ "getppid-two-cpus", calls_getppid, .on_two_cpus = true },
};

const Loop *loop_find(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(loops); i++)
		if (streq(loops[i].name, name))
			return &loops[i];
	return NULL;
}

static void companion_work(const Loops *l, int fd)
{
	char byte;

	while (read(fd, &byte, 1) == 1) {
		atomic_store(&l->companion->running, true);
		while (atomic_load(&l->companion->run))
			calls_getppid(l, 100);
		atomic_store(&l->companion->running, false);
	}
}

static int companion_new(Loops *l)
{
	int fds[2];
	pid_t pid;
	void *p;

	p = mmap(NULL, sizeof(Companion), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED || pipe2(fds, O_CLOEXEC) < 0)
		return log_error_errno(errno, "Failed to make what two processes share: %m");
	pid = fork();
	if (pid < 0)
		return log_error_errno(errno, "Failed to fork: %m");
	l->companion = p;
	if (pid == 0) {
		/* The end of the pipe ends it, but not while it works. */
		(void) prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void) close_fd(fds[1]);
		companion_work(l, fds[0]);
		_exit(0);
	}
	(void) close_fd(fds[0]);
	l->companion_fd = fds[1];
	l->companion_pid = pid;
	return 0;
}

static void companion_start(const Loops *l)
{
	atomic_store(&l->companion->run, true);
	(void) !write(l->companion_fd, "", 1);
	while (!atomic_load(&l->companion->running))
		;
}

static void companion_stop(const Loops *l)
{
	atomic_store(&l->companion->run, false);
	while (atomic_load(&l->companion->running))
		;
}

int loops_new(Loops **ret, bool with_companion)
{
	_cleanup_(loops_freep) Loops *l = calloc(1, sizeof(*l));
	int e;

	if (!l)
		return log_oom();
	l->companion_fd = -EBADF;
	l->zero_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	if (l->zero_fd < 0)
		return log_error_errno(errno, "Failed to open /dev/zero: %m");
	if (with_companion) {
		e = companion_new(l);
		if (e < 0)
			return e;
	}
	*ret = TAKE_PTR(l);
	return 0;
}

Loops *loops_free(Loops *l)
{
	if (!l)
		return NULL;
	(void) close_fd(l->companion_fd);
	(void) close_fd(l->zero_fd);
	if (l->companion) {
		(void) waitpid(l->companion_pid, NULL, 0);
		(void) munmap(l->companion, sizeof(*l->companion));
	}
	free(l);
	return NULL;
}

bool loops_has(const Loops *l, const Loop *loop)
{
	return !loop->on_two_cpus || l->companion;
}

static int compare_numbers(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double loop_time(const Loops *l, const Loop *loop, unsigned n)
{
	double batches[LOOP_BATCHES - 1];

	assert(loops_has(l, loop));
	if (loop->on_two_cpus)
		companion_start(l);
	loop->calls(l, n);
	for (unsigned i = 0; i < ELEMENTS(batches); i++) {
		uint64_t start = monotonic_now();

		loop->calls(l, n);
		batches[i] = (double) (monotonic_now() - start) / n;
	}
	if (loop->on_two_cpus)
		companion_stop(l);
	qsort(batches, ELEMENTS(batches), sizeof(double), compare_numbers);
	return batches[ELEMENTS(batches) / 2];
}
