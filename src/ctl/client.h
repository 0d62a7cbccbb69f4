/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Calls to traceloopd.
 *
 * A call never starts the daemon unless it is told to: whoever asks what is recorded is to hear that nothing is. What
 * goes wrong is logged here, once, and comes back as the exit status it means, so functions return 0, a positive exit
 * status, or a negative errno; both of the latter have been logged.
 */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "util/cleanup.h"

enum ExitStatus {
	EXIT_NOT_RECORDED = 3,
	EXIT_NO_SUCH_UNIT = 4,
};

/** client_connect() - join the system bus, or the one that $DBUS_SYSTEM_BUS_ADDRESS names */
int client_connect(sd_bus **ret);

/** client_method() - a call of a method of the manager, to which arguments can be appended */
int client_method(sd_bus *bus, const char *member, sd_bus_message **ret);

typedef struct ClientOptions {
	uint64_t buffer_size; /* bytes; 0 for the daemon's default */
	const char *calls;    /* which are recorded at all; NULL for the daemon's default */
} ClientOptions;

/** client_method_record() - a call of Record or Follow, complete */
int client_method_record(sd_bus *bus, const char *member, const char *unit, const ClientOptions *options,
			 sd_bus_message **ret);

/** client_method_unit() - a call whose only argument is a unit, complete */
int client_method_unit(sd_bus *bus, const char *member, const char *unit, sd_bus_message **ret);

/**
 * client_call() - send a call and wait for its answer
 * @start: start the daemon if it is not running and the bus is allowed to
 */
int client_call(sd_bus *bus, sd_bus_message *m, bool start, sd_bus_message **ret_reply);

/**
 * client_call_quietly() - likewise, but an error goes to @error and is not logged
 *
 * Return: as sd_bus_call()
 */
int client_call_quietly(sd_bus *bus, sd_bus_message *m, bool start, sd_bus_error *error, sd_bus_message **ret_reply);

/** client_explain() - log an error of a call; Return: the exit status it means */
int client_explain(const sd_bus_error *error, int r);

/** client_read_fd() - the descriptor out of an answer; Return: 0 or a negative errno, not logged */
int client_read_fd(sd_bus_message *reply, int *ret_fd);

/** client_properties() - a{sv} of an object's interface */
int client_properties(sd_bus *bus, const char *path, const char *interface, sd_bus_message **ret_reply);

/** client_find() - the object of a unit's recording; @ret_path is NULL, and nothing is logged, if it has none */
int client_find(sd_bus *bus, const char *unit, char **ret_path);

/** client_unit_runs() - whether calls of a unit are being recorded now, or could be if it made any */
int client_unit_runs(sd_bus *bus, const char *unit, bool *ret);
