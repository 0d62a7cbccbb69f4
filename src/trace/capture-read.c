/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reading a capture. Every byte of it is untrusted: it may come from another machine, an editor or an attacker.
 *
 * The reader is pushed: it keeps what it was fed until a block is whole, checks the block, and hands out its items one
 * by one. An item is handed out only from a block whose checksum was right, so damage never shows as a call. Two
 * buffers bound its memory: the input not yet used, which is what was fed last and at most one block, and the raw bytes
 * of one block, which an allocation of its own keeps aligned for records.
 */

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "trace/capture-format.h"
#include "trace/capture.h"
#include "trace/file-table.h"
#include "util/macro.h"

struct CaptureReader {
	Text input;
	size_t used; /* bytes of the input that are done with */
	Text block;  /* raw bytes of the block of records being handed out */
	size_t position;
	size_t block_size; /* bytes of the input that the block took */
	uint64_t offset;
	int error;
	bool has_preamble, has_info, has_gap, has_end;
	Gap gap;
	CaptureInfo info;
	CaptureEnd end;
	Text info_text, end_text; /* what the strings of both point into */
	FileTable files;
};

int capture_reader_new(CaptureReader **ret)
{
	CaptureReader *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	*ret = r;
	return 0;
}

CaptureReader *capture_reader_free(CaptureReader *r)
{
	if (!r)
		return NULL;
	text_done(&r->input);
	text_done(&r->block);
	text_done(&r->info_text);
	text_done(&r->end_text);
	file_table_done(&r->files);
	free(r);
	return NULL;
}

int capture_reader_feed(CaptureReader *r, const void *bytes, size_t size)
{
	if (r->error < 0)
		return 0;
	if (r->used > 0) {
		size_t left = r->input.size - r->used;

		memmove(r->input.data, r->input.data + r->used, left);
		text_truncate(&r->input, left);
		r->used = 0;
	}
	text_put_bytes(&r->input, bytes, size);
	return text_error(&r->input);
}

/* Return: 1, 0 if there are not yet enough bytes, -EINVAL, -EPROTONOSUPPORT */
static int preamble_read(CaptureReader *r)
{
	CapturePreamble preamble;

	if (memcmp(text_string(&r->input), CAPTURE_MAGIC, MIN(r->input.size, CAPTURE_MAGIC_SIZE)) != 0)
		return -EINVAL;
	if (r->input.size < sizeof(preamble))
		return 0;
	memcpy(&preamble, r->input.data, sizeof(preamble));
	if (preamble.version != CAPTURE_VERSION || preamble.abi != RECORD_ABI || preamble.zero != 0)
		return -EPROTONOSUPPORT;
	r->has_preamble = true;
	r->used = sizeof(preamble);
	r->offset = sizeof(preamble);
	return 1;
}

/* Judges what a block claims before waiting for its bytes, so that a damaged size is not waited for for ever. */
static int header_check(const BlockHeader *header)
{
	if (header->raw > CAPTURE_BLOCK_MAX)
		return -EBADMSG;
	if (header->type & CAPTURE_DEFLATED)
		return header->stored <= compressBound(CAPTURE_BLOCK_MAX) ? 0 : -EBADMSG;
	return header->stored == header->raw ? 0 : -EBADMSG;
}

/* Raw bytes of a block into @t. Inflating is bounded by what the header said, and has to fill exactly that. */
static int block_load(const BlockHeader *header, const char *stored, Text *t)
{
	uLong stored_size = header->stored;
	uLongf raw_size = header->raw;
	char *room;
	int z;

	text_clear(t);
	room = text_reserve(t, header->raw);
	if (!room)
		return -ENOMEM;
	if (header->type & CAPTURE_DEFLATED) {
		z = uncompress2((Bytef *) room, &raw_size, (const Bytef *) stored, &stored_size);
		if (z == Z_MEM_ERROR)
			return -ENOMEM;
		if (z != Z_OK || raw_size != header->raw || stored_size != header->stored)
			return -EBADMSG;
	} else
		memcpy(room, stored, header->raw);
	text_grown(t, header->raw);
	return 0;
}

static int fields_load(const BlockHeader *header, const char *stored, Text *t, const Field *fields, void *object)
{
	int r = block_load(header, stored, t);

	return r < 0 ? r : fields_parse(t->data, t->size, fields, object);
}

static int info_read(CaptureReader *r, const BlockHeader *header, const char *stored)
{
	int n;

	if (r->has_info)
		return -EBADMSG;
	n = fields_load(header, stored, &r->info_text, capture_info_fields, &r->info);
	r->has_info = n >= 0;
	return n;
}

static int gap_read(CaptureReader *r, const BlockHeader *header, const char *stored)
{
	_cleanup_text_ Text text = {};
	int n = fields_load(header, stored, &text, capture_gap_fields, &r->gap);

	r->has_gap = n >= 0;
	return n;
}

static int end_read(CaptureReader *r, const BlockHeader *header, const char *stored)
{
	int n = fields_load(header, stored, &r->end_text, capture_end_fields, &r->end);

	r->has_end = n >= 0;
	return n;
}

static void file_dropped(const struct FileRef *file, void *userdata)
{
}

static int files_read(CaptureReader *r, const BlockHeader *header, const char *stored)
{
	_cleanup_text_ Text block = {};
	int n = block_load(header, stored, &block);

	if (n >= 0)
		n = file_table_add_all(&r->files, text_string(&block), block.size);
	if (n >= 0 && file_table_size(&r->files) > CAPTURE_FILES_MAX)
		n = file_table_trim(&r->files, CAPTURE_FILES_MAX / 2, file_dropped, NULL);
	return n;
}

static int block_read(CaptureReader *r, const BlockHeader *header, const char *stored)
{
	uint32_t type = header->type & ~CAPTURE_DEFLATED;
	bool known = type >= CAPTURE_INFO && type <= CAPTURE_FILES;

	if (block_checksum(header, stored) != header->crc || (known && type != CAPTURE_INFO && !r->has_info))
		return -EBADMSG;
	switch (type) {
	case CAPTURE_INFO:
		return info_read(r, header, stored);
	case CAPTURE_RECORDS:
		return block_load(header, stored, &r->block);
	case CAPTURE_GAP:
		return gap_read(r, header, stored);
	case CAPTURE_END:
		return end_read(r, header, stored);
	case CAPTURE_FILES:
		return files_read(r, header, stored);
	default:
		return 0;
	}
}

/* The last block has been handed out without an error: damage, if any, begins behind it. */
static void block_done(CaptureReader *r)
{
	text_clear(&r->block);
	r->position = 0;
	r->offset += r->block_size;
	r->block_size = 0;
}

/* Return: 1 if a block was read, 0 if more bytes are needed or the end was read */
static int next_block(CaptureReader *r)
{
	BlockHeader header;
	size_t left;
	int n;

	if (!r->has_preamble) {
		n = preamble_read(r);
		if (n <= 0)
			return n;
	}
	block_done(r);
	left = r->input.size - r->used;
	if (r->has_end)
		return left > 0 ? -EBADMSG : 0;
	if (left < sizeof(header))
		return 0;
	memcpy(&header, r->input.data + r->used, sizeof(header));
	n = header_check(&header);
	if (n < 0)
		return n;
	if (left - sizeof(header) < header.stored)
		return 0;
	n = block_read(r, &header, r->input.data + r->used + sizeof(header));
	if (n < 0)
		return n;
	r->block_size = sizeof(header) + header.stored;
	r->used += r->block_size;
	return 1;
}

/* Return: 1 with an item of the block at hand, 0 if it has no more */
static int next_item(CaptureReader *r, Item *ret)
{
	int n;

	if (r->has_gap) {
		r->has_gap = false;
		*ret = (Item){ .kind = ITEM_GAP, .gap = r->gap };
		return 1;
	}
	n = record_parse(text_string(&r->block) + r->position, r->block.size - r->position, ret);
	if (n <= 0)
		return n;
	r->position += (size_t) n;
	if (ret->kind == ITEM_CALL)
		file_table_name(&r->files, &ret->call);
	return 1;
}

int capture_reader_next(CaptureReader *r, Item *ret)
{
	int n;

	if (r->error < 0)
		return r->error;
	n = next_item(r, ret);
	while (n == 0) {
		n = next_block(r);
		if (n <= 0)
			break;
		n = next_item(r, ret);
	}
	if (n < 0)
		r->error = n;
	return n;
}

const CaptureInfo *capture_reader_info(const CaptureReader *r)
{
	return r->has_info ? &r->info : NULL;
}

const CaptureEnd *capture_reader_end(const CaptureReader *r)
{
	return r->has_end ? &r->end : NULL;
}

uint64_t capture_reader_offset(const CaptureReader *r)
{
	return r->offset;
}

uint64_t capture_info_realtime(const CaptureInfo *info, uint64_t monotonic)
{
	bool now = info->realtime_now > 0;

	if (now && info->realtime > 0) {
		uint64_t middle = info->monotonic / 2 + info->monotonic_now / 2;

		now = monotonic >= middle;
	}
	return now ? info->realtime_now + (monotonic - info->monotonic_now)
		   : info->realtime + (monotonic - info->monotonic);
}
