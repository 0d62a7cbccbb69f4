/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls that do not simply return: other threads make theirs meanwhile, a signal interrupts them, or the thread ends in
 * them. Each case is a process of its own, which the first one waits for; whether a thread is blocked is read from /proc.
 */

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lines/lines.h"

static const char *self; /* the program itself, which ends at once when it is given an argument */
static int ends[2];
static _Atomic pid_t thread_id;
static pthread_t thread;

static void read_proc(pid_t tid, const char *name, char *buffer, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	(void) snprintf(path, sizeof(path), "/proc/%d/%s", tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, buffer, size - 1);
	if (n < 0)
		err(EXIT_FAILURE, "%s", path);
	buffer[n] = '\0';
	(void) close(fd);
}

/* A thread that a tracer holds is in the call as well, but does not sleep there. */
static void wait_blocked(pid_t tid, long call)
{
	char text[256];

	for (;;) {
		bool in_call;

		read_proc(tid, "syscall", text, sizeof(text));
		in_call = isdigit(text[0]) && strtol(text, NULL, 10) == call;
		read_proc(tid, "stat", text, sizeof(text));
		if (strstr(text, ") Z "))
			errx(EXIT_FAILURE, "a process has ended before it was blocked");
		if (in_call && strstr(text, ") S "))
			return;
		(void) sched_yield();
	}
}

/* Run a case in a process of its own. While it runs, "meanwhile" may do something to it. */
static void in_process(void (*what)(void), void (*meanwhile)(pid_t process))
{
	pid_t process = fork();

	if (process < 0)
		err(EXIT_FAILURE, "fork");
	if (process == 0) {
		what();
		_exit(7);
	}
	if (meanwhile)
		meanwhile(process);
	if (waitpid(process, NULL, 0) < 0)
		err(EXIT_FAILURE, "waitpid");
}

static pid_t begin_thread(void *(*what)(void *) )
{
	thread_id = 0;
	if (pthread_create(&thread, NULL, what, NULL) != 0)
		errx(EXIT_FAILURE, "pthread_create");
	while (thread_id == 0)
		(void) sched_yield();
	return thread_id;
}

/* Other threads meanwhile */

static void *read_once(void *unused)
{
	char byte;

	thread_id = gettid();
	checked("process");
	(void) syscall(SYS_read, ends[0], &byte, 1L);
	(void) syscall(SYS_read, ends[0], &byte, 0L);
	unchecked();
	return NULL;
}

static void two_threads(void)
{
	wait_blocked(begin_thread(read_once), SYS_read);
	checked("process");
	(void) syscall(SYS_getuid);
	(void) syscall(SYS_write, ends[1], "x", 1L);
	unchecked();
	(void) pthread_join(thread, NULL);
	checked("process");
	(void) syscall(SYS_exit_group, 3);
}

static void *pause_in_thread(void *unused)
{
	thread_id = gettid();
	checked("process");
	(void) syscall(SYS_futex, room_end(4), FUTEX_WAIT_PRIVATE, 0xa5a5a5a5, NULL);
	return NULL;
}

static void leaves_with_a_thread_blocked(void)
{
	wait_blocked(begin_thread(pause_in_thread), SYS_futex);
	checked("process");
	(void) syscall(SYS_exit_group, 300);
}

static void thread_leaves(void)
{
	checked("process");
	(void) syscall(SYS_exit, -1);
}

static void *execute_in_thread(void *unused)
{
	const char *const argv[] = { self, "end", NULL }, *const none[] = { NULL };

	thread_id = gettid();
	wait_blocked(getpid(), SYS_ppoll);
	checked("process");
	(void) syscall(SYS_execve, "missing", argv, none);
	(void) syscall(SYS_execve, self, argv, none);
	return NULL;
}

static void thread_executes(void)
{
	(void) begin_thread(execute_in_thread);
	checked("process");
	(void) syscall(SYS_ppoll, NULL, 0L, NULL, NULL, 0L);
}

static void executes(void)
{
	const char *const argv[] = { self, "end", NULL };

	checked("process");
	(void) syscall(SYS_execve, self, argv, environ);
}

/* Signals */

static void ignore(int number)
{
}

static void handle(int number, int flags)
{
	struct sigaction action = { .sa_handler = ignore, .sa_flags = flags };

	if (sigaction(number, &action, NULL) < 0)
		err(EXIT_FAILURE, "sigaction");
}

static void own_signals(void)
{
	siginfo_t info = { .si_signo = SIGUSR1, .si_code = SI_QUEUE };
	pid_t pid = getpid();
	int broken[2];

	info.si_pid = pid;
	info.si_value.sival_int = 44;
	if (pipe(broken) < 0 || close(broken[0]) < 0)
		err(EXIT_FAILURE, "pipe");
	handle(SIGUSR1, 0);
	handle(SIGUSR2, SA_RESTART);
	handle(SIGRTMIN + 1, 0);
	handle(SIGPIPE, 0);
	checked("signal");
	(void) syscall(SYS_kill, pid, SIGUSR1);
	(void) syscall(SYS_tgkill, pid, pid, SIGUSR2);
	(void) syscall(SYS_tkill, pid, SIGRTMIN + 1);
	(void) syscall(SYS_rt_sigqueueinfo, pid, SIGUSR1, page_end(&info, sizeof(info)));
	(void) syscall(SYS_write, broken[1], "x", 1L);
}

static void wait_for_a_signal(void)
{
	char byte;

	handle(SIGUSR1, 0);
	checked("signal");
	(void) syscall(SYS_read, ends[0], &byte, 1L);
}

static void wait_for_a_signal_again(void)
{
	struct timespec long_time = { 1000, 0 }, rest;
	char byte;

	handle(SIGUSR1, SA_RESTART);
	handle(SIGALRM, 0);
	checked("signal");
	(void) syscall(SYS_read, ends[0], &byte, 1L);
	(void) syscall(SYS_nanosleep, &long_time, &rest);
	(void) syscall(SYS_ppoll, NULL, 0L, NULL, NULL, 0L);
}

static void send_one(pid_t process)
{
	wait_blocked(process, SYS_read);
	(void) kill(process, SIGUSR1);
}

static void send_some(pid_t process)
{
	wait_blocked(process, SYS_read);
	(void) kill(process, SIGUSR1);
	wait_blocked(process, SYS_read);
	(void) write(ends[1], "x", 1);
	wait_blocked(process, SYS_nanosleep);
	(void) sigqueue(process, SIGALRM, (union sigval){ .sival_int = 7 });
	wait_blocked(process, SYS_ppoll);
	(void) kill(process, SIGTERM);
}

static void kill_it(pid_t process)
{
	wait_blocked(process, SYS_read);
	(void) kill(process, SIGKILL);
}

static void stop_it(pid_t process)
{
	wait_blocked(process, SYS_read);
	(void) kill(process, SIGSTOP);
	if (waitpid(process, NULL, WUNTRACED) < 0)
		err(EXIT_FAILURE, "waitpid");
	(void) kill(process, SIGCONT);
	wait_blocked(process, SYS_read);
	(void) kill(process, SIGUSR1);
}

static void fault(void)
{
	checked("signal");
	*(volatile char *) unreadable() = 1;
}

static void trap(void)
{
	checked("signal");
	__builtin_trap();
}

static void abort_it(void)
{
	checked("signal");
	(void) syscall(SYS_tgkill, getpid(), getpid(), SIGABRT);
}

int main(int argc, char **argv)
{
	const struct rlimit no_core = { 0, 0 };

	if (argc > 1)
		return EXIT_SUCCESS;
	self = argv[0];
	lines_begin();
	if (pipe2(ends, O_CLOEXEC) < 0 || setrlimit(RLIMIT_CORE, &no_core) < 0)
		err(EXIT_FAILURE, "cannot prepare");
	in_process(two_threads, NULL);
	in_process(leaves_with_a_thread_blocked, NULL);
	in_process(thread_leaves, NULL);
	in_process(thread_executes, NULL);
	in_process(executes, NULL);
	in_process(own_signals, NULL);
	in_process(wait_for_a_signal, send_one);
	in_process(wait_for_a_signal, kill_it);
	in_process(wait_for_a_signal, stop_it);
	in_process(wait_for_a_signal_again, send_some);
	in_process(fault, NULL);
	in_process(trap, NULL);
	in_process(abort_it, NULL);
	return lines_end();
}
