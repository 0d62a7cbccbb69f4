/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/ring-files.h"

#include <stdbool.h>
#include <string.h>

#include "trace/file-name.h"

struct RingFiles {
	Rings *rings;
	FileTable tables[RINGS_MAX];
	uint8_t overfull[RINGS_MAX];
	unsigned n_overfull;
	Text scratch;
};

int ring_files_new(RingFiles **ret, Rings *rings)
{
	RingFiles *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->rings = rings;
	*ret = f;
	return 0;
}

RingFiles *ring_files_free(RingFiles *f)
{
	if (!f)
		return NULL;
	for (uint32_t i = 0; i < RINGS_MAX; i++)
		file_table_done(&f->tables[i]);
	text_done(&f->scratch);
	free(f);
	return NULL;
}

size_t ring_files_limit(RingFiles *f, uint32_t ring)
{
	return rings_size(f->rings, ring);
}

static void overfull_set(RingFiles *f, uint32_t ring, bool overfull)
{
	f->n_overfull += overfull;
	f->n_overfull -= f->overfull[ring];
	f->overfull[ring] = overfull;
}

static bool is_present(const RingFiles *f, const struct FileTold *told)
{
	return told->ring > 0 && told->ring < RINGS_MAX &&
	       rings_get(f->rings, told->ring)->generation == told->generation;
}

void ring_files_told(RingFiles *f, const void *bytes, size_t size)
{
	const struct FileTold *told = bytes;
	const struct FileRecord *record;
	FileTable *table;

	text_clear(&f->scratch);
	if (size < sizeof(*told) || !is_present(f, told) || file_told_parse(bytes, size, &f->scratch) < 0 ||
	    file_record_parse(f->scratch.data, f->scratch.size, &record) <= 0)
		return;
	table = &f->tables[told->ring];
	(void) file_table_add(table, record); /* without memory, the file goes without a name */
	if (file_table_size(table) > ring_files_limit(f, told->ring))
		overfull_set(f, told->ring, true);
}

FileTable *ring_files_get(RingFiles *f, uint32_t ring)
{
	return f->tables[ring].n > 0 ? &f->tables[ring] : NULL;
}

uint32_t ring_files_overfull(RingFiles *f)
{
	const uint8_t *p = f->n_overfull > 0 ? memchr(f->overfull, true, sizeof(f->overfull)) : NULL;
	uint32_t ring = p ? (uint32_t) (p - f->overfull) : 0;

	if (p)
		overfull_set(f, ring, false);
	return ring;
}

void ring_files_drop(RingFiles *f, uint32_t ring)
{
	file_table_done(&f->tables[ring]);
	overfull_set(f, ring, false);
}

size_t ring_files_memory(const RingFiles *f)
{
	size_t size = 0;

	for (uint32_t i = 0; i < RINGS_MAX; i++)
		size += file_table_size(&f->tables[i]);
	return size;
}
