/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which run of a unit PID 1 is at now, as it notes for journald: a signal may be about an earlier one. */

#include <systemd/sd-id128.h>

/** units_invocation() - Return: 0 with the ID of the unit's present run, -ENOENT if it does not run, another errno */
int units_invocation(const char *unit, sd_id128_t *ret);
