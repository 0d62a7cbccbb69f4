/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/format.h"

#include <time.h>

#include "util/macro.h"

void put_bytes(Text *t, uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	uint64_t factor = 1024;
	unsigned i = 0;

	if (bytes < 1024) {
		text_put_unsigned(t, bytes);
		text_put_char(t, 'B');
		return;
	}
	while (bytes / 1024 >= factor) {
		factor *= 1024;
		i++;
	}
	text_put_unsigned(t, bytes / factor);
	if (bytes % factor / (factor / 16) * 10 / 16 > 0) {
		text_put_char(t, '.');
		text_put_unsigned(t, bytes % factor / (factor / 16) * 10 / 16);
	}
	text_put_char(t, units[i]);
}

void put_span(Text *t, uint64_t usec)
{
	static const struct {
		uint64_t usec;
		const char *name;
	} units[] = {
		{ 86400 * USEC_PER_SEC, "d" }, { 3600 * USEC_PER_SEC, "h" }, { 60 * USEC_PER_SEC, "min" },
		{ USEC_PER_SEC, "s" },         { USEC_PER_MSEC, "ms" },      { 1, "us" },
	};
	unsigned i = 0;

	while (i < ELEMENTS(units) - 1 && usec < units[i].usec)
		i++;
	text_put_unsigned(t, usec / units[i].usec);
	text_put(t, units[i].name);
	usec %= units[i].usec;
	/* Below a second a second unit says nothing that anybody wants to know. */
	if (i < 3 && usec / units[i + 1].usec > 0) {
		text_put_char(t, ' ');
		text_put_unsigned(t, usec / units[i + 1].usec);
		text_put(t, units[i + 1].name);
	}
}

void put_timestamp(Text *t, uint64_t usec)
{
	time_t seconds = (time_t) (usec / USEC_PER_SEC);
	char buffer[sizeof("-2147483648-01-01 00:00:00")];
	struct tm tm;

	if (localtime_r(&seconds, &tm) && strftime(buffer, sizeof(buffer), "%Y-%m-%d %H:%M:%S", &tm) > 0)
		text_put(t, buffer);
	else
		text_put_char(t, '-');
}

uint64_t realtime_usec(void)
{
	struct timespec now;

	(void) clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t) now.tv_sec * USEC_PER_SEC + (uint64_t) now.tv_nsec / NSEC_PER_USEC;
}
