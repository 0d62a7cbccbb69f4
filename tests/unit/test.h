/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The smallest TAP producer that tests need: each test is a function, RUN() prints its line, CHECK() fails it with the
 * place and the values, and the rest of the test is left out.
 *
 *   TEST(parse_takes_percent) { CHECK_INT(parse("5%"), 5); }
 *   int main(void) { RUN(parse_takes_percent); return test_done(); }
 */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned test_count, test_failures;
static bool test_failed;
static const char *test_skipped; /* why */

#define TEST(name) static void test_##name(void)

#define RUN(name)                                                                              \
	do {                                                                                   \
		test_failed = false;                                                           \
		test_skipped = NULL;                                                           \
		test_##name();                                                                 \
		printf("%sok %u - %s%s%s\n", test_failed ? "not " : "", ++test_count, #name,    \
		       test_skipped ? " # SKIP " : "", test_skipped ? test_skipped : "");      \
		test_failures += test_failed;                                                  \
	} while (0)

#define CHECK(condition)                                                                       \
	do {                                                                                   \
		if (!(condition)) {                                                            \
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #condition);               \
			test_failed = true;                                                    \
			return;                                                                \
		}                                                                              \
	} while (0)

#define CHECK_INT(value, expected)                                                             \
	do {                                                                                   \
		long long _v = (long long) (value), _e = (long long) (expected);               \
		if (_v != _e) {                                                                \
			printf("# %s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #value, _v, _e); \
			test_failed = true;                                                    \
			return;                                                                \
		}                                                                              \
	} while (0)

#define CHECK_STRING(value, expected)                                                          \
	do {                                                                                   \
		const char *_v = (value), *_e = (expected);                                    \
		if (!_v || strcmp(_v, _e) != 0) {                                              \
			printf("# %s:%d: %s is:\n#   %s\n# not:\n#   %s\n", __FILE__, __LINE__, #value, \
			       _v ? _v : "(null)", _e);                                        \
			test_failed = true;                                                    \
			return;                                                                \
		}                                                                              \
	} while (0)

/* Leaves the rest of the test out; @reason says what is missing here. */
#define SKIP(reason)                     \
	do {                             \
		test_skipped = (reason); \
		return;                  \
	} while (0)

static inline int test_done(void)
{
	printf("1..%u\n", test_count);
	return test_failures > 0;
}
