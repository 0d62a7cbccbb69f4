/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The clock that does not jump, and stands still while the machine sleeps. */

#include <stdint.h>
#include <time.h>

#include "util/macro.h"

/** monotonic_now() - Return: ns */
static inline uint64_t monotonic_now(void)
{
	struct timespec t;

	(void) clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t) t.tv_sec * NSEC_PER_SEC + (uint64_t) t.tv_nsec;
}
