/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/call-filter.h"

#include <errno.h>
#include <string.h>

int call_filter_new(CallFilter **ret, const char *expression, char **ret_unknown)
{
	_cleanup_(call_filter_unrefp) CallFilter *f = calloc(1, sizeof(*f) + strlen(expression) + 1);
	int r = 0;

	*ret_unknown = NULL;
	if (!f)
		return -ENOMEM;
	f->n_references = 1;
	memcpy(f->expression, expression, strlen(expression) + 1);
	if (*expression)
		r = call_set_parse(expression, &f->calls, ret_unknown);
	else
		call_set_all(&f->calls);
	if (r >= 0)
		*ret = TAKE_PTR(f);
	return r;
}

CallFilter *call_filter_ref(CallFilter *f)
{
	if (f)
		f->n_references++;
	return f;
}

CallFilter *call_filter_unref(CallFilter *f)
{
	if (f && --f->n_references == 0)
		free(f);
	return NULL;
}

const char *call_filter_expression(const CallFilter *f)
{
	return f ? f->expression : "";
}
