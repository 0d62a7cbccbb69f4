/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Reading the memory of the current process as a rule says: at enter what the call is given, at exit what it has
 * written, and once more what was not resident at enter.
 */

#include <bpf/bpf_helpers.h>

#include "rule.bpf.h"

#define STRINGS_MAX 24U /* of an argument vector: what fits into a piece, if they are not very short */

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
