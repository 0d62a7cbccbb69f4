/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/piece.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/macro.h"

/* In the order in which they are joined; of two for the same place, the one written later comes later. */
typedef struct Entry {
	uint64_t start;
	uint32_t arg;
	uint32_t offset;
	size_t at; /* in `records` */
	bool joined;
} Entry;

static Entry *entries(const Pieces *p)
{
	return (Entry *) p->index.data;
}

static size_t n_entries(const Pieces *p)
{
	return p->index.size / sizeof(Entry);
}

static const struct PieceRecord *entry_piece(const Pieces *p, const Entry *e)
{
	return (const struct PieceRecord *) (p->records.data + e->at);
}

static const uint8_t *piece_bytes(const struct PieceRecord *piece)
{
	return (const uint8_t *) (piece + 1);
}

int piece_parse(const void *bytes, size_t size, const struct PieceRecord **ret)
{
	const struct PieceRecord *piece = bytes;

	if (size < sizeof(struct RecordHeader) || piece->header.kind != RECORD_PIECE)
		return 0;
	if (size < sizeof(*piece) || piece->header.size > size || piece->header.size > RECORD_SIZE_MAX ||
	    piece->header.size != sizeof(*piece) + ALIGN8((size_t) piece->captured))
		return -EBADMSG;
	if (piece->header.count >= _MEMORY_OF_MAX || piece->header.flags >= _MEMORY_STATUS_MAX ||
	    (size_t) piece->offset + piece->captured > MEMORY_SIZE_MAX)
		return -EBADMSG;
	*ret = piece;
	return piece->header.size;
}

/* Times of one machine differ in their last digits. */
static unsigned hash_start(uint64_t start)
{
	return (unsigned) (start * 0x9e3779b97f4a7c15ULL >> 32) % PIECE_STARTS;
}

bool pieces_may_have(const Pieces *p, uint64_t start)
{
	unsigned bit = hash_start(start);

	return p->starts[bit / 64] >> bit % 64 & 1;
}

void pieces_add(Pieces *p, const struct PieceRecord *piece)
{
	text_put_bytes(&p->records, piece, piece->header.size);
}

static int compare_entries(const void *pa, const void *pb)
{
	const Entry *a = pa, *b = pb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->arg != b->arg)
		return a->arg < b->arg ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

int pieces_sort(Pieces *p)
{
	text_clear(&p->index);
	memset(p->starts, 0, sizeof(p->starts));
	for (size_t at = 0; at < p->records.size;) {
		const struct PieceRecord *piece = (const struct PieceRecord *) (p->records.data + at);
		Entry e = { .start = piece->start, .arg = piece->header.count, .offset = piece->offset, .at = at };

		text_put_bytes(&p->index, &e, sizeof(e));
		p->starts[hash_start(e.start) / 64] |= 1ULL << hash_start(e.start) % 64;
		at += piece->header.size;
	}
	if (text_error(&p->records) < 0 || text_error(&p->index) < 0)
		return -ENOMEM;
	if (p->index.size > 0)
		qsort(p->index.data, n_entries(p), sizeof(Entry), compare_entries);
	return 0;
}

/* Return: the first entry of the argument, or where it would be */
static Entry *entries_find(const Pieces *p, const PieceKey *key)
{
	Entry wanted = { .start = key->start, .arg = key->arg };
	size_t low = 0, high = n_entries(p);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_entries(&entries(p)[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return entries(p) + low;
}

static bool is_of(const struct PieceRecord *piece, const PieceKey *key)
{
	return piece->tid == key->tid || piece->pid == key->tid;
}

bool pieces_next(const Pieces *p, PieceKey *key, uint32_t *ret_requested)
{
	const Entry *end = entries(p) + n_entries(p);

	if (n_entries(p) == 0)
		return false;
	for (const Entry *e = entries_find(p, key); e < end && e->start == key->start; e++) {
		const struct PieceRecord *piece = entry_piece(p, e);

		if (e->offset != 0 || !is_of(piece, key))
			continue;
		key->arg = e->arg;
		*ret_requested = piece->requested;
		return true;
	}
	return false;
}

enum MemoryStatus pieces_join(const Pieces *p, const PieceKey *key, const CallMemory *inside, Text *t)
{
	enum MemoryStatus status = MEMORY_TRUNCATED;
	size_t have = inside->captured;
	const Entry *end;

	text_put_bytes(t, inside->bytes, inside->captured);
	if (n_entries(p) == 0)
		return status;
	end = entries(p) + n_entries(p);
	for (Entry *e = entries_find(p, key); e < end && e->start == key->start && e->arg == key->arg; e++) {
		const struct PieceRecord *piece = entry_piece(p, e);
		size_t until = e->offset + piece->captured;

		if (!is_of(piece, key))
			continue;
		e->joined = true;
		if (e->offset > have || until < have)
			continue;
		text_put_bytes(t, piece_bytes(piece) + (have - e->offset), until - have);
		have = until;
		status = piece->header.flags == MEMORY_CONTINUED ? MEMORY_TRUNCATED
								 : (enum MemoryStatus) piece->header.flags;
	}
	return status;
}

/* Return: the first of the newest entries, of which those that were not joined may wait on */
static size_t entries_newest(const Pieces *p)
{
	size_t first = n_entries(p), size = 0;

	while (first > 0 && size <= PIECES_WAITING_MAX - RECORD_SIZE_MAX) {
		first--;
		size += entries(p)[first].joined ? 0 : entry_piece(p, &entries(p)[first])->header.size;
	}
	return first;
}

void pieces_forget(Pieces *p)
{
	Pieces kept = {};

	for (size_t i = entries_newest(p); i < n_entries(p); i++)
		if (!entries(p)[i].joined)
			pieces_add(&kept, entry_piece(p, &entries(p)[i]));
	text_clear(&p->index);
	memset(p->starts, 0, sizeof(p->starts));
	if (kept.records.size == 0)
		text_clear(&p->records);
	else {
		text_done(&p->records);
		p->records = kept.records;
	}
}

void pieces_done(Pieces *p)
{
	text_done(&p->records);
	text_done(&p->index);
	*p = (Pieces){};
}
