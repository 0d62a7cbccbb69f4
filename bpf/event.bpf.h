/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Fork, exec, exit and the OOM killer's choice, in a ring of their own, so that calls never push them out. They may be
 * written from interrupts and from another unit's tasks, so nothing is owned: a slot is claimed by one atomic add and
 * whole when its sequence says so. The ring is always that of the task the event happens to. Signals are in signal.bpf.h.
 */

#include "arm.bpf.h"
#include "piece.bpf.h"
#include "ring.bpf.h"
#include "thread.bpf.h"

#define SECCOMP_MODE_DEAD 3 /* a filter has killed: 5.17 */
#define SIGSYS 31
#define CLONE_THREAD 0x00010000U

static __always_inline void event_begin(struct EventRecord *e, u32 kind)
{
	__builtin_memset(e, 0, sizeof(*e));
	e->header.size = sizeof(*e);
	e->header.kind = RECORD_EVENT;
	e->header.count = kind;
	e->header.cpu = bpf_get_smp_processor_id();
}

/* The members that every event has, but for the time, which is to be read once the place for it is claimed. */
static __always_inline void event_fill(struct EventRecord *e, u32 kind, struct task_struct *task)
{
	event_begin(e, kind);
	e->tid = pid_of(task->thread_pid);
	e->pid = pid_of(task->group_leader->thread_pid);
	bpf_probe_read_kernel(e->comm, COMM_SIZE, task->comm);
}

/* Return: the next event slot of the ring, or NULL if there is none, or somebody is still writing to it */
static __always_inline struct EventSlot *event_slot(struct Ring *ring, u64 *ret_n)
{
	struct ChunkHeader *h = chunk_at(ring->event_chunk);
	struct EventSlot *e;
	u64 n, before;
	u32 index;

	if (!h)
		return NULL;
	n = __sync_fetch_and_add(&ring->event_head, 1);
	index = n % EVENT_SLOTS;
	asm volatile("" : "+r"(index));
	if (index >= EVENT_SLOTS)
		return NULL;
	e = (struct EventSlot *) h + 1 + index;
	before = *(volatile u64 *) &e->sequence;
	if (before > n && before < EVENT_SPOILT) /* we were held up, and a later event is there already */
		return NULL;
	if (__sync_lock_test_and_set(&e->sequence, EVENT_CLAIMED | n) & EVENT_CLAIMED)
		return NULL;
	*ret_n = n;
	return e;
}

static __always_inline struct EventSlot *event_claim(u32 number, u32 kind, struct task_struct *task, u64 *ret_n)
{
	struct EventSlot *e = event_slot(ring_at(number), ret_n);

	if (!e)
		return NULL;
	event_fill(&e->record, kind, task);
	e->record.time = bpf_ktime_get_ns();
	return e;
}

static __always_inline void event_publish(struct EventSlot *e, u64 n)
{
	u64 claim = EVENT_CLAIMED | n;

	if (__sync_val_compare_and_swap(&e->sequence, claim, n + 1) != claim)
		(void) __sync_lock_test_and_set(&e->sequence, EVENT_SPOILT);
}

/* Of a thread the one that made it; of a process its parent, which with CLONE_PARENT is another than who made it. */
static __always_inline u32 parent_of(struct task_struct *task, u64 clone_flags)
{
	if (clone_flags & CLONE_THREAD)
		return pid_of(bpf_get_current_task_btf()->thread_pid);
	return pid_of(task->real_parent->group_leader->thread_pid);
}

SEC("tp_btf/task_newtask")
int BPF_PROG(on_newtask, struct task_struct *task, u64 clone_flags)
{
	u32 ring = ring_of_task(task);
	struct EventSlot *e;
	u64 n;

	thread_invalidate(task);
	if (!ring)
		return 0;
	bind_new(task);
	e = event_claim(ring, EVENT_FORK, task, &n);
	if (!e)
		return 0;
	e->record.code = clone_flags;
	e->record.other_pid = parent_of(task, clone_flags);
	event_publish(e, n);
	return 0;
}

/*
 * Keeps the slot of a thread that was not the leader: exec gives it the leader's tid, and the name while no slot was
 * known by that tid. Return: its tid before.
 */
static __always_inline u32 slot_rename(u32 old_tid, struct task_struct *task)
{
	u32 tid = task->pid, *found = bpf_map_lookup_elem(&slot_of, &old_tid), n, before;
	struct Slot *s;

	s = found ? slot_at(*found) : NULL;
	if (!s)
		return 0;
	n = *found;
	before = s->tid;
	PUBLISH(s->sequence, s->sequence | 1);
	s->tid = pid_of(task->thread_pid);
	s->kernel_tid = tid;
	s->named_in = 0;
	bpf_probe_read_kernel(s->comm, sizeof(s->comm), task->comm);
	PUBLISH(s->sequence, s->sequence + 1);
	bpf_map_delete_elem(&slot_of, &old_tid);
	bpf_map_update_elem(&slot_of, &tid, &n, BPF_ANY);
	return before;
}

/*
 * What the program has got as its arguments, which for a script are its interpreter's, and @rest of the file's name, if
 * that was too long for the event.
 */
static __noinline int exec_write_pieces(struct EventSlot *e, u32 ring, struct task_struct *task, const char *rest)
{
	struct PieceWriter *w = piece_writer();

	if (!e || !w)
		return 0;
	w->ring = ring;
	w->tid = e->record.tid;
	w->pid = e->record.pid;
	w->start = e->record.time;
	w->requested = 0;
	w->last = MEMORY_WHOLE;
	if (rest) {
		w->arg = PIECE_FILE;
		w->source = PIECE_KERNEL_STRING;
		w->from = (u64) rest;
		w->offset = EVENT_TEXT_SIZE - 1;
		(void) pieces_write(w);
	}
	w->arg = PIECE_ARGV;
	w->source = PIECE_BYTES;
	w->from = task->mm->arg_start;
	w->left = task->mm->arg_end - task->mm->arg_start;
	w->offset = 0;
	return pieces_write(w);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	u32 ring = ring_of_task(task), before = 0;
	struct EventSlot *e;
	long size;
	u64 n;

	if (old_pid != task->pid) {
		before = slot_rename(old_pid, task);
		thread_invalidate(task);
	}
	if (!ring)
		return 0;
	e = event_claim(ring, EVENT_EXEC, task, &n);
	if (!e)
		return 0;
	e->record.other_pid = before;
	size = bpf_probe_read_kernel_str(e->record.text, sizeof(e->record.text), bprm->interp);
	exec_write_pieces(e, ring, task, size == sizeof(e->record.text) ? bprm->interp + size - 1 : NULL);
	event_publish(e, n);
	return 0;
}

SEC("tp_btf/task_rename")
int BPF_PROG(on_rename, struct task_struct *task, const char *comm)
{
	u32 tid = task->pid, *found = bpf_map_lookup_elem(&slot_of, &tid);
	struct Slot *s = found ? slot_at(*found) : NULL;

	if (!s)
		return 0;
	bpf_probe_read_kernel_str(s->comm, sizeof(s->comm), comm);
	s->named_in = 0;
	return 0;
}

int killed_write(struct Slot *s); /* recorder.bpf.c */

/* SECCOMP_RET_KILL_THREAD, if it was not the last thread: the process does not end, which would need a signal. */
static __always_inline void thread_end_refused(struct task_struct *task)
{
	u32 tid = task->pid, *found;

	if (task->exit_code != SIGSYS || task->signal->group_exit_code || !bpf_core_field_exists(task->seccomp) ||
	    task->seccomp.mode != SECCOMP_MODE_DEAD)
		return;
	found = bpf_map_lookup_elem(&slot_of, &tid);
	if (found)
		killed_write(slot_at(*found));
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	u32 ring = ring_of_task(task);
	struct EventSlot *e;
	u64 n;

	thread_end_refused(task);
	slot_forget(task->pid);
	if (!ring)
		return 0;
	e = event_claim(ring, EVENT_EXIT, task, &n);
	if (!e)
		return 0;
	e->record.code = task->exit_code;
	e->record.signal = task->signal->live.counter == 0; /* counted down before this tracepoint */
	e->record.group_code = task->signal->group_exit_code;
	event_publish(e, n);
	return 0;
}

static __always_inline void event_fill_current(struct EventRecord *e)
{
	struct task_struct *current = bpf_get_current_task_btf();

	e->other_pid = pid_of(current->group_leader->thread_pid);
	e->other_uid = bpf_get_current_uid_gid();
	bpf_probe_read_kernel(e->other_comm, COMM_SIZE, current->comm);
}

/* The OOM killer runs in whichever task cannot be given memory. */
SEC("?tp_btf/mark_victim")
int BPF_PROG(on_oom, struct task_struct *task)
{
	u32 ring = ring_of_task(task);
	struct EventSlot *e;
	u64 n;

	e = ring ? event_claim(ring, EVENT_OOM, task, &n) : NULL;
	if (!e)
		return 0;
	event_fill_current(&e->record);
	event_publish(e, n);
	return 0;
}

/* Older kernels tell the victim's pid alone: its unit is that of its slot, which every task has that makes calls. */
SEC("?tp_btf/mark_victim")
int BPF_PROG(on_oom_pid, int pid)
{
	u32 tid = pid, *found = bpf_map_lookup_elem(&slot_of, &tid);
	struct Slot *s = found ? slot_at(*found) : NULL;
	struct EventSlot *e;
	u64 n;

	if (!s || !s->ring)
		return 0;
	e = event_slot(ring_at(s->ring), &n);
	if (!e)
		return 0;
	event_begin(&e->record, EVENT_OOM);
	e->record.tid = s->tid;
	e->record.pid = s->pid;
	__builtin_memcpy(e->record.comm, s->comm, COMM_SIZE);
	event_fill_current(&e->record);
	e->record.time = bpf_ktime_get_ns();
	event_publish(e, n);
	return 0;
}
