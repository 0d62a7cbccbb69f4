/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/follow.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>

#include "daemon/reader.h"
#include "daemon/snapshot.h"
#include "util/log.h"
#include "util/macro.h"

#define PIPE_SIZE (1024 * 1024) /* the most an unprivileged pipe may have (fs.pipe-max-size) */

struct Follower {
	char *unit;
	Recording *recording; /* NULL: the unit is not recorded yet, or the stream has ended */
	RingReader *reader;
	CallList list;
	uint64_t names; /* of files, sent so far: a serial number */
	Gap total;
	Text out; /* for the pipe, written up to `sent` */
	size_t sent;
	bool ending;

	int fd;
	sd_event_source *io, *timer;
	FollowerClosed closed;
	void *userdata;
};

static void follower_close(Follower *f)
{
	f->io = sd_event_source_disable_unref(f->io);
	f->timer = sd_event_source_disable_unref(f->timer);
	f->closed(f, f->userdata);
}

/* Return: 1 if all is written, 0 if the pipe is full, a negative errno if it is broken. */
static int follower_write(Follower *f)
{
	while (f->sent < f->out.size) {
		ssize_t n = write(f->fd, f->out.data + f->sent, f->out.size - f->sent);

		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return -errno;
		f->sent += (size_t) n;
	}
	text_clear(&f->out);
	f->sent = 0;
	return 1;
}

/* What was told of files since the last look, which is ahead of the calls that were read just before. */
static int follower_put_files(Follower *f)
{
	FileTable *table = ring_files_get(recorder_files(f->recording->recorder), f->recording->ring);
	_cleanup_text_ Text files = {};
	int e;

	if (!table)
		return 0;
	f->names = file_table_put_since(table, f->names, &files);
	e = text_error(&files);
	return e < 0 ? e : capture_put_files(&f->out, files.data, files.size, false);
}

static int follower_read(Follower *f)
{
	_cleanup_text_ Text records = {};
	Gap gap;
	int e;

	e = ring_reader_follow(f->reader, &f->list, &gap);
	if (e < 0)
		return e;
	ring_reader_wake_after(f->reader);
	f->total.overwritten += gap.overwritten;
	f->total.lost += gap.lost;
	if (gap.overwritten > 0 || gap.lost > 0)
		capture_put_gap(&f->out, &gap);
	call_list_put(&f->list, &records);
	e = text_error(&records);
	if (e >= 0 && records.size > 0)
		e = follower_put_files(f);
	files_bound(f->recording->recorder);
	return e < 0 ? e : capture_put_records(&f->out, records.data, records.size, false);
}

static void follower_put_end(Follower *f, const char *reason)
{
	RingCounters counters = {};
	CaptureEnd end;

	if (!f->reader) /* it never began */
		capture_put_start(&f->out, &(CaptureInfo){ .unit = f->unit });
	if (f->recording)
		(void) ring_counters(f->recording->recorder, f->recording->ring, &counters);
	end = (CaptureEnd){
		.calls = counters.calls,
		.overwritten = f->total.overwritten,
		.lost = f->total.lost,
		.events_overwritten = f->reader ? ring_reader_events_lost(f->reader) : 0,
		.reason = reason,
	};
	capture_put_end(&f->out, &end);
}

static void follower_flush(Follower *f)
{
	int r = follower_write(f);

	if (r < 0 || (r > 0 && f->ending)) {
		follower_close(f);
		return;
	}
	(void) sd_event_source_set_io_events(f->io, r == 0 ? EPOLLOUT : 0);
}

void follower_pump(Follower *f)
{
	int e = follower_write(f); /* what is left of the last look, or the head */

	if (e > 0 && f->reader && !f->ending)
		e = follower_read(f);
	else
		e = 0; /* a pipe that is broken is seen again below */
	if (e < 0) {
		log_warning_errno(e, "Failed to read the ring of %s, ending its stream: %m", f->unit);
		follower_close(f);
		return;
	}
	follower_flush(f);
}

void follower_end(Follower *f, const char *reason)
{
	if (f->ending)
		return;
	if (f->reader)
		(void) follower_read(f);
	follower_put_end(f, reason);
	f->ending = true;
	f->reader = ring_reader_free(f->reader);
	f->recording = NULL;
	f->timer = sd_event_source_disable_unref(f->timer);
	follower_flush(f);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	Follower *f = userdata;

	if (events & (EPOLLERR | EPOLLHUP))
		follower_close(f);
	else
		follower_pump(f);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	Follower *f = userdata;
	int e;

	e = sd_event_source_set_time_relative(source, FOLLOW_INTERVAL_USEC);
	if (e >= 0)
		e = sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	if (e < 0)
		return log_error_errno(e, "Failed to set the timer of a stream: %m");
	follower_pump(f);
	return 0;
}

int follower_new(Follower **ret, sd_event *event, const char *unit, int fd, FollowerClosed closed, void *userdata)
{
	_cleanup_(follower_freep) Follower *f = calloc(1, sizeof(*f));
	int e;

	if (!f)
		return -ENOMEM;
	*f = (Follower){ .unit = strdup(unit), .fd = -EBADF, .closed = closed, .userdata = userdata };
	if (!f->unit)
		return -ENOMEM;
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
		return -errno;
	(void) fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
	e = sd_event_add_io(event, &f->io, fd, 0, on_io, f);
	if (e < 0)
		return e;
	e = sd_event_add_time_relative(event, &f->timer, CLOCK_MONOTONIC, FOLLOW_INTERVAL_USEC, 1000, on_timer, f);
	if (e < 0)
		return e;
	e = sd_event_source_set_enabled(f->timer, SD_EVENT_OFF);
	if (e < 0)
		return e;
	f->fd = fd;
	*ret = TAKE_PTR(f);
	return 0;
}

Follower *follower_free(Follower *f)
{
	if (!f)
		return NULL;
	sd_event_source_disable_unref(f->io);
	sd_event_source_disable_unref(f->timer);
	ring_reader_free(f->reader);
	call_list_done(&f->list);
	text_done(&f->out);
	close_fd(f->fd);
	free(f->unit);
	free(f);
	return NULL;
}

const char *follower_unit(const Follower *f)
{
	return f->unit;
}

const Recording *follower_recording(const Follower *f)
{
	return f->recording;
}

bool follower_is_waiting(const Follower *f)
{
	return !f->recording && !f->ending;
}

int follower_attach(Follower *f, Recording *recording, bool from_start)
{
	RecordingInfo info;
	int e;

	e = ring_reader_new(&f->reader, recording->recorder, recording->ring);
	if (e < 0)
		return e;
	if (!from_start) {
		e = ring_reader_skip(f->reader);
		if (e < 0)
			return e;
	}
	f->recording = recording;
	recording_info(recording, &info);
	capture_put_start(&f->out, &info.info);
	ring_reader_wake_after(f->reader);
	e = sd_event_source_set_time_relative(f->timer, FOLLOW_INTERVAL_USEC);
	if (e < 0)
		return e;
	return sd_event_source_set_enabled(f->timer, SD_EVENT_ONESHOT);
}
