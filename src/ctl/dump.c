/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/dump.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "ctl/client.h"
#include "util/log.h"
#include "util/macro.h"

#define PIECE_SIZE (64 * 1024U) /* what the reader copies at a time */

static int request(sd_bus *bus, const char *unit, sd_id128_t invocation, sd_bus_message **ret)
{
	size_t size = sd_id128_is_null(invocation) ? 0 : sizeof(invocation);
	int r = client_method_unit(bus, "Dump", unit, ret);

	if (r >= 0)
		r = sd_bus_message_append_array(*ret, 'y', &invocation, size);
	return r < 0 ? r : sd_bus_message_append(*ret, "a{sv}", 0);
}

/* A mapping outlives the descriptor, which stays the message's. */
static int map(sd_bus_message *reply, Dump *d)
{
	struct stat st;
	int fd, r = sd_bus_message_read(reply, "h", &fd);

	if (r < 0)
		return r;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size <= 0)
		return -EBADMSG;
	d->size = (size_t) st.st_size;
	d->bytes = mmap(NULL, d->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (d->bytes != MAP_FAILED)
		return 0;
	d->bytes = NULL;
	return -errno;
}

int dump_fetch(sd_bus *bus, const char *unit, sd_id128_t invocation, sd_bus_error *error, Dump *ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
	Dump d = { .unit = unit };
	int r;

	r = request(bus, unit, invocation, &m);
	if (r >= 0)
		r = client_call_quietly(bus, m, false, error, &reply);
	if (r >= 0)
		r = map(reply, &d);
	if (r >= 0)
		*ret = d;
	return r < 0 ? r : 0;
}

void dump_done(Dump *d)
{
	if (d->bytes)
		(void) munmap(d->bytes, d->size);
	*d = (Dump){};
}

/* Return: 0, what stream_next() said, or the errno of a visit with @ret_visited set */
static int feed(Stream *s, const Dump *d, DumpVisit visit, void *userdata, bool *ret_visit)
{
	Item item;
	int r = 0;

	for (size_t at = 0; r >= 0 && at < d->size; at += PIECE_SIZE) {
		r = stream_feed(s, (const char *) d->bytes + at, MIN(d->size - at, (size_t) PIECE_SIZE));
		while (r >= 0 && (r = stream_next(s, &item)) > 0) {
			r = visit ? visit(s, &item, userdata) : 0;
			*ret_visit = r < 0;
		}
	}
	return r;
}

int dump_read(const Dump *d, const CallSet *filter, DumpVisit visit, void *userdata)
{
	_cleanup_(stream_freep) Stream *s = NULL;
	bool visit_failed = false;
	int r;

	r = stream_new(&s, d->unit, filter);
	if (r < 0)
		return log_oom();
	r = feed(s, d, visit, userdata, &visit_failed);
	return visit_failed ? r : stream_check(s, r);
}

int dump_totals(const Dump *d, DumpTotals *ret)
{
	_cleanup_(stream_freep) Stream *s = NULL;
	bool ignored;

	*ret = (DumpTotals){ .complete = true };
	if (stream_new(&s, d->unit, NULL) < 0)
		return -ENOMEM;
	(void) feed(s, d, NULL, NULL, &ignored);
	if (stream_info(s)) {
		ret->complete = stream_info(s)->complete;
		(void) snprintf(ret->invocation, sizeof(ret->invocation), "%s", stream_info(s)->invocation);
	}
	if (stream_end(s)) {
		ret->overwritten = stream_end(s)->overwritten;
		ret->lost = stream_end(s)->lost;
		ret->events_overwritten = stream_end(s)->events_overwritten;
	}
	return 0;
}
