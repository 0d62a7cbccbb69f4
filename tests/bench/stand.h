/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What is on the system calls of this machine while something is measured: nothing, the empty pair, or the recorder with
 * its rings. One thing at a time, so that all figures of a round differ in that alone.
 *
 * The recorder's own books have to agree with what was called: a figure of calls that were not recorded, or were though
 * they should not, is worth nothing.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/snapshot.h"
#include "util/cleanup.h"

typedef struct Stand Stand;

typedef enum State {
	STATE_NOTHING,
	STATE_EMPTY,
	STATE_UNRECORDED, /* others are recorded, and we are not */
	STATE_RECORDED,
	STATE_PLAIN,    /* recorded without payload */
	STATE_NO_DURATIONS, /* recorded with the clock of the calls' ends alone */
	STATE_FILTERED, /* recorded, but the ring's filter names five calls, of which the loops make none */
	STATE_FALLBACK, /* recorded, with threads told apart as on kernels where the stack does not name them */
	_STATE_MAX,
	_STATE_INVALID = -EINVAL,
} State;

/** state_from_string() - Return: as written to `bench`, or _STATE_INVALID */
State state_from_string(const char *name);

/** state_counts() - Return: whether our calls get into the ring */
bool state_counts(State state);

typedef struct StandConfig {
	const char *own, *other; /* directories of cgroups; what is to be measured is in the former */
	uint64_t ring_size;      /* bytes of each ring */
	unsigned n_units;        /* recorded besides, in the cgroups 0, 1, ... below `other` */
	unsigned n_cpus;         /* as RecorderConfig has it */
} StandConfig;

/**
 * stand_new() - load what is to be attached; nothing is yet
 *
 * Descriptors of BPF keep programs attached as long as somebody holds them: no process is to be forked after this.
 *
 * Return: 0 or a negative errno, logged.
 */
int stand_new(Stand **ret, const StandConfig *config);
Stand *stand_free(Stand *s);
DEFINE_CLEANUP(Stand, stand_free);

/** stand_set() - attach what @state is about and nothing else; Return: 0 or a negative errno, logged */
int stand_set(Stand *s, State state);

/** stand_names_fd() - Return: readable when names of files are to be taken; negative while nothing records */
int stand_names_fd(const Stand *s);
void stand_take_names(Stand *s);

/** stand_calls() - calls in all rings so far, by the books of what is attached now; Return: 0 or a negative errno, logged */
int stand_calls(Stand *s, uint64_t *ret);

/** stand_snapshot() - what the ring of `own` holds while it is recorded; Return: 0 or a negative errno, logged */
int stand_snapshot(Stand *s, Snapshot *ret);

/** stand_memory() - Return: bytes of all rings of the recorder, by its books */
uint64_t stand_memory(const Stand *s);

/** stand_others() - Return: BPF programs of others on the two tracepoints, whose cost is in every figure */
unsigned stand_others(const Stand *s);
