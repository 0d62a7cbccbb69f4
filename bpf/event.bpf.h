/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Fork, exec, exit and signal, in a ring of their own, so that calls never push them out. They may be written from
 * interrupts and from another unit's tasks, so nothing is owned: a slot is claimed by one atomic add and whole when its
 * sequence says so. The ring is always that of the task the event happens to.
 */

#include "ring.bpf.h"
#include "thread.bpf.h"

#define CLONE_THREAD 0x00010000U
#define SI_USER 0
#define SI_QUEUE (-1)
#define SI_TKILL (-6)
#define SI_KERNEL 0x80
#define SIGCHLD 17
#define SIGSYS 31
#define SYS_SECCOMP 1
#define TRACE_SIGNAL_DELIVERED 0 /* include/trace/events/signal.h: neither ignored nor already pending */

/* Return: the next event slot of the ring with the members that every event has, or NULL. */
static __always_inline struct EventSlot *event_claim(u32 number, u32 kind, struct task_struct *task, u64 *ret_n)
{
	struct Ring *ring = bpf_map_lookup_elem(&rings, &number);
	struct ChunkHeader *h;
	struct EventSlot *e;
	u32 index;
	u64 n;

	h = ring ? chunk_at(ring->event_chunk) : NULL;
	if (!h)
		return NULL;
	n = __sync_fetch_and_add(&ring->event_head, 1);
	index = n % EVENT_SLOTS;
	asm volatile("" : "+r"(index));
	if (index >= EVENT_SLOTS)
		return NULL;
	e = (struct EventSlot *) h + 1 + index;
	(void) __sync_lock_test_and_set(&e->sequence, 0);
	__builtin_memset(&e->record, 0, sizeof(e->record));
	e->record.header.size = sizeof(e->record);
	e->record.header.kind = RECORD_EVENT;
	e->record.header.count = kind;
	e->record.header.cpu = bpf_get_smp_processor_id();
	e->record.tid = pid_of(task->thread_pid);
	e->record.pid = pid_of(task->group_leader->thread_pid);
	bpf_probe_read_kernel(e->record.comm, COMM_SIZE, task->comm);
	e->record.time = bpf_ktime_get_ns();
	*ret_n = n;
	return e;
}

static __always_inline void event_publish(struct EventSlot *e, u64 n)
{
	(void) __sync_lock_test_and_set(&e->sequence, n + 1);
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
	e = event_claim(ring, EVENT_FORK, task, &n);
	if (!e)
		return 0;
	e->record.code = clone_flags;
	e->record.other_pid = pid_of(bpf_get_current_task_btf()->thread_pid);
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

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	u32 ring = ring_of_task(task), before = 0;
	struct EventSlot *e;
	u64 n;

	if (old_pid != task->pid)
		before = slot_rename(old_pid, task);
	if (!ring)
		return 0;
	e = event_claim(ring, EVENT_EXEC, task, &n);
	if (!e)
		return 0;
	e->record.other_pid = before;
	bpf_probe_read_kernel_str(e->record.text, sizeof(e->record.text), bprm->filename);
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

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	u32 ring = ring_of_task(task);
	struct EventSlot *e;
	u64 n;

	slot_forget(task->pid);
	if (!ring)
		return 0;
	e = event_claim(ring, EVENT_EXIT, task, &n);
	if (!e)
		return 0;
	e->record.code = task->exit_code;
	e->record.signal = task->signal->live.counter == 0; /* counted down before this tracepoint */
	event_publish(e, n);
	return 0;
}

/* The filter that kills sends the signal first: the time is kept for the call, which is written after it. */
static __always_inline void slot_refused(u32 tid)
{
	u32 *found = bpf_map_lookup_elem(&slot_of, &tid);
	struct Slot *s = found ? slot_at(*found) : NULL;

	if (!s || s->in_flight)
		return;
	s->flags = RECORD_REFUSED;
	s->start = bpf_ktime_get_ns();
}

/* The sender is the current task, but for signals that a timer, a fault or an interrupt made. */
static __always_inline bool signal_has_sender(int signal, int code)
{
	return code == SI_USER || code == SI_TKILL || code == SI_QUEUE || (signal == SIGCHLD && code > 0 && code != SI_KERNEL);
}

SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal, int signal, struct kernel_siginfo *info, struct task_struct *task, int group, int result)
{
	struct task_struct *current;
	struct EventSlot *e;
	u32 ring;
	int code;
	u64 n;

	if (result != TRACE_SIGNAL_DELIVERED)
		return 0;
	ring = ring_of_task(task);
	if (!ring)
		return 0;
	/*
	 * 0 and 1 stand for "no information" and "from the kernel" (SEND_SIG_NOINFO, SEND_SIG_PRIV), so kernels since
	 * 6.12 do not let it be used as a pointer.
	 */
	if ((u64) info <= 1)
		code = info ? SI_KERNEL : SI_USER;
	else
		code = BPF_CORE_READ(info, si_code);
	if (signal == SIGSYS && code == SYS_SECCOMP)
		slot_refused(task->pid);
	e = event_claim(ring, EVENT_SIGNAL, task, &n);
	if (!e)
		return 0;
	e->record.signal = signal;
	e->record.code = code;
	if (signal_has_sender(signal, code)) {
		current = bpf_get_current_task_btf();
		e->record.other_pid = pid_of(current->group_leader->thread_pid);
		e->record.other_uid = bpf_get_current_uid_gid();
		bpf_probe_read_kernel(e->record.other_comm, COMM_SIZE, current->comm);
	}
	event_publish(e, n);
	return 0;
}
