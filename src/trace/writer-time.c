/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/writer.h"

#include <time.h>

#define SECONDS_A_MINUTE 60
#define SECONDS_AN_HOUR 3600

static void put_zone(Text *t, long offset)
{
	unsigned long seconds = (unsigned long) (offset < 0 ? -offset : offset);

	text_put_char(t, offset < 0 ? '-' : '+');
	text_put_padded(t, seconds / SECONDS_AN_HOUR, 2);
	text_put_padded(t, seconds % SECONDS_AN_HOUR / SECONDS_A_MINUTE, 2);
}

static void put_date(Text *t, const struct tm *tm)
{
	long year = tm->tm_year + 1900L;

	if (year < 0)
		text_put_signed(t, year);
	else
		text_put_unsigned(t, (uint64_t) year);
	text_put_char(t, '-');
	text_put_padded(t, (uint64_t) tm->tm_mon + 1, 2);
	text_put_char(t, '-');
	text_put_padded(t, (uint64_t) tm->tm_mday, 2);
}

static void put_clock(Text *t, const struct tm *tm)
{
	text_put_padded(t, (uint64_t) tm->tm_hour, 2);
	text_put_char(t, ':');
	text_put_padded(t, (uint64_t) tm->tm_min, 2);
	text_put_char(t, ':');
	text_put_padded(t, (uint64_t) tm->tm_sec, 2);
}

static uint64_t limit_of(unsigned digits)
{
	uint64_t limit = 1;

	while (digits-- > 0)
		limit *= 10;
	return limit;
}

/* The epoch itself, which is what nobody has set, is no time to strace; nor is a year that does not fit. */
static void put_time(Writer *w, int64_t seconds, uint64_t fraction, unsigned digits, const char *before,
		     const char *after)
{
	time_t time = (time_t) seconds;
	struct tm tm;

	if (w->style.json || (seconds == 0 && fraction == 0) || fraction >= limit_of(digits) || !localtime_r(&time, &tm))
		return;
	text_put(w->text, before);
	put_date(w->text, &tm);
	text_put_char(w->text, 'T');
	put_clock(w->text, &tm);
	if (fraction > 0) {
		text_put_char(w->text, '.');
		text_put_padded(w->text, fraction, digits);
	}
	put_zone(w->text, tm.tm_gmtoff);
	text_put(w->text, after);
}

void writer_time(Writer *w, int64_t seconds, uint64_t fraction, unsigned digits)
{
	put_time(w, seconds, fraction, digits, " /* ", " */");
}

void writer_time_result(Writer *w, int64_t seconds)
{
	put_time(w, seconds, 0, 0, " (", ")");
}
