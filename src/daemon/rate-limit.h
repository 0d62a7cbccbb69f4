/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * So many in so much time: the interval begins with the first and all of them are used up until it has passed, as in
 * systemd's RateLimitIntervalSec= and RateLimitBurst=. Where either is 0 there is no limit.
 */

#include <stdbool.h>
#include <stdint.h>

typedef struct RateLimit {
	uint64_t begin; /* usec; meaningless while n is 0 */
	unsigned n;
} RateLimit;

/**
 * rate_limit_pass() - take one
 * @interval: usec
 * @now: usec of any one clock that does not go back
 *
 * Return: whether there was one left
 */
bool rate_limit_pass(RateLimit *l, unsigned burst, uint64_t interval, uint64_t now);
