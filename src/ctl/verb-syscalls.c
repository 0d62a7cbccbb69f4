/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* traceloopctl syscalls: the table of system calls, which is all that is known of them. Needs no daemon. */

#include "ctl/output.h"
#include "ctl/table.h"
#include "ctl/verbs.h"
#include "trace/call-class.h"
#include "trace/command.h"
#include "util/log.h"
#include "util/macro.h"

static const TableColumn columns[] = {
	{ "X86-64", true },    { "I386", true },    { "ARM64", true },    { "NAME", false },
	{ "ARGUMENTS", false }, { "MEMORY", false }, { "CLASSES", false },
};

/* A cell without blanks in it, so that others can read the table. */
static void end_list(Table *t, bool empty)
{
	if (empty)
		text_put_char(&t->cells, '-');
	table_end_cell(t);
}

static void put_number(Table *t, int number)
{
	if (number >= 0)
		text_put_unsigned(&t->cells, (uint64_t) number);
	end_list(t, number < 0);
}

/* Whether an argument points to memory which is shown, whatever the command or with one of them. */
static bool shows_memory(const Syscall *s, unsigned i)
{
	unsigned n;
	const CommandArg *args = command_args(&n);

	if (kind_when(s->args[i].kind) != WHEN_NEVER)
		return true;
	for (unsigned k = 0; k < n; k++)
		if (args[k].index == i && streq(args[k].call, s->name))
			return true;
	return false;
}

/* With @memory, only those that point to memory which is shown. */
static void put_arguments(Table *t, const Syscall *s, bool memory)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->n_args; i++) {
		if (memory && !shows_memory(s, i))
			continue;
		text_put(&t->cells, n++ > 0 ? "," : "");
		text_put(&t->cells, s->args[i].name);
	}
	end_list(t, n == 0);
}

/* As an expression names them, but for the class of all calls. */
static void put_classes(Table *t, const Syscall *s)
{
	unsigned n, n_classes = 0;
	const CallClass *all = call_class_all(&n);

	for (unsigned i = 0; i < n; i++) {
		if (!all[i].parts || !call_class_has(&all[i], s))
			continue;
		text_put(&t->cells, n_classes++ > 0 ? "," : "");
		text_put(&t->cells, *all[i].name == '@' ? "" : "%");
		text_put(&t->cells, all[i].name);
	}
	end_list(t, n_classes == 0);
}

static void put_row(Table *t, const Syscall *s)
{
	for (Machine m = 0; m < _MACHINE_MAX; m++)
		put_number(t, syscall_number(s, m));
	text_put(&t->cells, s->name);
	table_end_cell(t);
	put_arguments(t, s, false);
	put_arguments(t, s, true);
	put_classes(t, s);
}

static bool is_wanted(const CallSet *filter, const Syscall *s)
{
	for (Machine m = 0; filter && m < _MACHINE_MAX; m++) {
		int number = syscall_number(s, m);

		if (number >= 0 && call_set_has(filter, m, (uint32_t) number))
			return true;
	}
	return !filter;
}

static void put_table(const Arguments *a, Text *out)
{
	_cleanup_table_ Table table = { .columns = columns, .n_columns = ELEMENTS(columns) };
	unsigned n, n_rows = 0;
	const Syscall *all = syscall_table(&n);

	for (unsigned i = 0; i < n; i++)
		if (is_wanted(a->filter, &all[i])) {
			put_row(&table, &all[i]);
			n_rows++;
		}
	table_put(&table, !a->no_legend, out);
	if (!a->no_legend)
		text_printf(out, "\n%u system call%s listed.\n", n_rows, n_rows == 1 ? "" : "s");
}

int verb_syscalls(const Arguments *a)
{
	_cleanup_text_ Text out = {};

	put_table(a, &out);
	return output_print(&out, !a->no_pager);
}
