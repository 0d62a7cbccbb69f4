/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Signals of every kind, each sent and got in a known order.
 *
 *   signals all        one for each way to read siginfo, all handled
 *   signals blocked    three of them blocked: one is waited for, one read from a signalfd, one let through afterwards
 *   signals storm N    a child that exits, then N signals of a timer
 *   signals ends       three children are killed, and 20,000 calls follow
 *   signals crash      a read from address 16, and the end
 *   signals zero       kill(0, SIGTERM), as the leader of its group: to itself and a child that waits
 */

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STORM_NSEC 100000

static volatile uintptr_t nowhere = 16; /* not known to the compiler, which would complain */
static sigjmp_buf behind_fault;
static volatile sig_atomic_t got;

static void on_signal(int signal)
{
	(void) signal;
	got++;
}

static void on_fault(int signal)
{
	(void) signal;
	siglongjmp(behind_fault, 1);
}

static void handle(int signal, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	(void) sigaction(signal, &action, NULL);
}

static void child(int signal)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (signal == 0)
			_exit(3);
		for (;;)
			pause();
	}
	if (signal != 0)
		(void) kill(pid, signal);
	(void) waitpid(pid, NULL, 0);
}

static void start_timer(int signal, long nsec, bool again)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = signal, .sigev_value.sival_int = 9 };
	struct itimerspec at = { .it_value.tv_nsec = nsec, .it_interval.tv_nsec = again ? nsec : 0 };
	timer_t timer;

	(void) timer_create(CLOCK_MONOTONIC, &event, &timer);
	(void) timer_settime(timer, 0, &at, NULL);
}

/* The signals come one by one, and the wait ends when the handler has run. */
static void wait_for(int n)
{
	sigset_t all, none;

	(void) sigfillset(&all);
	(void) sigemptyset(&none);
	(void) sigprocmask(SIG_SETMASK, &all, NULL);
	while (got < n)
		(void) sigsuspend(&none);
	(void) sigprocmask(SIG_SETMASK, &none, NULL);
}

static void fault(void)
{
	(void) *(volatile int *) nowhere;
}

static void use_pipes(void)
{
	int fds[2];

	if (pipe(fds) < 0)
		exit(EXIT_FAILURE);
	(void) close(fds[0]);
	(void) !write(fds[1], "x", 1);
	if (pipe(fds) < 0)
		exit(EXIT_FAILURE);
	(void) fcntl(fds[0], F_SETOWN, getpid());
	(void) fcntl(fds[0], F_SETSIG, SIGIO);
	(void) fcntl(fds[0], F_SETFL, O_ASYNC);
	(void) !write(fds[1], "x", 1);
}

static void all(void)
{
	for (int signal = 1; signal <= SIGRTMAX; signal++)
		handle(signal, on_signal);
	handle(SIGSEGV, on_fault);
	(void) kill(getpid(), SIGTERM);
	(void) raise(SIGUSR1);
	(void) sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 7 });
	(void) sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 0 });
	child(0);
	child(SIGKILL);
	use_pipes();
	if (sigsetjmp(behind_fault, 1) == 0)
		fault();
	got = 0;
	start_timer(SIGUSR2, 1000000, false);
	wait_for(1);
}

static void blocked(void)
{
	struct signalfd_siginfo info;
	sigset_t set;
	int fd;

	handle(SIGUSR2, on_signal);
	(void) sigemptyset(&set);
	(void) sigaddset(&set, SIGTERM);
	(void) sigaddset(&set, SIGUSR1);
	(void) sigaddset(&set, SIGUSR2);
	(void) sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	(void) kill(getpid(), SIGTERM);
	(void) sigwaitinfo(&set, NULL);
	(void) kill(getpid(), SIGUSR1);
	(void) !read(fd, &info, sizeof(info));
	(void) kill(getpid(), SIGUSR2);
	(void) sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void storm(int n)
{
	child(0);
	handle(SIGUSR2, on_signal);
	start_timer(SIGUSR2, STORM_NSEC, true);
	wait_for(n);
}

static void ends(void)
{
	for (int i = 0; i < 3; i++)
		child(SIGKILL);
	for (int i = 0; i < 20000; i++)
		(void) getppid();
}

static void zero(void)
{
	int fds[2];
	char byte;

	if (pipe(fds) < 0)
		exit(EXIT_FAILURE);
	if (fork() == 0) {
		(void) !write(fds[1], "x", 1);
		for (;;)
			pause();
	}
	(void) !read(fds[0], &byte, 1);
	(void) kill(0, SIGTERM);
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "all") == 0)
		all();
	else if (strcmp(what, "blocked") == 0)
		blocked();
	else if (strcmp(what, "storm") == 0 && argc > 2)
		storm(atoi(argv[2]));
	else if (strcmp(what, "ends") == 0)
		ends();
	else if (strcmp(what, "crash") == 0)
		fault();
	else if (strcmp(what, "zero") == 0)
		zero();
	else {
		fprintf(stderr, "%s all | blocked | storm N | ends | crash | zero\n", argv[0]);
		return 2;
	}
	return 0;
}
