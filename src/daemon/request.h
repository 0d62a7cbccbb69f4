/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A method call about a unit that waits until the unit's primary name is known.
 */

#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-id128.h>

#include "daemon/manager.h"

typedef struct Request Request;

/**
 * RequestRun - carry out a request and reply to it
 * @unit: the primary name
 *
 * Return: as a method handler: negative or with @error set if there is no reply yet
 */
typedef int (*RequestRun)(Request *q, const char *unit, sd_bus_error *error);

struct Request {
	Manager *manager;
	sd_bus_message *message;
	RequestRun run;
	const char *unit;      /* as it was called, in the message */
	sd_id128_t invocation; /* null: not given */
	RecordOptions options; /* BufferSize, Calls; its filter is the request's */
};

/**
 * request_begin() - parse a method call and run it, at once or when PID 1 has told the unit's name
 * @signature: of the call: "s", "sa{sv}" or "saya{sv}": unit, invocation, options
 *
 * Return: as a method handler; an option that is not known is an error that names it
 */
int request_begin(Manager *m, sd_bus_message *message, const char *signature, RequestRun run, sd_bus_error *error);

/**
 * request_read_options() - read a{sv} into @q
 *
 * Who has a Request of his own releases what is in it by request_done().
 *
 * Return: as a method handler
 */
int request_read_options(Request *q, sd_bus_message *message, sd_bus_error *error);
void request_done(Request *q);

#define _cleanup_request_ _cleanup_(request_done)
