/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How processes are made, controlled and waited for, and what a process may be told of itself. */

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

#define NOBODY 0x3fffffff /* beyond pid_max */

/* A child that ends at once. */
static pid_t ended(int code)
{
	pid_t pid = (pid_t) syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		(void) syscall(SYS_exit_group, code);
	return pid;
}

static pid_t killed(int signal)
{
	pid_t pid = (pid_t) syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		for (;;)
			(void) syscall(SYS_kill, getpid(), signal);
	return pid;
}

static void cloned(unsigned long flags, int *parent, int *child)
{
	pid_t pid = (pid_t) syscall(SYS_clone, flags, NULL, parent, child, NULL);

	if (pid == 0)
		(void) syscall(SYS_exit, 0);
	if (pid > 0)
		(void) syscall(SYS_wait4, pid, NULL, __WALL, NULL);
}

static void clones(void)
{
	int *parent = room_end(sizeof(*parent)), *child = room_end(sizeof(*child));

	cloned(SIGCHLD, NULL, NULL);
	cloned(0, NULL, NULL);
	cloned(CLONE_PARENT_SETTID | SIGCHLD, parent, NULL);
	cloned(CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, parent, child);
	cloned(CLONE_PIDFD | SIGCHLD, parent, NULL);
	cloned(CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, parent, NULL);
	cloned(CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_FS | SIGCHLD, NULL, NULL);
	cloned(CLONE_SIGHAND, NULL, NULL);
	cloned(CLONE_THREAD | 77, NULL, NULL);
	cloned(CLONE_NEWNS | CLONE_FS, parent, child);
	cloned(CLONE_NEWUSER | CLONE_FS | CLONE_SETTLS | 255, unreadable(), unreadable());
}

static void clone3s(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	int *parent = room_end(sizeof(*parent)), *child = room_end(sizeof(*child)), *pidfd = room_end(sizeof(*pidfd));
	long pid;

	for (unsigned i = 0; i < 2; i++) {
		pid = syscall(SYS_clone3, page_end(&args, sizeof(args)), sizeof(args));
		if (pid == 0)
			(void) syscall(SYS_exit, 0);
		(void) syscall(SYS_wait4, pid, NULL, __WALL, NULL);
		args = (struct clone_args){
			.flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_PIDFD,
			.pidfd = (uintptr_t) pidfd,
			.parent_tid = (uintptr_t) parent,
			.child_tid = (uintptr_t) child,
		};
	}
	args.set_tid = (uintptr_t) parent;
	args.set_tid_size = 99;
	args.stack = 0x1000;
	(void) syscall(SYS_clone3, page_end(&args, sizeof(args)), sizeof(args));
	args = (struct clone_args){ .flags = CLONE_INTO_CGROUP | CLONE_CLEAR_SIGHAND | CLONE_SIGHAND,
				    .cgroup = NO_FD,
				    .tls = 5,
				    .exit_signal = 99 };
	(void) syscall(SYS_clone3, page_end(&args, sizeof(args)), sizeof(args));
	args.flags = 1ULL << 60 | CLONE_SETTLS;
	(void) syscall(SYS_clone3, page_end(&args, sizeof(args)), sizeof(args));
	(void) syscall(SYS_clone3, page_end(&args, 64), 64);
	(void) syscall(SYS_clone3, page_end(&args, 64), 8);
	(void) syscall(SYS_clone3, NULL, sizeof(args));
	(void) syscall(SYS_clone3, unreadable(), sizeof(args));
}

static void execs(void)
{
	static char *const argv[] = { (char *) "name", (char *) "", (char *) "a \"b\"\n", NULL };
	static char *const env[] = { (char *) "A=1", (char *) "B=2", NULL };
	static char *const bad[] = { (char *) "name", (char *) 0x10, NULL };

	(void) syscall(SYS_execve, "missing", argv, env);
	expect("execve(\"missing\", [\"name\", \"\", \"a \\\"b\\\"\\n\"], %p /* 2 vars */) = %s", (void *) env,
	       result(-1));
	(void) syscall(SYS_execve, "missing", argv, argv + 3);
	(void) syscall(SYS_execve, "missing", NULL, NULL);
	(void) syscall(SYS_execve, "missing", argv, env + 1);
	(void) syscall(SYS_execve, "missing", unreadable(), unreadable());
	(void) syscall(SYS_execve, "missing", bad, bad);
	(void) syscall(SYS_execve, unreadable(), argv, env);
	(void) syscall(SYS_execve, NULL, page_end(argv, sizeof(argv[0])), page_end(env, sizeof(env[0])));
	(void) syscall(SYS_execveat, AT_FDCWD, "missing", argv, env, 0);
	(void) syscall(SYS_execveat, NO_FD, "", argv, env, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
	(void) syscall(SYS_execveat, NO_FD, "missing", NULL, NULL, 7);
}

static void waits(void)
{
	int *status = room_end(sizeof(*status));
	struct rusage *usage = room_end(sizeof(*usage));
	siginfo_t *info = room_end(sizeof(*info));

	(void) syscall(SYS_wait4, ended(3), status, 0, usage);
	(void) syscall(SYS_wait4, killed(SIGTERM), status, 0, NULL);
	(void) syscall(SYS_wait4, -1, status, WNOHANG, usage);
	(void) syscall(SYS_wait4, NOBODY, status, WNOHANG | WUNTRACED | WCONTINUED | __WALL, usage);
	(void) syscall(SYS_wait4, 0, unreadable(), 0x20, NULL);
	(void) syscall(SYS_waitid, P_ALL, 0, info, -1, NULL);
	(void) syscall(SYS_waitid, P_PID, ended(5), info, WEXITED | WNOWAIT, usage);
	(void) syscall(SYS_waitid, P_ALL, 0, info, WEXITED, NULL);
	(void) syscall(SYS_waitid, P_PID, killed(SIGKILL), info, WEXITED, usage);
	(void) syscall(SYS_waitid, P_PGID, NOBODY, info, WEXITED | WNOHANG, NULL);
	(void) syscall(SYS_waitid, P_PIDFD, NO_FD, NULL, WEXITED | WSTOPPED, NULL);
	(void) syscall(SYS_waitid, 9, 1, NULL, 0, NULL);
	(void) syscall(SYS_waitid, P_ALL, 0, unreadable(), WEXITED | WNOHANG, NULL);
}

static void pidfds(void)
{
	pid_t pid = getpid();

	(void) syscall(SYS_pidfd_open, NOBODY, 0);
	(void) syscall(SYS_pidfd_open, pid, O_NONBLOCK);
	(void) syscall(SYS_pidfd_open, pid, 5);
	(void) syscall(SYS_pidfd_getfd, NO_FD, 1, 0);
	(void) syscall(SYS_pidfd_getfd, NO_FD, -1, 7);
	(void) syscall(SYS_process_mrelease, NO_FD, 0);
	(void) syscall(SYS_process_mrelease, -1, 3);
	(void) syscall(SYS_setns, NO_FD, CLONE_NEWNET);
	(void) syscall(SYS_setns, NO_FD, 0);
	(void) syscall(SYS_setns, NO_FD, 5);
	(void) syscall(SYS_setns, NO_FD, CLONE_NEWPID | CLONE_NEWUSER | 5);
	(void) syscall(SYS_unshare, 0);
	(void) syscall(SYS_unshare, CLONE_FILES | CLONE_FS | CLONE_SYSVSEM);
	(void) syscall(SYS_unshare, 0x80000000);
	(void) syscall(SYS_unshare, 5);
	(void) syscall(SYS_unshare, 0x1080);
	(void) syscall(SYS_kcmp, pid, pid, 0, 0, 1);
	(void) syscall(SYS_kcmp, pid, pid, 1, 5, 6);
	(void) syscall(SYS_kcmp, pid, NOBODY, 2, 0, 0);
	(void) syscall(SYS_kcmp, pid, pid, 7, 1, NULL);
	(void) syscall(SYS_kcmp, pid, pid, 77, 1, 2);
}

static void names(void)
{
	(void) syscall(SYS_prctl, PR_SET_NAME, string_end("a name of more than 15"));
	(void) syscall(SYS_prctl, PR_GET_NAME, room_end(16));
	(void) syscall(SYS_prctl, PR_SET_NAME, unreadable());
	(void) syscall(SYS_prctl, PR_GET_NAME, unreadable());
	(void) syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGTERM);
	(void) syscall(SYS_prctl, PR_GET_PDEATHSIG, room_end(4));
	(void) syscall(SYS_prctl, PR_GET_PDEATHSIG, NULL);
	(void) syscall(SYS_prctl, PR_SET_PDEATHSIG, 0);
	(void) syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
	(void) syscall(SYS_prctl, PR_GET_CHILD_SUBREAPER, room_end(4));
	(void) syscall(SYS_prctl, PR_GET_TID_ADDRESS, room_end(8));
	(void) syscall(SYS_prctl, PR_GET_TID_ADDRESS, unreadable());
	(void) syscall(SYS_prctl, PR_SET_VMA, 0, 0x1000, 4096, string_end("memory"));
	(void) syscall(SYS_prctl, PR_SET_VMA, 5, 0x1000, 4096, string_end("memory"));
	(void) syscall(SYS_prctl, PR_SET_PTRACER, -1);
	(void) syscall(SYS_prctl, PR_SET_PTRACER, 1);
}

static void options(void)
{
	static const unsigned long arguments[] = { 0, 1, 2, 5, 0x100, ~0UL };

	for (int option = 1; option < 65; option++) {
		if (option == PR_SET_SECCOMP || option == PR_CAPBSET_DROP || option == PR_SET_SECUREBITS ||
		    option == PR_SET_NAME || option == PR_GET_NAME || option == PR_SET_MM ||
		    option == PR_SET_SYSCALL_USER_DISPATCH || option == PR_SET_TSC)
			continue;
		for (size_t i = 0; i < ELEMENTS(arguments); i++)
			(void) syscall(SYS_prctl, option, arguments[i], 0, 0, 0);
		(void) syscall(SYS_prctl, option, 3, 4, 5, 6);
	}
	for (int what = 1; what < 16; what++)
		(void) syscall(SYS_prctl, PR_SET_MM, what, 0, 0, 0);
	(void) syscall(SYS_prctl, PR_CAP_AMBIENT, 4, 0, 0, 0);
	(void) syscall(SYS_prctl, PR_CAP_AMBIENT, 1, 13, 0, 0);
	(void) syscall(SYS_prctl, PR_CAP_AMBIENT, 3, 99, 0, 0);
	(void) syscall(SYS_prctl, PR_CAP_AMBIENT, 9, 5, 0, 1);
	(void) syscall(SYS_prctl, PR_CAPBSET_DROP, 99);
	(void) syscall(SYS_prctl, PR_SET_SECUREBITS, 0x3000);
	(void) syscall(SYS_prctl, PR_SET_SECUREBITS, 0x2f);
	(void) syscall(SYS_prctl, PR_SET_DUMPABLE, 1);
	(void) syscall(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, 0, 2, 3, 4);
	(void) syscall(SYS_prctl, PR_SET_TSC, 5);
	(void) syscall(SYS_prctl, 777, 1, 2, 3, 4);
}

static void filters(void)
{
	const struct sock_filter allow[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	const struct sock_filter wrong[] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4),
					     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xc000003e, 1, 0),
					     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
					     BPF_STMT(0xffff, SECCOMP_RET_ERRNO | 5) };
	struct sock_fprog one = { ELEMENTS(allow), page_end(allow, sizeof(allow)) };
	struct sock_fprog four = { ELEMENTS(wrong), page_end(wrong, sizeof(wrong)) };
	struct sock_fprog bad = { 5000, unreadable() };
	uint32_t action = SECCOMP_RET_LOG;

	(void) syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, page_end(&one, sizeof(one)));
	(void) syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_TSYNC,
		       page_end(&four, sizeof(four)));
	(void) syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0x1000, page_end(&bad, sizeof(bad)));
	(void) syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, NULL);
	(void) syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL);
	(void) syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, page_end(&action, sizeof(action)));
	(void) syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, room_end(sizeof(struct seccomp_notif_sizes)));
	(void) syscall(SYS_seccomp, 77, 1, NULL);
	(void) syscall(SYS_prctl, PR_SET_SECCOMP, 2, page_end(&four, sizeof(four)));
	(void) syscall(SYS_prctl, PR_SET_SECCOMP, 7, 0);
}

static void traces(void)
{
	static const int requests[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 24, 31, 32, 33, 77 };
	unsigned long *word = room_end(sizeof(*word));

	(void) syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
	for (size_t i = 0; i < ELEMENTS(requests); i++)
		(void) syscall(SYS_ptrace, requests[i], NOBODY, 8L, SIGUSR1);
	for (long request = 0x4200; request < 0x4210; request++)
		(void) syscall(SYS_ptrace, request, NOBODY, 1L, word);
	(void) syscall(SYS_ptrace, PTRACE_PEEKUSER, NOBODY, 120L, word);
	(void) syscall(SYS_ptrace, PTRACE_SETOPTIONS, NOBODY, 0, 0x100001);
	(void) syscall(SYS_ptrace, PTRACE_CONT, NOBODY, NULL, 0);
}

int main(void)
{
	lines_begin();
	checked("process");
	clones();
	clone3s();
	execs();
	waits();
	pidfds();
	names();
	options();
	filters();
	traces();
	return lines_end();
}
