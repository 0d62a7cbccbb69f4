/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/redact.h"

#include <errno.h>

#include "trace/capture.h"
#include "trace/syscall-table.h"

void redact_call(const Call *call, const char *machine, bool ret_keep[CALL_MEMORY_MAX])
{
	Machine m = machine_from_string(machine, call->flags & RECORD_COMPAT);
	const Syscall *syscall = syscall_by_number(m, call->nr);

	for (unsigned i = 0; i < CALL_MEMORY_MAX; i++) {
		unsigned arg = call->memory[i].arg;

		ret_keep[i] = i < call->n_memory && syscall && arg < syscall->n_args &&
			      !arg_is_payload(syscall->args[arg].kind);
	}
}

int redact_records(Text *t, const void *records, size_t size, const char *machine)
{
	const char *p = records;
	bool keep[CALL_MEMORY_MAX];
	Item item;
	int n;

	while ((n = record_parse(p, size, &item)) > 0) {
		if (item.kind == ITEM_CALL) {
			redact_call(&item.call, machine, keep);
			call_put_record(t, &item.call, keep);
		} else
			item_put_record(t, &item);
		p += n;
		size -= (size_t) n;
	}
	return n < 0 ? n : text_error(t);
}
