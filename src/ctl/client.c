/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/client.h"

#include <fcntl.h>
#include <string.h>

#include "trace/bus-names.h"
#include "util/log.h"
#include "util/macro.h"

static const struct {
	const char *name;
	int status;
	const char *message; /* NULL: the daemon's own */
} errors[] = {
	{ BUS_ERROR_NO_SUCH_UNIT, EXIT_NO_SUCH_UNIT, NULL },
	{ BUS_ERROR_NOT_RECORDED, EXIT_NOT_RECORDED, NULL },
	{ SD_BUS_ERROR_ACCESS_DENIED, EXIT_FAILURE, "You must be root to read or change what is recorded." },
	{ SD_BUS_ERROR_SERVICE_UNKNOWN, EXIT_FAILURE, "traceloopd is not running." },
	{ SD_BUS_ERROR_NAME_HAS_NO_OWNER, EXIT_FAILURE, "traceloopd is not running." },
	/* What starting it comes to when its unit is not enabled: the alias the bus knows it by does not exist. */
	{ "org.freedesktop.systemd1.NoSuchUnit", EXIT_FAILURE, "traceloopd is not running." },
	{ SD_BUS_ERROR_NO_REPLY, EXIT_FAILURE, "traceloopd did not answer." },
	{ SD_BUS_ERROR_TIMEOUT, EXIT_FAILURE, "traceloopd did not answer." },
	{ SD_BUS_ERROR_UNKNOWN_METHOD, EXIT_FAILURE, "traceloopd is of an older version that cannot do this." },
};

int client_connect(sd_bus **ret)
{
	int r = sd_bus_open_system(ret);

	return r < 0 ? log_error_errno(r, "Failed to connect to the system bus: %m") : 0;
}

int client_method(sd_bus *bus, const char *member, sd_bus_message **ret)
{
	int r = sd_bus_message_new_method_call(bus, ret, BUS_NAME, BUS_PATH, BUS_INTERFACE, member);

	return r < 0 ? log_error_errno(r, "Failed to make a message: %m") : 0;
}

int client_method_unit(sd_bus *bus, const char *member, const char *unit, sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int r = client_method(bus, member, &m);

	if (r < 0)
		return r;
	r = sd_bus_message_append(m, "s", unit);
	if (r < 0)
		return log_error_errno(r, "Failed to make a message: %m");
	*ret = TAKE_PTR(m);
	return 0;
}

static int append_options(sd_bus_message *m, const ClientOptions *options)
{
	int r = sd_bus_message_open_container(m, 'a', "{sv}");

	if (r >= 0 && options->buffer_size > 0)
		r = sd_bus_message_append(m, "{sv}", "BufferSize", "t", options->buffer_size);
	if (r >= 0 && options->calls)
		r = sd_bus_message_append(m, "{sv}", "Calls", "s", options->calls);
	return r < 0 ? r : sd_bus_message_close_container(m);
}

int client_method_record(sd_bus *bus, const char *member, const char *unit, const ClientOptions *options,
			 sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int r = client_method_unit(bus, member, unit, &m);

	if (r < 0)
		return r;
	r = append_options(m, options);
	if (r < 0)
		return log_error_errno(r, "Failed to make a message: %m");
	*ret = TAKE_PTR(m);
	return 0;
}

int client_explain(const sd_bus_error *error, int r)
{
	if (!sd_bus_error_is_set(error))
		return log_error_errno(r, "Failed to call traceloopd: %m");
	for (unsigned i = 0; i < ELEMENTS(errors); i++)
		if (sd_bus_error_has_name(error, errors[i].name)) {
			log_error("%s", errors[i].message ? errors[i].message : error->message);
			return errors[i].status;
		}
	log_error("%s", error->message ? error->message : error->name);
	return EXIT_FAILURE;
}

int client_call_quietly(sd_bus *bus, sd_bus_message *m, bool start, sd_bus_error *error, sd_bus_message **ret_reply)
{
	int r = sd_bus_message_set_auto_start(m, start);

	return r < 0 ? r : sd_bus_call(bus, m, 0, error, ret_reply);
}

int client_call(sd_bus *bus, sd_bus_message *m, bool start, sd_bus_message **ret_reply)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = client_call_quietly(bus, m, start, &error, ret_reply);

	return r < 0 ? client_explain(&error, r) : 0;
}

int client_read_fd(sd_bus_message *reply, int *ret_fd)
{
	int fd, r = sd_bus_message_read(reply, "h", &fd);

	if (r < 0)
		return r;
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int client_properties(sd_bus *bus, const char *path, const char *interface, sd_bus_message **ret_reply)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int r = sd_bus_message_new_method_call(bus, &m, BUS_NAME, path, "org.freedesktop.DBus.Properties", "GetAll");

	if (r >= 0)
		r = sd_bus_message_append(m, "s", interface);
	if (r < 0)
		return log_error_errno(r, "Failed to make a message: %m");
	return client_call(bus, m, false, ret_reply);
}

int client_find(sd_bus *bus, const char *unit, char **ret_path)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	const char *path = NULL;
	int r;

	r = client_method_unit(bus, "GetRecording", unit, &m);
	if (r < 0)
		return r;
	r = client_call_quietly(bus, m, false, &error, &reply);
	if (r >= 0)
		r = sd_bus_message_read(reply, "o", &path);
	if (r < 0 && !sd_bus_error_has_name(&error, BUS_ERROR_NOT_RECORDED))
		return client_explain(&error, r);
	*ret_path = path ? strdup(path) : NULL;
	return path && !*ret_path ? log_oom() : 0;
}

int client_unit_runs(sd_bus *bus, const char *unit, bool *ret)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_free_ char *path = NULL, *state = NULL;
	int r;

	r = client_find(bus, unit, &path);
	if (r != 0)
		return r;
	*ret = false;
	if (!path)
		return 0;
	r = sd_bus_get_property_string(bus, BUS_NAME, path, RECORDING_INTERFACE, "State", &error, &state);
	if (r < 0)
		return client_explain(&error, r);
	*ret = streq(state, "armed") || streq(state, "recording");
	return 0;
}
