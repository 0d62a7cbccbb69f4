/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a ring holds at one instant, with all that a capture has of it: records, the names of their files, and counts. It
 * needs neither ring nor recorder any more.
 */

#include <stdint.h>

#include "daemon/recorder.h"
#include "trace/capture.h"
#include "util/text.h"

typedef struct Snapshot {
	uint64_t cut;      /* ns, CLOCK_MONOTONIC */
	Text records;      /* as capture_put_records() takes them */
	Text files;        /* the names of theirs, as capture_put_files() takes them */
	CaptureEnd end;
	unsigned in_flight; /* calls among the records that had not returned at the cut */
	unsigned held;      /* places where calls may be missing, as CPUs were held up in the middle of recording them */
} Snapshot;

/** snapshot_take() - the tail of a ring and the calls in flight, at one instant; Return: 0 or a negative errno */
int snapshot_take(Recorder *recorder, uint32_t ring, Snapshot *ret);
void snapshot_done(Snapshot *s);

/** files_bound() - trim the tables of names that are too large: a look at what their rings refer to */
void files_bound(Recorder *recorder);
