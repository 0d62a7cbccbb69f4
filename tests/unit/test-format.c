/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <stdlib.h>
#include <time.h>

#include "ctl/format.h"
#include "util/macro.h"

static const char *format(void (*put)(Text *, uint64_t), uint64_t value)
{
	static Text t;

	text_clear(&t);
	put(&t, value);
	return text_string(&t);
}

TEST(bytes_are_powers_of_1024)
{
	CHECK_STRING(format(put_bytes, 0), "0B");
	CHECK_STRING(format(put_bytes, 1023), "1023B");
	CHECK_STRING(format(put_bytes, 1024), "1K");
	CHECK_STRING(format(put_bytes, 262144), "256K");
	CHECK_STRING(format(put_bytes, 1536 * 1024), "1.5M");
	CHECK_STRING(format(put_bytes, 10485760 - 1), "9.9M");
	CHECK_STRING(format(put_bytes, UINT64_MAX), "15.9E");
}

TEST(spans_have_two_units)
{
	CHECK_STRING(format(put_span, 0), "0us");
	CHECK_STRING(format(put_span, 250 * USEC_PER_MSEC + 3), "250ms");
	CHECK_STRING(format(put_span, 3 * USEC_PER_SEC), "3s");
	CHECK_STRING(format(put_span, 182 * USEC_PER_SEC), "3min 2s");
	CHECK_STRING(format(put_span, 3600 * USEC_PER_SEC + 5), "1h");
	CHECK_STRING(format(put_span, (86400 + 7200 + 59) * USEC_PER_SEC), "1d 2h");
	CHECK_STRING(format(put_span, 3 * USEC_PER_SEC + 500 * USEC_PER_MSEC), "3s");
}

TEST(times_are_local)
{
	setenv("TZ", "UTC-2", 1);
	tzset();
	CHECK_STRING(format(put_timestamp, 86399 * USEC_PER_SEC), "1970-01-02 01:59:59");
}

int main(void)
{
	RUN(bytes_are_powers_of_1024);
	RUN(spans_have_two_units);
	RUN(times_are_local);
	return test_done();
}
