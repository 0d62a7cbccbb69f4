/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writers and readers of one ring in every order that differs from one after the other by a few changes: the recorder's
 * own programs (kernel.h) and daemon/reader.c. What must hold however they meet is rarely put to the test where both run
 * freely, since what a writer does between two stores takes a nanosecond.
 */

#include "unit/test.h"

#include <stdlib.h>
#include <time.h>

#include "daemon/reader.h"
#include "daemon/ring-files.h"
#include "daemon/rings.h"
#include "daemon/snapshot.h"
#include "tests/model/kernel.h"
#include "tests/model/turns.h"
#include "trace/item.h"
#include "util/macro.h"

#define CALLS_MAX 4096U
#define LOOKS_MAX 4U

/* What daemon/reader.c asks of the rest of the daemon. */

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
	uint64_t now;

	turn_asking();
	now = kernel_clock();
	*ret = (struct timespec){ .tv_sec = (time_t) (now / NSEC_PER_SEC), .tv_nsec = (long) (now % NSEC_PER_SEC) };
	return 0;
}

Rings *recorder_rings(Recorder *r)
{
	return NULL;
}

RingFiles *recorder_files(Recorder *r)
{
	return NULL;
}

void recorder_forget_file(Recorder *r, uint32_t ring, const struct FileRef *file)
{
}

void recorder_files_forgotten(Recorder *r)
{
}

FileTable *ring_files_get(RingFiles *files, uint32_t ring)
{
	return NULL;
}

size_t ring_files_limit(RingFiles *files, uint32_t ring)
{
	return 0;
}

uint32_t ring_files_overfull(RingFiles *files)
{
	return 0;
}

const struct Slot *recorder_slots(Recorder *r, unsigned *ret_n)
{
	*ret_n = SLOTS;
	return kernel.slots;
}

struct Ring *rings_get(Rings *r, uint32_t ring)
{
	return kernel_ring();
}

int rings_map(Rings *r, uint32_t ring, RingMap *ret)
{
	static struct RingChunk chunks[CHUNKS + 1];

	for (uint32_t i = 0; i <= CHUNKS; i++)
		chunks[i] = (struct RingChunk){ .header = &kernel.chunks[i].header, .number = i };
	*ret = (RingMap){ .n_chunks = CHUNKS + 1, .chunks = chunks };
	return 0;
}

void ring_map_done(RingMap *m)
{
}

/* All calls that were made, in the order in which they began. */
static struct Made {
	unsigned task;
	uint64_t start, end;
	unsigned shown, shown_in_flight;
} made[CALLS_MAX];
static unsigned n_made, n_made_before;

static void call_make(unsigned task)
{
	struct Made *call = &made[n_made++];

	if (n_made > CALLS_MAX)
		abort();
	*call = (struct Made){ .task = task };
	kernel_enter((uint64_t) (call - made));
	call->start = kernel.read[task];
	call->end = UINT64_MAX;
	kernel_exit((uint64_t) (call - made));
	call->end = kernel.read[task];
}

static void two_calls(unsigned task)
{
	call_make(task);
	call_make(task);
}

static Snapshot snapshot;

static void take_snapshot(unsigned task)
{
	if (snapshot_take(NULL, THE_RING, &snapshot) < 0)
		abort();
}

/* Return: whether @call is one that was made, with the times that it had; counted as shown */
static bool call_is_made(const Call *call, uint64_t cut)
{
	struct Made *m = &made[call->args[0]];
	bool in_flight = call->flags & RECORD_UNFINISHED;

	if (call->n_args != 1 || call->args[0] >= n_made || call->tid != 1000 + m->task || call->start != m->start)
		return false;
	if (call_end(call) != (in_flight ? cut : m->end))
		return false;
	if (in_flight)
		return m->shown_in_flight++ == 0;
	return m->shown++ == 0;
}

static bool records_are_made(const Text *records, uint64_t cut)
{
	size_t at = 0;
	Item item;
	int n;

	while (at < records->size) {
		n = record_parse(records->data + at, records->size - at, &item);
		if (n <= 0 || item.kind != ITEM_CALL || !call_is_made(&item.call, cut))
			return false;
		at += (size_t) n;
	}
	return true;
}

/* Return: why the snapshot is not what was there at its cut, or NULL */
static const char *snapshot_look(void)
{
	uint64_t ended = 0, shown = 0, oldest = UINT64_MAX;

	if (!records_are_made(&snapshot.records, snapshot.cut))
		return "a call that was not made, or twice";
	for (unsigned i = 0; i < n_made; i++)
		if (made[i].shown)
			oldest = MIN(oldest, made[i].end);
	for (unsigned i = 0; i < n_made; i++) {
		struct Made *m = &made[i];
		bool in_flight = m->start <= snapshot.cut && m->end > snapshot.cut;

		ended += m->end <= snapshot.cut;
		shown += m->shown;
		if (m->shown != (m->end <= snapshot.cut && m->end >= oldest))
			return "a hole, or a call from after the cut";
		if (m->shown_in_flight != in_flight)
			return "a call in flight that is not there, or one that was not";
	}
	if (snapshot.end.calls != ended || snapshot.end.overwritten != ended - shown || snapshot.end.lost != 0)
		return "wrong books";
	return NULL;
}

static RingReader *follower;
static CallList list;
static Text followed;
static struct Look {
	uint64_t before; /* the clock */
	size_t records;  /* where those of this look begin */
} looks[LOOKS_MAX];
static unsigned n_looks;
static uint64_t told;

static void follow(unsigned task)
{
	Gap gap;

	looks[n_looks++] = (struct Look){ .before = kernel.clock, .records = followed.size };
	if (ring_reader_follow(follower, &list, &gap) < 0)
		abort();
	told += gap.overwritten + gap.lost;
	call_list_put(&list, &followed);
}

static void follow_twice(unsigned task)
{
	follow(task);
	follow(task);
}

/* What had ended before a look began is shown then, or was before: no later one finds it. */
static bool look_is_late(unsigned look)
{
	size_t at = looks[look].records, end = look + 1 < n_looks ? looks[look + 1].records : followed.size;
	Item item;

	while (look > 0 && at < end) {
		int n = record_parse(followed.data + at, end - at, &item);

		if (n <= 0 || call_end(&item.call) <= looks[look - 1].before)
			return true;
		at += (size_t) n;
	}
	return false;
}

/* Return: why what was followed and what was told as missing are not all calls, or NULL */
static const char *follow_look(void)
{
	uint64_t shown = 0;

	follow(0);
	if (!records_are_made(&followed, 0))
		return "a call that was not made, or twice";
	for (unsigned i = 0; i < n_looks; i++)
		if (look_is_late(i))
			return "a call that had ended before the look before";
	for (unsigned i = n_made_before; i < n_made; i++)
		shown += made[i].shown;
	if (shown + told != n_made - n_made_before)
		return "calls that are neither shown nor told as missing, or both";
	return NULL;
}

/* Return: why a task that was moved is recorded, or NULL */
static const char *moved_look(void)
{
	uint64_t records = 0, after = 0;

	for (unsigned i = 0; i < CHUNKS; i++)
		records += kernel.chunks[i].header.records + kernel.chunks[i].header.overwritten;
	kernel_run_as(1);
	call_make(1);
	for (unsigned i = 0; i < CHUNKS; i++)
		after += kernel.chunks[i].header.records + kernel.chunks[i].header.overwritten;
	return records == after ? NULL : "a call from outside";
}

static uint64_t n_lost;

/* Return: why not each call is kept, overwritten or lost, or NULL */
static const char *lost_look(void)
{
	take_snapshot(0);
	n_lost += snapshot.end.lost;
	if (!records_are_made(&snapshot.records, 0))
		return "a call that was not made, or twice";
	return snapshot.end.calls + snapshot.end.lost == n_made && snapshot.in_flight == 0 ? NULL : "wrong books";
}

static void move_first(unsigned task)
{
	kernel_move(1, CGROUP_OTHER);
}

typedef struct Model {
	Actor actors[ACTORS_MAX];
	const char *(*look)(void); /* when all have ended */
	bool follows;
	unsigned n_actors, depth;
	uint64_t runs;
	Switch failed[SWITCHES_MAX];
	unsigned n_failed;
	const char *why;
} Model;

/* Runs the model in one order. */
static void model_run(Model *m, Turns *t)
{
	kernel_restore();
	n_made = n_made_before;
	for (unsigned i = 0; i < n_made; i++)
		made[i].shown = made[i].shown_in_flight = 0;
	told = n_looks = 0;
	text_done(&followed);
	snapshot_done(&snapshot);
	if (m->follows) {
		follower = ring_reader_free(follower);
		if (ring_reader_new(&follower, NULL, THE_RING) < 0 || ring_reader_skip(follower) < 0)
			abort();
	}
	turns_run(t);
	m->runs++;
	m->why = m->look();
	if (!m->why)
		return;
	memcpy(m->failed, t->switches, sizeof(m->failed));
	m->n_failed = t->n_switches;
}

/* Runs it in the order of @t, and in all that go on from that with more changes. */
static void model_explore(Model *m, const Turns *t)
{
	Turns run = *t;

	model_run(m, &run);
	if (t->n_switches == m->depth)
		return;
	for (unsigned step = t->n_switches ? t->switches[t->n_switches - 1].step + 1 : 1; step <= run.steps; step++)
		for (unsigned to = 0; to < m->n_actors && !m->why; to++) {
			Turns next = { .actors = t->actors, .n_actors = t->n_actors, .n_switches = t->n_switches + 1 };

			if (to == run.who[step])
				continue;
			memcpy(next.switches, t->switches, sizeof(next.switches));
			next.switches[t->n_switches] = (Switch){ .step = step, .to = to };
			model_explore(m, &next);
		}
}

/* Return: whether it does in all orders of up to @depth changes; else that is said */
static bool model_holds(Model *m, unsigned depth)
{
	Turns t = { .actors = m->actors };

	m->depth = depth;
	while (m->n_actors < ACTORS_MAX && m->actors[m->n_actors].run)
		m->n_actors++;
	t.n_actors = m->n_actors;
	kernel_save();
	n_made_before = n_made;
	model_explore(m, &t);
	printf("# %llu orders\n", (unsigned long long) m->runs);
	if (m->why)
		printf("# %s, when at step", m->why);
	for (unsigned i = 0; m->why && i < m->n_failed; i++)
		printf(" %u actor %u goes on%s", m->failed[i].step, m->failed[i].to,
		       i + 1 < m->n_failed ? ", at" : "\n");
	return !m->why;
}

/* A ring in which nothing has been overwritten. */
static void ring_begin(unsigned chunks)
{
	kernel_reset(chunks);
	n_made = 0;
	kernel_run_as(2);
	call_make(2);
	kernel_run_as(1);
	call_make(1);
}

/*
 * A ring that has gone round, where the next call but one of task 1 takes the oldest chunk. Two CPUs have written to it by
 * turns, so that in that chunk and in the one after it there are calls of the same time.
 */
static void ring_fill(void)
{
	const uint32_t full = CHUNK_SIZE - RECORD_SIZE_MAX, size = sizeof(struct CallRecord) + sizeof(uint64_t);
	const struct ChunkHeader *newest;

	ring_begin(CHUNKS);
	do {
		for (unsigned task = 2; task > 0; task--) {
			kernel_run_as(task);
			call_make(task);
		}
		newest = &kernel.chunks[(kernel_ring()->head - 1) % CHUNKS].header;
	} while (kernel_ring()->head <= CHUNKS || newest->used <= full - size || newest->used > full);
}

TEST(snapshot_of_a_thread_that_recycles)
{
	Model writes = { .actors = { { two_calls, 1 }, { take_snapshot, .cpu = 1 } }, .look = snapshot_look };
	Model reads = { .actors = { { take_snapshot, .cpu = 1 }, { two_calls, 1 } }, .look = snapshot_look };

	ring_fill();
	CHECK(model_holds(&writes, 2));
	ring_fill();
	CHECK(model_holds(&reads, 2));
}

/* Which here is a thread that calls: all that counts is that it comes while its CPU is writing. */
TEST(snapshot_of_a_thread_that_is_interrupted)
{
	Model m = { .actors = { { call_make, 1 }, { call_make, 2, .interrupts = true }, { take_snapshot, .cpu = 1 } },
		    .look = snapshot_look };

	ring_begin(CHUNKS);
	CHECK(model_holds(&m, 2));
}

TEST(stream_of_a_thread_that_recycles)
{
	Model writes = { .actors = { { two_calls, 1 }, { follow_twice, .cpu = 1 } }, .look = follow_look };
	Model reads = { .actors = { { follow_twice, .cpu = 1 }, { two_calls, 1 } }, .look = follow_look };

	writes.follows = reads.follows = true;
	ring_fill();
	CHECK(model_holds(&writes, 2));
	ring_fill();
	CHECK(model_holds(&reads, 2));
}

TEST(thread_that_is_moved_while_it_is_looked_up)
{
	Model m = { .actors = { { call_make, 1 }, { move_first, .cpu = 1 } }, .look = moved_look };

	kernel_reset(CHUNKS);
	n_made = 0;
	CHECK(model_holds(&m, 2));
}

/* In a ring of one chunk, a writer that finds another one at it has none. */
TEST(calls_that_find_no_chunk_are_counted)
{
	Model m = { .actors = { { call_make, 1 }, { call_make, 2, .cpu = 1 } }, .look = lost_look };

	ring_begin(1);
	n_lost = 0;
	CHECK(model_holds(&m, 2));
	CHECK(n_lost > 0);
}

int main(void)
{
	RUN(snapshot_of_a_thread_that_recycles);
	RUN(snapshot_of_a_thread_that_is_interrupted);
	RUN(stream_of_a_thread_that_recycles);
	RUN(thread_that_is_moved_while_it_is_looked_up);
	RUN(calls_that_find_no_chunk_are_counted);
	ring_reader_free(follower);
	call_list_done(&list);
	text_done(&followed);
	snapshot_done(&snapshot);
	return test_done();
}
