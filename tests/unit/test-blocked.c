/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include "ctl/blocked.h"

#define CUT 1000U
#define NR_READ 0U

static Item call(uint32_t tid, uint64_t start, uint64_t until, bool finished)
{
	return (Item){ .kind = ITEM_CALL,
		       .call = { .nr = NR_READ, .tid = tid, .pid = tid, .start = start, .duration = until - start, .n_args = 3,
				 .args = { tid }, .flags = finished ? 0 : RECORD_UNFINISHED } };
}

static int see(Blocked *b, Item item)
{
	return blocked_see(b, &item, &(LineStyle){ .no_prefix = true });
}

/* The descriptors that the blocked calls read from, which are their tids, as a string: "1 2 ". */
static const char *shown(const Blocked *b)
{
	static char tids[64];
	_cleanup_text_ Text out = {};
	char *line, *rest;

	tids[0] = '\0';
	(void) blocked_put(b, &out);
	rest = out.data;
	while (rest && (line = strsep(&rest, "\n")) && *line) {
		const char *from = strchr(line, '(') + 1;

		strncat(tids, from, strcspn(from, ","));
		strcat(tids, " ");
	}
	return tids;
}

TEST(calls_in_flight_are_shown)
{
	_cleanup_blocked_ Blocked b = {};

	for (uint32_t tid = 1; tid <= 20; tid++)
		CHECK_INT(see(&b, call(tid, tid, CUT, false)), 0);
	CHECK_INT(see(&b, call(21, 50, 60, true)), 0);
	CHECK_STRING(shown(&b), "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 ");
}

TEST(a_thread_that_has_exited_is_in_no_call)
{
	struct EventRecord exit = { .header = { .kind = RECORD_EVENT, .count = EVENT_EXIT }, .tid = 2 };
	_cleanup_blocked_ Blocked b = {};

	CHECK_INT(see(&b, call(1, 10, CUT, false)), 0);
	CHECK_INT(see(&b, call(2, 10, CUT, false)), 0);
	CHECK_INT(see(&b, (Item){ .kind = ITEM_EVENT, .event = &exit }), 0);
	CHECK_STRING(shown(&b), "1 ");
}

TEST(a_call_that_ended_with_its_thread_is_told_by_its_time)
{
	_cleanup_blocked_ Blocked b = {};

	CHECK_INT(see(&b, call(1, 10, 500, false)), 0);
	CHECK_INT(see(&b, call(2, 20, CUT, false)), 0);
	CHECK_STRING(shown(&b), "2 ");
}

TEST(a_later_call_of_the_thread_takes_its_place)
{
	_cleanup_blocked_ Blocked b = {};

	CHECK_INT(see(&b, call(1, 10, CUT, false)), 0);
	CHECK_INT(see(&b, call(1, 20, 30, true)), 0);
	CHECK_STRING(shown(&b), "");
}

int main(void)
{
	RUN(calls_in_flight_are_shown);
	RUN(a_thread_that_has_exited_is_in_no_call);
	RUN(a_call_that_ended_with_its_thread_is_told_by_its_time);
	RUN(a_later_call_of_the_thread_takes_its_place);
	return test_done();
}
