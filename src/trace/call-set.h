/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A set of system calls, as an expression names it: "openat,close", "!futex", "%network", "@file-system",
 * "/^open", in any mixture, with "trace=" in front as for strace. It selects what is shown (-e) and what is recorded at all (Calls=).
 *
 * A name stands for that call on every machine, for a capture may come from any. What has no name in the table is only
 * in a set that was turned round by "!".
 */

#include <stdbool.h>
#include <stdint.h>

#include "trace/syscall-table.h"

typedef struct CallSet {
	uint64_t numbers[_MACHINE_MAX][SYSCALLS_MAX / 64];
	bool others; /* numbers from SYSCALLS_MAX on, and machines that are not known */
} CallSet;

/**
 * call_set_parse() - read an expression
 * @ret_unknown: what no call is called, as a list with commas between; NULL when something else is wrong
 *
 * Return: 0; -ENOENT for unknown names and classes, with @ret_unknown; -EINVAL for an empty name or a regular expression
 * that is none; -ENOMEM
 */
int call_set_parse(const char *expression, CallSet *ret, char **ret_unknown);

/** call_set_all() - every call there is */
void call_set_all(CallSet *ret);

/** call_set_add() - add all that the other set has */
void call_set_add(CallSet *s, const CallSet *other);

/** call_set_is_all() - Return: whether every call is in it */
bool call_set_is_all(const CallSet *s);

/**
 * call_set_bits() - the set as the kernel side looks it up
 * @compat: the machine whose numbers 32-bit programs use, _MACHINE_INVALID if it is not known
 */
void call_set_bits(const CallSet *s, Machine native, Machine compat, struct CallBits *ret);

/** call_set_has() - Return: whether the call of that number is in the set; @machine may be _MACHINE_INVALID */
bool call_set_has(const CallSet *s, Machine machine, uint32_t number);
