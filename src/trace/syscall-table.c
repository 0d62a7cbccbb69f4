/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/syscall-table.h"

#include <string.h>

#include "util/macro.h"

static const Syscall table[] = {
#define SYSCALL(call, x86_64, i386, arm64, kind, words, ...)                       \
	{                                                                          \
		.name = #call,                                                     \
		.number_x86_64 = x86_64,                                           \
		.number_i386 = i386,                                               \
		.number_arm64 = arm64,                                             \
		.result = RESULT_##kind,                                           \
		.classes = words,                                                  \
		.n_args = sizeof((SyscallArg[]){ __VA_ARGS__ }) / sizeof(SyscallArg), \
		.args = { __VA_ARGS__ },                                           \
	},
#define A(arg, kind) { #arg, ARG_##kind, LENGTH_NONE }
#define M(arg, kind, length) { #arg, ARG_##kind, length }
#include "trace/syscalls.def"
#undef SYSCALL
#undef A
#undef M
};

_Static_assert(ELEMENTS(table) < UINT16_MAX, "indices fit the index below");

/* Index + 1 into the table, filled at the first look-up; the same whoever fills it. */
static uint16_t by_number[_MACHINE_MAX][SYSCALLS_MAX];

static void fill_index(void)
{
	static bool filled;

	if (filled)
		return;
	for (size_t i = 0; i < ELEMENTS(table); i++)
		for (Machine m = 0; m < _MACHINE_MAX; m++) {
			int number = syscall_number(&table[i], m);

			if (number >= 0 && number < (int) SYSCALLS_MAX)
				by_number[m][number] = (uint16_t) (i + 1);
		}
	filled = true;
}

Machine machine_from_string(const char *s, bool compat)
{
	if (streq(s, "x86_64"))
		return compat ? MACHINE_I386 : MACHINE_X86_64;
	if (streq(s, "aarch64") && !compat)
		return MACHINE_ARM64;
	if (startswith(s, "i") && strlen(s) == 4 && streq(s + 2, "86"))
		return MACHINE_I386;
	return _MACHINE_INVALID;
}

int syscall_number(const Syscall *syscall, Machine machine)
{
	switch (machine) {
	case MACHINE_X86_64:
		return syscall->number_x86_64;
	case MACHINE_I386:
		return syscall->number_i386;
	case MACHINE_ARM64:
		return syscall->number_arm64;
	default:
		return -1;
	}
}

const Syscall *syscall_by_number(Machine machine, uint32_t number)
{
	uint16_t index;

	if (machine < 0 || machine >= _MACHINE_MAX || number >= SYSCALLS_MAX)
		return NULL;
	fill_index();
	index = by_number[machine][number];
	return index > 0 ? &table[index - 1] : NULL;
}

const Syscall *syscall_by_name(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(table); i++)
		if (streq(table[i].name, name))
			return &table[i];
	return NULL;
}

const Syscall *syscall_table(unsigned *ret_n)
{
	*ret_n = ELEMENTS(table);
	return table;
}

/* In `limit`: as much as the configuration says. */
#define STRING_SIZE UINT16_MAX

static const struct {
	MemoryWhen when;
	uint16_t size[_MACHINE_MAX];
	uint16_t limit;
} kinds[_ARG_KIND_MAX] = {
#define MEMORY(kind, when_, x86_64, i386, arm64, limit_, function) \
	[ARG_##kind] = { .when = WHEN_##when_, .size = { x86_64, i386, arm64 }, .limit = limit_ },
#include "trace/memory-kinds.def"
#undef MEMORY
};

MemoryWhen kind_when(ArgKind kind)
{
	return kinds[kind].when;
}

unsigned kind_size(ArgKind kind, Machine machine)
{
	return machine >= 0 ? kinds[kind].size[machine] : 0;
}

unsigned kind_more(ArgKind kind, Machine machine)
{
	switch (kind) {
	case ARG_MSGBUF:
	case ARG_MSGBUF_OUT: /* the type of the message, a long */
		return machine == MACHINE_I386 ? sizeof(uint32_t) : sizeof(uint64_t);
	case ARG_URING_PROBE: /* how many operations follow */
		return 16;
	case ARG_FILE_HANDLE:
	case ARG_FILE_HANDLE_INOUT: /* its size and type */
		return 2 * sizeof(uint32_t);
	default:
		return 0;
	}
}

unsigned kind_limit(ArgKind kind, unsigned string_size)
{
	return kinds[kind].limit == STRING_SIZE ? MIN(string_size, STRING_MAX) : kinds[kind].limit;
}

bool arg_is_payload(ArgKind kind)
{
	return kinds[kind].limit == STRING_SIZE;
}

/* Return: MEMORY_NONE if it is not as simple as the slot's memory has to be: that is for trace/memory-steps.c. */
static enum MemoryKind memory_kind(const SyscallArg *arg, unsigned size)
{
	bool by_arg = arg->length < CALL_ARGS_MAX;

	if (kind_more(arg->kind, MACHINE_X86_64) > 0)
		return MEMORY_NONE;
	switch (kinds[arg->kind].when) {
	case WHEN_STRING:
		return MEMORY_STRING;
	case WHEN_STRINGS:
		return MEMORY_STRINGS;
	case WHEN_IN:
	case WHEN_INOUT:
	case WHEN_UPDATED:
		if (arg->length == LENGTH_NONE || (by_arg && size == 1))
			return MEMORY_BUFFER_IN;
		return by_arg ? MEMORY_ARRAY_IN : MEMORY_NONE;
	case WHEN_OUT:
		if (arg->length == LENGTH_NONE || (by_arg && size == 1))
			return MEMORY_BUFFER_OUT;
		if (LENGTH_KIND(arg->length) == LENGTH_RETURNED(0))
			return MEMORY_ARRAY_OUT;
		if (arg->length != LENGTH_RESULT)
			return MEMORY_NONE;
		return size == 1 ? MEMORY_RESULT_OUT : MEMORY_ARRAY_OUT;
	default:
		return MEMORY_NONE;
	}
}

/* Return: the rule without its argument's index; kind MEMORY_NONE when nothing is to be captured. */
static struct MemoryRule arg_rule(const SyscallArg *arg, Machine machine, unsigned string_size)
{
	unsigned size = kind_size(arg->kind, machine), limit = kind_limit(arg->kind, string_size);
	enum MemoryKind kind = memory_kind(arg, size);
	bool measured = arg->length != LENGTH_NONE;
	uint8_t length_arg = MEMORY_LENGTH_FIXED;

	if (limit == 0)
		return (struct MemoryRule){};
	if (arg->length < CALL_ARGS_MAX || LENGTH_KIND(arg->length) == LENGTH_RETURNED(0))
		length_arg = LENGTH_INDEX(arg->length);
	return (struct MemoryRule){
		.kind = (__u8) kind,
		.length_arg = length_arg,
		.length = (__u16) (kind == MEMORY_ARRAY_IN || kind == MEMORY_ARRAY_OUT || !measured ? size : 0),
		.limit = (__u16) MIN(measured || kinds[arg->kind].when < WHEN_IN ? limit : size, STRING_MAX),
	};
}

static bool is_string_in_slot(const struct CallRule *rule, unsigned arg)
{
	for (unsigned i = 0; i < SLOT_MEMORY_MAX; i++)
		if (rule->memory[i].kind == MEMORY_STRING && rule->memory[i].arg == arg)
			return true;
	return false;
}

/* Return: how many of the arguments are descriptors; what is beyond CALL_FILES_MAX is left out, with what is returned. */
static unsigned file_rule(const Syscall *syscall, struct CallRule *rule)
{
	unsigned n = 0;

	for (unsigned i = 0; i < syscall->n_args && n < CALL_FILES_MAX; i++) {
		ArgKind kind = syscall->args[i].kind;

		if (kind != ARG_FD && kind != ARG_DIRFD)
			continue;
		if (kind == ARG_DIRFD && is_string_in_slot(rule, i + 1))
			rule->file_at |= (__u8) (1U << n);
		rule->file_args[n++] = (__u8) i;
	}
	return n;
}

static enum FileResult file_result(const Syscall *syscall, const struct CallRule *rule)
{
	if (syscall->result == RESULT_FD)
		return FILE_RESULT_FD;
	if (syscall->result == RESULT_ADDRESS)
		return FILE_RESULT_RENAMED;
	for (unsigned i = 0; i < syscall->n_args; i++)
		if (syscall->args[i].kind == ARG_FD_PAIR && rule->memory[0].arg == i)
			return FILE_RESULT_PAIR;
	return FILE_RESULT_NONE;
}

/* Takes what is read at enter, or with @out at exit, as long as there is room. Return: how many there are then */
static unsigned memory_rules(const Syscall *syscall, Machine machine, unsigned string_size, bool out,
			     struct CallRule *rule, unsigned n)
{
	for (unsigned i = 0; i < syscall->n_args && n < SLOT_MEMORY_MAX; i++) {
		struct MemoryRule memory = arg_rule(&syscall->args[i], machine, string_size);

		if (memory.kind == MEMORY_NONE || (memory.kind >= MEMORY_BUFFER_OUT) != out)
			continue;
		memory.arg = (__u8) i;
		rule->memory[n++] = memory;
		rule->replaces |= memory.kind == MEMORY_STRINGS;
	}
	return n;
}

void syscall_rule(const Syscall *syscall, Machine machine, unsigned string_size, struct CallRule *ret)
{
	struct CallRule rule = {
		.n_args = syscall->n_args,
		.no_return = syscall->result == RESULT_NONE,
		.command = COMMAND_NONE,
	};
	unsigned n;

	n = memory_rules(syscall, machine, string_size, false, &rule, 0);
	n = memory_rules(syscall, machine, string_size, true, &rule, n);
	rule.captures = n > 0 ? CAPTURE_SLOT : 0;
	rule.n_files = (__u8) file_rule(syscall, &rule);
	rule.file_result = (__u8) file_result(syscall, &rule);
	*ret = rule;
}
