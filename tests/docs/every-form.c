/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes a capture to standard output in which everything is that traceloop.json(7) has a key for: for test-json, which
 * compares what is printed of it with the page.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "trace/capture.h"
#include "unit/names.h"
#include "util/macro.h"

#define PROCESS 7

static void put(Text *t, Call c)
{
	c.pid = c.tid = PROCESS;
	c.comm = "main";
	c.duration = c.duration ? c.duration : 1;
	call_put_record(t, &c, NULL);
}

static void put_calls(Text *t)
{
	const uint8_t *bytes = (const uint8_t *) "a\377\0b";
	const uint32_t room = 128, length = 16;

	put(t, (Call){ .nr = 257, .result = -ENOENT, .n_args = 3, .args = { (uint64_t) -100, 1, 0 }, .n_memory = 1,
		       .memory = { { .arg = 1, .captured = 1, .status = MEMORY_TRUNCATED, .bytes = bytes } } });
	put(t, (Call){ .nr = 1, .n_args = 3, .args = { 3, 1, 9 }, .n_files = 1, .files[0] = { .file.inode = 5 },
		       .n_memory = 1, .memory = { { .arg = 1, .captured = 2, .requested = 9, .bytes = bytes } } });
	put(t, (Call){ .nr = 59, .n_args = 3, .args = { 1, 1, 1 }, .n_memory = 3, .flags = RECORD_UNFINISHED,
		       .memory = { { .arg = 0, .status = MEMORY_UNREADABLE },
				   { .arg = 1, .captured = 4, .status = MEMORY_TRUNCATED, .bytes = bytes },
				   { .arg = 2, .requested = 5 } } });
	put(t, (Call){ .nr = 51, .n_args = 3, .args = { 3, 1, 1 }, .n_memory = 2,
		       .memory = { { .arg = 2, .captured = sizeof(room), .requested = sizeof(room),
				     .bytes = (const uint8_t *) &room },
				   { .arg = MEMORY_AFTER(2), .captured = sizeof(length), .requested = sizeof(length),
				     .bytes = (const uint8_t *) &length } } });
	put(t, (Call){ .nr = 62, .n_args = 2, .args = { PROCESS, SIGTERM }, .flags = RECORD_EARLIER });
	put(t, (Call){ .nr = 7, .n_args = 3, .flags = RECORD_NO_DURATION });
	put(t, (Call){ .nr = 4, .flags = RECORD_COMPAT });
	put(t, (Call){ .nr = 39, .flags = RECORD_REFUSED, .result = -EPERM });
}

static void put_event(Text *t, struct EventRecord event)
{
	event.header.size = sizeof(event);
	event.header.kind = RECORD_EVENT;
	event.pid = event.tid = PROCESS;
	event.time = 9;
	memcpy(event.comm, "main", 5);
	text_put_bytes(t, &event, sizeof(event));
}

static void put_events(Text *t)
{
	struct EventRecord exec = {
		.header = { .size = sizeof(exec), .kind = RECORD_EVENT, .count = EVENT_EXEC },
		.pid = PROCESS, .tid = PROCESS, .other_pid = 8, .text = "/bin/main",
	};
	Item item = { .kind = ITEM_EVENT, .event = &exec, .n_event_memory = 1,
		      .event_memory = { { .arg = PIECE_ARGV, .captured = 5, .bytes = (const uint8_t *) "main" } } };

	put_event(t, (struct EventRecord){ .header.count = EVENT_FORK, .code = 0x10000, .other_pid = 8 });
	item_put_record(t, &item);
	put_event(t, (struct EventRecord){ .header.count = EVENT_EXIT, .signal = 1, .code = SIGSEGV | 0x80 });
	put_event(t, (struct EventRecord){ .header.count = EVENT_SIGNAL, .signal = SIGALRM, .code = SI_KERNEL, .other_pid = 9 });
	put_event(t, (struct EventRecord){ .header.count = EVENT_OOM, .other_pid = 9, .other_comm = "hungry" });
}

static void put_uring(Text *t, unsigned kind, int value, unsigned flags)
{
	struct UringRecord record = {
		.header = { .size = sizeof(record), .kind = RECORD_URING, .count = (uint8_t) kind },
		.pid = PROCESS, .tid = PROCESS, .time = 9, .operation = 22, .value = value, .flags = flags,
	};

	text_put_bytes(t, &record, sizeof(record));
}

int main(void)
{
	_cleanup_text_ Text capture = {}, records = {}, names = {};

	put_name(&names, (struct FileRef){ .inode = 5 }, 0, FILE_NAMED, "/etc/passwd");
	put_calls(&records);
	put_events(&records);
	put_uring(&records, URING_SUBMIT, 3, 1);
	put_uring(&records, URING_COMPLETE, -EIO, 0);
	put_uring(&records, URING_COMPLETE, 5, 0);
	capture_put_start(&capture, &(CaptureInfo){
		.unit = "main.service", .invocation = "0123456789abcdef0123456789abcdef", .machine = "x86_64",
		.kernel = "6.12", .boot_id = "0123456789abcdef0123456789abcdef",
	});
	(void) capture_put_files(&capture, names.data, names.size, false);
	(void) capture_put_records(&capture, records.data, records.size, false);
	capture_put_end(&capture, &(CaptureEnd){ .overwritten = 1, .lost = 1, .events_overwritten = 1, .reason = "snapshot" });
	return fwrite(capture.data, 1, capture.size, stdout) == capture.size ? 0 : 1;
}
