/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/arguments.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "ctl/unit-name.h"
#include "util/log.h"
#include "util/macro.h"
#include "util/parse.h"

enum {
	OPTION_VERSION = 0x100,
	OPTION_FORMAT,
	OPTION_NO_PAGER,
	OPTION_NO_LEGEND,
	OPTION_CPU,
	OPTION_BUFFER_SIZE,
	OPTION_INVOCATION,
};

static const struct option options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "lines", required_argument, NULL, 'n' },
	{ "output", required_argument, NULL, 'o' },
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "no-pager", no_argument, NULL, OPTION_NO_PAGER },
	{ "no-legend", no_argument, NULL, OPTION_NO_LEGEND },
	{ "cpu", no_argument, NULL, OPTION_CPU },
	{ "quiet", no_argument, NULL, 'q' },
	{ "buffer-size", required_argument, NULL, OPTION_BUFFER_SIZE },
	{ "invocation", required_argument, NULL, OPTION_INVOCATION },
	{},
};

/* Options that mean something to some verbs only; --no-pager and --quiet are harmless everywhere, in scripts. */
#define LINES (1U << 0)
#define OUTPUT (1U << 1)
#define FORMAT (1U << 2)
#define LEGEND (1U << 3)
#define BUFFER_SIZE (1U << 4)
#define INVOCATION (1U << 5)
#define EXPRESSION (1U << 6)
#define CPU (1U << 7)
#define NAMES (1U << 8)

static const char *const option_names[] = {
	"--lines=", "--output=", "--format=", "--no-legend", "--buffer-size=", "--invocation=", "-e",
	"--cpu", "-y",
};

/* What may be left behind the options. */
typedef enum Operands {
	NOTHING,
	ANY_UNITS, /* and patterns */
	UNITS,     /* one at least, and patterns */
	NAMES_OF_UNITS,
	CALLS, /* expressions as for -e */
} Operands;

static const struct {
	const char *name;
	unsigned options;
	Operands operands;
} verbs[_VERB_MAX] = {
	[VERB_LIST] = { "list", LEGEND, ANY_UNITS },
	[VERB_STATUS] = { "status", LINES | EXPRESSION, ANY_UNITS },
	[VERB_TRACE] = { "trace", LINES | OUTPUT | FORMAT | BUFFER_SIZE | EXPRESSION | CPU | NAMES, UNITS },
	[VERB_DUMP] = { "dump", LINES | OUTPUT | FORMAT | INVOCATION | EXPRESSION | CPU | NAMES, UNITS },
	[VERB_RECORD] = { "record", BUFFER_SIZE | EXPRESSION, NAMES_OF_UNITS },
	[VERB_STOP] = { "stop", 0, UNITS },
	[VERB_VERIFY] = { "verify", LEGEND, NOTHING },
	[VERB_SYSCALLS] = { "syscalls", LEGEND, CALLS },
};

static int parse_verb(const char *s, Verb *ret)
{
	for (Verb v = 0; v < _VERB_MAX; v++)
		if (streq(s, verbs[v].name)) {
			*ret = v;
			return 0;
		}
	log_error("Unknown verb %s; --help lists them.", s);
	return -EINVAL;
}

static int parse_format(Arguments *a, const char *s)
{
	if (!streq(s, "text") && !streq(s, "capture")) {
		log_error("Unknown format %s: there are text and capture.", s);
		return -EINVAL;
	}
	a->capture = streq(s, "capture");
	return 0;
}

static int parse_lines(Arguments *a, const char *s)
{
	int r = parse_unsigned(s, UINT64_MAX, &a->lines);

	a->has_lines = true;
	return r < 0 ? log_error_errno(r, "Bad number of lines %s: %m", s) : 0;
}

static int parse_buffer_size(Arguments *a, const char *s)
{
	int r = parse_size(s, &a->buffer_size);

	if (r == 0 && a->buffer_size == 0)
		r = -EINVAL;
	return r < 0 ? log_error_errno(r, "Bad buffer size %s: %m", s) : 0;
}

static int parse_invocation(Arguments *a, const char *s)
{
	int r = sd_id128_from_string(s, &a->invocation);

	if (r == 0 && sd_id128_is_null(a->invocation))
		r = -EINVAL;
	return r < 0 ? log_error_errno(r, "Bad invocation ID %s: %m", s) : 0;
}

/* Add what an expression stands for to the filter. */
static int add_calls(Arguments *a, const char *s)
{
	_cleanup_free_ char *unknown = NULL;
	CallSet set;
	int r;

	r = call_set_parse(s, &set, &unknown);
	if (r == -ENOENT)
		return log_error_errno(r, "No such system call: %s", unknown);
	if (r < 0)
		return log_error_errno(r, "Bad filter \"%s\": %m", s);
	if (!a->filter)
		a->filter = calloc(1, sizeof(*a->filter));
	if (!a->filter)
		return log_oom();
	call_set_add(a->filter, &set);
	return 0;
}

static int parse_expression(Arguments *a, const char *s)
{
	if (a->expression) {
		log_error("-e can be given only once.");
		return -EINVAL;
	}
	a->expression = s;
	return add_calls(a, s);
}

/* Return: 0 with the option noted in @given, or a logged errno */
static int parse_option(Arguments *a, int c, unsigned *given)
{
	switch (c) {
	case 'h':
		a->help = true;
		return 0;
	case OPTION_VERSION:
		a->version = true;
		return 0;
	case OPTION_NO_PAGER:
		a->no_pager = true;
		return 0;
	case 'q':
		a->quiet = true;
		return 0;
	case 'n':
		*given |= LINES;
		return parse_lines(a, optarg);
	case 'o':
		*given |= OUTPUT;
		a->output = streq(optarg, "-") ? NULL : optarg;
		return 0;
	case 'e':
		*given |= EXPRESSION;
		return parse_expression(a, optarg);
	case OPTION_FORMAT:
		*given |= FORMAT;
		return parse_format(a, optarg);
	case OPTION_NO_LEGEND:
		*given |= LEGEND;
		a->no_legend = true;
		return 0;
	case OPTION_CPU:
		*given |= CPU;
		a->style.cpu = true;
		return 0;
	case 'y':
		*given |= NAMES;
		a->style.values.names = a->style.values.names == FILE_NAMES_NONE ? FILE_NAMES_PLAIN : FILE_NAMES_DETAILS;
		return 0;
	case OPTION_BUFFER_SIZE:
		*given |= BUFFER_SIZE;
		return parse_buffer_size(a, optarg);
	case OPTION_INVOCATION:
		*given |= INVOCATION;
		return parse_invocation(a, optarg);
	default:
		return -EINVAL; /* getopt_long() has said it */
	}
}

static int add_unit(Arguments *a, const char *name)
{
	char *unit;
	int r = unit_name_mangle(name, &unit);

	if (r < 0)
		return log_error_errno(r, "No unit can be called %s: %m", name);
	if (unit_name_is_glob(unit) && verbs[a->verb].operands == NAMES_OF_UNITS) {
		log_error("%s takes no patterns: %s", verbs[a->verb].name, name);
		free(unit);
		return -EINVAL;
	}
	a->units[a->n_units++] = unit;
	return 0;
}

/* Units and calls are told apart by the verb. */
static int add_operand(Arguments *a, const char *operand)
{
	switch (verbs[a->verb].operands) {
	case NOTHING:
		log_error("%s takes no units.", verbs[a->verb].name);
		return -EINVAL;
	case CALLS:
		return add_calls(a, operand);
	default:
		return add_unit(a, operand);
	}
}

/* The verb and its operands, which are what is left behind the options. */
static int parse_operands(Arguments *a, int n, char *operands[])
{
	int r = n > 0 ? parse_verb(operands[0], &a->verb) : 0;

	a->units = calloc((size_t) n + 1, sizeof(*a->units));
	if (!a->units)
		return log_oom();
	for (int i = 1; r >= 0 && i < n; i++)
		r = add_operand(a, operands[i]);
	return r;
}

static bool needs_unit(Verb verb)
{
	return verbs[verb].operands == UNITS || verbs[verb].operands == NAMES_OF_UNITS;
}

static int check(const Arguments *a, unsigned given)
{
	unsigned refused = given & ~verbs[a->verb].options;

	for (unsigned i = 0; i < ELEMENTS(option_names); i++)
		if (refused & (1U << i)) {
			log_error("%s means nothing to %s.", option_names[i], verbs[a->verb].name);
			return -EINVAL;
		}
	if (needs_unit(a->verb) && a->n_units == 0 && sd_id128_is_null(a->invocation)) {
		log_error("%s needs a unit.", verbs[a->verb].name);
		return -EINVAL;
	}
	if (a->capture && (a->filter || a->has_lines)) {
		log_error("A capture is written whole: neither -e nor --lines= goes with --format=capture.");
		return -EINVAL;
	}
	if (!sd_id128_is_null(a->invocation) && a->n_units > 1) {
		log_error("An invocation is of one unit, and %u were given.", a->n_units);
		return -EINVAL;
	}
	return 0;
}

int arguments_parse(int argc, char *argv[], Arguments *ret)
{
	_cleanup_arguments_ Arguments a = {};
	unsigned given = 0;
	int c, r;

	optind = 0; /* glibc: from the beginning, also the second time */
	while ((c = getopt_long(argc, argv, "hn:o:qe:y", options, NULL)) >= 0) {
		r = parse_option(&a, c, &given);
		if (r < 0)
			return r;
	}
	if (!a.help && !a.version) {
		r = parse_operands(&a, argc - optind, argv + optind);
		if (r >= 0)
			r = check(&a, given);
		if (r < 0)
			return r;
	}
	*ret = a;
	a = (Arguments){};
	return 0;
}

void arguments_done(Arguments *a)
{
	for (unsigned i = 0; i < a->n_units; i++)
		free(a->units[i]);
	free(a->units);
	free(a->filter);
	*a = (Arguments){};
}
