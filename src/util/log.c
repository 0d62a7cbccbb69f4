/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>

static int max_level = LOG_INFO;

void log_set_level(int level)
{
	max_level = level;
}

int log_get_level(void)
{
	return max_level;
}

/* A terminal that was started from a unit has inherited the variable; so it names the stream it is about. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(STDERR_FILENO, &st) == 0 &&
	       st.st_dev == device && st.st_ino == inode;
}

int log_full(int level, int error, const char *format, ...)
{
	va_list ap;

	error = abs(error);
	if (level <= max_level) {
		if (stderr_is_journal())
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
