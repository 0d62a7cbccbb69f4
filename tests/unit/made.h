/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Calls that are made, with a recorder in between that takes memory by the rules of the table as the kernel side does,
 * so a test can expect the line that strace prints for them. Best are calls that fail: their lines are always the same.
 */

#include "unit/test.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "trace/line.h"
#include "util/macro.h"

#define NOWHERE 77 /* a descriptor that is not open */
#define NOBODY 0x3fffffff /* no process has that pid: beyond pid_max */

static struct utsname host;
static uint8_t taken[CALL_MEMORY_MAX][STRING_MAX];

/* Read what the kernel side would; from ourselves, but with an error instead of a crash. */
static inline void take(Call *c, const struct MemoryRule *rule)
{
	CallMemory *m = &c->memory[c->n_memory];
	uint64_t size = rule->kind == MEMORY_STRING ? rule->limit :
			rule->kind == MEMORY_RESULT_OUT ? (uint64_t) c->result :
			rule->length_arg == MEMORY_LENGTH_FIXED ? rule->length : (uint32_t) c->args[rule->length_arg];
	struct iovec from = { (void *) (uintptr_t) c->args[rule->arg], MIN(size, rule->limit) };
	struct iovec to = { taken[c->n_memory], sizeof(taken[0]) };
	ssize_t n;

	if (!from.iov_base)
		return;
	n = from.iov_len > 0 ? process_vm_readv(getpid(), &to, 1, &from, 1, 0) : 0;
	*m = (CallMemory){ .arg = rule->arg, .bytes = taken[c->n_memory], .requested = (uint32_t) size };
	c->n_memory++;
	if (n < 0) {
		m->status = MEMORY_UNREADABLE;
		return;
	}
	m->captured = (uint32_t) n;
	if (rule->kind == MEMORY_STRING) {
		m->requested = 0;
		m->captured = (uint32_t) strnlen((const char *) m->bytes, (size_t) n);
		m->status = m->captured == (size_t) n ? MEMORY_TRUNCATED : MEMORY_WHOLE;
	} else if (size > rule->limit)
		m->status = MEMORY_TRUNCATED;
}

static inline bool taken_at_exit(const struct MemoryRule *rule)
{
	return rule->kind == MEMORY_BUFFER_OUT || rule->kind == MEMORY_RESULT_OUT;
}

static inline void take_all(Call *c, const struct CallRule *rule, bool at_exit)
{
	for (unsigned i = 0; i < CALL_MEMORY_MAX; i++)
		if (rule->memory[i].kind != MEMORY_NONE && taken_at_exit(&rule->memory[i]) == at_exit)
			take(c, &rule->memory[i]);
}

/* Make the call. Return: its line, without the newline. */
static inline const char *made(Text *t, unsigned string_size, const char *name, const uint64_t args[CALL_ARGS_MAX])
{
	const Syscall *syscall_of = syscall_by_name(name);
	Machine machine = machine_from_string(host.machine, false);
	int number = syscall_of ? syscall_number(syscall_of, machine) : -1;
	CaptureInfo info = { .machine = host.machine };
	LineStyle style = { .info = &info, .no_prefix = true, .no_duration = true, .values.string_size = string_size };
	Item item = { .kind = ITEM_CALL, .call = { .nr = (uint32_t) number } };
	struct CallRule rule;

	text_clear(t);
	if (number < 0)
		return "no such call here";
	syscall_rule(syscall_of, machine, STRING_MAX, &rule);
	item.call.n_args = rule.n_args;
	memcpy(item.call.args, args, sizeof(item.call.args));
	take_all(&item.call, &rule, false);
	item.call.result = syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
	if (item.call.result < 0)
		item.call.result = -errno;
	else
		take_all(&item.call, &rule, true);
	line_put(t, &item, &style);
	text_truncate(t, t->size - 1);
	return text_string(t);
}

#define P(...) ((uintptr_t) (__VA_ARGS__))
#define MADE(t, name, ...) made(t, 0, name, (const uint64_t[CALL_ARGS_MAX]){ __VA_ARGS__ })

#define BADF " = -1 EBADF (Bad file descriptor)"
#define NOENT " = -1 ENOENT (No such file or directory)"
#define FAULT " = -1 EFAULT (Bad address)"
#define INVAL " = -1 EINVAL (Invalid argument)"
#define SRCH " = -1 ESRCH (No such process)"
#define CHILD " = -1 ECHILD (No child processes)"

/* Calls of x86-64 that are not made: a record as it would be. */
static inline const char *line_of(Text *t, Call call)
{
	Item item = { .kind = ITEM_CALL, .call = call };

	text_clear(t);
	line_put(t, &item, &(LineStyle){ .no_prefix = true, .no_duration = true });
	text_truncate(t, t->size > 0 ? t->size - 1 : 0);
	return text_string(t);
}
