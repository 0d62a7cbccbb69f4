/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * traceloopctl trace: calls of units as they happen.
 *
 * Each unit is a pipe that the daemon fills; what it holds is read at once, turned into lines and written by one write,
 * so that a line is out as soon as it is known and a busy unit costs no system call a line. It goes on until every
 * unit has ended, the lines asked for are out, a signal comes, or nobody reads any more: all of them a success, for
 * none is known beforehand to whoever began to watch.
 *
 * What the trace began to record it stops recording, so that watching leaves nothing behind.
 */

#include <signal.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>

#include "ctl/client.h"
#include "ctl/output.h"
#include "ctl/recordings.h"
#include "ctl/stream.h"
#include "ctl/verbs.h"
#include "trace/bus-names.h"
#include "util/log.h"
#include "util/macro.h"

#define READ_SIZE (1024 * 1024U) /* what the daemon's pipe holds */

typedef struct Trace Trace;

typedef struct Followed {
	Trace *trace;
	const char *unit;
	bool began; /* recording it, by us */
	bool has_heading;
	int fd;     /* -EBADF: it has ended */
	Stream *stream;
	sd_event_source *source;
} Followed;

struct Trace {
	const Arguments *arguments;
	sd_bus *bus;
	sd_event *event;
	Output *output;
	UnitNames names;
	Followed *units;
	size_t n, n_open;
	uint64_t left; /* lines to print */
	LineStyle style;
	uint64_t before; /* the time of the line before */
	int status;    /* first thing that went wrong */
	Text text;
	char *buffer; /* of READ_SIZE */
};

static void note_failure(Trace *t, int r)
{
	t->status = t->status ? t->status : r;
}

static void followed_close(Followed *f)
{
	f->source = sd_event_source_disable_unref(f->source);
	f->fd = close_fd(f->fd);
	f->trace->n_open--;
	if (f->trace->n_open == 0)
		(void) sd_event_exit(f->trace->event, 0);
}

static void followed_end(Followed *f, int r)
{
	const CaptureEnd *end = stream_end(f->stream);

	r = stream_check(f->stream, r);
	if (r < 0)
		note_failure(f->trace, r);
	else if (streq(end->reason, "stopped"))
		log_notice("Recording of %s was stopped.", f->unit);
	else
		log_info("%s has ended.", f->unit);
	followed_close(f);
}

/* In JSON each capture begins with what it is. */
static void put_heading(Followed *f)
{
	if (!f->has_heading && f->trace->style.values.json)
		line_put_capture(&f->trace->text, stream_info(f->stream), &f->trace->style.values);
	f->has_heading = true;
}

/* Appends the lines of what was read; of a capture that goes out as it is, only looks whether it is whole. */
static int put_lines(Followed *f, size_t size)
{
	Trace *t = f->trace;
	Item item;
	int r = stream_feed(f->stream, t->buffer, size);

	while (r >= 0 && t->left > 0 && (r = stream_next(f->stream, &item)) > 0) {
		if (t->arguments->format == FORMAT_CAPTURE)
			continue;
		put_heading(f);
		stream_put(f->stream, &item, &t->style, &t->text);
		t->left--;
	}
	return r;
}

static void write_out(Trace *t, const void *bytes, size_t size)
{
	int r = output_write(t->output, bytes, size);

	if (r < 0 && r != -EPIPE)
		note_failure(t, r);
	if (r < 0 || t->left == 0)
		(void) sd_event_exit(t->event, 0);
}

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	Followed *f = userdata;
	Trace *t = f->trace;
	ssize_t n = read(fd, t->buffer, READ_SIZE);
	int r;

	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return log_error_errno(errno, "Failed to read the calls of %s: %m", f->unit);
	if (n < 0)
		return 0;
	r = put_lines(f, (size_t) n);
	if (text_error(&t->text) < 0)
		return log_oom();
	if (t->arguments->format == FORMAT_CAPTURE)
		write_out(t, t->buffer, (size_t) n);
	else
		write_out(t, text_string(&t->text), t->text.size);
	text_clear(&t->text);
	if (n == 0 || r < 0)
		followed_end(f, r);
	return 0;
}

/* Return: as client_call_quietly(), with the reading end of the pipe */
static int call_follow(Trace *t, const char *unit, sd_bus_error *error, int *ret_fd)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
	int r;

	r = client_method_record(t->bus, "Follow", unit,
				 &(ClientOptions){ .buffer_size = t->arguments->buffer_size }, &m);
	if (r >= 0)
		r = client_call_quietly(t->bus, m, true, error, &reply);
	return r < 0 ? r : client_read_fd(reply, ret_fd);
}

static int call_record(Trace *t, const char *unit)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
	int r;

	r = client_method_record(t->bus, "Record", unit,
				 &(ClientOptions){ .buffer_size = t->arguments->buffer_size }, &m);
	return r < 0 ? r : client_call(t->bus, m, true, &reply);
}

/* Return: 0, an exit status or a negative errno, both logged */
static int follow(Followed *f)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = call_follow(f->trace, f->unit, &error, &f->fd);
	if (r < 0 && sd_bus_error_has_name(&error, BUS_ERROR_NOT_RECORDED)) {
		sd_bus_error_free(&error);
		r = call_record(f->trace, f->unit);
		if (r != 0)
			return r;
		f->began = true;
		r = call_follow(f->trace, f->unit, &error, &f->fd);
	}
	return r < 0 ? client_explain(&error, r) : 0;
}

static int followed_start(Followed *f)
{
	Trace *t = f->trace;
	bool runs = true;
	int r;

	r = follow(f);
	if (r != 0)
		return r;
	r = stream_new(&f->stream, f->unit, t->arguments->filter);
	if (r < 0)
		return log_oom();
	r = sd_event_add_io(t->event, &f->source, f->fd, EPOLLIN, on_readable, f);
	if (r < 0)
		return log_error_errno(r, "Failed to watch a pipe: %m");
	t->n_open++;
	/* After the pipe is there: who is told to start the unit now misses none of its calls. */
	r = client_unit_runs(t->bus, f->unit, &runs);
	if (r == 0 && !runs)
		log_info("%s is not running: waiting for its start.", f->unit);
	return r;
}

static void followed_stop(Followed *f)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;

	if (f->began && client_method_unit(f->trace->bus, "Stop", f->unit, &m) >= 0)
		(void) client_call_quietly(f->trace->bus, m, false, &error, &reply);
	sd_event_source_disable_unref(f->source);
	stream_free(f->stream);
	close_fd(f->fd);
}

/* Whoever reads our output may leave while the units are silent. A plain file cannot be watched, and does not leave. */
static int on_reader_gone(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

static int watch_events(Trace *t)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t set;
	int r;

	(void) sigemptyset(&set);
	for (size_t i = 0; i < ELEMENTS(signals); i++)
		(void) sigaddset(&set, signals[i]);
	(void) sigprocmask(SIG_BLOCK, &set, NULL);
	r = sd_event_new(&t->event);
	for (size_t i = 0; r >= 0 && i < ELEMENTS(signals); i++)
		r = sd_event_add_signal(t->event, NULL, signals[i], NULL, NULL);
	if (r >= 0) {
		r = sd_event_add_io(t->event, NULL, output_fd(t->output), 0, on_reader_gone, NULL);
		r = r == -EPERM ? 0 : r;
	}
	return r < 0 ? log_error_errno(r, "Failed to make an event loop: %m") : 0;
}

static int trace_start(Trace *t)
{
	t->units = calloc(t->names.n, sizeof(*t->units));
	t->buffer = malloc(READ_SIZE);
	if (!t->units || !t->buffer)
		return log_oom();
	for (size_t i = 0; i < t->names.n; i++) {
		Followed *f = &t->units[t->n++];
		int r;

		*f = (Followed){ .trace = t, .unit = t->names.names[i], .fd = -EBADF };
		r = followed_start(f);
		if (r != 0)
			return r;
	}
	return 0;
}

static void trace_done(Trace *t)
{
	for (size_t i = 0; i < t->n; i++)
		followed_stop(&t->units[i]);
	free(t->units);
	unit_names_done(&t->names);
	free(t->buffer);
	text_done(&t->text);
	output_free(t->output);
	sd_event_unref(t->event);
	sd_bus_flush_close_unref(t->bus);
}

static int trace_run(Trace *t)
{
	int r;

	r = watch_events(t);
	if (r >= 0)
		r = trace_start(t);
	if (r != 0 || t->left == 0)
		return r;
	r = sd_event_loop(t->event);
	if (r < 0)
		return log_error_errno(r, "The event loop failed: %m");
	r = output_finish(t->output);
	return t->status ? t->status : r;
}

int verb_trace(const Arguments *a)
{
	_cleanup_(trace_done) Trace t = { .arguments = a, .left = a->has_lines ? a->lines : UINT64_MAX };
	int r;

	t.style = a->style;
	t.style.before = &t.before;
	r = client_connect(&t.bus);
	if (r >= 0)
		r = units_expand(t.bus, a, true, &t.names);
	if (r != 0)
		return r;
	if (a->format == FORMAT_CAPTURE && t.names.n > 1) {
		log_error("A capture is of one unit, and %zu are meant.", t.names.n);
		return -EINVAL;
	}
	r = output_new(&t.output, &(OutputConfig){ .file = a->output, .live = true, .binary = a->format == FORMAT_CAPTURE });
	return r < 0 ? r : trace_run(&t);
}
