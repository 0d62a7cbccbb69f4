// SPDX-License-Identifier: GPL-2.0-only

/*
 * The recorder. sys_enter keeps the call in the thread's slot, sys_exit writes it to the ring, once and whole.
 *
 *   thread.bpf.h  who is it, is it recorded: the cheap rejection, the slots
 *   ring.bpf.h    chunks and records
 *   event.bpf.h   fork, exec, exit, signal
 *   arm.bpf.h     cgroups: units are recorded from their birth on
 *
 * What is captured of a process' memory is a table, filled in by the daemon from trace/syscalls.def.
 */

#include "kernel.bpf.h"

#include "arm.bpf.h"
#include "event.bpf.h"
#include "ring.bpf.h"
#include "thread.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* The last one is for numbers that have none. */
const volatile struct CallRule rules[SYSCALLS_MAX + 1];

static __always_inline const volatile struct CallRule *rule_of(u32 nr, u32 flags)
{
	u32 index = nr < SYSCALLS_MAX && !(flags & RECORD_COMPAT) ? nr : SYSCALLS_MAX;

	asm volatile("" : "+r"(index)); /* the verifier follows only the register that it saw checked */
	if (index > SYSCALLS_MAX)
		index = SYSCALLS_MAX;
	return &rules[index];
}

/* A string that fills the piece may end right there: only one byte more tells. */
static __always_inline void string_read(struct SlotMemory *m, u32 limit, const void *from)
{
	long n = bpf_probe_read_user_str(m->bytes, limit, from);
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

/* Masked, not compared: 6 and 7 would read the slot's next members, and no rule has them. */
static __always_inline u64 slot_arg(const struct Slot *s, u32 n)
{
	return s->args[n & 7];
}

static __always_inline u64 rule_length(const struct Slot *s, const volatile struct MemoryRule *rule)
{
	if (rule->length_arg == MEMORY_LENGTH_FIXED)
		return rule->length;
	return slot_arg(s, rule->length_arg);
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
	else
		buffer_read(m, length, limit, from);
}

/* Return: the number of pieces after reading what can be read before the call runs. */
static __always_inline u32 memory_enter(struct Slot *s, const volatile struct MemoryRule *rule, u32 n)
{
	if (rule->kind != MEMORY_STRING && rule->kind != MEMORY_BUFFER_IN)
		return n;
	if (!slot_arg(s, rule->arg))
		return n;
	memory_read(s, &s->memory[n & 1], rule, rule->kind == MEMORY_STRING ? 0 : rule_length(s, rule));
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
	else if (rule->kind == MEMORY_STRING || rule->kind == MEMORY_BUFFER_IN) {
		if (s->memory[n & 1].record.status == MEMORY_UNREADABLE)
			memory_read(s, &s->memory[n & 1], rule,
				    rule->kind == MEMORY_STRING ? 0 : rule_length(s, rule));
	} else
		return n;
	return n + 1;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long nr)
{
	const volatile struct CallRule *rule;
	u32 n = thread_slot(regs), pieces = 0;
	struct Slot *s;

	if (!n)
		return 0;
	s = slot_at(n);
	if (!s)
		return 0;
	PUBLISH(s->sequence, s->sequence | 1);
	s->nr = nr;
	s->flags = machine_is_compat(regs) ? RECORD_COMPAT : 0;
	machine_args(regs, s->args);
	rule = rule_of(nr, s->flags);
	s->n_args = rule->n_args;
	if (rule->memory[0].kind) {
		pieces = memory_enter(s, &rule->memory[0], pieces);
		if (rule->memory[1].kind)
			pieces = memory_enter(s, &rule->memory[1], pieces);
	}
	s->n_memory = pieces;
	s->start = bpf_ktime_get_ns();
	s->in_flight = !rule->no_return;
	if (rule->no_return)
		record_write(s, RECORD_UNFINISHED, 0);
	/* Last of all: whoever sees the slot even and idle finds the record in the ring. */
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
	if (!s || !s->in_flight)
		return 0; /* entered before it was recorded, or a child's return from the fork that made it */
	PUBLISH(s->sequence, s->sequence | 1);
	s->in_flight = 0;
	rule = rule_of(s->nr, s->flags);
	if (rule->memory[0].kind) {
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
