/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What must hold of the records of callers, read as they are shown: each thread's calls are one run, in which each
 * follows the one before it, none is there twice, and each has the arguments and memory that it was given.
 *
 * What is not numbered is known by the next numbered call, which says how many others there were. How many returns from
 * signals there were is known within bounds that close in: one may have come between counting and calling.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/proof/caller.h"

#define TRACKS 65536U
#define CHECK_TEXT 256U

/* A thread, as far as its records tell. */
typedef struct Track {
	uint32_t used; /* Check.look at the time */
	uint32_t tid;
	int64_t caller;       /* -1 before its first numbered call */
	uint64_t numbered;    /* of its next numbered call */
	uint64_t others;      /* with those since the last numbered call */
	uint64_t handling;    /* signals that it has not returned from */
	uint64_t returns;     /* from signals, since the first numbered call of the run */
	uint64_t signals_min; /* of those before the run */
	uint64_t signals_max;
	uint64_t end;         /* of the last call */
	uint64_t taken;       /* signals that were blocked and waited for */
	uint64_t taken_until; /* end of the call that took the last one */
	unsigned sent_min;    /* whether one is sent that it has not taken */
	unsigned sent_max;
	uint64_t first;        /* records before the first numbered one */
	uint64_t returns_last; /* `returns` at the last numbered one */
	bool handled;          /* it was seen outside of the handler */
	bool in_flight;        /* the last call is */
} Track;

#define FLIGHTS_MAX 64U

typedef struct Flights {
	uint64_t cut; /* 0: nothing is known of it */
	unsigned n;
	struct Flight {
		uint32_t tid;
		uint64_t start;
	} calls[FLIGHTS_MAX];
} Flights;

typedef struct Check {
	bool from_start; /* a thread's records begin with its first call */
	bool holes;      /* are allowed, and counted */
	uint32_t look;
	uint64_t records; /* what a ring counts: calls, also in flight, and signals among them */
	uint64_t missing;
	Flights now, last; /* in flight at the cut of this view, and at that of the one before */
	uint64_t bad;
	char first_bad[CHECK_TEXT];
	Track tracks[TRACKS];            /* hashed by tid */
	uint32_t by_caller[CALLERS_MAX]; /* index + 1 of its track in this look */
} Check;

/**
 * check_begin() - forget all threads: what comes is a view of its own
 * @cut: of calls up to then, and those in flight, which are told from those of the view before; 0 for a stream
 */
void check_begin(Check *c, uint64_t cut);

/** check_take() - go through records in the order in which they are shown */
void check_take(Check *c, const void *records, size_t size);

/** check_fail() - note that something does not hold */
void check_fail(Check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** check_track() - Return: what is known of a caller, or NULL if none of its numbered calls was seen */
const Track *check_track(const Check *c, uint32_t caller);

/**
 * track_made() - how many calls a thread has made, and signals got, up to the last one seen
 * @signals: what it has counted by now
 */
void track_made(const Track *t, uint64_t signals, uint64_t *ret_min, uint64_t *ret_max);
