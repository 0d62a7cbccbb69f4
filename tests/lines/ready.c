/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waiting for descriptors, and those that are made to be waited for. */

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

#define MASK_SIZE 8UL

static int pipe_fds[2]; /* empty: only the second is ready */
static long full;       /* can be read */

static void open_all(void)
{
	(void) syscall(SYS_pipe2, pipe_fds, O_NONBLOCK | O_CLOEXEC);
	full = syscall(SYS_eventfd2, 5, EFD_NONBLOCK);
}

static struct timespec *timespec_at(long s, long ns)
{
	struct timespec t = { s, ns };

	return page_end(&t, sizeof(t));
}

static void polls(void)
{
	struct pollfd fds[40] = { { (int) full, POLLIN, 0x77 },
				  { pipe_fds[0], POLLIN | POLLPRI, 0 },
				  { pipe_fds[1], POLLOUT | POLLRDHUP, 0 },
				  { -1, -1, 0 },
				  { NO_FD, 0, 0 } };
	sigset_t mask, all;

	(void) sigemptyset(&mask);
	(void) sigaddset(&mask, SIGCHLD);
	(void) sigaddset(&mask, SIGTERM);
	(void) sigfillset(&all);
	for (unsigned n = 0; n <= 5; n++)
		(void) syscall(SYS_poll, page_end(fds, n * sizeof(fds[0])), n, 0);
	(void) syscall(SYS_poll, page_end(&fds[1], sizeof(fds[0])), 1, 1);
	(void) syscall(SYS_poll, page_end(&fds[1], 2 * sizeof(fds[0])), 2, -1);
	(void) syscall(SYS_poll, NULL, 0, 0);
	(void) syscall(SYS_poll, NULL, 1, 0);
	(void) syscall(SYS_poll, unreadable(), 1, 0);
	(void) syscall(SYS_poll, page_end(fds, sizeof(fds[0])), -1, 0);
	(void) syscall(SYS_poll, page_end(fds, sizeof(fds[0])), 2, 0);
	for (size_t i = 0; i < ELEMENTS(fds); i++)
		fds[i] = (struct pollfd){ i % 2 ? pipe_fds[0] : pipe_fds[1], (short) (1 << i % 16), 0 };
	for (unsigned n = 31; n <= 34; n++)
		(void) syscall(SYS_poll, page_end(fds, n * sizeof(fds[0])), n, 0);
	for (unsigned i = 0; i < 16; i++)
		(void) syscall(SYS_poll, page_end(&fds[i], sizeof(fds[0])), 1, 0);
	fds[0] = (struct pollfd){ (int) full, POLLIN | POLLOUT, 0 };
	fds[1] = (struct pollfd){ pipe_fds[0], POLLIN, 0 };
	(void) syscall(SYS_ppoll, page_end(fds, 16), 2, NULL, NULL, 0);
	(void) syscall(SYS_ppoll, page_end(fds, 16), 2, timespec_at(1, 5), page_end(&mask, MASK_SIZE), MASK_SIZE);
	(void) syscall(SYS_ppoll, page_end(&fds[1], 8), 1, timespec_at(0, 1000), page_end(&all, MASK_SIZE), MASK_SIZE);
	(void) syscall(SYS_ppoll, page_end(&fds[1], 8), 1, timespec_at(0, 1000), NULL, MASK_SIZE);
	(void) syscall(SYS_ppoll, page_end(&fds[1], 8), 1, timespec_at(-1, 1000000000), NULL, MASK_SIZE);
	(void) syscall(SYS_ppoll, page_end(&fds[1], 8), 1, unreadable(), unreadable(), MASK_SIZE);
	(void) syscall(SYS_ppoll, page_end(fds, 16), 2, timespec_at(0, 0), page_end(&mask, MASK_SIZE), 4UL);
	(void) syscall(SYS_ppoll, NULL, 0, timespec_at(0, 5), NULL, 0UL);
}

static fd_set *set_of(int a, int b, int c)
{
	fd_set set;
	int fds[] = { a, b, c };

	FD_ZERO(&set);
	for (size_t i = 0; i < ELEMENTS(fds); i++)
		if (fds[i] >= 0)
			FD_SET(fds[i], &set);
	return page_end(&set, sizeof(set));
}

static struct timeval *timeval_at(long s, long us)
{
	struct timeval t = { s, us };

	return page_end(&t, sizeof(t));
}

static long readable(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout)
{
#ifdef SYS_select
	return syscall(SYS_select, n, in, out, except, timeout);
#else
	return syscall(SYS_pselect6, n, in, out, except, NULL, NULL);
#endif
}

static void selects(void)
{
	sigset_t mask;
	struct {
		const sigset_t *mask;
		size_t size;
	} sized = { &mask, MASK_SIZE };
	int a = pipe_fds[0], b = pipe_fds[1], c = (int) full;

	(void) sigemptyset(&mask);
	(void) sigaddset(&mask, SIGUSR1);
	(void) readable(0, NULL, NULL, NULL, timeval_at(0, 10));
	(void) readable(c + 1, set_of(a, c, -1), NULL, NULL, NULL);
	(void) readable(c + 1, set_of(a, b, c), set_of(a, b, c), set_of(a, b, c), timeval_at(1, 5));
	(void) readable(c + 1, NULL, set_of(b, c, -1), set_of(-1, -1, -1), timeval_at(1, 0));
	(void) readable(a + 1, set_of(a, c, -1), NULL, NULL, timeval_at(0, 1));
	(void) readable(1024, set_of(a, c, 1000), NULL, NULL, timeval_at(0, 1));
	(void) readable(-1, set_of(a, c, -1), NULL, NULL, timeval_at(0, 1));
	(void) readable(0, set_of(a, c, -1), NULL, NULL, timeval_at(0, 1));
	(void) readable(1, set_of(-1, -1, -1), NULL, NULL, timeval_at(0, 1));
	(void) readable(64, unreadable(), NULL, NULL, timeval_at(0, 1));
	(void) readable(64, NULL, NULL, NULL, unreadable());
	(void) readable(64, NULL, NULL, NULL, timeval_at(0, -1));
	(void) readable(2000, set_of(c, -1, -1), NULL, NULL, timeval_at(0, 0));
	(void) syscall(SYS_pselect6, c + 1, set_of(a, c, -1), NULL, NULL, NULL, NULL);
	(void) syscall(SYS_pselect6, c + 1, set_of(a, c, -1), set_of(b, -1, -1), NULL, timespec_at(2, 7),
		       page_end(&sized, sizeof(sized)));
	(void) syscall(SYS_pselect6, a + 1, set_of(a, -1, -1), NULL, NULL, timespec_at(0, 7),
		       page_end(&sized, sizeof(sized)));
	sized.mask = NULL;
	(void) syscall(SYS_pselect6, a + 1, set_of(a, -1, -1), NULL, NULL, timespec_at(0, 7),
		       page_end(&sized, sizeof(sized)));
	sized.mask = unreadable();
	(void) syscall(SYS_pselect6, a + 1, set_of(a, -1, -1), NULL, NULL, timespec_at(0, 7),
		       page_end(&sized, sizeof(sized)));
	(void) syscall(SYS_pselect6, a + 1, set_of(a, -1, -1), NULL, NULL, unreadable(), unreadable());
	sized.size = 5;
	(void) syscall(SYS_pselect6, -1, NULL, NULL, NULL, timespec_at(-1, 7), page_end(&sized, sizeof(sized)));
}

static void epolls(void)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.u64 = 0x123456789abcdef };
	sigset_t mask;
	long fd = syscall(SYS_epoll_create1, EPOLL_CLOEXEC);
	static const int ops[] = { 0, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, 9, -1 };

	(void) sigemptyset(&mask);
	(void) sigaddset(&mask, SIGHUP);
	(void) syscall(SYS_epoll_create1, 5);
	for (size_t i = 0; i < ELEMENTS(ops); i++) {
		(void) syscall(SYS_epoll_ctl, fd, ops[i], full, page_end(&event, sizeof(event)));
		(void) syscall(SYS_epoll_ctl, NO_FD, ops[i], full, NULL);
		(void) syscall(SYS_epoll_ctl, fd, ops[i], NO_FD, unreadable());
	}
	event = (struct epoll_event){ .events = EPOLLIN, .data.fd = -1 };
	(void) syscall(SYS_epoll_ctl, fd, EPOLL_CTL_ADD, full, page_end(&event, sizeof(event)));
	event.data.u64 = 7;
	event.events = EPOLLOUT | EPOLLRDHUP | EPOLLEXCLUSIVE;
	(void) syscall(SYS_epoll_ctl, fd, EPOLL_CTL_ADD, pipe_fds[1], page_end(&event, sizeof(event)));
	for (unsigned i = 0; i < 32; i++) {
		event.events = 1U << i;
		(void) syscall(SYS_epoll_ctl, NO_FD, EPOLL_CTL_MOD, full, page_end(&event, sizeof(event)));
	}
	(void) syscall(SYS_epoll_pwait, fd, room_end(4 * sizeof(event)), 4, -1, NULL, MASK_SIZE);
	(void) syscall(SYS_epoll_pwait, fd, room_end(sizeof(event)), 1, 0, page_end(&mask, MASK_SIZE), MASK_SIZE);
	(void) syscall(SYS_epoll_pwait, fd, room_end(sizeof(event)), 0, 0, NULL, 0UL);
	(void) syscall(SYS_epoll_pwait, fd, unreadable(), 4, 0, unreadable(), MASK_SIZE);
	(void) syscall(SYS_epoll_pwait, NO_FD, room_end(8), -1, 10, NULL, 0UL);
	(void) syscall(SYS_epoll_pwait2, fd, room_end(4 * sizeof(event)), 4, NULL, NULL, MASK_SIZE);
	(void) syscall(SYS_epoll_pwait2, fd, room_end(4 * sizeof(event)), 4, timespec_at(1, 2),
		       page_end(&mask, MASK_SIZE), MASK_SIZE);
	(void) syscall(SYS_epoll_ctl, fd, EPOLL_CTL_DEL, full, NULL);
	(void) syscall(SYS_epoll_ctl, fd, EPOLL_CTL_DEL, pipe_fds[1], NULL);
	(void) syscall(SYS_epoll_pwait, fd, room_end(4 * sizeof(event)), 4, 1, NULL, MASK_SIZE);
	(void) syscall(SYS_epoll_pwait2, fd, room_end(4 * sizeof(event)), 4, timespec_at(0, 2), NULL, MASK_SIZE);
	(void) syscall(SYS_epoll_pwait2, fd, room_end(4 * sizeof(event)), 4, timespec_at(-1, 2), NULL, MASK_SIZE);
	(void) syscall(SYS_epoll_pwait2, fd, room_end(4 * sizeof(event)), 4, unreadable(), NULL, MASK_SIZE);
#ifdef SYS_epoll_wait
	(void) syscall(SYS_epoll_create, 9);
	(void) syscall(SYS_epoll_wait, fd, room_end(4 * sizeof(event)), 4, 1);
	(void) syscall(SYS_epoll_wait, NO_FD, NULL, 4, -1);
#endif
	(void) syscall(SYS_close, fd);
}

static void events_and_signals(void)
{
	static const int flags[] = { 0, 1, 2, O_CLOEXEC, O_NONBLOCK, O_CLOEXEC | O_NONBLOCK | 1, 0x100, -1 };
	sigset_t mask;

	for (size_t i = 0; i < ELEMENTS(flags); i++) {
		(void) syscall(SYS_eventfd2, 0xfffffffe, flags[i] | 0x40);
		(void) syscall(SYS_eventfd2, 7, flags[i] & ~0x40 ? flags[i] | 0x4000000 : 0x80);
		(void) sigemptyset(&mask);
		(void) sigaddset(&mask, (int) i + 30);
		(void) syscall(SYS_signalfd4, -1, page_end(&mask, MASK_SIZE), MASK_SIZE, flags[i] | 0x40);
		(void) syscall(SYS_timerfd_create, CLOCK_MONOTONIC, flags[i] | 0x40);
		(void) syscall(SYS_inotify_init1, flags[i] | 0x40);
	}
	(void) syscall(SYS_close, syscall(SYS_signalfd4, -1, page_end(&mask, MASK_SIZE), MASK_SIZE, O_CLOEXEC));
	(void) sigfillset(&mask);
	(void) syscall(SYS_signalfd4, NO_FD, page_end(&mask, MASK_SIZE), MASK_SIZE, 0);
	(void) sigdelset(&mask, SIGKILL);
	(void) sigdelset(&mask, 40);
	(void) syscall(SYS_signalfd4, NO_FD, page_end(&mask, MASK_SIZE), MASK_SIZE, 0);
	(void) syscall(SYS_signalfd4, NO_FD, page_end(&mask, 4), 4UL, 0);
	(void) syscall(SYS_signalfd4, 0, NULL, MASK_SIZE, 0);
	(void) syscall(SYS_signalfd4, 0, unreadable(), MASK_SIZE, 0);
}

static void timers(void)
{
	static const int clocks[] = { CLOCK_REALTIME, CLOCK_BOOTTIME, CLOCK_REALTIME_ALARM, 99, -1 };
	struct itimerspec value = { { 1, 2 }, { 3, 4 } }, odd = { { -1, 1000000000 }, { 0, -1 } };
	long fd = syscall(SYS_timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	for (size_t i = 0; i < ELEMENTS(clocks); i++)
		(void) syscall(SYS_timerfd_create, clocks[i], 3);
	(void) syscall(SYS_timerfd_settime, fd, 0, page_end(&value, sizeof(value)), NULL);
	value.it_value.tv_sec = 2000000000;
	(void) syscall(SYS_timerfd_settime, fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
		       page_end(&odd, sizeof(odd)), NULL);
	(void) syscall(SYS_timerfd_settime, fd, 0x10, page_end(&odd, sizeof(odd)), room_end(sizeof(odd)));
	(void) syscall(SYS_timerfd_settime, NO_FD, 0, NULL, unreadable());
	(void) syscall(SYS_timerfd_settime, fd, 0, unreadable(), NULL);
	value = (struct itimerspec){};
	(void) syscall(SYS_timerfd_settime, fd, 0, page_end(&value, sizeof(value)), NULL);
	(void) syscall(SYS_timerfd_gettime, fd, room_end(sizeof(value)));
	(void) syscall(SYS_timerfd_settime, fd, 0, page_end(&value, sizeof(value)), room_end(sizeof(value)));
	(void) syscall(SYS_timerfd_gettime, fd, unreadable());
	(void) syscall(SYS_timerfd_gettime, NO_FD, room_end(sizeof(value)));
	(void) syscall(SYS_close, fd);
}

static void watches(void)
{
	long fd = syscall(SYS_inotify_init1, IN_CLOEXEC | IN_NONBLOCK);
	static const uint64_t masks[] = { FAN_ACCESS | FAN_OPEN, FAN_CLOSE_WRITE | FAN_ONDIR | FAN_EVENT_ON_CHILD, 0,
					  1ULL << 40,
					  FAN_OPEN_PERM | FAN_CREATE | FAN_DELETE | FAN_MOVED_FROM | 0x5000 };

	for (unsigned i = 0; i < 32; i++)
		(void) syscall(SYS_inotify_add_watch, fd, "missing", 1U << i);
	(void) syscall(SYS_inotify_add_watch, fd, ".", IN_ALL_EVENTS | IN_ONLYDIR);
	(void) syscall(SYS_inotify_add_watch, NO_FD, NULL, -1);
	(void) syscall(SYS_inotify_add_watch, fd, unreadable(), 0);
	(void) syscall(SYS_inotify_rm_watch, fd, 1);
	(void) syscall(SYS_inotify_rm_watch, fd, 12345);
	(void) syscall(SYS_inotify_rm_watch, NO_FD, -1);
	(void) syscall(SYS_close, fd);
	for (unsigned i = 0; i < 16; i++)
		(void) syscall(SYS_fanotify_init, 1U << i | 0x80000000, O_RDWR | O_LARGEFILE | 0x40000000);
	(void) syscall(SYS_fanotify_init, 0x8000000c, O_RDONLY);
	(void) syscall(SYS_fanotify_init, -1, -1);
	for (unsigned i = 0; i < 10; i++)
		(void) syscall(SYS_fanotify_mark, NO_FD, 1U << i, masks[i % ELEMENTS(masks)], AT_FDCWD, "file");
	for (unsigned i = 0; i < 34; i++)
		(void) syscall(SYS_fanotify_mark, NO_FD, FAN_MARK_ADD, 1ULL << i, AT_FDCWD, "file");
	(void) syscall(SYS_fanotify_mark, NO_FD, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_ACCESS, NO_FD, NULL);
	(void) syscall(SYS_fanotify_mark, NO_FD, -1, -1L, NO_FD, unreadable());
}

static long *offset_at(long value)
{
	return page_end(&value, sizeof(value));
}

static void moves(void)
{
	long fd = syscall(SYS_openat, AT_FDCWD, "moved", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	long other = syscall(SYS_openat, AT_FDCWD, "other", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int second[2];

	(void) syscall(SYS_pipe2, second, 0);
	(void) syscall(SYS_write, fd, "0123456789", 10);
	(void) syscall(SYS_sendfile, pipe_fds[1], fd, offset_at(2), 5);
	(void) syscall(SYS_sendfile, pipe_fds[1], fd, NULL, 5);
	(void) syscall(SYS_sendfile, pipe_fds[1], fd, offset_at(100), 5);
	(void) syscall(SYS_sendfile, pipe_fds[1], fd, offset_at(-1), 5);
	(void) syscall(SYS_sendfile, pipe_fds[1], fd, unreadable(), 5);
	(void) syscall(SYS_sendfile, NO_FD, fd, offset_at(1), 5);
	(void) syscall(SYS_splice, fd, offset_at(3), pipe_fds[1], NULL, 4, SPLICE_F_MOVE);
	(void) syscall(SYS_splice, pipe_fds[0], NULL, other, offset_at(7), 3, SPLICE_F_MORE | SPLICE_F_NONBLOCK);
	(void) syscall(SYS_splice, fd, offset_at(30), pipe_fds[1], NULL, 4, 0x30);
	(void) syscall(SYS_splice, pipe_fds[0], offset_at(1), second[1], NULL, 4, 0);
	(void) syscall(SYS_splice, NO_FD, unreadable(), -1, unreadable(), -1L, -1);
	(void) syscall(SYS_tee, pipe_fds[0], second[1], 3, SPLICE_F_NONBLOCK);
	(void) syscall(SYS_tee, NO_FD, second[1], 3, 0x55);
	(void) syscall(SYS_copy_file_range, fd, offset_at(1), other, offset_at(2), 5, 0);
	(void) syscall(SYS_copy_file_range, fd, NULL, other, NULL, 5, 0);
	(void) syscall(SYS_copy_file_range, fd, offset_at(100), other, offset_at(-1), 5, 7);
	(void) syscall(SYS_copy_file_range, NO_FD, unreadable(), -1, NULL, 5, 0);
	for (unsigned i = 0; i < 2; i++)
		(void) syscall(SYS_close, second[i]);
	(void) syscall(SYS_close, fd);
	(void) syscall(SYS_close, other);
}

int main(void)
{
	lines_begin();
	checked("desc");
	open_all();
	polls();
	selects();
	epolls();
	events_and_signals();
	timers();
	watches();
	moves();
	return lines_end();
}
