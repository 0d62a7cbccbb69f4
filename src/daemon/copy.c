/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/copy.h"

#include <string.h>

#include "util/clock.h"
#include "util/macro.h"

/*
 * A writer holds a chunk or a slot for less than a microsecond with preemption off, but its CPU may be taken by an
 * interrupt or, in a virtual machine, by the host: where that has more to do than CPUs, for tens of milliseconds. After
 * this long it is not waited for: better a snapshot without one record than a daemon that hangs.
 */
#define WAIT_NSEC (100 * NSEC_PER_MSEC)
#define COPY_TRIES 8 /* more often than a chunk is recycled while it is copied */

/* Return: whether nobody has held it for a moment */
static bool chunk_wait(const struct ChunkHeader *h)
{
	uint64_t until = monotonic_now() + WAIT_NSEC;

	do
		if (__atomic_load_n(&h->owner, __ATOMIC_ACQUIRE) == 0)
			return true;
	while (monotonic_now() <= until);
	return false;
}

/* Return: whether @h has had that sequence all along, since it was loaded and all else after it */
static bool chunk_is_still(const struct ChunkHeader *h, uint64_t sequence)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return sequence != 0 && __atomic_load_n(&h->sequence, __ATOMIC_RELAXED) == sequence;
}

/*
 * If it is held, all but the record being written. When it is recycled meanwhile, once more: what is there then ended
 * after the cut, but with it comes the count of what was overwritten.
 */
bool chunk_copy(const struct ChunkHeader *h, uint8_t *copy, ChunkView *ret)
{
	for (unsigned i = 0; i < COPY_TRIES; i++) {
		bool held = !chunk_wait(h);
		uint64_t sequence;
		uint32_t used;

		sequence = __atomic_load_n(&h->sequence, __ATOMIC_ACQUIRE);
		used = __atomic_load_n(&h->used, __ATOMIC_ACQUIRE);
		if (used > CHUNK_SIZE)
			return false;
		memcpy(copy, h, used);
		if (!chunk_is_still(h, sequence))
			continue;
		*ret = (ChunkView){ .bytes = copy, .sequence = sequence, .used = used, .held = held };
		return true;
	}
	return false;
}

struct ChunkHeader chunk_books(const struct ChunkHeader *h)
{
	struct ChunkHeader copy = {};

	for (unsigned i = 0; i < COPY_TRIES; i++) {
		uint64_t sequence = __atomic_load_n(&h->sequence, __ATOMIC_ACQUIRE);

		copy = *h;
		if (chunk_is_still(h, sequence))
			break;
		(void) chunk_wait(h);
	}
	return copy;
}

bool slot_copy(const struct Slot *slot, struct Slot *ret)
{
	uint64_t until = monotonic_now() + WAIT_NSEC;
	uint32_t sequence;

	do {
		sequence = __atomic_load_n(&slot->sequence, __ATOMIC_ACQUIRE);
		if (sequence & 1)
			continue;
		memcpy(ret, slot, sizeof(*ret));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&slot->sequence, __ATOMIC_RELAXED) == sequence)
			return true;
	} while (monotonic_now() < until);
	return false;
}
