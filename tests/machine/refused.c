/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * refused ACTION: has a seccomp filter refuse mkdir() in one of the ways there are: errno, trap, kill, kill-thread. Before
 * that, under a filter already, comes what looks alike to the tracepoints: a call that a signal interrupts and that is
 * restarted, a handler's return, and a child's return from the fork.
 */

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static volatile sig_atomic_t *handled; /* shared with a child */

static void handle(int number)
{
	if (handled)
		*handled = 1;
}

static void filter(uint32_t action)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdirat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0)
		fail("prctl");
}

/* "PID (COMM) STATE ..." */
static int parent_sleeps(void)
{
	char path[64], line[256] = "", *state;
	FILE *f;

	(void) snprintf(path, sizeof(path), "/proc/%d/stat", getppid());
	f = fopen(path, "re");
	if (!f || !fgets(line, sizeof(line), f))
		fail(path);
	(void) fclose(f);
	state = strrchr(line, ')');
	return state && state[2] == 'S';
}

/* The parent is interrupted first: what is there to be read would end its call. */
static void interrupt_parent(void)
{
	*handled = 0;
	while (!parent_sleeps())
		(void) sched_yield();
	(void) kill(getppid(), SIGALRM);
	while (!*handled)
		; /* without calls, which would push out others */
}

/* A signal of the child interrupts read(), which is restarted; a timer ends pause(). */
static void be_interrupted(void)
{
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART };
	struct itimerval soon = { .it_value.tv_usec = 10000 };
	int pipe_fds[2], status;
	char byte;
	pid_t pid;

	handled = mmap(NULL, sizeof(*handled), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (handled == MAP_FAILED || sigaction(SIGALRM, &action, NULL) < 0 || pipe(pipe_fds) < 0)
		fail("pipe");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		(void) setitimer(ITIMER_REAL, &soon, NULL);
		(void) pause();
		interrupt_parent();
		_exit(write(pipe_fds[1], "x", 1) != 1);
	}
	if (read(pipe_fds[0], &byte, 1) != 1 || waitpid(pid, &status, 0) != pid || status != 0)
		fail("read");
}

static void make_directory(void)
{
	(void) syscall(SYS_mkdirat, -100, "/run/refused", 0755);
}

static void *thread(void *unused)
{
	make_directory();
	return NULL;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	struct sigaction action = { .sa_handler = handle };
	pthread_t t;

	if (sigaction(SIGSYS, &action, NULL) < 0)
		fail("sigaction");
	if (strcmp(how, "errno") == 0)
		filter(SECCOMP_RET_ERRNO | EXDEV);
	else if (strcmp(how, "trap") == 0)
		filter(SECCOMP_RET_TRAP);
	else if (strcmp(how, "kill") == 0)
		filter(SECCOMP_RET_KILL_PROCESS);
	else if (strcmp(how, "kill-thread") == 0)
		filter(SECCOMP_RET_KILL_THREAD);
	else
		return 2;
	be_interrupted();
	if (strcmp(how, "kill-thread") != 0)
		make_directory();
	else if (pthread_create(&t, NULL, thread, NULL) != 0 || pthread_join(t, NULL) != 0)
		fail("thread");
	(void) getppid();
	return 0;
}
