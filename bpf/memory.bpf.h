/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Reading the memory of the current process as a rule says: at enter what the call is given, at exit what it has
 * written, and once more what was not resident at enter.
 *
 * What does not fit into the slot is MEMORY_CONTINUED at first. memory_continue() writes the rest as pieces, once the
 * call has its start, by which they are found again.
 */

#include <bpf/bpf_helpers.h>

#include "piece.bpf.h"
#include "rule.bpf.h"
#include "string.bpf.h"

#define STRINGS_MAX 24U /* of an argument vector in the slot: what fits, if they are not very short */

/* A string that fills its place may end right there: only one byte more tells. */
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
		m->record.status = MEMORY_CONTINUED;
		m->record.requested = 0;
	}
}

/*
 * Up to the end of a page, when what is behind it cannot be read. Return: bytes read
 *
 * Not static, as memory_continue(): and 6.1 loses sight of a bound where registers are as few as on the way to here.
 */
__noinline int page_read(struct SlotMemory *m, u32 n, u64 from)
{
	u32 left = PAGE - (from & (PAGE - 1));

	asm volatile("" : "+r"(left));
	if (!m || left >= n || left > STRING_MAX || bpf_probe_read_user(m->bytes, left, (const void *) from) < 0)
		return 0;
	return left;
}

/* @last: nobody tries again */
static __always_inline void buffer_read(struct SlotMemory *m, u64 length, u32 limit, const void *from, bool last)
{
	u32 n = length < limit ? length : limit;

	m->record.requested = length > 0xffffffff ? 0xffffffff : length;
	asm volatile("" : "+r"(n));
	if (n > STRING_MAX)
		return;
	if (bpf_probe_read_user(m->bytes, n, from) < 0) {
		n = last ? page_read(m, n, (u64) from) : 0;
		if (n == 0) {
			m->record.status = MEMORY_UNREADABLE;
			return;
		}
	}
	m->record.captured = n;
	if (n < length)
		m->record.status = MEMORY_TRUNCATED;
}

/*
 * Appends one string at @at, which is below the bound of the case that is taken. The verifier does not subtract one
 * variable from another, so what is left is halved instead. Return: bytes with the NUL, 0 if there is no room, or a
 * negative errno.
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
	return 0;
}

/*
 * One after the other, as many as fit. @width: of a pointer
 *
 * Not static, as memory_continue(), so that the verifier walks it once and not from every place where it is called.
 */
__noinline int strings_read(struct SlotMemory *m, u64 from, u32 width)
{
	u32 at = 0, room = 0;

	if (!m)
		return 0;
	m->record.status = MEMORY_CONTINUED;
	for (u32 i = 0; i < STRINGS_MAX; i++) {
		u64 string = 0;
		long n;

		if (!pointer_read(&string, from, i, width)) {
			m->record.status = i ? MEMORY_TRUNCATED : MEMORY_UNREADABLE;
			break;
		}
		if (!string) {
			m->record.status = MEMORY_WHOLE;
			m->record.requested = i;
			break;
		}
		n = strings_append(m, at, (const char *) string, &room);
		if (n < 0)
			m->record.status = MEMORY_TRUNCATED;
		if (n <= 0)
			break;
		at += n;
		if (n == room) {
			at--; /* the NUL in the last byte is ours */
			break;
		}
	}
	m->record.captured = at;
	return 0;
}

/* An empty memory. Return: bytes to keep of it */
static __always_inline u32 memory_begin(struct SlotMemory *m, const volatile struct MemoryRule *rule)
{
	u32 limit = rule->limit;

	*(u64 *) &m->record = 0;
	m->record.arg = rule->arg;
	return limit > STRING_MAX ? STRING_MAX : limit;
}

/* Reads what the call was given into @m. */
static __always_inline void memory_read_in(struct Slot *s, struct SlotMemory *m, const volatile struct MemoryRule *rule,
					   bool last)
{
	const void *from = (const void *) slot_arg(s, rule->arg);
	u32 limit = memory_begin(m, rule), kind = rule->kind;

	if (kind == MEMORY_STRING)
		string_read(m, limit, from);
	else if (kind == MEMORY_STRINGS)
		strings_read(m, (u64) from, rule->length);
	else
		buffer_read(m, rule_length(s, rule), limit, from, last);
}

/* Return: how many arguments have memory after reading what can be read before the call runs. */
static __always_inline u32 memory_enter(struct Slot *s, const volatile struct MemoryRule *rule, u32 n, bool *continued)
{
	struct SlotMemory *m = &s->memory[n & 1];

	if (!rule_is_in(rule) || !slot_arg(s, rule->arg))
		return n;
	memory_read_in(s, m, rule, false);
	*continued |= m->record.status == MEMORY_CONTINUED;
	return n + 1;
}

/* Whether another try may tell more. Of a buffer the length is known, and more of it is not wanted. */
static __always_inline bool memory_is_missing(const struct SlotMemory *m, const volatile struct MemoryRule *rule)
{
	if (m->record.status == MEMORY_WHOLE)
		return false;
	return m->record.status == MEMORY_UNREADABLE ||
	       (m->record.status == MEMORY_TRUNCATED && rule->kind < MEMORY_BUFFER_IN);
}

/* Once more, if it is worth it. */
static __always_inline void memory_retry(struct Slot *s, struct SlotMemory *m, const volatile struct MemoryRule *rule,
					 bool *continued)
{
	if (!memory_is_missing(m, rule))
		return;
	memory_read_in(s, m, rule, true);
	*continued |= m->record.status == MEMORY_CONTINUED;
}

/* Out parameters; and what was not resident at enter, which the call itself has touched by now. */
static __always_inline u32 memory_exit(struct Slot *s, const volatile struct MemoryRule *rule, u32 n, s64 result,
				       bool *continued)
{
	struct SlotMemory *m = &s->memory[n & 1];
	u32 kind = rule->kind; /* once: it is volatile */
	u64 length;

	if (!slot_arg(s, rule->arg))
		return n;
	if (kind_is_in(kind)) {
		memory_retry(s, m, rule, continued);
		return n + 1;
	}
	if (kind == MEMORY_RESULT_OUT && result > 0)
		length = result;
	else if (kind == MEMORY_ARRAY_OUT && result > 0 &&
		 (rule->length_arg == MEMORY_LENGTH_FIXED || (u64) result <= slot_arg(s, rule->length_arg)))
		length = (u64) result * rule->length;
	else if (kind == MEMORY_BUFFER_OUT && result >= 0)
		length = rule_length(s, rule);
	else
		return n;
	buffer_read(m, length, memory_begin(m, rule), (const void *) slot_arg(s, rule->arg), true);
	return n + 1;
}

static __always_inline void memory_write_pieces(struct Slot *s, struct SlotMemory *m,
						const volatile struct MemoryRule *rule)
{
	struct PieceWriter *w = piece_writer();

	if (!w || m->record.status != MEMORY_CONTINUED || rule->kind >= MEMORY_BUFFER_IN)
		return;
	piece_writer_begin(w, s, rule->arg);
	w->from = slot_arg(s, rule->arg);
	w->offset = 0;
	w->at = w->word = 0;
	w->width = rule->length;
	w->source = rule->kind == MEMORY_STRINGS ? PIECE_STRINGS : PIECE_STRING;
	if (w->source == PIECE_STRING) {
		w->offset = m->record.captured;
		w->from += m->record.captured;
	}
	if (pieces_write(w) == MEMORY_UNREADABLE)
		m->record.status = MEMORY_TRUNCATED;
}

/*
 * Writes what of strings did not fit into the slot. Where memory cannot be read, what is in the slot is called cut, which
 * the exit of the call takes up.
 */
__noinline int memory_continue(struct Slot *s)
{
	const volatile struct CallRule *rule;

	if (!s)
		return 0;
	rule = rule_at(s->rule);
	for (u32 i = 0; i < SLOT_MEMORY_MAX && i < s->n_memory; i++) {
		struct SlotMemory *m = &s->memory[i];

		memory_write_pieces(s, m, &rule->memory[m->record.arg != rule->memory[0].arg]);
	}
	return 0;
}
