/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The calls that threads are in when a dump is taken, picked from its items.
 *
 * A dump marks calls that never returned in the same way as calls that have not returned yet. So a thread's exit takes
 * its call off again; and where the exit was overwritten, the call gives itself away by ending before the others, which
 * all end at the instant of the dump.
 */

#include <stddef.h>
#include <stdint.h>

#include "trace/line.h"

typedef struct BlockedCall {
	uint32_t tid;
	uint64_t until; /* ns: when it was seen last */
	Text line;
} BlockedCall;

typedef struct Blocked {
	BlockedCall *calls;
	size_t n, allocated;
} Blocked;

/** blocked_see() - take the next item of the dump into account; Return: 0 or -ENOMEM */
int blocked_see(Blocked *b, const Item *item, const LineStyle *style);

/** blocked_put() - append the lines of the calls; Return: how many there are */
size_t blocked_put(const Blocked *b, Text *out);

/** blocked_done() - release the memory */
void blocked_done(Blocked *b);

#define _cleanup_blocked_ _cleanup_(blocked_done)
