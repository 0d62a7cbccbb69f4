/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What files are called: names by identity, each from some time on.
 *
 * A name is told when a file is met first, and again when it has changed: a socket gets an address, and the table may
 * have been told of one file twice. So a file can have several names here, and a call takes the newest that was told by
 * the time of the call. A call from before the first name takes that one: names are told late where recording began late.
 *
 * A table grows with what is added; who owns it bounds it. Its serial numbers never restart, so that a stream can be
 * given what is new since it last looked, whatever was dropped in between.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/item.h"
#include "util/text.h"

/* One whose members are all zero is empty and ready. */
typedef struct FileTable {
	Text records; /* struct FileRecord, in the order in which they were added */
	Text entries;
	uint32_t *buckets; /* of entries, by identity; number + 1, 0: none */
	size_t n, n_buckets;
	uint64_t serial; /* names added so far */
} FileTable;

/**
 * file_table_add() - copy a name; one that the file has already is left out
 * @record: as file_record_parse() has found it right
 *
 * Return: 0 or -ENOMEM
 */
int file_table_add(FileTable *t, const struct FileRecord *record);

/**
 * file_table_add_all() - copy names, one struct FileRecord after the other, which are untrusted
 *
 * Return: 0; -EBADMSG if the bytes are malformed, and none was added; -ENOMEM
 */
int file_table_add_all(FileTable *t, const void *records, size_t size);

/** file_table_find() - Return: the name that @file had at @time, valid until the next change of the table; NULL */
const struct FileRecord *file_table_find(const FileTable *t, const struct FileRef *file, uint64_t time);

/** file_table_name() - give a call's files their names, which are valid as long as the table does not change */
void file_table_name(const FileTable *t, Call *call);

/** file_table_size() - Return: bytes of memory that the names take */
size_t file_table_size(const FileTable *t);

/** file_table_put_since() - append the names added after the first @serial ones. Return: how many were added, ever */
uint64_t file_table_put_since(const FileTable *t, uint64_t serial, Text *ret);

/** file_table_mark() - note that the files of these records, of calls and events, are in use; bytes may be malformed */
void file_table_mark(FileTable *t, const void *records, size_t size);

/** file_table_put_marked() - append the names that are in use, and forget the marks */
void file_table_put_marked(FileTable *t, Text *ret);

/** FileDropped - a file has no name any more */
typedef void (*FileDropped)(const struct FileRef *file, void *userdata);

/**
 * file_table_trim() - drop names until no more than @size bytes are left: those not in use first, the oldest before others
 * @dropped: called for each name
 *
 * Forgets the marks. Return: 0 or -ENOMEM, and the table is as it was.
 */
int file_table_trim(FileTable *t, size_t size, FileDropped dropped, void *userdata);

/** file_table_done() - release the memory; the table is then empty and usable */
void file_table_done(FileTable *t);
