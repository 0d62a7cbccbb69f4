/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Threads that have been blocked in a call since before recording began: their enter was not seen, and without it a
 * service that hangs would show nothing. The daemon runs this over all tasks after it has added cgroups with processes
 * in them; it fills the slots of those that were never seen, from registers and memory of the sleeping thread.
 *
 * A slot is written by its own thread alone. This is the one exception, and safe as long as the thread sleeps: that it
 * has not run meanwhile is seen by its count of context switches, right before the slot is written.
 *
 * Names of the files that the processes have open are told then too, by a program that runs over all of these: recording
 * may begin long after they were opened, and the file systems they are on may be gone when the name is wanted.
 *
 * The program may sleep, since the memory may have to be read back in; so it must do without the stack of free slots,
 * which kernels before 6.4 keep from such programs.
 */

#include "calls.bpf.h"
#include "event.bpf.h"
#include "file.bpf.h"
#include "rule.bpf.h"
#include "string.bpf.h"

/* Filled before the slot is touched: reading memory may take long, and the thread may wake up meanwhile. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct Slot);
} blocked_scratch SEC(".maps");

static __always_inline bool copy_from(struct SlotMemory *m, struct task_struct *task, u32 n, const void *from)
{
	asm volatile("" : "+r"(n)); /* 6.1 follows the bound only through the register that it saw checked */
	return n <= STRING_MAX && bpf_copy_from_user_task(m->bytes, n, from, task, 0) == 0;
}

/* The helper reads all or nothing, and a string may end before a page that is not there. */
static __always_inline void copy_string(struct SlotMemory *m, struct task_struct *task, const void *from)
{
	u32 left = PAGE - ((u64) from & (PAGE - 1)), n = 0;

	if (left > STRING_MAX)
		left = STRING_MAX;
	if (!copy_from(m, task, STRING_MAX, from) && !copy_from(m, task, left, from)) {
		m->record.status = MEMORY_UNREADABLE;
		return;
	}
	while (n < STRING_MAX && m->bytes[n])
		n++;
	m->record.captured = n;
	m->record.requested = n;
	if (n == STRING_MAX)
		m->record.status = MEMORY_TRUNCATED;
}

static __always_inline void copy_buffer(struct SlotMemory *m, struct task_struct *task, u64 length, u32 limit,
					const void *from)
{
	u32 n = length < limit ? length : limit;

	m->record.requested = length > 0xffffffff ? 0xffffffff : length;
	if (!copy_from(m, task, n, from)) {
		m->record.status = MEMORY_UNREADABLE;
		return;
	}
	m->record.captured = n;
	if (n < length)
		m->record.status = MEMORY_TRUNCATED;
}

/* Return: the number of pieces after reading what the call was given. */
static __always_inline u32 memory_copy(struct Slot *s, struct task_struct *task, const volatile struct MemoryRule *rule,
				       u32 n)
{
	const void *from = (const void *) slot_arg(s, rule->arg);
	struct SlotMemory *m = &s->memory[n & 1];

	if (!rule_is_in(rule) || rule->kind == MEMORY_STRINGS || !from)
		return n;
	*(u64 *) &m->record = 0;
	m->record.arg = rule->arg;
	if (rule->kind == MEMORY_STRING)
		copy_string(m, task, from);
	else
		copy_buffer(m, task, rule_length(s, rule), rule->limit, from);
	return n + 1;
}

static __always_inline void files_copy_by(struct Slot *s, struct task_struct *task, const volatile struct CallRule *rule,
					  bool slow)
{
	for (u32 i = 0; i < CALL_FILES_MAX && i < rule->n_files; i++)
		(void) fd_take(s, task, rule->file_args[i], slot_arg(s, rule->file_args[i]), slow);
}

/* The files of the descriptors that the call was given; their names are told by on_file(). */
static __always_inline void files_copy(struct Slot *s, struct task_struct *task, const volatile struct CallRule *rule)
{
	s->n_files = 0;
	if (!files_wanted)
		return;
	if (bpf_rdonly_cast)
		files_copy_by(s, task, rule, false);
	else if (files_slow)
		files_copy_by(s, task, rule, true);
}

/* Return: the slot of @task if it was never seen, new if it has none; NULL */
static __always_inline struct Slot *slot_unseen(struct task_struct *task, const struct Ring *r, u32 ring)
{
	u32 tid = task->pid, n, *found = bpf_map_lookup_elem(&slot_of, &tid);
	struct Slot *s;

	if (!found && slots_used >= slots_max)
		return NULL;
	n = found ? *found : __sync_fetch_and_add(&slots_used, 1);
	s = n < slots_max ? slot_at(n) : NULL;
	if (!s || (found && s->ring == ring && s->start != START_UNSEEN))
		return NULL;
	if (!found || s->ring != ring)
		slot_begin(s, task, r, ring);
	if (!found)
		bpf_map_update_elem(&slot_of, &tid, &n, BPF_ANY);
	return s;
}

static __always_inline u64 task_switches(struct task_struct *task)
{
	return *(volatile unsigned long *) &task->nvcsw + *(volatile unsigned long *) &task->nivcsw;
}

static __always_inline void slot_take(struct Slot *s, const struct Slot *call)
{
	PUBLISH(s->sequence, s->sequence | 1);
	s->nr = call->nr;
	s->flags = call->flags;
	s->rule = call->rule;
	s->n_args = call->n_args;
	s->n_memory = call->n_memory;
	for (u32 i = 0; i < CALL_ARGS_MAX; i++)
		s->args[i] = call->args[i];
	s->n_files = call->n_files;
	for (u32 i = 0; i < CALL_FILES_MAX; i++) {
		s->file_of[i] = call->file_of[i];
		s->files[i] = call->files[i];
	}
	__builtin_memcpy(s->memory, call->memory, sizeof(s->memory)); /* aligned: in words */
	s->missing = ~0U; /* pieces cannot be written from here */
	s->start = bpf_ktime_get_ns();
	s->in_flight = 1;
	PUBLISH(s->sequence, s->sequence + 1);
}

SEC("iter.s/task")
int on_task(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	const volatile struct CallRule *rule;
	const struct pt_regs *regs;
	u32 ring, pieces, zero = 0;
	struct Slot *s, *call;
	struct Ring *r;
	u64 switches;

	call = bpf_map_lookup_elem(&blocked_scratch, &zero);
	if (!call || !task || !task->__state)
		return 0;
	ring = ring_of_task(task);
	if (!ring)
		return 0;
	r = ring_at(ring);
	switches = task_switches(task);
	regs = (const struct pt_regs *) bpf_task_pt_regs(task);
	if ((s32) machine_number(regs) < 0) /* it sleeps for a fault, or has not been in user space yet */
		return 0;
	call->nr = machine_number(regs);
	call->flags = RECORD_EARLIER | (no_durations ? RECORD_NO_DURATION : 0) |
		      (machine_is_compat(task, regs) ? RECORD_COMPAT : 0);
	if (!call_is_wanted(r->calls, call->nr, call->flags))
		return 0;
	if (call->flags & RECORD_COMPAT)
		machine_compat_args(regs, call->args);
	else
		machine_args(regs, call->args);
	call->rule = rule_index(call->nr, call->flags);
	rule = rule_at(call->rule);
	call->n_args = rule->n_args;
	pieces = memory_copy(call, task, &rule->memory[0], 0);
	call->n_memory = memory_copy(call, task, &rule->memory[1], pieces);
	files_copy(call, task, rule);
	s = slot_unseen(task, r, ring);
	if (s && task->__state && task_switches(task) == switches)
		slot_take(s, call);
	return 0;
}

/* The daemon runs one at a time. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct Naming);
} naming_earlier SEC(".maps");

SEC("iter/task_file")
int on_file(struct bpf_iter__task_file *context)
{
	struct task_struct *task = context->task;
	struct file *file = context->file;
	struct FileRef ref;
	u32 ring, zero = 0;

	if (!task || !file || !files_wanted || (!bpf_rdonly_cast && !files_slow))
		return 0;
	ring = ring_of_task(task);
	if (!ring)
		return 0;
	if (bpf_rdonly_cast)
		ref_of_file(&ref, file, false);
	else
		ref_of_file(&ref, file, true); /* as calls read it, or the two would differ */
	(void) file_tell(ring, &ref, &file->f_path, bpf_map_lookup_elem(&naming_earlier, &zero), false);
	return 0;
}
