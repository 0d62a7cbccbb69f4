/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which calls of a unit are recorded at all: Calls= of the configuration, or what somebody asked for over the bus. It is
 * shared by whoever it is in effect for, and never changes.
 */

#include "trace/call-set.h"
#include "util/cleanup.h"

typedef struct CallFilter {
	unsigned n_references;
	CallSet calls;
	char expression[]; /* as it was written; "" for all calls */
} CallFilter;

/** call_filter_new() - of an expression, "" for all calls; Return: as call_set_parse() */
int call_filter_new(CallFilter **ret, const char *expression, char **ret_unknown);

/** call_filter_ref() - take part in it; NULL stays NULL */
CallFilter *call_filter_ref(CallFilter *f);

/** call_filter_unref() - leave it to the others; Return: NULL */
CallFilter *call_filter_unref(CallFilter *f);
DEFINE_CLEANUP(CallFilter, call_filter_unref);

/** call_filter_expression() - Return: the expression, "" if there is no filter */
const char *call_filter_expression(const CallFilter *f);
