/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include "ctl/tail.h"

static void put_numbers(Tail *t, unsigned n)
{
	for (unsigned i = 1; i <= n; i++) {
		text_printf(&t->text, "%u\n", i);
		tail_end_line(t);
	}
}

TEST(the_last_lines_stay_in_their_order)
{
	for (unsigned n = 3; n < 20; n++) {
		_cleanup_tail_ Tail t = { .max = 3 };
		char expected[32];

		put_numbers(&t, n);
		(void) snprintf(expected, sizeof(expected), "%u\n%u\n%u\n", n - 2, n - 1, n);
		CHECK_INT(tail_cut(&t), 0);
		CHECK_STRING(text_string(&t.text), expected);
	}
}

TEST(fewer_lines_stay_all)
{
	_cleanup_tail_ Tail t = { .max = 5 }, unlimited = { .max = UINT64_MAX }, none = { .max = 5 };

	put_numbers(&t, 2);
	CHECK_INT(tail_cut(&t), 0);
	CHECK_STRING(text_string(&t.text), "1\n2\n");
	put_numbers(&unlimited, 2);
	CHECK_INT(tail_cut(&unlimited), 0);
	CHECK_STRING(text_string(&unlimited.text), "1\n2\n");
	CHECK_INT(tail_cut(&none), 0);
	CHECK_STRING(text_string(&none.text), "");
}

TEST(no_lines_can_be_asked_for)
{
	_cleanup_tail_ Tail t = { .max = 0 };

	put_numbers(&t, 7);
	CHECK_INT(tail_cut(&t), 0);
	CHECK_STRING(text_string(&t.text), "");
}

TEST(memory_is_bound_by_the_lines_kept)
{
	_cleanup_tail_ Tail t = { .max = 10 };

	put_numbers(&t, 100000);
	CHECK(t.n <= 2 * t.max + 1);
	CHECK(t.text.allocated < 1024);
}

int main(void)
{
	RUN(the_last_lines_stay_in_their_order);
	RUN(fewer_lines_stay_all);
	RUN(no_lines_can_be_asked_for);
	RUN(memory_is_bound_by_the_lines_kept);
	return test_done();
}
