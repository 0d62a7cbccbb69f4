/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which calls are shown: "openat,close", "!futex", with "trace=" in front as for strace.
 *
 * A filter is about calls. What io_uring does goes with io_uring_enter, which hands it over and waits for it. Events and
 * gaps are never filtered: a signal or a missing call explains what is shown.
 */

#include <stdbool.h>

#include "trace/item.h"
#include "trace/syscall-table.h"

typedef struct Filter {
	bool negated;
	bool named[_MACHINE_MAX][SYSCALLS_MAX]; /* numbers of the calls that were named */
} Filter;

/**
 * filter_parse() - read an expression
 * @ret_unknown: what is no name of a call, as a list with commas between; NULL when something else is wrong
 *
 * Return: 0; -ENOENT for unknown names, with @ret_unknown; -EINVAL for an empty name; -ENOMEM
 */
int filter_parse(const char *expression, Filter *ret, char **ret_unknown);

/**
 * filter_matches() - Return: whether the item is to be shown; a call without a known number only by a negated filter
 * @machine: of the capture, as its info says
 */
bool filter_matches(const Filter *f, const Item *item, const char *machine);
