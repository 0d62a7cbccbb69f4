/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/filter.h"

bool filter_matches(const CallSet *calls, const Item *item, const char *machine)
{
	if (item->kind == ITEM_CALL)
		return call_set_has(calls, machine_from_string(machine, item->call.flags & RECORD_COMPAT), item->call.nr);
	if (item->kind == ITEM_URING)
		return call_set_has(calls, machine_from_string(machine, false), NR_IO_URING_ENTER);
	return true;
}
