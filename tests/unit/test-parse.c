/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "util/parse.h"

TEST(numbers_are_digits_and_nothing_else)
{
	static const char *const bad[] = { "", " 1", "1 ", "-1", "+1", "0x10", "1.5", "ten" };
	uint64_t value = 7;

	CHECK_INT(parse_unsigned("0", 10, &value), 0);
	CHECK_INT(value, 0);
	CHECK_INT(parse_unsigned("18446744073709551615", UINT64_MAX, &value), 0);
	CHECK(value == UINT64_MAX);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_INT(parse_unsigned(bad[i], UINT64_MAX, &value), -EINVAL);
	CHECK(value == UINT64_MAX);
}

TEST(numbers_too_large_are_told_from_nonsense)
{
	uint64_t value;

	CHECK_INT(parse_unsigned("11", 10, &value), -ERANGE);
	CHECK_INT(parse_unsigned("18446744073709551616", UINT64_MAX, &value), -ERANGE);
	CHECK_INT(parse_size("18014398509481984K", &value), -ERANGE);
	CHECK_INT(parse_timespan("18446744073709551615h", &value), -ERANGE);
	CHECK_INT(parse_timespan("18446744073709551615us 1us", &value), -ERANGE);
}

TEST(sizes_are_powers_of_1024)
{
	uint64_t value;

	CHECK_INT(parse_size("17", &value), 0);
	CHECK_INT(value, 17);
	CHECK_INT(parse_size("17B", &value), 0);
	CHECK_INT(value, 17);
	CHECK_INT(parse_size("256K", &value), 0);
	CHECK_INT(value, 262144);
	CHECK_INT(parse_size("4M", &value), 0);
	CHECK_INT(value, 4194304);
	CHECK_INT(parse_size("1G", &value), 0);
	CHECK_INT(value, 1073741824);
	CHECK_INT(parse_size("1T", &value), 0);
	CHECK_INT(value, 1099511627776);
	CHECK_INT(parse_size("4MiB", &value), -EINVAL);
	CHECK_INT(parse_size("4 M", &value), -EINVAL);
	CHECK_INT(parse_size("M", &value), -EINVAL);
}

TEST(percent_needs_its_sign_and_ends_at_100)
{
	unsigned value;

	CHECK_INT(parse_percent("5%", &value), 0);
	CHECK_INT(value, 5);
	CHECK_INT(parse_percent("100%", &value), 0);
	CHECK_INT(parse_percent("101%", &value), -ERANGE);
	CHECK_INT(parse_percent("5", &value), -EINVAL);
	CHECK_INT(parse_percent("%", &value), -EINVAL);
	CHECK_INT(parse_percent("5%%", &value), -EINVAL);
}

TEST(booleans_are_those_of_systemd)
{
	CHECK_INT(parse_boolean("yes"), 1);
	CHECK_INT(parse_boolean("On"), 1);
	CHECK_INT(parse_boolean("1"), 1);
	CHECK_INT(parse_boolean("FALSE"), 0);
	CHECK_INT(parse_boolean("n"), 0);
	CHECK_INT(parse_boolean(""), -EINVAL);
	CHECK_INT(parse_boolean("yess"), -EINVAL);
}

TEST(timespans_add_up_and_default_to_seconds)
{
	uint64_t value;

	CHECK_INT(parse_timespan("30", &value), 0);
	CHECK_INT(value, 30000000);
	CHECK_INT(parse_timespan("500ms", &value), 0);
	CHECK_INT(value, 500000);
	CHECK_INT(parse_timespan("1h 30min", &value), 0);
	CHECK_INT(value, 5400000000);
	CHECK_INT(parse_timespan("1h30m", &value), 0);
	CHECK_INT(value, 5400000000);
	CHECK_INT(parse_timespan("2 hours", &value), 0);
	CHECK_INT(value, 7200000000);
	CHECK_INT(parse_timespan("infinity", &value), 0);
	CHECK(value == UINT64_MAX);
	CHECK_INT(parse_timespan("1 fortnight", &value), -EINVAL);
	CHECK_INT(parse_timespan("1hx", &value), -EINVAL);
	CHECK_INT(parse_timespan("", &value), -EINVAL);
	CHECK_INT(parse_timespan("h", &value), -EINVAL);
}

int main(void)
{
	RUN(numbers_are_digits_and_nothing_else);
	RUN(numbers_too_large_are_told_from_nonsense);
	RUN(sizes_are_powers_of_1024);
	RUN(percent_needs_its_sign_and_ends_at_100);
	RUN(booleans_are_those_of_systemd);
	RUN(timespans_add_up_and_default_to_seconds);
	return test_done();
}
