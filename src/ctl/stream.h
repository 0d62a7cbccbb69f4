/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A capture on its way to text: bytes in as they come, and out the items that pass the filter. It does no I/O and keeps
 * no item, so live traces and dumps share it.
 */

#include <stddef.h>

#include "ctl/filter.h"
#include "trace/capture.h"
#include "trace/line.h"
#include "util/cleanup.h"
#include "util/text.h"

typedef struct Stream Stream;

/**
 * stream_new() - a stream at its beginning
 * @source: the unit or the file that it is of, for messages; must live as long
 * @filter: NULL: everything passes; must live as long
 *
 * Return: 0 or -ENOMEM
 */
int stream_new(Stream **ret, const char *source, const CallSet *filter);
Stream *stream_free(Stream *s);
DEFINE_CLEANUP(Stream, stream_free);

/** stream_feed() - hand over the next bytes, after all items of those before were taken; Return: 0 or -ENOMEM */
int stream_feed(Stream *s, const void *bytes, size_t size);

/** stream_look() - only look at its items: what their threads are called at first is for another stream */
void stream_look(Stream *s);

/** stream_know() - know the threads that @looked has met from the beginning on, in its place */
void stream_know(Stream *s, Stream *looked);

/** stream_next() - the next item that passes; Return: as capture_reader_next() */
int stream_next(Stream *s, Item *ret);

/** stream_style() - Return: the style with what it needs to know of the capture */
LineStyle stream_style(const Stream *s, const LineStyle *style);

/** stream_put() - append an item as a line, in stream_style() */
void stream_put(const Stream *s, const Item *item, const LineStyle *style, Text *t);

const CaptureInfo *stream_info(const Stream *s);
const CaptureEnd *stream_end(const Stream *s);

/**
 * stream_check() - judge what was read when there are no more bytes
 * @r: what stream_next() said last
 *
 * Return: 0 if the capture was whole, or a negative errno, which has been logged.
 */
int stream_check(const Stream *s, int r);
