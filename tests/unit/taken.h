/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The memory of a call of this very program, taken by the rules and steps of the tables as the kernel side does it: see
 * bpf/memory.bpf.h and bpf/step.bpf.h. What cannot be read is an error instead of a crash.
 */

#include "unit/test.h"

#include <stdint.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "trace/command.h"
#include "trace/item.h"
#include "trace/memory-steps.h"
#include "util/macro.h"

#define TAKEN_MAX 8192U

static uint8_t taken[CALL_MEMORY_MAX][TAKEN_MAX];

/* Return: bytes read, up to where nothing is mapped; negative if nothing could be */
static inline ssize_t peek(uint64_t from, void *to, size_t size)
{
	struct iovec remote = { (void *) (uintptr_t) from, size }, local = { to, size };

	return size > 0 ? process_vm_readv(getpid(), &local, 1, &remote, 1, 0) : 0;
}

static inline uint64_t peek_word(uint64_t from, unsigned width)
{
	uint32_t narrow = 0;
	uint64_t wide = 0;

	if (width == sizeof(narrow) ? peek(from, &narrow, sizeof(narrow)) < 0 : peek(from, &wide, sizeof(wide)) < 0)
		return 0;
	return width == sizeof(narrow) ? narrow : wide;
}

static inline CallMemory *taken_new(Call *c, unsigned of)
{
	CallMemory *m = &c->memory[c->n_memory];

	*m = (CallMemory){ .arg = (uint8_t) of, .bytes = taken[c->n_memory++] };
	return m;
}

/* Takes @size bytes, of which @limit at most. */
static inline void take_bytes(CallMemory *m, uint64_t from, uint64_t size, size_t limit)
{
	ssize_t n = peek(from, (void *) (uintptr_t) m->bytes, MIN(size, MIN(limit, (size_t) TAKEN_MAX)));

	m->requested = (uint32_t) size;
	m->captured = n > 0 ? (uint32_t) n : 0;
	m->status = n < 0 ? MEMORY_UNREADABLE : size > limit ? MEMORY_TRUNCATED : MEMORY_WHOLE;
}

static inline void take_string(CallMemory *m, uint64_t from, size_t limit)
{
	ssize_t n = peek(from, (void *) (uintptr_t) m->bytes, limit);

	m->status = n < 0 ? MEMORY_UNREADABLE : MEMORY_WHOLE;
	m->captured = n > 0 ? (uint32_t) strnlen((const char *) m->bytes, (size_t) n) : 0;
	if (n > 0 && m->captured == (size_t) n)
		m->status = MEMORY_TRUNCATED;
}

/* What the slot of its thread has. */
static inline void take(Call *c, const struct MemoryRule *rule)
{
	uint64_t number = rule->kind == MEMORY_RESULT_OUT || rule->kind == MEMORY_ARRAY_OUT ? (uint64_t) c->result :
			  rule->length_arg == MEMORY_LENGTH_FIXED ? 1 : (uint32_t) c->args[rule->length_arg];
	uint64_t size = number * (rule->length > 0 ? rule->length : 1);
	CallMemory *m;

	if (c->args[rule->arg] == 0 || (rule->kind == MEMORY_ARRAY_OUT && rule->length_arg != MEMORY_LENGTH_FIXED &&
					number > c->args[rule->length_arg]))
		return;
	m = taken_new(c, rule->arg);
	if (rule->kind == MEMORY_STRING)
		take_string(m, c->args[rule->arg], rule->limit);
	else
		take_bytes(m, c->args[rule->arg], size, rule->limit);
}

static inline uint64_t step_count(const Call *c, const struct MemoryStep *s)
{
	uint64_t value = c->args[s->length_arg], count = 1, before = 0;
	unsigned width = s->length == STEP_LENGTH_U32 ? sizeof(uint32_t) : s->width;
	const CallMemory *m = call_memory(c, s->length_arg);

	switch (s->length) {
	case STEP_LENGTH_ARG:
		return (uint32_t) value;
	case STEP_LENGTH_RESULT:
		return (uint64_t) c->result;
	case STEP_LENGTH_RETURNED:
		return (uint64_t) c->result <= value ? (uint64_t) c->result : 0;
	case STEP_LENGTH_BITS:
		return ((uint32_t) value + s->unit * 8U - 1) / (s->unit * 8U);
	case STEP_LENGTH_PAGES:
		return (c->args[s->length_arg] + 4095) / 4096;
	case STEP_LENGTH_U32:
	case STEP_LENGTH_WORD:
		count = peek_word(value + s->length_offset, width);
		if (s->when & STEP_ENTER || !m || s->length_offset + width > m->captured)
			return count;
		memcpy(&before, m->bytes + s->length_offset, width);
		return MIN(count, before);
	default:
		return count;
	}
}

static inline void take_vectors(const Call *c, CallMemory *m, const struct MemoryStep *s, uint64_t from, uint64_t count)
{
	uint64_t left = s->total == STEP_TOTAL_ALL ? UINT64_MAX : s->total == STEP_TOTAL_RESULT ? (uint64_t) c->result :
			peek_word(c->args[s->arg] + s->total, sizeof(uint32_t));

	m->requested = (uint32_t) count;
	for (uint64_t i = 0; i < count && m->captured < TAKEN_MAX - STRING_MAX - sizeof(uint32_t); i++) {
		uint64_t length = MIN(left, peek_word(from + (2 * i + 1) * s->width, s->width));
		uint32_t size = (uint32_t) MIN(length, (uint64_t) s->limit);
		uint8_t *to = (uint8_t *) (uintptr_t) m->bytes + m->captured;

		if (peek(peek_word(from + 2 * i * s->width, s->width), to + sizeof(size), size) < 0) {
			m->status = MEMORY_TRUNCATED;
			return;
		}
		memcpy(to, &size, sizeof(size));
		left -= length;
		m->captured += (uint32_t) sizeof(size) + ((size + 3) & ~3U);
	}
}

/* What follows in pieces, joined as call_list_sort() does it. */
static inline void take_step(Call *c, const struct MemoryStep *s)
{
	uint64_t from = c->args[s->arg], count, before = s->index_arg == STEP_INDEX_RESULT ? (uint64_t) c->result :
			s->index_arg == STEP_INDEX_NONE ? UINT64_MAX : (uint32_t) c->args[s->index_arg];
	CallMemory *m;

	if (s->offset != STEP_DIRECT && from)
		from = peek_word(from + s->offset, s->width);
	count = step_count(c, s);
	if (!from || before <= s->index ||
	    (count == 0 && s->length == STEP_LENGTH_RETURNED))
		return;
	if (s->skip > 0 && count * s->unit + s->more <= s->skip)
		return;
	m = s->skip > 0 ? (CallMemory *) (uintptr_t) call_memory(c, s->of) : taken_new(c, s->of);
	m->status = MEMORY_WHOLE;
	if (s->kind == STEP_STRING)
		take_string(m, from, 4096);
	else if (s->kind == STEP_VECTORS)
		take_vectors(c, m, s, from, count);
	else if (s->kind == STEP_BYTES)
		take_bytes(m, from, count * s->unit + s->more, s->limit);
	else
		while (peek_word(from + m->requested * s->width, s->width) != 0)
			m->requested++;
	if (m->status == MEMORY_UNREADABLE && s->skip == 0)
		c->n_memory--;
}

/* What a call is to have captured: by its line, or by that of its command. */
typedef struct Taking {
	struct CallRule rule;
	struct CallSteps steps;
} Taking;

static inline void taking_begin(Taking *t, const Call *c, const Syscall *syscall, Machine machine)
{
	Syscall variant = *syscall;

	for (unsigned i = 0; i < syscall->n_args; i++)
		variant.args[i] = command_arg(syscall, c->args, i);
	syscall_rule(syscall, machine, STRING_MAX, &t->rule);
	(void) memory_steps(&variant, machine, STRING_MAX, &t->rule, &t->steps);
}

/* @moment: enum StepWhen */
static inline void take_all(Call *c, const Taking *t, unsigned moment)
{
	for (unsigned i = 0; i < SLOT_MEMORY_MAX; i++) {
		const struct MemoryRule *rule = &t->rule.memory[i];
		bool out = rule->kind >= MEMORY_BUFFER_OUT, by_result = rule->kind > MEMORY_BUFFER_OUT;

		if (rule->kind != MEMORY_NONE && (out ? moment == STEP_POSITIVE || (moment == STEP_ZERO && !by_result)
						      : moment == STEP_ENTER))
			take(c, rule);
	}
	for (unsigned i = 0; i < t->steps.n; i++)
		if (t->steps.steps[i].when & moment)
			take_step(c, &t->steps.steps[i]);
}
