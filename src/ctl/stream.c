/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/stream.h"

#include <errno.h>
#include <inttypes.h>

#include "trace/line.h"
#include "util/log.h"

struct Stream {
	const char *source;
	const CallSet *filter;
	CaptureReader *reader;
	Threads *threads;
	bool looks; /* at items that are not for printing */
};

int stream_new(Stream **ret, const char *source, const CallSet *filter)
{
	_cleanup_(stream_freep) Stream *s = malloc(sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	*s = (Stream){ .source = source, .filter = filter };
	r = capture_reader_new(&s->reader);
	if (r >= 0)
		r = threads_new(&s->threads);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(s);
	return 0;
}

Stream *stream_free(Stream *s)
{
	if (!s)
		return NULL;
	capture_reader_free(s->reader);
	threads_free(s->threads);
	free(s);
	return NULL;
}

int stream_feed(Stream *s, const void *bytes, size_t size)
{
	return capture_reader_feed(s->reader, bytes, size);
}

void stream_look(Stream *s)
{
	s->looks = true;
}

void stream_know(Stream *s, Stream *looked)
{
	threads_free(s->threads);
	s->threads = TAKE_PTR(looked->threads);
}

int stream_next(Stream *s, Item *ret)
{
	int r;

	do {
		r = capture_reader_next(s->reader, ret);
		if (r > 0 && s->looks)
			threads_meet(s->threads, ret);
		else if (r > 0)
			threads_see(s->threads, ret, stream_info(s)->machine);
	} while (r > 0 && s->filter && !filter_matches(s->filter, ret, stream_info(s)->machine));
	return r;
}

LineStyle stream_style(const Stream *s, const LineStyle *style)
{
	LineStyle with_capture = *style;

	with_capture.info = stream_info(s);
	with_capture.values.threads = s->threads;
	return with_capture;
}

void stream_put(const Stream *s, const Item *item, const LineStyle *style, Text *t)
{
	LineStyle with_capture = stream_style(s, style);

	line_put(t, item, &with_capture);
}

const CaptureInfo *stream_info(const Stream *s)
{
	return capture_reader_info(s->reader);
}

const CaptureEnd *stream_end(const Stream *s)
{
	return capture_reader_end(s->reader);
}

int stream_check(const Stream *s, int r)
{
	uint64_t offset = capture_reader_offset(s->reader);

	if (r >= 0 && stream_end(s))
		return 0;
	if (r >= 0) {
		log_error("%s: the capture was cut, its end is missing: who wrote it may have been stopped.", s->source);
		return -ENODATA;
	}
	if (r == -EPROTONOSUPPORT)
		log_error("%s: the capture is of another version of traceloop.", s->source);
	else if (r == -EINVAL)
		log_error("%s: this is no capture.", s->source);
	else if (r == -EBADMSG)
		log_error("%s: the capture is damaged from byte %" PRIu64 " on.", s->source, offset);
	else
		(void) log_error_errno(r, "%s: failed to read the capture: %m", s->source);
	return r;
}
