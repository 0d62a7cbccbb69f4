/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Which thread is this, and is it recorded? Asked twice a call by every process of the machine, so the answer must not
 * cost a helper call.
 *
 * What names the thread is its kernel stack (stack.bpf.h), or where that was found wrong on this kernel, its pid, which
 * is to be had by a helper call only. `threads` is a direct-mapped cache of verdicts keyed by it; an entry is one word, so
 * that two threads which share an entry can only replace each other's, never mix: the sum of key, epoch and slot, which
 * is 0 for a thread that is not recorded.
 *
 * Without key and epoch a slot is left, or something far greater: keys differ by multiples of 1 << STACK_SHIFT, more than
 * there are slots, and epochs by multiples of EPOCH_STEP, which are such numbers, too, and of random digits. It takes
 * 2^50 epochs until one comes again, and that the difference of two is that of two keys which share an entry has a chance
 * of 1 in 2^50.
 *
 * A verdict that is missing or stale is made anew from the task's cgroup. The call in flight is not in the entry but in
 * the slot, found again by tid, so nothing is lost by that. Verdicts go stale when a thread dies and its name is given
 * to another (task_newtask clears the entry; so does an exec, by which a thread takes over its leader's pid), and when
 * tasks move between cgroups or recording starts and stops (the epoch is raised, or the one entry cleared).
 */

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "machine.bpf.h"
#include "maps.bpf.h"
#include "ring.bpf.h"
#include "stack.bpf.h"

#define THREADS 65536U
#define VERDICT_SLOT 0x3fffU
_Static_assert(VERDICT_SLOT < 1U << STACK_SHIFT, "a slot is less than the difference of two keys");

__u64 threads[THREADS];
__u64 epoch = EPOCH_STEP;
__u32 slots_used = 1;        /* the slots from here on were never given out */
__u64 threads_misnamed;      /* the stack assumption was found wrong: nothing is recorded then */

/* The daemon's PID namespace, set by start(). */
__u32 pid_level;
__u64 pid_ns;

const volatile __u32 slots_max = 2;
const volatile bool threads_by_pid; /* a constant to the verifier, which drops the way that is not taken */

/* Return: the key of a thread that is not in the tracepoint. */
static __always_inline u64 thread_key_of(struct task_struct *task)
{
	if (threads_by_pid)
		return (u64) task->pid << (STACK_SHIFT + 1);
	return stack_key_from(&threads, (void *) bpf_task_pt_regs(task));
}

/* Return: the key of the current thread, in the tracepoint that was given @regs. */
static __always_inline u64 thread_key(const struct pt_regs *regs)
{
	if (threads_by_pid)
		return thread_key_of(bpf_get_current_task_btf());
	return stack_key_from(&threads, regs);
}

/* Stacks lie two STACK_SHIFT units apart where they have guard pages, so the lowest bit is no part of the index. */
static __always_inline u64 *thread_entry(u64 key)
{
	return &threads[(key >> (STACK_SHIFT + 1)) & (THREADS - 1)];
}

/* Return: the slot that an entry has for the thread, 0 if it is not recorded, or more than VERDICT_SLOT: nobody knows */
static __always_inline u64 verdict_of(u64 key, u64 entry)
{
	return entry - key - epoch;
}

/* The pid as the daemon's namespace counts it; 0 for a task outside. */
static __always_inline u32 pid_of(struct pid *pid)
{
	struct upid upid = {};
	u32 level = pid_level;

	if (!pid || BPF_CORE_READ(pid, level) < level)
		return 0;
	bpf_probe_read_kernel(&upid, sizeof(upid),
			      (void *) pid + bpf_core_field_offset(struct pid, numbers) + level * sizeof(upid));
	return (u64) upid.ns == pid_ns ? upid.nr : 0;
}

static __always_inline struct Slot *slot_at(u32 n)
{
	return bpf_map_lookup_elem(&slots, &n);
}

/* What is in flight is not seen to return: the thread has left the unit, or is about to end. */
static __always_inline void slot_leave(struct Slot *s)
{
	if (s->in_flight && s->ring)
		record_write(s, RECORD_UNFINISHED, 0);
	s->in_flight = 0;
}

static __always_inline void slot_free(u32 tid, u32 n, struct Slot *s)
{
	slot_leave(s);
	s->ring = 0;
	bpf_map_delete_elem(&slot_of, &tid);
	bpf_map_push_elem(&free_slots, &n, 0);
}

static __always_inline u32 slot_alloc(void)
{
	u32 n;

	if (bpf_map_pop_elem(&free_slots, &n) == 0)
		return n;
	if (slots_used >= slots_max)
		return 0;
	n = __sync_fetch_and_add(&slots_used, 1);
	return n < slots_max ? n : 0;
}

static __always_inline void slot_begin(struct Slot *s, struct task_struct *task, const struct Ring *r, u32 ring)
{
	PUBLISH(s->sequence, s->sequence | 1);
	slot_leave(s);
	s->tid = pid_of(task->thread_pid);
	s->pid = pid_of(task->group_leader->thread_pid);
	s->kernel_tid = task->pid;
	s->task = (u64) task;
	s->start = START_UNSEEN;
	s->named_in = 0;
	s->calls = r->calls;
	bpf_probe_read_kernel(s->comm, sizeof(s->comm), task->comm);
	s->ring = ring;
	PUBLISH(s->sequence, s->sequence + 1);
}

static __always_inline u32 slot_lose(struct Ring *r)
{
	__sync_fetch_and_add(&r->lost[LOSS_NO_THREAD], 1);
	return 0;
}

/* Return: the slot of the current task in @ring, new if it has none; 0 if there is none left. */
static __always_inline u32 slot_of_task(struct task_struct *task, u32 ring)
{
	u32 tid = task->pid, n, *found = bpf_map_lookup_elem(&slot_of, &tid);
	struct Ring *r = ring_at(ring);
	struct Slot *s;

	n = found ? *found : slot_alloc();
	s = slot_at(n);
	if (!n || !s)
		return slot_lose(r);
	if (found && s->ring == ring) {
		s->calls = r->calls; /* the epoch is raised when it changes */
		return n;
	}
	slot_begin(s, task, r, ring);
	if (!found && bpf_map_update_elem(&slot_of, &tid, &n, BPF_ANY) != 0) {
		s->ring = 0;
		bpf_map_push_elem(&free_slots, &n, 0);
		return slot_lose(r);
	}
	return n;
}

static __always_inline void slot_forget(u32 tid)
{
	u32 *found = bpf_map_lookup_elem(&slot_of, &tid);
	struct Slot *s;

	if (!found)
		return;
	s = slot_at(*found);
	if (s)
		slot_free(tid, *found, s);
}

static __always_inline u64 cgroup_of_task(struct task_struct *task)
{
	return task->cgroups->dfl_cgrp->kn->id;
}

static __always_inline u32 ring_of_cgroup(u64 id)
{
	struct CgroupEntry *entry = bpf_map_lookup_elem(&cgroups, &id);

	return entry ? entry->ring : 0;
}

static __always_inline u32 ring_of_task(struct task_struct *task)
{
	return ring_of_cgroup(cgroup_of_task(task));
}

/*
 * The slow way: by the task's cgroup. Return: its slot, 0 if it is not recorded.
 *
 * Another CPU may move the task and clear its entry before the verdict is stored. So it is stored by a full barrier, and
 * the cgroup read once more: either the move is seen here, or the entry is cleared after this.
 */
static __noinline u32 thread_refill(u64 key)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u64 at = *(volatile u64 *) &epoch, cgroup;
	u32 ring, n = 0;

	if (thread_key_of(task) != key) {
		__sync_fetch_and_add(&threads_misnamed, 1);
		return 0;
	}
	cgroup = cgroup_of_task(task);
	ring = ring_of_cgroup(cgroup);
	if (ring)
		n = slot_of_task(task, ring);
	else
		slot_forget(task->pid);
	(void) __sync_lock_test_and_set(thread_entry(key), key + at + n);
	if (cgroup_of_task(task) != cgroup)
		*thread_entry(key) = 0;
	return n;
}

/* Return: the slot of the current task, 0 if it is not recorded. */
static __always_inline u32 thread_slot(const struct pt_regs *regs)
{
	u64 key = thread_key(regs);
	u64 verdict = verdict_of(key, *thread_entry(key));

	if (verdict > VERDICT_SLOT)
		return thread_refill(key);
	return verdict;
}

/* The next call of @task asks for its cgroup again. */
static __always_inline void thread_invalidate(struct task_struct *task)
{
	u64 key = thread_key_of(task);
	u64 *entry = thread_entry(key);

	if (verdict_of(key, *entry) <= VERDICT_SLOT)
		*entry = 0;
}
