/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* traceloopctl read: a capture that was written to a file. The daemon is not asked for anything. */

#include "ctl/print-dump.h"
#include "ctl/verbs.h"

int verb_read(const Arguments *a)
{
	_cleanup_(output_freep) Output *output = NULL;
	_cleanup_dump_ Dump d = DUMP_NONE;
	int r;

	r = dump_open(a->file, &d);
	if (r >= 0)
		r = print_open(&output, a);
	return r < 0 ? r : print_finish(output, print_dump(a, &d, false, output));
}
