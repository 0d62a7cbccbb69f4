/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/file-table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/macro.h"

#define BUCKETS_MIN 64U

/* Names of a bucket that are looked at, the newest first: with more, the bytes were made to be slow. */
#define LOOKS_MAX 64U

typedef struct Entry {
	uint32_t offset; /* of the name in `records` */
	uint32_t next;   /* in the bucket, an older one: number + 1, 0: none */
	uint64_t serial;
	bool marked;
} Entry;

static Entry *table_entries(const FileTable *t)
{
	return (Entry *) t->entries.data;
}

static const struct FileRecord *entry_record(const FileTable *t, const Entry *e)
{
	return (const struct FileRecord *) (t->records.data + e->offset);
}

static bool same_file(const struct FileRef *a, const struct FileRef *b)
{
	return a->inode == b->inode && a->device == b->device && a->version == b->version;
}

static uint32_t *table_bucket(const FileTable *t, const struct FileRef *file)
{
	/* Fibonacci hashing: the version is a hash already, inodes are often numbered in a row. */
	uint64_t hash = (file->inode ^ (uint64_t) file->version << 32 ^ file->device) * 0x9e3779b97f4a7c15ULL;

	return &t->buckets[(hash >> 32) & (t->n_buckets - 1)];
}

static void entry_link(FileTable *t, size_t i)
{
	Entry *e = &table_entries(t)[i];
	uint32_t *bucket = table_bucket(t, &entry_record(t, e)->file);

	e->next = *bucket;
	*bucket = (uint32_t) i + 1;
}

/* Gives each name a bucket, on the average. */
static int table_index(FileTable *t, size_t n)
{
	size_t n_buckets = MAX(t->n_buckets, BUCKETS_MIN);
	uint32_t *buckets;

	while (n_buckets < n)
		n_buckets *= 2;
	if (n_buckets == t->n_buckets)
		return 0;
	buckets = calloc(n_buckets, sizeof(*buckets));
	if (!buckets)
		return -ENOMEM;
	free(t->buckets);
	t->buckets = buckets;
	t->n_buckets = n_buckets;
	for (size_t i = 0; i < t->n; i++)
		entry_link(t, i);
	return 0;
}

const struct FileRecord *file_table_find(const FileTable *t, const struct FileRef *file, uint64_t time)
{
	const struct FileRecord *oldest = NULL;
	uint32_t i = t->n_buckets > 0 ? *table_bucket(t, file) : 0;

	for (unsigned looks = 0; i != 0 && looks < LOOKS_MAX; looks++) {
		const Entry *e = &table_entries(t)[i - 1];
		const struct FileRecord *record = entry_record(t, e);

		i = e->next;
		if (!same_file(&record->file, file))
			continue;
		if (record->time <= time)
			return record;
		oldest = record;
	}
	return oldest;
}

static bool same_name(const struct FileRecord *a, const struct FileRecord *b)
{
	return a->header.count == b->header.count && a->header.flags == b->header.flags && a->device == b->device &&
	       a->text_size == b->text_size && memcmp(a + 1, b + 1, a->text_size) == 0;
}

int file_table_add(FileTable *t, const struct FileRecord *record)
{
	const struct FileRecord *known = file_table_find(t, &record->file, record->time);
	Entry e = { .offset = (uint32_t) t->records.size, .serial = t->serial };
	int r;

	if (known && known->time <= record->time && same_name(known, record))
		return 0;
	if (t->records.size > UINT32_MAX - FILE_RECORD_SIZE_MAX)
		return -ENOMEM;
	r = table_index(t, t->n + 1);
	if (r < 0)
		return r;
	text_put_bytes(&t->records, record, record->header.size);
	text_put_bytes(&t->entries, &e, sizeof(e));
	if (text_error(&t->records) < 0 || text_error(&t->entries) < 0)
		return -ENOMEM;
	entry_link(t, t->n++);
	t->serial++;
	return 0;
}

int file_table_add_all(FileTable *t, const void *records, size_t size)
{
	const char *p = records;
	const struct FileRecord *record;
	size_t at = 0;
	int n;

	while ((n = file_record_parse(p + at, size - at, &record)) > 0)
		at += (size_t) n;
	for (at = 0; n >= 0 && at < size; at += record->header.size) {
		(void) file_record_parse(p + at, size - at, &record);
		n = file_table_add(t, record);
	}
	return n;
}

void file_table_name(const FileTable *t, Call *call)
{
	for (unsigned i = 0; i < call->n_files; i++) {
		CallFile *file = &call->files[i];

		file->name = file_table_find(t, &file->file, file->of < FILE_RESULT ? call->start : call_end(call));
	}
}

size_t file_table_size(const FileTable *t)
{
	return t->records.size + t->entries.size + t->n_buckets * sizeof(*t->buckets);
}

uint64_t file_table_put_since(const FileTable *t, uint64_t serial, Text *ret)
{
	size_t i = t->n;

	while (i > 0 && table_entries(t)[i - 1].serial >= serial)
		i--;
	if (i < t->n)
		text_put_bytes(ret, entry_record(t, &table_entries(t)[i]),
			       t->records.size - table_entries(t)[i].offset);
	return t->serial;
}

/* All its names: which of them counted when is not looked at. */
static void file_mark(FileTable *t, const struct FileRef *file)
{
	uint32_t i = t->n_buckets > 0 ? *table_bucket(t, file) : 0;

	for (unsigned looks = 0; i != 0 && looks < LOOKS_MAX; looks++) {
		Entry *e = &table_entries(t)[i - 1];

		if (same_file(&entry_record(t, e)->file, file))
			e->marked = true;
		i = e->next;
	}
}

void file_table_mark(FileTable *t, const void *records, size_t size)
{
	const char *p = records;
	Item item;
	int n;

	while ((n = record_parse(p, size, &item)) > 0) {
		for (unsigned i = 0; item.kind == ITEM_CALL && i < item.call.n_files; i++)
			file_mark(t, &item.call.files[i].file);
		p += n;
		size -= (size_t) n;
	}
}

void file_table_put_marked(FileTable *t, Text *ret)
{
	for (size_t i = 0; i < t->n; i++) {
		Entry *e = &table_entries(t)[i];
		const struct FileRecord *record = entry_record(t, e);

		if (e->marked)
			text_put_bytes(ret, record, record->header.size);
		e->marked = false;
	}
}

/* Marks the newest ones that fit into @size beside those that are marked; should these be too many, the newest alone. */
static void choose_kept(FileTable *t, size_t size)
{
	size_t marked = 0, left = size;

	for (size_t i = 0; i < t->n; i++)
		if (table_entries(t)[i].marked)
			marked += entry_record(t, &table_entries(t)[i])->header.size + sizeof(Entry);
	left -= MIN(marked, left);
	for (size_t i = t->n; i-- > 0;) {
		Entry *e = &table_entries(t)[i];
		size_t takes = entry_record(t, e)->header.size + sizeof(Entry);
		size_t *from = e->marked ? &size : &left;

		e->marked = takes <= *from;
		*from -= e->marked ? takes : *from;
	}
}

int file_table_trim(FileTable *t, size_t size, FileDropped dropped, void *userdata)
{
	FileTable kept = { .serial = t->serial };
	int r = table_index(&kept, t->n / 2);

	choose_kept(t, size);
	for (size_t i = 0; i < t->n && r >= 0; i++) {
		Entry e = table_entries(t)[i];
		const struct FileRecord *record = entry_record(t, &e);

		if (!e.marked)
			continue;
		e.offset = (uint32_t) kept.records.size;
		e.marked = false;
		text_put_bytes(&kept.records, record, record->header.size);
		text_put_bytes(&kept.entries, &e, sizeof(e));
		kept.n++;
		r = text_error(&kept.records) < 0 || text_error(&kept.entries) < 0 ? -ENOMEM : 0;
	}
	if (r < 0) {
		file_table_done(&kept);
		return r;
	}
	for (size_t i = 0; i < kept.n; i++)
		entry_link(&kept, i);
	for (size_t i = 0; i < t->n; i++)
		if (!table_entries(t)[i].marked)
			dropped(&entry_record(t, &table_entries(t)[i])->file, userdata);
	file_table_done(t);
	*t = kept;
	return 0;
}

void file_table_done(FileTable *t)
{
	text_done(&t->records);
	text_done(&t->entries);
	free(t->buckets);
	*t = (FileTable){};
}
