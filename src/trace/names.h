/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names of numbers: errors, signals, and the values of arguments that have a list in value-names.def. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/syscall-table.h"

#define ERROR_MAX 4095 /* results from -ERROR_MAX to -1 are errors */

typedef struct ValueName {
	uint64_t value;
	const char *name;
	size_t length;
} ValueName;

/** errno_name() - Return: "ENOENT", or NULL for a number without a name; ERESTARTSYS and the like included */
const char *errno_name(int error);

/** errno_text() - Return: "No such file or directory", not translated, or NULL for a number without a text */
const char *errno_text(int error);

/** errno_is_restart() - Return: whether the call is made again, or returns EINTR, once a signal was handled */
bool errno_is_restart(int error);

/** signal_name() - Return: "SIGTERM", "SIGRTMIN" (32), "SIGRT_1" to "SIGRT_32", in static storage; NULL */
const char *signal_name(int signal);

/** signal_code_name() - Return: the name of an si_code, "SEGV_MAPERR", or NULL */
const char *signal_code_name(int signal, int code);

/** kind_has_names() - Return: whether value-names.def has a list for arguments of that kind */
bool kind_has_names(ArgKind kind);

/** value_name() - Return: the name of a value of a list, or NULL */
const char *value_name(ArgKind list, uint64_t value);

/** kind_names() - Return: the values of a list with their names; the last one has none */
const ValueName *kind_names(ArgKind list);

/** kind_names_any() - Return: whether a flag in @value has a name */
bool kind_names_any(ArgKind list, uint64_t value);

/** kind_unknown() - Return: what to say of a value without a name, or NULL */
const char *kind_unknown(ArgKind list);

/** kind_is_choice() - Return: whether a value is one of the list, not any of them together */
bool kind_is_choice(ArgKind list);

/** kind_is_wide() - Return: whether values have 64 bits */
bool kind_is_wide(ArgKind list);

/** kind_is_decimal() - Return: whether the numbers behind the names are decimal for people */
bool kind_is_decimal(ArgKind list);
