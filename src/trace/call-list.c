/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/call-list.h"

#include <errno.h>
#include <stdlib.h>

#include "trace/capture.h"
#include "util/macro.h"

/*
 * Half a million calls a second are sorted while somebody follows a unit: a radix sort over the few digits in which the
 * times of one look differ takes a tenth of what qsort() does, and is stable by nature.
 */
#define DIGIT_BITS 11U
#define DIGITS (1U << DIGIT_BITS)

typedef struct Entry {
	uint64_t time;
	size_t offset; /* in `records` */
} Entry;

#define OFFSET_DROPPED SIZE_MAX

/* Of what is joined: beside it is what the record itself has, and the heads of all memory. */
#define JOINED_MEMORY_MAX (JOINED_SIZE_MAX - 2 * RECORD_SIZE_MAX)

static Entry *list_entries(const CallList *list)
{
	return (Entry *) list->entries.data;
}

static const struct CallRecord *entry_record(const CallList *list, const Entry *e)
{
	return (const struct CallRecord *) (list->records.data + e->offset);
}

/* @unjoined: pieces belong to it, or none that are left */
static void entry_add(CallList *list, uint64_t time, bool unjoined)
{
	Entry e = { .time = time, .offset = list->records.size };

	if (unjoined)
		text_put_bytes(&list->unjoined, &list->n, sizeof(list->n));
	text_put_bytes(&list->entries, &e, sizeof(e));
	list->n++;
}

static bool is_continued(const Call *call)
{
	for (unsigned i = 0; i < call->n_memory; i++)
		if (call->memory[i].status == MEMORY_CONTINUED)
			return true;
	return false;
}

static void call_add(CallList *list, const Call *call)
{
	entry_add(list, call_time(call), is_continued(call));
	call_put_record(&list->records, call, NULL);
}

void call_list_add(CallList *list, const Call *call)
{
	call_add(list, call);
	list->counted++;
}

void call_list_add_in_flight(CallList *list, const Call *call, uint64_t cut)
{
	Call unfinished = *call;

	unfinished.flags |= RECORD_UNFINISHED;
	unfinished.duration = cut - call->start;
	unfinished.result = 0;
	call_add(list, &unfinished);
	list->in_flight++;
}

static bool is_signal(const struct EventRecord *event, enum SignalState state)
{
	return event->header.kind == RECORD_EVENT && event->header.count == EVENT_SIGNAL && event->info.state == state;
}

void call_list_add_item(CallList *list, const Item *item)
{
	if (item->kind == ITEM_CALL) {
		call_list_add(list, &item->call);
		return;
	}
	entry_add(list, item_time(item), item->kind == ITEM_EVENT && item->event->header.count == EVENT_EXEC);
	item_put_record(&list->records, item);
	list->counted += item_is_counted(item);
	list->pending += item->kind == ITEM_EVENT && is_signal(item->event, SIGNAL_PENDING);
}

void call_list_add_piece(CallList *list, const struct PieceRecord *piece)
{
	pieces_add(&list->pieces, piece);
}

/*
 * Joins one memory, as far as a record has room for it: @memory is for the bytes of all of one record, and has so much
 * that they stay where they are.
 */
static void memory_join(const Pieces *pieces, const PieceKey *key, CallMemory *m, Text *memory)
{
	size_t at = memory->size;

	m->status = (uint8_t) pieces_join(pieces, key, m, memory);
	if (memory->size > JOINED_MEMORY_MAX) {
		m->status = MEMORY_TRUNCATED;
		text_truncate(memory, MAX(at, (size_t) JOINED_MEMORY_MAX));
	}
	m->bytes = (const uint8_t *) memory->data + at;
	m->captured = (uint32_t) (memory->size - at);
}

/* Memory of which the record has nothing. */
static void call_join_others(const Pieces *pieces, Call *call, Text *memory)
{
	PieceKey key = { .start = call->start, .tid = call->tid };
	uint32_t requested;

	for (; call->n_memory < CALL_MEMORY_MAX && pieces_next(pieces, &key, &requested); key.arg++) {
		CallMemory m = { .arg = (uint8_t) key.arg, .requested = requested, .bytes = (const uint8_t *) "" };

		if (call_memory(call, key.arg) || (key.arg >= PIECE_FILE && key.arg < _PIECE_ARG_MAX))
			continue;
		memory_join(pieces, &key, &m, memory);
		call->memory[call->n_memory++] = m;
	}
}

static void call_join(const Pieces *pieces, Call *call, Text *memory, Text *record)
{
	for (unsigned i = 0; i < call->n_memory; i++) {
		PieceKey key = { .start = call->start, .tid = call->tid, .arg = call->memory[i].arg };

		if (call->memory[i].status == MEMORY_CONTINUED)
			memory_join(pieces, &key, &call->memory[i], memory);
	}
	if (pieces_may_have(pieces, call->start))
		call_join_others(pieces, call, memory);
	call_put_record(record, call, NULL);
}

/* A file's name that fills its place in the record may be cut there; of the arguments the record has nothing. */
static void event_join(const Pieces *pieces, Item *item, Text *memory, Text *record)
{
	const struct EventRecord *event = item->event;
	CallMemory file = { .arg = PIECE_FILE, .bytes = (const uint8_t *) event->text,
			    .captured = (uint32_t) strlen(event->text) };
	CallMemory argv = { .arg = PIECE_ARGV, .bytes = (const uint8_t *) event->text };
	PieceKey key = { .start = event->time, .tid = event->tid, .arg = PIECE_FILE };

	item->n_event_memory = 0;
	if (file.captured == EVENT_TEXT_SIZE - 1) {
		memory_join(pieces, &key, &file, memory);
		item->event_memory[item->n_event_memory++] = file;
	}
	key.arg = PIECE_ARGV;
	memory_join(pieces, &key, &argv, memory);
	if (argv.captured > 0)
		item->event_memory[item->n_event_memory++] = argv;
	item_put_record(record, item);
}

/* Writes the record anew, behind the others. */
static int entry_join(CallList *list, Entry *e, Text *memory)
{
	_cleanup_text_ Text record = {};
	Item item;

	if (record_parse(entry_record(list, e), list->records.size - e->offset, &item) <= 0)
		return 0;
	text_clear(memory);
	if (item.kind == ITEM_CALL)
		call_join(&list->pieces, &item.call, memory, &record);
	else if (item.kind == ITEM_EVENT && item.event->header.count == EVENT_EXEC)
		event_join(&list->pieces, &item, memory, &record);
	else
		return 0;
	e->offset = list->records.size;
	text_put_bytes(&list->records, record.data, record.size);
	return text_error(&record);
}

/* What its pieces have as theirs. */
static uint64_t entry_start(const CallList *list, const Entry *e)
{
	const struct CallRecord *record = entry_record(list, e);

	return record->header.kind == RECORD_CALL ? record->start : e->time;
}

/* Of all entries those that say that something belongs to them, and those that a piece says it of. */
static int entries_join_all(CallList *list, Text *memory)
{
	const size_t *unjoined = (const size_t *) list->unjoined.data;
	size_t left = list->unjoined.size / sizeof(*unjoined);
	bool pieces = list->pieces.records.size > 0;
	int r = 0;

	for (size_t i = 0; i < list->n && r >= 0 && (pieces || left > 0); i++) {
		Entry *e = &list_entries(list)[i];
		bool says = left > 0 && *unjoined == i;

		if (says) {
			unjoined++;
			left--;
		}
		if (says || (pieces && pieces_may_have(&list->pieces, entry_start(list, e))))
			r = entry_join(list, e, memory);
	}
	return r;
}

static int entries_join(CallList *list)
{
	_cleanup_text_ Text memory = {};
	int r = pieces_sort(&list->pieces);

	if (r < 0 || text_error(&list->unjoined) < 0 || text_error(&list->entries) < 0)
		return -ENOMEM;
	if (list->unjoined.size == 0 && list->pieces.records.size == 0)
		return 0;
	if (!text_reserve(&memory, JOINED_MEMORY_MAX + MEMORY_SIZE_MAX + STRING_MAX))
		return -ENOMEM;
	r = entries_join_all(list, &memory);
	if (r < 0)
		return r;
	text_clear(&list->unjoined);
	pieces_forget(&list->pieces);
	return 0;
}

static bool entry_unfinished(const CallList *list, const Entry *e)
{
	const struct CallRecord *record = entry_record(list, e);

	return record->header.kind == RECORD_CALL && record->header.flags & RECORD_UNFINISHED;
}

static int calls_compare(const CallList *list, const Entry *a, const Entry *b)
{
	const struct CallRecord *ca = entry_record(list, a), *cb = entry_record(list, b);

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (ca->tid != cb->tid)
		return ca->tid < cb->tid ? -1 : 1;
	return ca->nr < cb->nr ? -1 : ca->nr > cb->nr;
}

/* The same with what was added first in front. */
static int calls_compare_stable(const void *pa, const void *pb, void *userdata)
{
	const Entry *a = *(Entry *const *) pa, *b = *(Entry *const *) pb;

	return calls_compare(userdata, a, b) ?: (a < b ? -1 : a > b);
}

static void dropped_remove(CallList *list)
{
	Entry *entries = list_entries(list);
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++)
		if (entries[i].offset != OFFSET_DROPPED)
			entries[kept++] = entries[i];
	list->n = kept;
	text_truncate(&list->entries, kept * sizeof(Entry));
}

/* Among the unfinished ones only: a call that is in flight at the cut has no finished record before it. */
static int duplicates_drop(CallList *list)
{
	_cleanup_free_ Entry **unfinished = NULL;
	Entry *entries = list_entries(list), *last = NULL;
	size_t n = 0;

	if (list->in_flight < 2)
		return 0;
	unfinished = calloc(list->n, sizeof(*unfinished));
	if (!unfinished)
		return -ENOMEM;
	for (size_t i = 0; i < list->n; i++)
		if (entry_unfinished(list, &entries[i]))
			unfinished[n++] = &entries[i];
	qsort_r(unfinished, n, sizeof(*unfinished), calls_compare_stable, list);
	for (size_t i = 0; i < n; i++) {
		if (last && calls_compare(list, last, unfinished[i]) == 0) {
			unfinished[i]->offset = OFFSET_DROPPED;
			list->in_flight--;
		} else
			last = unfinished[i];
	}
	dropped_remove(list);
	return 0;
}

static void sort_by_digit(const Entry *from, Entry *to, size_t n, uint64_t base, unsigned shift)
{
	size_t starts[DIGITS] = {}, sum = 0;

	for (size_t i = 0; i < n; i++)
		starts[((from[i].time - base) >> shift) % DIGITS]++;
	for (size_t d = 0; d < DIGITS; d++) {
		size_t count = starts[d];

		starts[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[starts[((from[i].time - base) >> shift) % DIGITS]++] = from[i];
}

/* Return: whether they are in order already, and their bounds */
static bool entries_bounds(const Entry *entries, size_t n, uint64_t *ret_min, uint64_t *ret_max)
{
	uint64_t min = UINT64_MAX, max = 0;
	bool sorted = true;

	for (size_t i = 0; i < n; i++) {
		sorted = sorted && entries[i].time >= max;
		min = MIN(min, entries[i].time);
		max = MAX(max, entries[i].time);
	}
	*ret_min = min;
	*ret_max = max;
	return sorted;
}

static int entries_sort(CallList *list)
{
	Entry *from = list_entries(list), *to;
	_cleanup_free_ Entry *scratch = NULL;
	uint64_t min, max;

	if (entries_bounds(from, list->n, &min, &max))
		return 0;
	scratch = calloc(list->n, sizeof(*scratch));
	if (!scratch)
		return -ENOMEM;
	to = scratch;
	for (unsigned shift = 0; shift < 64 && (max - min) >> shift > 0; shift += DIGIT_BITS) {
		Entry *sorted = to;

		sort_by_digit(from, to, list->n, min, shift);
		to = from;
		from = sorted;
	}
	if (from == scratch)
		memcpy(list_entries(list), scratch, list->n * sizeof(*scratch));
	return 0;
}

static const struct EventRecord *entry_event(const CallList *list, const Entry *e)
{
	return (const struct EventRecord *) (list->records.data + e->offset);
}

/* Return: the first entry, of those in front of @n, whose time is not before @time; @n if there is none */
static size_t find_time(const Entry *entries, size_t n, uint64_t time)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (entries[middle].time < time)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

/* Drops the event that told of the signal which @last is the delivery of. */
static void pending_drop(CallList *list, size_t last)
{
	Entry *entries = list_entries(list);
	const struct EventRecord *delivered = entry_event(list, &entries[last]), *event;
	uint64_t since = delivered->info.since;

	for (size_t i = find_time(entries, last, since); i < last && entries[i].time == since; i++) {
		if (entries[i].offset == OFFSET_DROPPED)
			continue;
		event = entry_event(list, &entries[i]);
		if (is_signal(event, SIGNAL_PENDING) && event->signal == delivered->signal &&
		    event->pid == delivered->pid) {
			entries[i].offset = OFFSET_DROPPED;
			return;
		}
	}
}

/* The entries are in their order. */
static void pending_signals_drop(CallList *list)
{
	const Entry *entries = list_entries(list);

	if (list->pending == 0)
		return;
	for (size_t i = 0; i < list->n; i++)
		if (entries[i].offset != OFFSET_DROPPED && is_signal(entry_event(list, &entries[i]), SIGNAL_DELIVERED))
			pending_drop(list, i);
	dropped_remove(list);
}

int call_list_sort(CallList *list)
{
	int r;

	r = entries_join(list);
	if (r < 0 || text_error(&list->entries) < 0 || text_error(&list->records) < 0)
		return -ENOMEM;
	r = duplicates_drop(list);
	if (r < 0)
		return r;
	r = entries_sort(list);
	if (r < 0)
		return r;
	pending_signals_drop(list);
	return 0;
}

void call_list_put(const CallList *list, Text *t)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct CallRecord *record = entry_record(list, &list_entries(list)[i]);

		text_put_bytes(t, record, record->header.size);
	}
}

void call_list_clear(CallList *list)
{
	text_clear(&list->records);
	text_clear(&list->entries);
	text_clear(&list->unjoined);
	list->n = 0;
	list->in_flight = 0;
	list->counted = 0;
	list->pending = 0;
	list->damaged = 0;
}

void call_list_done(CallList *list)
{
	text_done(&list->records);
	text_done(&list->entries);
	text_done(&list->unjoined);
	pieces_done(&list->pieces);
	*list = (CallList){};
}
