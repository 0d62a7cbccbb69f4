/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>
#include <zlib.h>

#include "trace/capture-format.h"
#include "trace/capture.h"
#include "unit/names.h"
#include "util/macro.h"

#define ITEMS 40U
#define GAP_AT 20U /* the gap comes in front of this call */

static const CaptureInfo info = {
	.unit = "sshd@1.service",
	.invocation = "3c1f00000000000000000000000000aa",
	.machine = "x86_64",
	.kernel = "6.1.0-18-amd64",
	.boot_id = "",
	.complete = true,
	.realtime = 1700000000000000000,
	.monotonic = 5000000000,
	.realtime_now = 1700000100000000007,
	.monotonic_now = 105000000000,
};

static const CaptureEnd end = { .calls = 99, .overwritten = 3, .lost = 1, .events_overwritten = 2, .reason = "ended" };

static Call sample_call(unsigned i)
{
	return (Call){
		.nr = 257, .tid = 7 + i % 3, .pid = 7, .cpu = 2, .start = 1000 + i, .duration = 5, .result = -2,
		.comm = i % 2 ? "sshd" : "sixteen-bytes-xx", .n_args = 4, .args = { 1, 2, 3, i },
		.n_files = i % 3,
		.files = { { .of = 0, .file = { .inode = 77, .device = 1, .version = 2 } },
			   { .of = FILE_RESULT, .file = { .inode = 1ULL << 63 | i, .device = 3, .version = 4 } } },
		.n_memory = 2,
		.memory = { { .arg = 1, .captured = 5, .bytes = (const uint8_t *) "/etc/" },
			    { .arg = 2, .status = MEMORY_TRUNCATED, .requested = 77, .captured = 1 + i % 9,
			      .bytes = (const uint8_t *) "payload/x" } },
	};
}

static struct EventRecord sample_event(void)
{
	return (struct EventRecord){
		.header = { .size = sizeof(struct EventRecord), .kind = RECORD_EVENT, .count = EVENT_EXEC },
		.tid = 7, .pid = 7, .time = 999, .comm = "sshd", .text = "/usr/sbin/sshd",
	};
}

static void put_sample_names(Text *t, bool deflate)
{
	_cleanup_text_ Text names = {};

	put_name(&names, sample_call(1).files[0].file, 5, FILE_NAMED, "/etc/ssh/sshd_config");
	put_name(&names, sample_call(2).files[1].file, 5, FILE_CHARACTER_DEVICE, "/dev/null");
	(void) capture_put_files(t, names.data, names.size, deflate);
}

/* An event and ITEMS calls in several blocks of records, with a gap among them. */
static void put_sample(Text *t, bool deflate)
{
	_cleanup_text_ Text records = {};
	struct EventRecord event = sample_event();

	capture_put_start(t, &info);
	put_sample_names(t, deflate);
	text_put_bytes(&records, &event, sizeof(event));
	for (unsigned i = 0; i < ITEMS; i++) {
		Call call = sample_call(i);

		if (i == GAP_AT)
			capture_put_gap(t, &(Gap){ .overwritten = 12, .lost = 34 });
		call_put_record(&records, &call, NULL);
		if (i % 10 == 9) {
			(void) capture_put_records(t, records.data, records.size, deflate);
			text_clear(&records);
		}
	}
	capture_put_end(t, &end);
}

static bool call_equal(const Call *a, const Call *b)
{
	bool equal = a->nr == b->nr && a->tid == b->tid && a->pid == b->pid && a->cpu == b->cpu &&
		     a->start == b->start && a->duration == b->duration && a->result == b->result &&
		     strncmp(a->comm, b->comm, COMM_SIZE) == 0 && a->n_args == b->n_args &&
		     memcmp(a->args, b->args, a->n_args * sizeof(a->args[0])) == 0 && a->n_memory == b->n_memory;

	equal = equal && a->n_files == b->n_files;
	for (unsigned i = 0; equal && i < a->n_files; i++)
		equal = a->files[i].of == b->files[i].of &&
			memcmp(&a->files[i].file, &b->files[i].file, sizeof(a->files[i].file)) == 0;
	for (unsigned i = 0; equal && i < a->n_memory; i++)
		equal = a->memory[i].arg == b->memory[i].arg && a->memory[i].status == b->memory[i].status &&
			a->memory[i].requested == b->memory[i].requested &&
			a->memory[i].captured == b->memory[i].captured &&
			memcmp(a->memory[i].bytes, b->memory[i].bytes, a->memory[i].captured) == 0;
	return equal;
}

/* The item that a reader of put_sample() gets as number @n: the event, then the calls, the gap where it was put. */
static bool item_expected(const Item *item, unsigned n)
{
	Call call;

	if (n == 0) {
		struct EventRecord event = sample_event();

		return item->kind == ITEM_EVENT && memcmp(item->event, &event, sizeof(event)) == 0;
	}
	/* Blocks are of ten calls, so the gap was written in front of the block with call GAP_AT. */
	if (n == 1 + GAP_AT)
		return item->kind == ITEM_GAP && item->gap.overwritten == 12 && item->gap.lost == 34;
	call = sample_call(n <= GAP_AT ? n - 1 : n - 2);
	return item->kind == ITEM_CALL && call_equal(&item->call, &call);
}

/* Takes what there is; every item must be the expected one. Return: what ended it, or 1 for a wrong item. */
static int drain(CaptureReader *r, unsigned *n)
{
	Item item;
	int k;

	for (;;) {
		k = capture_reader_next(r, &item);
		if (k <= 0)
			return k;
		if (item.kind == ITEM_EVENT && (uintptr_t) item.event % 8 != 0)
			return 1;
		if (!item_expected(&item, *n))
			return 1;
		(*n)++;
	}
}

static int read_all(const char *bytes, size_t size, size_t step, unsigned *ret_n, bool *ret_end, uint64_t *ret_offset)
{
	_cleanup_(capture_reader_freep) CaptureReader *r = NULL;
	unsigned n = 0;
	int k = 0;

	if (capture_reader_new(&r) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < size && k == 0; i += step) {
		if (capture_reader_feed(r, bytes + i, MIN(step, size - i)) < 0)
			return -ENOMEM;
		k = drain(r, &n);
	}
	*ret_n = n;
	*ret_end = capture_reader_end(r);
	*ret_offset = capture_reader_offset(r);
	if (k < 0 && drain(r, &n) != k)
		return 1;
	return k;
}

static void check_splits(bool deflate)
{
	_cleanup_text_ Text t = {};

	put_sample(&t, deflate);
	CHECK_INT(text_error(&t), 0);
	for (size_t step = 1; step <= t.size; step += step < 40 ? 1 : 37) {
		uint64_t offset;
		unsigned n;
		bool ended;

		CHECK_INT(read_all(t.data, t.size, step, &n, &ended, &offset), 0);
		CHECK_INT(n, ITEMS + 2);
		CHECK(ended);
		CHECK_INT(offset, t.size);
	}
}

TEST(every_split_reads_the_same)
{
	check_splits(false);
	if (!test_failed)
		check_splits(true);
}

TEST(info_and_end_come_back)
{
	_cleanup_(capture_reader_freep) CaptureReader *r = NULL;
	_cleanup_text_ Text t = {};
	const CaptureInfo *i;
	unsigned n = 0;

	put_sample(&t, true);
	CHECK_INT(capture_reader_new(&r), 0);
	CHECK(!capture_reader_info(r));
	CHECK_INT(capture_reader_feed(r, t.data, t.size), 0);
	CHECK_INT(drain(r, &n), 0);
	i = capture_reader_info(r);
	CHECK(i);
	CHECK_STRING(i->unit, info.unit);
	CHECK_STRING(i->invocation, info.invocation);
	CHECK_STRING(i->machine, info.machine);
	CHECK_STRING(i->kernel, info.kernel);
	CHECK_STRING(i->boot_id, "");
	CHECK(i->complete);
	CHECK_INT(i->realtime, info.realtime);
	CHECK_INT(i->monotonic, info.monotonic);
	CHECK_INT(i->realtime_now, info.realtime_now);
	CHECK_INT(i->monotonic_now, info.monotonic_now);
	CHECK(capture_reader_end(r));
	CHECK_INT(capture_reader_end(r)->calls, 99);
	CHECK_INT(capture_reader_end(r)->overwritten, 3);
	CHECK_INT(capture_reader_end(r)->lost, 1);
	CHECK_INT(capture_reader_end(r)->events_overwritten, 2);
	CHECK_STRING(capture_reader_end(r)->reason, "ended");
}

TEST(every_cut_yields_whole_blocks_and_no_end)
{
	for (int deflate = 0; deflate < 2; deflate++) {
		_cleanup_text_ Text t = {};
		unsigned n, before = 0;

		put_sample(&t, deflate);
		for (size_t size = 0; size < t.size; size++) {
			uint64_t offset;
			bool ended;

			n = 0;
			ended = false;
			offset = 0;
			CHECK_INT(read_all(t.data, size, size + 1, &n, &ended, &offset), 0);
			CHECK(!ended);
			CHECK(offset <= size);
			CHECK(n >= before && (n == 0 || n == 11 || n == 21 || n == 22 || n == 32 || n == 42));
			before = n;
		}
	}
}

/* Waiting for more is as good an answer as an error where a size was damaged: the end is not read in either case. */
TEST(every_flipped_bit_is_noticed_before_a_wrong_item)
{
	for (int deflate = 0; deflate < 2; deflate++) {
		_cleanup_text_ Text t = {};

		put_sample(&t, deflate);
		for (size_t bit = 0; bit < t.size * 8; bit++) {
			uint64_t offset = 0;
			bool ended = true;
			unsigned n = 0;
			int k;

			t.data[bit / 8] = (char) (t.data[bit / 8] ^ (1 << bit % 8));
			k = read_all(t.data, t.size, t.size, &n, &ended, &offset);
			t.data[bit / 8] = (char) (t.data[bit / 8] ^ (1 << bit % 8));
			CHECK(k == 0 || k == -EBADMSG || (k == -EINVAL && bit < 64) ||
			      (k == -EPROTONOSUPPORT && bit < 128));
			CHECK(!ended);
			CHECK(offset <= bit / 8);
		}
	}
}

/* Reads @t up to its first call. Return: the name of that call's file, or what is wrong */
static const char *first_name(const Text *t)
{
	_cleanup_(capture_reader_freep) CaptureReader *r = NULL;
	static char text[64];
	Item item;
	int n;

	if (capture_reader_new(&r) < 0 || capture_reader_feed(r, t->data, t->size) < 0)
		return "no memory";
	n = capture_reader_next(r, &item);
	if (n < 0)
		return strerror(-n);
	if (n == 0 || item.kind != ITEM_CALL || item.call.n_files == 0)
		return "no call";
	if (!item.call.files[0].name)
		return "no name";
	(void) snprintf(text, sizeof(text), "%.*s", (int) item.call.files[0].name->text_size,
			file_text(item.call.files[0].name));
	return text;
}

/* A call with a file in a block of its own. */
static void put_one(Text *t)
{
	_cleanup_text_ Text records = {};
	Call call = sample_call(1);

	call_put_record(&records, &call, NULL);
	(void) capture_put_records(t, records.data, records.size, false);
}

TEST(a_call_has_the_names_that_came_before_it)
{
	_cleanup_text_ Text with = {}, after = {}, other = {}, names = {};

	capture_put_start(&with, &info);
	put_sample_names(&with, true);
	put_one(&with);
	CHECK_STRING(first_name(&with), "/etc/ssh/sshd_config");
	capture_put_start(&after, &info);
	put_one(&after);
	put_sample_names(&after, false);
	CHECK_STRING(first_name(&after), "no name");
	capture_put_start(&other, &info);
	put_name(&names, (struct FileRef){ .inode = 77, .device = 1, .version = 3 }, 5, FILE_NAMED, "/other");
	(void) capture_put_files(&other, names.data, names.size, false);
	put_one(&other);
	CHECK_STRING(first_name(&other), "no name");
}

TEST(a_block_with_a_bad_name_gives_none)
{
	_cleanup_text_ Text t = {}, names = {};
	size_t second;

	capture_put_start(&t, &info);
	put_name(&names, sample_call(1).files[0].file, 5, FILE_NAMED, "/a");
	second = names.size;
	put_name(&names, sample_call(1).files[0].file, 5, FILE_NAMED, "/b");
	((struct FileRecord *) (names.data + second))->text_size = FILE_TEXT_MAX;
	(void) capture_put_files(&t, names.data, names.size, false);
	put_one(&t);
	CHECK_STRING(first_name(&t), strerror(EBADMSG));
}

TEST(a_reader_bounds_the_names_it_keeps)
{
	_cleanup_(capture_reader_freep) CaptureReader *r = NULL;
	_cleanup_text_ Text start = {}, calls = {};
	char longest[FILE_TEXT_MAX + 1];
	Item item;

	memset(longest, 'x', FILE_TEXT_MAX);
	longest[FILE_TEXT_MAX] = '\0';
	CHECK_INT(capture_reader_new(&r), 0);
	capture_put_start(&start, &info);
	put_sample_names(&start, true);
	CHECK_INT(capture_reader_feed(r, start.data, start.size), 0);
	for (uint64_t i = 0; i < CAPTURE_FILES_MAX / FILE_TEXT_MAX; i++) {
		_cleanup_text_ Text names = {}, t = {};

		put_name(&names, (struct FileRef){ .inode = i }, 5, FILE_NAMED, longest);
		CHECK_INT(capture_put_files(&t, names.data, names.size, true), 0);
		CHECK_INT(capture_reader_feed(r, t.data, t.size), 0);
		CHECK_INT(capture_reader_next(r, &item), 0);
	}
	put_one(&calls);
	CHECK_INT(capture_reader_feed(r, calls.data, calls.size), 0);
	CHECK_INT(capture_reader_next(r, &item), 1);
	CHECK(!item.call.files[0].name);
}

TEST(deflating_makes_a_dump_smaller)
{
	_cleanup_text_ Text plain = {}, deflated = {};

	put_sample(&plain, false);
	put_sample(&deflated, true);
	CHECK(deflated.size < plain.size / 2);
}

/* Reads a preamble and the start of @t with @version and @abi in it. */
static int read_preamble(uint16_t version, uint16_t abi, uint32_t zero)
{
	CapturePreamble preamble = { .version = version, .abi = abi, .zero = zero };
	uint64_t offset;
	unsigned n;
	bool ended;

	memcpy(preamble.magic, CAPTURE_MAGIC, sizeof(preamble.magic));
	return read_all((const char *) &preamble, sizeof(preamble), sizeof(preamble), &n, &ended, &offset);
}

TEST(another_version_or_abi_is_told_apart_from_damage)
{
	CHECK_INT(read_preamble(CAPTURE_VERSION, RECORD_ABI, 0), 0);
	CHECK_INT(read_preamble(CAPTURE_VERSION + 1, RECORD_ABI, 0), -EPROTONOSUPPORT);
	CHECK_INT(read_preamble(CAPTURE_VERSION, RECORD_ABI + 1, 0), -EPROTONOSUPPORT);
	CHECK_INT(read_preamble(CAPTURE_VERSION, RECORD_ABI, 1), -EPROTONOSUPPORT);
}

TEST(what_is_no_capture_is_refused_at_its_first_wrong_byte)
{
	uint64_t offset;
	unsigned n;
	bool ended;

	CHECK_INT(read_all("hi", 2, 1, &n, &ended, &offset), -EINVAL);
	CHECK_INT(read_all(CAPTURE_MAGIC, 8, 1, &n, &ended, &offset), 0);
	CHECK_INT(read_all("\x89TLOOP\n\n", 8, 8, &n, &ended, &offset), -EINVAL);
}

static void put_block(Text *t, BlockHeader header, const void *bytes)
{
	header.crc = block_checksum(&header, bytes);
	text_put_bytes(t, &header, sizeof(header));
	text_put_bytes(t, bytes, header.stored);
}

/* Return: what a reader says of a capture that has such a block, with its sum right, between its start and its end */
static int read_block(BlockHeader header, const void *bytes, bool *ret_end)
{
	_cleanup_text_ Text t = {};
	uint64_t offset;
	unsigned n;

	capture_put_start(&t, &info);
	put_block(&t, header, bytes);
	capture_put_end(&t, &end);
	return read_all(t.data, t.size, t.size, &n, ret_end, &offset);
}

TEST(blocks_of_an_unknown_type_are_skipped)
{
	bool ended;

	CHECK_INT(read_block((BlockHeader){ .type = 77, .stored = 3, .raw = 3 }, "abc", &ended), 0);
	CHECK(ended);
	CHECK_INT(read_block((BlockHeader){ .type = 78 | CAPTURE_DEFLATED, .stored = 3, .raw = 9 }, "abc", &ended), 0);
	CHECK(ended);
}

TEST(sizes_out_of_bounds_are_refused_without_waiting)
{
	static const char zeros[CAPTURE_BLOCK_MAX + 64];
	uint32_t bound = (uint32_t) compressBound(CAPTURE_BLOCK_MAX);
	bool ended;

	CHECK_INT(read_block((BlockHeader){ .type = 77, .stored = CAPTURE_BLOCK_MAX, .raw = CAPTURE_BLOCK_MAX },
			     zeros, &ended), 0);
	CHECK_INT(read_block((BlockHeader){ .type = 77, .stored = CAPTURE_BLOCK_MAX + 1,
					    .raw = CAPTURE_BLOCK_MAX + 1 }, zeros, &ended), -EBADMSG);
	CHECK_INT(read_block((BlockHeader){ .type = 77, .stored = 3, .raw = 4 }, zeros, &ended), -EBADMSG);
	CHECK_INT(read_block((BlockHeader){ .type = 77 | CAPTURE_DEFLATED, .stored = 3, .raw = CAPTURE_BLOCK_MAX + 1 },
			     zeros, &ended), -EBADMSG);
	CHECK(bound < sizeof(zeros));
	CHECK_INT(read_block((BlockHeader){ .type = 77 | CAPTURE_DEFLATED, .stored = bound, .raw = 4 }, zeros, &ended), 0);
	CHECK_INT(read_block((BlockHeader){ .type = 77 | CAPTURE_DEFLATED, .stored = bound + 1, .raw = 4 },
			     zeros, &ended), -EBADMSG);
	CHECK_INT(read_block((BlockHeader){ .type = 2 | CAPTURE_DEFLATED, .raw = CAPTURE_BLOCK_MAX }, zeros, &ended),
		  -EBADMSG);
}

TEST(a_deflated_block_has_to_fill_what_it_claims)
{
	char text[4096] = "IGNORED=", stored[256] = {};
	uLongf n = sizeof(stored) - 1;
	bool ended;

	memset(text + 8, 'x', sizeof(text) - 8);
	text[sizeof(text) - 1] = '\n';
	CHECK_INT(compress2((Bytef *) stored, &n, (const Bytef *) text, sizeof(text), 9), Z_OK);
	for (int i = -1; i <= 1; i++) {
		BlockHeader header = { .type = CAPTURE_GAP | CAPTURE_DEFLATED, .stored = (uint32_t) n,
				       .raw = (uint32_t) ((int) sizeof(text) + i) };

		/* 1: drain() got a gap, which the sample does not have there. */
		CHECK_INT(read_block(header, stored, &ended), i == 0 ? 1 : -EBADMSG);
		header.stored++;
		CHECK_INT(read_block(header, stored, &ended), -EBADMSG);
	}
}

TEST(a_bad_record_ends_its_block_and_the_offset_points_there)
{
	_cleanup_text_ Text records = {}, t = {};
	unsigned n = 0;
	uint64_t offset, before;
	bool ended;

	struct EventRecord event = sample_event();
	text_put_bytes(&records, &event, sizeof(event));
	event.header.count = 99;
	text_put_bytes(&records, &event, sizeof(event));
	capture_put_start(&t, &info);
	before = t.size;
	CHECK_INT(capture_put_records(&t, records.data, records.size, false), 0);
	capture_put_end(&t, &end);
	CHECK_INT(read_all(t.data, t.size, 5, &n, &ended, &offset), -EBADMSG);
	CHECK_INT(n, 1);
	CHECK_INT(offset, before);
}

TEST(records_before_the_info_and_bytes_after_the_end_are_damage)
{
	_cleanup_text_ Text t = {}, twice = {}, behind = {};
	uint64_t offset;
	unsigned n;
	bool ended;

	capture_put_start(&t, &info);
	text_truncate(&t, sizeof(CapturePreamble));
	capture_put_end(&t, &end);
	CHECK_INT(read_all(t.data, t.size, t.size, &n, &ended, &offset), -EBADMSG);
	CHECK(!ended);
	text_clear(&t);
	capture_put_start(&t, &info);
	text_put_bytes(&twice, t.data, t.size);
	text_put_bytes(&twice, t.data + sizeof(CapturePreamble), t.size - sizeof(CapturePreamble));
	CHECK_INT(read_all(twice.data, twice.size, twice.size, &n, &ended, &offset), -EBADMSG);
	put_sample(&behind, true);
	text_put(&behind, "x");
	CHECK_INT(read_all(behind.data, behind.size, behind.size, &n, &ended, &offset), -EBADMSG);
	CHECK_INT(n, ITEMS + 2);
	CHECK(ended);
	CHECK_INT(offset, behind.size - 1);
}

static int read_info(const char *text)
{
	_cleanup_text_ Text t = {};
	uint32_t size = (uint32_t) strlen(text);
	BlockHeader header = { .type = CAPTURE_INFO, .stored = size, .raw = size };
	uint64_t offset;
	unsigned n;
	bool ended;

	capture_put_start(&t, &info);
	text_truncate(&t, sizeof(CapturePreamble));
	put_block(&t, header, text);
	capture_put_end(&t, &end);
	return read_all(t.data, t.size, t.size, &n, &ended, &offset);
}

TEST(untrusted_text_is_judged)
{
	_cleanup_text_ Text longest = {};

	text_put(&longest, "UNIT=");
	for (unsigned i = 0; i < CAPTURE_STRING_MAX; i++)
		text_put_char(&longest, 'x');
	text_put_char(&longest, '\n');
	CHECK_INT(read_info(longest.data), 0);
	text_truncate(&longest, longest.size - 1);
	text_put(&longest, "x\n");
	CHECK_INT(read_info(longest.data), -EBADMSG);

	CHECK_INT(read_info(""), 0);
	CHECK_INT(read_info("UNIT=a.service\nFUTURE=\x01\n"), 0);
	CHECK_INT(read_info("UNIT=a.service"), -EBADMSG);
	CHECK_INT(read_info("UNIT\n"), -EBADMSG);
	CHECK_INT(read_info("UNIT=a\x1b[2J\n"), -EBADMSG);
	CHECK_INT(read_info("UNIT=a\xff\n"), -EBADMSG);
	CHECK_INT(read_info("INVOCATION=\n"), 0);
	CHECK_INT(read_info("INVOCATION=3c1f\n"), -EBADMSG);
	CHECK_INT(read_info("INVOCATION=3c1f0000000000000000000000000zzz\n"), -EBADMSG);
	CHECK_INT(read_info("REALTIME=18446744073709551615\n"), 0);
	CHECK_INT(read_info("REALTIME=18446744073709551616\n"), -EBADMSG);
	CHECK_INT(read_info("REALTIME=18446744073709551620\n"), -EBADMSG);
	CHECK_INT(read_info("REALTIME=\n"), -EBADMSG);
	CHECK_INT(read_info("REALTIME=-1\n"), -EBADMSG);
	CHECK_INT(read_info("COMPLETE=maybe\n"), -EBADMSG);
}

TEST(the_writer_cleans_what_the_reader_would_refuse)
{
	_cleanup_(capture_reader_freep) CaptureReader *r = NULL;
	_cleanup_text_ Text t = {};
	CaptureInfo odd = { .unit = "a\nUNIT=b\x80", .invocation = "nonsense", .machine = "", .kernel = NULL };
	Item item;

	capture_put_start(&t, &odd);
	CHECK_INT(capture_reader_new(&r), 0);
	CHECK_INT(capture_reader_feed(r, t.data, t.size), 0);
	CHECK_INT(capture_reader_next(r, &item), 0);
	CHECK(capture_reader_info(r));
	CHECK_STRING(capture_reader_info(r)->unit, "a?UNIT=b?");
	CHECK_STRING(capture_reader_info(r)->invocation, "");
	CHECK_STRING(capture_reader_info(r)->kernel, "");
}

TEST(blocks_hold_whole_records_and_no_more_than_they_may)
{
	_cleanup_(capture_reader_freep) CaptureReader *r = NULL;
	_cleanup_text_ Text records = {}, t = {};
	unsigned n = 0, blocks = 0;
	Call call = sample_call(0);
	Item item;

	for (unsigned i = 0; i < 2000; i++)
		call_put_record(&records, &call, NULL);
	capture_put_start(&t, &info);
	CHECK_INT(capture_put_records(&t, records.data, records.size, false), 0);
	for (size_t at = sizeof(CapturePreamble); at < t.size; blocks++) {
		BlockHeader header;

		memcpy(&header, t.data + at, sizeof(header));
		CHECK(header.raw <= CAPTURE_BLOCK_MAX);
		at += sizeof(header) + header.stored;
	}
	CHECK_INT(blocks, 1 + records.size / CAPTURE_BLOCK_MAX + 1);
	CHECK_INT(capture_reader_new(&r), 0);
	CHECK_INT(capture_reader_feed(r, t.data, t.size), 0);
	while (capture_reader_next(r, &item) > 0)
		n += item.kind == ITEM_CALL && call_equal(&item.call, &call);
	CHECK_INT(n, 2000);
}

/* Return: blocks that events of 120 bytes and two calls of 48 bytes with @n_args arguments in all are cut into */
static unsigned blocks_written(unsigned n_args, uint32_t *ret_first)
{
	_cleanup_text_ Text records = {}, t = {};
	struct EventRecord event = sample_event();
	BlockHeader header;
	unsigned blocks = 0;

	for (unsigned i = 0; i < 545; i++)
		text_put_bytes(&records, &event, sizeof(event));
	call_put_record(&records, &(Call){ .n_args = 0 }, NULL);
	call_put_record(&records, &(Call){ .n_args = n_args }, NULL);
	(void) capture_put_records(&t, records.data, records.size, false);
	for (size_t at = 0; at < t.size; at += sizeof(header) + header.stored) {
		memcpy(&header, t.data + at, sizeof(header));
		if (blocks++ == 0)
			*ret_first = header.raw;
	}
	return blocks;
}

TEST(a_block_may_be_full_to_the_last_byte)
{
	uint32_t first;

	CHECK_INT(blocks_written(5, &first), 1);
	CHECK_INT(first, CAPTURE_BLOCK_MAX);
	CHECK_INT(blocks_written(6, &first), 2);
	CHECK_INT(first, CAPTURE_BLOCK_MAX - 88);
}

TEST(what_are_no_records_is_not_written)
{
	_cleanup_text_ Text t = {};
	struct EventRecord event = sample_event();

	struct { struct EventRecord event; uint32_t more; } behind = { .event = event };

	CHECK_INT(capture_put_records(&t, &event, sizeof(event) - 8, false), -EBADMSG);
	CHECK_INT(capture_put_records(&t, &behind, sizeof(event) + 4, false), -EBADMSG);
	event.header.size = 0;
	CHECK_INT(capture_put_records(&t, &event, sizeof(event), false), -EBADMSG);
	CHECK_INT(t.size, 0);
}

TEST(a_call_without_comm_or_memory_stays_without)
{
	_cleanup_text_ Text t = {};
	Call call = sample_call(3);
	Item item;

	call.comm = NULL;
	call.flags = RECORD_HAS_COMM | RECORD_COMPAT;
	call_put_record(&t, &call, (const bool[CALL_MEMORY_MAX]){ false, true });
	CHECK_INT(record_parse(t.data, t.size, &item), t.size);
	CHECK(!item.call.comm);
	CHECK_INT(item.call.flags, RECORD_COMPAT);
	CHECK_INT(item.call.n_memory, 1);
	CHECK_INT(item.call.memory[0].arg, 2);
	CHECK(!memmem(t.data, t.size, "/etc/", 5));
}

TEST(wall_clock_goes_by_the_nearer_instant)
{
	CaptureInfo both = { .realtime = 1000, .monotonic = 100, .realtime_now = 9000, .monotonic_now = 300 };
	CaptureInfo first = { .realtime = 1000, .monotonic = 100 };
	CaptureInfo second = { .realtime_now = 9000, .monotonic_now = 300 };

	CHECK_INT(capture_info_realtime(&both, 110), 1010);
	CHECK_INT(capture_info_realtime(&both, 90), 990);
	CHECK_INT(capture_info_realtime(&both, 290), 8990);
	CHECK_INT(capture_info_realtime(&first, 310), 1210);
	CHECK_INT(capture_info_realtime(&second, 100), 8800);
}

int main(void)
{
	RUN(every_split_reads_the_same);
	RUN(info_and_end_come_back);
	RUN(every_cut_yields_whole_blocks_and_no_end);
	RUN(every_flipped_bit_is_noticed_before_a_wrong_item);
	RUN(a_call_has_the_names_that_came_before_it);
	RUN(a_block_with_a_bad_name_gives_none);
	RUN(a_reader_bounds_the_names_it_keeps);
	RUN(deflating_makes_a_dump_smaller);
	RUN(another_version_or_abi_is_told_apart_from_damage);
	RUN(what_is_no_capture_is_refused_at_its_first_wrong_byte);
	RUN(blocks_of_an_unknown_type_are_skipped);
	RUN(sizes_out_of_bounds_are_refused_without_waiting);
	RUN(a_deflated_block_has_to_fill_what_it_claims);
	RUN(a_bad_record_ends_its_block_and_the_offset_points_there);
	RUN(records_before_the_info_and_bytes_after_the_end_are_damage);
	RUN(untrusted_text_is_judged);
	RUN(the_writer_cleans_what_the_reader_would_refuse);
	RUN(blocks_hold_whole_records_and_no_more_than_they_may);
	RUN(a_block_may_be_full_to_the_last_byte);
	RUN(what_are_no_records_is_not_written);
	RUN(a_call_without_comm_or_memory_stays_without);
	RUN(wall_clock_goes_by_the_nearer_instant);
	return test_done();
}
