/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/filter.h"

#include <errno.h>
#include <string.h>

#include "util/macro.h"
#include "util/text.h"

#define NR_IO_URING_ENTER 426 /* on every machine */

/* A name stands for every entry that has it, on every machine: a capture may come from any. */
static bool add_name(Filter *f, const char *name)
{
	bool known = false;
	unsigned n;
	const Syscall *table = syscall_table(&n);

	for (unsigned i = 0; i < n; i++) {
		if (!streq(table[i].name, name))
			continue;
		known = true;
		for (Machine m = 0; m < _MACHINE_MAX; m++) {
			int number = syscall_number(&table[i], m);

			if (number >= 0 && number < (int) SYSCALLS_MAX)
				f->named[m][number] = true;
		}
	}
	return known;
}

/* Return: 0, -EINVAL for an empty name, -ENOENT with the names in @unknown */
static int add_names(Filter *f, char *names, Text *unknown)
{
	char *name;

	while ((name = strsep(&names, ","))) {
		if (*name == '\0')
			return -EINVAL;
		if (add_name(f, name))
			continue;
		if (unknown->size > 0)
			text_put(unknown, ", ");
		text_put(unknown, name);
	}
	return unknown->size > 0 ? -ENOENT : text_error(unknown);
}

int filter_parse(const char *expression, Filter *ret, char **ret_unknown)
{
	_cleanup_free_ Filter *f = calloc(1, sizeof(*f));
	_cleanup_text_ Text unknown = {};
	_cleanup_free_ char *names = NULL;
	const char *rest;
	int r;

	*ret_unknown = NULL;
	rest = startswith(expression, "trace=");
	if (rest)
		expression = rest;
	names = strdup(expression + (*expression == '!'));
	if (!f || !names)
		return -ENOMEM;
	f->negated = *expression == '!';
	r = add_names(f, names, &unknown);
	if (r == 0)
		*ret = *f;
	if (r == -ENOENT)
		*ret_unknown = TAKE_PTR(unknown.data);
	return r;
}

static bool call_matches(const Filter *f, Machine m, uint32_t nr)
{
	if (m < 0 || nr >= SYSCALLS_MAX)
		return f->negated;
	return f->named[m][nr] != f->negated;
}

bool filter_matches(const Filter *f, const Item *item, const char *machine)
{
	if (item->kind == ITEM_CALL)
		return call_matches(f, machine_from_string(machine, item->call.flags & RECORD_COMPAT), item->call.nr);
	if (item->kind == ITEM_URING)
		return call_matches(f, machine_from_string(machine, false), NR_IO_URING_ENTER);
	return true;
}
