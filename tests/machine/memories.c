/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What was captured, as it is: reads a capture, and prints a line for each memory of each call,
 *
 *   CALL RESULT MEMORY STATUS REQUESTED BYTES
 *
 * with MEMORY as "1", "after1" or "part0.2", and the bytes in hexadecimal.
 */

#include <stdio.h>
#include <unistd.h>

#include "trace/capture.h"
#include "trace/syscall-table.h"

static void print_memory(const char *name, const Call *call, const CallMemory *m)
{
	static const char *const statuses[_MEMORY_STATUS_MAX] = { "whole", "truncated", "unreadable", "continued" };

	printf("%s %lld ", name, (long long) call->result);
	if (m->arg >= MEMORY_PART(0, 0))
		printf("part%u.%u", (m->arg - MEMORY_PART(0, 0)) / _MEMORY_PART_MAX, m->arg % _MEMORY_PART_MAX);
	else
		printf("%s%u", m->arg >= MEMORY_AFTER(0) ? "after" : "", m->arg % MEMORY_AFTER(0));
	printf(" %s %u ", statuses[m->status], m->requested);
	for (uint32_t i = 0; i < m->captured; i++)
		printf("%02x", m->bytes[i]);
	puts("");
}

static void print_call(const Call *call, const char *machine)
{
	const Syscall *syscall = syscall_by_number(machine_from_string(machine, call->flags & RECORD_COMPAT), call->nr);

	for (unsigned i = 0; i < call->n_memory; i++)
		print_memory(syscall ? syscall->name : "?", call, &call->memory[i]);
}

int main(void)
{
	_cleanup_(capture_reader_freep) CaptureReader *reader = NULL;
	static char bytes[65536];
	ssize_t n;
	Item item;
	int r = capture_reader_new(&reader);

	while (r >= 0 && (n = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0) {
		r = capture_reader_feed(reader, bytes, (size_t) n);
		while (r >= 0 && (r = capture_reader_next(reader, &item)) > 0)
			if (item.kind == ITEM_CALL)
				print_call(&item.call, capture_reader_info(reader)->machine);
	}
	return r < 0 || !capture_reader_end(reader);
}
