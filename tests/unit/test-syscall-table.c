/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <stdio.h>

#include "trace/syscall-table.h"
#include "util/macro.h"

TEST(no_number_is_twice)
{
	unsigned n;
	const Syscall *table = syscall_table(&n);

	for (Machine m = 0; m < _MACHINE_MAX; m++)
		for (unsigned i = 0; i < n; i++) {
			int number = syscall_number(&table[i], m);

			CHECK(number >= -1 && number < (int) SYSCALLS_MAX);
			if (number >= 0)
				CHECK_STRING(syscall_by_number(m, (uint32_t) number)->name, table[i].name);
			if (number >= 0)
				CHECK(syscall_by_number(m, (uint32_t) number) == &table[i]);
		}
}

TEST(numbers_beyond_the_table_are_nothing)
{
	CHECK(!syscall_by_number(MACHINE_X86_64, 400));
	CHECK(!syscall_by_number(MACHINE_X86_64, SYSCALLS_MAX));
	CHECK(!syscall_by_number(MACHINE_X86_64, UINT32_MAX));
	CHECK(!syscall_by_number(_MACHINE_INVALID, 0));
	CHECK(!syscall_by_number(_MACHINE_MAX, 0));
}

/* Return: how many arguments of the call are captured at enter (by @out false) or at exit. */
static unsigned count_memory(const struct CallRule *rule, bool out)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SLOT_MEMORY_MAX; i++) {
		uint8_t kind = rule->memory[i].kind;

		n += out ? kind >= MEMORY_BUFFER_OUT : kind != MEMORY_NONE && kind < MEMORY_BUFFER_OUT;
	}
	return n;
}

static bool is_read_at_enter(const struct MemoryRule *rule)
{
	return rule->kind != MEMORY_NONE && rule->kind < MEMORY_BUFFER_OUT;
}

TEST(every_line_makes_a_sane_rule)
{
	unsigned n;
	const Syscall *table = syscall_table(&n);

	for (unsigned i = 0; i < n; i++) {
		const Syscall *call = &table[i];
		struct CallRule rule;

		syscall_rule(call, MACHINE_X86_64, STRING_MAX, &rule);
		CHECK_INT(rule.n_args, call->n_args);
		for (unsigned m = 0; m < SLOT_MEMORY_MAX && rule.memory[m].kind != MEMORY_NONE; m++) {
			const struct MemoryRule *memory = &rule.memory[m];

			CHECK(memory->kind <= MEMORY_ARRAY_OUT);
			CHECK(memory->arg < call->n_args);
			CHECK(memory->length_arg == MEMORY_LENGTH_FIXED || memory->length_arg < call->n_args);
			CHECK(memory->length_arg != memory->arg);
			CHECK(memory->limit > 0 && memory->limit <= STRING_MAX);
		}
		CHECK(count_memory(&rule, true) == 0 || count_memory(&rule, false) < SLOT_MEMORY_MAX);
		if (is_read_at_enter(&rule.memory[1]))
			CHECK(is_read_at_enter(&rule.memory[0]));
	}
}

TEST(rule_of_openat_takes_the_path)
{
	struct CallRule rule;

	syscall_rule(syscall_by_name("openat"), MACHINE_X86_64, 0, &rule);
	CHECK_INT(rule.n_args, 4);
	CHECK_INT(rule.no_return, 0);
	CHECK_INT(rule.memory[0].kind, MEMORY_STRING);
	CHECK_INT(rule.memory[0].arg, 1);
	CHECK_INT(rule.memory[0].limit, STRING_MAX);
	CHECK_INT(rule.memory[1].kind, MEMORY_NONE);
}

TEST(rule_of_payload_obeys_its_size)
{
	struct CallRule rule;

	syscall_rule(syscall_by_name("write"), MACHINE_X86_64, 32, &rule);
	CHECK_INT(rule.memory[0].kind, MEMORY_BUFFER_IN);
	CHECK_INT(rule.memory[0].arg, 1);
	CHECK_INT(rule.memory[0].length_arg, 2);
	CHECK_INT(rule.memory[0].limit, 32);
	syscall_rule(syscall_by_name("read"), MACHINE_X86_64, 32, &rule);
	CHECK_INT(rule.memory[0].kind, MEMORY_RESULT_OUT);
	CHECK_INT(rule.memory[0].limit, 32);
	syscall_rule(syscall_by_name("read"), MACHINE_X86_64, 100000, &rule);
	CHECK_INT(rule.memory[0].limit, STRING_MAX);
	syscall_rule(syscall_by_name("read"), MACHINE_X86_64, 0, &rule);
	CHECK_INT(rule.memory[0].kind, MEMORY_NONE);
}

TEST(rule_of_sendto_without_payload_keeps_the_address)
{
	struct CallRule rule;

	syscall_rule(syscall_by_name("sendto"), MACHINE_X86_64, 0, &rule);
	CHECK_INT(rule.memory[0].kind, MEMORY_BUFFER_IN);
	CHECK_INT(rule.memory[0].arg, 4);
	CHECK_INT(rule.memory[0].length_arg, 5);
	CHECK_INT(rule.memory[0].limit, 128);
	CHECK_INT(rule.memory[1].kind, MEMORY_NONE);
}

TEST(rule_of_execve_goes_by_the_pointers_of_its_caller)
{
	struct CallRule rule;

	syscall_rule(syscall_by_name("execve"), MACHINE_X86_64, 0, &rule);
	CHECK_INT(rule.memory[0].kind, MEMORY_STRING);
	CHECK_INT(rule.memory[1].kind, MEMORY_STRINGS);
	CHECK_INT(rule.memory[1].length, 8);
	syscall_rule(syscall_by_name("execve"), MACHINE_I386, 0, &rule);
	CHECK_INT(rule.memory[1].length, 4);
}

TEST(exit_does_not_return)
{
	unsigned n, found = 0;
	const Syscall *table = syscall_table(&n);

	for (unsigned i = 0; i < n; i++) {
		struct CallRule rule;

		syscall_rule(&table[i], MACHINE_X86_64, 0, &rule);
		if (!rule.no_return)
			continue;
		found++;
		CHECK(streq(table[i].name, "exit") || streq(table[i].name, "exit_group"));
	}
	CHECK_INT(found, 2);
}

TEST(call_with_other_arguments_on_i386_has_both_lines)
{
	const Syscall *native = syscall_by_number(MACHINE_X86_64, 9), *old = syscall_by_number(MACHINE_I386, 90);

	CHECK_STRING(native->name, "mmap");
	CHECK_STRING(old->name, "mmap");
	CHECK_INT(native->n_args, 6);
	CHECK_INT(old->n_args, 1);
	CHECK(syscall_by_name("mmap") == native);
	CHECK(!syscall_by_name("no_such_call"));
}

TEST(machine_is_told_by_uname_and_word_size)
{
	CHECK_INT(machine_from_string("x86_64", false), MACHINE_X86_64);
	CHECK_INT(machine_from_string("x86_64", true), MACHINE_I386);
	CHECK_INT(machine_from_string("i686", false), MACHINE_I386);
	CHECK_INT(machine_from_string("aarch64", false), MACHINE_ARM64);
	CHECK_INT(machine_from_string("aarch64", true), _MACHINE_INVALID);
	CHECK_INT(machine_from_string("riscv64", false), _MACHINE_INVALID);
	CHECK_INT(machine_from_string("", false), _MACHINE_INVALID);
}

/* "0 2 result" for a call with descriptors in these arguments that returns one, "@" where AT_FDCWD stands for one. */
static const char *files_of(const char *name)
{
	static const char *const results[] = {
		[FILE_RESULT_NONE] = "", [FILE_RESULT_FD] = "result", [FILE_RESULT_PAIR] = "pair",
		[FILE_RESULT_RENAMED] = "renamed",
	};
	const Syscall *syscall = syscall_by_name(name);
	static char text[64];
	struct CallRule rule;
	int n = 0;

	if (!syscall)
		return "no such call";
	syscall_rule(syscall, MACHINE_X86_64, 64, &rule);
	for (unsigned i = 0; i < rule.n_files; i++)
		n += snprintf(text + n, sizeof(text) - (size_t) n, "%u%s ", rule.file_args[i],
			      rule.file_at & 1U << i ? "@" : "");
	(void) snprintf(text + n, sizeof(text) - (size_t) n, "%s", results[rule.file_result]);
	return text;
}

TEST(files_are_taken_of_descriptors)
{
	CHECK_STRING(files_of("getppid"), "");
	CHECK_STRING(files_of("read"), "0 ");
	CHECK_STRING(files_of("mmap"), "4 ");
	CHECK_STRING(files_of("epoll_ctl"), "0 2 ");
	CHECK_STRING(files_of("copy_file_range"), "0 2 ");
	CHECK_STRING(files_of("openat"), "0@ result");
	CHECK_STRING(files_of("renameat2"), "0@ 2@ ");
	CHECK_STRING(files_of("symlinkat"), "1@ "); /* the path in the first piece of memory is not below it */
	CHECK_STRING(files_of("fanotify_mark"), "0 3@ ");
	CHECK_STRING(files_of("execveat"), "0@ ");
	CHECK_STRING(files_of("open"), "result");
	CHECK_STRING(files_of("accept4"), "0 result");
	CHECK_STRING(files_of("dup3"), "0 1 "); /* what it returns is of the first one's file */
	CHECK_STRING(files_of("connect"), "0 renamed");
	CHECK_STRING(files_of("listen"), "0 renamed");
	CHECK_STRING(files_of("pipe2"), "pair");
	CHECK_STRING(files_of("socketpair"), "pair");
}

TEST(no_call_returns_a_descriptor_beside_two_that_it_is_given)
{
	unsigned n;
	const Syscall *table = syscall_table(&n);

	for (unsigned i = 0; i < n; i++) {
		struct CallRule rule;

		syscall_rule(&table[i], MACHINE_X86_64, 64, &rule);
		CHECK(rule.n_files < CALL_FILES_MAX || rule.file_result != FILE_RESULT_FD);
		CHECK(rule.file_result != FILE_RESULT_PAIR || rule.n_files == 0);
	}
}

int main(void)
{
	RUN(no_number_is_twice);
	RUN(numbers_beyond_the_table_are_nothing);
	RUN(every_line_makes_a_sane_rule);
	RUN(rule_of_openat_takes_the_path);
	RUN(rule_of_payload_obeys_its_size);
	RUN(rule_of_sendto_without_payload_keeps_the_address);
	RUN(rule_of_execve_goes_by_the_pointers_of_its_caller);
	RUN(exit_does_not_return);
	RUN(call_with_other_arguments_on_i386_has_both_lines);
	RUN(machine_is_told_by_uname_and_word_size);
	RUN(files_are_taken_of_descriptors);
	RUN(no_call_returns_a_descriptor_beside_two_that_it_is_given);
	return test_done();
}
