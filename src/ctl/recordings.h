/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is recorded, as the daemon lists it, and patterns of unit names made into names by it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-id128.h>

#include "ctl/arguments.h"

typedef struct RecordingEntry {
	const char *unit;
	sd_id128_t invocation; /* null: not known yet */
	const char *state;
	uint64_t calls, lost;
	uint64_t memory; /* bytes */
	uint64_t since;  /* µs since 1970: when recording began */
	uint64_t oldest; /* µs since 1970: from when on every call is in memory */
	uint64_t until;  /* µs since 1970: when it ended; 0 while it runs */
	int complete;    /* from the unit's first call on; an int as sd-bus reads booleans */
} RecordingEntry;

typedef struct Recordings {
	RecordingEntry *entries; /* oldest first */
	size_t n;
	sd_bus_message *reply; /* which the strings point into */
} Recordings;

/** recordings_load() - ask for the list; Return: 0, an exit status or a negative errno, both logged */
int recordings_load(sd_bus *bus, Recordings *ret);
void recordings_done(Recordings *r);

/** recording_entry_is_running() - Return: whether calls may still come */
bool recording_entry_is_running(const RecordingEntry *e);

/** recordings_find() - Return: the recording of an invocation, or NULL */
const RecordingEntry *recordings_find(const Recordings *r, sd_id128_t invocation);

/** units_match() - Return: whether a unit is one of those that were given, or none was */
bool units_match(const Arguments *a, const char *unit);

typedef struct UnitNames {
	char **names;
	size_t n;
} UnitNames;

/** unit_names_add() - add a copy of the name unless it is there; Return: 0 or -ENOMEM */
int unit_names_add(UnitNames *names, const char *unit);

/**
 * units_expand() - the units that are meant, each once: patterns stand for the recordings that match
 * @running: only for those that still run
 *
 * Return: 0; EXIT_NOT_RECORDED for a pattern that matches nothing; another exit status or a negative errno, all logged
 */
int units_expand(sd_bus *bus, const Arguments *a, bool running, UnitNames *ret);
void unit_names_done(UnitNames *names);

#define _cleanup_recordings_ _cleanup_(recordings_done)
#define _cleanup_unit_names_ _cleanup_(unit_names_done)
