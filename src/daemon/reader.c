/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/reader.h"

#include <time.h>

#include "trace/chunk.h"
#include "util/macro.h"

/*
 * A writer holds a chunk or a slot for less than a microsecond with preemption off, but its CPU may be taken by an
 * interrupt or, in a virtual machine, by the host. After this long it is not waited for: better a snapshot without one
 * record than a daemon that hangs.
 */
#define WAIT_NSEC (10 * NSEC_PER_MSEC)
#define SNAPSHOT_TRIES 8
#define COPY_TRIES 8 /* more often than a chunk is recycled while it is copied */

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
};

uint64_t monotonic_now(void)
{
	struct timespec t;

	(void) clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t) t.tv_sec * NSEC_PER_SEC + (uint64_t) t.tv_nsec;
}

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

static void chunk_wait(const struct ChunkHeader *h)
{
	uint64_t until = monotonic_now() + WAIT_NSEC;

	while (__atomic_load_n(&h->owner, __ATOMIC_ACQUIRE) != 0 && monotonic_now() <= until)
		;
}

/* Return: whether @h has had that sequence all along, since it was loaded and all else after it */
static bool chunk_is_still(const struct ChunkHeader *h, uint64_t sequence)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return sequence != 0 && __atomic_load_n(&h->sequence, __ATOMIC_RELAXED) == sequence;
}

/*
 * Copies what is in a chunk: if it is held, all but the record being written. When it is recycled meanwhile, once more:
 * what is there then ended after the cut, but with it comes the count of what was overwritten.
 *
 * Return: false if it was never used, or is recycled faster than it is copied
 */
static bool chunk_copy(const struct ChunkHeader *h, uint8_t *copy, ChunkView *ret)
{
	for (unsigned i = 0; i < COPY_TRIES; i++) {
		uint64_t sequence;
		uint32_t used;

		chunk_wait(h);
		sequence = __atomic_load_n(&h->sequence, __ATOMIC_ACQUIRE);
		used = __atomic_load_n(&h->used, __ATOMIC_ACQUIRE);
		if (used > CHUNK_SIZE)
			return false;
		memcpy(copy, h, used);
		if (!chunk_is_still(h, sequence))
			continue;
		*ret = (ChunkView){ .bytes = copy, .sequence = sequence, .used = used };
		return true;
	}
	return false;
}

/* The header, whose counters belong together as long as the sequence stays. */
static struct ChunkHeader chunk_books(const struct ChunkHeader *h)
{
	struct ChunkHeader copy = {};

	for (unsigned i = 0; i < COPY_TRIES; i++) {
		uint64_t sequence = __atomic_load_n(&h->sequence, __ATOMIC_ACQUIRE);

		copy = *h;
		if (chunk_is_still(h, sequence))
			break;
		chunk_wait(h);
	}
	return copy;
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

/* Copies the chunks that have something new, the oldest first. */
static void reader_copy(RingReader *r)
{
	r->n_views = 0;
	for (unsigned i = 0; i < reader_chunks(r); i++) {
		const struct ChunkHeader *h = r->map.chunks[i].header;
		struct Copy *copy = &r->views[r->n_views];
		ChunkCursor *cursor = &r->cursors[i];

		if (chunk_is_known(h, cursor))
			continue;
		if (chunk_copy(h, r->copies + (size_t) r->n_views * CHUNK_SIZE, &copy->view)) {
			copy->cursor = cursor;
			r->n_views++;
		}
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

/* Copies a slot while no call begins or ends in it. */
static bool slot_copy(const struct Slot *slot, struct Slot *ret)
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

static void reader_take_slots(RingReader *r, uint64_t cut, CallList *list)
{
	unsigned n;
	const struct Slot *slots = recorder_slots(r->recorder, &n);

	for (unsigned i = 1; i < n; i++) {
		struct Slot copy;

		if (slots[i].ring == r->ring && slot_copy(&slots[i], &copy) && copy.ring == r->ring)
			(void) slot_take(&copy, cut, list);
	}
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

static void file_dropped(const struct FileRef *file, void *userdata)
{
	const RingReader *r = userdata;

	recorder_forget_file(r->recorder, r->ring, file);
}

/*
 * The names that the records need. They were told before their calls were written, so none is missing if they are taken
 * after these were copied. This is also when it is known which names the ring still refers to.
 */
static int snapshot_files(RingReader *r, Snapshot *ret)
{
	RingFiles *files = recorder_files(r->recorder);
	FileTable *table = ring_files_get(files, r->ring);
	size_t limit = ring_files_limit(files, r->ring);
	int e;

	if (!table)
		return 0;
	file_table_mark(table, ret->records.data, ret->records.size);
	file_table_put_marked(table, &ret->files);
	if (file_table_size(table) <= limit)
		return text_error(&ret->files);
	file_table_mark(table, ret->records.data, ret->records.size);
	e = file_table_trim(table, limit / 2, file_dropped, r);
	recorder_files_forgotten(r->recorder);
	return e < 0 ? e : text_error(&ret->files);
}

/*
 * Calls that had ended at the cut, as the copies tell: those still in them, be they before the horizon, and those that
 * were overwritten before. None of the latter ended after the cut, or the horizon would be there and nothing shown.
 */
static uint64_t snapshot_calls(const RingReader *r)
{
	uint64_t calls = 0;

	for (unsigned i = 0; i < r->n_views; i++)
		calls += r->views[i].cursor->taken + ((const struct ChunkHeader *) r->views[i].view.bytes)->overwritten;
	return calls;
}

/* One look. What is lost is counted up to a moment after the cut. */
static int snapshot_read(RingReader *r, CallList *list, Snapshot *ret)
{
	ChunkSpan span = { .last_look = true };
	int e;

	span.cut = ret->cut = monotonic_now();
	reader_take_slots(r, span.cut, list);
	reader_copy(r);
	span.horizon = reader_horizon(r);
	reader_take(r, &span, list);
	reader_take_events(r, &span, list);
	e = call_list_sort(list);
	if (e < 0)
		return e;
	ret->in_flight = (unsigned) list->in_flight;
	ret->end = (CaptureEnd){
		.calls = snapshot_calls(r),
		.lost = ring_lost(rings_get(recorder_rings(r->recorder), r->ring)),
		.events_overwritten = r->events.lost,
		.reason = "snapshot",
	};
	ret->end.overwritten = ret->end.calls - list->counted;
	call_list_put(list, &ret->records);
	e = text_error(&ret->records);
	return e < 0 ? e : snapshot_files(r, ret);
}

/* Return: 1 if the ring went round while it was copied, so that nothing is left between horizon and cut */
static int snapshot_try(Recorder *recorder, uint32_t ring, Snapshot *ret)
{
	_cleanup_(ring_reader_freep) RingReader *r = NULL;
	_cleanup_call_list_ CallList list = {};
	int e;

	e = ring_reader_new(&r, recorder, ring);
	if (e >= 0)
		e = snapshot_read(r, &list, ret);
	return e < 0 ? e : ret->end.calls > 0 && ret->end.calls == ret->end.overwritten;
}

int snapshot_take(Recorder *recorder, uint32_t ring, Snapshot *ret)
{
	_cleanup_(snapshot_done) Snapshot s = {};
	int e = 1;

	/* A ring of 256 KiB lasts a unit that does nothing but calls for less than a millisecond. */
	for (unsigned i = 0; e > 0 && i < SNAPSHOT_TRIES; i++) {
		snapshot_done(&s);
		e = snapshot_try(recorder, ring, &s);
	}
	if (e < 0)
		return e;
	*ret = s;
	s = (Snapshot){};
	return 0;
}

void files_bound(Recorder *recorder)
{
	RingFiles *files = recorder_files(recorder);
	uint32_t ring;

	while ((ring = ring_files_overfull(files)) != 0) {
		_cleanup_(snapshot_done) Snapshot s = {};

		(void) snapshot_take(recorder, ring, &s);
	}
}

void snapshot_done(Snapshot *s)
{
	text_done(&s->records);
	text_done(&s->files);
	*s = (Snapshot){};
}
