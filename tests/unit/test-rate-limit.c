/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include "daemon/rate-limit.h"

TEST(a_burst_passes_and_the_next_does_not)
{
	RateLimit l = {};

	CHECK(rate_limit_pass(&l, 2, 100, 1000));
	CHECK(rate_limit_pass(&l, 2, 100, 1001));
	CHECK(!rate_limit_pass(&l, 2, 100, 1002));
	CHECK(!rate_limit_pass(&l, 2, 100, 1099));
}

TEST(the_interval_begins_with_the_first_that_passed)
{
	RateLimit l = {};

	CHECK(rate_limit_pass(&l, 1, 100, 1000));
	CHECK(!rate_limit_pass(&l, 1, 100, 1099));
	CHECK(rate_limit_pass(&l, 1, 100, 1100));
	CHECK(!rate_limit_pass(&l, 1, 100, 1199));
}

TEST(nothing_is_limited_without_a_burst_or_an_interval)
{
	RateLimit l = {};

	for (unsigned i = 0; i < 100; i++) {
		CHECK(rate_limit_pass(&l, 0, 100, 1000));
		CHECK(rate_limit_pass(&l, 1, 0, 1000));
	}
}

TEST(an_infinite_interval_never_passes)
{
	RateLimit l = {};

	CHECK(rate_limit_pass(&l, 1, UINT64_MAX, 1000));
	CHECK(!rate_limit_pass(&l, 1, UINT64_MAX, UINT64_MAX - 1));
}

int main(void)
{
	RUN(a_burst_passes_and_the_next_does_not);
	RUN(the_interval_begins_with_the_first_that_passed);
	RUN(nothing_is_limited_without_a_burst_or_an_interval);
	RUN(an_infinite_interval_never_passes);
	return test_done();
}
