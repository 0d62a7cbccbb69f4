/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The command line as checked values. An option that means nothing to the verb is an error: ignoring it would let its
 * user believe that it had done something.
 */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-id128.h>

#include "trace/call-set.h"
#include "trace/line.h"

typedef enum Verb {
	VERB_LIST,
	VERB_STATUS,
	VERB_TRACE,
	VERB_DUMP,
	VERB_READ,
	VERB_RECORD,
	VERB_STOP,
	VERB_VERIFY,
	VERB_SYSCALLS,
	_VERB_MAX,
	_VERB_INVALID = -22,
} Verb;

typedef enum Format {
	FORMAT_TEXT,
	FORMAT_JSON,     /* an object a line */
	FORMAT_JSON_SEQ, /* the same, each behind a record separator */
	FORMAT_CAPTURE,  /* as it was recorded */
} Format;

typedef struct Arguments {
	Verb verb;
	char **units; /* names and patterns, mangled */
	unsigned n_units;
	const char *file; /* to read; "-" for standard input */
	bool help, version; /* nothing else counts then */

	bool has_lines;
	uint64_t lines;
	const char *output; /* NULL: standard output */
	Format format;
	bool no_pager, no_legend, quiet;
	LineStyle style; /* of what is printed; `before` and `info` are not set */
	uint64_t buffer_size;     /* bytes; 0: not given */
	sd_id128_t invocation;    /* null: not given */
	CallSet *filter;          /* of -e, or of all operands of syscalls; NULL: not given */
	const char *expression;   /* which that is of -e */
} Arguments;

/**
 * arguments_parse() - read the command line
 * @argv: its elements are permuted, and those of @ret point into them
 *
 * Return: 0 or a negative errno, which has been logged.
 */
int arguments_parse(int argc, char *argv[], Arguments *ret);
void arguments_done(Arguments *a);

#define _cleanup_arguments_ _cleanup_(arguments_done)
