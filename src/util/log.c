/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/log.h"

#include <stdarg.h>
#include <stdlib.h>

static int max_level = LOG_INFO;

void log_set_level(int level)
{
	max_level = level;
}

int log_get_level(void)
{
	return max_level;
}

int log_full(int level, int error, const char *format, ...)
{
	va_list ap;

	error = abs(error);
	if (level <= max_level) {
		if (getenv("JOURNAL_STREAM"))
			fprintf(stderr, "<%d>", level);
		else
			fprintf(stderr, "%s: ", program_invocation_short_name);
		errno = error;
		va_start(ap, format);
		vfprintf(stderr, format, ap);
		va_end(ap);
		fputc('\n', stderr);
	}
	return -error;
}
