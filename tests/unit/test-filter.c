/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include "ctl/filter.h"

static CallSet parse(const char *expression)
{
	char *unknown = NULL;
	CallSet set = {};

	(void) call_set_parse(expression, &set, &unknown);
	return set;
}

TEST(a_call_is_looked_up_by_the_machine_it_was_made_on)
{
	Item item = { .kind = ITEM_CALL, .call.nr = 3 }; /* close; on i386 read */
	CallSet set = parse("close");

	CHECK(filter_matches(&set, &item, "x86_64"));
	item.call.flags = RECORD_COMPAT;
	CHECK(!filter_matches(&set, &item, "x86_64"));
	item.call.nr = 6;
	CHECK(filter_matches(&set, &item, "x86_64"));
	CHECK(!filter_matches(&set, &item, "riscv64"));
}

TEST(events_and_gaps_are_always_shown)
{
	CallSet set = parse("read");

	CHECK(filter_matches(&set, &(Item){ .kind = ITEM_EVENT }, "x86_64"));
	CHECK(filter_matches(&set, &(Item){ .kind = ITEM_GAP }, "x86_64"));
}

TEST(what_io_uring_does_goes_with_io_uring_enter)
{
	struct UringRecord uring = {};
	Item item = { .kind = ITEM_URING, .uring = &uring };
	CallSet set = parse("io_uring_enter");

	CHECK(filter_matches(&set, &item, "x86_64"));
	CHECK(filter_matches(&set, &item, "aarch64"));
	CHECK(!filter_matches(&set, &item, "m68k"));
	set = parse("read");
	CHECK(!filter_matches(&set, &item, "x86_64"));
	set = parse("!read");
	CHECK(filter_matches(&set, &item, "x86_64"));
}

int main(void)
{
	RUN(a_call_is_looked_up_by_the_machine_it_was_made_on);
	RUN(events_and_gaps_are_always_shown);
	RUN(what_io_uring_does_goes_with_io_uring_enter);
	return test_done();
}
