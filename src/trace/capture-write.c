/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writing a capture: blocks behind each other, each of whole records only, so that a reader that meets damage has lost
 * no more than one block. What was written is always readable: text is cleaned, records are cut at their borders.
 */

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "trace/capture-format.h"
#include "trace/capture.h"
#include "util/macro.h"

static void block_put(Text *t, uint32_t type, const void *stored, size_t stored_size, size_t raw_size)
{
	BlockHeader header = {
		.type = type,
		.stored = (uint32_t) stored_size,
		.raw = (uint32_t) raw_size,
	};

	header.crc = block_checksum(&header, stored);
	text_put_bytes(t, &header, sizeof(header));
	text_put_bytes(t, stored, stored_size);
}

static void fields_block_put(Text *t, uint32_t type, const Field *fields, const void *object)
{
	_cleanup_text_ Text body = {};

	fields_put(&body, fields, object);
	if (text_error(&body) < 0)
		t->error = text_error(&body);
	block_put(t, type, text_string(&body), body.size, body.size);
}

void capture_put_start(Text *t, const CaptureInfo *info)
{
	CapturePreamble preamble = { .version = CAPTURE_VERSION, .abi = RECORD_ABI };

	memcpy(preamble.magic, CAPTURE_MAGIC, sizeof(preamble.magic));
	text_put_bytes(t, &preamble, sizeof(preamble));
	fields_block_put(t, CAPTURE_INFO, capture_info_fields, info);
}

void capture_put_gap(Text *t, const Gap *gap)
{
	fields_block_put(t, CAPTURE_GAP, capture_gap_fields, gap);
}

void capture_put_end(Text *t, const CaptureEnd *end)
{
	fields_block_put(t, CAPTURE_END, capture_end_fields, end);
}

/* Return: 1 if the block was written deflated, 0 if that would not have made it smaller, -ENOMEM */
static int deflated_put(Text *t, uint32_t type, const void *records, size_t size)
{
	_cleanup_text_ Text deflated = {};
	uLongf n = compressBound(size);
	char *room = text_reserve(&deflated, n);

	if (!room || compress2((Bytef *) room, &n, records, size, Z_DEFAULT_COMPRESSION) != Z_OK)
		return -ENOMEM;
	if (n >= size)
		return 0;
	block_put(t, type | CAPTURE_DEFLATED, room, n, size);
	return 1;
}

/*
 * @record_max: bytes of the longest record there can be
 *
 * Return: bytes of the whole records at @records that fit in a block; -EBADMSG if the first is not whole
 */
static int block_cut(const char *records, size_t size, size_t record_max)
{
	size_t n = 0;

	while (size - n >= sizeof(struct RecordHeader)) {
		uint16_t whole;

		memcpy(&whole, records + n + offsetof(struct RecordHeader, size), sizeof(whole));
		if (whole < sizeof(struct RecordHeader) || whole > record_max || whole > size - n)
			return -EBADMSG;
		if (n + whole > CAPTURE_BLOCK_MAX)
			return (int) n;
		n += whole;
	}
	return n == size ? (int) n : -EBADMSG;
}

static int records_put(Text *t, uint32_t type, const void *records, size_t size, bool deflate)
{
	size_t record_max = type == CAPTURE_FILES ? FILE_RECORD_SIZE_MAX : JOINED_SIZE_MAX;
	const char *p = records;

	while (size > 0) {
		int n = block_cut(p, size, record_max), r = 0;

		if (n < 0)
			return n;
		if (deflate)
			r = deflated_put(t, type, p, (size_t) n);
		if (r < 0)
			return r;
		if (r == 0)
			block_put(t, type, p, (size_t) n, (size_t) n);
		p += n;
		size -= (size_t) n;
	}
	return text_error(t);
}

int capture_put_records(Text *t, const void *records, size_t size, bool deflate)
{
	return records_put(t, CAPTURE_RECORDS, records, size, deflate);
}

int capture_put_files(Text *t, const void *files, size_t size, bool deflate)
{
	return records_put(t, CAPTURE_FILES, files, size, deflate);
}

static size_t memory_size(const CallMemory *m)
{
	return sizeof(struct MemoryRecord) + ALIGN8((size_t) m->captured);
}

static void memory_put(Text *t, const CallMemory *m)
{
	static const char padding[8];
	struct MemoryRecord record = {
		.arg = m->arg,
		.status = m->status,
		.captured = (uint16_t) m->captured,
		.requested = m->requested,
	};

	text_put_bytes(t, &record, sizeof(record));
	text_put_bytes(t, m->bytes, m->captured);
	text_put_bytes(t, padding, ALIGN8((size_t) m->captured) - m->captured);
}

static void comm_put(Text *t, const char *comm)
{
	char padded[COMM_SIZE] = {};

	memcpy(padded, comm, strnlen(comm, COMM_SIZE));
	text_put_bytes(t, padded, sizeof(padded));
}

/* The record without what follows it; its size and n_memory are those of what is kept. */
static struct CallRecord call_record(const Call *c, const bool keep_memory[CALL_MEMORY_MAX])
{
	struct CallRecord record = {
		.header = { .kind = RECORD_CALL, .count = (uint8_t) c->n_args, .cpu = c->cpu },
		.nr = c->nr,
		.tid = c->tid,
		.pid = c->pid,
		.start = c->start,
		.duration = c->duration,
		.result = c->result,
		.n_files = (uint8_t) c->n_files,
	};
	size_t size = sizeof(record) + c->n_args * sizeof(c->args[0]) + (c->comm ? COMM_SIZE : 0) +
		      c->n_files * sizeof(struct FileRef);

	for (unsigned i = 0; i < c->n_files; i++)
		record.file_of[i] = c->files[i].of;
	for (unsigned i = 0; i < c->n_memory; i++) {
		if (keep_memory && !keep_memory[i])
			continue;
		size += memory_size(&c->memory[i]);
		record.n_memory++;
	}
	record.header.size = (uint16_t) size;
	record.header.flags = (uint16_t) (c->flags & ~RECORD_HAS_COMM) | (c->comm ? RECORD_HAS_COMM : 0);
	return record;
}

void call_put_record(Text *t, const Call *c, const bool keep_memory[CALL_MEMORY_MAX])
{
	struct CallRecord record = call_record(c, keep_memory);

	assert(c->n_args <= CALL_ARGS_MAX && c->n_files <= CALL_FILES_MAX && c->n_memory <= CALL_MEMORY_MAX);
	text_put_bytes(t, &record, sizeof(record));
	text_put_bytes(t, c->args, c->n_args * sizeof(c->args[0]));
	if (c->comm)
		comm_put(t, c->comm);
	for (unsigned i = 0; i < c->n_files; i++)
		text_put_bytes(t, &c->files[i].file, sizeof(c->files[i].file));
	for (unsigned i = 0; i < c->n_memory; i++)
		if (!keep_memory || keep_memory[i])
			memory_put(t, &c->memory[i]);
}

static void event_put_record(Text *t, const Item *item)
{
	struct EventRecord record = *item->event;
	size_t size = sizeof(record);

	for (unsigned i = 0; i < item->n_event_memory; i++)
		size += memory_size(&item->event_memory[i]);
	record.header.size = (uint16_t) size;
	text_put_bytes(t, &record, sizeof(record));
	for (unsigned i = 0; i < item->n_event_memory; i++)
		memory_put(t, &item->event_memory[i]);
}

void item_put_record(Text *t, const Item *item)
{
	if (item->kind == ITEM_CALL)
		call_put_record(t, &item->call, NULL);
	else if (item->kind == ITEM_EVENT)
		event_put_record(t, item);
	else if (item->kind == ITEM_URING)
		text_put_bytes(t, item->uring, sizeof(*item->uring));
}
