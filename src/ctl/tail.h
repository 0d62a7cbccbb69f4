/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The last lines of a text that is longer, without keeping more of it than twice those. */

#include <stdint.h>

#include "util/text.h"

typedef struct Tail {
	Text text;
	uint64_t max; /* lines to keep; UINT64_MAX: all */
	uint64_t n;   /* lines in the text */
} Tail;

/** tail_end_line() - a whole line was appended to @text */
void tail_end_line(Tail *t);

/** tail_cut() - leave the last @max lines; Return: 0, or -ENOMEM if an append has failed */
int tail_cut(Tail *t);

/** tail_done() - release the memory */
void tail_done(Tail *t);

#define _cleanup_tail_ _cleanup_(tail_done)
