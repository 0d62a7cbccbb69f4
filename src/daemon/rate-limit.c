/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/rate-limit.h"

bool rate_limit_pass(RateLimit *l, unsigned burst, uint64_t interval, uint64_t now)
{
	if (burst == 0 || interval == 0)
		return true;
	if (l->n == 0 || now - l->begin >= interval)
		*l = (RateLimit){ .begin = now };
	if (l->n >= burst)
		return false;
	l->n++;
	return true;
}
