/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the kernel side is to capture of a call beyond what the slot of its thread has room for (struct MemoryStep of
 * bpf/rules.h): further arguments, the rest of long ones, what memory that was given holds after the call, and what the
 * members of a struct point to. Made from syscalls.def, commands.def and memory-kinds.def.
 */

#include "trace/syscall-table.h"
#include "util/text.h"

/* Of rt_sigreturn(), which has no arguments: the signals that are blocked again. */
#define SIGNAL_FRAME_SET MEMORY_PART(0, PART_4)
#define SIGNAL_SET_SIZE 8U

/**
 * memory_steps() - the steps of a call
 * @syscall: its line, or a copy with the arguments that one of its commands has
 * @rule: that of the call, of syscall_rule()
 * @ret: the first STEPS_MAX of them
 *
 * Return: how many there are
 */
unsigned memory_steps(const Syscall *syscall, Machine machine, unsigned string_size, const struct CallRule *rule,
		      struct CallSteps *ret);

/** memory_part_may_show() - Return: whether MEMORY_PART() @of of a call is known and no payload */
bool memory_part_may_show(const Syscall *syscall, const uint64_t *args, unsigned of);

typedef struct CommandSteps {
	struct CommandKey key;
	uint32_t steps;
} CommandSteps;

/* For the maps of the kernel side. One whose members are all zero is empty and ready. */
typedef struct StepTable {
	Text lists;    /* of struct CallSteps; the first is that of a call without any */
	Text commands; /* of CommandSteps */
} StepTable;

/**
 * step_table_add() - the rules of all calls of a machine, with their steps
 * @rules: SYSCALLS_MAX of them, to be filled in
 * @first: index of the first among all rules
 *
 * Failed allocations are kept in the texts.
 */
void step_table_add(StepTable *t, Machine machine, unsigned string_size, struct CallRule *rules, uint32_t first);

/** step_table_done() - release the memory */
void step_table_done(StepTable *t);

#define _cleanup_step_table_ _cleanup_(step_table_done)
