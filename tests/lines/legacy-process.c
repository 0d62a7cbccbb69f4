/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls of the other programs' kinds that only x86 has. */

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include "lines/lines.h"
#include "util/macro.h"

static void processes(void)
{
	pid_t pid = (pid_t) syscall(SYS_fork);

	if (pid == 0)
		(void) syscall(SYS_exit_group, 7);
	(void) syscall(SYS_wait4, pid, NULL, 0, NULL);
	pid = vfork();
	if (pid == 0)
		_exit(8);
	(void) syscall(SYS_wait4, pid, NULL, 0, NULL);
	(void) syscall(SYS_getpgrp);
	(void) syscall(SYS_getpgid, 0);
	(void) syscall(SYS_getsid, 0);
	(void) syscall(SYS_setpgid, 0, -1);
	(void) syscall(SYS_alarm, 100);
	(void) syscall(SYS_alarm, 0);
	expect("alarm(0) = 100");
}

static void registers(void)
{
	static const int options[] = { 0x1011, 0x1021, 0x1022, 0x1023, 0x1024, 0x1025, 0x2001, 0x2003, 0x77 };

	(void) syscall(SYS_arch_prctl, 0x1003, room_end(8)); /* ARCH_GET_FS */
	(void) syscall(SYS_arch_prctl, 0x1004, room_end(8)); /* ARCH_GET_GS */
	(void) syscall(SYS_arch_prctl, 0x1001, 0x1000L);     /* ARCH_SET_GS */
	(void) syscall(SYS_arch_prctl, 0x1004, room_end(8));
	(void) syscall(SYS_arch_prctl, 0x1004, unreadable());
	(void) syscall(SYS_arch_prctl, 0x1002, -1L); /* ARCH_SET_FS */
	(void) syscall(SYS_arch_prctl, 0x1012, 1L);  /* ARCH_SET_CPUID */
	for (size_t i = 0; i < ELEMENTS(options); i++)
		(void) syscall(SYS_arch_prctl, options[i], i % 2 ? (long) room_end(8) : 18L);
}

static void times(void)
{
	const time_t past = 1000000000;
	const struct timeval two[] = { { 1, 2 }, { 3, 999999 } }, wrong[] = { { -1, 1000000 }, { 3, -4 } };
	const struct utimbuf both = { 5, -6 };

	(void) syscall(SYS_time, NULL);
	(void) syscall(SYS_time, page_end(&past, sizeof(past)));
	(void) syscall(SYS_time, unreadable());
	(void) syscall(SYS_utime, "file", page_end(&both, sizeof(both)));
	(void) syscall(SYS_utime, "missing", NULL);
	(void) syscall(SYS_utime, unreadable(), unreadable());
	(void) syscall(SYS_utimes, "file", page_end(two, sizeof(two)));
	(void) syscall(SYS_utimes, "file", page_end(wrong, sizeof(wrong)));
	(void) syscall(SYS_utimes, "file", page_end(two, sizeof(two) - 1));
	(void) syscall(SYS_utimes, "missing", NULL);
	(void) syscall(SYS_futimesat, AT_FDCWD, "file", page_end(two, sizeof(two)));
	(void) syscall(SYS_futimesat, NO_FD, "file", page_end(wrong, sizeof(wrong)));
	(void) syscall(SYS_futimesat, 0, NULL, unreadable());
}

int main(void)
{
	lines_begin();
	(void) close(open("file", O_CREAT | O_RDWR, 0600));
	checked("process");
	processes();
	registers();
	checked("clock");
	times();
	return lines_end();
}
