/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/* x86-64: see machine.bpf.h. */

struct pt_regs {
	unsigned long bp, bx, r10, r9, r8, cx, dx, si, di, orig_ax, sp;
} __attribute__((preserve_access_index));

#define STACK_SHIFT 14 /* THREAD_SIZE, arch/x86/include/asm/page_64_types.h */
#define TS_COMPAT 2    /* arch/x86/include/asm/thread_info.h: from the entry of a 32-bit call to its exit */

/* Of a 32-bit call, be it of a 64-bit program by int 0x80, only the lower halves count. */
static __always_inline void machine_compat_args(const struct pt_regs *regs, u64 args[6])
{
	args[0] = (u32) regs->bx;
	args[1] = (u32) regs->cx;
	args[2] = (u32) regs->dx;
	args[3] = (u32) regs->si;
	args[4] = (u32) regs->di;
	args[5] = (u32) regs->bp;
}

static __always_inline void machine_args(const struct pt_regs *regs, u64 args[6])
{
	args[0] = regs->di;
	args[1] = regs->si;
	args[2] = regs->dx;
	args[3] = regs->r10;
	args[4] = regs->r8;
	args[5] = regs->r9;
}

static __always_inline u64 machine_stack(const struct pt_regs *regs)
{
	return regs->sp;
}

static __always_inline u32 machine_number(const struct pt_regs *regs)
{
	return regs->orig_ax;
}

/* Not by the code segment, which is the program's: any program can make calls of either kind. */
static __always_inline bool machine_is_compat(const struct task_struct *task, const struct pt_regs *regs)
{
	return task->thread_info.status & TS_COMPAT;
}

/* The machine keeps stores in order: only the compiler has to be held. */
#define PUBLISH(target, value)                                                  \
	do {                                                                    \
		asm volatile("" ::: "memory");                                  \
		*(volatile __typeof__(target) *) &(target) = (value);           \
		asm volatile("" ::: "memory");                                  \
	} while (0)
