/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/* arm64: see machine.bpf.h. */

struct pt_regs {
	u64 regs[31];
	u64 sp;
	u64 pstate;
	u64 orig_x0;
	s32 syscallno;
} __attribute__((preserve_access_index));

/* The smallest THREAD_SIZE there is (arch/arm64/include/asm/memory.h): with pages of 64 KiB it is four times that. */
#define STACK_SHIFT 14
#define PSR_MODE32_BIT 0x10

/* The result takes the first argument's place, so the kernel keeps that beside. */
static __always_inline void machine_args(const struct pt_regs *regs, u64 args[6])
{
	args[0] = regs->orig_x0;
	for (int i = 1; i < 6; i++)
		args[i] = regs->regs[i];
}

static __always_inline u64 machine_stack(const struct pt_regs *regs)
{
	return regs->sp;
}

static __always_inline u32 machine_number(const struct pt_regs *regs)
{
	return regs->syscallno;
}

static __always_inline void machine_compat_args(const struct pt_regs *regs, u64 args[6])
{
	machine_args(regs, args);
}

/* A program makes the calls of its own kind. */
static __always_inline bool machine_is_compat(const struct task_struct *task, const struct pt_regs *regs)
{
	return regs->pstate & PSR_MODE32_BIT;
}

/* An exchange is the only full barrier that BPF has on every kernel. */
#define PUBLISH(target, value) ((void) __sync_lock_test_and_set(&(target), (value)))
