/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Where results go: standard output, a pager on it, or a file.
 *
 * A file that is written at once appears whole or not at all: it is made under another name beside its place and
 * renamed when everything is in it. A live one is written in place, for its reader wants to see it grow. Files are for
 * their owner alone, since what a service does can hold secrets. A write that fails is an error, logged here; a reader
 * who has gone away is none.
 */

#include <stdbool.h>
#include <stddef.h>

#include "util/cleanup.h"
#include "util/text.h"

typedef struct Output Output;

typedef struct OutputConfig {
	const char *file; /* NULL: standard output */
	bool live;
	bool pager;  /* if standard output is a terminal */
	bool binary; /* refuse a terminal */
} OutputConfig;

/** output_new() - open it; Return: 0 or a logged errno */
int output_new(Output **ret, const OutputConfig *config);

/** output_free() - close it; a file that was not finished is removed unless it is live */
Output *output_free(Output *o);
DEFINE_CLEANUP(Output, output_free);

/** output_write() - write all of it; Return: 0, -EPIPE if nobody reads any more, not logged, or a logged errno */
int output_write(Output *o, const void *bytes, size_t size);

/** output_finish() - nothing follows: put the file in its place, wait for the pager; Return: 0 or a logged errno */
int output_finish(Output *o);

/**
 * output_print() - write all of a text to standard output
 * @pager: through one, if that is a terminal
 *
 * Return: 0, also if nobody reads it any more, or a logged errno
 */
int output_print(const Text *text, bool pager);

/** output_is_empty() - Return: whether nothing was written yet */
bool output_is_empty(const Output *o);

/** output_fd() - Return: the descriptor, to watch */
int output_fd(const Output *o);
