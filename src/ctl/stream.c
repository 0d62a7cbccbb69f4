/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/stream.h"

#include <errno.h>
#include <inttypes.h>

#include "trace/line.h"
#include "util/log.h"

struct Stream {
	const char *unit;
	const CallSet *filter;
	CaptureReader *reader;
};

int stream_new(Stream **ret, const char *unit, const CallSet *filter)
{
	_cleanup_(stream_freep) Stream *s = malloc(sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	*s = (Stream){ .unit = unit, .filter = filter };
	r = capture_reader_new(&s->reader);
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
	free(s);
	return NULL;
}

int stream_feed(Stream *s, const void *bytes, size_t size)
{
	return capture_reader_feed(s->reader, bytes, size);
}

int stream_next(Stream *s, Item *ret)
{
	int r;

	do
		r = capture_reader_next(s->reader, ret);
	while (r > 0 && s->filter && !filter_matches(s->filter, ret, stream_info(s)->machine));
	return r;
}

void stream_put(const Stream *s, const Item *item, const LineStyle *style, Text *t)
{
	LineStyle with_info = *style;

	with_info.info = capture_reader_info(s->reader);
	line_put(t, item, &with_info);
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
		log_error("The capture of %s was cut: its end is missing, traceloopd may have been stopped.", s->unit);
		return -ENODATA;
	}
	if (r == -EPROTONOSUPPORT)
		log_error("The capture of %s is of another version of traceloop.", s->unit);
	else if (r == -EINVAL)
		log_error("What traceloopd sent for %s is no capture.", s->unit);
	else if (r == -EBADMSG)
		log_error("The capture of %s is damaged from byte %" PRIu64 " on.", s->unit, offset);
	else
		(void) log_error_errno(r, "Failed to read the capture of %s: %m", s->unit);
	return r;
}
