/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/* What differs between machines: where a call's arguments are, and how a store is made visible after those before. */

#include "kernel.bpf.h"

#if defined(__TARGET_ARCH_x86)

/* Every thread's stack begins at a multiple of this (THREAD_SIZE, arch/x86/include/asm/page_64_types.h). */
#define STACK_SHIFT 14
#define USER32_CS 0x23

static __always_inline void machine_args(const struct pt_regs *regs, u64 args[6])
{
	args[0] = regs->di;
	args[1] = regs->si;
	args[2] = regs->dx;
	args[3] = regs->r10;
	args[4] = regs->r8;
	args[5] = regs->r9;
}

/* The number of the call at its exit, where the tracepoint has the result only. */
static __always_inline u32 machine_number(const struct pt_regs *regs)
{
	return regs->orig_ax;
}

static __always_inline bool machine_is_compat(const struct pt_regs *regs)
{
	return (regs->cs & 0xffff) == USER32_CS;
}

/* x86 keeps stores in order: only the compiler has to be held. */
#define PUBLISH(target, value)                                                  \
	do {                                                                    \
		asm volatile("" ::: "memory");                                  \
		*(volatile __typeof__(target) *) &(target) = (value);           \
		asm volatile("" ::: "memory");                                  \
	} while (0)

#elif defined(__TARGET_ARCH_arm64)

#define STACK_SHIFT 14
#define PSR_MODE32_BIT 0x10

static __always_inline void machine_args(const struct pt_regs *regs, u64 args[6])
{
	for (int i = 0; i < 6; i++)
		args[i] = regs->regs[i];
}

/* The result has taken the first argument's place by then. */
static __always_inline u32 machine_number(const struct pt_regs *regs)
{
	return regs->syscallno;
}

static __always_inline bool machine_is_compat(const struct pt_regs *regs)
{
	return regs->pstate & PSR_MODE32_BIT;
}

/* An exchange is the only full barrier that BPF has on every kernel. */
#define PUBLISH(target, value) ((void) __sync_lock_test_and_set(&(target), (value)))

#else
#error "no such machine"
#endif
