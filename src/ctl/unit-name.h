/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Units as people type them, made into names as systemctl does it: "ssh" is ssh.service, "/var/lib" is var-lib.mount,
 * and what can be in no name is escaped. Aliases are the daemon's to resolve.
 */

#include <stdbool.h>

/** unit_name_is_glob() - Return: whether @name is a pattern: it has *, ? or [ */
bool unit_name_is_glob(const char *name);

/** unit_name_is_valid() - Return: whether @name is a whole name, with one of systemd's suffixes */
bool unit_name_is_valid(const char *name);

/**
 * unit_name_mangle() - the name or pattern that is meant
 * @ret: a pattern comes through as it is: "ssh*" matches the suffix too
 *
 * Return: 0; -EINVAL if no unit can be called so; -ENOMEM
 */
int unit_name_mangle(const char *name, char **ret);
