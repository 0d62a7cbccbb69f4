/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/syscall-table.h"

#include <string.h>

#include "util/macro.h"

/* sockaddr_storage, the longest address the kernel takes. */
#define SOCKADDR_SIZE_MAX 128U

/* clone_args as of Linux 5.7 and open_how as of 5.6: longer ones carry nothing that is shown. */
#define CLONE_ARGS_SIZE_MAX 88U
#define OPEN_HOW_SIZE_MAX 24U

static const Syscall table[] = {
#define SYSCALL(call, x86_64, i386, arm64, kind, ...)                              \
	{                                                                          \
		.name = #call,                                                     \
		.number_x86_64 = x86_64,                                           \
		.number_i386 = i386,                                               \
		.number_arm64 = arm64,                                             \
		.result = RESULT_##kind,                                           \
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

bool arg_is_payload(ArgKind kind)
{
	return kind == ARG_DATA_IN || kind == ARG_DATA_OUT;
}

static struct MemoryRule fixed(enum MemoryKind kind, unsigned size)
{
	return (struct MemoryRule){
		.kind = (__u8) kind,
		.length_arg = MEMORY_LENGTH_FIXED,
		.length = (__u16) size,
		.limit = (__u16) size,
	};
}

static struct MemoryRule measured(enum MemoryKind kind, const SyscallArg *arg, unsigned limit)
{
	if (limit == 0)
		return (struct MemoryRule){};
	return (struct MemoryRule){
		.kind = (__u8) kind,
		.length_arg = kind == MEMORY_RESULT_OUT ? MEMORY_LENGTH_FIXED : arg->length,
		.limit = (__u16) MIN(limit, STRING_MAX),
	};
}

static unsigned word_size(Machine machine)
{
	return machine == MACHINE_I386 ? sizeof(uint32_t) : sizeof(uint64_t);
}

static struct MemoryRule array(enum MemoryKind kind, Machine machine)
{
	return (struct MemoryRule){
		.kind = (__u8) kind,
		.length_arg = MEMORY_LENGTH_FIXED,
		.length = (__u16) word_size(machine),
		.limit = STRING_MAX,
	};
}

/* Return: the rule without its argument's index; kind MEMORY_NONE when nothing is to be captured. */
static struct MemoryRule arg_rule(const SyscallArg *arg, Machine machine, unsigned string_size)
{
	bool by_result = arg->length == LENGTH_RESULT;

	switch (arg->kind) {
	case ARG_PATH:
	case ARG_STRING:
		return fixed(MEMORY_STRING, STRING_MAX);
	case ARG_STRINGS:
		return array(MEMORY_STRINGS, machine);
	case ARG_ENVIRONMENT:
		return array(MEMORY_COUNT, machine);
	case ARG_PATH_OUT:
		return measured(MEMORY_RESULT_OUT, arg, STRING_MAX);
	case ARG_DATA_IN:
		return measured(MEMORY_BUFFER_IN, arg, string_size);
	case ARG_DATA_OUT:
		return measured(by_result ? MEMORY_RESULT_OUT : MEMORY_BUFFER_OUT, arg, string_size);
	case ARG_SOCKADDR_IN:
		return measured(MEMORY_BUFFER_IN, arg, SOCKADDR_SIZE_MAX);
	case ARG_OPEN_HOW:
		return measured(MEMORY_BUFFER_IN, arg, OPEN_HOW_SIZE_MAX);
	case ARG_CLONE_ARGS:
		return measured(MEMORY_BUFFER_IN, arg, CLONE_ARGS_SIZE_MAX);
	case ARG_TIMESPEC:
		return fixed(MEMORY_BUFFER_IN, 2 * word_size(machine));
	case ARG_TIMESPEC64:
	case ARG_RLIMIT64:
		return fixed(MEMORY_BUFFER_IN, 2 * sizeof(uint64_t));
	case ARG_EPOLL_EVENT: /* packed on x86, and what is behind it may be unmapped */
		return fixed(MEMORY_BUFFER_IN, machine == MACHINE_ARM64 ? 16 : 12);
	case ARG_FD_PAIR:
		return fixed(MEMORY_BUFFER_OUT, 2 * sizeof(int32_t));
	case ARG_OPTION_IN:
		return fixed(MEMORY_BUFFER_IN, sizeof(int32_t));
	case ARG_OPTION_OUT:
	case ARG_WAIT_STATUS:
		return fixed(MEMORY_BUFFER_OUT, sizeof(int32_t));
	default:
		return (struct MemoryRule){};
	}
}

/* Return: how many of the arguments are descriptors; what is beyond CALL_FILES_MAX is left out, with what is returned. */
static unsigned file_rule(const Syscall *syscall, struct CallRule *rule)
{
	unsigned n = 0;

	for (unsigned i = 0; i < syscall->n_args && n < CALL_FILES_MAX; i++) {
		ArgKind kind = syscall->args[i].kind;

		if (kind != ARG_FD && kind != ARG_DIRFD)
			continue;
		if (kind == ARG_DIRFD && n < CALL_MEMORY_MAX && rule->memory[n].kind == MEMORY_STRING &&
		    rule->memory[n].arg == i + 1)
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

void syscall_rule(const Syscall *syscall, Machine machine, unsigned string_size, struct CallRule *ret)
{
	struct CallRule rule = {
		.n_args = syscall->n_args,
		.no_return = syscall->result == RESULT_NONE,
	};
	unsigned n = 0;

	for (unsigned i = 0; i < syscall->n_args && n < CALL_MEMORY_MAX; i++) {
		struct MemoryRule memory = arg_rule(&syscall->args[i], machine, string_size);

		if (memory.kind == MEMORY_NONE || (n >= SLOT_MEMORY_MAX && memory.kind != MEMORY_COUNT))
			continue;
		memory.arg = (__u8) i;
		rule.memory[n++] = memory;
		rule.replaces |= memory.kind == MEMORY_STRINGS;
	}
	rule.n_files = (__u8) file_rule(syscall, &rule);
	rule.file_result = (__u8) file_result(syscall, &rule);
	*ret = rule;
}
