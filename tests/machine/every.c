/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * every [compat]: makes every system call there is a number for, with -1 for each argument, and with "compat" those of
 * 32-bit programs. A seccomp filter refuses them all with ENOTUNIQ, which no call of the start of a program gets: a tracer
 * sees them, and nothing is done.
 */

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define END 512

/* Not asked of a filter, and a signal for who calls them from elsewhere than the kernel's own trampolines. */
#define FIRST_PROBE 335
#define LAST_PROBE 336

static int refuse_all(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 76), /* ENOTUNIQ */
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

#ifdef __x86_64__
static void call_compat(long number)
{
	__asm__ volatile("int $0x80"
			 : "+a"(number)
			 : "b"(-1L), "c"(-1L), "d"(-1L), "S"(-1L), "D"(-1L)
			 : "memory", "r8", "r9", "r10", "r11");
}
#else
static void call_compat(long number)
{
}
#endif

int main(int argc, char *argv[])
{
	if (refuse_all() < 0) {
		perror("prctl");
		return 1;
	}
	for (long number = 0; number < END; number++)
		if (argc > 1)
			call_compat(number);
		else if (number < FIRST_PROBE || number > LAST_PROBE)
			(void) syscall(number, -1L, -1L, -1L, -1L, -1L, -1L);
	_exit(0);
}
