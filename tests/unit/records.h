/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Records made by hand, as the kernel side would write them on x86-64. Times are in milliseconds. */

#include "trace/capture.h"
#include "util/macro.h"

#define NR_READ 0
#define NR_CONNECT 42
#define NR_OPENAT 257

static inline void put_call(Text *t, uint32_t nr, uint32_t pid, uint64_t ms, int64_t result, uint8_t arg, const void *memory,
			    size_t size)
{
	call_put_record(t, &(Call){
		.nr = nr, .tid = pid, .pid = pid, .start = ms * NSEC_PER_MSEC, .duration = NSEC_PER_MSEC, .result = result,
		.comm = "main", .n_args = 4, .args = { (uint64_t) -100, 0x1000, 0, 0 },
		.n_memory = memory ? 1 : 0,
		.memory = { { .arg = arg, .captured = (uint32_t) size, .requested = (uint32_t) size, .bytes = memory } },
	}, NULL);
}

static inline void put_open(Text *t, uint32_t pid, uint64_t ms, int64_t result, const char *path)
{
	put_call(t, NR_OPENAT, pid, ms, result, 1, path, strlen(path));
}

static inline void put_exit(Text *t, uint32_t pid, uint64_t ms, int wait_status)
{
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_EXIT },
		.tid = pid, .pid = pid, .time = ms * NSEC_PER_MSEC, .code = wait_status, .signal = 1, .comm = "main",
	};

	text_put_bytes(t, &event, sizeof(event));
}
