/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus/client.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/syscall.h>

#include "trace/file-name.h"
#include "util/macro.h"

static int on_answer(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	*(sd_bus_message **) userdata = sd_bus_message_ref(m);
	return 0;
}

int client_callv(World *w, const char *path, const char *interface, const char *member, sd_bus_message **ret,
		 const char *types, va_list ap)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
	_cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
	uint64_t until = world_deadline();
	const sd_bus_error *error;
	int e;

	w->error[0] = w->message[0] = '\0';
	e = sd_bus_call_method_asyncv(w->client, &slot, BUS_NAME, path, interface, member, on_answer, &answer, types,
				      ap);
	if (e < 0)
		return e;
	while (!answer && world_run(w, until))
		;
	if (!answer)
		return -ETIMEDOUT;
	error = sd_bus_message_get_error(answer);
	if (error) {
		(void) snprintf(w->error, sizeof(w->error), "%s", error->name);
		(void) snprintf(w->message, sizeof(w->message), "%s", error->message);
		return -sd_bus_error_get_errno(error);
	}
	if (ret)
		*ret = TAKE_PTR(answer);
	return 0;
}

int client_call(World *w, const char *path, const char *interface, const char *member, sd_bus_message **ret,
		const char *types, ...)
{
	va_list ap;
	int e;

	va_start(ap, types);
	e = client_callv(w, path, interface, member, ret, types, ap);
	va_end(ap);
	return e;
}

const char *client_manager(World *w, const char *member, sd_bus_message **ret, const char *types, ...)
{
	va_list ap;
	int e;

	va_start(ap, types);
	e = client_callv(w, BUS_PATH, BUS_INTERFACE, member, ret, types, ap);
	va_end(ap);
	return e < 0 && !w->error[0] ? strerror(-e) : w->error;
}

static int put_value(Text *t, sd_bus_message *m)
{
	const char *contents;
	char type;
	int e;

	while ((e = sd_bus_message_peek_type(m, &type, &contents)) > 0) {
		union {
			const char *s;
			uint64_t t;
			uint32_t u;
			uint8_t y;
			int b;
		} v = {};

		if (t->size > 0 && type != 'y')
			text_put_char(t, ' ');
		if (type == 'a' || type == 'e') {
			e = sd_bus_message_enter_container(m, type, contents);
			if (e >= 0)
				e = put_value(t, m);
			if (e >= 0)
				e = sd_bus_message_exit_container(m);
			if (e < 0)
				return e;
			continue;
		}
		e = sd_bus_message_read_basic(m, type, &v);
		if (e < 0)
			return e;
		if (type == 's')
			text_put(t, v.s);
		else if (type == 'y')
			text_printf(t, "%02x", v.y);
		else
			text_put_unsigned(t, type == 't' ? v.t : type == 'u' ? v.u : (unsigned) v.b);
	}
	return e;
}

const char *client_get(World *w, const char *path, const char *interface, const char *property)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
	static Text value;
	const char *contents;
	char type;
	int e;

	text_done(&value);
	e = client_call(w, path, "org.freedesktop.DBus.Properties", "Get", &answer, "ss", interface, property);
	if (e >= 0)
		e = sd_bus_message_peek_type(answer, &type, &contents);
	if (e >= 0)
		e = sd_bus_message_enter_container(answer, 'v', contents);
	if (e >= 0)
		e = put_value(&value, answer);
	return e < 0 ? (w->error[0] ? w->error : strerror(-e)) : text_string(&value);
}

const char *client_unit(World *w, const char *unit, const char *property)
{
	_cleanup_free_ char *path = NULL;

	if (sd_bus_path_encode(RECORDING_PREFIX, unit, &path) < 0)
		return "(no memory)";
	return client_get(w, path, RECORDING_INTERFACE, property);
}

/*
 * Captures
 */

int stream_take(Stream *s, sd_bus_message *answer)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = answer;
	int fd, e = sd_bus_message_read(m, "h", &fd);

	*s = (Stream){ .fd = -EBADF };
	if (e < 0)
		return e;
	s->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (s->fd < 0 || fcntl(s->fd, F_SETFL, fcntl(s->fd, F_GETFL) | O_NONBLOCK) < 0)
		return -errno;
	return capture_reader_new(&s->reader);
}

static void put_call(Stream *s, const Call *c)
{
	const CallMemory *path = c->nr == SYS_openat ? call_memory(c, 1) : NULL;

	s->calls++;
	for (unsigned i = 0; i < c->n_files; i++)
		file_put_name(&s->names, &c->files[i], FILE_NAMES_PLAIN, ESCAPES_OCTAL);
	s->unfinished += (c->flags & RECORD_UNFINISHED) != 0;
	if (!path)
		return;
	text_put(&s->seen, s->seen.size ? " " : "");
	text_put_bytes(&s->seen, path->bytes, path->captured);
}

static void put_item(Stream *s, const Item *item)
{
	if (item->kind == ITEM_CALL)
		put_call(s, &item->call);
	else if (item->kind == ITEM_EVENT)
		s->events++;
	else {
		s->missing += item->gap.overwritten + item->gap.lost;
		text_printf(&s->seen, "%sgap(%" PRIu64 ",%" PRIu64 ")", s->seen.size ? " " : "", item->gap.overwritten,
			    item->gap.lost);
	}
}

static void parse(Stream *s)
{
	const CaptureEnd *end;
	Item item;
	int e;

	while ((e = capture_reader_next(s->reader, &item)) > 0)
		put_item(s, &item);
	if (e < 0)
		s->error = e;
	end = capture_reader_end(s->reader);
	if (s->ended)
		text_printf(&s->seen, "%send(%s)", s->seen.size ? " " : "", end ? end->reason : "cut");
}

void stream_read(Stream *s)
{
	uint8_t bytes[65536];
	ssize_t n;

	while (!s->ended && (n = read(s->fd, bytes, sizeof(bytes))) >= 0) {
		s->ended = n == 0;
		if (capture_reader_feed(s->reader, bytes, (size_t) n) < 0)
			s->error = -ENOMEM;
		parse(s);
	}
}

const char *stream_feed(Stream *s, const void *bytes, size_t size)
{
	s->ended = true;
	if (capture_reader_feed(s->reader, bytes, size) < 0)
		return "(no memory)";
	parse(s);
	return text_string(&s->seen);
}

void stream_done(Stream *s)
{
	capture_reader_free(s->reader);
	close_fd(s->fd);
	text_done(&s->seen);
	text_done(&s->names);
	*s = (Stream){ .fd = -EBADF };
}
