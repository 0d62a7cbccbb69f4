/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One invocation of one unit and its ring.
 *
 *   armed      the cgroup was born and has a ring; nobody is in it yet
 *   recording  its first process has arrived, or it was running when recording began
 *   ended      the cgroup is gone
 *   failed     PID 1 has said so; a dump follows
 *   dumped     its tail is in the journal
 *
 * It owns its ring until the manager needs the room. The cgroup's id, learned at birth, is all that ties the two, for
 * by the time a failure is signalled the cgroup is gone.
 */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-id128.h>

#include "daemon/call-filter.h"
#include "daemon/snapshot.h"
#include "trace/capture.h"
#include "util/cleanup.h"

typedef enum RecordingState {
	RECORDING_ARMED,
	RECORDING_RECORDING,
	RECORDING_ENDED,
	RECORDING_FAILED,
	RECORDING_DUMPED,
	_RECORDING_STATE_MAX,
} RecordingState;

typedef struct Recording Recording;

struct Recording {
	struct Manager *manager; /* whose list it is in */
	Recorder *recorder;
	Recording *next, *prev; /* of the manager's, oldest first */
	char *unit;
	sd_id128_t invocation; /* null until it is known */
	uint64_t cgroup;
	uint32_t ring;
	CallFilter *filter; /* in effect; NULL: all calls */
	RecordingState state;
	bool complete;
	char *result;       /* what PID 1 says of the end; NULL: nothing yet */
	uint64_t since_realtime; /* ns */
	uint64_t since_monotonic;
	uint64_t ended;     /* ns, CLOCK_MONOTONIC; 0 while it runs */
	Snapshot *blocked;  /* taken when a failure was signalled and processes were still there */
};

/**
 * recording_new() - take over a ring for a unit
 * @complete: from the unit's first call on
 *
 * Return: 0 or -ENOMEM
 */
int recording_new(Recording **ret, Recorder *recorder, const char *unit, uint64_t cgroup, uint32_t ring, bool complete);

/** recording_free() - forget it; the ring is the caller's to free */
Recording *recording_free(Recording *r);
DEFINE_CLEANUP(Recording, recording_free);

/** recording_is_running() - Return: whether calls may still come */
bool recording_is_running(const Recording *r);

/** recording_set_ended() - its cgroup is gone, or recording was stopped */
void recording_set_ended(Recording *r);

/** recording_keep_blocked() - remember the tail as it is now, for a dump that follows; Return: 0 or a negative errno */
int recording_keep_blocked(Recording *r);

/** recording_snapshot() - the tail: the one that was kept, if there is one; Return: 0 or a negative errno */
int recording_snapshot(Recording *r, Snapshot *ret);

/** recording_info() - the head of a capture; its strings live as long as the recording and @scratch */
typedef struct RecordingInfo {
	CaptureInfo info;
	char invocation[SD_ID128_STRING_MAX];
	char boot_id[SD_ID128_STRING_MAX];
} RecordingInfo;
void recording_info(const Recording *r, RecordingInfo *ret);

/** recording_capture() - the whole tail as a compressed capture; Return: 0 or a negative errno */
int recording_capture(Recording *r, Text *ret);

const char *recording_state_to_string(RecordingState state);
