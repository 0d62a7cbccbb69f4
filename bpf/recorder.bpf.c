// SPDX-License-Identifier: GPL-2.0-only

/*
 * The recorder. sys_enter keeps the call in the thread's slot, sys_exit writes it to the ring, once and whole.
 *
 *   thread.bpf.h  who is it, is it recorded: the cheap rejection, the slots
 *   calls.bpf.h   which of its calls are wanted
 *   ring.bpf.h    chunks and records
 *   event.bpf.h   fork, exec, exit
 *   signal.bpf.h  signals, and who has sent them
 *   uring.bpf.h   io_uring: what is submitted and what completes
 *   arm.bpf.h     cgroups: units are recorded from their birth on
 *   blocked.bpf.h threads that were in a call before
 *   rule.bpf.h    what is captured of which call
 *   memory.bpf.h  reading it from the process
 *   file.bpf.h    which files its descriptors stand for
 *   name.bpf.h    what these are called
 *   step.bpf.h    memory beyond what the slot has room for
 *   piece.bpf.h   what is too long for a record
 *   string.bpf.h  strings of the process
 *   cast.bpf.h    plain loads where the kernel has them
 *
 * What is captured of a process' memory is a table, filled in by the daemon from trace/syscalls.def.
 */

#include "kernel.bpf.h"

#include "arm.bpf.h"
#include "blocked.bpf.h"
#include "calls.bpf.h"
#include "event.bpf.h"
#include "file.bpf.h"
#include "memory.bpf.h"
#include "ring.bpf.h"
#include "rule.bpf.h"
#include "signal.bpf.h"
#include "step.bpf.h"
#include "thread.bpf.h"
#include "uring.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define SECCOMP_MODE_FILTER 2 /* 3 once a filter has killed: SECCOMP_MODE_DEAD, 5.17 */

/* Return: RECORD_COMPAT if the call that the slot's thread is in is a 32-bit one, else 0 */
static __always_inline u32 call_kind(const struct Slot *s, const struct pt_regs *regs)
{
	struct task_struct *task = bpf_rdonly_cast ? slot_task(s, false) : slot_task(s, true);

	return machine_is_compat(task, regs) ? RECORD_COMPAT : 0;
}

/* Takes number, arguments and memory of a call into the slot. @continued: there is more. Return: its rule */
static __always_inline const volatile struct CallRule *call_read(struct Slot *s, const struct pt_regs *regs, u32 nr,
								 u32 flags, bool *continued)
{
	const volatile struct CallRule *rule;
	u32 index = rule_index(nr, flags), n = 0, captures;

	s->nr = nr;
	s->flags = flags;
	s->rule = index;
	rule = rule_at(index);
	s->n_args = rule->n_args;
	if (flags & RECORD_COMPAT)
		machine_compat_args(regs, s->args);
	else if (rule->n_args)
		machine_args(regs, s->args);
	captures = rule->captures;
	if (captures) {
		*continued = captures & CAPTURE_ENTER;
		n = memory_enter(s, &rule->memory[0], n, continued);
		if (rule->memory[1].kind)
			n = memory_enter(s, &rule->memory[1], n, continued);
	}
	s->n_memory = n;
	files_enter(s, rule);
	return rule;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long nr)
{
	const volatile struct CallRule *rule;
	bool continued = false;
	u32 n = thread_slot(regs), kind;
	struct Slot *s;

	if (!n)
		return 0;
	s = slot_at(n);
	if (!s)
		return 0;
	kind = call_kind(s, regs);
	if (s->calls && !call_is_wanted(s->calls, nr, kind)) {
		s->in_flight = 0;
		s->start = START_UNWANTED;
		return 0;
	}
	PUBLISH(s->sequence, s->sequence | 1);
	rule = call_read(s, regs, nr, kind | (no_durations ? RECORD_NO_DURATION : 0), &continued);
	slot_start(s);
	s->in_flight = !rule->no_return;
	if (continued)
		steps_enter(s);
	if (rule->no_return)
		record_write(s, RECORD_UNFINISHED, 0);
	/* Last of all: whoever sees the slot even and idle finds the record in the ring. */
	PUBLISH(s->sequence, s->sequence + 1);
	return 0;
}

/*
 * An exit without an enter. The first event of a thread may be that: a child returns from the fork that made it, and who
 * was blocked when recording began returns from that call. Later on it is a call that a seccomp filter let not get as
 * far as the tracepoint of entry; its registers are still as the caller set them.
 */
static __noinline int refused_write(struct pt_regs *regs, struct Slot *s, s64 result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u32 nr = machine_number(regs), kind;
	bool continued = false;

	if (!s)
		return 0;
	if (s->start == START_UNSEEN || !bpf_core_field_exists(task->seccomp) ||
	    task->seccomp.mode < SECCOMP_MODE_FILTER) {
		s->start = START_SEEN;
		return 0;
	}
	kind = machine_is_compat(task, regs) ? RECORD_COMPAT : 0;
	if (!call_is_wanted(s->calls, nr, kind)) {
		s->flags = 0;
		return 0;
	}
	PUBLISH(s->sequence, s->sequence | 1);
	if (s->flags & RECORD_REFUSED)
		result = 0; /* killed for: the result is what was in its register, on arm64 the first argument */
	else
		s->start = bpf_ktime_get_ns();
	(void) call_read(s, regs, nr, RECORD_REFUSED | kind, &continued);
	if (continued)
		steps_enter(s);
	record_write(s, 0, result);
	s->flags = 0;
	PUBLISH(s->sequence, s->sequence + 1);
	return 0;
}

/* Of a thread that a filter has ended alone: neither tracepoint has seen its call, and no signal was sent. */
__noinline int killed_write(struct Slot *s)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (!s || s->in_flight || s->start == START_UNSEEN)
		return 0;
	s->flags = RECORD_REFUSED;
	s->start = bpf_ktime_get_ns();
	return refused_write((struct pt_regs *) bpf_task_pt_regs(task), s, 0);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long result)
{
	const volatile struct CallRule *rule;
	bool continued = false;
	u32 n = thread_slot(regs), n_memory = 0, captures;
	struct Slot *s;

	if (!n)
		return 0;
	s = slot_at(n);
	if (!s)
		return 0;
	if (!s->in_flight && s->start == START_UNWANTED) {
		s->start = START_SEEN;
		return 0;
	}
	if (!s->in_flight)
		return refused_write(regs, s, result);
	PUBLISH(s->sequence, s->sequence | 1);
	s->in_flight = 0;
	rule = rule_at(s->rule);
	captures = rule->captures;
	if (captures && !(rule->replaces && result == 0)) {
		continued = captures & (CAPTURE_ENTER | CAPTURE_EXIT);
		n_memory = memory_exit(s, &rule->memory[0], n_memory, result, &continued);
		if (rule->memory[1].kind)
			n_memory = memory_exit(s, &rule->memory[1], n_memory, result, &continued);
		s->n_memory = n_memory;
		if (continued)
			steps_exit(s, result);
	}
	files_exit(s, rule, result);
	record_put(s, 0, result);
	PUBLISH(s->sequence, s->sequence + 1);
	return 0;
}

/* Run once by the daemon: its PID namespace is the one that pids are told in. Says what the kernel has, too. */
SEC("syscall")
int start(void *context)
{
	struct pid *pid = bpf_get_current_task_btf()->thread_pid;
	struct upid upid = {};
	u32 level = BPF_CORE_READ(pid, level);

	bpf_probe_read_kernel(&upid, sizeof(upid),
			      (void *) pid + bpf_core_field_offset(struct pid, numbers) + level * sizeof(upid));
	pid_ns = (u64) upid.ns;
	pid_level = level;
	files_cheap = bpf_rdonly_cast;
	return 0;
}
