/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/style-options.h"

#include <errno.h>
#include <limits.h>

#include "util/log.h"
#include "util/macro.h"
#include "util/parse.h"

#define COLUMN_MAX 4096U /* as far as anybody's terminal goes */

static int parse_constants(WriterStyle *style, const char *s)
{
	static const char *const names[] = {
		[CONSTANTS_ABBREV] = "abbrev", [CONSTANTS_RAW] = "raw", [CONSTANTS_VERBOSE] = "verbose",
	};

	for (size_t i = 0; i < ELEMENTS(names); i++)
		if (streq(s, names[i])) {
			style->constants = (Constants) i;
			return 1;
		}
	log_error("Unknown form of constants %s: there are raw, abbrev and verbose.", s);
	return -EINVAL;
}

static int parse_string_size(WriterStyle *style, const char *s)
{
	uint64_t size;
	int r = parse_unsigned(s, UINT_MAX, &size);

	if (r < 0)
		return log_error_errno(r, "Bad size of strings %s: %m", s);
	style->string_size = (unsigned) size;
	style->no_strings = size == 0;
	return 1;
}

static int parse_column(LineStyle *style, const char *s)
{
	uint64_t column;
	int r = parse_unsigned(s, COLUMN_MAX, &column);

	if (r < 0)
		return log_error_errno(r, "Bad column %s: %m", s);
	style->column = (unsigned) column;
	return 1;
}

int style_option(LineStyle *style, int c, const char *value)
{
	switch (c) {
	case 'X':
		return parse_constants(&style->values, value);
	case 's':
		return parse_string_size(&style->values, value);
	case 'a':
		return parse_column(style, value);
	case 'v':
		style->values.verbose = true;
		return 1;
	case 't': /* -tt and -ttt: one after the other */
		style->time = MIN(style->time + 1U, (unsigned) LINE_TIME_EPOCH);
		return 1;
	case 'r':
		style->relative = true;
		return 1;
	case 'T': /* it is so without it */
		style->no_duration = false;
		return 1;
	case 'x':
		style->values.escapes = style->values.escapes == ESCAPES_OCTAL ? ESCAPES_HEX : ESCAPES_ALL;
		return 1;
	case 'y':
		style->values.names = style->values.names == FILE_NAMES_NONE ? FILE_NAMES_PLAIN : FILE_NAMES_DETAILS;
		return 1;
	case 'Y':
		style->values.comms = true;
		return 1;
	case STYLE_OPTION_CPU:
		style->cpu = true;
		return 1;
	default:
		return 0;
	}
}
