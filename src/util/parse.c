/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/parse.h"

#include <errno.h>
#include <strings.h>

#include "util/macro.h"

typedef struct Suffix {
	const char *name;
	uint64_t factor;
} Suffix;

static const Suffix sizes[] = {
	{ "", 1 }, { "B", 1 }, { "K", 1ULL << 10 }, { "M", 1ULL << 20 }, { "G", 1ULL << 30 }, { "T", 1ULL << 40 },
};

/* Longer names stand before their own beginnings: the first that fits is taken. */
static const Suffix times[] = {
	{ "usec", 1 }, { "us", 1 },
	{ "msec", USEC_PER_MSEC }, { "ms", USEC_PER_MSEC },
	{ "seconds", USEC_PER_SEC }, { "second", USEC_PER_SEC }, { "sec", USEC_PER_SEC }, { "s", USEC_PER_SEC },
	{ "minutes", 60 * USEC_PER_SEC }, { "minute", 60 * USEC_PER_SEC }, { "min", 60 * USEC_PER_SEC },
	{ "m", 60 * USEC_PER_SEC },
	{ "hours", 3600 * USEC_PER_SEC }, { "hour", 3600 * USEC_PER_SEC }, { "hr", 3600 * USEC_PER_SEC },
	{ "h", 3600 * USEC_PER_SEC },
	{ "days", 86400 * USEC_PER_SEC }, { "day", 86400 * USEC_PER_SEC }, { "d", 86400 * USEC_PER_SEC },
	{ "weeks", 604800 * USEC_PER_SEC }, { "week", 604800 * USEC_PER_SEC }, { "w", 604800 * USEC_PER_SEC },
	{ "", USEC_PER_SEC },
};

/* Take decimal digits off the front; strtoull() would let a sign and blanks through. */
static int take_digits(const char **s, uint64_t *ret)
{
	const char *p = *s;
	uint64_t value = 0;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(value, 10U, &value) ||
		    __builtin_add_overflow(value, (uint64_t) (*p - '0'), &value))
			return -ERANGE;
	*s = p;
	*ret = value;
	return 0;
}

static int multiply(uint64_t a, uint64_t b, uint64_t *ret)
{
	uint64_t product;

	if (__builtin_mul_overflow(a, b, &product))
		return -ERANGE;
	*ret = product;
	return 0;
}

int parse_unsigned(const char *s, uint64_t max, uint64_t *ret)
{
	uint64_t value;
	int r = take_digits(&s, &value);

	if (r < 0)
		return r;
	if (*s)
		return -EINVAL;
	if (value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

int parse_size(const char *s, uint64_t *ret)
{
	uint64_t value;
	int r = take_digits(&s, &value);

	if (r < 0)
		return r;
	for (unsigned i = 0; i < ELEMENTS(sizes); i++) {
		if (!streq(s, sizes[i].name))
			continue;
		return multiply(value, sizes[i].factor, ret);
	}
	return -EINVAL;
}

int parse_percent(const char *s, unsigned *ret)
{
	uint64_t value;
	int r = take_digits(&s, &value);

	if (r < 0)
		return r;
	if (!streq(s, "%"))
		return -EINVAL;
	if (value > 100)
		return -ERANGE;
	*ret = (unsigned) value;
	return 0;
}

int parse_boolean(const char *s)
{
	static const char *const yes[] = { "1", "yes", "y", "true", "t", "on" };
	static const char *const no[] = { "0", "no", "n", "false", "f", "off" };

	for (unsigned i = 0; i < ELEMENTS(yes); i++) {
		if (strcasecmp(s, yes[i]) == 0)
			return 1;
		if (strcasecmp(s, no[i]) == 0)
			return 0;
	}
	return -EINVAL;
}

/* One number with its unit off the front, and the blanks around it. */
static int take_timespan(const char **s, uint64_t *ret)
{
	uint64_t value;
	int r = take_digits(s, &value);

	if (r < 0)
		return r;
	*s += strspn(*s, " \t");
	for (unsigned i = 0; i < ELEMENTS(times); i++) {
		const char *rest = startswith(*s, times[i].name);

		if (!rest || (*rest && !strchr(" \t0123456789", *rest)))
			continue;
		*s = rest + strspn(rest, " \t");
		return multiply(value, times[i].factor, ret);
	}
	return -EINVAL;
}

int parse_timespan(const char *s, uint64_t *ret)
{
	uint64_t sum = 0, part = 0;
	int r;

	if (streq(s, "infinity")) {
		*ret = UINT64_MAX;
		return 0;
	}
	do {
		r = take_timespan(&s, &part);
		if (r < 0)
			return r;
		if (__builtin_add_overflow(sum, part, &sum))
			return -ERANGE;
	} while (*s);
	*ret = sum;
	return 0;
}
