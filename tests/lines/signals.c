/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Signals: what is done about them, which are blocked, and those that are sent and waited for. */

#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

#define SET_SIZE 8 /* bytes of the kernel's sigset_t */
#define KERNEL_SIGRTMIN 32
#define AUTODISARM (1U << 31) /* of sigaltstack() */

/* As the kernel has it, with room behind: strace reads a mask of as many signals as the library knows. */
typedef struct Action {
	uintptr_t handler;
	unsigned long flags;
	uintptr_t restorer;
	uint64_t mask;
	uint64_t unused[7];
} Action;

static void noted(int signal)
{
	(void) signal;
}

static uint64_t bit(int signal)
{
	return 1ULL << (signal - 1);
}

static void actions(void)
{
	static const Action tried[] = {
		{ .handler = 0 },
		{ .handler = 1, .mask = 1ULL << (SIGINT - 1) },
		{ .handler = 0, .flags = SA_RESTART | SA_NOCLDSTOP | SA_NOCLDWAIT },
		{ .handler = 1, .flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER, .mask = ~0ULL },
		{ .handler = 0, .flags = SA_RESETHAND | 0x04000000, .restorer = 0x1234, .mask = 0x7fffffff },
		{ .handler = 0, .flags = 0x1000 },
		{ .handler = 2, .flags = 0xffffffffffffffff },
		{ .handler = 0x123456789abc, .flags = 0x800 | 0x400, .mask = 0xffffff0000000000 },
	};
	Action *before = room_end(sizeof(*before));

	for (size_t i = 0; i < ELEMENTS(tried); i++) {
		(void) syscall(SYS_rt_sigaction, SIGUSR1, page_end(&tried[i], sizeof(tried[i])), NULL, SET_SIZE);
		(void) syscall(SYS_rt_sigaction, SIGUSR1, NULL, before, SET_SIZE);
	}
	(void) syscall(SYS_rt_sigaction, SIGUSR1, page_end(&tried[0], sizeof(tried[0])), before, SET_SIZE);
	(void) syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, SET_SIZE);
	(void) syscall(SYS_rt_sigaction, SIGKILL, page_end(&tried[0], sizeof(tried[0])), NULL, SET_SIZE);
	(void) syscall(SYS_rt_sigaction, KERNEL_SIGRTMIN, NULL, before, SET_SIZE);
	(void) syscall(SYS_rt_sigaction, KERNEL_SIGRTMIN + 10, page_end(&tried[1], sizeof(tried[1])), before, SET_SIZE);
	(void) syscall(SYS_rt_sigaction, 0, NULL, before, SET_SIZE);
	(void) syscall(SYS_rt_sigaction, 65, NULL, before, SET_SIZE);
	(void) syscall(SYS_rt_sigaction, -1, NULL, before, SET_SIZE);
	(void) syscall(SYS_rt_sigaction, SIGUSR1, page_end(&tried[1], sizeof(tried[1])), before, 4);
	(void) syscall(SYS_rt_sigaction, SIGUSR1, unreadable(), NULL, SET_SIZE);
	(void) syscall(SYS_rt_sigaction, SIGUSR1, NULL, unreadable(), SET_SIZE);
}

static void masks(void)
{
	const uint64_t sets[] = {
		0,
		bit(SIGHUP),
		bit(SIGINT) | bit(SIGTERM),
		~0ULL,
		~(bit(SIGINT) | bit(SIGTERM)),
		bit(KERNEL_SIGRTMIN) | bit(KERNEL_SIGRTMIN + 1) | bit(64),
		~(bit(KERNEL_SIGRTMIN) | bit(KERNEL_SIGRTMIN + 1)),
		0x7fffffff,
		0xfffffff000000000,
		0x1111111111111111,
		0xfffffff,
		~(bit(SIGKILL) | bit(SIGSTOP)),
	};
	uint64_t *before = room_end(sizeof(*before));

	for (size_t i = 0; i < ELEMENTS(sets); i++)
		(void) syscall(SYS_rt_sigprocmask, SIG_SETMASK, page_end(&sets[i], SET_SIZE), before, SET_SIZE);
	for (unsigned i = 44; i < 48; i++) { /* for the names of less, without KILL and STOP, strace has no room */
		const uint64_t low = (1ULL << i) - 1, high = low << (64 - i);

		(void) syscall(SYS_rt_sigprocmask, SIG_SETMASK, page_end(&low, SET_SIZE), before, SET_SIZE);
		(void) syscall(SYS_rt_sigprocmask, SIG_SETMASK, page_end(&high, SET_SIZE), before, SET_SIZE);
	}
	(void) syscall(SYS_rt_sigprocmask, SIG_SETMASK, page_end(&sets[0], SET_SIZE), NULL, SET_SIZE);
	(void) syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, before, SET_SIZE);
	expect("rt_sigprocmask(SIG_BLOCK, NULL, [], 8) = 0");
	(void) syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, NULL, SET_SIZE);
	(void) syscall(SYS_rt_sigprocmask, 5, page_end(&sets[2], SET_SIZE), NULL, SET_SIZE);
	(void) syscall(SYS_rt_sigprocmask, -1, NULL, NULL, SET_SIZE);
	(void) syscall(SYS_rt_sigprocmask, SIG_BLOCK, page_end(&sets[2], SET_SIZE), before, 4);
	(void) syscall(SYS_rt_sigprocmask, SIG_BLOCK, page_end(&sets[2], SET_SIZE), before, 16);
	(void) syscall(SYS_rt_sigprocmask, SIG_BLOCK, page_end(&sets[2], 7), NULL, SET_SIZE);
	(void) syscall(SYS_rt_sigprocmask, SIG_BLOCK, unreadable(), NULL, SET_SIZE);
	(void) syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, NULL, unreadable(), SET_SIZE);
}

static void sent(void)
{
	pid_t pid = getpid();

	(void) syscall(SYS_kill, pid, 0);
	expect("kill(%d, 0) = 0", pid);
	(void) syscall(SYS_kill, pid, SIGUSR1);
	(void) syscall(SYS_kill, pid, KERNEL_SIGRTMIN + 3);
	(void) syscall(SYS_kill, pid, 99);
	(void) syscall(SYS_kill, 0x3fffffff, SIGTERM);
	(void) syscall(SYS_kill, -0x3fffffff, SIGTERM);
	(void) syscall(SYS_kill, INT_MIN, -1);
	(void) syscall(SYS_tkill, syscall(SYS_gettid), SIGUSR2);
	(void) syscall(SYS_tkill, -1, SIGUSR2);
	(void) syscall(SYS_tgkill, pid, syscall(SYS_gettid), SIGUSR2);
	(void) syscall(SYS_tgkill, 0, 0, 0);
}

static void queued(void)
{
	pid_t pid = getpid();
	siginfo_t info = { .si_signo = SIGUSR1, .si_code = SI_QUEUE, .si_value = { .sival_int = 9 } };

	info.si_pid = pid;
	(void) syscall(SYS_rt_sigqueueinfo, pid, SIGUSR1, page_end(&info, sizeof(info)));
	info.si_value.sival_ptr = (void *) 0x123456789abcdef;
	(void) syscall(SYS_rt_tgsigqueueinfo, pid, syscall(SYS_gettid), SIGUSR1, page_end(&info, sizeof(info)));
	info.si_code = SI_USER;
	info.si_signo = SIGRTMIN;
	(void) syscall(SYS_rt_sigqueueinfo, pid, SIGUSR1, page_end(&info, sizeof(info)));
	(void) syscall(SYS_rt_sigqueueinfo, 0x3fffffff, SIGTERM, page_end(&info, sizeof(info)));
	info.si_code = SI_TIMER;
	info.si_signo = SIGALRM;
	(void) syscall(SYS_rt_sigqueueinfo, 0x3fffffff, SIGALRM, page_end(&info, sizeof(info)));
	info.si_code = SEGV_MAPERR;
	info.si_signo = SIGSEGV;
	(void) syscall(SYS_rt_sigqueueinfo, 0x3fffffff, SIGSEGV, page_end(&info, sizeof(info)));
	info.si_code = CLD_KILLED;
	info.si_signo = SIGCHLD;
	info.si_status = SIGTERM;
	(void) syscall(SYS_rt_sigqueueinfo, 0x3fffffff, SIGCHLD, page_end(&info, sizeof(info)));
	info.si_code = CLD_EXITED;
	(void) syscall(SYS_rt_sigqueueinfo, 0x3fffffff, SIGCHLD, page_end(&info, sizeof(info)));
	info.si_code = POLL_IN;
	info.si_signo = SIGIO;
	(void) syscall(SYS_rt_sigqueueinfo, 0x3fffffff, SIGIO, page_end(&info, sizeof(info)));
	info.si_code = 1;
	info.si_signo = SIGSYS;
	(void) syscall(SYS_rt_sigqueueinfo, 0x3fffffff, SIGSYS, page_end(&info, sizeof(info)));
	info.si_code = -77;
	info.si_signo = SIGUSR2;
	(void) syscall(SYS_rt_sigqueueinfo, 0x3fffffff, SIGUSR2, page_end(&info, sizeof(info)));
	info.si_code = 0x33;
	info.si_signo = 77;
	(void) syscall(SYS_rt_sigqueueinfo, 0x3fffffff, 77, page_end(&info, sizeof(info)));
	memset(&info, 0, sizeof(info));
	(void) syscall(SYS_rt_sigqueueinfo, 0x3fffffff, SIGUSR2, page_end(&info, sizeof(info)));
	info.si_pid = pid;
	(void) syscall(SYS_rt_sigqueueinfo, pid, SIGUSR1, page_end(&info, sizeof(info) - 1));
	(void) syscall(SYS_rt_sigqueueinfo, pid, SIGUSR1, NULL);
	(void) syscall(SYS_rt_tgsigqueueinfo, pid, 1, SIGUSR1, unreadable());
	(void) syscall(SYS_pidfd_send_signal, NO_FD, SIGUSR1, page_end(&info, sizeof(info)), 0);
	(void) syscall(SYS_pidfd_send_signal, NO_FD, SIGUSR1, NULL, 0);
	(void) syscall(SYS_pidfd_send_signal, NO_FD, SIGUSR1, unreadable(), 0);
}

static void waited(void)
{
	const uint64_t set = bit(SIGUSR1) | bit(SIGUSR2);
	const struct timespec none = { 0, 0 }, brief = { 0, 1000 }, wrong = { -1, 1000000000 };
	siginfo_t *info = room_end(sizeof(*info));
	uint64_t *pending = room_end(sizeof(*pending));

	(void) syscall(SYS_rt_sigprocmask, SIG_BLOCK, page_end(&set, SET_SIZE), NULL, SET_SIZE);
	(void) syscall(SYS_kill, getpid(), SIGUSR1);
	(void) syscall(SYS_rt_sigpending, pending, SET_SIZE);
	expect("rt_sigpending([USR1], 8) = 0");
	(void) syscall(SYS_rt_sigpending, NULL, SET_SIZE);
	(void) syscall(SYS_rt_sigpending, pending, 16);
	(void) syscall(SYS_rt_sigpending, room_end(4), 4);
	(void) syscall(SYS_rt_sigtimedwait, page_end(&set, SET_SIZE), info, page_end(&none, sizeof(none)), SET_SIZE);
	(void) syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR2);
	(void) syscall(SYS_rt_sigtimedwait, page_end(&set, SET_SIZE), info, NULL, SET_SIZE);
	(void) syscall(SYS_kill, getpid(), SIGUSR2);
	(void) syscall(SYS_rt_sigtimedwait, page_end(&set, SET_SIZE), NULL, page_end(&brief, sizeof(brief)), SET_SIZE);
	(void) syscall(SYS_rt_sigtimedwait, page_end(&set, SET_SIZE), info, page_end(&brief, sizeof(brief)), SET_SIZE);
	(void) syscall(SYS_rt_sigtimedwait, page_end(&set, SET_SIZE), info, page_end(&wrong, sizeof(wrong)), SET_SIZE);
	(void) syscall(SYS_rt_sigtimedwait, NULL, NULL, page_end(&none, sizeof(none)), SET_SIZE);
	(void) syscall(SYS_rt_sigtimedwait, unreadable(), NULL, unreadable(), SET_SIZE);
	(void) syscall(SYS_rt_sigtimedwait, page_end(&set, SET_SIZE), NULL, page_end(&none, sizeof(none)), 9);
}

static void suspended(void)
{
	const uint64_t none = 0, set = bit(SIGUSR1);
	struct sigaction action = { .sa_handler = noted };

	(void) sigaction(SIGUSR1, &action, NULL);
	(void) syscall(SYS_rt_sigprocmask, SIG_BLOCK, page_end(&set, SET_SIZE), NULL, SET_SIZE);
	(void) syscall(SYS_kill, getpid(), SIGUSR1);
	(void) syscall(SYS_rt_sigsuspend, page_end(&none, SET_SIZE), SET_SIZE);
	(void) syscall(SYS_rt_sigsuspend, unreadable(), SET_SIZE);
	(void) syscall(SYS_rt_sigsuspend, NULL, SET_SIZE);
	(void) syscall(SYS_rt_sigsuspend, page_end(&set, SET_SIZE), 5);
}

static void stacks(void)
{
	static char memory[65536];
	const stack_t good = { .ss_sp = memory, .ss_size = sizeof(memory) };
	const stack_t off = { .ss_flags = SS_DISABLE };
	const stack_t small = { .ss_sp = memory, .ss_size = 5 };
	const stack_t odd = { .ss_flags = SS_ONSTACK | (int) AUTODISARM, .ss_sp = memory, .ss_size = sizeof(memory) };
	const stack_t unknown = { .ss_flags = 0x40 };
	const stack_t *const all[] = { &good, &off, &small, &odd, &unknown };
	stack_t *before = room_end(sizeof(*before));

	for (size_t i = 0; i < ELEMENTS(all); i++)
		(void) syscall(SYS_sigaltstack, page_end(all[i], sizeof(*all[i])), before);
	(void) syscall(SYS_sigaltstack, NULL, before);
	(void) syscall(SYS_sigaltstack, NULL, NULL);
	(void) syscall(SYS_sigaltstack, unreadable(), NULL);
	(void) syscall(SYS_sigaltstack, page_end(&off, sizeof(off)), NULL);
	(void) syscall(SYS_sigaltstack, page_end(&off, sizeof(off) - 1), NULL);
	(void) syscall(SYS_sigaltstack, NULL, unreadable());
}

int main(void)
{
	struct sigaction action = { .sa_handler = SIG_IGN };

	lines_begin();
	checked("signal");
	actions();
	masks();
	for (int i = SIGUSR1; i <= SIGUSR2; i += SIGUSR2 - SIGUSR1)
		(void) sigaction(i, &action, NULL);
	(void) sigaction(SIGRTMIN, &action, NULL);
	(void) sigaction(SIGRTMIN + 1, &action, NULL);
	sent();
	queued();
	action.sa_handler = SIG_DFL;
	(void) sigaction(SIGUSR1, &action, NULL);
	(void) sigaction(SIGUSR2, &action, NULL);
	waited();
	suspended();
	stacks();
	return lines_end();
}
