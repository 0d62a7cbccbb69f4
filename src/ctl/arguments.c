/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/arguments.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "ctl/style-options.h"
#include "ctl/unit-name.h"
#include "ctl/verb-table.h"
#include "util/log.h"
#include "util/macro.h"
#include "util/parse.h"

static const struct option options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "lines", required_argument, NULL, 'n' },
	{ "output", required_argument, NULL, 'o' },
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "no-pager", no_argument, NULL, OPTION_NO_PAGER },
	{ "no-legend", no_argument, NULL, OPTION_NO_LEGEND },
	{ "cpu", no_argument, NULL, STYLE_OPTION_CPU },
	{ "quiet", no_argument, NULL, 'q' },
	{ "buffer-size", required_argument, NULL, OPTION_BUFFER_SIZE },
	{ "invocation", required_argument, NULL, OPTION_INVOCATION },
	{},
};

static int parse_verb(const char *s, Verb *ret)
{
	Verb v = verb_from_string(s);

	if (v < 0) {
		log_error("Unknown verb %s; --help lists them.", s);
		return -EINVAL;
	}
	*ret = v;
	return 0;
}

static int parse_format(Arguments *a, const char *s)
{
	static const char *const names[] = {
		[FORMAT_TEXT] = "text", [FORMAT_JSON] = "json", [FORMAT_JSON_SEQ] = "json-seq", [FORMAT_CAPTURE] = "capture",
	};

	for (size_t i = 0; i < ELEMENTS(names); i++)
		if (streq(s, names[i])) {
			a->format = (Format) i;
			return 0;
		}
	log_error("Unknown format %s: there are text, json, json-seq and capture.", s);
	return -EINVAL;
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

/* Return: 0, or a logged errno */
static int parse_option(Arguments *a, int c)
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
		return parse_lines(a, optarg);
	case 'o':
		a->output = streq(optarg, "-") ? NULL : optarg;
		return 0;
	case 'e':
		return parse_expression(a, optarg);
	case OPTION_FORMAT:
		return parse_format(a, optarg);
	case OPTION_NO_LEGEND:
		a->no_legend = true;
		return 0;
	case OPTION_BUFFER_SIZE:
		return parse_buffer_size(a, optarg);
	case OPTION_INVOCATION:
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
	if (unit_name_is_glob(unit) && verb_operands(a->verb) == OPERANDS_NAMES) {
		log_error("%s takes no patterns: %s", verb_name(a->verb), name);
		free(unit);
		return -EINVAL;
	}
	a->units[a->n_units++] = unit;
	return 0;
}

static int add_file(Arguments *a, const char *name)
{
	if (a->file) {
		log_error("%s takes one file.", verb_name(a->verb));
		return -EINVAL;
	}
	a->file = name;
	return 0;
}

/* What operands are is the verb's business. */
static int add_operand(Arguments *a, const char *operand)
{
	switch (verb_operands(a->verb)) {
	case OPERANDS_NONE:
		log_error("%s takes no units.", verb_name(a->verb));
		return -EINVAL;
	case OPERANDS_CALLS:
		return add_calls(a, operand);
	case OPERANDS_FILE:
		return add_file(a, operand);
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
	return verb_operands(verb) == OPERANDS_UNITS || verb_operands(verb) == OPERANDS_NAMES;
}

static int check_operands(const Arguments *a)
{
	if (verb_operands(a->verb) == OPERANDS_FILE && !a->file) {
		log_error("%s needs a file.", verb_name(a->verb));
		return -EINVAL;
	}
	if (needs_unit(a->verb) && a->n_units == 0 && sd_id128_is_null(a->invocation)) {
		log_error("%s needs a unit.", verb_name(a->verb));
		return -EINVAL;
	}
	if (!sd_id128_is_null(a->invocation) && a->n_units > 1) {
		log_error("An invocation is of one unit, and %u were given.", a->n_units);
		return -EINVAL;
	}
	return 0;
}

static int check(const Arguments *a, unsigned given)
{
	const char *refused = verb_refuses(a->verb, given);

	if (refused) {
		log_error("%s means nothing to %s.", refused, verb_name(a->verb));
		return -EINVAL;
	}
	if (a->format == FORMAT_CAPTURE && (a->filter || a->has_lines)) {
		log_error("A capture is written whole: neither -e nor --lines= goes with --format=capture.");
		return -EINVAL;
	}
	return check_operands(a);
}

/* JSON has all that there is: what is left out for the sake of people, a program would miss. */
static void set_format(Arguments *a)
{
	a->style.values.json = a->format == FORMAT_JSON || a->format == FORMAT_JSON_SEQ;
	a->style.values.sequence = a->format == FORMAT_JSON_SEQ;
	if (a->style.values.json)
		a->style.values.verbose = true;
}

int arguments_parse(int argc, char *argv[], Arguments *ret)
{
	_cleanup_arguments_ Arguments a = {};
	unsigned given = 0;
	int c, r;

	optind = 0; /* glibc: from the beginning, also the second time */
	while ((c = getopt_long(argc, argv, "hn:o:qe:X:vs:a:trTxyY", options, NULL)) >= 0) {
		r = style_option(&a.style, c, optarg);
		if (r == 0)
			r = parse_option(&a, c);
		if (r < 0)
			return r;
		given |= verb_option_bit(c);
	}
	set_format(&a);
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
