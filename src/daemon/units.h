/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What PID 1 says about its units, taken off the bus.
 *
 * The order is matches, then Subscribe(). Nobody asks which units there are: those that run are found by their cgroups.
 * The values of a change are those in its signal, the type's interface first and Unit after it; nothing is asked back,
 * for a later answer may be about the next run, and asking about a unit that is not loaded loads it.
 *
 * Anybody on the bus can send us a signal that looks like one of PID 1's, and sd-bus cannot tell: it knows names of
 * senders only as ":1.5". So we know which of these is PID 1, and drop what others send. When the name moves
 * to another connection, as when PID 1 was disconnected, all is forgotten and we subscribe again.
 *
 * A direct connection to PID 1 has neither names nor strangers, and works the same otherwise. When the connection
 * itself is lost, its owner makes a new one and a new object.
 */

#include <stdbool.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-id128.h>

#include "util/cleanup.h"

typedef struct Units Units;

/* Each may be NULL. Strings live until it returns. */
typedef struct UnitsCallbacks {
	/* a change of the type's interface: exec_code and exec_status are 0 for types that have no main process */
	void (*type_signal)(const char *unit, const char *result, int exec_code, int exec_status, void *userdata);
	/* the same change, seen from Unit; the invocation is null for a unit that has not been started */
	void (*unit_signal)(const char *unit, sd_id128_t invocation, const char *active_state, void *userdata);
	/* dropped from memory, which is not the same as stopped, and is no loss of what it did */
	void (*removed)(const char *unit, void *userdata);
	/* PID 1 has left the bus: signals are being missed until it is back */
	void (*reset)(void *userdata);
	/* it has read unit files anew */
	void (*reloaded)(void *userdata);
} UnitsCallbacks;

/**
 * units_new() - begin to listen
 * @bus: processed by the caller; it may still be connecting
 *
 * Return: 0 or a negative errno. What fails later is logged.
 */
int units_new(Units **ret, sd_bus *bus, const UnitsCallbacks *callbacks, void *userdata);
/** units_are_heard() - Return: whether PID 1 is on the bus, so that its signals come */
bool units_are_heard(const Units *u);

Units *units_free(Units *u);
DEFINE_CLEANUP(Units, units_free);
