/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Quantities as people read them, in systemd's spelling. */

#include <stdint.h>

#include "util/text.h"

/** put_bytes() - "256K", "1.5M": powers of 1024, with one decimal unless that is 0 */
void put_bytes(Text *t, uint64_t bytes);

/** put_span() - the two largest units of a time in µs: "3min 2s", "250ms" */
void put_span(Text *t, uint64_t usec);

/** put_timestamp() - local time of µs since 1970: "2026-11-21 08:14:02" */
void put_timestamp(Text *t, uint64_t usec);

/** realtime_usec() - Return: now, in µs since 1970 */
uint64_t realtime_usec(void);
