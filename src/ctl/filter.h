/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which calls are shown: those of the set that -e names.
 *
 * A filter is about calls. What io_uring does goes with io_uring_enter, which hands it over and waits for it. Events and
 * gaps are never filtered: a signal or a missing call explains what is shown.
 */

#include <stdbool.h>

#include "trace/call-set.h"
#include "trace/item.h"

/**
 * filter_matches() - Return: whether the item is to be shown
 * @machine: of the capture, as its info says
 */
bool filter_matches(const CallSet *calls, const Item *item, const char *machine);
