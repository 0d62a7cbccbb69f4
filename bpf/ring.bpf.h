/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Writing to a ring. A ring is a list of chunks; claim number n means chunk n modulo their number.
 *
 * A writer owns a chunk for one record: it takes the owner word by compare-and-swap, appends, publishes `used` and lets
 * go. So no idle CPU holds a chunk back, and a program that interrupts another finds the chunk taken and goes to the
 * next. It comes back to the same chunk (its CPU's hint) while that has room and is younger than half the ring.
 *
 * The end of a call is timed while the chunk is owned. Hence ends never decrease within a chunk, and a reader that takes
 * the time and then waits until a chunk is free has every record of it that ended before: that is its cut.
 */

#include "maps.bpf.h"
#include "machine.bpf.h"

/* Set by the daemon: calls have one clock, at their end. */
const volatile bool no_durations;

#define MEMORY_TURN 11U /* words, of the copy of a memory */
#define CLAIM_TRIES 64 /* chunks that others are writing to at this moment: more than CPUs are likely at it */

static __always_inline struct ChunkHeader *chunk_at(u32 chunk)
{
	u32 number = chunk / SLAB_CHUNKS, index = chunk % SLAB_CHUNKS, zero = 0;
	void *map = bpf_map_lookup_elem(&slabs, &number);
	char *slab = map ? bpf_map_lookup_elem(map, &zero) : NULL;

	return slab ? (struct ChunkHeader *) (slab + (u64) index * CHUNK_SIZE) : NULL;
}

static __always_inline struct Ring *ring_at(u32 number)
{
	return &rings[number & (RINGS_MAX - 1)];
}

/* Return: where the CPU last wrote in a ring, or NULL if there are more CPUs than there were */
static __always_inline struct Hint *hint_at(u32 cpu, u32 number)
{
	struct CpuHints *of_cpu = bpf_map_lookup_elem(&hints, &cpu);

	return of_cpu ? &of_cpu->of[number & (RINGS_MAX - 1)] : NULL;
}

static __always_inline bool chunk_try(struct ChunkHeader *h, u32 cpu)
{
	return __sync_val_compare_and_swap(&h->owner, 0, cpu + 1) == 0;
}

/* Of the program that owns the chunk. Before 6.10 asking the kernel is a call. */
static __always_inline u32 chunk_cpu(const struct ChunkHeader *h)
{
	return h->owner - 1;
}

static __always_inline void chunk_release(struct ChunkHeader *h)
{
	PUBLISH(h->owner, 0);
}

/*
 * The horizon is raised before anything is lost: readers look at it after they have copied. The other counters change
 * while the sequence is 0, so that who finds the same sequence before and after has those that belong to it.
 */
static __always_inline void chunk_recycle(struct ChunkHeader *h, u64 sequence)
{
	if (h->newest > h->overwritten_until)
		h->overwritten_until = h->newest;
	PUBLISH(h->sequence, 0);
	h->overwritten += h->records;
	h->records = 0;
	h->newest = 0;
	h->used = sizeof(*h);
	PUBLISH(h->sequence, sequence);
}

static __always_inline void ring_wake(struct Ring *ring, u32 number)
{
	struct ControlEvent *event;

	if (!__sync_lock_test_and_set(&ring->wake_at, 0))
		return;
	event = bpf_ringbuf_reserve(&control, sizeof(*event), 0);
	if (!event)
		return;
	event->kind = CONTROL_WAKE;
	event->ring = number;
	event->cgroup = 0;
	event->name[0] = '\0';
	bpf_ringbuf_submit(event, BPF_RB_FORCE_WAKEUP);
}

/*
 * Return: the number of the chunk claimed, which the hint then names too, until a program that interrupts this one
 * claims another; -1 if there was none.
 */
__noinline s64 ring_advance(struct Ring *ring, u32 number, struct Hint *hint)
{
	u32 cpu = bpf_get_smp_processor_id();

	if (!ring || !hint)
		return -1;
	for (int i = 0; i < CLAIM_TRIES; i++) {
		u64 list = *(volatile u64 *) &ring->list, n, *found;
		u32 count = list >> 32, entry, chunk;
		struct ChunkHeader *h;

		if (!count)
			return -1;
		n = __sync_fetch_and_add(&ring->head, 1);
		entry = (u32) list + n % count;
		found = bpf_map_lookup_elem(&chunk_lists, &entry);
		if (!found)
			return -1;
		chunk = *found;
		h = chunk_at(chunk);
		if (!h)
			return -1;
		if (!chunk_try(h, cpu))
			continue;
		if (h->ring != number) {
			chunk_release(h);
			continue;
		}
		chunk_recycle(h, n + 1);
		hint->sequence = n + 1;
		hint->chunk = chunk;
		if (ring->wake_at && n >= ring->wake_at)
			ring_wake(ring, number);
		return chunk;
	}
	return -1;
}

/* As ring_claim(), for what does not count when it is lost. */
static __always_inline struct ChunkHeader *ring_claim_uncounted(struct Ring *ring, u32 number)
{
	u32 cpu = bpf_get_smp_processor_id();
	struct Hint *hint = hint_at(cpu, number);
	struct ChunkHeader *h;
	s64 chunk;

	if (!hint)
		return NULL;
	h = chunk_at(hint->chunk);
	if (!h)
		return NULL;
	if (chunk_try(h, cpu)) {
		if (hint->sequence && (u16) h->sequence == hint->sequence && h->ring == number &&
		    h->used <= CHUNK_SIZE - RECORD_SIZE_MAX && ring->head - h->sequence < ring->list >> 33)
			return h;
		chunk_release(h);
	}
	chunk = ring_advance(ring, number, hint);
	return chunk < 0 ? NULL : chunk_at(chunk);
}

/* Return: the CPU's chunk of this ring, owned and with room for a record, or NULL. */
static __always_inline struct ChunkHeader *ring_claim(struct Ring *ring, u32 number)
{
	struct ChunkHeader *h = ring_claim_uncounted(ring, number);

	if (!h)
		__sync_fetch_and_add(&ring->lost[LOSS_NO_CHUNK], 1);
	return h;
}

/* Return: where the next record of a chunk goes that was claimed for it, or NULL, having released it */
static __always_inline void *record_place(struct ChunkHeader *h)
{
	u32 at = h->used;

	asm volatile("" : "+r"(at)); /* the verifier follows the bound only through the register that was checked */
	if (at > CHUNK_SIZE - RECORD_SIZE_MAX) {
		chunk_release(h);
		return NULL;
	}
	return (void *) h + at;
}

static __always_inline void record_publish(struct ChunkHeader *h, u32 size, u64 end)
{
	h->newest = end;
	h->records++;
	PUBLISH(h->used, h->used + size);
	chunk_release(h);
}

/*
 * Copies a captured piece in words. Return: bytes written.
 *
 * Eleven a turn: a path or a name takes one, and three are the most there are. What is copied too much is overwritten.
 */
static __always_inline u32 memory_put(char *p, const struct SlotMemory *memory)
{
	const u64 *from = (const u64 *) memory;
	u64 *to = (u64 *) p;
	u32 words = (sizeof(struct MemoryRecord) + memory->record.captured + 7) / 8;

	_Static_assert(sizeof(*memory) / 8 % MEMORY_TURN == 0, "copied in whole turns");
	asm volatile("" : "+r"(words));
	if (words > sizeof(*memory) / 8)
		words = sizeof(*memory) / 8;
	for (u32 i = 0; i < sizeof(*memory) / 8 && i < words; i += MEMORY_TURN)
#pragma unroll
		for (u32 k = i; k < i + MEMORY_TURN; k++)
			to[k] = from[k];
	return words * 8;
}

/* Return: bytes written. */
static __always_inline u32 files_put(char *p, const struct Slot *s, u32 n)
{
	struct FileRef *to = (struct FileRef *) p;

	to[0] = s->files[0];
	if (n < 2)
		return sizeof(*to);
	to[1] = s->files[1];
	return 2 * sizeof(*to);
}

/* What a record begins with but for its header, in words. */
static __always_inline void head_put(struct CallRecord *record, const struct Slot *s)
{
	const u64 *from = (const u64 *) &s->nr;
	u64 *to = (u64 *) &record->nr;

	_Static_assert(offsetof(struct Slot, args) - offsetof(struct Slot, nr) == 3 * sizeof(*to) &&
			       offsetof(struct CallRecord, duration) - offsetof(struct CallRecord, nr) == 3 * sizeof(*to),
		       "three words, and the same");
	_Static_assert(offsetof(struct Slot, pid) - offsetof(struct Slot, nr) ==
				       offsetof(struct CallRecord, pid) - offsetof(struct CallRecord, nr) &&
			       offsetof(struct Slot, file_of) - offsetof(struct Slot, nr) ==
				       offsetof(struct CallRecord, file_of) - offsetof(struct CallRecord, nr) &&
			       offsetof(struct Slot, nr) % sizeof(*to) == 0,
		       "in the same order");
	to[0] = from[0];
	to[1] = from[1];
	to[2] = from[2];
}

/* None, three or all: words beyond @n are not in the record. */
static __always_inline void args_put(u64 *args, const struct Slot *s, u32 n)
{
	if (n == 0)
		return;
	args[0] = s->args[0];
	args[1] = s->args[1];
	args[2] = s->args[2];
	if (n <= 3)
		return;
	args[3] = s->args[3];
	args[4] = s->args[4];
	args[5] = s->args[5];
}

/* A call begins. For RECORD_NO_DURATION its start is there already, unless the call before was not recorded. */
static __always_inline void slot_start(struct Slot *s)
{
	if (!no_durations || s->start < _START_MAX)
		s->start = bpf_ktime_get_ns();
}

/*
 * The slot's call as one record, ending now.
 *
 * The verifier follows the bound of an offset only through the register that was checked, hence the asm.
 */
static __always_inline int record_put(struct Slot *s, u32 flags, s64 result)
{
	struct CallRecord *record;
	struct ChunkHeader *h;
	struct Ring *ring;
	u32 number, at, n_args, n_memory, n_files;
	u64 now, *args;
	char *p;

	if (!s)
		return 0;
	number = s->ring;
	ring = ring_at(number);
	h = ring_claim(ring, number);
	if (!h) {
		s->start = START_SEEN; /* or the next call might be taken for this one, of which there may be pieces */
		return 0;
	}
	now = bpf_ktime_get_ns();
	at = h->used;
	asm volatile("" : "+r"(at));
	if (at > CHUNK_SIZE - RECORD_SIZE_MAX)
		goto out;
	record = (void *) h + at;
	n_args = s->n_args;
	n_memory = s->n_memory;
	n_files = s->n_files;
	flags |= s->flags;
	head_put(record, s);
	record->duration = now - s->start;
	if (no_durations)
		s->start = now;
	record->result = result;
	args = (u64 *) (record + 1);
	args_put(args, s, n_args);
	if (n_args > CALL_ARGS_MAX)
		goto out;
	p = (char *) (args + n_args);
	if (s->named_in != h->sequence) {
		s->named_in = h->sequence;
		flags |= RECORD_HAS_COMM;
		__builtin_memcpy(p, s->comm, COMM_SIZE);
		p += COMM_SIZE;
	}
	if (n_files > 0)
		p += files_put(p, s, n_files);
	if (n_memory > 0)
		p += memory_put(p, &s->memory[0]);
	if (n_memory > 1)
		p += memory_put(p, &s->memory[1]);
	at = p - (char *) record;
	/* size, kind, count, flags, cpu */
	*(u64 *) &record->header = at | RECORD_CALL << 16 | n_args << 24 | (u64) (flags | chunk_cpu(h) << 16) << 32;
	h->newest = now;
	h->records++;
	PUBLISH(h->used, h->used + at);
out:
	chunk_release(h);
	return 0;
}

/*
 * For where it is not on every call's way: a call within BPF costs 7 ns where returns are guarded (SRSO). Not static, as
 * ring_advance(), so that the verifier walks it once and not from every place where it is called.
 */
__noinline int record_write(struct Slot *s, u32 flags, s64 result)
{
	return record_put(s, flags, result);
}
