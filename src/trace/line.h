/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Items as lines: text in strace's syntax, or JSON, an object each (traceloop.json(7)).
 *
 *   14:02:11.042266 sshd[2110/2110] openat(AT_FDCWD, "/x", O_RDONLY) = -1 ENOENT (No such file or directory) <0.000012>
 *
 *   line.c        what is before an item in text, and gaps
 *   line-json.c   the frame of an object
 *   line-call.c   calls: the name, what became of it, how long it took
 *   line-event.c  events
 *   line-uring.c  what io_uring did
 */

#include <stdbool.h>
#include <stdint.h>

#include "trace/capture.h"
#include "trace/decode.h"
#include "trace/item.h"
#include "trace/names.h"
#include "trace/syscall-table.h"
#include "trace/writer.h"
#include "util/text.h"

typedef enum LineTime {
	LINE_TIME_DEFAULT, /* as CLOCK_MICRO, but nothing if the line is to have a relative one */
	LINE_TIME_CLOCK,   /* HH:MM:SS */
	LINE_TIME_CLOCK_MICRO,
	LINE_TIME_EPOCH,   /* seconds since 1970, with microseconds */
} LineTime;

typedef struct LineStyle {
	const CaptureInfo *info; /* for wall-clock times and the machine; NULL: seconds since boot, and x86-64 */
	WriterStyle values;      /* how values look, and whether all is JSON: then of what follows only `info` counts */
	LineTime time;
	bool relative;           /* time since the line before */
	uint64_t *before;        /* of that: its item_time(), at first 0; line_put() writes it */
	unsigned column;         /* of the "=", counted from 0, if the call is not longer */
	bool no_prefix;          /* without time, comm, pid and tid */
	bool no_tid;             /* comm[pid], as in the journal */
	bool no_duration;
	bool cpu;                /* [N] behind the time: on which CPU the call returned or the event happened */
} LineStyle;

/**
 * line_put() - append one item and a newline
 *
 * A call of an unknown number prints as syscall_0xNNN(six arguments); nothing is ever left out.
 */
void line_put(Text *t, const Item *item, const LineStyle *style);

/** line_put_json() - the same as JSON, which line_put() does if the style says so */
void line_put_json(Text *t, const Item *item, const LineStyle *style);

/** line_put_capture() - a line of JSON about a capture as a whole, which goes before those of its items */
void line_put_capture(Text *t, const CaptureInfo *info, const WriterStyle *style);

/** line_put_call() - append a call; @begin: where its line does in the text, for a column */
void line_put_call(Text *t, const Call *call, const LineStyle *style, size_t begin);

/** line_put_event() - an event: a text, or members of an object */
void line_put_event(Writer *w, const Item *item);

/** line_put_uring() - what io_uring did, likewise */
void line_put_uring(Writer *w, const struct UringRecord *uring);

/** line_put_error() - "-1 ENOENT (No such file or directory)", or the members "result", "error" and "errno" */
void line_put_error(Writer *w, int error);

/** line_machine() - Return: the machine that a call's numbers are of */
Machine line_machine(const LineStyle *style, const Call *call);

/** call_put_name() - append what a call is called, whether it is known or not */
void call_put_name(Text *t, const Decoder *d);

/**
 * call_put_summary() - append name("path") = ERRNO, for headlines: the call with its first path or address only
 *
 * A call without any has its first argument if that is a descriptor, with the name of its file if that is known.
 */
void call_put_summary(Text *t, const Call *call, Machine machine);
