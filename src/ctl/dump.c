/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/dump.h"

#include <fcntl.h>
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

/* A mapping outlives the descriptor. */
static int map(int fd, Dump *d)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size == 0)
		return 0;
	d->size = (size_t) st.st_size;
	d->bytes = mmap(NULL, d->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (d->bytes != MAP_FAILED)
		return 0;
	d->bytes = NULL;
	return -errno;
}

static int map_reply(sd_bus_message *reply, Dump *d)
{
	int fd, r = sd_bus_message_read(reply, "h", &fd);

	return r < 0 ? r : map(fd, d);
}

int dump_fetch(sd_bus *bus, const char *unit, sd_id128_t invocation, sd_bus_error *error, Dump *ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
	Dump d = { .source = unit };
	int r;

	r = request(bus, unit, invocation, &m);
	if (r >= 0)
		r = client_call_quietly(bus, m, false, error, &reply);
	if (r >= 0)
		r = map_reply(reply, &d);
	if (r >= 0)
		*ret = d;
	return r < 0 ? r : 0;
}

/* What cannot be mapped is copied to where it can. */
static int copy(int from, int to)
{
	_cleanup_free_ char *buffer = malloc(PIECE_SIZE);
	ssize_t n;

	if (!buffer)
		return -ENOMEM;
	while ((n = read(from, buffer, PIECE_SIZE)) != 0) {
		if (n < 0 && errno != EINTR)
			return -errno;
		for (ssize_t at = 0, written; at < n; at += written) {
			written = write(to, buffer + at, (size_t) (n - at));
			if (written < 0)
				return -errno;
		}
	}
	return 0;
}

static int map_any(int fd, Dump *d)
{
	_cleanup_close_ int whole = -EBADF;
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISREG(st.st_mode))
		return map(fd, d);
	whole = memfd_create("capture", MFD_CLOEXEC);
	if (whole < 0)
		return -errno;
	r = copy(fd, whole);
	return r < 0 ? r : map(whole, d);
}

int dump_open(const char *file, Dump *ret)
{
	bool standard = streq(file, "-");
	_cleanup_close_ int opened = standard ? -EBADF : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	Dump d = { .source = standard ? "standard input" : file };
	int r;

	if (!standard && opened < 0)
		return log_error_errno(errno, "Failed to open %s: %m", file);
	r = map_any(standard ? STDIN_FILENO : opened, &d);
	if (r < 0)
		return log_error_errno(r, "Failed to read %s: %m", d.source);
	*ret = d;
	return 0;
}

void dump_done(Dump *d)
{
	stream_free(d->looked);
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

	r = stream_new(&s, d->source, filter);
	if (r < 0)
		return log_oom();
	if (d->looked)
		stream_know(s, d->looked);
	r = feed(s, d, visit, userdata, &visit_failed);
	return visit_failed ? r : stream_check(s, r);
}

int dump_look(Dump *d)
{
	bool ignored;

	if (stream_new(&d->looked, d->source, NULL) < 0)
		return -ENOMEM;
	stream_look(d->looked);
	(void) feed(d->looked, d, NULL, NULL, &ignored);
	return 0;
}
