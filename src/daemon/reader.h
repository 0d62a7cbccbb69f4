/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Reading a ring while it is written: maps it, makes the copies that trace/chunk.h asks for, in the order it asks for.
 *
 * The same object serves both uses. The tail is a reader's first and last look, bounded by the horizon; a follower looks
 * again and again, and learns from the chunks' counters what it has missed.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/recorder.h"
#include "trace/capture.h"
#include "trace/call-list.h"

typedef struct RingReader RingReader;

/** ring_reader_new() - a reader of @ring, which must not be freed before it; Return: 0 or a negative errno */
int ring_reader_new(RingReader **ret, Recorder *recorder, uint32_t ring);
RingReader *ring_reader_free(RingReader *r);
DEFINE_CLEANUP(RingReader, ring_reader_free);

/**
 * ring_reader_tail() - the first and last look: the tail of the ring and the calls in flight, at one instant
 * @list: filled and sorted
 * @ret_cut: the instant
 * @ret_end: what had been recorded by then; what is lost is counted up to a moment later
 *
 * Return: 0 or a negative errno
 */
int ring_reader_tail(RingReader *r, CallList *list, uint64_t *ret_cut, CaptureEnd *ret_end);

/** ring_reader_held() - Return: chunks and slots that were written to all the time they were waited for, in the tail */
unsigned ring_reader_held(const RingReader *r);

/** ring_reader_skip() - take all that is there as known: only what comes from now on counts; Return: as _follow() */
int ring_reader_skip(RingReader *r);

/**
 * ring_reader_follow() - what has ended since the last look
 * @list: cleared, filled and sorted
 * @ret_gap: what was overwritten or lost since the last look
 *
 * Return: 0 or a negative errno
 */
int ring_reader_follow(RingReader *r, CallList *list, Gap *ret_gap);

/** ring_reader_events_lost() - Return: events that were overwritten before this reader took them */
uint64_t ring_reader_events_lost(const RingReader *r);

/** ring_reader_wake_after() - have a CONTROL_WAKE sent when a quarter of the ring has been written from now on */
void ring_reader_wake_after(RingReader *r);

typedef struct RingCounters {
	uint64_t calls;  /* written to the ring, kept or overwritten */
	uint64_t lost;   /* all of `losses` */
	uint64_t losses[_LOSS_MAX];
	uint64_t oldest; /* horizon: end time up to which calls are gone; 0: none are */
} RingCounters;

/** ring_counters() - the books of a ring, without looking at its records; Return: 0 or a negative errno */
int ring_counters(Recorder *recorder, uint32_t ring, RingCounters *ret);

/** loss_to_string() - Return: the word for a reason, as on the bus */
const char *loss_to_string(enum Loss loss);
