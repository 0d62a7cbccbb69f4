/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names of the requests of ioctl(), as ioctl-names.def has them. Families of requests are in decode-ioctl.c. */

#include <stdint.h>

#include "trace/syscall-table.h"

#define IOCTL_NAMES_MAX 4U

/**
 * ioctl_names() - the names of a request: drivers have taken the same numbers
 * @ret: they, sorted
 *
 * Return: how many there are, IOCTL_NAMES_MAX at most
 */
unsigned ioctl_names(uint32_t request, Machine machine, const char *ret[static IOCTL_NAMES_MAX]);
