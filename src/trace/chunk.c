/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/chunk.h"

#include <errno.h>
#include <string.h>

#include "trace/item.h"
#include "util/macro.h"

/*
 * Names by tid, for one pass over one chunk. A chunk has room for 255 records with a comm, so the table is at most half
 * full. It is filled anew from the start of the chunk at every look: that costs less than a microsecond, and keeping it
 * would cost each cursor 4 KiB.
 */
#define NAMES 512U

typedef struct Name {
	uint32_t tid;
	uint32_t offset; /* of the comm in the chunk; 0: free */
} Name;

_Static_assert((CHUNK_SIZE - sizeof(struct ChunkHeader)) / (sizeof(struct CallRecord) + COMM_SIZE) <= NAMES / 2,
	       "names fit");

static Name *name_find(Name names[static NAMES], uint32_t tid)
{
	uint32_t i = (tid * 2654435761U) >> 23; /* Knuth's multiplicative hash; 9 bits */

	while (names[i].offset != 0 && names[i].tid != tid)
		i = (i + 1) % NAMES;
	return &names[i];
}

/* Gives @call the name that its thread has at this place of the chunk. */
static void call_name(Call *call, Name names[static NAMES], const char *bytes)
{
	Name *name = name_find(names, call->tid);

	if (call->comm)
		*name = (Name){ .tid = call->tid, .offset = (uint32_t) (call->comm - bytes) };
	else if (name->offset != 0)
		call->comm = bytes + name->offset;
}

uint64_t chunk_cursor_gap(ChunkCursor *c, const struct ChunkHeader *header)
{
	/* What was taken since the chunk was recycled is not among what was overwritten. */
	uint64_t known = header->sequence == c->sequence ? c->taken - c->current : c->taken;
	uint64_t gap = header->overwritten > known ? header->overwritten - known : 0;

	c->taken += gap;
	return gap;
}

/*
 * Not every event belongs here, and time does not wrap. Return: size of what is at @p, a piece or, with @ret_piece NULL, a
 * record; 0 at the end; -EBADMSG
 */
static int record_at(const char *p, size_t size, Item *ret, uint64_t *ret_end, const struct PieceRecord **ret_piece)
{
	int n = piece_parse(p, size, ret_piece);

	if (n != 0)
		return n;
	*ret_piece = NULL;
	n = record_parse(p, size, ret);
	if (n <= 0)
		return n;
	if (!item_is_counted(ret) ||
	    (ret->kind == ITEM_CALL && ret->call.duration > UINT64_MAX - ret->call.start))
		return -EBADMSG;
	*ret_end = item_end(ret);
	return n;
}

/* Return: whether the record was taken for good */
static bool item_take(const Item *item, uint64_t end, const ChunkSpan *span, bool behind_cut, CallList *list)
{
	if (end <= span->cut && !behind_cut) {
		if (end > span->horizon)
			call_list_add_item(list, item);
		return true;
	}
	if (item->kind == ITEM_CALL && end > span->cut && item->call.start <= span->cut && span->last_look)
		call_list_add_in_flight(list, &item->call, span->cut);
	return false;
}

/* Whatever the cut is: the record that it belongs to decides. In front of it, it is not looked at again. */
static void piece_take(ChunkCursor *c, uint32_t at, const struct PieceRecord *piece, bool behind_cut, CallList *list)
{
	call_list_add_piece(list, piece);
	if (!behind_cut)
		c->offset = at;
}

/* Ends never decrease within a chunk, so the first record that ended after the cut is where the cursor stays. */
static int records_take(ChunkCursor *c, const ChunkView *chunk, const ChunkSpan *span, CallList *list)
{
	const char *bytes = chunk->bytes;
	Name names[NAMES] = {};
	bool behind_cut = false;
	uint32_t at = sizeof(struct ChunkHeader);
	const struct PieceRecord *piece;
	uint64_t end = 0;
	Item item;
	int n;

	while ((n = record_at(bytes + at, chunk->used - at, &item, &end, &piece)) > 0) {
		at += (uint32_t) n;
		if (piece) {
			if (at > c->offset)
				piece_take(c, at, piece, behind_cut, list);
			continue;
		}
		if (item.kind == ITEM_CALL)
			call_name(&item.call, names, bytes);
		if (at <= c->offset)
			continue;
		if (item_take(&item, end, span, behind_cut, list)) {
			c->offset = at;
			c->taken++;
			c->current++;
			continue;
		}
		if (!span->last_look)
			return 0;
		behind_cut = true;
	}
	return n;
}

void chunk_take(ChunkCursor *c, const ChunkView *chunk, const ChunkSpan *span, CallList *list)
{
	int r = -EBADMSG;

	if (chunk->sequence == 0)
		return;
	if (c->sequence != chunk->sequence) {
		c->sequence = chunk->sequence;
		c->offset = sizeof(struct ChunkHeader);
		c->current = 0;
	}
	if (c->offset == chunk->used || c->offset >= CHUNK_SIZE)
		return;
	if (chunk->used >= sizeof(struct ChunkHeader) && chunk->used <= CHUNK_SIZE)
		r = records_take(c, chunk, span, list);
	if (r < 0) {
		list->damaged++;
		c->offset = CHUNK_SIZE;
	}
}

static int slot_memory(const struct MemoryRecord *m, CallMemory *ret)
{
	if (m->captured > STRING_MAX || m->arg >= CALL_ARGS_MAX || m->status >= _MEMORY_STATUS_MAX)
		return -EBADMSG;
	*ret = (CallMemory){
		.arg = m->arg,
		.status = m->status,
		.requested = m->requested,
		.captured = m->captured,
		.bytes = (const uint8_t *) (m + 1),
	};
	return 0;
}

static int slot_file(const struct Slot *slot, unsigned i, CallFile *ret)
{
	if (slot->file_of[i] >= _FILE_OF_MAX)
		return -EBADMSG;
	*ret = (CallFile){ .of = slot->file_of[i], .file = slot->files[i] };
	return 0;
}

int slot_take(const struct Slot *slot, uint64_t cut, CallList *list)
{
	Call call = {
		.nr = slot->nr,
		.tid = slot->tid,
		.pid = slot->pid,
		.flags = slot->flags & (RECORD_COMPAT | RECORD_EARLIER | RECORD_NO_DURATION),
		.start = slot->start,
		.comm = slot->comm,
		.n_args = slot->n_args,
		.n_files = slot->n_files,
		.n_memory = slot->n_memory,
	};
	int r = 0;

	if (!slot->in_flight || slot->start > cut)
		return 0;
	if (call.n_args > CALL_ARGS_MAX || call.n_files > CALL_FILES_MAX || call.n_memory > SLOT_MEMORY_MAX)
		return -EBADMSG;
	memcpy(call.args, slot->args, call.n_args * sizeof(call.args[0]));
	for (unsigned i = 0; i < call.n_files && r >= 0; i++)
		r = slot_file(slot, i, &call.files[i]);
	for (unsigned i = 0; i < call.n_memory && r >= 0; i++)
		r = slot_memory(&slot->memory[i].record, &call.memory[i]);
	if (r < 0)
		return r;
	call_list_add_in_flight(list, &call, cut);
	return 1;
}

typedef enum EventState {
	EVENT_WHOLE,
	EVENT_PENDING, /* claimed, and not yet written; or written after the cut */
	EVENT_LOST,
} EventState;

static EventState event_look(const EventView *events, uint64_t n, uint64_t cut, Item *ret)
{
	const struct EventSlot *slot = (const struct EventSlot *) events->bytes + 1 + n % EVENT_SLOTS;

	/* The claim of event n + EVENT_SLOTS, or of a later one, may have changed the slot under the copy. */
	if (events->head_after > n && events->head_after - n > EVENT_SLOTS)
		return EVENT_LOST;
	if (slot->sequence < n + 1 || slot->sequence == (EVENT_CLAIMED | n))
		return EVENT_PENDING;
	if (slot->sequence != n + 1)
		return EVENT_LOST;
	if (record_parse(&slot->record, sizeof(slot->record), ret) < 0 || ret->kind != ITEM_EVENT ||
	    item_is_counted(ret))
		return EVENT_LOST;
	return ret->event->time <= cut ? EVENT_WHOLE : EVENT_PENDING;
}

void events_take(EventCursor *c, const EventView *events, const ChunkSpan *span, CallList *list)
{
	uint64_t oldest = events->head > EVENT_SLOTS ? events->head - EVENT_SLOTS : 0;

	if (c->next < oldest) {
		c->lost += oldest - c->next;
		c->next = oldest;
	}
	for (; c->next < events->head; c->next++) {
		Item item;
		EventState state = event_look(events, c->next, span->cut, &item);

		if (state == EVENT_PENDING && !span->last_look)
			return;
		if (state == EVENT_WHOLE)
			call_list_add_item(list, &item);
		else if (state == EVENT_LOST)
			c->lost++;
	}
}
