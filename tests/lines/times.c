/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Clocks, sleeps, timers, and the times of files. */

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

static void noted(int signal)
{
	(void) signal;
}

static void clocks(void)
{
	/* The clocks of a process, of a thread, and of a descriptor, are negative. */
	static const int ids[] = { CLOCK_REALTIME,
				   CLOCK_MONOTONIC,
				   CLOCK_PROCESS_CPUTIME_ID,
				   CLOCK_THREAD_CPUTIME_ID,
				   CLOCK_MONOTONIC_RAW,
				   CLOCK_REALTIME_COARSE,
				   CLOCK_MONOTONIC_COARSE,
				   CLOCK_BOOTTIME,
				   CLOCK_REALTIME_ALARM,
				   CLOCK_BOOTTIME_ALARM,
				   10,
				   CLOCK_TAI,
				   12,
				   99,
				   -1,
				   -2,
				   -3,
				   -4,
				   -5,
				   -6,
				   -7,
				   -8,
				   ~1 * 8 + 2,
				   ~1 * 8 + 6,
				   ~1 * 8,
				   ~5 * 8 + 1,
				   ~NO_FD * 8 + 3,
				   0x7fffffff };
	struct timespec *now = room_end(sizeof(*now));
	const struct timespec wrong = { -1, -1 }, odd = { 5, 1000000000 };

	for (size_t i = 0; i < ELEMENTS(ids); i++) {
		(void) syscall(SYS_clock_gettime, ids[i], now);
		(void) syscall(SYS_clock_getres, ids[i], now);
	}
	(void) syscall(SYS_clock_gettime, CLOCK_MONOTONIC, NULL);
	(void) syscall(SYS_clock_gettime, CLOCK_MONOTONIC, unreadable());
	(void) syscall(SYS_clock_getres, CLOCK_MONOTONIC, NULL);
	expect("clock_getres(CLOCK_MONOTONIC, NULL) = 0");
	(void) syscall(SYS_clock_settime, CLOCK_MONOTONIC, page_end(&odd, sizeof(odd)));
	(void) syscall(SYS_clock_settime, CLOCK_REALTIME, page_end(&wrong, sizeof(wrong)));
	(void) syscall(SYS_clock_settime, CLOCK_REALTIME, page_end(&wrong, sizeof(wrong) - 1));
	(void) syscall(SYS_clock_settime, CLOCK_REALTIME, NULL);
}

static void days(void)
{
	const struct timeval wrong = { -1, 5000000 };
	const struct timezone zone = { -60, 3 };
	struct timeval *now = room_end(sizeof(*now));
	struct timezone *there = room_end(sizeof(*there));

	(void) syscall(SYS_gettimeofday, now, NULL);
	(void) syscall(SYS_gettimeofday, now, there);
	(void) syscall(SYS_gettimeofday, NULL, NULL);
	(void) syscall(SYS_gettimeofday, unreadable(), NULL);
	(void) syscall(SYS_settimeofday, page_end(&wrong, sizeof(wrong)), NULL);
	(void) syscall(SYS_settimeofday, page_end(&wrong, sizeof(wrong)), page_end(&zone, sizeof(zone)));
	(void) syscall(SYS_settimeofday, NULL, NULL);
	(void) syscall(SYS_settimeofday, unreadable(), unreadable());
}

static void adjusted(void)
{
	struct timex all;

	memset(&all, 0, sizeof(all));
	(void) syscall(SYS_adjtimex, page_end(&all, sizeof(all)));
	(void) syscall(SYS_clock_adjtime, CLOCK_REALTIME, page_end(&all, sizeof(all)));
	all.modes = ADJ_SETOFFSET | ADJ_FREQUENCY | ADJ_NANO;
	all.status = STA_PLL | STA_UNSYNC;
	all.time.tv_usec = -5;
	(void) syscall(SYS_clock_adjtime, CLOCK_REALTIME, page_end(&all, sizeof(all)));
	(void) syscall(SYS_clock_adjtime, 77, page_end(&all, sizeof(all)));
	all.modes = 0x40000;
	(void) syscall(SYS_adjtimex, NULL);
	(void) syscall(SYS_adjtimex, unreadable());
	(void) syscall(SYS_clock_adjtime, CLOCK_MONOTONIC, page_end(&all, sizeof(all)));
}

static void sleeps(void)
{
	const struct timespec none = { 0, 0 }, brief = { 0, 1000 }, wrong = { 0, 1000000000 }, past = { 1, 5 },
			      negative = { -1, -1 }, long_time = { 10, 0 };
	const struct itimerval soon = { .it_value = { 0, 30000 } };
	struct timespec *rest = room_end(sizeof(*rest));
	struct sigaction action = { .sa_handler = noted };

	(void) syscall(SYS_nanosleep, page_end(&none, sizeof(none)), NULL);
	expect("nanosleep({tv_sec=0, tv_nsec=0}, NULL) = 0");
	(void) syscall(SYS_nanosleep, page_end(&brief, sizeof(brief)), rest);
	(void) syscall(SYS_nanosleep, page_end(&wrong, sizeof(wrong)), rest);
	(void) syscall(SYS_nanosleep, page_end(&negative, sizeof(negative)), NULL);
	(void) syscall(SYS_nanosleep, unreadable(), NULL);
	(void) syscall(SYS_nanosleep, NULL, NULL);
	(void) syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, page_end(&brief, sizeof(brief)), rest);
	(void) syscall(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, page_end(&past, sizeof(past)), rest);
	(void) syscall(SYS_clock_nanosleep, CLOCK_BOOTTIME, 5, page_end(&past, sizeof(past)), NULL);
	(void) syscall(SYS_clock_nanosleep, 77, 4, page_end(&past, sizeof(past)), NULL);
	(void) syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, unreadable(), unreadable());
	(void) sigaction(SIGALRM, &action, NULL);
	(void) syscall(SYS_setitimer, ITIMER_REAL, page_end(&soon, sizeof(soon)), NULL);
	(void) syscall(SYS_nanosleep, page_end(&long_time, sizeof(long_time)), rest);
	(void) syscall(SYS_setitimer, ITIMER_REAL, page_end(&soon, sizeof(soon)), NULL);
	(void) syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, page_end(&long_time, sizeof(long_time)), rest);
	(void) syscall(SYS_setitimer, ITIMER_REAL, page_end(&soon, sizeof(soon)), NULL);
	(void) syscall(SYS_nanosleep, page_end(&long_time, sizeof(long_time)), NULL);
}

static void interval_timers(void)
{
	const struct itimerval late = { { 1, 2 }, { 1000, 0 } }, off = {}, wrong = { { 0, -1 }, { 0, 1000000 } };
	struct itimerval *before = room_end(sizeof(*before));

	(void) syscall(SYS_setitimer, ITIMER_VIRTUAL, page_end(&late, sizeof(late)), NULL);
	(void) syscall(SYS_getitimer, ITIMER_VIRTUAL, before);
	(void) syscall(SYS_setitimer, ITIMER_VIRTUAL, page_end(&off, sizeof(off)), before);
	(void) syscall(SYS_getitimer, ITIMER_REAL, before);
	expect("getitimer(ITIMER_REAL, {it_interval={tv_sec=0, tv_usec=0}, it_value={tv_sec=0, tv_usec=0}}) = 0");
	(void) syscall(SYS_getitimer, ITIMER_PROF, unreadable());
	(void) syscall(SYS_getitimer, 3, before);
	(void) syscall(SYS_getitimer, ITIMER_PROF, NULL);
	(void) syscall(SYS_setitimer, ITIMER_PROF, page_end(&wrong, sizeof(wrong)), before);
	(void) syscall(SYS_setitimer, -1, NULL, NULL);
	(void) syscall(SYS_setitimer, ITIMER_PROF, unreadable(), before);
}

static void posix_timers(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	const struct itimerspec late = { { 1, 2 }, { 1000, 0 } }, wrong = { { 0, -1 }, { 0, 1000000000 } };
	struct itimerspec *before = room_end(sizeof(*before));
	int *timer = room_end(sizeof(*timer)), id;
	long r;

	event.sigev_value.sival_int = 5;
	(void) syscall(SYS_timer_create, CLOCK_MONOTONIC, page_end(&event, sizeof(event)), timer);
	id = *timer;
	(void) syscall(SYS_timer_settime, id, 0, page_end(&late, sizeof(late)), NULL);
	(void) syscall(SYS_timer_settime, id, TIMER_ABSTIME, page_end(&late, sizeof(late)), before);
	(void) syscall(SYS_timer_settime, id, 6, page_end(&wrong, sizeof(wrong)), before);
	(void) syscall(SYS_timer_settime, id, 0, unreadable(), before);
	(void) syscall(SYS_timer_gettime, id, before);
	(void) syscall(SYS_timer_gettime, id, NULL);
	(void) syscall(SYS_timer_gettime, 12345, before);
	r = syscall(SYS_timer_getoverrun, id);
	expect("timer_getoverrun(%d) = %s", id, result(r));
	(void) syscall(SYS_timer_delete, id);
	(void) syscall(SYS_timer_delete, id);
	(void) syscall(SYS_timer_create, CLOCK_REALTIME, NULL, timer);
	(void) syscall(SYS_timer_delete, *timer);
	event.sigev_notify = SIGEV_NONE;
	(void) syscall(SYS_timer_create, CLOCK_BOOTTIME, page_end(&event, sizeof(event)), timer);
	event.sigev_notify = SIGEV_THREAD_ID;
	event._sigev_un._tid = 1;
	event.sigev_value.sival_ptr = timer;
	(void) syscall(SYS_timer_create, CLOCK_REALTIME, page_end(&event, sizeof(event)), timer);
	event.sigev_notify = SIGEV_THREAD;
	event.sigev_signo = 0;
	(void) syscall(SYS_timer_create, CLOCK_REALTIME, page_end(&event, sizeof(event)), timer);
	event.sigev_notify = 77;
	event.sigev_signo = 99;
	(void) syscall(SYS_timer_create, CLOCK_REALTIME, page_end(&event, sizeof(event)), timer);
	(void) syscall(SYS_timer_create, 50, unreadable(), timer);
	(void) syscall(SYS_timer_create, CLOCK_REALTIME, NULL, NULL);
}

static void file_times(void)
{
	const struct timespec times[][2] = {
		{ { 1, 2 }, { 3, 4 } },
		{ { 0, UTIME_NOW }, { 0, UTIME_OMIT } },
		{ { 5, UTIME_OMIT }, { -6, UTIME_NOW } },
		{ { -1, 999999999 }, { 4000000000, 0 } },
		{ { 0, 1000000000 }, { 0, -1 } },
		{ { 0, UTIME_NOW }, { 0, UTIME_NOW } },
		{ { 0, UTIME_OMIT }, { 0, UTIME_OMIT } },
		{ { 0, UTIME_NOW }, { 1, 0 } },
	};

	for (size_t i = 0; i < ELEMENTS(times); i++)
		(void) syscall(SYS_utimensat, AT_FDCWD, "file", page_end(times[i], sizeof(times[i])), 0);
	(void) syscall(SYS_utimensat, AT_FDCWD, "missing", NULL, AT_SYMLINK_NOFOLLOW);
	(void) syscall(SYS_utimensat, 0, NULL, NULL, 0);
	(void) syscall(SYS_utimensat, NO_FD, "missing", page_end(times[0], sizeof(times[0]) - 1), 7);
	(void) syscall(SYS_utimensat, AT_FDCWD, "file", unreadable(), AT_EMPTY_PATH);
}

int main(void)
{
	struct sigaction action = { .sa_handler = SIG_IGN };

	lines_begin();
	(void) sigaction(SIGRTMIN, &action, NULL);
	(void) close(open("file", O_CREAT | O_RDWR, 0600));
	checked("clock");
	clocks();
	days();
	adjusted();
	sleeps();
	interval_timers();
	posix_timers();
	file_times();
	return lines_end();
}
