/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Calls of any machine with memory laid out by hand, for what no call that is made here can show: structures of other
 * machines, memory that is cut or missing, and bytes that no kernel would give.
 */

#include "unit/test.h"

#include "trace/line.h"
#include "util/macro.h"

/* A call of that name, with the arguments and memory of @call; its line without the newline. */
static inline const char *laid(Text *t, const char *machine, const char *name, Call call)
{
	bool compat = streq(machine, "i386");
	CaptureInfo info = { .machine = compat ? "x86_64" : machine };
	LineStyle style = { .info = &info, .no_prefix = true, .no_duration = true };
	Item item = { .kind = ITEM_CALL, .call = call };
	const Syscall *table;
	unsigned n;

	text_clear(t);
	table = syscall_table(&n);
	for (unsigned i = 0; i < n; i++) {
		int number = syscall_number(&table[i], machine_from_string(info.machine, compat));

		if (!streq(table[i].name, name) || number < 0)
			continue;
		item.call.nr = (uint32_t) number;
		item.call.flags |= compat ? RECORD_COMPAT : 0;
		item.call.n_args = table[i].n_args;
		line_put(t, &item, &style);
		text_truncate(t, t->size - 1);
		return text_string(t);
	}
	return "no such call";
}

/* What argument @n points to: all bytes of an array. */
#define LAID(n, array)                                                                                                 \
	{                                                                                                              \
		.arg = (n), .captured = sizeof(array), .requested = sizeof(array), .bytes = (const uint8_t *) (array)  \
	}

/* The same, of which no more than that was captured. */
#define LAID_CUT(n, array, size)                                                                                       \
	{                                                                                                              \
		.arg = (n), .captured = (size), .requested = sizeof(array), .status = MEMORY_TRUNCATED,                \
		.bytes = (const uint8_t *) (array)                                                                     \
	}
