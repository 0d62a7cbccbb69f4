/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a chunk of calls, as one of events and as a thread's slot. What comes out must be whole records in the
 * order of their times, no call may end outside the span that was asked for, and two looks must yield what one does.
 */

#include "fuzz/fuzz.h"

#include <string.h>

#include "trace/chunk.h"
#include "util/macro.h"

typedef struct Control {
	uint64_t horizon;
	uint64_t between; /* the cut of a look before */
	uint64_t cut;
	uint64_t head;
	uint64_t head_after;
} Control;

static void require_in_order(const CallList *list, const ChunkSpan *span)
{
	_cleanup_text_ Text t = {};
	uint64_t last = 0;
	size_t at = 0, n = 0;
	Item item;
	int k;

	call_list_put(list, &t);
	while ((k = record_parse(text_string(&t) + at, t.size - at, &item)) > 0) {
		REQUIRE(item_time(&item) >= last && item_time(&item) <= span->cut);
		if (item.kind == ITEM_CALL)
			REQUIRE(call_end(&item.call) <= span->cut);
		last = item_time(&item);
		at += (size_t) k;
		n++;
	}
	REQUIRE(k == 0 && n == list->n);
}

static void chunk_try(const ChunkView *chunk, const Control *control)
{
	_cleanup_call_list_ CallList once = {}, twice = {};
	ChunkSpan span = { .horizon = control->horizon, .cut = control->cut, .last_look = true };
	ChunkSpan before = { .horizon = control->horizon, .cut = MIN(control->between, control->cut) };
	ChunkCursor c = {}, d = {};

	chunk_take(&c, chunk, &span, &once);
	chunk_take(&d, chunk, &before, &twice);
	REQUIRE(d.taken <= c.taken);
	chunk_take(&d, chunk, &span, &twice);
	REQUIRE(once.n == twice.n && once.damaged == twice.damaged && c.taken == d.taken && c.offset == d.offset);
	REQUIRE(call_list_sort(&once) >= 0);
	require_in_order(&once, &span);
	(void) chunk_cursor_gap(&c, chunk->bytes);
	REQUIRE(chunk_cursor_gap(&c, chunk->bytes) == 0);
}

static void events_try(const uint8_t *bytes, const Control *control)
{
	_cleanup_call_list_ CallList list = {};
	ChunkSpan span = { .cut = control->cut };
	EventView view = { .bytes = bytes, .head = control->head, .head_after = control->head_after };
	EventCursor c = { .next = control->horizon };

	events_take(&c, &view, &span, &list);
	span.last_look = true;
	events_take(&c, &view, &span, &list);
	REQUIRE(c.next == MAX(control->horizon, control->head) && list.n <= EVENT_SLOTS);
	REQUIRE(call_list_sort(&list) >= 0);
	require_in_order(&list, &span);
}

static void slot_try(const uint8_t *bytes, const Control *control)
{
	_cleanup_call_list_ CallList list = {};
	ChunkSpan span = { .cut = control->cut };
	struct Slot slot;

	memcpy(&slot, bytes, sizeof(slot));
	for (int i = 0; i < 2; i++)
		REQUIRE(slot_take(&slot, control->cut, &list) <= 1);
	REQUIRE(call_list_sort(&list) >= 0 && list.n <= 1);
	require_in_order(&list, &span);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static _Alignas(8) uint8_t bytes[CHUNK_SIZE];
	struct ChunkHeader header;
	Control control;
	ChunkView chunk;

	if (size < sizeof(control) || size - sizeof(control) > sizeof(bytes))
		return 0;
	memcpy(&control, data, sizeof(control));
	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, data + sizeof(control), size - sizeof(control));
	memcpy(&header, bytes, sizeof(header));
	chunk = (ChunkView){ .bytes = bytes, .sequence = header.sequence, .used = header.used };
	chunk_try(&chunk, &control);
	events_try(bytes, &control);
	slot_try(bytes + sizeof(header), &control);
	return 0;
}
