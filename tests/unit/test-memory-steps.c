/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <stdio.h>

#include "trace/command.h"
#include "trace/memory-steps.h"
#include "util/macro.h"

static struct CallRule rule;
static struct CallSteps steps;

/* Makes rule and steps of a call, or of one of its commands. Return: how many steps there are */
static unsigned make(const char *name, Machine machine, unsigned string_size, uint64_t command)
{
	const Syscall *syscall = syscall_by_name(name);
	const Commands *commands = syscall_commands(syscall);
	uint64_t args[CALL_ARGS_MAX] = {};
	Syscall variant = *syscall;

	if (commands)
		args[commands->chooser] = command;
	for (unsigned i = 0; i < syscall->n_args; i++)
		variant.args[i] = command_arg(syscall, args, i);
	syscall_rule(syscall, machine, string_size, &rule);
	return memory_steps(&variant, machine, string_size, &rule, &steps);
}

static const struct MemoryStep *step(unsigned of)
{
	static const struct MemoryStep none;

	for (unsigned i = 0; i < steps.n; i++)
		if (steps.steps[i].of == of)
			return &steps.steps[i];
	return &none;
}

TEST(no_call_has_more_memory_than_a_record)
{
	unsigned n;
	const Syscall *table = syscall_table(&n);

	for (unsigned i = 0; i < n; i++)
		for (Machine m = 0; m < _MACHINE_MAX; m++) {
			unsigned in_slot = 0, k;

			syscall_rule(&table[i], m, STRING_MAX, &rule);
			k = memory_steps(&table[i], m, STRING_MAX, &rule, &steps);
			for (unsigned r = 0; r < SLOT_MEMORY_MAX; r++)
				in_slot += rule.memory[r].kind != MEMORY_NONE;
			if (in_slot + k > CALL_MEMORY_MAX || k > STEPS_MAX)
				printf("# %s\n", table[i].name);
			CHECK(k <= STEPS_MAX && in_slot + k <= CALL_MEMORY_MAX);
		}
}

TEST(every_step_is_sane)
{
	unsigned n;
	const Syscall *table = syscall_table(&n);

	for (unsigned i = 0; i < n; i++) {
		syscall_rule(&table[i], MACHINE_X86_64, STRING_MAX, &rule);
		(void) memory_steps(&table[i], MACHINE_X86_64, STRING_MAX, &rule, &steps);
		for (unsigned k = 0; k < steps.n; k++) {
			const struct MemoryStep *s = &steps.steps[k];

			CHECK(s->of < _MEMORY_OF_MAX);
			CHECK(s->arg == STEP_STACK || (s->arg < table[i].n_args && s->length_arg < table[i].n_args));
			CHECK(s->when != 0 && s->kind >= STEP_BYTES && s->kind <= STEP_COUNT);
			CHECK(s->width == 4 || s->width == 8);
			CHECK(s->kind != STEP_BYTES || (s->unit > 0 && s->limit > 0));
			CHECK(s->limit <= MEMORY_SIZE_MAX);
			CHECK(s->when == STEP_ENTER || !(s->when & STEP_ENTER));
		}
	}
}

TEST(return_from_a_signal_has_its_set_on_the_stack)
{
	const Syscall *syscall = syscall_by_name("rt_sigreturn");

	syscall_rule(syscall, MACHINE_ARM64, STRING_MAX, &rule);
	CHECK_INT(memory_steps(syscall, MACHINE_ARM64, STRING_MAX, &rule, &steps), 1);
	CHECK_INT(steps.steps[0].arg, STEP_STACK);
	CHECK_INT(steps.steps[0].offset, 168);
	CHECK(memory_part_may_show(syscall, NULL, SIGNAL_FRAME_SET));
	CHECK(!memory_part_may_show(syscall, NULL, MEMORY_PART(0, PART_DATA)));
}

TEST(every_command_is_of_a_call_and_an_argument_that_it_has)
{
	unsigned n;
	const CommandArg *lines = command_args(&n);

	for (unsigned i = 0; i < n; i++) {
		const Syscall *syscall = syscall_by_name(lines[i].call);

		CHECK(syscall && syscall_commands(syscall));
		CHECK(lines[i].index < syscall->n_args);
		CHECK(kind_when(lines[i].arg.kind) != WHEN_NEVER);
		CHECK(make(lines[i].call, MACHINE_X86_64, 64, lines[i].command) <= STEPS_MAX && steps.n > 0);
	}
}

TEST(simple_memory_needs_no_step)
{
	CHECK_INT(make("openat", MACHINE_X86_64, 64, 0), 0);
	CHECK_INT(make("read", MACHINE_X86_64, 64, 0), 0);
	CHECK_INT(make("newfstatat", MACHINE_X86_64, 64, 0), 0);
	CHECK_INT(rule.memory[1].kind, MEMORY_BUFFER_OUT);
	CHECK_INT(rule.memory[1].limit, 144);
	CHECK_INT(make("epoll_wait", MACHINE_ARM64, 64, 0), 1);
	CHECK_INT(rule.memory[0].kind, MEMORY_ARRAY_OUT);
	CHECK_INT(rule.memory[0].length, 16);
}

TEST(environment_is_counted)
{
	CHECK_INT(make("execve", MACHINE_I386, 0, 0), 1);
	CHECK_INT(step(2)->kind, STEP_COUNT);
	CHECK_INT(step(2)->when, STEP_ENTER);
	CHECK_INT(step(2)->width, 4);
}

TEST(array_goes_on_where_the_slot_ends)
{
	CHECK_INT(make("poll", MACHINE_X86_64, 64, 0), 2);
	CHECK_INT(rule.memory[0].kind, MEMORY_ARRAY_IN);
	CHECK_INT(rule.memory[0].length, 8);
	CHECK_INT(rule.memory[0].length_arg, 1);
	CHECK_INT(step(0)->skip, STRING_MAX);
	CHECK_INT(step(0)->unit, 8);
	CHECK_INT(step(MEMORY_AFTER(0))->when, STEP_POSITIVE);
	CHECK_INT(step(MEMORY_AFTER(0))->skip, 0);
	CHECK_INT(step(MEMORY_AFTER(0))->length, STEP_LENGTH_ARG);
}

TEST(sets_of_descriptors_are_words_of_the_caller)
{
	CHECK(make("select", MACHINE_X86_64, 64, 0) >= 7);
	CHECK_INT(step(2)->length, STEP_LENGTH_BITS);
	CHECK_INT(step(2)->length_arg, 0);
	CHECK_INT(step(2)->unit, 8);
	(void) make("_newselect", MACHINE_I386, 64, 0);
	CHECK_INT(step(MEMORY_AFTER(3))->unit, 4);
}

TEST(vectors_have_their_contents)
{
	(void) make("readv", MACHINE_X86_64, 64, 0);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->kind, STEP_VECTORS);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->when, STEP_POSITIVE);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->total, STEP_TOTAL_RESULT);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->offset, STEP_DIRECT);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->limit, 64);
	(void) make("writev", MACHINE_X86_64, 64, 0);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->when, STEP_ENTER);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->total, STEP_TOTAL_ALL);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->length_arg, 2);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->width, 8);
	(void) make("writev", MACHINE_I386, 64, 0);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->width, 4);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->unit, 8);
	(void) make("writev", MACHINE_X86_64, 0, 0);
	CHECK_INT(step(MEMORY_PART(0, PART_DATA))->kind, 0);
}

TEST(messages_are_laid_out_as_their_caller_has_them)
{
	(void) make("recvmsg", MACHINE_X86_64, 64, 0);
	CHECK_INT(rule.memory[0].length, 56);
	CHECK_INT(step(MEMORY_PART(0, PART_NAME))->offset, 0);
	CHECK_INT(step(MEMORY_PART(0, PART_NAME))->length_offset, 8);
	CHECK_INT(step(MEMORY_PART(0, PART_VECTORS))->offset, 16);
	CHECK_INT(step(MEMORY_PART(0, PART_CONTROL))->offset, 32);
	CHECK_INT(step(MEMORY_PART(0, PART_CONTROL))->length_offset, 40);
	CHECK_INT(step(MEMORY_AFTER(1))->when, STEP_SUCCESS);
	(void) make("recvmsg", MACHINE_I386, 64, 0);
	CHECK_INT(rule.memory[0].length, 28);
	CHECK_INT(step(MEMORY_PART(0, PART_VECTORS))->offset, 8);
	CHECK_INT(step(MEMORY_PART(0, PART_VECTORS))->unit, 8);
	CHECK_INT(step(MEMORY_PART(0, PART_CONTROL))->length_offset, 20);
}

TEST(of_several_messages_each_has_its_own)
{
	CHECK_INT(make("recvmmsg", MACHINE_X86_64, 64, 0), 18);
	CHECK_INT(step(MEMORY_PART(3, PART_DATA))->offset, 3 * 64 + 16);
	CHECK_INT(step(MEMORY_PART(3, PART_DATA))->total, 3 * 64 + 56);
	CHECK_INT(step(MEMORY_PART(3, PART_DATA))->index, 3);
	CHECK_INT(step(MEMORY_PART(3, PART_DATA))->index_arg, STEP_INDEX_RESULT);
	(void) make("sendmmsg", MACHINE_I386, 64, 0);
	CHECK_INT(step(MEMORY_PART(2, PART_CONTROL))->offset, 2 * 32 + 16);
	CHECK_INT(step(MEMORY_PART(2, PART_CONTROL))->index_arg, 2);
}

TEST(length_is_where_an_argument_points_to)
{
	CHECK_INT(make("accept", MACHINE_X86_64, 64, 0), 2);
	CHECK_INT(rule.memory[0].arg, 2);
	CHECK_INT(step(1)->length, STEP_LENGTH_U32);
	CHECK_INT(step(1)->length_arg, 2);
	CHECK_INT(step(MEMORY_AFTER(2))->limit, 4);
	(void) make("perf_event_open", MACHINE_X86_64, 64, 0);
	CHECK_INT(step(0)->length_offset, 4);
	(void) make("open_by_handle_at", MACHINE_X86_64, 64, 0);
	CHECK_INT(step(1)->more, 8);
	(void) make("flistxattr", MACHINE_X86_64, 64, 0);
	CHECK_INT(rule.memory[0].kind, MEMORY_ARRAY_OUT);
	CHECK_INT(rule.memory[0].length_arg, 2);
	CHECK_INT(step(1)->length, STEP_LENGTH_RETURNED);
	CHECK_INT(step(1)->length_arg, 2);
	(void) make("msgsnd", MACHINE_I386, 64, 0);
	CHECK_INT(step(1)->more, 4);
}

TEST(command_has_steps_of_its_own)
{
	CHECK_INT(make("fcntl", MACHINE_X86_64, 64, 1), 0);
	CHECK_INT(make("fcntl", MACHINE_X86_64, 64, 6), 1); /* F_SETLK */
	CHECK_INT(step(2)->limit, 32);
	CHECK_INT(make("fcntl", MACHINE_I386, 64, 5), 2); /* F_GETLK */
	CHECK_INT(step(MEMORY_AFTER(2))->limit, 16);
	CHECK_INT(make("ioctl", MACHINE_X86_64, 64, 0x5413), 1); /* TIOCGWINSZ */
	CHECK_INT(step(2)->when, STEP_SUCCESS);
	CHECK_INT(make("futex", MACHINE_X86_64, 64, 0x189), 1); /* FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME */
	CHECK_INT(make("futex", MACHINE_X86_64, 64, 1), 0);
	CHECK_INT(make("keyctl", MACHINE_X86_64, 64, 10), 2);   /* KEYCTL_SEARCH */
	CHECK_INT(make("keyctl", MACHINE_X86_64, 0, 11), 0);    /* KEYCTL_READ, without payload */
	CHECK_INT(make("ioctl", MACHINE_X86_64, 64, 0xc0101234), 0); /* not known: it may be a secret, and nobody shows it */
}

static const CommandSteps *find_command(const StepTable *t, uint32_t rule_index, uint32_t command)
{
	const CommandSteps *c = (const CommandSteps *) t->commands.data;

	for (size_t i = 0; i < t->commands.size / sizeof(*c); i++)
		if (c[i].key.rule == rule_index && c[i].key.command == command)
			return &c[i];
	return NULL;
}

TEST(table_has_the_steps_of_calls_and_commands)
{
	static struct CallRule rules[SYSCALLS_MAX];
	_cleanup_step_table_ StepTable t = {};
	const struct CallSteps *lists;
	const CommandSteps *lock;

	step_table_add(&t, MACHINE_X86_64, 64, rules, 100);
	CHECK(text_error(&t.lists) == 0 && text_error(&t.commands) == 0);
	lists = (const struct CallSteps *) t.lists.data;
	CHECK_INT(lists[0].n, 0);
	CHECK_INT(rules[257].steps, 0); /* openat */
	CHECK_INT(rules[257].captures, CAPTURE_SLOT);
	CHECK_INT(rules[110].captures, 0); /* getppid */
	CHECK_INT(lists[rules[7].steps].n, 2); /* poll */
	CHECK_INT(rules[7].captures, CAPTURE_SLOT | CAPTURE_ENTER | CAPTURE_EXIT);
	CHECK_INT(rules[7].command, COMMAND_NONE);
	CHECK_INT(rules[72].command, 1); /* fcntl */
	CHECK_INT(rules[72].steps, 0);
	CHECK_INT(rules[72].captures, CAPTURE_ENTER | CAPTURE_EXIT);
	lock = find_command(&t, 172, 6);
	CHECK(lock && lists[lock->steps].n == 1);
	CHECK(!find_command(&t, 172, 1));
	CHECK(find_command(&t, 302, 0) && find_command(&t, 302, 0x80) && find_command(&t, 302, 0x180)); /* futex */
	CHECK(!find_command(&t, 302, 0x81));
	CHECK_INT(rules[500].command, COMMAND_NONE);
	CHECK_INT(rules[500].n_args, CALL_ARGS_MAX);
}

int main(void)
{
	RUN(no_call_has_more_memory_than_a_record);
	RUN(every_step_is_sane);
	RUN(return_from_a_signal_has_its_set_on_the_stack);
	RUN(every_command_is_of_a_call_and_an_argument_that_it_has);
	RUN(simple_memory_needs_no_step);
	RUN(environment_is_counted);
	RUN(array_goes_on_where_the_slot_ends);
	RUN(sets_of_descriptors_are_words_of_the_caller);
	RUN(vectors_have_their_contents);
	RUN(messages_are_laid_out_as_their_caller_has_them);
	RUN(of_several_messages_each_has_its_own);
	RUN(length_is_where_an_argument_points_to);
	RUN(command_has_steps_of_its_own);
	RUN(table_has_the_steps_of_calls_and_commands);
	return test_done();
}
