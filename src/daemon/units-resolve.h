/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * From a name that somebody typed to the one that signals and the journal use: sshd.service is ssh.service on Debian.
 */

#include <systemd/sd-bus.h>

/**
 * UnitsResolved - the answer to units_resolve()
 * @id: the name that signals and the journal use, NULL if there is an error
 * @error: 0; -ENOENT if there is no such unit; another negative errno, not logged
 */
typedef void (*UnitsResolved)(const char *id, int error, void *userdata);

/**
 * units_resolve() - find out what an alias stands for, loading the unit if need be
 *
 * The answer always comes by the callback, and only after this has returned 0.
 *
 * Return: 0 or a negative errno
 */
int units_resolve(sd_bus *bus, const char *name, UnitsResolved resolved, void *userdata);
