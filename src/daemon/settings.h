/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the administrator has set: traceloopd.conf and its drop-ins as one struct of checked values.
 *
 * Every value in it is usable as it stands. A wrong line costs itself and nothing else: it is a warning that names
 * file, line and key, and the value before it stays.
 */

#include <stdbool.h>
#include <stdint.h>

#include "bpf/record.h"
#include "daemon/call-filter.h"

typedef enum DumpMode {
	DUMP_NEVER,
	DUMP_FAILURE,
	_DUMP_MODE_MAX,
	_DUMP_MODE_INVALID = -22,
} DumpMode;

typedef enum NamesMode {
	NAMES_NO,
	NAMES_AUTO, /* where the kernel lets identities be read by plain loads */
	NAMES_YES,
	_NAMES_MODE_MAX,
	_NAMES_MODE_INVALID = -22,
} NamesMode;

typedef struct Settings {
	/* In the order of the files, the built-in ones first; a unit is recorded if one without `exclude` matches its
	 * name and none with it does, so the order means nothing. As the kernel side takes them. */
	struct Pattern patterns[PATTERNS_MAX];
	unsigned n_patterns;
	uint64_t buffer_size; /* bytes of a ring, a multiple of CHUNK_SIZE */
	uint64_t memory_max;  /* bytes of all rings, at least one slab */
	unsigned string_size; /* bytes of payload to keep, up to STRING_MAX */
	NamesMode names;      /* of files */
	bool durations;       /* of calls */
	CallFilter *filter;   /* NULL: all calls */

	DumpMode dump;
	unsigned lines;           /* of the trace in MESSAGE= */
	uint64_t max_size;        /* bytes of the trace and the capture in one journal entry */
	unsigned rate_limit_burst;
	uint64_t rate_limit_interval; /* usec; UINT64_MAX for ever */

	unsigned ignored; /* lines that were warned about */
} Settings;

/** settings_load() - the defaults, and what the files of this machine change about them; Return: 0 or -ENOMEM */
int settings_load(Settings *ret);

/**
 * settings_load_root() - the same for a machine whose files are below @root
 * @ram: bytes of memory it has, of which MemoryMax= takes its percentage
 */
int settings_load_root(const char *root, uint64_t ram, Settings *ret);

void settings_done(Settings *s);

/** settings_matches() - Return: whether the unit of that name is to be recorded by itself */
bool settings_matches(const Settings *s, const char *unit);

/**
 * pattern_check() - whether the kernel side's matcher takes a pattern as glob(7) means it
 * @pattern: without the leading '!'
 *
 * Return: 0; -EINVAL if it is empty or holds "[", a slash, a blank or a control byte; -ENAMETOOLONG
 */
int pattern_check(const char *pattern);
