/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/command.h"

#include "util/macro.h"

#define CALLS_MAX 1024U /* lines of syscalls.def */

static const CommandArg lines[] = {
#define COMMANDS(call, chooser, flags)
#define COMMAND(name, value, argument, kind_, length_) \
	{ .call = #name, .command = value, .index = argument, .arg = { .kind = ARG_##kind_, .length = length_ } },
#include "trace/commands.def"
#undef COMMANDS
#undef COMMAND
};

static const Commands commands[] = {
#define COMMANDS(name, index, flags_) { .call = #name, .chooser = index, .flags = flags_ },
#define COMMAND(name, value, argument, kind, length)
#include "trace/commands.def"
#undef COMMANDS
#undef COMMAND
};

/* Index + 1 into `commands` by the line of a call, filled at the first look-up; the same whoever fills it. */
static uint8_t by_call[CALLS_MAX];

static void fill_index(void)
{
	static bool filled;
	unsigned n;
	const Syscall *table = syscall_table(&n);

	if (filled)
		return;
	for (unsigned i = 0; i < n && i < CALLS_MAX; i++)
		for (size_t c = 0; c < ELEMENTS(commands); c++)
			if (streq(table[i].name, commands[c].call))
				by_call[i] = (uint8_t) (c + 1);
	filled = true;
}

const Commands *syscall_commands(const Syscall *syscall)
{
	unsigned n;
	size_t i = (size_t) (syscall - syscall_table(&n));

	fill_index();
	return i < CALLS_MAX && by_call[i] > 0 ? &commands[by_call[i] - 1] : NULL;
}

const CommandArg *command_args(unsigned *ret_n)
{
	*ret_n = ELEMENTS(lines);
	return lines;
}

SyscallArg command_arg(const Syscall *syscall, const uint64_t *args, unsigned i)
{
	const Commands *c;
	SyscallArg arg;
	uint32_t command;

	if (i >= syscall->n_args)
		return (SyscallArg){ .length = LENGTH_NONE };
	arg = syscall->args[i];
	c = syscall_commands(syscall);
	if (!c)
		return arg;
	command = (uint32_t) args[c->chooser] & ~c->flags;
	for (size_t k = 0; k < ELEMENTS(lines); k++)
		if (lines[k].command == command && lines[k].index == i && streq(lines[k].call, c->call)) {
			arg.kind = lines[k].arg.kind;
			arg.length = lines[k].arg.length;
			break;
		}
	return arg;
}
