/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "trace/capture.h"
#include "trace/chunk.h"
#include "util/macro.h"

/* A chunk as the kernel side fills it. */
typedef struct TestChunk {
	struct ChunkHeader header;
	char records[CHUNK_SIZE - sizeof(struct ChunkHeader)];
} __attribute__((aligned(8))) TestChunk;

_Static_assert(sizeof(TestChunk) == CHUNK_SIZE, "a chunk");

static void chunk_start(TestChunk *chunk, uint64_t sequence)
{
	uint64_t overwritten = chunk->header.overwritten + chunk->header.records;

	memset(chunk, 0, sizeof(*chunk));
	chunk->header = (struct ChunkHeader){
		.sequence = sequence, .used = sizeof(chunk->header), .overwritten = overwritten,
	};
}

static void chunk_write_call(TestChunk *chunk, const Call *call)
{
	_cleanup_text_ Text t = {};

	call_put_record(&t, call, NULL);
	memcpy((char *) chunk + chunk->header.used, t.data, t.size);
	chunk->header.used += (uint32_t) t.size;
	chunk->header.newest = call_end(call);
	chunk->header.records++;
}

static void chunk_write(TestChunk *chunk, uint32_t tid, uint64_t start, uint64_t end, const char *comm)
{
	Call call = { .nr = 1, .tid = tid, .pid = 1, .start = start, .duration = end - start, .comm = comm,
		      .n_args = 2, .args = { tid, start } };

	chunk_write_call(chunk, &call);
}

/* As chunk_write() of who has no durations: the thread's previous call ended at @after. */
static void chunk_write_end(TestChunk *chunk, uint32_t tid, uint64_t after, uint64_t end)
{
	Call call = { .nr = 1, .tid = tid, .pid = 1, .flags = RECORD_NO_DURATION, .start = after, .duration = end - after };

	chunk_write_call(chunk, &call);
}

static void take(ChunkCursor *c, const TestChunk *chunk, const ChunkSpan *span, CallList *list)
{
	ChunkView view = { .bytes = chunk, .sequence = chunk->header.sequence, .used = chunk->header.used };

	chunk_take(c, &view, span, list);
}

/* The list in its order as "comm:tid:start-end ", with a ! for what is unfinished, and "event:tid:time ", and uring likewise. */
static const char *list_show(CallList *list)
{
	static char shown[1024];
	_cleanup_text_ Text records = {}, t = {};
	size_t at = 0;
	Item item;
	int n;

	if (call_list_sort(list) < 0)
		return "no memory";
	call_list_put(list, &records);
	while ((n = record_parse(text_string(&records) + at, records.size - at, &item)) > 0) {
		if (item.kind == ITEM_EVENT)
			text_printf(&t, "event:%u:%llu ", item.event->tid, (unsigned long long) item.event->time);
		else if (item.kind == ITEM_URING)
			text_printf(&t, "uring:%u:%llu ", item.uring->tid, (unsigned long long) item.uring->time);
		else
			text_printf(&t, "%.16s:%u:%llu-%llu%s ", item.call.comm ?: "?", item.call.tid,
				    (unsigned long long) item.call.start, (unsigned long long) call_end(&item.call),
				    item.call.flags & RECORD_UNFINISHED ? "!" : "");
		at += (size_t) n;
	}
	(void) snprintf(shown, sizeof(shown), "%s", n < 0 ? "malformed" : text_string(&t));
	call_list_clear(list);
	return shown;
}

static const ChunkSpan everything = { .cut = UINT64_MAX };

TEST(calls_carry_the_name_of_their_thread_until_it_changes)
{
	_cleanup_call_list_ CallList list = {};
	ChunkCursor c = {};
	TestChunk chunk = {};

	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, 10, 11, "seven");
	chunk_write(&chunk, 8, 12, 13, "sixteen-bytes-xx");
	chunk_write(&chunk, 7, 14, 15, NULL);
	chunk_write(&chunk, 8, 16, 17, NULL);
	chunk_write(&chunk, 7, 18, 19, "renamed");
	chunk_write(&chunk, 7, 20, 21, NULL);
	chunk_write(&chunk, 9, 22, 23, NULL);
	take(&c, &chunk, &everything, &list);
	CHECK_STRING(list_show(&list), "seven:7:10-11 sixteen-bytes-xx:8:12-13 seven:7:14-15 sixteen-bytes-xx:8:16-17 "
				       "renamed:7:18-19 renamed:7:20-21 ?:9:22-23 ");
}

TEST(names_survive_between_two_looks_but_not_recycling)
{
	_cleanup_call_list_ CallList list = {};
	ChunkCursor c = {};
	TestChunk chunk = {};

	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, 10, 11, "seven");
	take(&c, &chunk, &everything, &list);
	CHECK_STRING(list_show(&list), "seven:7:10-11 ");
	take(&c, &chunk, &everything, &list);
	CHECK_STRING(list_show(&list), "");
	chunk_write(&chunk, 7, 12, 13, NULL);
	take(&c, &chunk, &everything, &list);
	CHECK_STRING(list_show(&list), "seven:7:12-13 ");
	chunk_start(&chunk, 2);
	chunk_write(&chunk, 7, 14, 15, NULL);
	take(&c, &chunk, &everything, &list);
	CHECK_STRING(list_show(&list), "?:7:14-15 ");
}

/* Tids far apart, so that some meet in the table of names. */
static uint32_t scattered_tid(unsigned n)
{
	return n * n * 7919 + 1;
}

TEST(a_hundred_threads_in_a_chunk_keep_their_names)
{
	_cleanup_call_list_ CallList list = {};
	_cleanup_text_ Text t = {};
	TestChunk chunk = {};
	ChunkCursor c = {};
	Item item;

	chunk_start(&chunk, 1);
	for (unsigned n = 0; n < 200; n++) {
		char comm[] = { (char) ('a' + n % 26), '\0' };

		chunk_write(&chunk, scattered_tid(n % 100), 1, 2, n < 100 ? comm : NULL);
	}
	take(&c, &chunk, &everything, &list);
	CHECK_INT(list.n, 200);
	CHECK_INT(call_list_sort(&list), 0);
	call_list_put(&list, &t);
	for (size_t at = 0, n = 0; at < t.size; n++) {
		int k = record_parse(t.data + at, t.size - at, &item);

		CHECK(k > 0 && item.call.comm && item.call.comm[0] == (char) ('a' + n % 100 % 26));
		at += (size_t) k;
	}
}

TEST(what_ended_after_the_cut_waits_for_the_next_look)
{
	_cleanup_call_list_ CallList list = {};
	ChunkCursor c = {};
	TestChunk chunk = {};

	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, 10, 20, "a");
	chunk_write(&chunk, 8, 15, 30, "b");
	take(&c, &chunk, &(ChunkSpan){ .cut = 20 }, &list);
	CHECK_STRING(list_show(&list), "a:7:10-20 ");
	CHECK_INT(c.taken, 1);
	take(&c, &chunk, &(ChunkSpan){ .cut = 29 }, &list);
	CHECK_STRING(list_show(&list), "");
	take(&c, &chunk, &(ChunkSpan){ .cut = 30 }, &list);
	CHECK_STRING(list_show(&list), "b:8:15-30 ");
	CHECK_INT(c.taken, 2);
}

TEST(what_was_in_flight_at_the_cut_is_shown_so_in_the_last_look)
{
	_cleanup_call_list_ CallList list = {};
	ChunkCursor c = {};
	TestChunk chunk = {};

	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, 10, 20, "a");
	chunk_write(&chunk, 8, 15, 30, "b");
	chunk_write(&chunk, 7, 26, 31, NULL);
	take(&c, &chunk, &(ChunkSpan){ .cut = 25, .last_look = true }, &list);
	CHECK_INT(c.taken, 1);
	CHECK_STRING(list_show(&list), "a:7:10-20 b:8:15-25! ");
}

TEST(what_ended_by_the_horizon_is_left_out)
{
	_cleanup_call_list_ CallList list = {};
	ChunkCursor c = {};
	TestChunk chunk = {};

	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, 10, 20, "a");
	chunk_write(&chunk, 7, 21, 22, NULL);
	take(&c, &chunk, &(ChunkSpan){ .horizon = 20, .cut = 30 }, &list);
	CHECK_STRING(list_show(&list), "a:7:21-22 ");
	CHECK_INT(c.taken, 2);
}

TEST(a_malformed_record_hides_the_rest_of_its_chunk_alone)
{
	_cleanup_call_list_ CallList list = {};
	ChunkCursor c = {};
	TestChunk chunk = {};
	uint32_t bad;

	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, 10, 11, "a");
	bad = chunk.header.used;
	chunk_write(&chunk, 7, 12, 13, NULL);
	chunk_write(&chunk, 7, 14, 15, NULL);
	((struct CallRecord *) ((char *) &chunk + bad))->n_memory = 2;
	take(&c, &chunk, &everything, &list);
	CHECK_INT(list.damaged, 1);
	CHECK_STRING(list_show(&list), "a:7:10-11 ");
	chunk_write(&chunk, 7, 16, 17, NULL);
	take(&c, &chunk, &everything, &list);
	CHECK_INT(list.damaged, 0);
	CHECK_STRING(list_show(&list), "");
	chunk_start(&chunk, 2);
	chunk_write(&chunk, 7, 18, 19, "a");
	CHECK_INT(chunk_cursor_gap(&c, &chunk.header), 3);
	take(&c, &chunk, &everything, &list);
	CHECK_STRING(list_show(&list), "a:7:18-19 ");
}

TEST(an_event_a_wrapping_time_and_a_false_use_are_malformed)
{
	_cleanup_call_list_ CallList list = {};
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_FORK },
	};
	TestChunk chunk = {};
	ChunkCursor c = {};

	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, UINT64_MAX, 3, "a");
	take(&c, &chunk, &everything, &list);
	CHECK_INT(list.damaged, 1);
	chunk_start(&chunk, 2);
	memcpy(chunk.records, &event, sizeof(event));
	chunk.header.used += (uint32_t) sizeof(event);
	take(&c, &chunk, &everything, &list);
	CHECK_INT(list.damaged, 2);
	chunk_start(&chunk, 3);
	chunk_write(&chunk, 7, 1, 2, "a");
	chunk.header.used = CHUNK_SIZE + 8;
	take(&c, &chunk, &everything, &list);
	CHECK_INT(list.damaged, 3);
	chunk_start(&chunk, 4);
	chunk_write(&chunk, 7, 1, 2, "a");
	chunk.header.used = 8;
	take(&c, &chunk, &everything, &list);
	CHECK_INT(list.damaged, 4);
	CHECK_STRING(list_show(&list), "");
}

static void signal_write(TestChunk *chunk, uint32_t tid, uint64_t time, enum SignalState state, uint64_t since)
{
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_SIGNAL,
			    .flags = RECORD_AMONG_CALLS },
		.tid = tid, .pid = tid, .time = time, .signal = 15, .info = { .state = state, .since = since },
	};

	memcpy((char *) chunk + chunk->header.used, &event, sizeof(event));
	chunk->header.used += (uint32_t) sizeof(event);
	chunk->header.newest = time;
	chunk->header.records++;
}

TEST(signals_are_taken_as_the_calls_around_them)
{
	_cleanup_call_list_ CallList list = {};
	TestChunk chunk = {};
	ChunkCursor c = {};

	chunk_start(&chunk, 1);
	signal_write(&chunk, 7, 5, SIGNAL_DELIVERED, 0);
	chunk_write(&chunk, 7, 10, 11, "a");
	signal_write(&chunk, 7, 12, SIGNAL_DELIVERED, 0);
	signal_write(&chunk, 7, 20, SIGNAL_DELIVERED, 0);
	take(&c, &chunk, &(ChunkSpan){ .horizon = 5, .cut = 12 }, &list);
	CHECK_INT(list.counted, 2);
	CHECK_STRING(list_show(&list), "a:7:10-11 event:7:12 ");
	take(&c, &chunk, &(ChunkSpan){ .horizon = 5, .cut = 30 }, &list);
	CHECK_STRING(list_show(&list), "event:7:20 ");
	CHECK_INT(c.taken, 4);
}

TEST(what_io_uring_did_is_taken_as_the_calls_around_it)
{
	_cleanup_call_list_ CallList list = {};
	struct UringRecord uring = {
		.header = { .size = sizeof(uring), .kind = RECORD_URING, .count = URING_SUBMIT }, .tid = 7, .time = 12,
	};
	TestChunk chunk = {};
	ChunkCursor c = {};

	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, 10, 11, "a");
	memcpy((char *) &chunk + chunk.header.used, &uring, sizeof(uring));
	chunk.header.used += (uint32_t) sizeof(uring);
	chunk_write(&chunk, 7, 9, 13, NULL);
	take(&c, &chunk, &(ChunkSpan){ .cut = 11 }, &list);
	CHECK_STRING(list_show(&list), "a:7:10-11 ");
	take(&c, &chunk, &everything, &list);
	CHECK_INT(list.counted, 2);
	CHECK_STRING(list_show(&list), "a:7:9-13 uring:7:12 ");
}

TEST(a_signal_that_was_pending_is_shown_once_when_it_is_delivered)
{
	_cleanup_call_list_ CallList list = {};
	TestChunk chunk = {};
	ChunkCursor c = {};

	chunk_start(&chunk, 1);
	signal_write(&chunk, 7, 5, SIGNAL_PENDING, 0);
	signal_write(&chunk, 8, 5, SIGNAL_PENDING, 0);
	signal_write(&chunk, 9, 6, SIGNAL_PENDING, 0);
	signal_write(&chunk, 7, 12, SIGNAL_DELIVERED, 5);
	signal_write(&chunk, 9, 13, SIGNAL_DELIVERED, 7);
	take(&c, &chunk, &everything, &list);
	CHECK_INT(list.counted, 5);
	CHECK_STRING(list_show(&list), "event:8:5 event:9:6 event:7:12 event:9:13 ");
}

TEST(every_cut_of_a_chunk_yields_whole_calls)
{
	_cleanup_call_list_ CallList list = {};
	TestChunk chunk = {};
	uint32_t used, first;

	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, 10, 11, "a");
	first = chunk.header.used;
	chunk_write(&chunk, 7, 12, 13, NULL);
	used = chunk.header.used;
	for (uint32_t n = sizeof(chunk.header); n < used; n++) {
		ChunkCursor c = {};

		chunk.header.used = n;
		take(&c, &chunk, &everything, &list);
		CHECK_INT(list.damaged, n != first && n != sizeof(chunk.header));
		CHECK_STRING(list_show(&list), n >= first ? "a:7:10-11 " : "");
	}
}

TEST(what_was_overwritten_before_it_was_taken_is_told_once)
{
	_cleanup_call_list_ CallList list = {};
	ChunkCursor c = {};
	TestChunk chunk = {};

	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, 1, 2, "a");
	chunk_start(&chunk, 2);
	CHECK_INT(chunk_cursor_gap(&c, &chunk.header), 1);
	chunk_write(&chunk, 7, 3, 4, "a");
	take(&c, &chunk, &everything, &list);
	chunk_write(&chunk, 7, 5, 6, NULL);
	CHECK_INT(chunk_cursor_gap(&c, &chunk.header), 0);
	chunk_start(&chunk, 3);
	chunk_write(&chunk, 7, 7, 8, NULL);
	chunk_start(&chunk, 4);
	CHECK_INT(chunk_cursor_gap(&c, &chunk.header), 2);
	CHECK_INT(chunk_cursor_gap(&c, &chunk.header), 0);
}

TEST(chunks_of_several_cpus_come_out_by_start_time)
{
	_cleanup_call_list_ CallList list = {};
	TestChunk chunk = {};

	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, 1000000, 1000001, "a");
	chunk_write(&chunk, 8, 10, 1000002, "long");
	take(&(ChunkCursor){}, &chunk, &everything, &list);
	chunk_start(&chunk, 2);
	chunk_write(&chunk, 9, 5, 6, "b");
	chunk_write(&chunk, 9, 6, 7, NULL);
	chunk_write(&chunk, 9, 1000000, 1000003, NULL);
	take(&(ChunkCursor){}, &chunk, &everything, &list);
	CHECK_STRING(list_show(&list), "b:9:5-6 b:9:6-7 long:8:10-1000002 a:7:1000000-1000001 b:9:1000000-1000003 ");
}

TEST(times_far_apart_are_sorted_by_all_their_digits)
{
	_cleanup_call_list_ CallList list = {};
	uint64_t seed = 1, last = 0;
	_cleanup_text_ Text t = {};
	Item item;

	for (unsigned i = 0; i < 5000; i++) {
		Call call = { .start = seed >> (i % 60) };

		call_list_add(&list, &call);
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	}
	CHECK_INT(call_list_sort(&list), 0);
	call_list_put(&list, &t);
	for (size_t at = 0; at < t.size; at += sizeof(struct CallRecord)) {
		CHECK(record_parse(t.data + at, t.size - at, &item) > 0);
		CHECK(item.call.start >= last);
		last = item.call.start;
	}
	CHECK_INT(t.size, 5000 * sizeof(struct CallRecord));
}

static struct Slot slot_in_connect(void)
{
	return (struct Slot){
		.sequence = 4, .in_flight = 1, .ring = 1, .tid = 7, .pid = 5, .nr = 42, .n_args = 3, .n_memory = 1,
		.start = 100, .args = { 3, 0x1000, 16 }, .comm = "psql",
		.memory = { { .record = { .arg = 1, .captured = 16, .requested = 16 }, .bytes = "\x02\x00\x15\x38" } },
	};
}

TEST(a_call_killed_in_connect_keeps_its_address)
{
	_cleanup_call_list_ CallList list = {};
	struct Slot slot = slot_in_connect();
	_cleanup_text_ Text t = {};
	Item item;

	CHECK_INT(slot_take(&slot, 130, &list), 1);
	call_list_put(&list, &t);
	CHECK_INT(record_parse(t.data, t.size, &item), t.size);
	CHECK_INT(item.call.flags & RECORD_UNFINISHED, RECORD_UNFINISHED);
	CHECK_INT(item.call.duration, 30);
	CHECK_INT(item.call.nr, 42);
	CHECK_STRING(item.call.comm, "psql");
	CHECK(call_memory(&item.call, 1));
	CHECK_INT(call_memory(&item.call, 1)->captured, 16);
	CHECK_INT(memcmp(call_memory(&item.call, 1)->bytes, slot.memory[0].bytes, 16), 0);
}

TEST(calls_without_durations_are_in_the_order_of_their_ends)
{
	_cleanup_call_list_ CallList list = {};
	ChunkCursor a = {}, b = {};
	TestChunk first = {}, second = {};

	chunk_start(&first, 1);
	chunk_start(&second, 2);
	chunk_write_end(&first, 7, 10, 20);
	chunk_write_end(&first, 7, 20, 50);
	chunk_write_end(&second, 8, 5, 30);
	chunk_write_end(&second, 8, 30, 40);
	take(&a, &first, &(ChunkSpan){ .cut = 60, .horizon = 20 }, &list);
	take(&b, &second, &(ChunkSpan){ .cut = 60, .horizon = 20 }, &list);
	CHECK_STRING(list_show(&list), "?:8:5-30 ?:8:30-40 ?:7:20-50 ");
}

/* From its slot and from the chunk that got it a moment later. */
TEST(a_call_without_duration_is_in_flight_once)
{
	_cleanup_call_list_ CallList list = {};
	struct Slot slot = slot_in_connect();
	ChunkCursor c = {};
	TestChunk chunk = {};

	slot.nr = 1;
	slot.flags = RECORD_NO_DURATION;
	CHECK_INT(slot_take(&slot, 130, &list), 1);
	chunk_start(&chunk, 1);
	chunk_write_end(&chunk, 7, 90, 100);
	chunk_write_end(&chunk, 8, 80, 120);
	chunk_write_end(&chunk, 7, 100, 140);
	chunk_write_end(&chunk, 7, 140, 150);
	take(&c, &chunk, &(ChunkSpan){ .cut = 130, .last_look = true }, &list);
	CHECK_STRING(list_show(&list), "?:7:90-100 ?:8:80-120 psql:7:100-130! ");
}

TEST(pieces_join_a_call_without_duration)
{
	static const char rest[] = "directory";
	Call call = { .nr = 2, .tid = 7, .pid = 7, .flags = RECORD_NO_DURATION, .start = 100, .duration = 30, .n_memory = 1,
		      .memory = { { .captured = 1, .status = MEMORY_CONTINUED, .bytes = (const uint8_t *) "/" } } };
	char bytes[sizeof(struct PieceRecord) + 16] __attribute__((aligned(8))) = {};
	struct PieceRecord *piece = (struct PieceRecord *) bytes;
	_cleanup_call_list_ CallList list = {};
	_cleanup_text_ Text t = {};
	Item item;

	*piece = (struct PieceRecord){ .header = { .kind = RECORD_PIECE, .size = sizeof(bytes) }, .tid = 7, .pid = 7,
				       .start = 100, .offset = 1, .captured = sizeof(rest) - 1 };
	memcpy(piece + 1, rest, sizeof(rest) - 1);
	call_list_add_piece(&list, piece);
	call_list_add(&list, &call);
	CHECK_INT(call_list_sort(&list), 0);
	call_list_put(&list, &t);
	CHECK_INT(record_parse(t.data, t.size, &item), t.size);
	CHECK_INT(call_memory(&item.call, 0)->captured, sizeof(rest));
	CHECK_INT(call_memory(&item.call, 0)->status, MEMORY_WHOLE);
}

TEST(a_thread_in_no_call_or_in_a_later_one_is_left_out)
{
	_cleanup_call_list_ CallList list = {};
	struct Slot slot = slot_in_connect();

	CHECK_INT(slot_take(&slot, 99, &list), 0);
	slot.in_flight = 0;
	CHECK_INT(slot_take(&slot, 130, &list), 0);
	CHECK_INT(list.n, 0);
}

TEST(a_malformed_slot_is_refused)
{
	_cleanup_call_list_ CallList list = {};
	struct Slot slot = slot_in_connect();

	slot.n_args = CALL_ARGS_MAX + 1;
	CHECK_INT(slot_take(&slot, 130, &list), -EBADMSG);
	slot = slot_in_connect();
	slot.n_memory = SLOT_MEMORY_MAX + 1;
	CHECK_INT(slot_take(&slot, 130, &list), -EBADMSG);
	slot = slot_in_connect();
	slot.memory[0].record.captured = STRING_MAX + 1;
	CHECK_INT(slot_take(&slot, 130, &list), -EBADMSG);
	slot = slot_in_connect();
	slot.memory[0].record.arg = CALL_ARGS_MAX;
	CHECK_INT(slot_take(&slot, 130, &list), -EBADMSG);
	slot = slot_in_connect();
	slot.memory[0].record.status = 9;
	CHECK_INT(slot_take(&slot, 130, &list), -EBADMSG);
	CHECK_INT(list.n, 0);
}

TEST(a_call_seen_in_its_slot_and_in_a_chunk_is_shown_once)
{
	_cleanup_call_list_ CallList list = {};
	struct Slot slot = slot_in_connect();
	TestChunk chunk = {};

	slot.nr = 1;
	CHECK_INT(slot_take(&slot, 130, &list), 1);
	slot.tid = 8;
	CHECK_INT(slot_take(&slot, 130, &list), 1);
	chunk_start(&chunk, 1);
	chunk_write(&chunk, 6, 90, 110, "x");
	chunk_write(&chunk, 7, 100, 140, "psql");
	take(&(ChunkCursor){}, &chunk, &(ChunkSpan){ .cut = 130, .last_look = true }, &list);
	CHECK_STRING(list_show(&list), "x:6:90-110 psql:7:100-130! psql:8:100-130! ");
}

typedef struct TestEvents {
	struct EventSlot slots[1 + EVENT_SLOTS];
	uint64_t head;
} TestEvents;

static void event_write(TestEvents *events, uint32_t tid, uint64_t time)
{
	uint64_t n = events->head++;

	events->slots[1 + n % EVENT_SLOTS] = (struct EventSlot){
		.sequence = n + 1,
		.record = { .header = { .size = sizeof(struct EventRecord), .kind = RECORD_EVENT, .count = EVENT_FORK },
			    .tid = tid, .time = time },
	};
}

static void take_events(EventCursor *c, const TestEvents *events, const ChunkSpan *span, CallList *list)
{
	EventView view = { .bytes = events->slots, .head = events->head, .head_after = events->head };

	events_take(c, &view, span, list);
}

TEST(events_are_taken_once_and_sorted_among_the_calls)
{
	_cleanup_call_list_ CallList list = {};
	TestEvents events = {};
	TestChunk chunk = {};
	EventCursor c = {};

	event_write(&events, 7, 10);
	event_write(&events, 8, 30);
	chunk_start(&chunk, 1);
	chunk_write(&chunk, 7, 20, 21, "a");
	take(&(ChunkCursor){}, &chunk, &everything, &list);
	take_events(&c, &events, &everything, &list);
	CHECK_STRING(list_show(&list), "event:7:10 a:7:20-21 event:8:30 ");
	take_events(&c, &events, &everything, &list);
	CHECK_STRING(list_show(&list), "");
	CHECK_INT(c.lost, 0);
}

TEST(events_after_the_cut_wait_for_the_next_look)
{
	_cleanup_call_list_ CallList list = {};
	TestEvents events = {};
	EventCursor c = {};

	event_write(&events, 7, 10);
	event_write(&events, 8, 30);
	take_events(&c, &events, &(ChunkSpan){ .cut = 29 }, &list);
	CHECK_STRING(list_show(&list), "event:7:10 ");
	take_events(&c, &events, &(ChunkSpan){ .cut = 30 }, &list);
	CHECK_STRING(list_show(&list), "event:8:30 ");
}

TEST(an_event_not_yet_written_is_waited_for_but_in_the_last_look)
{
	_cleanup_call_list_ CallList list = {};
	TestEvents events = {};
	EventCursor follower = {}, last = {};

	event_write(&events, 7, 10);
	events.slots[1].sequence = 0;
	event_write(&events, 8, 30);
	take_events(&follower, &events, &everything, &list);
	CHECK_STRING(list_show(&list), "");
	take_events(&last, &events, &(ChunkSpan){ .cut = 99, .last_look = true }, &list);
	CHECK_STRING(list_show(&list), "event:8:30 ");
	events.slots[1].sequence = 1;
	take_events(&follower, &events, &everything, &list);
	CHECK_STRING(list_show(&list), "event:7:10 event:8:30 ");
	CHECK_INT(follower.lost + last.lost, 0);
}

TEST(an_event_whose_slot_another_writer_has_found_claimed_is_lost)
{
	_cleanup_call_list_ CallList list = {};
	TestEvents events = {};
	EventCursor c = {};

	event_write(&events, 7, 10);
	event_write(&events, 8, 30);
	events.slots[1].sequence = EVENT_CLAIMED | 0;
	take_events(&c, &events, &everything, &list);
	CHECK_STRING(list_show(&list), "");
	events.slots[1].sequence = EVENT_SPOILT;
	take_events(&c, &events, &everything, &list);
	CHECK_STRING(list_show(&list), "event:8:30 ");
	CHECK_INT(c.lost, 1);
}

TEST(overwritten_torn_and_malformed_events_are_counted)
{
	_cleanup_call_list_ CallList list = {};
	TestEvents events = {};
	EventCursor c = {};
	EventView view;

	for (unsigned i = 0; i < EVENT_SLOTS + 3; i++)
		event_write(&events, i, i);
	/* Two more were claimed while the copy was made: slots of events 3 and 4 may be torn. */
	view = (EventView){ .bytes = events.slots, .head = events.head, .head_after = events.head + 2 };
	events.slots[1 + 6].record.header.count = 99;
	events.slots[1 + 7].sequence += EVENT_SLOTS;
	events_take(&c, &view, &everything, &list);
	CHECK_INT(c.lost, 3 + 2 + 1 + 1);
	CHECK_INT(list.n, EVENT_SLOTS - 2 - 1 - 1);
	CHECK_INT(c.next, events.head);
}

int main(void)
{
	RUN(calls_carry_the_name_of_their_thread_until_it_changes);
	RUN(names_survive_between_two_looks_but_not_recycling);
	RUN(a_hundred_threads_in_a_chunk_keep_their_names);
	RUN(what_ended_after_the_cut_waits_for_the_next_look);
	RUN(what_was_in_flight_at_the_cut_is_shown_so_in_the_last_look);
	RUN(what_ended_by_the_horizon_is_left_out);
	RUN(a_malformed_record_hides_the_rest_of_its_chunk_alone);
	RUN(an_event_a_wrapping_time_and_a_false_use_are_malformed);
	RUN(signals_are_taken_as_the_calls_around_them);
	RUN(what_io_uring_did_is_taken_as_the_calls_around_it);
	RUN(a_signal_that_was_pending_is_shown_once_when_it_is_delivered);
	RUN(every_cut_of_a_chunk_yields_whole_calls);
	RUN(what_was_overwritten_before_it_was_taken_is_told_once);
	RUN(chunks_of_several_cpus_come_out_by_start_time);
	RUN(times_far_apart_are_sorted_by_all_their_digits);
	RUN(a_call_killed_in_connect_keeps_its_address);
	RUN(calls_without_durations_are_in_the_order_of_their_ends);
	RUN(a_call_without_duration_is_in_flight_once);
	RUN(pieces_join_a_call_without_duration);
	RUN(a_thread_in_no_call_or_in_a_later_one_is_left_out);
	RUN(a_malformed_slot_is_refused);
	RUN(a_call_seen_in_its_slot_and_in_a_chunk_is_shown_once);
	RUN(events_are_taken_once_and_sorted_among_the_calls);
	RUN(events_after_the_cut_wait_for_the_next_look);
	RUN(an_event_not_yet_written_is_waited_for_but_in_the_last_look);
	RUN(an_event_whose_slot_another_writer_has_found_claimed_is_lost);
	RUN(overwritten_torn_and_malformed_events_are_counted);
	return test_done();
}
