/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Signals, each with one line: where it is delivered, in the task that gets it, with all that siginfo says. Who has sent
 * it is known only when it is sent, and is remembered until then. What has no delivery is told when it is sent: what ends
 * the process, for the kernel makes SIGKILL of it, and what its target blocks, as it may be taken by sigwait or through a
 * signalfd. If that is delivered after all, the event names the time of the other one, and readers show it alone.
 *
 * A service may get ten thousand signals of a timer a second, and 127 slots for events are to show forks and exits of
 * minutes ago. So a slot is given to the first signal of each number in ten seconds; the others are among the calls, of
 * which a handled signal makes one anyway. Nothing is left out, and what comes rarely is kept as long as exits are, as is
 * each signal that ends a process: there are no more of these than of exits.
 */

#include "event.bpf.h"

#define SI_USER 0
#define SI_QUEUE (-1)
#define SI_TKILL (-6)
#define SI_KERNEL 0x80
#define SIGKILL 9
#define SIGCHLD 17
#define SYS_SECCOMP 1

/* include/trace/events/signal.h: neither ignored nor pending already */
#define TRACE_SIGNAL_DELIVERED 0
#define TRACE_SIGNAL_LOSE_INFO 4

#define SIGNAL_GROUP_EXIT 0x4 /* include/linux/sched/signal.h */

#define SIGNAL_PERIOD 10000000000ULL /* ns */

/* siginfo_t as the kernel has it; its layout is user space's, so it needs no relocation. */
struct Siginfo {
	s32 signo;
	s32 error;
	s32 code;
	s32 _pad;
	u64 fields[SIGNAL_FIELDS_SIZE / 8];
};

/* Return: whether this signal is the first of its number for a while. Two CPUs may both be told so; no harm is done. */
static __always_inline bool signal_is_rare(struct Ring *ring, u32 signal)
{
	u64 bit = 1ULL << ((signal - 1) & 63), now = bpf_ktime_get_ns();

	if (now - ring->signals_since > SIGNAL_PERIOD) {
		ring->signals_since = now;
		ring->signals_seen = 0;
	}
	if (ring->signals_seen & bit)
		return false;
	ring->signals_seen |= bit;
	return true;
}

/* Return: the time of the event, 0 if there was no place for it */
static __always_inline u64 signal_put_slot(struct Ring *ring, const struct EventRecord *record)
{
	u64 n, now;
	struct EventSlot *e = event_slot(ring, &n);

	if (!e)
		return 0;
	e->record = *record;
	now = bpf_ktime_get_ns();
	e->record.time = now;
	event_publish(e, n);
	return now;
}

static __always_inline u64 signal_put_chunk(struct Ring *ring, u32 number, const struct EventRecord *record)
{
	struct ChunkHeader *h = ring_claim(ring, number);
	struct EventRecord *to = h ? record_place(h) : NULL;
	u64 now;

	if (!to)
		return 0;
	*to = *record;
	to->header.flags |= RECORD_AMONG_CALLS;
	now = bpf_ktime_get_ns();
	to->time = now;
	record_publish(h, sizeof(*to), now);
	return now;
}

static __noinline u64 signal_put(u32 number, const struct EventRecord *record, bool fatal)
{
	struct Ring *ring = ring_at(number);

	if (!record)
		return 0;
	if (fatal || signal_is_rare(ring, record->signal))
		return signal_put_slot(ring, record);
	return signal_put_chunk(ring, number, record);
}

static __always_inline void signal_fill(struct EventRecord *e, struct task_struct *task, const struct Siginfo *info)
{
	event_fill(e, EVENT_SIGNAL, task);
	e->signal = info->signo;
	e->code = info->code;
	e->info.error = info->error;
	__builtin_memcpy(e->info.fields, info->fields, SIGNAL_FIELDS_SIZE);
}

static __always_inline void signal_fill_sender(struct EventRecord *e, const struct Sender *sender)
{
	e->other_pid = sender->pid;
	e->other_uid = sender->uid;
	__builtin_memcpy(e->other_comm, sender->comm, COMM_SIZE);
}

/*
 * A timer, a fault or an interrupt has no sender, and what is current then means nothing. SIGKILL is sent by the kernel
 * in the task that has asked for it: who wrote to cgroup.kill, or whose allocation woke the OOM killer.
 */
static __always_inline bool signal_has_sender(const struct Siginfo *info)
{
	return info->code == SI_USER || info->code == SI_TKILL || info->code == SI_QUEUE ||
	       (info->signo == SIGCHLD && info->code > 0 && info->code != SI_KERNEL) ||
	       (info->signo == SIGKILL && info->code == SI_KERNEL);
}

/* The pid that the task of @viewer has for @pid; 0 if it cannot see it. */
static __always_inline u32 pid_seen_by(struct pid *pid, struct pid *viewer)
{
	u32 level = BPF_CORE_READ(viewer, level);
	struct upid upid = {};

	if (BPF_CORE_READ(pid, level) < level)
		return 0;
	bpf_probe_read_kernel(&upid, sizeof(upid),
			      (void *) pid + bpf_core_field_offset(struct pid, numbers) + level * sizeof(upid));
	return upid.nr;
}

/*
 * 0 and 1 in place of siginfo stand for "from the current task" and "from the kernel" (SEND_SIG_NOINFO, SEND_SIG_PRIV):
 * what the receiver is told then is made up later. Kernels since 6.12 do not let it be used as a pointer for that.
 */
static __always_inline void siginfo_sent(struct Siginfo *to, int signal, struct kernel_siginfo *info, int result,
					 struct task_struct *task)
{
	struct task_struct *current = bpf_get_current_task_btf();

	__builtin_memset(to, 0, sizeof(*to));
	if ((u64) info > 1 && result == TRACE_SIGNAL_DELIVERED)
		bpf_probe_read_kernel(to, sizeof(*to), info);
	else if ((u64) info == 1)
		to->code = SI_KERNEL;
	else if (result == TRACE_SIGNAL_DELIVERED)
		to->fields[0] = pid_seen_by(current->group_leader->thread_pid, task->thread_pid) |
				(bpf_get_current_uid_gid() & 0xffffffff) << 32;
	to->signo = signal;
}

static __always_inline struct SenderKey sender_key(struct task_struct *task, const struct Siginfo *info)
{
	return (struct SenderKey){
		.tgid = task->tgid, .signal = info->signo, .pid = info->fields[0], .value = info->fields[1],
	};
}

/*
 * The parent is told of a child by whichever task ends it or its last thread; its pid is that of siginfo, if that is
 * one of the daemon's namespace.
 */
static __always_inline void sender_fill(struct Sender *s, const struct Siginfo *info, struct task_struct *task)
{
	struct task_struct *current = bpf_get_current_task_btf();

	s->pid = pid_of(current->group_leader->thread_pid);
	s->uid = bpf_get_current_uid_gid();
	bpf_probe_read_kernel(s->comm, COMM_SIZE, current->comm);
	if (info->signo == SIGCHLD && info->code > 0 && (u32) info->fields[0] != s->pid &&
	    BPF_CORE_READ(task, thread_pid, level) == pid_level) {
		s->pid = info->fields[0];
		__builtin_memset(s->comm, 0, COMM_SIZE);
	}
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

/* What sigwait waits for is not blocked then, and is in the mask it will have again. */
static __always_inline bool signal_is_blocked(struct task_struct *task, int signal)
{
	return (task->blocked.sig[0] | task->real_blocked.sig[0]) >> ((signal - 1) & 63) & 1;
}

/*
 * Whether this signal has just ended the process: the default action of most, unless a core is dumped. The kernel has
 * decided that by now, and will deliver SIGKILL alone, of which nothing can be learned.
 */
static __always_inline bool signal_is_fatal(struct task_struct *task, int signal)
{
	return signal == SIGKILL ||
	       (task->signal->flags & SIGNAL_GROUP_EXIT && task->signal->group_exit_code == signal);
}

SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal_sent, int signal, struct kernel_siginfo *info, struct task_struct *task, int group, int result)
{
	struct Sender sender = {};
	struct EventRecord e;
	struct SenderKey key;
	struct Siginfo sent;
	bool fatal, waits;
	u32 ring;

	if (result != TRACE_SIGNAL_DELIVERED && result != TRACE_SIGNAL_LOSE_INFO)
		return 0;
	ring = ring_of_task(task);
	if (!ring)
		return 0;
	siginfo_sent(&sent, signal, info, result, task);
	if (signal == SIGSYS && sent.code == SYS_SECCOMP)
		slot_refused(task->pid);
	fatal = signal_is_fatal(task, signal);
	waits = !fatal && signal_is_blocked(task, signal);
	if (signal_has_sender(&sent))
		sender_fill(&sender, &sent, task);
	else if (!fatal && !waits)
		return 0;
	if (fatal || waits) {
		signal_fill(&e, task, &sent);
		signal_fill_sender(&e, &sender);
		e.info.state = waits ? SIGNAL_PENDING : signal == SIGKILL ? SIGNAL_SENT : SIGNAL_DELIVERED;
		sender.pending = signal_put(ring, &e, fatal);
	}
	if (fatal)
		return 0;
	key = sender_key(task, &sent);
	bpf_map_update_elem(&senders, &key, &sender, BPF_ANY);
	return 0;
}

SEC("tp_btf/signal_deliver")
int BPF_PROG(on_signal_delivered, int signal, struct kernel_siginfo *info, struct k_sigaction *action)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u32 ring = signal == SIGKILL ? 0 : ring_of_task(task);
	struct Siginfo got = {};
	struct EventRecord e;
	struct SenderKey key;
	struct Sender *sender;

	if (!ring)
		return 0;
	bpf_probe_read_kernel(&got, sizeof(got), info);
	got.signo = signal;
	signal_fill(&e, task, &got);
	key = sender_key(task, &got);
	sender = bpf_map_lookup_elem(&senders, &key);
	if (sender) {
		signal_fill_sender(&e, sender);
		e.info.since = sender->pending;
		sender->pending = 0;
	}
	signal_put(ring, &e, false);
	return 0;
}
