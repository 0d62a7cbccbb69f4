/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A client of org.traceloop1: calls, properties, and captures that come in a descriptor. */

#include <systemd/sd-bus.h>

#include "bus/world.h"
#include "trace/capture.h"

/**
 * client_callv() - call a method of the daemon and run the loop until it is answered
 * @ret: the answer, may be NULL
 *
 * Return: 0; the negative errno of an error, whose name is in @w->error
 */
int client_callv(World *w, const char *path, const char *interface, const char *member, sd_bus_message **ret,
		 const char *types, va_list ap);
int client_call(World *w, const char *path, const char *interface, const char *member, sd_bus_message **ret,
		const char *types, ...);

/** client_manager() - the same of org.traceloop1.Manager; Return: the name of the error, "" for success */
const char *client_manager(World *w, const char *member, sd_bus_message **ret, const char *types, ...);

/** client_get() - a property's value, as text; numbers in decimal, lists with blanks; valid until the next call */
const char *client_get(World *w, const char *path, const char *interface, const char *property);

/** client_unit() - a property of a unit's object */
const char *client_unit(World *w, const char *unit, const char *property);

typedef struct Stream {
	int fd;
	CaptureReader *reader;
	Text seen;         /* paths of open calls, gap(N), end(REASON), separated by blanks */
	Text names;        /* of the files of calls, as with -y */
	unsigned calls;
	uint64_t missing;  /* in gaps */
	unsigned events;
	unsigned unfinished;
	bool ended;        /* end of file */
	int error;
} Stream;

/** stream_take() - the descriptor out of an answer, which is released; Return: 0 or an errno */
int stream_take(Stream *s, sd_bus_message *answer);

/** stream_feed() - a whole capture that is in memory; Return: what is seen in it */
const char *stream_feed(Stream *s, const void *bytes, size_t size);

/** stream_read() - all that is there now */
void stream_read(Stream *s);
void stream_done(Stream *s);
#define _cleanup_stream_ _cleanup_(stream_done)
