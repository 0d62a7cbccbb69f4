/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * A thread's name for nothing: the first argument of both syscall tracepoints is the fixed top of its kernel stack. How
 * far that is from a map value is a plain number to the verifier, while the address itself is none.
 */

#include "machine.bpf.h"

static __always_inline u64 stack_key_from(const void *base, const void *regs)
{
	u64 key;

	asm volatile("%0 = %1\n"
		     "%0 -= %2"
		     : "=&r"(key)
		     : "r"(regs), "r"(base));
	return key;
}
