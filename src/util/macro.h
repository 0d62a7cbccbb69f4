/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Arithmetic and array shorthand that the standard library lacks. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ELEMENTS(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define ALIGN8(n) (((n) + 7U) & ~(__typeof__(n)) 7U)

#define NSEC_PER_SEC 1000000000ULL
#define NSEC_PER_MSEC 1000000ULL
#define NSEC_PER_USEC 1000ULL
#define USEC_PER_SEC 1000000ULL
#define USEC_PER_MSEC 1000ULL

static inline int streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Return: what follows @prefix in @s, or NULL if @s does not begin with it. */
static inline const char *startswith(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) == 0 ? s + n : NULL;
}
