/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Memory that had no room in its record, joined again. See struct PieceRecord in bpf/record.h. Of some memory the record
 * has the beginning, and says that it goes on; of other memory it has nothing, and only the pieces tell that it is there.
 *
 * Pieces are in the ring before the record they belong to, but each CPU has a chunk of its own, so whoever follows a ring
 * may see them looks earlier: a call that blocks returns hours later. They wait here, up to PIECES_WAITING_MAX bytes.
 * What is missing, because the ring went round or more than that were waiting, ends the memory there: it is called cut.
 *
 * Nothing in a piece is trusted: it may be missing, doubled, overlap another one, or claim any place.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/item.h"
#include "util/text.h"

/* Between two looks: what 64 threads need that are blocked in a call with the longest of paths. */
#define PIECES_WAITING_MAX (256U * 1024)

#define PIECE_STARTS 65536U /* bits: of a look with 4,000 calls that have pieces, 6 % of the others are looked up in vain */

/* One whose members are all zero is empty and ready. */
typedef struct Pieces {
	Text records;
	Text index; /* of all records, once they are sorted */
	uint64_t starts[PIECE_STARTS / 64]; /* a bit for each hash of a start among them */
} Pieces;

/* Whose memory it is. */
typedef struct PieceKey {
	uint64_t start;
	uint32_t tid; /* after an execve of a thread that was not the leader it is that of the process */
	uint32_t arg;
} PieceKey;

/**
 * piece_parse() - a piece out of untrusted bytes
 * @bytes: aligned to 8
 * @size: bytes there are
 *
 * Return: its size, 0 if the record at @bytes is of another kind, -EBADMSG if it is no whole piece
 */
int piece_parse(const void *bytes, size_t size, const struct PieceRecord **ret);

/** pieces_add() - copy a piece; a failed allocation is kept until pieces_sort() */
void pieces_add(Pieces *p, const struct PieceRecord *piece);

/** pieces_sort() - to be called between adding and joining; Return: 0 or -ENOMEM */
int pieces_sort(Pieces *p);

/** pieces_may_have() - Return: false if there is no piece of what started at @start; quickly, and not always exactly */
bool pieces_may_have(const Pieces *p, uint64_t start);

/**
 * pieces_next() - the next memory that begins in a piece
 * @key: its arg is the least that is wanted, and that of the memory on success
 * @ret_requested: as in MemoryRecord
 *
 * Return: whether there is one
 */
bool pieces_next(const Pieces *p, PieceKey *key, uint32_t *ret_requested);

/**
 * pieces_join() - append one memory to @t: what the record itself has, and what follows
 * @inside: of the record; captured 0 where it has nothing
 *
 * Return: the status of all, MEMORY_TRUNCATED if something is missing
 */
enum MemoryStatus pieces_join(const Pieces *p, const PieceKey *key, const CallMemory *inside, Text *t);

/** pieces_forget() - drop those whose record was joined, and of the others the oldest if there are too many */
void pieces_forget(Pieces *p);

/** pieces_done() - release the memory; the object is then empty and usable */
void pieces_done(Pieces *p);
