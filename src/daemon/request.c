/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/request.h"

#include "daemon/bus-error.h"
#include "daemon/units-resolve.h"
#include "util/macro.h"

void request_done(Request *q)
{
	sd_bus_message_unref(q->message);
	call_filter_unref(q->options.filter);
	*q = (Request){};
}

static Request *request_free(Request *q)
{
	if (!q)
		return NULL;
	request_done(q);
	free(q);
	return NULL;
}
DEFINE_CLEANUP(Request, request_free);

static int read_invocation(Request *q, sd_bus_message *message, sd_bus_error *error)
{
	const void *bytes;
	size_t size;
	int e;

	e = sd_bus_message_read_array(message, 'y', &bytes, &size);
	if (e < 0)
		return e;
	if (size != 0 && size != sizeof(q->invocation))
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "An invocation ID has 16 bytes or none, not %zu.", size);
	memcpy(&q->invocation, bytes, size);
	return 0;
}

static int read_calls(Request *q, sd_bus_message *message, sd_bus_error *error)
{
	_cleanup_free_ char *unknown = NULL;
	const char *expression;
	CallFilter *filter;
	int e;

	e = sd_bus_message_read(message, "v", "s", &expression);
	if (e < 0)
		return e;
	e = call_filter_new(&filter, expression, &unknown);
	if (unknown)
		return sd_bus_error_setf(error, BUS_ERROR_BAD_FILTER, "No such system call: %s", unknown);
	if (e == -EINVAL)
		return sd_bus_error_setf(error, BUS_ERROR_BAD_FILTER, "That is no list of calls: \"%s\"", expression);
	if (e < 0)
		return e;
	call_filter_unref(q->options.filter);
	q->options.filter = filter;
	return 0;
}

static const struct {
	const char *name, *type;
} option_types[] = {
	{ "BufferSize", "t" },
	{ "Calls", "s" },
};

/* Return: as sd_bus_message_read(), or with @error set */
static int read_option(Request *q, sd_bus_message *message, const char *name, sd_bus_error *error)
{
	unsigned i = 0;
	int e;

	while (i < ELEMENTS(option_types) && !streq(name, option_types[i].name))
		i++;
	if (i == ELEMENTS(option_types))
		return sd_bus_error_setf(error, BUS_ERROR_BAD_OPTION, "Unknown option %s.", name);
	e = streq(name, "Calls") ? read_calls(q, message, error)
				 : sd_bus_message_read(message, "v", "t", &q->options.buffer_size);
	if (e == -ENXIO)
		return sd_bus_error_setf(error, BUS_ERROR_BAD_OPTION, "Option %s is not of type %s.", name,
					 option_types[i].type);
	return e;
}

int request_read_options(Request *q, sd_bus_message *message, sd_bus_error *error)
{
	int e = sd_bus_message_enter_container(message, 'a', "{sv}");

	while (e >= 0 && (e = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
		const char *name;

		e = sd_bus_message_read(message, "s", &name);
		if (e < 0)
			return e;
		e = read_option(q, message, name, error);
		if (e >= 0)
			e = sd_bus_message_exit_container(message);
	}
	return e < 0 ? e : sd_bus_message_exit_container(message);
}

static int request_parse(Request *q, const char *signature, sd_bus_error *error)
{
	int e = sd_bus_message_read(q->message, "s", &q->unit);

	if (e >= 0 && streq(signature, "saya{sv}"))
		e = read_invocation(q, q->message, error);
	if (e >= 0 && !streq(signature, "s"))
		e = request_read_options(q, q->message, error);
	return e;
}

static void on_resolved(const char *id, int error, void *userdata)
{
	_cleanup_(request_freep) Request *q = userdata;
	_cleanup_(sd_bus_error_free) sd_bus_error failure = SD_BUS_ERROR_NULL;
	int e;

	if (error == -ENOENT)
		e = sd_bus_error_setf(&failure, BUS_ERROR_NO_SUCH_UNIT, "Unit %s not found.", q->unit);
	else if (error < 0)
		e = sd_bus_error_set_errnof(&failure, error, "Cannot ask systemd about unit %s: %m", q->unit);
	else
		e = q->run(q, id, &failure);
	if (sd_bus_error_is_set(&failure))
		(void) sd_bus_reply_method_error(q->message, &failure);
	else if (e < 0)
		(void) sd_bus_reply_method_errno(q->message, e, NULL);
}

int request_begin(Manager *m, sd_bus_message *message, const char *signature, RequestRun run, sd_bus_error *error)
{
	_cleanup_(request_freep) Request *q = calloc(1, sizeof(*q));
	int e;

	if (!q)
		return -ENOMEM;
	*q = (Request){ .manager = m, .message = sd_bus_message_ref(message), .run = run };
	e = request_parse(q, signature, error);
	if (e < 0)
		return e;
	/* A recording has its unit's primary name, so what is recorded by this name needs no asking. */
	if (manager_find(m, q->unit, SD_ID128_NULL)) {
		e = run(q, q->unit, error);
		return e < 0 ? e : 1;
	}
	e = units_resolve(sd_bus_message_get_bus(message), q->unit, on_resolved, q);
	if (e < 0)
		return e;
	TAKE_PTR(q);
	return 1;
}
