/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Records made by hand, as the kernel side would write them on x86-64. Times are in milliseconds. */

#include "trace/capture.h"
#include "util/macro.h"

#define NR_READ 0
#define NR_CONNECT 42
#define NR_OPENAT 257

/* A call of 1 ms in a process of one thread; @c has nr, pid, start in ms, result, and what was captured. */
static inline void put_call(Text *t, Call c)
{
	c.tid = c.pid;
	c.start *= NSEC_PER_MSEC;
	c.duration = NSEC_PER_MSEC;
	c.comm = "main";
	c.n_args = 4;
	c.args[0] = (uint64_t) -100; /* AT_FDCWD */
	c.args[1] = 0x1000;
	for (unsigned i = 0; i < c.n_memory; i++)
		c.memory[i].requested = c.memory[i].captured;
	call_put_record(t, &c, NULL);
}

static inline void put_open(Text *t, uint32_t pid, uint64_t ms, int64_t result, const char *path)
{
	put_call(t, (Call){
		.nr = NR_OPENAT, .pid = pid, .start = ms, .result = result, .n_memory = 1,
		.memory = { { .arg = 1, .captured = (uint32_t) strlen(path), .bytes = (const uint8_t *) path } },
	});
}

static inline void put_exec(Text *t, uint32_t pid, uint64_t ms)
{
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_EXEC },
		.tid = pid, .pid = pid, .time = ms * NSEC_PER_MSEC, .comm = "main", .text = "/bin/main",
	};

	text_put_bytes(t, &event, sizeof(event));
}

static inline void put_exit(Text *t, uint32_t pid, uint64_t ms, int wait_status)
{
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_EXIT },
		.tid = pid, .pid = pid, .time = ms * NSEC_PER_MSEC, .code = wait_status, .signal = 1, .comm = "main",
		.group_code = wait_status,
	};

	text_put_bytes(t, &event, sizeof(event));
}

/* Sent to process @pid by process @from. */
static inline void put_signal(Text *t, uint32_t pid, uint64_t ms, int signal, uint32_t from)
{
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_SIGNAL },
		.tid = pid, .pid = pid, .time = ms * NSEC_PER_MSEC, .signal = (uint32_t) signal, .comm = "main",
		.other_pid = from, .other_comm = "bad\033oomd",
	};

	text_put_bytes(t, &event, sizeof(event));
}

static inline void put_oom(Text *t, uint32_t pid, uint64_t ms)
{
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_OOM },
		.tid = pid, .pid = pid, .time = ms * NSEC_PER_MSEC, .comm = "main", .other_pid = pid, .other_comm = "main",
	};

	text_put_bytes(t, &event, sizeof(event));
}
