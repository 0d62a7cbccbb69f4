/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as the records of a capture, decoded to text and to JSON. The first bytes choose machine and style. Whatever
 * was captured, the text is lines of printable ASCII, for it goes to terminals and into the journal, the JSON is valid, and
 * neither is longer than the record makes plausible.
 */

#include "fuzz/fuzz.h"

#include <string.h>

#include "trace/capture.h"
#include "trace/line.h"
#include "trace/redact.h"
#include "unit/json.h"
#include "util/macro.h"

/* Bytes of a line for each of its record, and what is there without any: names of calls and arguments, prefix, result. */
#define GROWTH_MAX 64U
#define LINE_BASE 4096U

static const char *const machines[] = { "x86_64", "aarch64", "i686", "unknown" };

static void require_lines(const Text *t)
{
	REQUIRE(text_error(t) == 0 && t->size > 0 && t->data[t->size - 1] == '\n');
	for (size_t i = 0; i < t->size; i++)
		REQUIRE(t->data[i] == '\n' || (t->data[i] >= ' ' && t->data[i] < 0x7f));
}

static void item_try(const Item *item, const LineStyle *style, size_t size)
{
	Machine machine = machine_from_string(style->info->machine, false);
	_cleanup_text_ Text line = {}, summary = {}, json = {};
	LineStyle as_json = *style;

	line_put(&line, item, style);
	require_lines(&line);
	REQUIRE(line.size <= LINE_BASE + GROWTH_MAX * size);
	as_json.values.json = true;
	line_put(&json, item, &as_json);
	REQUIRE(text_error(&json) == 0 && json_is_line(json.data, json.size));
	REQUIRE(json.size <= LINE_BASE + GROWTH_MAX * size);
	if (item->kind == ITEM_CALL)
		call_put_summary(&summary, &item->call, machine);
	REQUIRE(text_error(&summary) == 0 && !memchr(text_string(&summary), '\n', summary.size));
}

static void redaction_try(const void *records, size_t size, const char *machine)
{
	_cleanup_text_ Text redacted = {};

	REQUIRE(redact_records(&redacted, records, size, machine) >= 0);
	REQUIRE(redacted.size <= size);
}

static void choose_style(LineStyle *style, const uint8_t *data)
{
	style->values.string_size = data[1];
	style->no_prefix = data[2] & 1;
	style->no_tid = data[2] & 2;
	style->no_duration = data[2] & 4;
	style->relative = data[2] & 8;
	style->time = (LineTime) (data[2] >> 4 & 3);
	style->cpu = data[2] & 64;
	style->values.constants = (Constants) (data[3] % 3);
	style->values.escapes = (Escapes) (data[4] % 3);
	style->values.names = (FileNames) (data[5] % 3);
	style->values.verbose = data[6] & 1;
	style->values.comms = data[6] & 2;
	style->values.no_strings = data[6] & 4;
	style->column = data[7];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ uint8_t *records = NULL;
	CaptureInfo info = { .realtime = 1700000000000000000, .monotonic = 1 };
	_cleanup_(threads_freep) Threads *threads = NULL;
	uint64_t before = 0;
	LineStyle style = { .info = &info, .before = &before };
	size_t at = 0;
	Item item;
	int n;

	if (size < 8)
		return 0;
	info.machine = machines[data[0] % ELEMENTS(machines)];
	choose_style(&style, data);
	REQUIRE(threads_new(&threads) == 0);
	style.values.threads = threads;
	size -= 8;
	records = malloc(size + 1);
	REQUIRE(records);
	memcpy(records, data + 8, size);
	while ((n = record_parse(records + at, size - at, &item)) > 0) {
		threads_see(threads, &item, info.machine);
		item_try(&item, &style, (size_t) n);
		at += (size_t) n;
	}
	redaction_try(records, at, info.machine);
	return 0;
}
