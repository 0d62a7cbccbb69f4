/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What unit files say for themselves, in a section [X-Traceloop] that systemd passes over: Record=, BufferSize=, Calls=.
 *
 * They are read from where systemd has them and in its order, not asked of systemd: a unit that is not loaded would have
 * none, and would be told too late when it is started. Looked at are a unit's
 * own file and its drop-ins, and of an instance those of its template; not aliases, nor drop-ins for many units
 * (foo-.service.d, service.d).
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/call-filter.h"

typedef struct UnitFile {
	char *unit;           /* its name; of a template with a star for the instance: foo@*.service */
	bool is_template;
	int record;           /* 1, 0; -1: not said */
	uint64_t buffer_size; /* bytes; 0: not said */
	CallFilter *filter;   /* NULL: not said */
} UnitFile;

typedef struct UnitFiles {
	UnitFile *entries; /* those with such a section, templates last */
	unsigned n;
} UnitFiles;

/** unit_files_load() - read those below @root, "" for this machine; what is wrong is a warning. Return: 0 or -ENOMEM */
int unit_files_load(const char *root, UnitFiles *ret);

/** unit_files_find() - Return: what is said for a unit, the unit's own before its template's; NULL */
const UnitFile *unit_files_find(const UnitFiles *l, const char *unit);

void unit_files_done(UnitFiles *l);
