/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The books of the rings, over maps that are ordinary shared memory. */

#include "unit/test.h"

#include "bus/fake-recorder.h"

#define MIB (1024ULL * 1024)

static int recorder_of(Recorder **ret, uint64_t memory_max)
{
	return recorder_new(ret, &(RecorderConfig){ .buffer_size = 64 * 1024, .memory_max = memory_max });
}

/* A hint is followed while the chunk has its sequence and is younger than half the ring: bpf/ring.bpf.h. */
TEST(no_hint_of_the_ring_before_is_followed_in_one_that_has_its_number)
{
	_cleanup_(recorder_freep) Recorder *r = NULL;
	struct Ring *ring;
	uint64_t hint;
	int number;

	CHECK_INT(recorder_of(&r, 8 * MIB), 0);
	number = rings_alloc(recorder_rings(r), MIB);
	CHECK(number > 0);
	ring = rings_get(recorder_rings(r), (uint32_t) number);
	ring->head += 100;
	hint = ring->head;
	rings_release(recorder_rings(r), (uint32_t) number);
	CHECK_INT(rings_alloc(recorder_rings(r), 64 * 1024), number);
	CHECK(ring->head - hint >= ring->list >> 33);
	CHECK(ring->head - hint >= CHUNKS_MAX / 2);
}

int main(void)
{
	RUN(no_hint_of_the_ring_before_is_followed_in_one_that_has_its_number);
	return test_done();
}
