/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/rings.h"

#include <bpf/bpf.h>
#include <sys/mman.h>

#include "util/macro.h"

#define CHUNKS_MIN 4U /* three to write to, so that one is always younger than half, and one for events */
#define LIST_FREE UINT32_MAX

struct Rings {
	int slabs_fd;
	struct Ring *rings;
	uint64_t *lists;
	unsigned n_lists;

	int slab_fds[SLABS_MAX];
	unsigned n_slabs, slabs_max;

	uint8_t *chunk_used; /* by chunk number */
	uint8_t *list_used;  /* by entry of the lists */
	unsigned n_chunks_used;
	uint8_t ring_used[RINGS_MAX];
};

static size_t lists_bytes(const Rings *r)
{
	return r->n_lists * sizeof(uint64_t);
}

/* BPF maps are mapped in whole pages. */
static size_t page_align(size_t n)
{
	size_t page = (size_t) sysconf(_SC_PAGESIZE);

	return (n + page - 1) & ~(page - 1);
}

int rings_new(Rings **ret, int slabs_fd, struct Ring *rings, int lists_fd, unsigned n_lists, uint64_t memory_max)
{
	_cleanup_(rings_freep) Rings *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->slabs_fd = slabs_fd;
	r->rings = rings;
	r->n_lists = n_lists;
	r->slabs_max = (unsigned) MIN(memory_max / SLAB_SIZE, (uint64_t) SLABS_MAX);
	r->slabs_max = MAX(r->slabs_max, 1U);
	r->chunk_used = calloc(r->slabs_max, SLAB_CHUNKS);
	r->list_used = calloc(1, n_lists);
	if (!r->chunk_used || !r->list_used)
		return -ENOMEM;
	r->lists = mmap(NULL, page_align(lists_bytes(r)), PROT_READ | PROT_WRITE, MAP_SHARED, lists_fd, 0);
	if (r->lists == MAP_FAILED) {
		r->lists = NULL;
		return -errno;
	}
	r->ring_used[0] = 1; /* stands for no ring */
	*ret = TAKE_PTR(r);
	return 0;
}

Rings *rings_free(Rings *r)
{
	if (!r)
		return NULL;
	for (unsigned i = 0; i < r->n_slabs; i++)
		close_fd(r->slab_fds[i]);
	if (r->lists)
		(void) munmap(r->lists, page_align(lists_bytes(r)));
	free(r->chunk_used);
	free(r->list_used);
	free(r);
	return NULL;
}

unsigned rings_chunks(uint64_t size)
{
	uint64_t n = size / CHUNK_SIZE + (size % CHUNK_SIZE != 0);

	return (unsigned) MIN(MAX(n, (uint64_t) CHUNKS_MIN), (uint64_t) CHUNKS_MAX + 1);
}

/* In one batch: the kernel waits for a grace period at each update of an outer map. */
static int slabs_add(Rings *r, unsigned n)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	uint32_t numbers[SLABS_MAX], made = 0, count;
	int *fds = r->slab_fds + r->n_slabs, e = 0;

	for (; made < n; made++) {
		numbers[made] = r->n_slabs + made;
		fds[made] = bpf_map_create(BPF_MAP_TYPE_ARRAY, "slab", sizeof(uint32_t), SLAB_SIZE, 1, &options);
		if (fds[made] < 0) {
			e = fds[made];
			break;
		}
	}
	count = made; /* set to how many were inserted */
	if (e >= 0 && bpf_map_update_batch(r->slabs_fd, numbers, fds, &count, NULL) < 0)
		e = -errno;
	if (e >= 0)
		r->n_slabs += made;
	else
		while (made > 0)
			close_fd(fds[--made]);
	return e;
}

/*
 * More at a time the more there are, so that a crowd of units that start at once seldom waits; but never so many that
 * what the kernel counts is much more than what the rings have.
 */
static int chunks_reserve(Rings *r, unsigned n)
{
	unsigned have = r->n_slabs * SLAB_CHUNKS - r->n_chunks_used, missing;

	if (n > r->slabs_max * SLAB_CHUNKS - r->n_chunks_used)
		return -ENOBUFS;
	if (n <= have)
		return 0;
	missing = (n - have + SLAB_CHUNKS - 1) / SLAB_CHUNKS;
	return slabs_add(r, MIN(MAX(missing, r->n_slabs / 16), r->slabs_max - r->n_slabs));
}

/* The lowest free one: rings stay contiguous, and are mapped in one go, as long as there is room. */
static uint32_t chunk_take(Rings *r)
{
	uint8_t *p = memchr(r->chunk_used, 0, r->n_slabs * SLAB_CHUNKS);

	*p = 1;
	r->n_chunks_used++;
	return (uint32_t) (p - r->chunk_used);
}

static void chunk_give(Rings *r, uint32_t chunk)
{
	r->chunk_used[chunk] = 0;
	r->n_chunks_used--;
}

/* Return: the first of @n free entries in a row, or LIST_FREE. */
static uint32_t list_take(Rings *r, unsigned n)
{
	for (uint32_t first = 0, i = 0; i < r->n_lists; i++) {
		if (r->list_used[i])
			first = i + 1;
		else if (i - first + 1 == n) {
			memset(r->list_used + first, 1, n);
			return first;
		}
	}
	return LIST_FREE;
}

static void list_give(Rings *r, uint64_t list)
{
	memset(r->list_used + (uint32_t) list, 0, list >> 32);
}

static void *chunk_map(Rings *r, uint32_t chunk, unsigned n)
{
	return mmap(NULL, n * CHUNK_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, r->slab_fds[chunk / SLAB_CHUNKS],
		    (off_t) (chunk % SLAB_CHUNKS) * CHUNK_SIZE);
}

/*
 * Makes a chunk an empty one of @ring. The owner word is held meanwhile: a late writer that still has a hint to it as a
 * chunk of another ring must find it taken, or of another ring.
 */
static int chunk_init(Rings *r, uint32_t chunk, uint32_t ring)
{
	struct ChunkHeader *h = chunk_map(r, chunk, 1);

	if (h == MAP_FAILED)
		return -errno;
	__atomic_store_n(&h->owner, CHUNK_OWNER_DAEMON, __ATOMIC_SEQ_CST);
	__atomic_store_n(&h->sequence, 0, __ATOMIC_SEQ_CST);
	memset((uint8_t *) h + sizeof(*h), 0, CHUNK_SIZE - sizeof(*h));
	h->newest = h->overwritten_until = h->records = h->overwritten = 0;
	h->used = sizeof(*h);
	h->ring = ring;
	__atomic_store_n(&h->owner, 0, __ATOMIC_SEQ_CST);
	(void) munmap(h, CHUNK_SIZE);
	return 0;
}

int rings_touch(Rings *r)
{
	const uint32_t first = 0;

	if (r->n_slabs == 0)
		return 0;
	return bpf_map_update_elem(r->slabs_fd, &first, &r->slab_fds[first], BPF_ANY) < 0 ? -errno : 0;
}

int rings_reserve(Rings *r, uint64_t size)
{
	return chunks_reserve(r, rings_chunks(size));
}

static int ring_number_take(Rings *r)
{
	uint8_t *p = memchr(r->ring_used, 0, sizeof(r->ring_used));

	if (!p)
		return -ENOBUFS;
	*p = 1;
	return (int) (p - r->ring_used);
}

static void ring_set_list(struct Ring *ring, uint32_t first, unsigned n)
{
	__atomic_store_n(&ring->list, (uint64_t) n << 32 | first, __ATOMIC_RELEASE);
}

/* Fills @n list entries from @first on with new chunks of @ring. */
static int list_fill(Rings *r, uint32_t ring, uint32_t first, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint32_t chunk = chunk_take(r);
		int e;

		r->lists[first + i] = chunk;
		e = chunk_init(r, chunk, ring);
		if (e < 0) {
			for (unsigned k = 0; k <= i; k++)
				chunk_give(r, (uint32_t) r->lists[first + k]);
			return e;
		}
	}
	return 0;
}

int rings_alloc(Rings *r, uint64_t size)
{
	unsigned n = rings_chunks(size);
	struct Ring *ring;
	uint32_t first;
	int number, e;

	e = chunks_reserve(r, n);
	if (e < 0)
		return e;
	number = ring_number_take(r);
	if (number < 0)
		return number;
	first = list_take(r, n);
	e = first == LIST_FREE ? -ENOBUFS : list_fill(r, (uint32_t) number, first, n);
	if (e < 0) {
		if (first != LIST_FREE)
			list_give(r, (uint64_t) n << 32 | first);
		r->ring_used[number] = 0;
		return e;
	}
	ring = &r->rings[number];
	ring->event_chunk = (uint32_t) r->lists[first + n - 1];
	ring->event_head = ring->cgroup = ring->wake_at = 0;
	ring->calls = 0;
	/* Each CPU still has a hint of the number's last ring, whose chunk may be nobody's now: it is to be too old. */
	ring->head += CHUNKS_MAX;
	memset(ring->lost, 0, sizeof(ring->lost));
	ring->names_lost = 0;
	ring_set_list(ring, first, n - 1);
	return number;
}

/*
 * The list covers one entry less than was taken: the last one is the event chunk, which writers must not claim. A ring
 * that grows gets a list of its own, the oldest chunks first and the new ones after the newest, so that the new ones are
 * claimed next. Writers at work meanwhile may cost old records early; the chunks' own books tell.
 */
static int ring_extend(Rings *r, uint32_t number, unsigned n)
{
	struct Ring *ring = &r->rings[number];
	uint64_t old = ring->list, head;
	unsigned have = (unsigned) (old >> 32);
	uint32_t first;
	int e;

	first = list_take(r, n + 1);
	if (first == LIST_FREE)
		return -ENOBUFS;
	e = list_fill(r, number, first + have, n - have);
	if (e < 0) {
		list_give(r, (uint64_t) (n + 1) << 32 | first);
		return e;
	}
	head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);
	for (unsigned i = 0; i < have; i++)
		r->lists[first + i] = r->lists[(uint32_t) old + (head + i) % have];
	r->lists[first + n] = ring->event_chunk;
	__atomic_fetch_add(&ring->head, (have + n - head % n) % n, __ATOMIC_ACQ_REL);
	ring_set_list(ring, first, n);
	list_give(r, (uint64_t) (have + 1) << 32 | (uint32_t) old);
	return 0;
}

/* By doubling: a chunk is made in less time than it takes to fill one, so a ring at full speed is never caught up with. */
int rings_grow(Rings *r, uint32_t number, uint64_t size)
{
	unsigned have = (unsigned) (r->rings[number].list >> 32), n = rings_chunks(size) - 1;
	int e;

	if (n <= have)
		return 0;
	e = chunks_reserve(r, n - have);
	while (e >= 0 && have < n) {
		have = MIN(have * 2, n);
		e = ring_extend(r, number, have);
	}
	return e;
}

void rings_release(Rings *r, uint32_t number)
{
	struct Ring *ring = &r->rings[number];
	uint64_t list = ring->list;

	ring_set_list(ring, 0, 0);
	ring->generation++; /* what is still told of it is of nobody from now on */
	ring->cgroup = 0;
	for (uint64_t i = 0; i < (list >> 32) + 1; i++)
		chunk_give(r, (uint32_t) r->lists[(uint32_t) list + i]);
	list_give(r, list + (1ULL << 32));
	r->ring_used[number] = 0;
}

struct Ring *rings_get(Rings *r, uint32_t number)
{
	return &r->rings[number];
}

uint64_t rings_size(Rings *r, uint32_t number)
{
	return ((r->rings[number].list >> 32) + 1) * CHUNK_SIZE;
}

uint64_t rings_memory(const Rings *r)
{
	return (uint64_t) r->n_chunks_used * CHUNK_SIZE;
}

uint64_t rings_memory_max(const Rings *r)
{
	return (uint64_t) r->slabs_max * SLAB_SIZE;
}

/* Return: how many of the @n chunks at @chunks lie one after the other in one slab. */
static unsigned span_length(const uint64_t *chunks, unsigned n)
{
	unsigned i = 1;

	while (i < n && chunks[i] == chunks[0] + i && chunks[i] / SLAB_CHUNKS == chunks[0] / SLAB_CHUNKS)
		i++;
	return i;
}

int rings_map(Rings *r, uint32_t number, RingMap *ret)
{
	_cleanup_(ring_map_done) RingMap m = {};
	uint64_t list = r->rings[number].list;
	const uint64_t *chunks = r->lists + (uint32_t) list;
	unsigned n = (unsigned) (list >> 32) + 1;

	m.chunks = calloc(n, sizeof(*m.chunks));
	m.spans = calloc(n, sizeof(*m.spans));
	if (!m.chunks || !m.spans)
		return -ENOMEM;
	while (m.n_chunks < n) {
		unsigned length = span_length(chunks + m.n_chunks, n - m.n_chunks);
		uint8_t *p = chunk_map(r, (uint32_t) chunks[m.n_chunks], length);

		if (p == MAP_FAILED)
			return -errno;
		m.spans[m.n_spans++] = (struct RingSpan){ .address = p, .size = length * CHUNK_SIZE };
		for (unsigned i = 0; i < length; i++, m.n_chunks++)
			m.chunks[m.n_chunks] = (struct RingChunk){
				.header = (const struct ChunkHeader *) (p + i * CHUNK_SIZE),
				.number = (uint32_t) chunks[m.n_chunks],
			};
	}
	*ret = m;
	m = (RingMap){};
	return 0;
}

void ring_map_done(RingMap *m)
{
	for (unsigned i = 0; i < m->n_spans; i++)
		(void) munmap(m->spans[i].address, m->spans[i].size);
	free(m->spans);
	free(m->chunks);
	*m = (RingMap){};
}
