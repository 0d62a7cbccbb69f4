/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A target takes any bytes and must survive them. What must hold for all input is said with REQUIRE(), which assert()
 * is not for: it has to stay in builds without assertions.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define REQUIRE(condition)       \
	do {                     \
		if (!(condition)) \
			abort(); \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
