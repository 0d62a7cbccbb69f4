/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What stands in the chunks, event slots and thread slots of a ring: copies of their bytes in, calls out. Pure: who
 * maps the memory and makes the copies is daemon/reader.h.
 *
 * A ring is written while it is read. Two times make a consistent tail out of it:
 *
 * - The *cut* is the clock, read before anything else. A writer reads the clock while it owns its chunk. So once a
 *   chunk was seen free after the cut, each of its records that ended before the cut is in it, and no later one ends
 *   before the cut. Records that ended after it are left out, or a snapshot would show what one CPU did next to what
 *   another one had not yet done.
 * - The *horizon* is the newest end time that any chunk has lost, read after the last copy. Recycling raises it before
 *   it destroys anything. So each record that ended after the horizon was in its chunk when that was copied. Records
 *   from before are left out, though some are still there: chunks are recycled whole, and what is left of older ones
 *   has holes.
 *
 * Between the two nothing is missing. A copy that was torn by recycling needs no repair: all that it held ended before
 * the horizon then, and what came in its place ended after the cut.
 *
 * A call that started before the cut and ended after it was *in flight* at the cut. It is either in its thread's slot
 * or, having returned meanwhile, behind the cut in a chunk; none is missed if slots are copied before chunks, and each
 * slot while its sequence was even, since a thread publishes its record before it lets go of the slot. Some are seen in
 * both places; call_list_sort() keeps one.
 *
 * Of a call without duration nobody knows when it began, but that it was after the thread's previous call: it is taken for
 * in flight at the cut if it was seen to have begun, in either place, and that call had ended by then.
 *
 * Who follows a ring has no horizon but a cursor for each chunk. What was overwritten before the cursor got there shows
 * as a difference of counters: chunk_cursor_gap().
 *
 * Nothing in these bytes is trusted. A malformed record is counted and hides the rest of its chunk, for where the next
 * one begins is not known then.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/record.h"
#include "trace/call-list.h"

/* How far a reader has come in one chunk. Zero at first; to be begun anew when the chunk is given to another ring. */
typedef struct ChunkCursor {
	uint64_t sequence; /* of what `offset` is about */
	uint64_t taken;    /* records of this chunk that were seen or are known as missed, ever */
	uint32_t current;  /* those of them that are in the chunk as long as it has that sequence */
	uint32_t offset;
} ChunkCursor;

/* A copy of a chunk, made while the chunk's sequence was `sequence` from beginning to end. */
typedef struct ChunkView {
	const void *bytes; /* aligned to 8, CHUNK_SIZE of them */
	uint64_t sequence;
	uint32_t used; /* as its header said before the copy was made: bytes beyond may be half written */
	bool held;     /* somebody was writing a record to it all the time that was waited for */
} ChunkView;

typedef struct ChunkSpan {
	uint64_t horizon; /* calls that ended by then are left out; 0 for a follower */
	uint64_t cut;     /* calls that ended later are left out, or in flight */
	bool last_look;   /* nobody looks again: also take what was in flight at the cut, and wait for nothing */
} ChunkSpan;

/**
 * chunk_cursor_gap() - records that were overwritten before they were taken
 * @header: a copy made while the chunk's sequence did not change
 *
 * Each is told once. Records hidden by a malformed one count when their chunk is recycled.
 *
 * Return: how many
 */
uint64_t chunk_cursor_gap(ChunkCursor *c, const struct ChunkHeader *header);

/**
 * chunk_take() - take the calls and signals of a chunk that ended by the cut and were not taken before
 * @c: moved behind them
 * @list: they are added with their comm, which in the chunk only the first record of each thread carries; to take a
 *	whole ring, begin with the chunk of the lowest sequence
 */
void chunk_take(ChunkCursor *c, const ChunkView *chunk, const ChunkSpan *span, CallList *list);

/**
 * slot_take() - take the call that a thread is in
 * @slot: a copy made while its sequence was even and did not change
 *
 * Return: 1 if it was added, 0 if the thread was in no call at @cut, -EBADMSG if the slot is malformed
 */
int slot_take(const struct Slot *slot, uint64_t cut, CallList *list);

/* A copy of an event chunk. An event's number is claimed before its slot is written, which tells what may be torn. */
typedef struct EventView {
	const void *bytes; /* aligned to 8, CHUNK_SIZE of them */
	uint64_t head;     /* the ring's event_head, read before the copy was made */
	uint64_t head_after;
} EventView;

typedef struct EventCursor {
	uint64_t next; /* number of the first event not taken */
	uint64_t lost; /* overwritten before they were taken, or malformed */
} EventCursor;

/**
 * events_take() - take the events that happened by the cut and were not taken before
 * @c: moved behind them. An event that is claimed and not yet written is waited for, unless this is the last look.
 *
 * The horizon does not count for events: they are in a ring of their own.
 */
void events_take(EventCursor *c, const EventView *events, const ChunkSpan *span, CallList *list);
