/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes the corpora: seed DIRECTORY. Run by hand when the format or the ABI changes; what fuzzing finds is added as
 * files of other names, which this leaves alone.
 */

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "trace/capture-format.h"
#include "trace/capture.h"
#include "util/macro.h"

static const char *directory;

static void save(const char *target, const char *name, const Text *t)
{
	_cleanup_text_ Text path = {};
	_cleanup_fclose_ FILE *f = NULL;

	text_printf(&path, "%s/%s", directory, target);
	(void) mkdir(text_string(&path), 0777);
	text_printf(&path, "/%s", name);
	f = fopen(text_string(&path), "we");
	if (!f || fwrite(text_string(t), 1, t->size, f) != t->size)
		perror(text_string(&path));
}

/* An execve at 115 of which the arguments are continued in two pieces, the second one before the first; and other memory. */
static void put_pieces(Text *t)
{
	struct {
		struct PieceRecord record;
		char bytes[16];
	} pieces[] = {
		{ { .header = { .flags = MEMORY_WHOLE }, .offset = 10, .captured = 9 }, "the rest" },
		{ { .header = { .flags = MEMORY_CONTINUED }, .offset = 2, .captured = 8 }, "\0-c\0some" },
		{ { .header = { .count = MEMORY_PART(3, PART_DATA) }, .requested = 1, .captured = 8 }, "\3\0\0\0abc" },
	};

	for (size_t i = 0; i < ELEMENTS(pieces); i++) {
		struct PieceRecord *p = &pieces[i].record;

		p->header.kind = RECORD_PIECE;
		p->header.count = p->header.count ?: 1;
		p->header.size = (uint16_t) (sizeof(*p) + ALIGN8((size_t) p->captured));
		p->tid = p->pid = 7;
		p->start = 115;
		text_put_bytes(t, p, p->header.size);
	}
	call_put_record(t, &(Call){
		.nr = 59, .tid = 7, .pid = 7, .start = 115, .duration = 1, .n_args = 3, .args = { 1, 2, 3 }, .comm = "sh",
		.n_memory = 3,
		.memory = { { .arg = 0, .captured = 7, .bytes = (const uint8_t *) "/bin/sh" },
			    { .arg = 1, .status = MEMORY_CONTINUED, .captured = 2, .bytes = (const uint8_t *) "sh" },
			    { .arg = 2, .requested = 23, .bytes = (const uint8_t *) "" } },
	}, NULL);
}

/* The calls of a small x86_64 service, one of each shape a record has. */
static void put_calls(Text *t, bool with_comm)
{
	static const uint8_t address[16] = { 2, 0, 0x15, 0x38, 10, 0, 0, 7 };
	const char *comm = with_comm ? "sshd" : NULL;
	Call calls[] = {
		{ .nr = 257, .start = 10, .duration = 1, .result = -2, .n_args = 4, .args = { -100, 0x1000, 0, 0 },
		  .comm = "sshd", .n_memory = 1,
		  .memory = { { .arg = 1, .captured = 20, .bytes = (const uint8_t *) "/etc/ssh/sshd_config" } } },
		{ .nr = 42, .start = 12, .duration = 90, .flags = RECORD_UNFINISHED, .n_args = 3, .args = { 3, 1, 16 },
		  .comm = comm, .n_memory = 1,
		  .memory = { { .arg = 1, .captured = 16, .requested = 16, .bytes = address } } },
		{ .nr = 0, .start = 104, .duration = 2, .result = 3, .n_args = 3, .args = { 4, 1, 512 }, .comm = comm,
		  .n_files = 1, .files = { { .of = 0, .file = { .inode = 77, .device = 1, .version = 2 } } },
		  .n_memory = 1,
		  .memory = { { .arg = 1, .captured = 3, .requested = 3, .bytes = (const uint8_t *) "a\n\xff" } } },
		{ .nr = 82, .start = 107, .duration = 1, .n_args = 2, .args = { 1, 2 }, .comm = comm,
		  .n_memory = 2,
		  .memory = { { .arg = 0, .status = MEMORY_UNREADABLE, .bytes = (const uint8_t *) "" },
			      { .arg = 1, .status = MEMORY_TRUNCATED, .captured = 2, .bytes = (const uint8_t *) "/x" } } },
		{ .nr = 4, .start = 109, .duration = 1, .flags = RECORD_COMPAT, .n_args = 6, .comm = comm },
		{ .nr = 400000, .start = 111, .duration = 1, .result = -38, .n_args = 6, .comm = comm },
		{ .nr = 231, .start = 113, .flags = RECORD_UNFINISHED, .n_args = 1, .args = { 1 }, .comm = comm },
	};

	for (size_t i = 0; i < ELEMENTS(calls); i++) {
		calls[i].tid = calls[i].pid = 7;
		call_put_record(t, &calls[i], NULL);
	}
}

static struct EventRecord event(unsigned kind, uint64_t time)
{
	struct EventRecord e = {
		.header = { .size = sizeof(struct EventRecord), .kind = RECORD_EVENT, .count = (uint8_t) kind },
		.tid = 7, .pid = 7, .time = time, .other_pid = 1, .comm = "sshd", .other_comm = "systemd",
	};

	if (kind == EVENT_SIGNAL)
		e.signal = 15;
	else if (kind == EVENT_EXEC)
		memcpy(e.text, "/usr/sbin/sshd", sizeof("/usr/sbin/sshd"));
	return e;
}

/* Each way to read siginfo, with the same bytes. */
static void put_signals(Text *t)
{
	static const int codes[][2] = { { 9, 0x80 }, { 10, -2 }, { 34, -1 }, { 17, 1 }, { 17, 2 }, { 11, 2 }, { 29, 1 },
					{ 31, 1 }, { -1, -100 } };

	for (size_t i = 0; i < ELEMENTS(codes); i++) {
		struct EventRecord e = event(EVENT_SIGNAL, 20 + i);

		e.header.flags = RECORD_AMONG_CALLS;
		e.signal = (uint32_t) codes[i][0];
		e.code = codes[i][1];
		e.info = (struct SignalInfo){ .error = (int32_t) i, .state = (uint32_t) i % _SIGNAL_STATE_MAX, .since = 20 };
		memcpy(e.info.fields, "\x53\2\0\0\0\0\0\0\x53\0\0\0\x3e\0\0\xc0\xff\xff\xff\xff", 20);
		text_put_bytes(t, &e, sizeof(e));
	}
}

static void put_events(Text *t)
{
	for (unsigned kind = EVENT_FORK; kind < _EVENT_KIND_MAX; kind++) {
		struct EventRecord e = event(kind, 5 + kind);

		text_put_bytes(t, &e, sizeof(e));
	}
}

static void put_names(Text *t)
{
	struct {
		struct FileRecord record;
		char text[16];
	} name = {
		.record = { .header = { .size = sizeof(name), .kind = RECORD_FILE, .count = FILE_NAMED },
			    .file = { .inode = 77, .device = 1, .version = 2 }, .time = 3, .text_size = 9 },
		.text = "/etc/<x>\n",
	};

	text_put_bytes(t, &name, sizeof(name));
	name.record.time = 104;
	name.record.header.count = FILE_SOCKET;
	name.record.header.flags = FILE_DELETED | FILE_CUT;
	text_put_bytes(t, &name, sizeof(name));
}

static void put_uring(Text *t)
{
	for (unsigned i = 0; i < 4; i++) {
		struct UringRecord uring = {
			.header = { .size = sizeof(uring), .kind = RECORD_URING, .count = (uint8_t) (1 + i % 2) },
			.tid = 7, .pid = 7, .time = 40 + i, .user_data = i, .value = (int) i - 2, .flags = 0x11 << i,
			.operation = i < 2 ? 22 : (uint8_t) (252 + i), .comm = "sshd",
		};

		text_put_bytes(t, &uring, sizeof(uring));
	}
}

static void put_exec(Text *t)
{
	struct EventRecord e = event(EVENT_EXEC, 9);

	item_put_record(t, &(Item){
		.kind = ITEM_EVENT, .event = &e, .n_event_memory = 2,
		.event_memory = { { .arg = PIECE_FILE, .captured = 14, .bytes = (const uint8_t *) "/usr/sbin/sshd" },
				  { .arg = PIECE_ARGV, .captured = 8, .status = MEMORY_TRUNCATED,
				    .bytes = (const uint8_t *) "sshd\0-D" } },
	});
}

static void put_capture(Text *t, bool deflate)
{
	_cleanup_text_ Text records = {}, names = {};

	capture_put_start(t, &(CaptureInfo){
		.unit = "sshd.service", .invocation = "3c1f00000000000000000000000000aa", .machine = "x86_64",
		.kernel = "6.1.0", .boot_id = "3c1f00000000000000000000000000bb", .complete = true,
		.realtime = 1700000000000000000, .monotonic = 5, .realtime_now = 1700000001000000000,
		.monotonic_now = 1000000005,
	});
	put_names(&names);
	(void) capture_put_files(t, names.data, names.size, deflate);
	put_events(&records);
	put_exec(&records);
	put_calls(&records, true);
	(void) capture_put_records(t, records.data, records.size, deflate);
	capture_put_gap(t, &(Gap){ .overwritten = 2, .lost = 1 });
	(void) capture_put_records(t, records.data, records.size, deflate);
	capture_put_end(t, &(CaptureEnd){ .calls = 99, .overwritten = 2, .lost = 1, .reason = "snapshot" });
}

static void put_block(Text *t, BlockHeader header, const char *bytes, size_t size)
{
	header.crc = header.crc ? header.crc : header.stored == size ? block_checksum(&header, bytes) : 0;
	text_put_bytes(t, &header, sizeof(header));
	text_put_bytes(t, bytes, size);
}

/* A capture whose info block is followed by one block made by hand. */
static void save_block(const char *name, BlockHeader header, const char *bytes, size_t size)
{
	_cleanup_text_ Text t = {};

	capture_put_start(&t, &(CaptureInfo){ .machine = "x86_64" });
	put_block(&t, header, bytes, size);
	capture_put_end(&t, &(CaptureEnd){});
	save("capture", name, &t);
}

static void save_damaged(const char *name, size_t at, char flip, size_t cut)
{
	_cleanup_text_ Text t = {};

	put_capture(&t, true);
	t.data[at] = (char) (t.data[at] ^ flip);
	text_truncate(&t, t.size - cut);
	save("capture", name, &t);
}

static void seed_blocks(void)
{
	uint32_t deflated = CAPTURE_RECORDS | CAPTURE_DEFLATED;

	save_block("unknown-block", (BlockHeader){ .type = 77, .stored = 4, .raw = 4 }, "abcd", 4);
	save_block("huge-raw", (BlockHeader){ .type = deflated, .stored = 4, .raw = ~0U }, "abcd", 4);
	save_block("huge-stored", (BlockHeader){ .type = CAPTURE_RECORDS, .stored = ~0U, .raw = ~0U }, "abcd", 4);
	save_block("bad-deflate", (BlockHeader){ .type = deflated, .stored = 4, .raw = 64 }, "abcd", 4);
	save_block("bad-number", (BlockHeader){ .type = CAPTURE_GAP, .stored = 7, .raw = 7 }, "LOST=x\n", 7);
	save_block("control-byte", (BlockHeader){ .type = CAPTURE_END, .stored = 9, .raw = 9 }, "REASON=\x1b\n", 9);
	save_block("bad-record", (BlockHeader){ .type = CAPTURE_RECORDS, .stored = 8, .raw = 8 },
		   "\xff\xff\1\1\0\0\0", 8);
	save_block("bad-name", (BlockHeader){ .type = CAPTURE_FILES, .stored = 8, .raw = 8 }, "\x30\0\3\1\0\0\0", 8);
	save_block("no-records", (BlockHeader){ .type = CAPTURE_RECORDS }, "", 0);
}

static void seed_captures(void)
{
	_cleanup_text_ Text plain = {}, deflated = {}, empty = {}, text = {}, live = {};

	put_capture(&plain, false);
	put_capture(&deflated, true);
	save("capture", "plain", &plain);
	save("capture", "deflated", &deflated);
	save("capture", "empty", &empty);
	text_put(&text, "#!/bin/sh\n");
	save("capture", "not-a-capture", &text);
	text_put_bytes(&live, plain.data, plain.size);
	text_put(&live, "x");
	save("capture", "bytes-behind-the-end", &live);
	save_damaged("newer-version", 8, 2, 0);
	save_damaged("other-abi", 10, 2, 0);
	save_damaged("bad-checksum", 60, 1, 0);
	save_damaged("cut-in-the-end", 0, 0, 1);
	save_damaged("cut-in-records", 0, 0, 300);
}

/* The numbers that fuzz-chunk takes in front of a chunk: horizon, an earlier cut, cut, two event heads. */
static void save_chunk(const char *name, const uint64_t control[static 5], const Text *records, uint32_t used)
{
	struct ChunkHeader header = { .sequence = 1, .used = used, .overwritten = 3, .records = 7 };
	_cleanup_text_ Text t = {};

	text_put_bytes(&t, control, 5 * sizeof(control[0]));
	text_put_bytes(&t, &header, sizeof(header));
	text_put_bytes(&t, records->data, records->size);
	save("chunk", name, &t);
}

static void save_events(const char *name, uint64_t head, uint64_t head_after, uint64_t torn)
{
	_cleanup_text_ Text t = {};
	uint64_t control[5] = { 0, 3, 100, head, head_after };
	struct ChunkHeader header = {};

	text_put_bytes(&t, control, sizeof(control));
	text_put_bytes(&t, &header, sizeof(header));
	text_put_bytes(&t, &header, sizeof(header));
	for (uint64_t n = 0; n < 6; n++) {
		struct EventSlot slot = { .sequence = n == torn ? 0 : n + 1, .record = event(1 + n % 4, n) };

		text_put_bytes(&t, &slot, sizeof(slot));
	}
	save("chunk", name, &t);
}

static void save_slot(const char *name, uint8_t n_memory, uint16_t captured)
{
	struct Slot slot = {
		.sequence = 4, .in_flight = 1, .ring = 1, .tid = 7, .pid = 7, .nr = 42, .n_args = 3,
		.n_memory = n_memory, .start = 50, .args = { 3, 0x1000, 16 }, .comm = "psql",
		.memory = { { .record = { .arg = 1, .captured = captured, .requested = 16 }, .bytes = "\2" } },
	};
	_cleanup_text_ Text t = {};

	text_put_bytes(&t, &slot, sizeof(slot));
	save_chunk(name, (uint64_t[]){ 0, 0, 100, 0, 0 }, &t, sizeof(struct ChunkHeader));
}

static void seed_chunks(void)
{
	_cleanup_text_ Text records = {}, garbage = {}, signals = {}, pieces = {};
	uint32_t used;

	put_calls(&records, false);
	used = (uint32_t) (sizeof(struct ChunkHeader) + records.size);
	put_signals(&signals);
	put_uring(&signals);
	save_chunk("signals-and-uring", (uint64_t[]){ 0, 24, 42, 0, 0 }, &signals,
		   (uint32_t) (sizeof(struct ChunkHeader) + signals.size));
	save_chunk("all", (uint64_t[]){ 0, 0, ~0ULL, 0, 0 }, &records, used);
	save_chunk("cut-in-the-middle", (uint64_t[]){ 0, 11, 106, 0, 0 }, &records, used);
	save_chunk("horizon-in-the-middle", (uint64_t[]){ 102, 104, 200, 0, 0 }, &records, used);
	save_chunk("in-flight-at-the-cut", (uint64_t[]){ 0, 5, 20, 0, 0 }, &records, used);
	save_chunk("used-too-small", (uint64_t[]){ 0, 0, 200, 0, 0 }, &records, used - 8);
	save_chunk("used-too-large", (uint64_t[]){ 0, 0, 200, 0, 0 }, &records, CHUNK_SIZE + 8);
	save_chunk("zeros-behind", (uint64_t[]){ 0, 0, 200, 0, 0 }, &records, used + 64);
	put_pieces(&pieces);
	save_chunk("pieces", (uint64_t[]){ 0, 115, 200, 0, 0 }, &pieces,
		   (uint32_t) (sizeof(struct ChunkHeader) + pieces.size));
	records.data[sizeof(struct RecordHeader) * 10]++;
	save_chunk("bad-memory", (uint64_t[]){ 0, 0, 200, 0, 0 }, &records, used);
	text_put(&garbage, "garbage in a chunk");
	save_chunk("garbage", (uint64_t[]){ 0, 0, 200, 0, 0 }, &garbage, 1024);
	save_events("events", 6, 6, 99);
	save_events("event-pending", 6, 6, 2);
	save_events("events-torn", 130, 133, 99);
	save_events("events-of-the-end-of-time", ~0ULL, ~0ULL, 99);
	save_slot("slot", 1, 16);
	save_slot("slot-with-too-much", 1, 300);
	save_slot("slot-with-too-many", SLOT_MEMORY_MAX + 1, 16);
}

/* What fuzz-line takes in front of records: machine, string size, style. */
static void save_line(const char *name, char machine, char string_size, char style)
{
	char control[8] = { machine, string_size, style };
	_cleanup_text_ Text t = {};

	text_put_bytes(&t, control, sizeof(control));
	put_events(&t);
	put_signals(&t);
	put_uring(&t);
	put_exec(&t);
	put_calls(&t, true);
	save("line", name, &t);
}

/* Sixteen numbers of a machine, whatever calls they are, with memory that may or may not belong to them. */
static void save_numbers(const char *prefix, char machine, unsigned first, int64_t result)
{
	char control[8] = { machine };
	_cleanup_text_ Text name = {}, t = {};

	text_put_bytes(&t, control, sizeof(control));
	for (unsigned nr = first; nr < first + 16; nr++)
		call_put_record(&t, &(Call){
			.nr = nr, .start = nr, .result = result, .n_args = 6, .args = { 1, 2, 3, 4, 5, 6 }, .n_memory = 2,
			.memory = { { .arg = (uint8_t) (nr % 3), .captured = 16, .requested = 16,
				      .bytes = (const uint8_t *) "\1\0/etc/x\0\377\n\033[2J" },
				    { .arg = 3, .captured = 3, .status = MEMORY_TRUNCATED,
				      .bytes = (const uint8_t *) "abc" } },
		}, NULL);
	text_printf(&name, "%s-from-%u", prefix, first);
	save("line", text_string(&name), &t);
}

static void seed_lines(void)
{
	save_line("x86_64", 0, 0, 0);
	save_line("aarch64-short", 1, 4, 2);
	save_line("i686-bare", 2, 0, 5);
	save_line("unknown-machine", 3, 0, 0);
	save_numbers("x86_64", 0, 0, 0);
	save_numbers("x86_64", 0, 40, -2);
	save_numbers("x86_64", 0, 257, 7);
	save_numbers("aarch64", 1, 48, 3);
	save_numbers("i686", 2, 1, -11);
	save_numbers("future", 0, 600, -38);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 1;
	directory = argv[1];
	seed_captures();
	seed_blocks();
	seed_chunks();
	seed_lines();
	return 0;
}
