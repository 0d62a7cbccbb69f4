/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names of numbers: errors, signals, and the values of arguments that have a list in value-names.def. */

#include <stdbool.h>
#include <stdint.h>

#include "trace/syscall-table.h"
#include "util/text.h"

#define ERROR_MAX 4095 /* results from -ERROR_MAX to -1 are errors */

/** errno_name() - Return: "ENOENT", or NULL for a number without a name; ERESTARTSYS and the like included */
const char *errno_name(int error);

/** errno_text() - Return: "No such file or directory", not translated, or NULL for a number without a text */
const char *errno_text(int error);

/** errno_is_restart() - Return: whether the call is made again, or returns EINTR, once a signal was handled */
bool errno_is_restart(int error);

/** signal_name() - Return: "SIGTERM", "SIGRTMIN" (32), "SIGRT_1" to "SIGRT_32", in static storage; NULL */
const char *signal_name(int signal);

/** signal_put() - append its name, or its number if it has none */
void signal_put(Text *t, int signal);

/** signal_code_name() - Return: the name of an si_code, "SEGV_MAPERR", or NULL */
const char *signal_code_name(int signal, int code);

/** kind_has_names() - Return: whether value-names.def has a list for arguments of that kind */
bool kind_has_names(ArgKind kind);

/** value_name() - Return: the name of a value of a list, or NULL */
const char *value_name(ArgKind list, uint64_t value);

/**
 * value_put() - append a value by the names of a list
 *
 * One of a choice by name, flags joined by "|" with the bits unknown in hexadecimal; a value of which nothing is known
 * in hexadecimal with the list's name in a comment, a 0 without a name as "0".
 */
void value_put(Text *t, ArgKind list, uint64_t value);

/** value_put_more() - append flags behind others, each with "|" before it; nothing for 0 */
void value_put_more(Text *t, ArgKind list, uint64_t value);
