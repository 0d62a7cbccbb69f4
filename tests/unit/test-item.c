/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "trace/item.h"

/* openat(AT_FDCWD, "/etc/x") as the kernel side writes it, with its comm, a file and one piece of memory */
struct OpenRecord {
	struct CallRecord call;
	uint64_t args[4];
	char comm[COMM_SIZE];
	struct FileRef file;
	struct MemoryRecord memory;
	char path[8];
} __attribute__((aligned(8)));

static struct OpenRecord open_record(void)
{
	return (struct OpenRecord){
		.call = {
			.header = { .size = sizeof(struct OpenRecord), .kind = RECORD_CALL, .count = 4,
				    .flags = RECORD_HAS_COMM },
			.nr = 257, .tid = 7, .pid = 5, .n_memory = 1, .n_files = 1, .file_of = { FILE_RESULT }, .start = 100, .duration = 20, .result = -2,
		},
		.args = { (uint64_t) -100, 0x1000, 0, 0 },
		.comm = "sshd",
		.file = { .inode = 77, .device = 8U << 20 | 1, .version = 99 },
		.memory = { .arg = 1, .captured = 6 },
		.path = "/etc/x",
	};
}

TEST(a_call_is_parsed_whole)
{
	struct OpenRecord record = open_record();
	Item item;

	CHECK_INT(record_parse(&record, sizeof(record), &item), sizeof(record));
	CHECK_INT(item.kind, ITEM_CALL);
	CHECK_INT(item.call.n_args, 4);
	CHECK_INT(item.call.args[1], 0x1000);
	CHECK_STRING(item.call.comm, "sshd");
	CHECK_INT(call_end(&item.call), 120);
	CHECK(call_memory(&item.call, 1));
	CHECK(!call_memory(&item.call, 0));
	CHECK_INT(memcmp(call_memory(&item.call, 1)->bytes, "/etc/x", 6), 0);
	CHECK(call_file(&item.call, FILE_RESULT));
	CHECK(!call_file(&item.call, 0));
	CHECK_INT(call_file(&item.call, FILE_RESULT)->file.inode, 77);
	CHECK(!call_file(&item.call, FILE_RESULT)->name);
}

TEST(no_bytes_are_the_end_and_not_an_error)
{
	Item item;

	CHECK_INT(record_parse("", 0, &item), 0);
}

TEST(every_cut_of_a_record_is_refused)
{
	struct OpenRecord record = open_record();
	Item item;

	for (size_t n = 1; n < sizeof(record); n++)
		CHECK_INT(record_parse(&record, n, &item), -EBADMSG);
}

TEST(lengths_that_do_not_add_up_are_refused)
{
	struct OpenRecord record = open_record();
	Item item;

	record.memory.captured = 9;
	CHECK_INT(record_parse(&record, sizeof(record), &item), -EBADMSG);
	record = open_record();
	record.call.header.count = 5;
	CHECK_INT(record_parse(&record, sizeof(record), &item), -EBADMSG);
	record = open_record();
	record.call.n_memory = 3;
	CHECK_INT(record_parse(&record, sizeof(record), &item), -EBADMSG);
	record = open_record();
	record.call.n_files = 3;
	CHECK_INT(record_parse(&record, sizeof(record), &item), -EBADMSG);
	record = open_record();
	record.call.n_files = 2;
	CHECK_INT(record_parse(&record, sizeof(record), &item), -EBADMSG);
	record = open_record();
	record.call.file_of[0] = _FILE_OF_MAX;
	CHECK_INT(record_parse(&record, sizeof(record), &item), -EBADMSG);
	record = open_record();
	record.call.header.kind = 9;
	CHECK_INT(record_parse(&record, sizeof(record), &item), -EBADMSG);
}

TEST(an_event_needs_its_terminator_and_a_known_kind)
{
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_EXEC },
		.text = "/bin/true",
	};
	Item item;

	CHECK_INT(record_parse(&event, sizeof(event), &item), sizeof(event));
	CHECK_INT(item.kind, ITEM_EVENT);
	CHECK_STRING(item.event->text, "/bin/true");
	memset(event.text, 'x', sizeof(event.text));
	CHECK_INT(record_parse(&event, sizeof(event), &item), -EBADMSG);
	event.text[0] = '\0';
	event.header.count = 77;
	CHECK_INT(record_parse(&event, sizeof(event), &item), -EBADMSG);
}

TEST(a_signal_needs_a_known_state_and_no_terminator)
{
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_SIGNAL },
		.signal = 15,
	};
	Item item;

	memset(event.info.fields, 'x', sizeof(event.info.fields));
	event.info.state = SIGNAL_PENDING;
	CHECK_INT(record_parse(&event, sizeof(event), &item), sizeof(event));
	event.info.state = _SIGNAL_STATE_MAX;
	CHECK_INT(record_parse(&event, sizeof(event), &item), -EBADMSG);
}

TEST(what_a_ring_counts_is_in_its_chunks)
{
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_SIGNAL },
	};
	Item item = { .kind = ITEM_CALL };

	CHECK(item_is_counted(&item));
	item = (Item){ .kind = ITEM_GAP };
	CHECK(!item_is_counted(&item));
	item = (Item){ .kind = ITEM_EVENT, .event = &event };
	CHECK(!item_is_counted(&item));
	event.header.flags = RECORD_AMONG_CALLS;
	CHECK(item_is_counted(&item));
}

TEST(what_io_uring_did_is_whole_and_of_a_known_kind)
{
	struct UringRecord uring = {
		.header = { .size = sizeof(uring), .kind = RECORD_URING, .count = URING_COMPLETE },
		.pid = 7, .time = 5,
	};
	Item item;

	for (size_t n = 1; n < sizeof(uring); n++)
		CHECK_INT(record_parse(&uring, n, &item), -EBADMSG);
	CHECK_INT(record_parse(&uring, sizeof(uring), &item), sizeof(uring));
	CHECK_INT(item.kind, ITEM_URING);
	CHECK(item_is_counted(&item) && item_time(&item) == 5 && item_end(&item) == 5 && item_pid(&item) == 7);
	uring.header.count = _URING_KIND_MAX;
	CHECK_INT(record_parse(&uring, sizeof(uring), &item), -EBADMSG);
	uring.header.count = URING_SUBMIT;
	uring.header.size = 56;
	CHECK_INT(record_parse(&uring, sizeof(uring), &item), -EBADMSG);
}

TEST(an_event_may_have_memory_behind_it_and_nothing_else)
{
	struct {
		struct EventRecord event;
		struct MemoryRecord memory;
		char bytes[8];
	} record = {
		.event = { .header = { .size = sizeof(record), .kind = RECORD_EVENT, .count = EVENT_EXEC } },
		.memory = { .arg = PIECE_ARGV, .captured = 3 },
		.bytes = "sh",
	};
	Item item;

	CHECK_INT(record_parse(&record, sizeof(record), &item), sizeof(record));
	CHECK_INT(event_memory(&item, PIECE_ARGV)->captured, 3);
	CHECK(!event_memory(&item, PIECE_FILE));
	record.memory.arg = 1; /* of a call */
	CHECK_INT(record_parse(&record, sizeof(record), &item), -EBADMSG);
	record.memory.arg = PIECE_ARGV;
	record.memory.captured = 9;
	CHECK_INT(record_parse(&record, sizeof(record), &item), -EBADMSG);
	record.event.header.size = sizeof(record.event) + 4;
	CHECK_INT(record_parse(&record, sizeof(record), &item), -EBADMSG);
}

int main(void)
{
	RUN(a_call_is_parsed_whole);
	RUN(no_bytes_are_the_end_and_not_an_error);
	RUN(every_cut_of_a_record_is_refused);
	RUN(lengths_that_do_not_add_up_are_refused);
	RUN(an_event_needs_its_terminator_and_a_known_kind);
	RUN(a_signal_needs_a_known_state_and_no_terminator);
	RUN(what_a_ring_counts_is_in_its_chunks);
	RUN(what_io_uring_did_is_whole_and_of_a_known_kind);
	RUN(an_event_may_have_memory_behind_it_and_nothing_else);
	return test_done();
}
