/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What options of sockets hold, by level and number. */

#include <stdbool.h>
#include <stdint.h>

typedef enum OptionValue {
	VALUE_TEXT, /* or a number, by its length */
	VALUE_INT,
	VALUE_ERROR,
	VALUE_REHASH,
	VALUE_LINGER,
	VALUE_CREDENTIALS,
	VALUE_PROGRAM,
	VALUE_MEMBERSHIP,
	VALUE_MEMBERSHIP6,
	VALUE_GROUP,
	VALUE_PACKET_MEMBERSHIP,
	VALUE_RING,
	VALUE_STATISTICS,
	VALUE_ICMP_FILTER,
	VALUE_ADDRESS, /* nothing is said */
} OptionValue;

OptionValue option_value(uint32_t level, uint32_t option, bool set);
