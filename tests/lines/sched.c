/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How threads share processors and wait for each other, and what the C library tells the kernel of each. */

#include <linux/futex.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

#define NOBODY 0x3fffffff /* beyond pid_max */
#define RESET_ON_FORK 0x40000000

/* Of <linux/sched/types.h>, which has a struct that <sched.h> has as well. */
struct sched_attr {
	uint32_t size, sched_policy;
	uint64_t sched_flags;
	int32_t sched_nice;
	uint32_t sched_priority;
	uint64_t sched_runtime, sched_deadline, sched_period;
	uint32_t sched_util_min, sched_util_max;
};

static void policies(void)
{
	const struct sched_param zero = { 0 }, five = { 5 }, wrong = { -1 };

	(void) syscall(SYS_sched_getscheduler, 0);
	expect("sched_getscheduler(0) = 0 (SCHED_OTHER)");
	(void) syscall(SYS_sched_getscheduler, NOBODY);
	(void) syscall(SYS_sched_setscheduler, 0, SCHED_BATCH | RESET_ON_FORK, page_end(&zero, sizeof(zero)));
	(void) syscall(SYS_sched_getscheduler, 0);
	(void) syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, page_end(&zero, sizeof(zero)));
	(void) syscall(SYS_sched_setscheduler, NOBODY, SCHED_FIFO, page_end(&five, sizeof(five)));
	(void) syscall(SYS_sched_setscheduler, NOBODY, 77, page_end(&wrong, sizeof(wrong)));
	(void) syscall(SYS_sched_setscheduler, NOBODY, 77 | RESET_ON_FORK, page_end(&wrong, sizeof(wrong)));
	(void) syscall(SYS_sched_setscheduler, NOBODY, -1, NULL);
	(void) syscall(SYS_sched_setscheduler, 0, SCHED_RR, unreadable());
	(void) syscall(SYS_sched_getparam, 0, room_end(sizeof(zero)));
	(void) syscall(SYS_sched_getparam, NOBODY, room_end(sizeof(zero)));
	(void) syscall(SYS_sched_getparam, 0, NULL);
	(void) syscall(SYS_sched_setparam, 0, page_end(&zero, sizeof(zero)));
	(void) syscall(SYS_sched_setparam, 0, page_end(&five, sizeof(five)));
	(void) syscall(SYS_sched_setparam, 0, unreadable());
	for (int i = 0; i < 7; i++)
		(void) syscall(SYS_sched_get_priority_max, i);
	(void) syscall(SYS_sched_get_priority_max, 8);
	(void) syscall(SYS_sched_get_priority_min, SCHED_RR);
	(void) syscall(SYS_sched_rr_get_interval, 0, room_end(sizeof(struct timespec)));
	(void) syscall(SYS_sched_rr_get_interval, NOBODY, NULL);
	(void) syscall(SYS_sched_rr_get_interval, 0, unreadable());
	(void) syscall(SYS_sched_yield);
}

static void attributes(void)
{
	struct sched_attr attr = { .size = sizeof(attr), .sched_policy = SCHED_OTHER, .sched_nice = 3 };

	(void) syscall(SYS_sched_setattr, 0, page_end(&attr, sizeof(attr)), 0);
	(void) syscall(SYS_sched_getattr, 0, room_end(sizeof(attr)), sizeof(attr), 0);
	(void) syscall(SYS_sched_getattr, 0, room_end(48), 48, 0);
	(void) syscall(SYS_sched_getattr, 0, room_end(sizeof(attr)), 5, 0);
	(void) syscall(SYS_sched_getattr, 0, NULL, sizeof(attr), 1);
	(void) syscall(SYS_sched_getattr, NOBODY, room_end(sizeof(attr)), sizeof(attr), 0);
	attr.sched_flags = 0x67;
	attr.sched_util_min = 7;
	attr.sched_util_max = 9;
	(void) syscall(SYS_sched_setattr, NOBODY, page_end(&attr, sizeof(attr)), 0);
	attr.sched_policy = SCHED_DEADLINE;
	attr.sched_runtime = 10;
	attr.sched_deadline = 20;
	attr.sched_period = 30;
	attr.size = 48;
	attr.sched_flags = 0x80;
	(void) syscall(SYS_sched_setattr, NOBODY, page_end(&attr, 48), 3);
	attr.sched_policy = SCHED_FIFO;
	attr.sched_priority = 4;
	(void) syscall(SYS_sched_setattr, NOBODY, page_end(&attr, 48), 0);
	attr.sched_policy = 77;
	attr.size = 9;
	(void) syscall(SYS_sched_setattr, NOBODY, page_end(&attr, 48), 0);
	(void) syscall(SYS_sched_setattr, 0, NULL, 0);
	(void) syscall(SYS_sched_setattr, 0, unreadable(), 0);
}

static void processors(void)
{
	const unsigned long both = 3, first = 1, none = 0, wide[2] = { 0x8000000000000001, 5 };

	(void) syscall(SYS_sched_setaffinity, 0, sizeof(both), page_end(&both, sizeof(both)));
	expect("sched_setaffinity(0, 8, [0 1]) = 0");
	(void) syscall(SYS_sched_getaffinity, 0, 8, room_end(8));
	(void) syscall(SYS_sched_getaffinity, 0, 128, room_end(128));
	(void) syscall(SYS_sched_getaffinity, 0, 7, room_end(8));
	(void) syscall(SYS_sched_getaffinity, NOBODY, 8, room_end(8));
	(void) syscall(SYS_sched_getaffinity, 0, 8, unreadable());
	(void) syscall(SYS_sched_setaffinity, 0, 1, page_end(&first, sizeof(first)));
	(void) syscall(SYS_sched_setaffinity, 0, 4, page_end(&both, sizeof(both)));
	(void) syscall(SYS_sched_setaffinity, 0, 8, page_end(&none, sizeof(none)));
	(void) syscall(SYS_sched_setaffinity, NOBODY, 16, page_end(wide, sizeof(wide)));
	(void) syscall(SYS_sched_setaffinity, 0, 0, page_end(wide, sizeof(wide)));
	(void) syscall(SYS_sched_setaffinity, 0, 8, unreadable());
	(void) syscall(SYS_sched_setaffinity, 0, 8, NULL);
	(void) syscall(SYS_getcpu, room_end(4), room_end(4), NULL);
	(void) syscall(SYS_getcpu, NULL, NULL, NULL);
	(void) syscall(SYS_getcpu, unreadable(), NULL, room_end(8));
}

static void futexes(void)
{
	static const int operations[] = { 0,  1,  2,  3,   4,   5,   6,   7,   8,   9,   10,  11, 12,
					  13, 14, 77, 128, 129, 256, 384, 137, 393, 139, 391, 133 };
	const struct timespec brief = { 0, 1000 }, wrong = { 0, -1 };
	const unsigned value = 0;
	unsigned *word = room_end(sizeof(*word)), *other = room_end(sizeof(*other));

	for (size_t i = 0; i < ELEMENTS(operations); i++) {
		*word = 5;
		(void) syscall(SYS_futex, word, operations[i], 1, page_end(&wrong, sizeof(wrong)), other, 0x3000001);
		(void) syscall(SYS_futex, unreadable(), operations[i], 7, NULL, NULL, 5);
	}
	(void) syscall(SYS_futex, page_end(&value, 4), FUTEX_WAIT, 0, page_end(&brief, sizeof(brief)), NULL, 0);
	(void) syscall(SYS_futex, page_end(&value, 4), FUTEX_WAIT, 0, unreadable(), NULL, 0);
	(void) syscall(SYS_futex, page_end(&value, 4), FUTEX_WAKE_PRIVATE, 0x7fffffff);
	(void) syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 0, NULL, NULL, -1);
	for (unsigned op = 0; op < 6; op++)
		for (unsigned comparison = 0; comparison < 7; comparison++)
			(void) syscall(SYS_futex, other, FUTEX_WAKE_OP, 1, 2L, other,
				       (op | (comparison & 1) << 3) << 28 | comparison << 24 | 0xfff << 12 | 0xabc);
}

static void futex_vectors(void)
{
	const struct timespec past = { 1, 0 };
	unsigned *word = room_end(sizeof(*word));
	struct futex_waitv waiters[2] = {
		{ .val = 5, .uaddr = (uintptr_t) word, .flags = FUTEX_32 | FUTEX_PRIVATE_FLAG },
		{ .val = 0, .uaddr = 0, .flags = 0x18, .__reserved = 7 }
	};

	*word = 1;
	(void) syscall(449, page_end(waiters, sizeof(waiters)), 2, 0, page_end(&past, sizeof(past)), CLOCK_MONOTONIC);
	(void) syscall(449, page_end(waiters, sizeof(waiters)), 1, 0, NULL, CLOCK_REALTIME);
	(void) syscall(449, page_end(waiters, sizeof(waiters)), 1, 5, unreadable(), 99);
	(void) syscall(449, page_end(waiters, sizeof(waiters)), 3, 0, NULL, 0);
	(void) syscall(449, page_end(waiters, sizeof(waiters)), 0, 0, NULL, 0);
	(void) syscall(449, page_end(waiters, sizeof(waiters)), 129, 0, NULL, 0);
	(void) syscall(449, NULL, 1, 0, NULL, 0);
	(void) syscall(449, unreadable(), 1, 0, NULL, 0);
}

static void threads(void)
{
	(void) syscall(SYS_set_robust_list, 0x1000L, 24);
	(void) syscall(SYS_set_robust_list, NULL, 5);
	(void) syscall(SYS_get_robust_list, 0, room_end(8), room_end(8));
	(void) syscall(SYS_get_robust_list, NOBODY, room_end(8), room_end(8));
	(void) syscall(SYS_get_robust_list, 0, unreadable(), NULL);
	(void) syscall(SYS_set_tid_address, unreadable());
	for (int command = 1; command < 0x200; command <<= 1)
		(void) syscall(SYS_membarrier, command, 0, 0);
	(void) syscall(SYS_membarrier, 0, 0, 0);
	(void) syscall(SYS_membarrier, 0x80, 1, 5);
	(void) syscall(SYS_membarrier, 3, 2, -1);
	(void) syscall(SYS_rseq, 0x1000L, 32, 0, 0x53053053);
	(void) syscall(SYS_rseq, NULL, 0, 1, 5);
	(void) syscall(SYS_rseq, NULL, 1, 6, -1);
	(void) syscall(SYS_personality, 0xffffffff);
	expect("personality(0xffffffff) = 0 (PER_LINUX)");
	(void) syscall(SYS_personality, PER_LINUX32 | ADDR_NO_RANDOMIZE);
	(void) syscall(SYS_personality, PER_SVR4);
	(void) syscall(SYS_personality, 0xff | UNAME26 | 0x10000);
	(void) syscall(SYS_personality, 0);
}

int main(void)
{
	lines_begin();
	checked("process");
	policies();
	attributes();
	processors();
	futexes();
	futex_vectors();
	threads();
	return lines_end();
}
