// SPDX-License-Identifier: GPL-2.0-only

/*
 * The recorder. sys_enter keeps the call in the thread's slot, sys_exit writes it to the ring, once and whole.
 *
 *   thread.bpf.h  who is it, is it recorded: the cheap rejection, the slots
 *   ring.bpf.h    chunks and records
 *   event.bpf.h   fork, exec, exit, signal
 *   arm.bpf.h     cgroups: units are recorded from their birth on
 *   blocked.bpf.h threads that were in a call before
 *   rule.bpf.h    what is captured of which call
 *
 * What is captured of a process' memory is a table, filled in by the daemon from trace/syscalls.def.
 */

#include "kernel.bpf.h"

#include "arm.bpf.h"
#include "blocked.bpf.h"
#include "event.bpf.h"
#include "ring.bpf.h"
#include "rule.bpf.h"
#include "thread.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define STRINGS_MAX 24U /* of an argument vector: what fits into a piece, if they are not very short */
#define SECCOMP_MODE_FILTER 2 /* 3 once a filter has killed: SECCOMP_MODE_DEAD, 5.17 */

/*
 * Return: bytes with the NUL, or a negative errno. On 6.1 and 6.12 the helper says 0 of an empty string, and may write
 * nothing.
 */
static __always_inline long string_copy(void *to, u32 room, const void *from)
{
	long n = bpf_probe_read_user_str(to, room, from);

	if (n != 0)
		return n;
	*(char *) to = '\0';
	return 1;
}

/* A string that fills the piece may end right there: only one byte more tells. */
static __always_inline void string_read(struct SlotMemory *m, u32 limit, const void *from)
{
	long n = string_copy(m->bytes, limit, from);
	char last = 0;

	if (n <= 0) {
		m->record.status = MEMORY_UNREADABLE;
		return;
	}
	m->record.captured = n - 1;
	m->record.requested = n - 1;
	if (n == limit && bpf_probe_read_user(&last, 1, from + limit - 1) == 0 && last) {
		m->record.status = MEMORY_TRUNCATED;
		m->record.requested = 0;
	}
}

static __always_inline void buffer_read(struct SlotMemory *m, u64 length, u32 limit, const void *from)
{
	u32 n = length < limit ? length : limit;

	m->record.requested = length > 0xffffffff ? 0xffffffff : length;
	asm volatile("" : "+r"(n));
	if (n > STRING_MAX)
		return;
	if (bpf_probe_read_user(m->bytes, n, from) < 0) {
		m->record.status = MEMORY_UNREADABLE;
		return;
	}
	m->record.captured = n;
	if (n < length)
		m->record.status = MEMORY_TRUNCATED;
}

/*
 * Appends one string at @at, which is below the bound of the case that is taken. The verifier does not subtract one
 * variable from another, so what is left is halved instead. Return: bytes with the NUL, or a negative errno.
 */
static __always_inline long strings_append(struct SlotMemory *m, u32 at, const char *string, u32 *ret_room)
{
	if (at < STRING_MAX / 2) {
		*ret_room = STRING_MAX / 2;
		return string_copy(m->bytes + at, STRING_MAX / 2, string);
	}
	if (at < STRING_MAX / 4 * 3) {
		*ret_room = STRING_MAX / 4;
		return string_copy(m->bytes + at, STRING_MAX / 4, string);
	}
	return -1;
}

/* One after the other into the piece, as many as fit. */
static __always_inline void strings_read(struct SlotMemory *m, const char *const *from)
{
	u32 at = 0, room = 0;

	m->record.status = MEMORY_TRUNCATED;
	for (u32 i = 0; i < STRINGS_MAX; i++) {
		const char *string = NULL;
		long n;

		if (bpf_probe_read_user(&string, sizeof(string), from + i) < 0) {
			m->record.status = i ? MEMORY_TRUNCATED : MEMORY_UNREADABLE;
			break;
		}
		if (!string) {
			m->record.status = MEMORY_WHOLE;
			m->record.requested = i;
			break;
		}
		n = strings_append(m, at, string, &room);
		if (n <= 0)
			break;
		at += n;
		if (n == room) {
			at--; /* the NUL in the last byte is ours */
			break;
		}
	}
	m->record.captured = at;
}

/* Reads what @rule says into piece @m. */
static __always_inline void memory_read(const struct Slot *s, struct SlotMemory *m,
					const volatile struct MemoryRule *rule, u64 length)
{
	const void *from = (const void *) slot_arg(s, rule->arg);
	u32 limit = rule->limit;

	*(u64 *) &m->record = 0;
	m->record.arg = rule->arg;
	if (limit > STRING_MAX)
		limit = STRING_MAX;
	if (rule->kind == MEMORY_STRING)
		string_read(m, limit, from);
	else if (rule->kind == MEMORY_STRINGS)
		strings_read(m, from);
	else
		buffer_read(m, length, limit, from);
}

static __always_inline bool rule_is_in(const volatile struct MemoryRule *rule)
{
	return rule->kind == MEMORY_STRING || rule->kind == MEMORY_BUFFER_IN || rule->kind == MEMORY_STRINGS;
}

static __always_inline void memory_read_in(struct Slot *s, struct SlotMemory *m, const volatile struct MemoryRule *rule)
{
	memory_read(s, m, rule, rule->kind == MEMORY_BUFFER_IN ? rule_length(s, rule) : 0);
}

/* Return: the number of pieces after reading what can be read before the call runs. */
static __always_inline u32 memory_enter(struct Slot *s, const volatile struct MemoryRule *rule, u32 n)
{
	if (!rule_is_in(rule) || !slot_arg(s, rule->arg))
		return n;
	memory_read_in(s, &s->memory[n & 1], rule);
	return n + 1;
}

/* Out parameters; and what was not resident at enter, which the call itself has touched by now. */
static __always_inline u32 memory_exit(struct Slot *s, const volatile struct MemoryRule *rule, u32 n, s64 result)
{
	if (!slot_arg(s, rule->arg))
		return n;
	if (rule->kind == MEMORY_RESULT_OUT && result > 0)
		memory_read(s, &s->memory[n & 1], rule, result);
	else if (rule->kind == MEMORY_BUFFER_OUT && result >= 0)
		memory_read(s, &s->memory[n & 1], rule, rule_length(s, rule));
	else if (rule_is_in(rule)) {
		if (s->memory[n & 1].record.status == MEMORY_UNREADABLE)
			memory_read_in(s, &s->memory[n & 1], rule);
	} else
		return n;
	return n + 1;
}

/* Takes number, arguments and memory of a call into the slot. Return: its rule */
static __always_inline const volatile struct CallRule *call_read(struct Slot *s, const struct pt_regs *regs, u32 nr,
								 u32 flags)
{
	const volatile struct CallRule *rule;
	u32 pieces = 0;

	s->nr = nr;
	s->flags = flags | (machine_is_compat(regs) ? RECORD_COMPAT : 0);
	machine_args(regs, s->args);
	rule = rule_of(nr, s->flags);
	s->n_args = rule->n_args;
	if (rule->memory[0].kind) {
		pieces = memory_enter(s, &rule->memory[0], pieces);
		if (rule->memory[1].kind)
			pieces = memory_enter(s, &rule->memory[1], pieces);
	}
	s->n_memory = pieces;
	return rule;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long nr)
{
	const volatile struct CallRule *rule;
	u32 n = thread_slot(regs);
	struct Slot *s;

	if (!n)
		return 0;
	s = slot_at(n);
	if (!s)
		return 0;
	PUBLISH(s->sequence, s->sequence | 1);
	rule = call_read(s, regs, nr, 0);
	s->start = bpf_ktime_get_ns();
	s->in_flight = !rule->no_return;
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

	if (!s)
		return 0;
	if (!s->start || !bpf_core_field_exists(task->seccomp) || task->seccomp.mode < SECCOMP_MODE_FILTER) {
		s->start = 1;
		return 0;
	}
	PUBLISH(s->sequence, s->sequence | 1);
	if (!(s->flags & RECORD_REFUSED))
		s->start = bpf_ktime_get_ns();
	(void) call_read(s, regs, machine_number(regs), RECORD_REFUSED);
	record_write(s, 0, result);
	s->flags = 0;
	PUBLISH(s->sequence, s->sequence + 1);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long result)
{
	const volatile struct CallRule *rule;
	u32 n = thread_slot(regs), pieces = 0;
	struct Slot *s;

	if (!n)
		return 0;
	s = slot_at(n);
	if (!s)
		return 0;
	if (!s->in_flight)
		return refused_write(regs, s, result);
	PUBLISH(s->sequence, s->sequence | 1);
	s->in_flight = 0;
	rule = rule_of(s->nr, s->flags);
	if (rule->memory[0].kind && !(rule->replaces && result == 0)) {
		pieces = memory_exit(s, &rule->memory[0], pieces, result);
		if (rule->memory[1].kind)
			pieces = memory_exit(s, &rule->memory[1], pieces, result);
		s->n_memory = pieces;
	}
	record_put(s, 0, result);
	PUBLISH(s->sequence, s->sequence + 1);
	return 0;
}

/* Run once by the daemon: its PID namespace is the one that pids are told in. */
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
	return 0;
}
