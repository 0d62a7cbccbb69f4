/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a capture. They are read as they are, and once more with right checksums, which no fuzzer guesses. It
 * must not matter in what pieces they come, and what was read must come back when it is written and read again.
 */

#include "fuzz/fuzz.h"

#include <string.h>

#include "trace/capture-format.h"
#include "trace/capture.h"
#include "trace/file-name.h"
#include "util/macro.h"

/* What a reader made of the bytes. */
typedef struct Outcome {
	Text records; /* the calls and events */
	Text names;   /* of the calls' files */
	uint64_t gaps;
	uint64_t offset;
	int error;
} Outcome;

static void item_note(const Item *item, Outcome *outcome)
{
	item_put_record(&outcome->records, item);
	if (item->kind == ITEM_CALL)
		for (unsigned i = 0; i < item->call.n_files; i++)
			file_put_name(&outcome->names, &item->call.files[i], FILE_NAMES_DETAILS, ESCAPES_OCTAL);
	if (item->kind == ITEM_GAP)
		outcome->gaps += item->gap.overwritten + item->gap.lost + 1;
}

static void capture_read(const void *data, size_t size, size_t step, Outcome *ret)
{
	_cleanup_(capture_reader_freep) CaptureReader *r = NULL;
	Item item;
	int n = 0;

	REQUIRE(capture_reader_new(&r) >= 0);
	for (size_t i = 0; i < size && n == 0; i += step) {
		REQUIRE(capture_reader_feed(r, (const char *) data + i, MIN(step, size - i)) >= 0);
		while ((n = capture_reader_next(r, &item)) > 0)
			item_note(&item, ret);
	}
	REQUIRE(n == 0 || capture_reader_next(r, &item) == n);
	ret->error = n;
	ret->offset = capture_reader_offset(r);
	REQUIRE(ret->offset <= size);
	if (capture_reader_info(r))
		(void) capture_info_realtime(capture_reader_info(r), ret->offset);
}

static void outcome_done(Outcome *o)
{
	text_done(&o->records);
	text_done(&o->names);
}

static void require_same(const Outcome *a, const Outcome *b)
{
	REQUIRE(a->error == b->error && a->gaps == b->gaps && a->records.size == b->records.size);
	REQUIRE(streq(text_string(&a->names), text_string(&b->names)));
	REQUIRE(a->records.size == 0 || memcmp(a->records.data, b->records.data, a->records.size) == 0);
}

static void require_written_again(const Outcome *outcome)
{
	_cleanup_(outcome_done) Outcome again = {};
	_cleanup_text_ Text t = {};

	capture_put_start(&t, &(CaptureInfo){});
	REQUIRE(capture_put_records(&t, outcome->records.data, outcome->records.size, true) >= 0);
	capture_put_end(&t, &(CaptureEnd){});
	capture_read(t.data, t.size, t.size, &again);
	REQUIRE(again.names.size == 0);
	again.gaps = outcome->gaps;
	again.error = outcome->error;
	text_put_bytes(&again.names, outcome->names.data, outcome->names.size);
	require_same(outcome, &again);
}

static void capture_try(const uint8_t *data, size_t size)
{
	_cleanup_(outcome_done) Outcome whole = {}, pieces = {};

	capture_read(data, size, MAX(size, (size_t) 1), &whole);
	capture_read(data, size, 7, &pieces);
	require_same(&whole, &pieces);
	REQUIRE(whole.offset == pieces.offset);
	require_written_again(&whole);
}

static void checksums_repair(uint8_t *data, size_t size)
{
	size_t at = sizeof(CapturePreamble);

	while (size >= at && size - at >= sizeof(BlockHeader)) {
		BlockHeader header;

		memcpy(&header, data + at, sizeof(header));
		if (header.stored > size - at - sizeof(header))
			return;
		header.crc = block_checksum(&header, data + at + sizeof(header));
		memcpy(data + at, &header, sizeof(header));
		at += sizeof(header) + header.stored;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ uint8_t *repaired = malloc(size + 1);

	REQUIRE(repaired);
	capture_try(data, size);
	if (size == 0)
		return 0;
	memcpy(repaired, data, size);
	checksums_repair(repaired, size);
	capture_try(repaired, size);
	return 0;
}
