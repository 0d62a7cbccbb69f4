/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "trace/call-set.h"
#include "util/cleanup.h"

static int parse(const char *expression, CallSet *ret)
{
	_cleanup_free_ char *unknown = NULL;

	return call_set_parse(expression, ret, &unknown);
}

static bool has_on(const CallSet *s, Machine machine, const char *name)
{
	return call_set_has(s, machine, (uint32_t) syscall_number(syscall_by_name(name), machine));
}

static bool has(const CallSet *s, const char *name)
{
	return has_on(s, MACHINE_X86_64, name);
}

TEST(named_calls_are_in_it_and_no_others)
{
	CallSet s;

	CHECK_INT(parse("openat,close", &s), 0);
	CHECK(has(&s, "openat"));
	CHECK(has(&s, "close"));
	CHECK(!has(&s, "read"));
}

TEST(a_name_is_that_call_on_every_machine)
{
	CallSet s;

	CHECK_INT(parse("openat", &s), 0);
	CHECK(has_on(&s, MACHINE_ARM64, "openat"));
	CHECK(has_on(&s, MACHINE_I386, "openat"));
	CHECK(!has_on(&s, MACHINE_ARM64, "close"));
	CHECK(!has_on(&s, MACHINE_I386, "close"));
}

TEST(an_exclamation_mark_turns_the_whole_list_round)
{
	CallSet s;

	CHECK_INT(parse("!futex,close", &s), 0);
	CHECK(!has(&s, "futex"));
	CHECK(!has(&s, "close"));
	CHECK(has(&s, "read"));
}

TEST(trace_in_front_is_taken_as_strace_has_it)
{
	CallSet s;

	CHECK_INT(parse("trace=read", &s), 0);
	CHECK(has(&s, "read"));
	CHECK(!has(&s, "write"));
	CHECK_INT(parse("trace=!read", &s), 0);
	CHECK(!has(&s, "read"));
	CHECK(has(&s, "write"));
}

TEST(paths_and_descriptors_are_found_in_the_table)
{
	CallSet s;

	CHECK_INT(parse("%file", &s), 0);
	CHECK(has(&s, "openat"));
	CHECK(has(&s, "getcwd"));
	CHECK(!has(&s, "close"));
	CHECK_INT(parse("%desc", &s), 0);
	CHECK(has(&s, "close"));
	CHECK(!has(&s, "socket"));
	CHECK(has(&s, "poll"));
	CHECK(!has(&s, "getpid"));
	CHECK(has_on(&s, MACHINE_I386, "_newselect"));
}

/* Each is the one call of its class that no other class of the test has. */
TEST(classes_have_their_members)
{
	static const char *const classes[][2] = {
		{ "%network", "connect" }, { "%process", "execve" }, { "%signal", "rt_sigaction" }, { "%ipc", "semget" },
		{ "%memory", "brk" },      { "%creds", "setuid" },   { "%clock", "clock_settime" },
	};
	CallSet s;

	for (unsigned i = 0; i < 7; i++) {
		CHECK_INT(parse(classes[i][0], &s), 0);
		for (unsigned k = 0; k < 7; k++)
			CHECK_INT(has(&s, classes[k][1]), i == k);
	}
}

TEST(sets_of_systemd_are_named_as_there)
{
	CallSet s;

	CHECK_INT(parse("@network-io", &s), 0);
	CHECK(has(&s, "connect"));
	CHECK(!has(&s, "openat"));
	CHECK_INT(parse("!@system-service", &s), 0);
	CHECK(!has(&s, "openat"));
	CHECK(has(&s, "mount"));
	CHECK_INT(parse("%%stat", &s), 0);
	CHECK(has(&s, "lstat"));
	CHECK_INT(parse("@network", &s), -ENOENT);
	CHECK_INT(parse("%@clock", &s), -ENOENT);
}

TEST(a_regular_expression_is_matched_anywhere_in_a_name)
{
	CallSet s;

	CHECK_INT(parse("/^open|stat", &s), 0);
	CHECK(has(&s, "openat"));
	CHECK(has(&s, "fstatfs"));
	CHECK(!has(&s, "mq_open"));
}

TEST(words_of_all_kinds_go_together)
{
	CallSet s;

	CHECK_INT(parse("!%network,/^futex,read", &s), 0);
	CHECK(!has(&s, "socket"));
	CHECK(!has(&s, "futex_waitv"));
	CHECK(!has(&s, "read"));
	CHECK(has(&s, "write"));
}

TEST(unknown_words_are_all_named)
{
	_cleanup_free_ char *unknown = NULL;
	CallSet s = { .others = true };

	CHECK_INT(call_set_parse("opennat,close,%raed,/^nothing,!read", &s, &unknown), -ENOENT);
	CHECK_STRING(unknown, "opennat, %raed, /^nothing, !read");
	CHECK(s.others);
}

TEST(empty_words_and_bad_expressions_are_refused)
{
	static const char *const bad[] = { "", "!", "trace=", "open,,close", "open,", ",open", "/", "/(", "read,/[" };
	CallSet s;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_INT(parse(bad[i], &s), -EINVAL);
}

TEST(a_call_without_a_name_is_no_named_call)
{
	CallSet s;

	CHECK_INT(parse("read", &s), 0);
	CHECK(!call_set_has(&s, MACHINE_X86_64, 100000));
	CHECK(!call_set_has(&s, MACHINE_X86_64, 511));
	CHECK(!call_set_has(&s, _MACHINE_INVALID, 0));
	CHECK_INT(parse("!read", &s), 0);
	CHECK(call_set_has(&s, MACHINE_X86_64, 100000));
	CHECK(call_set_has(&s, MACHINE_X86_64, 511));
	CHECK(call_set_has(&s, _MACHINE_INVALID, 0));
}

static bool bit(const struct CallBits *bits, uint32_t n)
{
	return bits->words[n / 64] >> n % 64 & 1;
}

TEST(the_kernel_side_has_both_machines_and_one_bit_for_the_rest)
{
	struct CallBits bits;
	CallSet s;

	CHECK_INT(parse("close", &s), 0);
	call_set_bits(&s, MACHINE_X86_64, MACHINE_I386, &bits);
	CHECK(bit(&bits, 3));
	CHECK(!bit(&bits, 6));
	CHECK(bit(&bits, SYSCALLS_MAX + 6));
	CHECK(!bit(&bits, SYSCALLS_MAX + 3));
	CHECK(!bit(&bits, 2 * SYSCALLS_MAX));
	CHECK_INT(parse("!close", &s), 0);
	call_set_bits(&s, MACHINE_ARM64, _MACHINE_INVALID, &bits);
	CHECK(!bit(&bits, 57));
	CHECK(bit(&bits, SYSCALLS_MAX + 6));
	CHECK(bit(&bits, 2 * SYSCALLS_MAX));
}

TEST(what_is_added_is_in_it_as_well)
{
	CallSet s, other;

	CHECK_INT(parse("read", &s), 0);
	CHECK_INT(parse("close", &other), 0);
	call_set_add(&s, &other);
	CHECK(has(&s, "read"));
	CHECK(has(&s, "close"));
	CHECK(!has(&s, "write"));
	CHECK(!s.others);
	CHECK_INT(parse("!close", &other), 0);
	call_set_add(&s, &other);
	CHECK(call_set_is_all(&s));
}

TEST(all_calls_are_all_and_fewer_are_not)
{
	CallSet s;

	call_set_all(&s);
	CHECK(call_set_is_all(&s));
	CHECK(has(&s, "read"));
	CHECK_INT(parse("!read", &s), 0);
	CHECK(!call_set_is_all(&s));
	CHECK_INT(parse("/.", &s), 0);
	CHECK(!call_set_is_all(&s));
}

int main(void)
{
	RUN(named_calls_are_in_it_and_no_others);
	RUN(a_name_is_that_call_on_every_machine);
	RUN(an_exclamation_mark_turns_the_whole_list_round);
	RUN(trace_in_front_is_taken_as_strace_has_it);
	RUN(paths_and_descriptors_are_found_in_the_table);
	RUN(classes_have_their_members);
	RUN(sets_of_systemd_are_named_as_there);
	RUN(a_regular_expression_is_matched_anywhere_in_a_name);
	RUN(words_of_all_kinds_go_together);
	RUN(unknown_words_are_all_named);
	RUN(empty_words_and_bad_expressions_are_refused);
	RUN(a_call_without_a_name_is_no_named_call);
	RUN(the_kernel_side_has_both_machines_and_one_bit_for_the_rest);
	RUN(what_is_added_is_in_it_as_well);
	RUN(all_calls_are_all_and_fewer_are_not);
	return test_done();
}
