/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names of files made by hand, as the daemon keeps them and as the kernel side tells them. */

#include "trace/item.h"
#include "util/macro.h"
#include "util/text.h"

/* Append a name; of a device, @device is its number. */
static inline void put_name(Text *t, struct FileRef file, uint64_t time, unsigned kind, const char *text)
{
	static const char padding[8];
	uint32_t size = (uint32_t) strlen(text);
	struct FileRecord record = {
		.header = { .kind = RECORD_FILE, .count = (uint8_t) kind,
			    .size = (uint16_t) (sizeof(record) + ALIGN8(size)) },
		.file = file,
		.time = time,
		.device = kind == FILE_CHARACTER_DEVICE || kind == FILE_BLOCK_DEVICE ? 1U << 20 | 3 : 0,
		.text_size = size,
	};

	text_put_bytes(t, &record, sizeof(record));
	text_put_bytes(t, text, size);
	text_put_bytes(t, padding, ALIGN8(size) - size);
}

static inline const struct FileRecord *name_at(const Text *t, size_t at)
{
	return (const struct FileRecord *) (t->data + at);
}
