/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Filters at the source: which calls of a ring are recorded at all. The daemon fills a set before it gives its number
 * to a ring or a pattern, and never changes it after that.
 */

#include "kernel.bpf.h"
#include "record.h"

struct CallBits call_sets[CALL_SETS_MAX];

/* @flags: RECORD_COMPAT counts */
static __always_inline bool call_is_wanted(u32 set, u32 nr, u32 flags)
{
	u32 bit = nr >= SYSCALLS_MAX ? CALL_BITS - 1 : flags & RECORD_COMPAT ? nr + SYSCALLS_MAX : nr;

	asm volatile("" : "+r"(bit)); /* the verifier follows only the register that it saw checked */
	if (!set || bit >= CALL_BITS)
		return true;
	return call_sets[set & (CALL_SETS_MAX - 1)].words[bit / 64] >> (bit % 64) & 1;
}
