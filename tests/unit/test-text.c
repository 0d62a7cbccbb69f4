/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include "util/text.h"

static const char *escaped(Text *t, const void *bytes, size_t size)
{
	text_clear(t);
	text_put_escaped(t, bytes, size);
	return text_string(t);
}

TEST(numbers_keep_every_digit)
{
	_cleanup_text_ Text t = {};

	text_put_unsigned(&t, 0);
	text_put_char(&t, ' ');
	text_put_unsigned(&t, UINT64_MAX);
	text_put_char(&t, ' ');
	text_put_signed(&t, INT64_MIN);
	text_put_char(&t, ' ');
	text_put_hex(&t, 0xdeadbeefcafe);
	text_put_char(&t, ' ');
	text_put_padded(&t, 42, 6);
	text_put_char(&t, ' ');
	text_put_grouped(&t, 1204005);
	CHECK_INT(text_error(&t), 0);
	CHECK_STRING(text_string(&t),
		     "0 18446744073709551615 -9223372036854775808 0xdeadbeefcafe 000042 1,204,005");
}

TEST(escapes_are_those_of_strace)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(escaped(&t, "a\"b\\c\n\t\v\f\r", 10), "a\\\"b\\\\c\\n\\t\\v\\f\\r");
	CHECK_STRING(escaped(&t, "\0", 1), "\\0");
	CHECK_STRING(escaped(&t, "\0001", 2), "\\0001");
	CHECK_STRING(escaped(&t, "\0019", 2), "\\19");
	CHECK_STRING(escaped(&t, "\33[2J\177\377", 6), "\\33[2J\\177\\377");
}

TEST(text_stays_empty_string_when_unused)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(text_string(&t), "");
	text_printf(&t, "%s=%d", "x", 5);
	text_truncate(&t, 2);
	CHECK_STRING(text_string(&t), "x=");
	text_clear(&t);
	CHECK_STRING(text_string(&t), "");
}

int main(void)
{
	RUN(numbers_keep_every_digit);
	RUN(escapes_are_those_of_strace);
	RUN(text_stays_empty_string_when_unused);
	return test_done();
}
