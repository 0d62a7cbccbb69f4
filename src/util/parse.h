/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Values as people write them in configuration files and on command lines, in systemd's spelling.
 *
 * Every function takes the whole string or refuses it: -EINVAL when it is no such value, -ERANGE when it is one that is
 * too large. The output is written only on success.
 */

#include <stdint.h>

/** parse_unsigned() - decimal digits only, up to @max */
int parse_unsigned(const char *s, uint64_t max, uint64_t *ret);

/** parse_size() - bytes; K, M, G and T are powers of 1024, B and nothing are plain bytes */
int parse_size(const char *s, uint64_t *ret);

/** parse_percent() - "5%", 0 to 100 */
int parse_percent(const char *s, unsigned *ret);

/** parse_boolean() - Return: 1 for yes, true, on, y, t, 1; 0 for their opposites, in any case; -EINVAL */
int parse_boolean(const char *s);

/**
 * parse_timespan() - "1h 30min", "500ms"; a number without a unit is in seconds
 * @ret: microseconds; UINT64_MAX for "infinity"
 */
int parse_timespan(const char *s, uint64_t *ret);
