/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/table.h"

#include <assert.h>
#include <string.h>

#include "util/macro.h"

void table_end_cell(Table *t)
{
	text_put_char(&t->cells, '\0');
}

/* Return: the next cell, or NULL behind the last */
static const char *next_cell(const Table *t, size_t *at)
{
	const char *cell = t->cells.data + *at;

	if (*at >= t->cells.size)
		return NULL;
	*at += strlen(cell) + 1;
	return cell;
}

static void measure(const Table *t, bool header, size_t widths[])
{
	const char *cell;
	size_t at = 0;

	for (unsigned i = 0; i < t->n_columns; i++)
		widths[i] = header ? strlen(t->columns[i].name) : 0;
	for (unsigned i = 0; (cell = next_cell(t, &at)); i = (i + 1) % t->n_columns)
		widths[i] = MAX(widths[i], strlen(cell));
}

static void put_blanks(Text *out, size_t n)
{
	while (n-- > 0)
		text_put_char(out, ' ');
}

static void put_cell(const Table *t, unsigned column, const char *cell, size_t width, Text *out)
{
	bool last = column == t->n_columns - 1;
	size_t blanks = width - strlen(cell);

	if (t->columns[column].right)
		put_blanks(out, blanks);
	text_put(out, cell);
	if (!t->columns[column].right && !last)
		put_blanks(out, blanks);
	text_put_char(out, last ? '\n' : ' ');
}

void table_put(const Table *t, bool header, Text *out)
{
	size_t widths[TABLE_COLUMNS_MAX], at = 0;
	const char *cell;

	assert(t->n_columns > 0 && t->n_columns <= TABLE_COLUMNS_MAX);
	if (text_error(&t->cells) < 0) {
		out->error = text_error(&t->cells);
		return;
	}
	measure(t, header, widths);
	for (unsigned i = 0; header && i < t->n_columns; i++)
		put_cell(t, i, t->columns[i].name, widths[i], out);
	for (unsigned i = 0; (cell = next_cell(t, &at)); i = (i + 1) % t->n_columns)
		put_cell(t, i, cell, widths[i], out);
}

void table_done(Table *t)
{
	text_done(&t->cells);
}
