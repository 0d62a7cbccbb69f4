/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Units that Record() was called for: recorded whatever Units= says, from their next start on if they do not run. The
 * list lives as long as the daemon; each name is a pattern of the kernel side as well, which bounds it.
 */

#include <stdint.h>

#include "bpf/record.h"
#include "daemon/call-filter.h"

#define WANTED_MAX (PATTERNS_MAX / 2U)

/* What can be asked for together with a unit. */
typedef struct RecordOptions {
	uint64_t buffer_size; /* bytes of its ring; 0: the default */
	CallFilter *filter;   /* NULL: as the configuration says */
} RecordOptions;

typedef struct Wanted {
	char *unit;
	RecordOptions options;
} Wanted;

typedef struct WantedList {
	Wanted entries[WANTED_MAX];
	unsigned n;
} WantedList;

/** wanted_find() - Return: the entry of a unit, or NULL */
const Wanted *wanted_find(const WantedList *l, const char *unit);

/**
 * wanted_add() - want a unit, or want it with other options
 * @options: what is not given in them stays as it was asked for before
 *
 * Return: 1 if it is new, 0 if it was wanted already, -ENAMETOOLONG, -ENOBUFS if the list is full, -ENOMEM
 */
int wanted_add(WantedList *l, const char *unit, const RecordOptions *options);

/** wanted_remove() - Return: 1 if it was wanted, 0 if not */
int wanted_remove(WantedList *l, const char *unit);

/** wanted_patterns() - the names as patterns that no exclusion holds off, @l->n of them */
void wanted_patterns(const WantedList *l, struct Pattern *ret);

void wanted_done(WantedList *l);
