/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A dump as the command line wants it: as lines, or as it came. */

#include "ctl/arguments.h"
#include "ctl/dump.h"
#include "ctl/output.h"

/**
 * print_dump() - write it
 * @heading: there are others: say first which it is
 *
 * Return: 0, -EPIPE if nobody reads any more, or a logged errno. What comes before damage has been written.
 */
int print_dump(const Arguments *a, Dump *d, bool heading, Output *output);

/** print_open() - the output that dumps go to; Return: 0 or a logged errno */
int print_open(Output **ret, const Arguments *a);

/**
 * print_finish() - nothing follows
 * @r: how it went so far
 *
 * What was before damage, or went well, is kept; if that is nothing at all, no file is made.
 *
 * Return: @r if that is a failure, 0 or a logged errno
 */
int print_finish(Output *output, int r);
