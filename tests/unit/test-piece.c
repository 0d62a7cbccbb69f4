/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "trace/capture.h"
#include "trace/chunk.h"
#include "trace/piece.h"
#include "util/macro.h"

#define NR_EXECVE 59

typedef struct TestPiece {
	struct PieceRecord record;
	char bytes[64];
} TestPiece;

/* A piece of thread 7's call at 10: @bytes at @offset of argument 1. */
static TestPiece piece(uint32_t offset, const char *bytes, enum MemoryStatus status)
{
	TestPiece p = {
		.record = {
			.header = { .kind = RECORD_PIECE, .count = 1, .flags = (uint16_t) status },
			.tid = 7, .pid = 5, .start = 10, .offset = (uint16_t) offset,
			.captured = (uint16_t) strlen(bytes),
		},
	};

	p.record.header.size = (uint16_t) (sizeof(p.record) + ALIGN8(strlen(bytes)));
	memcpy(p.bytes, bytes, strlen(bytes));
	return p;
}

static void add(Pieces *pieces, TestPiece p)
{
	pieces_add(pieces, &p.record);
}

/* What is joined with "abc" of thread @tid's call at 10, with "..." if it is cut. */
static const char *joined(Pieces *pieces, uint32_t tid)
{
	static char shown[128];
	CallMemory inside = { .arg = 1, .captured = 3, .bytes = (const uint8_t *) "abc" };
	_cleanup_text_ Text t = {};
	enum MemoryStatus status;

	if (pieces_sort(pieces) < 0)
		return "no memory";
	status = pieces_join(pieces, &(PieceKey){ .start = 10, .tid = tid, .arg = 1 }, &inside, &t);
	(void) snprintf(shown, sizeof(shown), "%s%s", text_string(&t), status == MEMORY_WHOLE ? "" : "...");
	return shown;
}

TEST(pieces_are_joined_in_their_order_whatever_that_of_their_coming)
{
	Pieces p = {};

	add(&p, piece(6, "ghi", MEMORY_WHOLE));
	add(&p, piece(3, "def", MEMORY_CONTINUED));
	CHECK_STRING(joined(&p, 7), "abcdefghi");
	pieces_done(&p);
}

TEST(a_missing_piece_is_a_cut)
{
	Pieces p = {};

	CHECK_STRING(joined(&p, 7), "abc...");
	add(&p, piece(6, "ghi", MEMORY_WHOLE));
	CHECK_STRING(joined(&p, 7), "abc...");
	pieces_done(&p);
	add(&p, piece(3, "def", MEMORY_CONTINUED));
	CHECK_STRING(joined(&p, 7), "abcdef...");
	pieces_done(&p);
	add(&p, piece(3, "def", MEMORY_TRUNCATED));
	CHECK_STRING(joined(&p, 7), "abcdef...");
	pieces_done(&p);
}

TEST(doubled_and_overlapping_pieces_count_once)
{
	Pieces p = {};

	add(&p, piece(3, "def", MEMORY_CONTINUED));
	add(&p, piece(0, "abcde", MEMORY_CONTINUED)); /* read again from its start */
	add(&p, piece(3, "def", MEMORY_CONTINUED));
	add(&p, piece(5, "fghi", MEMORY_CONTINUED));
	add(&p, piece(9, "", MEMORY_WHOLE));
	CHECK_STRING(joined(&p, 7), "abcdefghi");
	pieces_done(&p);
}

TEST(pieces_of_others_are_left_alone)
{
	Pieces p = {};
	TestPiece of_argument = piece(3, "arg", MEMORY_WHOLE), of_thread = piece(3, "tid", MEMORY_WHOLE);
	TestPiece of_call = piece(3, "now", MEMORY_WHOLE);

	of_argument.record.header.count = 2;
	of_thread.record.tid = 8;
	of_call.record.start = 11;
	add(&p, of_argument);
	add(&p, of_thread);
	add(&p, of_call);
	CHECK_STRING(joined(&p, 7), "abc...");
	add(&p, piece(3, "def", MEMORY_WHOLE));
	CHECK_STRING(joined(&p, 7), "abcdef");
	pieces_done(&p);
}

TEST(a_thread_that_exec_has_made_the_leader_finds_its_pieces)
{
	Pieces p = {};

	add(&p, piece(3, "def", MEMORY_WHOLE));
	CHECK_STRING(joined(&p, 5), "abcdef");
	pieces_done(&p);
}

TEST(what_is_no_whole_piece_is_refused)
{
	const struct PieceRecord *found;
	TestPiece p = piece(3, "def", MEMORY_WHOLE);

	CHECK_INT(piece_parse(&p, sizeof(p), &found), 40);
	CHECK(found == &p.record);
	CHECK_INT(piece_parse(&p, 0, &found), 0);
	for (size_t n = sizeof(struct RecordHeader); n < 40; n++)
		CHECK_INT(piece_parse(&p, n, &found), -EBADMSG);
	p.record.header.kind = RECORD_CALL;
	CHECK_INT(piece_parse(&p, sizeof(p), &found), 0);
	p = piece(3, "def", MEMORY_WHOLE);
	p.record.captured = 9;
	CHECK_INT(piece_parse(&p, sizeof(p), &found), -EBADMSG);
	p = piece(MEMORY_SIZE_MAX - 2, "def", MEMORY_WHOLE);
	CHECK_INT(piece_parse(&p, sizeof(p), &found), -EBADMSG);
	p = piece(UINT32_MAX, "def", MEMORY_WHOLE);
	CHECK_INT(piece_parse(&p, sizeof(p), &found), -EBADMSG);
	p = piece(3, "def", _MEMORY_STATUS_MAX);
	CHECK_INT(piece_parse(&p, sizeof(p), &found), -EBADMSG);
	p = piece(3, "def", MEMORY_WHOLE);
	p.record.header.count = _MEMORY_OF_MAX;
	CHECK_INT(piece_parse(&p, sizeof(p), &found), -EBADMSG);
}

TEST(pieces_wait_for_their_call_and_go_with_it)
{
	Pieces p = {};

	add(&p, piece(3, "def", MEMORY_WHOLE));
	CHECK_INT(pieces_sort(&p), 0);
	pieces_forget(&p);
	CHECK_STRING(joined(&p, 7), "abcdef");
	pieces_forget(&p);
	CHECK_INT(p.records.size, 0);
	CHECK_STRING(joined(&p, 7), "abc...");
	pieces_done(&p);
}

TEST(of_too_many_that_wait_the_oldest_go)
{
	Pieces p = {};

	for (uint64_t start = 1; start < 20000; start++) {
		TestPiece other = piece(0, "never joined", MEMORY_WHOLE);

		other.record.start = start == 10 ? 1 : start;
		add(&p, other);
	}
	add(&p, piece(3, "def", MEMORY_WHOLE));
	CHECK_INT(pieces_sort(&p), 0);
	pieces_forget(&p);
	CHECK(p.records.size <= PIECES_WAITING_MAX);
	CHECK(p.records.size > PIECES_WAITING_MAX / 2);
	CHECK_STRING(joined(&p, 7), "abc...");
	pieces_done(&p);
}

/* From chunks, with a list in between. */

typedef struct TestChunk {
	struct ChunkHeader header;
	char records[CHUNK_SIZE - sizeof(struct ChunkHeader)];
} __attribute__((aligned(8))) TestChunk;

static void chunk_put(TestChunk *chunk, const void *record, size_t size)
{
	if (chunk->header.used == 0)
		chunk->header = (struct ChunkHeader){ .sequence = 1, .used = sizeof(chunk->header) };
	memcpy((char *) chunk + chunk->header.used, record, size);
	chunk->header.used += (uint32_t) size;
}

static void chunk_put_piece(TestChunk *chunk, TestPiece p)
{
	chunk_put(chunk, &p, p.record.header.size);
}

/* An execve of thread 7 from 10 to @end, with "abc" of its second argument. */
static void chunk_put_call(TestChunk *chunk, uint64_t end)
{
	_cleanup_text_ Text t = {};

	call_put_record(&t, &(Call){
		.nr = NR_EXECVE, .tid = 7, .pid = 5, .start = 10, .duration = end - 10, .n_args = 3, .comm = "sh",
		.args = { 0x1000, 0x2000 }, .n_memory = 1,
		.memory = { { .arg = 1, .status = MEMORY_CONTINUED, .captured = 3, .bytes = (const uint8_t *) "abc" } },
	}, NULL);
	chunk_put(chunk, t.data, t.size);
	chunk->header.records++;
}

static void chunk_look(ChunkCursor *c, const TestChunk *chunk, const ChunkSpan *span, CallList *list)
{
	ChunkView view = { .bytes = chunk, .sequence = chunk->header.sequence, .used = chunk->header.used };

	chunk_take(c, &view, span, list);
}

/* The only record of the list, in @t. */
static bool list_item(CallList *list, Text *t, Item *ret)
{
	text_clear(t);
	if (call_list_sort(list) < 0 || list->n != 1)
		return false;
	call_list_put(list, t);
	call_list_clear(list);
	return record_parse(t->data, t->size, ret) == (int) t->size;
}

TEST(a_call_is_joined_with_pieces_of_another_chunk)
{
	static TestChunk mine, others;
	_cleanup_call_list_ CallList list = {};
	_cleanup_text_ Text t = {};
	ChunkCursor c = {}, d = {};
	Item item;

	chunk_put_call(&mine, 30);
	chunk_put_piece(&others, piece(3, "def", MEMORY_WHOLE));
	chunk_look(&c, &mine, &(ChunkSpan){ .cut = 100 }, &list);
	chunk_look(&d, &others, &(ChunkSpan){ .cut = 100 }, &list);
	CHECK_INT(c.taken, 1);
	CHECK_INT(d.taken, 0);
	CHECK(list_item(&list, &t, &item));
	CHECK_INT(item.call.memory[0].status, MEMORY_WHOLE);
	CHECK_INT(item.call.memory[0].captured, 6);
	CHECK_INT(memcmp(item.call.memory[0].bytes, "abcdef", 6), 0);
}

TEST(a_follower_keeps_pieces_until_their_call_returns)
{
	static TestChunk chunk;
	_cleanup_call_list_ CallList list = {};
	_cleanup_text_ Text t = {};
	ChunkCursor c = {};
	Item item;

	chunk_put_piece(&chunk, piece(3, "def", MEMORY_WHOLE));
	chunk_look(&c, &chunk, &(ChunkSpan){ .cut = 20 }, &list);
	CHECK_INT(call_list_sort(&list), 0);
	CHECK_INT(list.n, 0);
	call_list_clear(&list);
	chunk_put_call(&chunk, 30);
	chunk_look(&c, &chunk, &(ChunkSpan){ .cut = 20 }, &list);
	CHECK_INT(list.n, 0);
	chunk_look(&c, &chunk, &(ChunkSpan){ .cut = 40 }, &list);
	CHECK(list_item(&list, &t, &item));
	CHECK_INT(item.call.memory[0].captured, 6);
	CHECK_INT(item.call.memory[0].status, MEMORY_WHOLE);
}

TEST(what_is_in_flight_in_a_slot_is_joined)
{
	static TestChunk chunk;
	_cleanup_call_list_ CallList list = {};
	_cleanup_text_ Text t = {};
	ChunkCursor c = {};
	Item item;
	struct Slot slot = {
		.in_flight = 1, .ring = 1, .tid = 7, .pid = 5, .nr = NR_EXECVE, .n_args = 3, .n_memory = 2, .start = 10,
		.args = { 0x1000, 0x2000, 0x3000 },
		.memory = { { .record = { .captured = 4 }, .bytes = "/bin" },
			    { .record = { .arg = 1, .captured = 3, .status = MEMORY_CONTINUED }, .bytes = "abc" } },
	};

	chunk_put_piece(&chunk, piece(3, "def", MEMORY_WHOLE));
	CHECK_INT(slot_take(&slot, 20, &list), 1);
	chunk_look(&c, &chunk, &(ChunkSpan){ .cut = 20, .last_look = true }, &list);
	CHECK(list_item(&list, &t, &item));
	CHECK_INT(call_memory(&item.call, 0)->captured, 4);
	CHECK_INT(memcmp(call_memory(&item.call, 1)->bytes, "abcdef", 6), 0);
}

/* A piece that is not of argument 1, as above, but the memory @of. */
static TestPiece piece_of(unsigned of, const char *bytes)
{
	TestPiece p = piece(0, bytes, MEMORY_WHOLE);

	p.record.header.count = (uint8_t) of;
	p.record.requested = 77;
	return p;
}

TEST(memory_of_which_the_record_has_nothing_is_appended)
{
	static TestChunk chunk;
	_cleanup_call_list_ CallList list = {};
	_cleanup_text_ Text t = {};
	ChunkCursor c = {};
	const CallMemory *m;
	Item item;

	chunk_put_piece(&chunk, piece_of(MEMORY_PART(0, PART_DATA), "data"));
	chunk_put_piece(&chunk, piece_of(MEMORY_AFTER(1), "after"));
	chunk_put_piece(&chunk, piece_of(PIECE_ARGV, "of no call"));
	chunk_put_piece(&chunk, piece(3, "def", MEMORY_WHOLE));
	chunk_put_call(&chunk, 30);
	chunk_look(&c, &chunk, &(ChunkSpan){ .cut = 100 }, &list);
	CHECK(list_item(&list, &t, &item));
	CHECK_INT(item.call.n_memory, 3);
	CHECK_INT(memcmp(call_memory(&item.call, 1)->bytes, "abcdef", 6), 0);
	m = call_memory(&item.call, MEMORY_PART(0, PART_DATA));
	CHECK_INT(m->captured, 4);
	CHECK_INT(m->requested, 77);
	CHECK_INT(m->status, MEMORY_WHOLE);
	CHECK_INT(memcmp(call_memory(&item.call, MEMORY_AFTER(1))->bytes, "after", 5), 0);
}

TEST(memory_whose_beginning_is_missing_is_not_there)
{
	static TestChunk chunk;
	_cleanup_call_list_ CallList list = {};
	_cleanup_text_ Text t = {};
	ChunkCursor c = {};
	TestPiece end = piece_of(0, "end");
	Item item;

	end.record.offset = 3;
	chunk_put_piece(&chunk, end);
	chunk_put_call(&chunk, 30);
	chunk_look(&c, &chunk, &(ChunkSpan){ .cut = 100 }, &list);
	CHECK(list_item(&list, &t, &item));
	CHECK_INT(item.call.n_memory, 1);
	CHECK(!call_memory(&item.call, 0));
}

/* Eighty pieces with nearly a kilobyte each for as many memories, of which a record has room for some. */
TEST(a_record_takes_no_more_than_it_has_room_for)
{
	_cleanup_call_list_ CallList list = {};
	_cleanup_text_ Text t = {};
	union {
		struct PieceRecord record;
		uint8_t bytes[RECORD_SIZE_MAX];
	} p = { .record = { .header = { .size = RECORD_SIZE_MAX, .kind = RECORD_PIECE, .flags = MEMORY_CONTINUED },
			    .tid = 7, .pid = 7, .start = 10, .captured = PIECE_BYTES_MAX } };
	unsigned cut = 0;
	Item item;

	for (unsigned of = MEMORY_AFTER(0); of < _MEMORY_OF_MAX; of++)
		for (unsigned i = 0; i < PIECES_MAX; i++) {
			p.record.header.count = (uint8_t) of;
			p.record.offset = (uint16_t) (i * PIECE_BYTES_MAX);
			call_list_add_piece(&list, &p.record);
		}
	call_list_add(&list, &(Call){ .nr = NR_EXECVE, .tid = 7, .pid = 7, .start = 10 });
	CHECK(list_item(&list, &t, &item));
	CHECK_INT(item.call.n_memory, CALL_MEMORY_MAX);
	CHECK(t.size <= JOINED_SIZE_MAX);
	CHECK(t.size > JOINED_SIZE_MAX - 4 * RECORD_SIZE_MAX);
	for (unsigned i = 0; i < item.call.n_memory; i++)
		cut += item.call.memory[i].status == MEMORY_TRUNCATED;
	CHECK_INT(cut, CALL_MEMORY_MAX);
}

TEST(an_exec_gets_its_file_and_arguments)
{
	static TestChunk chunk;
	_cleanup_call_list_ CallList list = {};
	_cleanup_text_ Text t = {};
	ChunkCursor c = {};
	Item item;
	TestPiece file = piece(EVENT_TEXT_SIZE - 1, "/end", MEMORY_WHOLE), argv = piece(0, "sh", MEMORY_WHOLE);
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_EXEC },
		.tid = 5, .pid = 5, .time = 10, .text = "/a/path/of/forty-seven/bytes/that/is/cut/right/",
	};

	file.record.header.count = PIECE_FILE;
	argv.record.header.count = PIECE_ARGV;
	file.record.tid = argv.record.tid = 5;
	argv.record.captured = 3; /* with its NUL */
	chunk_put_piece(&chunk, argv);
	chunk_put_piece(&chunk, file);
	call_list_add_item(&list, &(Item){ .kind = ITEM_EVENT, .event = &event });
	chunk_look(&c, &chunk, &(ChunkSpan){ .cut = 20 }, &list);
	CHECK(list_item(&list, &t, &item));
	CHECK_INT(event_memory(&item, PIECE_FILE)->captured, EVENT_TEXT_SIZE - 1 + 4);
	CHECK_INT(event_memory(&item, PIECE_FILE)->status, MEMORY_WHOLE);
	CHECK_INT(memcmp(event_memory(&item, PIECE_FILE)->bytes, event.text, EVENT_TEXT_SIZE - 1), 0);
	CHECK_INT(memcmp(event_memory(&item, PIECE_ARGV)->bytes, "sh", 3), 0);
	call_list_add_item(&list, &(Item){ .kind = ITEM_EVENT, .event = &event });
	CHECK(list_item(&list, &t, &item));
	CHECK_INT(event_memory(&item, PIECE_FILE)->status, MEMORY_TRUNCATED);
	CHECK(!event_memory(&item, PIECE_ARGV));
}

TEST(a_piece_is_no_record_of_a_capture)
{
	TestPiece p = piece(3, "def", MEMORY_WHOLE);
	Item item;

	CHECK_INT(record_parse(&p, p.record.header.size, &item), -EBADMSG);
}

int main(void)
{
	RUN(pieces_are_joined_in_their_order_whatever_that_of_their_coming);
	RUN(a_missing_piece_is_a_cut);
	RUN(doubled_and_overlapping_pieces_count_once);
	RUN(pieces_of_others_are_left_alone);
	RUN(a_thread_that_exec_has_made_the_leader_finds_its_pieces);
	RUN(what_is_no_whole_piece_is_refused);
	RUN(pieces_wait_for_their_call_and_go_with_it);
	RUN(of_too_many_that_wait_the_oldest_go);
	RUN(a_call_is_joined_with_pieces_of_another_chunk);
	RUN(a_follower_keeps_pieces_until_their_call_returns);
	RUN(what_is_in_flight_in_a_slot_is_joined);
	RUN(memory_of_which_the_record_has_nothing_is_appended);
	RUN(memory_whose_beginning_is_missing_is_not_there);
	RUN(a_record_takes_no_more_than_it_has_room_for);
	RUN(an_exec_gets_its_file_and_arguments);
	RUN(a_piece_is_no_record_of_a_capture);
	return test_done();
}
