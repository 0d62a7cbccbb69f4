/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>
#include <signal.h>

#include "daemon/journal-message.h"
#include "daemon/journal.h"
#include "unit/names.h"
#include "unit/records.h"

#define EXITED(status) ((status) << 8)
#define ID "0123456789abcdef0123456789abcdef"

static const CaptureInfo info = {
	.unit = "sshd.service", .invocation = ID, .machine = "x86_64", .kernel = "6.1", .boot_id = ID,
};
static const CaptureInfo complete = {
	.unit = "sshd.service", .invocation = ID, .machine = "x86_64", .kernel = "6.1", .boot_id = ID, .complete = true,
};
static const CaptureEnd totals = { .calls = 1310, .overwritten = 1000, .reason = "snapshot" };
static const Failure failed = { .result = (char *) "exit-code", .exec_code = CLD_EXITED, .exec_status = 255 };
static const Settings settings = {
	.lines = 2, .max_size = 256 << 10, .rate_limit_burst = 10, .rate_limit_interval = 3600 * USEC_PER_SEC,
};

#define _cleanup_entry_ _cleanup_(journal_entry_freep)

/* The value of a field as a string, "(none)" if it is not there; valid until the next call. */
static const char *field(const JournalEntry *e, const char *name)
{
	static Text value;
	size_t n, length = strlen(name);
	const struct iovec *fields = journal_entry_fields(e, &n);

	text_clear(&value);
	for (size_t i = 0; i < n; i++) {
		const char *p = fields[i].iov_base;

		if (strncmp(p, name, length) == 0 && p[length] == '=') {
			text_put_bytes(&value, p + length + 1, fields[i].iov_len - length - 1);
			return text_string(&value);
		}
	}
	return "(none)";
}

static size_t field_size(const JournalEntry *e, const char *name)
{
	size_t n, length = strlen(name);
	const struct iovec *fields = journal_entry_fields(e, &n);

	for (size_t i = 0; i < n; i++)
		if (strncmp(fields[i].iov_base, name, length) == 0)
			return fields[i].iov_len - length - 1;
	return 0;
}

static int contains(const JournalEntry *e, const char *needle)
{
	size_t n;
	const struct iovec *fields = journal_entry_fields(e, &n);

	for (size_t i = 0; i < n; i++)
		if (memmem(fields[i].iov_base, fields[i].iov_len, needle, strlen(needle)))
			return 1;
	return 0;
}

/* Valid until the next call. */
static JournalDump *dump_of(const Text *t)
{
	static JournalDump dump;

	dump = (JournalDump){
		.info = &info, .end = &totals, .failure = &failed, .records = text_string(t), .size = t->size,
	};
	return &dump;
}

/* One failing run: a missing file, then the exit. */
static void put_run(Text *t)
{
	put_open(t, 7, 1000, 3, "/etc/passwd");
	put_open(t, 7, 5161, -ENOENT, "/etc/ssh/sshd_config");
	put_exit(t, 7, 5200, EXITED(255));
}

TEST(the_message_tells_what_happened_and_the_last_lines)
{
	_cleanup_entry_ JournalEntry *e = NULL;
	_cleanup_text_ Text t = {};
	const char *message;

	put_run(&t);
	CHECK_INT(journal_entry_new(&e, dump_of(&t), &settings), 0);
	message = field(e, "MESSAGE");
	CHECK(startswith(message, "sshd.service failed (exit-code, status=255): the last 2 calls of 1 process over "
				  "4.2 s are recorded, recording began late.\n"
				  "  last failure  openat(\"/etc/ssh/sshd_config\") = ENOENT, 38 ms before the exit\n  "));
	CHECK(!strstr(message, "/etc/passwd"));
	CHECK(strstr(message, "exited with 255 +++\nRead it all: journalctl -o cat --output-fields=TRACELOOP_TRACE "
			      "_UID=0 TRACELOOP_INVOCATION_ID=" ID));
}

TEST(every_field_is_there)
{
	_cleanup_entry_ JournalEntry *e = NULL;
	_cleanup_text_ Text t = {};

	put_run(&t);
	CHECK_INT(journal_entry_new(&e, dump_of(&t), &settings), 0);
	CHECK_INT(strlen(field(e, "MESSAGE_ID")), 32);
	CHECK_STRING(field(e, "PRIORITY"), "5");
	CHECK_STRING(field(e, "OBJECT_SYSTEMD_UNIT"), "sshd.service");
	CHECK_STRING(field(e, "OBJECT_SYSTEMD_INVOCATION_ID"), ID);
	CHECK_STRING(field(e, "TRACELOOP_UNIT"), "sshd.service");
	CHECK_STRING(field(e, "TRACELOOP_INVOCATION_ID"), ID);
	CHECK_STRING(field(e, "TRACELOOP_RESULT"), "exit-code");
	CHECK_STRING(field(e, "TRACELOOP_EXIT_CODE"), "exited");
	CHECK_STRING(field(e, "TRACELOOP_EXIT_STATUS"), "255");
	CHECK_STRING(field(e, "TRACELOOP_CALLS"), "1310");
	CHECK_STRING(field(e, "TRACELOOP_LOST"), "0");
	CHECK_STRING(field(e, "TRACELOOP_COMPLETE"), "no");
	CHECK_STRING(field(e, "TRACELOOP_LAST_ERRNO"), "ENOENT");
	CHECK_STRING(field(e, "TRACELOOP_LAST_SYSCALL"), "openat");
	CHECK(startswith(field(e, "TRACELOOP_TRACE"), "-- 1,000 calls before this were overwritten"));
	CHECK(strstr(field(e, "TRACELOOP_TRACE"), "/etc/passwd"));
	CHECK(strstr(field(e, "TRACELOOP_TRACE"), "exited with 255 +++"));
}

TEST(a_run_that_was_recorded_whole_is_called_so)
{
	static const CaptureEnd none_lost = { .calls = 2, .reason = "" };
	_cleanup_entry_ JournalEntry *e = NULL;
	_cleanup_text_ Text t = {};
	JournalDump *dump;

	put_run(&t);
	dump = dump_of(&t);
	dump->info = &complete;
	dump->end = &none_lost;
	CHECK_INT(journal_entry_new(&e, dump, &settings), 0);
	CHECK(strstr(field(e, "MESSAGE"), ": all 2 calls of 1 process"));
	CHECK(!strstr(field(e, "MESSAGE"), "recording began late"));
	CHECK_STRING(field(e, "TRACELOOP_COMPLETE"), "yes");
	CHECK(!strstr(field(e, "TRACELOOP_TRACE"), "overwritten"));
}

TEST(lost_calls_are_said)
{
	static const CaptureEnd lost = { .calls = 20, .lost = 12, .reason = "" };
	_cleanup_entry_ JournalEntry *e = NULL;
	_cleanup_text_ Text t = {};
	JournalDump *dump;

	put_run(&t);
	dump = dump_of(&t);
	dump->end = &lost;
	CHECK_INT(journal_entry_new(&e, dump, &settings), 0);
	CHECK(strstr(field(e, "MESSAGE"), "are recorded, 12 were lost, recording began late.\n"));
	CHECK_STRING(field(e, "TRACELOOP_LOST"), "12");
}

TEST(the_status_of_a_control_process_comes_from_its_exit_record)
{
	static const Failure pre = { .result = (char *) "exit-code" };
	_cleanup_entry_ JournalEntry *e = NULL;
	_cleanup_text_ Text t = {};
	JournalDump *dump;

	put_open(&t, 7, 100, -ENOENT, "/x");
	put_exit(&t, 7, 200, EXITED(6));
	dump = dump_of(&t);
	dump->failure = &pre;
	CHECK_INT(journal_entry_new(&e, dump, &settings), 0);
	CHECK(startswith(field(e, "MESSAGE"), "sshd.service failed (exit-code, status=6): "));
	CHECK_STRING(field(e, "TRACELOOP_EXIT_STATUS"), "6");
}

TEST(a_signal_is_told_by_name_and_a_late_entry_as_late)
{
	static const Failure killed = { .result = (char *) "timeout", .exec_code = CLD_KILLED, .exec_status = SIGKILL };
	_cleanup_entry_ JournalEntry *e = NULL;
	_cleanup_text_ Text t = {};
	JournalDump *dump;

	put_run(&t);
	dump = dump_of(&t);
	dump->failure = &killed;
	dump->late = true;
	CHECK_INT(journal_entry_new(&e, dump, &settings), 0);
	CHECK(startswith(field(e, "MESSAGE"),
			 "sshd.service failed (timeout, signal=SIGKILL) and is still deactivating: "));
	CHECK_STRING(field(e, "TRACELOOP_EXIT_CODE"), "killed");
	CHECK_STRING(field(e, "TRACELOOP_EXIT_STATUS"), "9");
}

TEST(who_has_killed_is_in_the_headline)
{
	static const Failure killed = { .result = (char *) "signal", .exec_code = CLD_KILLED, .exec_status = SIGKILL };
	_cleanup_entry_ JournalEntry *e = NULL, *oom = NULL;
	_cleanup_text_ Text t = {};
	JournalDump *dump;

	put_signal(&t, 7, 100, SIGKILL, 12);
	put_exit(&t, 7, 200, SIGKILL);
	dump = dump_of(&t);
	dump->failure = &killed;
	CHECK_INT(journal_entry_new(&e, dump, &settings), 0);
	CHECK(startswith(field(e, "MESSAGE"), "sshd.service failed (signal, signal=SIGKILL from bad\\33oomd[12]): "));
	text_clear(&t);
	put_oom(&t, 7, 100);
	put_exit(&t, 7, 200, SIGKILL);
	dump = dump_of(&t);
	dump->failure = &killed;
	CHECK_INT(journal_entry_new(&oom, dump, &settings), 0);
	CHECK(startswith(field(oom, "MESSAGE"), "sshd.service failed (signal, signal=SIGKILL by the OOM killer): "));
}

TEST(a_failure_without_an_exit_has_no_fields_for_it)
{
	static const Failure protocol = { .result = (char *) "protocol" };
	_cleanup_entry_ JournalEntry *e = NULL;
	JournalDump *dump = dump_of(&(Text){});

	dump->failure = &protocol;
	CHECK_INT(journal_entry_new(&e, dump, &settings), 0);
	CHECK(startswith(field(e, "MESSAGE"), "sshd.service failed (protocol): no calls are recorded.\nRead it all"));
	CHECK_STRING(field(e, "TRACELOOP_EXIT_CODE"), "(none)");
	CHECK_STRING(field(e, "TRACELOOP_LAST_ERRNO"), "(none)");
	CHECK_STRING(field(e, "TRACELOOP_TRACE"), "(none)");
}

TEST(beyond_the_rate_limit_an_entry_is_its_headline)
{
	_cleanup_entry_ JournalEntry *e = NULL;
	_cleanup_text_ Text t = {};
	JournalDump *dump;

	put_run(&t);
	dump = dump_of(&t);
	dump->limited = true;
	CHECK_INT(journal_entry_new(&e, dump, &settings), 0);
	CHECK_STRING(field(e, "MESSAGE"), "sshd.service failed (exit-code, status=255): this trace is not kept, "
					  "10 in 1 h are the limit (RateLimitBurst=).");
	CHECK_STRING(field(e, "TRACELOOP_TRACE"), "(none)");
	CHECK_INT(field_size(e, "TRACELOOP_CAPTURE"), 0);
	CHECK_STRING(field(e, "TRACELOOP_EXIT_STATUS"), "255");
}

TEST(what_a_service_reads_is_in_no_field)
{
	static const CallMemory secret = { .arg = 1, .captured = 8, .bytes = (const uint8_t *) "hunter22" };
	_cleanup_entry_ JournalEntry *e = NULL;
	_cleanup_text_ Text t = {};
	CaptureReader *reader = NULL;
	Item item;

	put_call(&t, (Call){ .nr = NR_READ, .pid = 7, .start = 100, .n_memory = 1, .memory = { secret } });
	put_call(&t, (Call){ .nr = 9999, .pid = 7, .start = 101, .n_memory = 1, .memory = { secret } });
	put_run(&t);
	CHECK_INT(journal_entry_new(&e, dump_of(&t), &settings), 0);
	CHECK(!contains(e, "hunter22"));
	CHECK_INT(capture_reader_new(&reader), 0);
	CHECK_INT(capture_reader_feed(reader, field(e, "TRACELOOP_CAPTURE"), field_size(e, "TRACELOOP_CAPTURE")), 0);
	for (unsigned calls = 0; capture_reader_next(reader, &item) == 1;) {
		if (item.kind != ITEM_CALL)
			continue;
		CHECK_INT(item.call.n_memory, calls++ < 2 ? 0 : 1);
	}
	CHECK(capture_reader_end(reader));
	(void) capture_reader_free(reader);
}

TEST(the_capture_has_the_names_of_the_files_in_it_and_no_others)
{
	struct FileRef used = { .inode = 7 }, unused = { .inode = 8 };
	_cleanup_(capture_reader_freep) CaptureReader *reader = NULL;
	_cleanup_entry_ JournalEntry *e = NULL, *alone = NULL;
	_cleanup_text_ Text t = {}, names = {};
	JournalDump *dump;
	Item item;

	put_call(&t, (Call){ .nr = NR_READ, .pid = 7, .start = 100, .n_files = 1, .files = { { .file = used } } });
	put_run(&t);
	put_name(&names, used, 1, FILE_NAMED, "/used");
	put_name(&names, unused, 1, FILE_NAMED, "/unused");
	dump = dump_of(&t);
	dump->files = names.data;
	dump->files_size = names.size;
	CHECK_INT(journal_entry_new(&e, dump, &settings), 0);
	CHECK_INT(capture_reader_new(&reader), 0);
	CHECK_INT(capture_reader_feed(reader, field(e, "TRACELOOP_CAPTURE"), field_size(e, "TRACELOOP_CAPTURE")), 0);
	do
		CHECK_INT(capture_reader_next(reader, &item), 1);
	while (item.kind != ITEM_CALL);
	CHECK_INT(item.call.n_files, 1);
	CHECK(item.call.files[0].name);
	CHECK_INT(memcmp(file_text(item.call.files[0].name), "/used", 5), 0);
	dump->files_size = name_at(&names, 0)->header.size;
	CHECK_INT(journal_entry_new(&alone, dump, &settings), 0);
	CHECK_INT(field_size(e, "TRACELOOP_CAPTURE"), field_size(alone, "TRACELOOP_CAPTURE"));
}

TEST(the_last_failure_of_a_descriptor_names_its_file)
{
	struct FileRef file = { .inode = 7 };
	_cleanup_entry_ JournalEntry *e = NULL;
	_cleanup_text_ Text t = {}, names = {};
	JournalDump *dump;

	put_call(&t, (Call){ .nr = NR_READ, .pid = 7, .start = 100, .result = -EIO, .n_files = 1,
			     .files = { { .file = file } } });
	put_exit(&t, 7, 200, EXITED(255));
	put_name(&names, file, 1, FILE_NAMED, "/data/store");
	dump = dump_of(&t);
	dump->files = names.data;
	dump->files_size = names.size;
	CHECK_INT(journal_entry_new(&e, dump, &settings), 0);
	CHECK(strstr(field(e, "MESSAGE"), "last failure  read(-100</data/store>) = EIO"));
}

/* Many different paths, so that they do not compress to nothing. */
static void put_many(Text *t, unsigned n)
{
	uint32_t random = 1;

	for (unsigned i = 0; i < n; i++) {
		_cleanup_text_ Text path = {};

		for (unsigned j = 0; j < 10; j++) {
			random = random * 1664525 + 1013904223;
			text_printf(&path, "/%06x", random >> 8);
		}
		put_open(t, 7, 1000 + i, 3, text_string(&path));
	}
	put_exit(t, 7, 1000 + n, EXITED(255));
}

TEST(trace_and_capture_together_stay_within_max_size_and_keep_the_newest)
{
	static const size_t sizes[] = { 4096, 65536, 300000 };

	for (unsigned i = 0; i < ELEMENTS(sizes); i++) {
		_cleanup_entry_ JournalEntry *e = NULL;
		Settings limited = settings;
		_cleanup_text_ Text t = {};
		size_t capture;

		limited.max_size = sizes[i];
		put_many(&t, 4000);
		CHECK_INT(journal_entry_new(&e, dump_of(&t), &limited), 0);
		capture = field_size(e, "TRACELOOP_CAPTURE");
		CHECK(capture > sizes[i] / 4);
		CHECK(capture + field_size(e, "TRACELOOP_TRACE") <= sizes[i]);
		CHECK(field_size(e, "TRACELOOP_TRACE") > sizes[i] / 3);
		CHECK(startswith(field(e, "TRACELOOP_TRACE"), "-- cut: "));
		CHECK(strstr(field(e, "TRACELOOP_TRACE"), "exited with 255 +++"));
	}
}

TEST(a_cut_capture_is_whole_and_says_what_it_lacks)
{
	_cleanup_entry_ JournalEntry *e = NULL;
	Settings limited = settings;
	_cleanup_text_ Text t = {};
	CaptureReader *reader = NULL;
	unsigned calls = 0, gaps = 0;
	uint64_t missing = 0;
	Item item;
	int r;

	limited.max_size = 65536;
	put_many(&t, 4000);
	CHECK_INT(journal_entry_new(&e, dump_of(&t), &limited), 0);
	CHECK_INT(capture_reader_new(&reader), 0);
	CHECK_INT(capture_reader_feed(reader, field(e, "TRACELOOP_CAPTURE"), field_size(e, "TRACELOOP_CAPTURE")), 0);
	while ((r = capture_reader_next(reader, &item)) == 1) {
		calls += item.kind == ITEM_CALL;
		gaps += item.kind == ITEM_GAP;
		missing += item.kind == ITEM_GAP ? item.gap.overwritten : 0;
	}
	CHECK_INT(r, 0);
	CHECK(capture_reader_end(reader));
	CHECK_INT(capture_reader_end(reader)->calls, 1310);
	CHECK_INT(gaps, 1);
	CHECK_INT(missing + calls, 1000 + 4000);
	(void) capture_reader_free(reader);
}

TEST(no_room_means_no_trace_but_an_entry)
{
	_cleanup_entry_ JournalEntry *e = NULL;
	Settings none = settings;
	_cleanup_text_ Text t = {};

	none.max_size = 0;
	none.lines = 0;
	put_run(&t);
	CHECK_INT(journal_entry_new(&e, dump_of(&t), &none), 0);
	CHECK_STRING(field(e, "TRACELOOP_TRACE"), "(none)");
	CHECK_INT(field_size(e, "TRACELOOP_CAPTURE"), 0);
	CHECK(strstr(field(e, "MESSAGE"), "before the exit\nRead it all"));
}

TEST(damaged_records_cost_only_those_behind_them)
{
	_cleanup_entry_ JournalEntry *e = NULL;
	_cleanup_text_ Text t = {};
	JournalDump *dump;

	put_run(&t);
	dump = dump_of(&t);
	dump->size -= 8;
	CHECK_INT(journal_entry_new(&e, dump, &settings), 0);
	CHECK(strstr(field(e, "MESSAGE"), "the last 2 calls of 1 process"));
}

static const char *span(uint64_t ns)
{
	static Text t;

	text_clear(&t);
	message_put_span(&t, ns);
	return text_string(&t);
}

TEST(spans_have_two_digits_at_most_of_what_matters)
{
	CHECK_STRING(span(0), "0 ns");
	CHECK_STRING(span(870), "870 ns");
	CHECK_STRING(span(38 * NSEC_PER_MSEC), "38 ms");
	CHECK_STRING(span(4200 * NSEC_PER_MSEC), "4.2 s");
	CHECK_STRING(span(42 * NSEC_PER_SEC + 1), "42 s");
	CHECK_STRING(span(90 * NSEC_PER_SEC), "1.5 min");
	CHECK_STRING(span(3600 * NSEC_PER_SEC), "1 h");
	CHECK_STRING(span(50 * 3600 * NSEC_PER_SEC), "2 d");
}

int main(void)
{
	RUN(the_message_tells_what_happened_and_the_last_lines);
	RUN(every_field_is_there);
	RUN(a_run_that_was_recorded_whole_is_called_so);
	RUN(lost_calls_are_said);
	RUN(the_status_of_a_control_process_comes_from_its_exit_record);
	RUN(a_signal_is_told_by_name_and_a_late_entry_as_late);
	RUN(who_has_killed_is_in_the_headline);
	RUN(a_failure_without_an_exit_has_no_fields_for_it);
	RUN(beyond_the_rate_limit_an_entry_is_its_headline);
	RUN(what_a_service_reads_is_in_no_field);
	RUN(the_last_failure_of_a_descriptor_names_its_file);
	RUN(the_capture_has_the_names_of_the_files_in_it_and_no_others);
	RUN(trace_and_capture_together_stay_within_max_size_and_keep_the_newest);
	RUN(a_cut_capture_is_whole_and_says_what_it_lacks);
	RUN(no_room_means_no_trace_but_an_entry);
	RUN(damaged_records_cost_only_those_behind_them);
	RUN(spans_have_two_digits_at_most_of_what_matters);
	return test_done();
}
