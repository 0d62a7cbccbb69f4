/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>
#include <stdlib.h>

#include "daemon/wanted.h"
#include "util/cleanup.h"

#define _cleanup_wanted_ _cleanup_(wanted_done)

static int add(WantedList *l, const char *unit, uint64_t buffer_size)
{
	return wanted_add(l, unit, &(RecordOptions){ .buffer_size = buffer_size });
}

TEST(a_unit_is_wanted_once_and_keeps_its_size)
{
	_cleanup_wanted_ WantedList l = {};

	CHECK_INT(add(&l, "a.service", 65536), 1);
	CHECK_INT(add(&l, "a.service", 0), 0);
	CHECK_INT(l.n, 1);
	CHECK_INT(wanted_find(&l, "a.service")->options.buffer_size, 65536);
	CHECK_INT(add(&l, "a.service", 131072), 0);
	CHECK_INT(wanted_find(&l, "a.service")->options.buffer_size, 131072);
	CHECK(!wanted_find(&l, "b.service"));
}

TEST(a_filter_stays_until_another_is_asked_for)
{
	_cleanup_wanted_ WantedList l = {};
	CallFilter *one, *two;
	char *unknown;

	CHECK_INT(call_filter_new(&one, "read", &unknown), 0);
	CHECK_INT(call_filter_new(&two, "", &unknown), 0);
	CHECK_INT(wanted_add(&l, "a.service", &(RecordOptions){ .filter = one }), 1);
	call_filter_unref(one);
	CHECK_INT(add(&l, "a.service", 131072), 0);
	CHECK_STRING(wanted_find(&l, "a.service")->options.filter->expression, "read");
	CHECK_INT(wanted_add(&l, "a.service", &(RecordOptions){ .filter = two }), 0);
	call_filter_unref(two);
	CHECK(call_set_is_all(&wanted_find(&l, "a.service")->options.filter->calls));
}

TEST(removing_leaves_the_others)
{
	_cleanup_wanted_ WantedList l = {};

	CHECK_INT(add(&l, "a.service", 0), 1);
	CHECK_INT(add(&l, "b.service", 0), 1);
	CHECK_INT(wanted_remove(&l, "a.service"), 1);
	CHECK_INT(wanted_remove(&l, "a.service"), 0);
	CHECK(wanted_find(&l, "b.service"));
	CHECK_INT(l.n, 1);
}

TEST(the_list_and_the_names_are_bounded)
{
	_cleanup_wanted_ WantedList l = {};
	char name[NAME_SIZE + 1];

	for (unsigned i = 0; i < WANTED_MAX; i++) {
		(void) snprintf(name, sizeof(name), "unit-%u.service", i);
		CHECK_INT(add(&l, name, 0), 1);
	}
	CHECK_INT(add(&l, "one-too-many.service", 0), -ENOBUFS);
	CHECK_INT(wanted_remove(&l, "unit-7.service"), 1);
	memset(name, 'x', NAME_SIZE);
	name[NAME_SIZE] = '\0';
	CHECK_INT(add(&l, name, 0), -ENAMETOOLONG);
	name[NAME_SIZE - 1] = '\0';
	CHECK_INT(add(&l, name, 0), 1);
}

TEST(patterns_beat_exclusions_and_are_terminated)
{
	struct Pattern patterns[WANTED_MAX];
	_cleanup_wanted_ WantedList l = {};

	CHECK_INT(add(&l, "a.service", 0), 1);
	wanted_patterns(&l, patterns);
	CHECK_STRING(patterns[0].text, "a.service");
	CHECK_INT(patterns[0].always, 1);
	CHECK_INT(patterns[0].exclude, 0);
}

int main(void)
{
	RUN(a_unit_is_wanted_once_and_keeps_its_size);
	RUN(a_filter_stays_until_another_is_asked_for);
	RUN(removing_leaves_the_others);
	RUN(the_list_and_the_names_are_bounded);
	RUN(patterns_beat_exclusions_and_are_terminated);
	return test_done();
}
