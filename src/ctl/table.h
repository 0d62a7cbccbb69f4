/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Rows of cells, printed in columns as wide as what is in them. */

#include <stdbool.h>
#include <stddef.h>

#include "util/text.h"

#define TABLE_COLUMNS_MAX 16U

typedef struct TableColumn {
	const char *name;
	bool right; /* numbers are */
} TableColumn;

typedef struct Table {
	const TableColumn *columns;
	unsigned n_columns; /* up to TABLE_COLUMNS_MAX */
	Text cells; /* each ended by a NUL, row after row */
} Table;

/** table_end_cell() - what was appended to @cells is a cell */
void table_end_cell(Table *t);

/** table_put() - append the table as text; a failed allocation of the cells is kept in @out */
void table_put(const Table *t, bool header, Text *out);

/** table_done() - release the memory */
void table_done(Table *t);

#define _cleanup_table_ _cleanup_(table_done)
