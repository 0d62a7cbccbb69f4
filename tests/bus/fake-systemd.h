/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * PID 1 as it looks from the bus, and what a real one cannot be made to do on demand. As with the real one, nothing is
 * signalled before Subscribe(), a change is two signals, that of the type first, and LoadUnit() makes an object for any
 * valid name, which then has the LoadState "not-found".
 */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-id128.h>

#include "util/cleanup.h"

typedef struct FakeSystemd FakeSystemd;

/** fake_systemd_new() - on the bus, with its name; Return: 0 or an errno */
int fake_systemd_new(FakeSystemd **ret, sd_event *event, const char *address);
FakeSystemd *fake_systemd_free(FakeSystemd *s);
DEFINE_CLEANUP(FakeSystemd, fake_systemd_free);

/** fake_systemd_leave() - lose the connection, and the subscriptions with it */
void fake_systemd_leave(FakeSystemd *s);

/** fake_systemd_join() - connect again under the same name; Return: 0 or an errno */
int fake_systemd_join(FakeSystemd *s);

/** fake_systemd_flush() - wait until the bus has all that was sent; Return: 0 or an errno */
int fake_systemd_flush(FakeSystemd *s);

/** fake_systemd_subscribers() - Return: how often it was subscribed to since it joined */
unsigned fake_systemd_subscribers(const FakeSystemd *s);

/** fake_systemd_load() - @name is known as that of unit @id; both strings must live on */
void fake_systemd_load(FakeSystemd *s, const char *name, const char *id);

typedef struct FakeChange {
	const char *unit;
	uint8_t run; /* the invocation ID is 16 of these; 0: none */
	const char *result;
	int code, status;
	const char *active, *sub;
} FakeChange;

/** fake_systemd_change() - a state of a unit as it is signalled; Return: 0 or an errno */
int fake_systemd_change(FakeSystemd *s, const FakeChange *change);

/** fake_systemd_change_unit_only() - its second half, without the signal of the type */
int fake_systemd_change_unit_only(FakeSystemd *s, const FakeChange *change);

int fake_systemd_unit_removed(FakeSystemd *s, const char *unit);
int fake_systemd_unit_new(FakeSystemd *s, const char *unit);
int fake_systemd_reloading(FakeSystemd *s, bool active);

/** fake_invocation() - Return: the invocation ID of run number @run */
sd_id128_t fake_invocation(uint8_t run);
