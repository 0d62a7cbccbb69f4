/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/tail.h"

#include <string.h>

/* Forgets the first lines. A line holds no newline but its last character, whatever was captured. */
static void drop(Tail *t, uint64_t n)
{
	const char *from = t->text.data, *end = from + t->text.size;

	for (uint64_t i = 0; i < n && from < end; i++) {
		const char *newline = memchr(from, '\n', (size_t) (end - from));

		from = newline ? newline + 1 : end;
	}
	memmove(t->text.data, from, (size_t) (end - from));
	text_truncate(&t->text, (size_t) (end - from));
	t->n -= n;
}

void tail_end_line(Tail *t)
{
	t->n++;
	/* Half of it at a time, so that a line is moved once. */
	if (t->n / 2 > t->max && text_error(&t->text) == 0)
		drop(t, t->n - t->max);
}

int tail_cut(Tail *t)
{
	if (text_error(&t->text) == 0 && t->n > t->max)
		drop(t, t->n - t->max);
	return text_error(&t->text);
}

void tail_done(Tail *t)
{
	text_done(&t->text);
}
