/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/snapshot.h"

#include "daemon/reader.h"
#include "daemon/ring-files.h"
#include "util/log.h"
#include "util/macro.h"

#define SNAPSHOT_TRIES 8

typedef struct Source {
	Recorder *recorder;
	uint32_t ring;
} Source;

static void file_dropped(const struct FileRef *file, void *userdata)
{
	const Source *from = userdata;

	recorder_forget_file(from->recorder, from->ring, file);
}

/*
 * The names that the records need. They were told before their calls were written, so none is missing if they are taken
 * after these were copied. This is also when it is known which names the ring still refers to.
 */
static int snapshot_files(const Source *from, Snapshot *ret)
{
	RingFiles *files = recorder_files(from->recorder);
	FileTable *table = ring_files_get(files, from->ring);
	size_t limit = ring_files_limit(files, from->ring);
	int e;

	if (!table)
		return 0;
	file_table_mark(table, ret->records.data, ret->records.size);
	file_table_put_marked(table, &ret->files);
	if (file_table_size(table) <= limit)
		return text_error(&ret->files);
	file_table_mark(table, ret->records.data, ret->records.size);
	e = file_table_trim(table, limit / 2, file_dropped, (void *) from);
	recorder_files_forgotten(from->recorder);
	return e < 0 ? e : text_error(&ret->files);
}

/* Return: 1 if the ring went round while it was copied, so that nothing is left between horizon and cut */
static int snapshot_try(const Source *from, Snapshot *ret)
{
	_cleanup_(ring_reader_freep) RingReader *r = NULL;
	_cleanup_call_list_ CallList list = {};
	int e;

	e = ring_reader_new(&r, from->recorder, from->ring);
	if (e >= 0)
		e = ring_reader_tail(r, &list, &ret->cut, &ret->end);
	if (e < 0)
		return e;
	ret->end.reason = "snapshot";
	ret->in_flight = (unsigned) list.in_flight;
	ret->held = ring_reader_held(r);
	call_list_put(&list, &ret->records);
	e = text_error(&ret->records);
	if (e >= 0)
		e = snapshot_files(from, ret);
	return e < 0 ? e : ret->end.calls > 0 && ret->end.calls == ret->end.overwritten;
}

int snapshot_take(Recorder *recorder, uint32_t ring, Snapshot *ret)
{
	_cleanup_(snapshot_done) Snapshot s = {};
	const Source from = { recorder, ring };
	int e = 1;

	/* A ring of 256 KiB lasts a unit that does nothing but calls for less than a millisecond. */
	for (unsigned i = 0; e > 0 && i < SNAPSHOT_TRIES; i++) {
		snapshot_done(&s);
		e = snapshot_try(&from, &s);
	}
	if (e < 0)
		return e;
	if (s.held > 0)
		log_debug("A snapshot may lack calls in %u places: CPUs were held up in the middle of recording them.",
			  s.held);
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
