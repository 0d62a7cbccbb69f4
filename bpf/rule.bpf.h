/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/* What to capture of which call: the table that the daemon fills in from trace/syscalls.def. */

#include "kernel.bpf.h"
#include "rules.h"

/* By the numbers of the machine, then by its 32-bit ones; the last one is for numbers that have none. */
const volatile struct CallRule rules[RULES_MAX];

static __always_inline u32 rule_index(u32 nr, u32 flags)
{
	return nr >= SYSCALLS_MAX ? RULES_MAX - 1 : flags & RECORD_COMPAT ? nr + SYSCALLS_MAX : nr;
}

static __always_inline const volatile struct CallRule *rule_at(u32 index)
{
	asm volatile("" : "+r"(index)); /* the verifier follows only the register that it saw checked */
	if (index >= RULES_MAX)
		index = RULES_MAX - 1;
	return &rules[index];
}

/* Whether it is read at enter. */
static __always_inline bool kind_is_in(u32 kind)
{
	return kind - 1 < MEMORY_BUFFER_OUT - 1; /* in one test: of MEMORY_NONE nothing is left */
}

static __always_inline bool rule_is_in(const volatile struct MemoryRule *rule)
{
	return kind_is_in(rule->kind);
}

/* Masked, not compared: 6 and 7 would read the slot's next members, and no rule has them. */
static __always_inline u64 slot_arg(const struct Slot *s, u32 n)
{
	return s->args[n & 7];
}

/* What the slot has of a memory, as in MemoryRecord.arg, or NULL. */
static __always_inline struct SlotMemory *slot_memory(struct Slot *s, u32 of)
{
	if (s->n_memory > 0 && s->memory[0].record.arg == of)
		return &s->memory[0];
	if (s->n_memory > 1 && s->memory[1].record.arg == of)
		return &s->memory[1];
	return NULL;
}

static __always_inline u64 rule_length(const struct Slot *s, const volatile struct MemoryRule *rule)
{
	if (rule->length_arg == MEMORY_LENGTH_FIXED)
		return rule->length;
	if (rule->kind == MEMORY_ARRAY_IN)
		return (u64) (u32) slot_arg(s, rule->length_arg) * rule->length;
	return slot_arg(s, rule->length_arg);
}
