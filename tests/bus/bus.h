/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A message bus of our own: dbus-daemon with a socket in a temporary directory. It ends with the test program, however
 * that ends, and can be ended and started again at the same address.
 */

#include <stdbool.h>

#include "util/cleanup.h"

typedef struct Bus Bus;

/** bus_new() - a bus that listens; Return: 0, -ENOENT if there is no dbus-daemon, another errno */
int bus_new(Bus **ret);
Bus *bus_free(Bus *b);
DEFINE_CLEANUP(Bus, bus_free);

/** bus_address() - Return: as for DBUS_SYSTEM_BUS_ADDRESS */
const char *bus_address(const Bus *b);

/** bus_directory() - Return: a directory that goes with the bus */
const char *bus_directory(const Bus *b);

/** bus_stop() - kill it, all connections with it */
void bus_stop(Bus *b);

/** bus_start() - have it again where it was; Return: 0 when it listens, or an errno */
int bus_start(Bus *b);
