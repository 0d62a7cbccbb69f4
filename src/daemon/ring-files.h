/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the kernel side has told of files, a table for each ring.
 *
 * They belong to rings and not to recordings, because names come before the daemon has heard of the unit whose first
 * calls they are of. A ring's number is used again; the generation in what was told keeps its recordings apart.
 */

#include <stddef.h>
#include <stdint.h>

#include "daemon/rings.h"
#include "trace/file-table.h"
#include "util/cleanup.h"

typedef struct RingFiles RingFiles;

/** ring_files_new() - no names yet; Return: 0 or -ENOMEM */
int ring_files_new(RingFiles **ret, Rings *rings);
RingFiles *ring_files_free(RingFiles *f);
DEFINE_CLEANUP(RingFiles, ring_files_free);

/** ring_files_told() - take a name out of the kernel's bytes; what is malformed or of a ring that is gone is left out */
void ring_files_told(RingFiles *f, const void *bytes, size_t size);

/** ring_files_get() - Return: the names in a ring's records, NULL if there are none */
FileTable *ring_files_get(RingFiles *f, uint32_t ring);

/**
 * ring_files_overfull() - whose table has to be trimmed
 *
 * A table may have as many bytes as its ring: a record with a file has more bytes than most names.
 *
 * Return: a ring, 0 if there is none
 */
uint32_t ring_files_overfull(RingFiles *f);

/** ring_files_limit() - Return: bytes that the table of a ring may have */
size_t ring_files_limit(RingFiles *f, uint32_t ring);

/** ring_files_drop() - forget the names of a ring that is given up */
void ring_files_drop(RingFiles *f, uint32_t ring);

/** ring_files_memory() - Return: bytes of the names of all rings */
size_t ring_files_memory(const RingFiles *f);
