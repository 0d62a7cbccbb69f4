/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as the records of a capture, decoded to text. The first bytes choose machine and style. Whatever was
 * captured, the text is lines of printable ASCII: it goes to terminals and into the journal.
 */

#include "fuzz/fuzz.h"

#include <string.h>

#include "trace/capture.h"
#include "trace/line.h"
#include "trace/redact.h"
#include "util/macro.h"

static const char *const machines[] = { "x86_64", "aarch64", "i686", "unknown" };

static void require_lines(const Text *t)
{
	REQUIRE(text_error(t) == 0 && t->size > 0 && t->data[t->size - 1] == '\n');
	for (size_t i = 0; i < t->size; i++)
		REQUIRE(t->data[i] == '\n' || (t->data[i] >= ' ' && t->data[i] < 0x7f));
}

static void item_try(const Item *item, const LineStyle *style)
{
	Machine machine = machine_from_string(style->info->machine, false);
	_cleanup_text_ Text line = {}, summary = {};

	line_put(&line, item, style);
	require_lines(&line);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ uint8_t *records = NULL;
	CaptureInfo info = { .realtime = 1700000000000000000, .monotonic = 1 };
	LineStyle style = { .info = &info };
	size_t at = 0;
	Item item;
	int n;

	if (size < 8)
		return 0;
	info.machine = machines[data[0] % ELEMENTS(machines)];
	style.values.string_size = data[1];
	style.no_prefix = data[2] & 1;
	style.no_tid = data[2] & 2;
	style.no_duration = data[2] & 4;
	size -= 8;
	records = malloc(size + 1);
	REQUIRE(records);
	memcpy(records, data + 8, size);
	while ((n = record_parse(records + at, size - at, &item)) > 0) {
		item_try(&item, &style);
		at += (size_t) n;
	}
	redaction_try(records, at, info.machine);
	return 0;
}
