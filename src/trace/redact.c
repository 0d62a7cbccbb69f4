/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/redact.h"

#include <errno.h>

#include "trace/capture.h"
#include "trace/command.h"
#include "trace/memory-steps.h"
#include "trace/syscall-table.h"

/* Levels of socket options, <linux/socket.h>. */
#define LEVEL_SOCKET 1
#define LEVEL_ALG 279

/* Among the options of sockets are keys. They are longer than a number or two, and the socket's own level has none. */
static bool option_may_show(const Call *call, const CallMemory *m)
{
	uint32_t level = (uint32_t) call->args[1];

	return level != LEVEL_ALG && m->captured <= (level == LEVEL_SOCKET ? 2 : 1) * sizeof(uint64_t);
}

/* Whether memory of a call is of a kind that may be shown; what is not known may not. */
static bool may_show(const Call *call, const Syscall *syscall, const CallMemory *m)
{
	unsigned of = m->arg;
	ArgKind kind;

	if (of >= MEMORY_PART(0, 0))
		return memory_part_may_show(syscall, call->args, of);
	kind = command_arg(syscall, call->args, of >= MEMORY_AFTER(0) ? of - MEMORY_AFTER(0) : of).kind;
	if (kind == ARG_OPTION_IN || kind == ARG_OPTION_OUT)
		return option_may_show(call, m);
	return kind_when(kind) != WHEN_NEVER && !arg_is_payload(kind);
}

void redact_call(const Call *call, const char *machine, bool ret_keep[CALL_MEMORY_MAX])
{
	Machine m = machine_from_string(machine, call->flags & RECORD_COMPAT);
	const Syscall *syscall = syscall_by_number(m, call->nr);

	for (unsigned i = 0; i < CALL_MEMORY_MAX; i++)
		ret_keep[i] = i < call->n_memory && syscall && may_show(call, syscall, &call->memory[i]);
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
