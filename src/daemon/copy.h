/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Copies of memory that the kernel side writes at the same time. What makes one whole is the sequence number in it: it was
 * the same before and after. Nobody is locked out, and nobody is waited for longer than 100 ms.
 *
 * Whose memory it is, and what is in the copies, is others' matter: daemon/reader.h, trace/chunk.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "bpf/record.h"
#include "trace/chunk.h"

/**
 * chunk_copy() - what is in a chunk
 * @copy: CHUNK_SIZE bytes, aligned to 8
 *
 * Return: false if it was never used, or is recycled faster than it is copied
 */
bool chunk_copy(const struct ChunkHeader *h, uint8_t *copy, ChunkView *ret);

/** chunk_books() - Return: a chunk's header, whose counters belong together as long as the sequence stays */
struct ChunkHeader chunk_books(const struct ChunkHeader *h);

/** slot_copy() - a thread's slot while no call begins or ends in it; Return: false if there was no such moment */
bool slot_copy(const struct Slot *slot, struct Slot *ret);
