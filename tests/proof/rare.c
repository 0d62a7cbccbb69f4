/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/proof/rare.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "trace/call-list.h"
#include "trace/chunk.h"
#include "util/clock.h"
#include "util/macro.h"

#define PAUSE_NSEC (5 * NSEC_PER_MSEC)

static void take_signals(Rare *r, const CallList *list)
{
	_cleanup_text_ Text records = {};
	Item item;
	int n;

	call_list_put(list, &records);
	for (size_t at = 0; at < records.size; at += (size_t) n) {
		n = record_parse(records.data + at, records.size - at, &item);
		if (n <= 0 || r->n == RARE_MAX)
			abort();
		/* SIGKILL nobody counts. */
		if (item.kind == ITEM_EVENT && item.event->header.count == EVENT_SIGNAL &&
		    item.event->info.state != SIGNAL_SENT)
			r->times[r->n++] = item.event->time;
	}
}

static void look(Rare *r, const struct Ring *ring, const struct ChunkHeader *events, EventCursor *cursor)
{
	static uint8_t copy[CHUNK_SIZE] __attribute__((aligned(8)));
	static CallList list;
	const ChunkSpan all = { .cut = UINT64_MAX };
	EventView view = { .bytes = copy, .head = __atomic_load_n(&ring->event_head, __ATOMIC_ACQUIRE) };

	if (view.head == cursor->next)
		return;
	memcpy(copy, events, CHUNK_SIZE);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	view.head_after = __atomic_load_n(&ring->event_head, __ATOMIC_RELAXED);
	call_list_clear(&list);
	events_take(cursor, &view, &all, &list);
	take_signals(r, &list);
	r->lost = cursor->lost;
	__atomic_store_n(&r->next, cursor->next, __ATOMIC_RELEASE);
}

void rare_run(Rare *r, Recorder *recorder, uint32_t ring)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NSEC };
	EventCursor cursor = {};
	RingMap map;

	(void) sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 2 });
	if (rings_map(recorder_rings(recorder), ring, &map) < 0)
		abort();
	while (!r->stop) {
		look(r, rings_get(recorder_rings(recorder), ring), map.chunks[map.n_chunks - 1].header, &cursor);
		(void) nanosleep(&pause, NULL);
	}
	_exit(0);
}

/* A number is claimed before the event's time is taken: what happened by the cut has one that is given out by now. */
uint64_t rare_until(const Rare *r, Recorder *recorder, uint32_t ring, uint64_t cut)
{
	uint64_t head = __atomic_load_n(&rings_get(recorder_rings(recorder), ring)->event_head, __ATOMIC_ACQUIRE);
	uint64_t n = 0;

	while (__atomic_load_n(&r->next, __ATOMIC_ACQUIRE) < head)
		(void) sched_yield();
	for (unsigned i = 0; i < r->n; i++)
		n += r->times[i] <= cut;
	return n;
}
