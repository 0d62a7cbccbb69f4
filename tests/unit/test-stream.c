/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "ctl/stream.h"
#include "unit/records.h"
#include "util/log.h"

#define NR_KILL 62

static void put_start(Text *t)
{
	capture_put_start(t, &(CaptureInfo){ .unit = "x.service", .invocation = "", .machine = "x86_64", .kernel = "",
					     .boot_id = "" });
}

static void put_calls(Text *t)
{
	_cleanup_text_ Text records = {};

	put_open(&records, 7, 1, -ENOENT, "/etc/first");
	put_call(&records, (Call){ .nr = NR_READ, .pid = 7, .start = 2 });
	put_exit(&records, 7, 3, 0);
	(void) capture_put_records(t, records.data, records.size, false);
}

static void put_end(Text *t)
{
	capture_put_end(t, &(CaptureEnd){ .calls = 2, .reason = "ended" });
}

/* Return: what stream_next() said last; @lines gets the items as lines, fed in pieces of @piece bytes */
static int run(Stream *s, const Text *capture, size_t piece, Text *lines)
{
	Item item;
	int r = 0;

	for (size_t at = 0; r >= 0 && at < capture->size; at += piece) {
		r = stream_feed(s, capture->data + at, MIN(piece, capture->size - at));
		while (r >= 0 && (r = stream_next(s, &item)) > 0)
			stream_put(s, &item, &(LineStyle){}, lines);
	}
	return r;
}

static unsigned count_lines(const Text *t)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->size; i++)
		n += t->data[i] == '\n';
	return n;
}

TEST(a_whole_capture_is_all_its_items)
{
	_cleanup_(stream_freep) Stream *s = NULL;
	_cleanup_text_ Text capture = {}, lines = {};

	put_start(&capture);
	put_calls(&capture);
	put_end(&capture);
	CHECK_INT(stream_new(&s, "x.service", NULL), 0);
	CHECK_INT(run(s, &capture, 1, &lines), 0);
	CHECK_INT(stream_check(s, 0), 0);
	CHECK_INT(count_lines(&lines), 3);
	CHECK(strstr(text_string(&lines), "openat(AT_FDCWD, \"/etc/first\""));
	CHECK_STRING(stream_info(s)->unit, "x.service");
	CHECK_STRING(stream_end(s)->reason, "ended");
}

TEST(a_filter_leaves_calls_out_and_events_in)
{
	_cleanup_(stream_freep) Stream *s = NULL;
	_cleanup_text_ Text capture = {}, lines = {};
	char *unknown = NULL;
	CallSet filter;

	put_start(&capture);
	put_calls(&capture);
	put_end(&capture);
	CHECK_INT(call_set_parse("read", &filter, &unknown), 0);
	CHECK_INT(stream_new(&s, "x.service", &filter), 0);
	CHECK_INT(run(s, &capture, 4096, &lines), 0);
	CHECK_INT(count_lines(&lines), 2);
	CHECK(!strstr(text_string(&lines), "openat"));
	CHECK(strstr(text_string(&lines), "read("));
	CHECK(strstr(text_string(&lines), "+++ exited with 0 +++"));
}

TEST(what_was_looked_at_is_known_from_the_beginning)
{
	_cleanup_(stream_freep) Stream *looked = NULL, *s = NULL;
	_cleanup_text_ Text capture = {}, records = {}, ignored = {}, lines = {};
	const LineStyle comms = { .values.comms = true };
	Item item;

	put_start(&capture);
	call_put_record(&records, &(Call){ .nr = NR_KILL, .tid = 7, .comm = "a", .n_args = 2, .args = { 9, 15 } }, NULL);
	call_put_record(&records, &(Call){ .nr = NR_READ, .tid = 9, .comm = "first" }, NULL);
	call_put_record(&records, &(Call){ .nr = NR_READ, .tid = 9, .comm = "second" }, NULL);
	(void) capture_put_records(&capture, records.data, records.size, false);
	CHECK_INT(stream_new(&looked, "x.service", NULL), 0);
	stream_look(looked);
	CHECK_INT(run(looked, &capture, 4096, &ignored), 0);
	CHECK_INT(stream_new(&s, "x.service", NULL), 0);
	stream_know(s, looked);
	CHECK_INT(stream_feed(s, capture.data, capture.size), 0);
	CHECK_INT(stream_next(s, &item), 1);
	stream_put(s, &item, &comms, &lines);
	CHECK(strstr(text_string(&lines), "kill(9<first>, SIGTERM)"));
}

TEST(a_capture_without_its_end_was_cut)
{
	_cleanup_(stream_freep) Stream *s = NULL;
	_cleanup_text_ Text capture = {}, lines = {};

	put_start(&capture);
	put_calls(&capture);
	CHECK_INT(stream_new(&s, "x.service", NULL), 0);
	CHECK_INT(run(s, &capture, 4096, &lines), 0);
	CHECK_INT(count_lines(&lines), 3);
	CHECK(!stream_end(s));
	CHECK(stream_check(s, 0) < 0);
}

TEST(damage_comes_after_the_items_before_it)
{
	_cleanup_(stream_freep) Stream *s = NULL;
	_cleanup_text_ Text capture = {}, lines = {};

	put_start(&capture);
	put_calls(&capture);
	put_calls(&capture);
	capture.data[capture.size - 1] ^= 1;
	put_end(&capture);
	CHECK_INT(stream_new(&s, "x.service", NULL), 0);
	CHECK_INT(run(s, &capture, 4096, &lines), -EBADMSG);
	CHECK_INT(count_lines(&lines), 3);
	CHECK_INT(stream_check(s, -EBADMSG), -EBADMSG);
}

int main(void)
{
	log_set_level(LOG_CRIT);
	RUN(a_whole_capture_is_all_its_items);
	RUN(a_filter_leaves_calls_out_and_events_in);
	RUN(what_was_looked_at_is_known_from_the_beginning);
	RUN(a_capture_without_its_end_was_cut);
	RUN(damage_comes_after_the_items_before_it);
	return test_done();
}
