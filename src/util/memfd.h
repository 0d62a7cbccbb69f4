/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Bytes handed over as a descriptor that nobody can change any more. */

#include <stddef.h>

/**
 * memfd_sealed() - a memfd with these contents, sealed against writing, growing and shrinking, its position at 0
 * @name: shown in /proc/PID/fd
 *
 * Return: the descriptor, close-on-exec, or a negative errno.
 */
int memfd_sealed(const char *name, const void *bytes, size_t size);
