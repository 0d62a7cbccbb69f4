/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The memory of all rings, as the daemon keeps its books.
 *
 * Memory comes in slabs: BPF arrays of one value, SLAB_CHUNKS chunks, made when needed and kept. A ring is a run of
 * entries in the chunk lists, each naming a chunk anywhere in any slab; so rings differ in size, grow, and are recycled
 * without a map being touched. One chunk of each ring holds its events.
 *
 * Chunks are mapped only while they are looked at: a mapped ring counts as resident memory of the daemon.
 */

#include <stddef.h>
#include <stdint.h>

#include "bpf/record.h"
#include "util/cleanup.h"

typedef struct Rings Rings;

/**
 * rings_new() - books over the maps of a loaded recorder
 * @slabs_fd: outer map
 * @rings: RINGS_MAX of them, the caller's
 * @lists_fd: mmapable array; mapped here for good
 * @n_lists: entries of the latter
 * @memory_max: bytes of slabs at most, at least one slab
 *
 * Return: 0, -ENOMEM, or the errno of mmap(2).
 */
int rings_new(Rings **ret, int slabs_fd, struct Ring *rings, int lists_fd, unsigned n_lists, uint64_t memory_max);
Rings *rings_free(Rings *r);
DEFINE_CLEANUP(Rings, rings_free);

/**
 * rings_chunks() - Return: chunks of a ring of @size bytes, the one for events included; of a size that no memory can
 * have, more than there can be
 */
unsigned rings_chunks(uint64_t size);

/**
 * rings_alloc() - a ring of @size bytes, empty and ready to be written to
 *
 * Return: its number, -ENOBUFS if the memory allowed is in use, -ENOMEM or another errno if a slab could not be made.
 */
int rings_alloc(Rings *r, uint64_t size);

/** rings_touch() - put a slab where it is already, which makes the kernel wait for running programs; Return: 0 or an errno */
int rings_touch(Rings *r);

/** rings_reserve() - make the slabs that a ring of @size bytes would need, so that it comes fast then; Return: as above */
int rings_reserve(Rings *r, uint64_t size);

/** rings_grow() - let a ring have @size bytes, its newest records staying; Return: 0 or as rings_alloc() */
int rings_grow(Rings *r, uint32_t ring, uint64_t size);

/** rings_release() - give a ring's memory back; nobody may be writing to it any more */
void rings_release(Rings *r, uint32_t ring);

/** rings_get() - Return: the shared state of a ring */
struct Ring *rings_get(Rings *r, uint32_t ring);

/** rings_size() - Return: bytes of a ring, its events included */
uint64_t rings_size(Rings *r, uint32_t ring);

/** rings_memory() - bytes in use by rings, and bytes they may have */
uint64_t rings_memory(const Rings *r);
uint64_t rings_memory_max(const Rings *r);

/* The chunks of one ring, mapped for reading; the last one is that of its events. */
typedef struct RingMap {
	unsigned n_chunks;
	struct RingChunk {
		const struct ChunkHeader *header;
		uint32_t number;
	} *chunks;
	unsigned n_spans;
	struct RingSpan {
		void *address;
		size_t size;
	} *spans;
} RingMap;

/** rings_map() - map a ring as it is now; Return: 0 or an errno of mmap(2). Release with ring_map_done(). */
int rings_map(Rings *r, uint32_t ring, RingMap *ret);
void ring_map_done(RingMap *m);
