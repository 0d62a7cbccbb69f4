/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* org.traceloop1.Recording: the current or last recording of each unit as an object. */

#include <systemd/sd-bus.h>

#include "daemon/manager.h"
#include "daemon/request.h"

/** recording_bus_add() - serve the objects of @m's recordings on @bus; Return: 0 or a negative errno */
int recording_bus_add(sd_bus *bus, Manager *m);

/** unit_bus_path() - the object path of a unit; Return: 0 or -ENOMEM */
int unit_bus_path(const char *unit, char **ret);
int recording_bus_path(const Recording *r, char **ret);

typedef struct RecordingNumbers {
	uint64_t calls, lost;
	uint64_t losses[_LOSS_MAX]; /* by enum Loss; `lost` in all */
	uint64_t memory; /* bytes */
	uint64_t since;  /* usec since 1970 */
	uint64_t oldest; /* usec since 1970: calls before are gone; `since` while none are */
	uint64_t until;  /* usec since 1970: when it ended; 0 while it runs */
} RecordingNumbers;

/** recording_numbers() - its counters now; zeros where the ring cannot be mapped */
void recording_numbers(const Recording *r, RecordingNumbers *ret);

/** losses_append() - those that are not 0 as entries of an open array a{st}; Return: 0 or a negative errno */
int losses_append(sd_bus_message *m, const uint64_t losses[static _LOSS_MAX]);

/** recording_append_invocation() - 16 bytes, or none while it is not known */
int recording_append_invocation(sd_bus_message *m, const Recording *r);

/** recording_bus_reply_dump() - reply with a sealed memfd that holds a capture */
int recording_bus_reply_dump(sd_bus_message *message, Recording *r);

/** recording_bus_reply_follow() - reply with a pipe; as a method handler */
int recording_bus_reply_follow(const Request *q, sd_bus_message *message, Manager *m, const char *unit,
			       sd_bus_error *error);
