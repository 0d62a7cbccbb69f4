/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/reader.h"

#include "daemon/copy.h"
#include "trace/chunk.h"
#include "util/clock.h"
#include "util/macro.h"

struct RingReader {
	Recorder *recorder;
	uint32_t ring;
	uint64_t list; /* the ring's list that was mapped */
	RingMap map;
	ChunkCursor *cursors; /* one a chunk of the map, the event chunk left out */
	EventCursor events;
	uint64_t lost;   /* of the ring's own counters, told so far */
	uint8_t *copies; /* one chunk each */
	struct Copy {
		ChunkView view;
		ChunkCursor *cursor;
	} *views;
	unsigned n_views;
	unsigned held; /* chunks and slots that the last look did not get whole */
};

static unsigned reader_chunks(const RingReader *r)
{
	return r->map.n_chunks - 1;
}

static const struct ChunkHeader *reader_events(const RingReader *r)
{
	return r->map.chunks[r->map.n_chunks - 1].header;
}

static void reader_unmap(RingReader *r)
{
	ring_map_done(&r->map);
	free(r->cursors);
	free(r->copies);
	free(r->views);
	r->cursors = NULL;
	r->copies = NULL;
	r->views = NULL;
}

static ChunkCursor *cursor_by_number(RingReader *r, uint32_t number)
{
	for (unsigned i = 0; r->cursors && i + 1 < r->map.n_chunks; i++)
		if (r->map.chunks[i].number == number)
			return &r->cursors[i];
	return NULL;
}

/* Maps the ring, again if it has grown: chunks that were there keep their cursors. */
static int reader_map(RingReader *r)
{
	uint64_t list = rings_get(recorder_rings(r->recorder), r->ring)->list;
	RingReader now = *r;
	unsigned n;
	int e;

	if (list == r->list && r->cursors)
		return 0;
	e = rings_map(recorder_rings(r->recorder), r->ring, &now.map);
	if (e < 0)
		return e;
	n = now.map.n_chunks - 1;
	now.list = list;
	now.cursors = calloc(n, sizeof(*now.cursors));
	now.copies = aligned_alloc(4096, (size_t) now.map.n_chunks * CHUNK_SIZE);
	now.views = calloc(n, sizeof(*now.views));
	if (!now.cursors || !now.copies || !now.views) {
		reader_unmap(&now);
		return -ENOMEM;
	}
	for (unsigned i = 0; i < n; i++) {
		ChunkCursor *old = cursor_by_number(r, now.map.chunks[i].number);

		if (old)
			now.cursors[i] = *old;
	}
	reader_unmap(r);
	*r = now;
	return 0;
}

int ring_reader_new(RingReader **ret, Recorder *recorder, uint32_t ring)
{
	_cleanup_(ring_reader_freep) RingReader *r = calloc(1, sizeof(*r));
	int e;

	if (!r)
		return -ENOMEM;
	r->recorder = recorder;
	r->ring = ring;
	e = reader_map(r);
	if (e < 0)
		return e;
	*ret = TAKE_PTR(r);
	return 0;
}

RingReader *ring_reader_free(RingReader *r)
{
	if (!r)
		return NULL;
	reader_unmap(r);
	free(r);
	return NULL;
}

static int compare_copies(const void *a, const void *b)
{
	const struct Copy *x = a, *y = b;

	return (x->view.sequence > y->view.sequence) - (x->view.sequence < y->view.sequence);
}

/* The owner first: what it had written before it let go is seen then. */
static bool chunk_is_known(const struct ChunkHeader *h, const ChunkCursor *cursor)
{
	return __atomic_load_n(&h->owner, __ATOMIC_ACQUIRE) == 0 &&
	       __atomic_load_n(&h->sequence, __ATOMIC_ACQUIRE) == cursor->sequence &&
	       __atomic_load_n(&h->used, __ATOMIC_ACQUIRE) == cursor->offset;
}

/* The owner first, likewise. */
static bool chunk_is_unused(const struct ChunkHeader *h)
{
	return __atomic_load_n(&h->owner, __ATOMIC_ACQUIRE) == 0 && __atomic_load_n(&h->sequence, __ATOMIC_ACQUIRE) == 0;
}

/* Copies the chunks that have something new, the oldest first. */
static void reader_copy(RingReader *r)
{
	r->n_views = 0;
	r->held = 0;
	for (unsigned i = 0; i < reader_chunks(r); i++) {
		const struct ChunkHeader *h = r->map.chunks[i].header;
		struct Copy *copy = &r->views[r->n_views];
		ChunkCursor *cursor = &r->cursors[i];

		if (chunk_is_known(h, cursor))
			continue;
		if (!chunk_copy(h, r->copies + (size_t) r->n_views * CHUNK_SIZE, &copy->view)) {
			r->held += !chunk_is_unused(h);
			continue;
		}
		copy->cursor = cursor;
		r->held += copy->view.held;
		r->n_views++;
	}
	qsort(r->views, r->n_views, sizeof(*r->views), compare_copies);
}

static uint64_t reader_horizon(const RingReader *r)
{
	uint64_t horizon = 0;

	for (unsigned i = 0; i < reader_chunks(r); i++)
		horizon = MAX(horizon, r->map.chunks[i].header->overwritten_until);
	return horizon;
}

static void reader_take(RingReader *r, const ChunkSpan *span, CallList *list)
{
	for (unsigned i = 0; i < r->n_views; i++)
		chunk_take(r->views[i].cursor, &r->views[i].view, span, list);
}

static void reader_take_events(RingReader *r, const ChunkSpan *span, CallList *list)
{
	struct Ring *ring = rings_get(recorder_rings(r->recorder), r->ring);
	uint8_t *copy = r->copies + (size_t) reader_chunks(r) * CHUNK_SIZE;
	EventView view = { .bytes = copy, .head = __atomic_load_n(&ring->event_head, __ATOMIC_ACQUIRE) };

	if (view.head == r->events.next)
		return;
	memcpy(copy, reader_events(r), CHUNK_SIZE);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	view.head_after = __atomic_load_n(&ring->event_head, __ATOMIC_RELAXED);
	events_take(&r->events, &view, span, list);
}

/* Return: how many of them could not be copied */
static unsigned reader_take_slots(RingReader *r, uint64_t cut, CallList *list)
{
	unsigned n, held = 0;
	const struct Slot *slots = recorder_slots(r->recorder, &n);

	for (unsigned i = 1; i < n; i++) {
		struct Slot copy;

		if (slots[i].ring != r->ring)
			continue;
		if (!slot_copy(&slots[i], &copy))
			held++;
		else if (copy.ring == r->ring)
			(void) slot_take(&copy, cut, list);
	}
	return held;
}

static uint64_t reader_gap(RingReader *r)
{
	uint64_t gap = 0;

	for (unsigned i = 0; i < reader_chunks(r); i++) {
		struct ChunkHeader books = chunk_books(r->map.chunks[i].header);

		if (books.sequence != 0)
			gap += chunk_cursor_gap(&r->cursors[i], &books);
	}
	return gap;
}

static uint64_t ring_lost(const struct Ring *ring)
{
	uint64_t lost = 0;

	for (unsigned i = 0; i < _LOSS_MAX; i++)
		lost += ring->lost[i];
	return lost;
}

int ring_reader_follow(RingReader *r, CallList *list, Gap *ret_gap)
{
	ChunkSpan span = {};
	uint64_t lost;
	int e;

	e = reader_map(r);
	if (e < 0)
		return e;
	call_list_clear(list);
	span.cut = monotonic_now();
	reader_copy(r);
	reader_take(r, &span, list);
	*ret_gap = (Gap){ .overwritten = reader_gap(r) };
	reader_take_events(r, &span, list);
	lost = ring_lost(rings_get(recorder_rings(r->recorder), r->ring));
	ret_gap->lost = lost - r->lost;
	r->lost = lost;
	return call_list_sort(list);
}

int ring_reader_skip(RingReader *r)
{
	_cleanup_call_list_ CallList list = {};
	Gap gap;

	return ring_reader_follow(r, &list, &gap);
}

uint64_t ring_reader_events_lost(const RingReader *r)
{
	return r->events.lost;
}

unsigned ring_reader_held(const RingReader *r)
{
	return r->held;
}

void ring_reader_wake_after(RingReader *r)
{
	struct Ring *ring = rings_get(recorder_rings(r->recorder), r->ring);
	uint64_t at = ring->head + MAX(reader_chunks(r) / 4, 1U);

	__atomic_store_n(&ring->wake_at, at, __ATOMIC_RELEASE);
}

const char *loss_to_string(enum Loss loss)
{
	static const char *const names[] = {
		[LOSS_NO_CHUNK] = "no-chunk",
		[LOSS_NO_THREAD] = "no-thread",
		[LOSS_NO_CGROUP] = "no-cgroup",
	};

	_Static_assert(ELEMENTS(names) == _LOSS_MAX, "each has a word");
	return names[loss];
}

static void reader_count(const RingReader *r, RingCounters *ret)
{
	const struct Ring *ring = rings_get(recorder_rings(r->recorder), r->ring);

	*ret = (RingCounters){ .oldest = reader_horizon(r) };
	for (unsigned i = 0; i < _LOSS_MAX; i++) {
		ret->losses[i] = ring->lost[i];
		ret->lost += ret->losses[i];
	}
	for (unsigned i = 0; i < reader_chunks(r); i++) {
		struct ChunkHeader books = chunk_books(r->map.chunks[i].header);

		ret->calls += books.records + books.overwritten;
	}
}

int ring_counters(Recorder *recorder, uint32_t ring, RingCounters *ret)
{
	RingReader r = { .recorder = recorder, .ring = ring };
	int e = rings_map(recorder_rings(recorder), ring, &r.map);

	if (e < 0)
		return e;
	reader_count(&r, ret);
	ring_map_done(&r.map);
	return 0;
}

/*
 * Calls that had ended at the cut, as the copies tell: those still in them, be they before the horizon, and those that
 * were overwritten before. None of the latter ended after the cut, or the horizon would be there and nothing shown.
 */
static uint64_t reader_calls(const RingReader *r)
{
	uint64_t calls = 0;

	for (unsigned i = 0; i < r->n_views; i++)
		calls += r->views[i].cursor->taken + ((const struct ChunkHeader *) r->views[i].view.bytes)->overwritten;
	return calls;
}

int ring_reader_tail(RingReader *r, CallList *list, uint64_t *ret_cut, CaptureEnd *ret_end)
{
	ChunkSpan span = { .last_look = true };
	unsigned held;
	int e;

	span.cut = monotonic_now();
	held = reader_take_slots(r, span.cut, list);
	reader_copy(r);
	r->held += held;
	span.horizon = reader_horizon(r);
	reader_take(r, &span, list);
	reader_take_events(r, &span, list);
	e = call_list_sort(list);
	if (e < 0)
		return e;
	*ret_cut = span.cut;
	*ret_end = (CaptureEnd){
		.calls = reader_calls(r),
		.lost = ring_lost(rings_get(recorder_rings(r->recorder), r->ring)),
		.events_overwritten = r->events.lost,
	};
	ret_end->overwritten = ret_end->calls - list->counted;
	return 0;
}
