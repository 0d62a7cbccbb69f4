/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/dump.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "ctl/client.h"
#include "util/log.h"
#include "util/macro.h"

#define PIECE_SIZE (64 * 1024U) /* what is read at a time */

static int request(sd_bus *bus, const char *unit, sd_id128_t invocation, sd_bus_message **ret)
{
	size_t size = sd_id128_is_null(invocation) ? 0 : sizeof(invocation);
	int r = client_method_unit(bus, "Dump", unit, ret);

	if (r >= 0)
		r = sd_bus_message_append_array(*ret, 'y', &invocation, size);
	return r < 0 ? r : sd_bus_message_append(*ret, "a{sv}", 0);
}

/* The descriptor is the message's. */
static int take_reply(sd_bus_message *reply, Dump *d)
{
	int fd, r = sd_bus_message_read(reply, "h", &fd);

	if (r < 0)
		return r;
	d->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return d->fd < 0 ? -errno : 0;
}

int dump_fetch(sd_bus *bus, const char *unit, sd_id128_t invocation, sd_bus_error *error, Dump *ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
	Dump d = { .source = unit, .fd = -EBADF };
	int r;

	r = request(bus, unit, invocation, &m);
	if (r >= 0)
		r = client_call_quietly(bus, m, false, error, &reply);
	if (r >= 0)
		r = take_reply(reply, &d);
	if (r >= 0)
		*ret = d;
	return r < 0 ? r : 0;
}

/* What cannot be read twice is copied to where it can. */
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

/* Return: a descriptor of all that there is to be read from @fd, or a negative errno */
static int whole(int fd)
{
	_cleanup_close_ int copied = -EBADF;
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISREG(st.st_mode)) {
		r = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		return r < 0 ? -errno : r;
	}
	copied = memfd_create("capture", MFD_CLOEXEC);
	if (copied < 0)
		return -errno;
	r = copy(fd, copied);
	return r < 0 ? r : TAKE_FD(copied);
}

int dump_open(const char *file, Dump *ret)
{
	bool standard = streq(file, "-");
	_cleanup_close_ int opened = standard ? -EBADF : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	Dump d = { .source = standard ? "standard input" : file };

	if (!standard && opened < 0)
		return log_error_errno(errno, "Failed to open %s: %m", file);
	d.fd = whole(standard ? STDIN_FILENO : opened);
	if (d.fd < 0)
		return log_error_errno(d.fd, "Failed to read %s: %m", d.source);
	*ret = d;
	return 0;
}

void dump_done(Dump *d)
{
	stream_free(d->looked);
	if (d->fd >= 0)
		(void) close(d->fd);
	*d = DUMP_NONE;
}

int dump_copy(const Dump *d, DumpPiece piece, void *userdata)
{
	_cleanup_free_ char *buffer = malloc(PIECE_SIZE);
	off_t at = 0;
	int r = 0;

	if (!buffer)
		return log_oom();
	while (r >= 0) {
		ssize_t n = pread(d->fd, buffer, PIECE_SIZE, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return log_error_errno(errno, "Failed to read %s: %m", d->source);
		if (n == 0)
			return 0;
		r = piece(buffer, (size_t) n, userdata);
		at += n;
	}
	return r;
}

/* A capture on its way through a stream. */
typedef struct Feeding {
	Stream *stream;
	DumpVisit visit;
	void *userdata;
	int said;     /* by stream_next(), last */
	bool visited; /* @said is a visit's */
} Feeding;

static int feed(const void *bytes, size_t size, void *userdata)
{
	Feeding *f = userdata;
	Item item;

	f->said = stream_feed(f->stream, bytes, size);
	while (f->said >= 0 && (f->said = stream_next(f->stream, &item)) > 0) {
		f->said = f->visit ? f->visit(f->stream, &item, f->userdata) : 0;
		f->visited = f->said < 0;
	}
	return f->said;
}

int dump_read(const Dump *d, const CallSet *filter, DumpVisit visit, void *userdata)
{
	_cleanup_(stream_freep) Stream *s = NULL;
	Feeding f = { .visit = visit, .userdata = userdata };
	int r;

	r = stream_new(&s, d->source, filter);
	if (r < 0)
		return log_oom();
	if (d->looked)
		stream_know(s, d->looked);
	f.stream = s;
	r = dump_copy(d, feed, &f);
	if (r < 0 && (f.visited || f.said >= 0))
		return r;
	return stream_check(s, f.said);
}

int dump_look(Dump *d)
{
	Feeding f = {};

	if (stream_new(&d->looked, d->source, NULL) < 0)
		return -ENOMEM;
	stream_look(d->looked);
	f.stream = d->looked;
	(void) dump_copy(d, feed, &f);
	return 0;
}
