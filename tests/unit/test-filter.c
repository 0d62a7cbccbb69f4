/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "ctl/filter.h"
#include "util/cleanup.h"

static bool shows(const Filter *f, const char *machine, const char *name, bool compat)
{
	const Syscall *s = syscall_by_name(name);
	Item item = { .kind = ITEM_CALL, .call.flags = compat ? RECORD_COMPAT : 0 };

	item.call.nr = (uint32_t) syscall_number(s, machine_from_string(machine, compat));
	return filter_matches(f, &item, machine);
}

static int parse(const char *expression, Filter *ret)
{
	_cleanup_free_ char *unknown = NULL;

	return filter_parse(expression, ret, &unknown);
}

TEST(named_calls_are_shown_and_no_others)
{
	Filter f;

	CHECK_INT(parse("openat,close", &f), 0);
	CHECK(shows(&f, "x86_64", "openat", false));
	CHECK(shows(&f, "x86_64", "close", false));
	CHECK(!shows(&f, "x86_64", "read", false));
}

TEST(a_name_is_that_call_on_every_machine)
{
	Filter f;

	CHECK_INT(parse("openat", &f), 0);
	CHECK(shows(&f, "aarch64", "openat", false));
	CHECK(shows(&f, "x86_64", "openat", true));
	CHECK(!shows(&f, "aarch64", "close", false));
	CHECK(!shows(&f, "x86_64", "close", true));
}

TEST(an_exclamation_mark_turns_the_whole_list_round)
{
	Filter f;

	CHECK_INT(parse("!futex,close", &f), 0);
	CHECK(!shows(&f, "x86_64", "futex", false));
	CHECK(!shows(&f, "x86_64", "close", false));
	CHECK(shows(&f, "x86_64", "read", false));
}

TEST(trace_in_front_is_taken_as_strace_has_it)
{
	Filter f;

	CHECK_INT(parse("trace=read", &f), 0);
	CHECK(shows(&f, "x86_64", "read", false));
	CHECK(!shows(&f, "x86_64", "write", false));
	CHECK_INT(parse("trace=!read", &f), 0);
	CHECK(!shows(&f, "x86_64", "read", false));
	CHECK(shows(&f, "x86_64", "write", false));
}

TEST(unknown_names_are_all_named)
{
	_cleanup_free_ char *unknown = NULL;
	Filter f = { .negated = true };

	CHECK_INT(filter_parse("opennat,close,raed", &f, &unknown), -ENOENT);
	CHECK_STRING(unknown, "opennat, raed");
	CHECK(f.negated);
}

TEST(empty_names_are_refused)
{
	static const char *const bad[] = { "", "!", "trace=", "open,,close", "open,", ",open" };
	Filter f;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_INT(parse(bad[i], &f), -EINVAL);
}

TEST(a_call_without_a_name_is_no_named_call)
{
	Item item = { .kind = ITEM_CALL, .call.nr = 100000 };
	Filter f;

	CHECK_INT(parse("read", &f), 0);
	CHECK(!filter_matches(&f, &item, "x86_64"));
	CHECK_INT(parse("!read", &f), 0);
	CHECK(filter_matches(&f, &item, "x86_64"));
	item.call.nr = 0;
	CHECK(filter_matches(&f, &item, "riscv64"));
}

TEST(events_and_gaps_are_always_shown)
{
	Filter f;

	CHECK_INT(parse("read", &f), 0);
	CHECK(filter_matches(&f, &(Item){ .kind = ITEM_EVENT }, "x86_64"));
	CHECK(filter_matches(&f, &(Item){ .kind = ITEM_GAP }, "x86_64"));
}

TEST(what_io_uring_does_goes_with_io_uring_enter)
{
	struct UringRecord uring = {};
	Item item = { .kind = ITEM_URING, .uring = &uring };
	Filter f;

	CHECK_INT(parse("io_uring_enter", &f), 0);
	CHECK(filter_matches(&f, &item, "x86_64"));
	CHECK(filter_matches(&f, &item, "aarch64"));
	CHECK(!filter_matches(&f, &item, "m68k"));
	CHECK_INT(parse("read", &f), 0);
	CHECK(!filter_matches(&f, &item, "x86_64"));
	CHECK_INT(parse("!read", &f), 0);
	CHECK(filter_matches(&f, &item, "x86_64"));
}

int main(void)
{
	RUN(named_calls_are_shown_and_no_others);
	RUN(a_name_is_that_call_on_every_machine);
	RUN(an_exclamation_mark_turns_the_whole_list_round);
	RUN(trace_in_front_is_taken_as_strace_has_it);
	RUN(unknown_names_are_all_named);
	RUN(empty_names_are_refused);
	RUN(a_call_without_a_name_is_no_named_call);
	RUN(events_and_gaps_are_always_shown);
	RUN(what_io_uring_does_goes_with_io_uring_enter);
	return test_done();
}
