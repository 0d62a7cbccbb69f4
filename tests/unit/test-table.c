/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include "ctl/table.h"

static const TableColumn columns[] = { { "UNIT", false }, { "CALLS", true }, { "STATE", false } };

static void put_row(Table *t, const char *unit, const char *calls, const char *state)
{
	const char *const cells[] = { unit, calls, state };

	for (unsigned i = 0; i < 3; i++) {
		text_put(&t->cells, cells[i]);
		table_end_cell(t);
	}
}

TEST(columns_are_as_wide_as_their_widest_cell)
{
	_cleanup_table_ Table t = { .columns = columns, .n_columns = 3 };
	_cleanup_text_ Text out = {};

	put_row(&t, "a.service", "1", "armed");
	put_row(&t, "b", "1234567", "");
	table_put(&t, true, &out);
	CHECK_STRING(text_string(&out), "UNIT        CALLS STATE\n"
					"a.service       1 armed\n"
					"b         1234567 \n");
}

TEST(without_a_header_names_take_no_room)
{
	_cleanup_table_ Table t = { .columns = columns, .n_columns = 3 };
	_cleanup_text_ Text out = {};

	put_row(&t, "a", "1", "x");
	table_put(&t, false, &out);
	CHECK_STRING(text_string(&out), "a 1 x\n");
}

TEST(a_table_without_rows_is_its_header)
{
	_cleanup_table_ Table t = { .columns = columns, .n_columns = 3 };
	_cleanup_text_ Text out = {}, none = {};

	table_put(&t, true, &out);
	CHECK_STRING(text_string(&out), "UNIT CALLS STATE\n");
	table_put(&t, false, &none);
	CHECK_STRING(text_string(&none), "");
}

int main(void)
{
	RUN(columns_are_as_wide_as_their_widest_cell);
	RUN(without_a_header_names_take_no_room);
	RUN(a_table_without_rows_is_its_header);
	return test_done();
}
