/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/units-invocation.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "util/cleanup.h"

int units_invocation(const char *unit, sd_id128_t *ret)
{
	_cleanup_free_ char *path = NULL;
	char id[SD_ID128_STRING_MAX];
	ssize_t n;

	if (asprintf(&path, "/run/systemd/units/invocation:%s", unit) < 0)
		return -ENOMEM;
	n = readlink(path, id, sizeof(id));
	if (n < 0)
		return -errno;
	if (n != sizeof(id) - 1)
		return -EBADMSG;
	id[n] = '\0';
	return sd_id128_from_string(id, ret);
}
