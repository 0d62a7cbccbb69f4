/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/item.h"

#include <errno.h>
#include <string.h>

#include "util/macro.h"

const CallMemory *call_memory(const Call *c, unsigned arg)
{
	for (unsigned i = 0; i < c->n_memory; i++)
		if (c->memory[i].arg == arg)
			return &c->memory[i];
	return NULL;
}

bool item_is_counted(const Item *item)
{
	if (item->kind == ITEM_EVENT)
		return item->event->header.flags & RECORD_AMONG_CALLS;
	return item->kind == ITEM_CALL || item->kind == ITEM_URING;
}

const CallFile *call_file(const Call *c, unsigned of)
{
	for (unsigned i = 0; i < c->n_files; i++)
		if (c->files[i].of == of)
			return &c->files[i];
	return NULL;
}

const CallMemory *event_memory(const Item *item, unsigned arg)
{
	for (unsigned i = 0; i < item->n_event_memory; i++)
		if (item->event_memory[i].arg == arg)
			return &item->event_memory[i];
	return NULL;
}

uint64_t item_time(const Item *item)
{
	switch (item->kind) {
	case ITEM_CALL:
		return call_time(&item->call);
	case ITEM_EVENT:
		return item->event->time;
	case ITEM_URING:
		return item->uring->time;
	default:
		return 0;
	}
}

uint64_t item_end(const Item *item)
{
	return item->kind == ITEM_CALL ? call_end(&item->call) : item_time(item);
}

uint32_t item_pid(const Item *item)
{
	switch (item->kind) {
	case ITEM_CALL:
		return item->call.pid;
	case ITEM_EVENT:
		return item->event->pid;
	case ITEM_URING:
		return item->uring->pid;
	default:
		return 0;
	}
}

/* Return: bytes of the memory at @p with its padding, or -EBADMSG. */
static int memory_parse(const uint8_t *p, size_t size, CallMemory *ret)
{
	const struct MemoryRecord *m = (const struct MemoryRecord *) p;
	size_t whole;

	if (size < sizeof(*m))
		return -EBADMSG;
	whole = sizeof(*m) + ALIGN8((size_t) m->captured);
	if (whole > size || m->captured > MEMORY_SIZE_MAX || m->arg >= _MEMORY_OF_MAX || m->status >= _MEMORY_STATUS_MAX)
		return -EBADMSG;
	*ret = (CallMemory){
		.arg = m->arg,
		.status = m->status,
		.requested = m->requested,
		.captured = m->captured,
		.bytes = p + sizeof(*m),
	};
	return (int) whole;
}

/* Return: bytes of the files at @p, or -EBADMSG. */
static int files_parse(const uint8_t *p, size_t size, const struct CallRecord *record, CallFile ret[CALL_FILES_MAX])
{
	const struct FileRef *files = (const struct FileRef *) p;

	if (record->n_files > CALL_FILES_MAX || size < record->n_files * sizeof(*files))
		return -EBADMSG;
	for (unsigned i = 0; i < record->n_files; i++) {
		if (record->file_of[i] >= _FILE_OF_MAX)
			return -EBADMSG;
		ret[i] = (CallFile){ .of = record->file_of[i], .file = files[i] };
	}
	return (int) (record->n_files * sizeof(*files));
}

/* Of a call: an event's are between its arguments and what comes after them. */
static bool is_of_call(unsigned of)
{
	return of < PIECE_FILE || of >= _PIECE_ARG_MAX;
}

/* All but the memory, of which there is room for more than most calls have. */
static void call_begin(const struct CallRecord *record, Call *ret)
{
	ret->nr = record->nr;
	ret->tid = record->tid;
	ret->pid = record->pid;
	ret->cpu = record->header.cpu;
	ret->flags = record->header.flags;
	ret->start = record->start;
	ret->duration = record->duration;
	ret->result = record->result;
	ret->comm = NULL;
	ret->n_args = record->header.count;
	ret->n_files = record->n_files;
	ret->n_memory = record->n_memory;
}

static int call_parse(const struct CallRecord *record, Call *c)
{
	const uint8_t *p = (const uint8_t *) (record + 1), *end = (const uint8_t *) record + record->header.size;
	unsigned n_args = record->header.count;
	int n;

	call_begin(record, c);
	if (n_args > CALL_ARGS_MAX || c->n_memory > CALL_MEMORY_MAX || (size_t) (end - p) < n_args * sizeof(uint64_t))
		return -EBADMSG;
	memset(c->args, 0, sizeof(c->args));
	memcpy(c->args, p, n_args * sizeof(uint64_t));
	p += n_args * sizeof(uint64_t);
	if (c->flags & RECORD_HAS_COMM) {
		if (end - p < (ptrdiff_t) COMM_SIZE)
			return -EBADMSG;
		c->comm = (const char *) p;
		p += COMM_SIZE;
	}
	n = files_parse(p, (size_t) (end - p), record, c->files);
	if (n < 0)
		return n;
	p += n;
	for (unsigned i = 0; i < c->n_memory; i++) {
		n = memory_parse(p, (size_t) (end - p), &c->memory[i]);
		if (n < 0 || !is_of_call(c->memory[i].arg))
			return -EBADMSG;
		p += n;
	}
	return p == end ? 0 : -EBADMSG;
}

static int event_parse(const struct EventRecord *event, Item *ret)
{
	const uint8_t *p = (const uint8_t *) (event + 1), *end = (const uint8_t *) event + event->header.size;
	Item item = { .kind = ITEM_EVENT, .event = event };

	if (event->header.count == 0 || event->header.count >= _EVENT_KIND_MAX)
		return -EBADMSG;
	if (event->header.count == EVENT_EXEC && !memchr(event->text, '\0', sizeof(event->text)))
		return -EBADMSG;
	if (event->header.count == EVENT_SIGNAL && event->info.state >= _SIGNAL_STATE_MAX)
		return -EBADMSG;
	while (p < end && item.n_event_memory < EVENT_MEMORY_MAX) {
		CallMemory *m = &item.event_memory[item.n_event_memory++];
		int n = memory_parse(p, (size_t) (end - p), m);

		if (n < 0 || is_of_call(m->arg))
			return -EBADMSG;
		p += n;
	}
	if (p != end)
		return -EBADMSG;
	*ret = item;
	return 0;
}

static int uring_parse(const struct UringRecord *uring)
{
	if (uring->header.size != sizeof(*uring) || uring->header.count == 0 || uring->header.count >= _URING_KIND_MAX)
		return -EBADMSG;
	return 0;
}

int record_parse(const void *bytes, size_t size, Item *ret)
{
	const struct RecordHeader *header = bytes;
	int r = -EBADMSG;

	if (size == 0)
		return 0;
	if (size < sizeof(*header) || header->size > size || header->size > JOINED_SIZE_MAX || header->size % 8 != 0)
		return -EBADMSG;
	if (header->kind == RECORD_CALL && header->size >= sizeof(struct CallRecord)) {
		ret->kind = ITEM_CALL;
		r = call_parse(bytes, &ret->call);
	} else if (header->kind == RECORD_EVENT && header->size >= sizeof(struct EventRecord))
		r = event_parse(bytes, ret);
	else if (header->kind == RECORD_URING && header->size >= sizeof(struct UringRecord)) {
		r = uring_parse(bytes);
		if (r >= 0)
			*ret = (Item){ .kind = ITEM_URING, .uring = bytes };
	}
	return r < 0 ? r : header->size;
}

int file_record_parse(const void *bytes, size_t size, const struct FileRecord **ret)
{
	const struct FileRecord *record = bytes;

	if (size == 0)
		return 0;
	if (size < sizeof(*record) || record->header.size > size || record->header.kind != RECORD_FILE ||
	    record->header.count == 0 || record->header.count >= _FILE_KIND_MAX)
		return -EBADMSG;
	if (record->text_size > FILE_TEXT_MAX || record->header.size != sizeof(*record) + ALIGN8(record->text_size) ||
	    memchr(record + 1, '\0', record->text_size))
		return -EBADMSG;
	*ret = record;
	return record->header.size;
}
