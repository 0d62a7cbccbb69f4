/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * The memory of a call beyond what the slot has room for: more arguments, what members of a struct point to, what comes
 * back in memory that was given. It is a table (struct MemoryStep, made by trace/memory-steps.c), and this its
 * interpreter: one step, one memory, which goes to the ring in pieces of its own.
 *
 * Steps of the call's enter whose memory was not resident then are run once more at its exit, when the call has touched
 * it; so are all of a thread that was blocked when recording began. What cannot be read then either is not there.
 */

#include <bpf/bpf_helpers.h>

#include "memory.bpf.h"
#include "piece.bpf.h"
#include "rule.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct CallSteps);
} call_steps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct CommandKey);
	__type(value, u32);
} command_steps SEC(".maps");

struct StepRun {
	struct Slot *slot;
	const struct CallSteps *steps;
	s64 result;
	u32 moment; /* enum StepWhen */
};

/* What became of a step. */
enum StepResult {
	STEP_DONE,
	STEP_READY, /* it is to be written */
	STEP_UNREADABLE,
};

/* A word of the caller's memory. */
static __always_inline bool step_word(u64 *ret, u64 base, u32 offset, u32 width)
{
	return pointer_read(ret, base + offset, 0, width);
}

/* No more than the slot has of it from the enter: the kernel says how much there was, and not how much it wrote. */
static __always_inline u64 step_bound(const struct StepRun *run, const struct MemoryStep *step, u32 width, u64 count)
{
	const struct SlotMemory *m = run->moment == STEP_ENTER ? NULL : slot_memory(run->slot, step->length_arg);
	u32 at = step->length_offset;
	u64 before;

	if (!m)
		return count;
	asm volatile("" : "+r"(at));
	if (at > STRING_MAX - sizeof(u64) || at + width > m->record.captured)
		return count;
	before = width == sizeof(u32) ? *(const u32 *) (m->bytes + at) : *(const u64 *) (m->bytes + at);
	return count < before ? count : before;
}

/* Return: whether the number of elements is known */
static __always_inline bool step_count(const struct StepRun *run, const struct MemoryStep *step, u64 *ret)
{
	u64 value = slot_arg(run->slot, step->length_arg);
	u32 width = step->length == STEP_LENGTH_U32 ? sizeof(u32) : step->width, bits = step->unit * 8;

	*ret = 1;
	switch (step->length) {
	case STEP_LENGTH_ARG:
		*ret = value;
		break;
	case STEP_LENGTH_RESULT:
		*ret = run->result;
		break;
	case STEP_LENGTH_RETURNED:
		*ret = (u64) run->result <= value ? run->result : 0;
		break;
	case STEP_LENGTH_BITS:
		*ret = bits ? ((u64) (u32) value + bits - 1) / bits : 0;
		break;
	case STEP_LENGTH_PAGES:
		*ret = (value + PAGE - 1) / PAGE;
		break;
	case STEP_LENGTH_U32:
	case STEP_LENGTH_WORD:
		if (!value || !step_word(ret, value, step->length_offset, width))
			return false;
		*ret = step_bound(run, step, width, *ret);
		break;
	}
	if (*ret > 0xffffffff)
		*ret = 0xffffffff;
	return true;
}

/* Return: whether the pointer is known; it may be NULL */
static __always_inline bool step_pointer(const struct StepRun *run, const struct MemoryStep *step, u64 *ret)
{
	if (step->arg == STEP_STACK) {
		*ret = machine_stack((const struct pt_regs *) bpf_task_pt_regs(bpf_get_current_task_btf())) +
		       step->offset;
		return true;
	}
	*ret = slot_arg(run->slot, step->arg);
	if (step->offset == STEP_DIRECT || !*ret)
		return true;
	return step_word(ret, *ret, step->offset, step->width);
}

/* Whether there is the element that the step is about. */
static __always_inline bool step_applies(const struct StepRun *run, const struct MemoryStep *step)
{
	if (step->index_arg == STEP_INDEX_NONE)
		return true;
	if (step->index_arg == STEP_INDEX_RESULT)
		return run->result > step->index;
	return (u32) slot_arg(run->slot, step->index_arg) > step->index;
}

/* What the slot has the beginning of. Return: whether it has */
static __always_inline bool step_continues(struct Slot *s, u32 of)
{
	struct SlotMemory *m = slot_memory(s, of);

	if (!m)
		return false;
	if (m->record.status == MEMORY_TRUNCATED)
		m->record.status = MEMORY_CONTINUED;
	return m->record.status == MEMORY_CONTINUED;
}

static __always_inline u32 step_begin_bytes(struct StepRun *run, const struct MemoryStep *step, struct PieceWriter *w,
					    u64 count)
{
	u64 bytes = count * step->unit + step->more;
	u32 limit = step->limit;

	if ((step->skip || step->length == STEP_LENGTH_RETURNED) &&
	    bytes <= step->skip)
		return STEP_DONE;
	if (step->skip && !step_continues(run->slot, step->of))
		return STEP_UNREADABLE;
	w->source = PIECE_BYTES;
	w->requested = bytes > 0xffffffff ? 0xffffffff : bytes;
	w->last = bytes > limit ? MEMORY_TRUNCATED : MEMORY_WHOLE;
	w->left = (bytes > limit ? limit : bytes) - step->skip;
	w->offset = step->skip;
	w->from += step->skip;
	return STEP_READY;
}

static __always_inline u32 step_begin_vectors(const struct StepRun *run, const struct MemoryStep *step,
					      struct PieceWriter *w, u64 count)
{
	u32 total = 0;

	w->source = PIECE_VECTORS;
	w->requested = count;
	w->last = count > VECTORS_MAX ? MEMORY_TRUNCATED : MEMORY_WHOLE;
	w->n = count > VECTORS_MAX ? VECTORS_MAX : count;
	w->room = step->limit;
	w->left = ~0ULL;
	if (step->total == STEP_TOTAL_RESULT)
		w->left = run->result;
	else if (step->total != STEP_TOTAL_ALL) {
		if (bpf_probe_read_user(&total, sizeof(total),
					(const void *) slot_arg(run->slot, step->arg) + step->total) < 0)
			return STEP_UNREADABLE;
		w->left = total;
	}
	return STEP_READY;
}

/* Return: enum StepResult */
static __always_inline u32 step_begin(struct StepRun *run, const struct MemoryStep *step, struct PieceWriter *w)
{
	u64 count;

	if (!step_applies(run, step))
		return STEP_DONE;
	if (!step_pointer(run, step, &w->from))
		return STEP_UNREADABLE;
	if (!w->from)
		return STEP_DONE;
	piece_writer_begin(w, run->slot, step->of);
	w->width = step->width;
	w->offset = w->at = w->word = 0;
	w->source = PIECE_STRING;
	if (step->kind == STEP_STRING)
		return STEP_READY;
	if (step->kind == STEP_COUNT) {
		w->source = PIECE_NOTHING;
		return strings_count(w) == MEMORY_UNREADABLE ? STEP_UNREADABLE : STEP_READY;
	}
	if (!step_count(run, step, &count))
		return STEP_UNREADABLE;
	if (step->kind == STEP_VECTORS)
		return step_begin_vectors(run, step, w, count);
	return step_begin_bytes(run, step, w, count);
}

static __always_inline bool step_is_due(const struct StepRun *run, const struct MemoryStep *step, u32 bit)
{
	return step->when & run->moment || (step->when & STEP_ENTER && run->slot->missing & bit);
}

static long step_run(u32 index, void *context)
{
	struct StepRun *run = context;
	const struct MemoryStep *step;
	struct PieceWriter *w = piece_writer();
	u32 became;

	asm volatile("" : "+r"(index));
	if (!w || !run->slot || !run->steps || index >= STEPS_MAX || index >= run->steps->n)
		return 1;
	step = &run->steps->steps[index];
	if (!step_is_due(run, step, 1U << index))
		return 0;
	became = step_begin(run, step, w);
	if (became == STEP_READY && pieces_write(w) == MEMORY_UNREADABLE)
		became = STEP_UNREADABLE;
	if (became == STEP_UNREADABLE && run->moment == STEP_ENTER)
		run->slot->missing |= 1U << index;
	return 0;
}

static __always_inline void steps_run(struct Slot *s, const volatile struct CallRule *rule, u32 moment, s64 result)
{
	struct StepRun run = { .slot = s, .result = result, .moment = moment };
	u32 number = rule->steps, *found;
	struct CommandKey key = { .rule = s->rule };

	if (rule->command != COMMAND_NONE) {
		key.command = slot_arg(s, rule->command);
		found = bpf_map_lookup_elem(&command_steps, &key);
		if (found)
			number = *found;
	}
	run.steps = number ? bpf_map_lookup_elem(&call_steps, &number) : NULL;
	if (run.steps)
		bpf_loop(STEPS_MAX, step_run, &run, 0);
}

/* All that is to be captured at enter and has no room in the slot. */
__noinline int steps_enter(struct Slot *s)
{
	const volatile struct CallRule *rule;

	if (!s)
		return 0;
	memory_continue(s);
	rule = rule_at(s->rule);
	s->missing = 0;
	if (rule->captures & CAPTURE_ENTER)
		steps_run(s, rule, STEP_ENTER, 0);
	return 0;
}

/* The same at exit, with what is missing since. */
__noinline int steps_exit(struct Slot *s, s64 result)
{
	const volatile struct CallRule *rule;

	if (!s)
		return 0;
	memory_continue(s);
	rule = rule_at(s->rule);
	if (!(rule->captures & CAPTURE_EXIT) && !(rule->captures & CAPTURE_ENTER && s->missing))
		return 0;
	steps_run(s, rule, result < 0 ? STEP_FAILED : result > 0 ? STEP_POSITIVE : STEP_ZERO, result);
	return 0;
}
