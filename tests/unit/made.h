/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Calls that are made, with a recorder in between that takes memory by the rules of the table as the kernel side does,
 * so a test can expect the line that strace prints for them. Best are calls that fail: their lines are always the same.
 */

#include "unit/taken.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "trace/line.h"
#include "util/macro.h"

#define NOWHERE 77 /* a descriptor that is not open */
#define NOBODY 0x3fffffff /* no process has that pid: beyond pid_max */

static struct utsname host;
/* Make the call. Return: its line, without the newline. */
static inline const char *made(Text *t, unsigned string_size, const char *name, const uint64_t args[CALL_ARGS_MAX])
{
	const Syscall *syscall_of = syscall_by_name(name);
	Machine machine = machine_from_string(host.machine, false);
	int number = syscall_of ? syscall_number(syscall_of, machine) : -1;
	CaptureInfo info = { .machine = host.machine };
	LineStyle style = { .info = &info, .no_prefix = true, .no_duration = true, .values.string_size = string_size };
	Item item = { .kind = ITEM_CALL, .call = { .nr = (uint32_t) number } };
	Taking taking;

	text_clear(t);
	if (number < 0)
		return "no such call here";
	memcpy(item.call.args, args, sizeof(item.call.args));
	taking_begin(&taking, &item.call, syscall_of, machine);
	item.call.n_args = taking.rule.n_args;
	take_all(&item.call, &taking, STEP_ENTER);
	item.call.result = syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
	if (item.call.result < 0)
		item.call.result = -errno;
	take_all(&item.call, &taking, item.call.result < 0 ? STEP_FAILED : item.call.result > 0 ? STEP_POSITIVE : STEP_ZERO);
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
