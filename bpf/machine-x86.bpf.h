/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/* x86-64: see machine.bpf.h. */

struct pt_regs {
	unsigned long r10, r9, r8, dx, si, di, orig_ax, cs;
} __attribute__((preserve_access_index));

#define STACK_SHIFT 14 /* THREAD_SIZE, arch/x86/include/asm/page_64_types.h */
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

static __always_inline u32 machine_number(const struct pt_regs *regs)
{
	return regs->orig_ax;
}

static __always_inline bool machine_is_compat(const struct pt_regs *regs)
{
	return (regs->cs & 0xffff) == USER32_CS;
}

/* The machine keeps stores in order: only the compiler has to be held. */
#define PUBLISH(target, value)                                                  \
	do {                                                                    \
		asm volatile("" ::: "memory");                                  \
		*(volatile __typeof__(target) *) &(target) = (value);           \
		asm volatile("" ::: "memory");                                  \
	} while (0)
