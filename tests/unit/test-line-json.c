/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <signal.h>

#include "trace/line.h"
#include "unit/json.h"
#include "util/macro.h"

#define HEAD "{\"time\":1700000001042266,\"monotonic\":1001042266999,\"unit\":\"sshd.service\",\"comm\":\"sshd\"," \
	     "\"pid\":2110,\"tid\":2111,\"cpu\":1,"

static const CaptureInfo info = {
	.unit = "sshd.service",
	.machine = "x86_64",
	.realtime = 1700000000 * NSEC_PER_SEC,
	.monotonic = 1000 * NSEC_PER_SEC,
};

static const LineStyle json = { .info = &info, .values = { .json = true, .verbose = true } };

static const char *line(Text *t, const Item *item, const LineStyle *style)
{
	text_clear(t);
	line_put(t, item, style);
	return json_is_line(t->data, t->size) ? text_string(t) : "no JSON";
}

/* What is behind HEAD. */
static const char *rest(Text *t, const Item *item)
{
	const char *s = line(t, item, &json), *found = startswith(s, HEAD);

	return found ? found : s;
}

static Item failed_open(void)
{
	return (Item){
		.kind = ITEM_CALL,
		.call = {
			.nr = 257, .pid = 2110, .tid = 2111, .comm = "sshd", .result = -2, .cpu = 1,
			.start = 1001 * NSEC_PER_SEC + 42266999, .duration = 12345,
			.n_args = 4, .args = { (uint32_t) -100, 0x1000, 02000000 }, .n_memory = 1,
			.memory = { { .arg = 1, .captured = 6, .bytes = (const uint8_t *) "/etc/x" } },
		},
	};
}

#define OPEN "\"call\":\"openat\",\"number\":257,\"args\":{\"dfd\":{\"value\":-100,\"name\":\"AT_FDCWD\"}," \
	     "\"filename\":\"/etc/x\",\"flags\":{\"value\":524288,\"names\":[\"O_RDONLY\",\"O_CLOEXEC\"]}},"

TEST(a_call_has_typed_arguments_and_what_became_of_it)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();

	CHECK_STRING(rest(&t, &item), OPEN "\"result\":-1,\"error\":\"ENOENT\",\"errno\":2,\"duration\":12345}\n");
	item.call.result = 3;
	CHECK_STRING(rest(&t, &item), OPEN "\"result\":3,\"duration\":12345}\n");
	item.call.flags = RECORD_EARLIER;
	CHECK_STRING(rest(&t, &item), OPEN "\"result\":3,\"duration_at_least\":12345}\n");
	item.call.flags |= RECORD_UNFINISHED;
	CHECK_STRING(rest(&t, &item), OPEN "\"unfinished\":true,\"duration_at_least\":12345}\n");
	item.call.flags = RECORD_REFUSED;
	item.call.result = -1;
	CHECK_STRING(rest(&t, &item), OPEN "\"refused\":true,\"result\":-1,\"error\":\"EPERM\",\"errno\":1}\n");
	item.call.result = 257;
	CHECK_STRING(rest(&t, &item), OPEN "\"refused\":true}\n");
	item.call.flags = RECORD_NO_DURATION | RECORD_UNFINISHED;
	item.call.start -= item.call.duration;
	CHECK_STRING(rest(&t, &item), OPEN "\"unfinished\":true,\"duration_at_most\":12345}\n");
}

TEST(a_call_of_which_little_is_known_is_an_object_all_the_same)
{
	_cleanup_text_ Text t = {};
	Item item = { .kind = ITEM_CALL, .call = { .nr = 400000, .result = -4095, .start = 5 } };

	CHECK_STRING(line(&t, &item, &(LineStyle){ .values.json = true }),
		     "{\"monotonic\":5,\"pid\":0,\"tid\":0,\"cpu\":0,\"call\":\"syscall_0x61a80\",\"number\":400000,"
		     "\"args\":{\"arg0\":0,\"arg1\":0,\"arg2\":0,\"arg3\":0,\"arg4\":0,\"arg5\":0},\"result\":-1,"
		     "\"errno\":4095,\"duration\":0}\n");
	item.call = (Call){ .nr = 1, .flags = RECORD_COMPAT, .n_args = 1, .args = { 3 } };
	CHECK_STRING(line(&t, &item, &(LineStyle){ .values.json = true }),
		     "{\"monotonic\":0,\"pid\":0,\"tid\":0,\"cpu\":0,\"call\":\"exit\",\"number\":1,\"compat\":true,"
		     "\"args\":{\"error_code\":3}}\n");
}

TEST(a_result_is_of_its_kind_and_may_have_a_note)
{
	_cleanup_text_ Text t = {};
	Item item = { .kind = ITEM_CALL, .call = { .nr = 72, .n_args = 3, .args = { 3, 3 }, .result = 0x8002 } };

	CHECK(strstr(line(&t, &item, &json), "\"result\":32770,\"note\":{\"value\":32770,\"names\":[\"O_RDWR\","
					     "\"O_LARGEFILE\"]},\"duration\":"));
	item.call = (Call){ .nr = 7, .n_args = 3 };
	CHECK(strstr(line(&t, &item, &json), "\"result\":0,\"note\":\"Timeout\",\"duration\":"));
	item.call = (Call){ .nr = 12, .n_args = 1, .result = 0x5000 };
	CHECK(strstr(line(&t, &item, &json), "\"result\":\"0x5000\",\"duration\":"));
	item.call = (Call){ .nr = 219 };
	CHECK(strstr(line(&t, &item, &json), "\"args\":{\"interrupted\":null},\"result\":0"));
}

TEST(memory_that_is_not_there_is_no_string)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();

	item.call.memory[0] = (CallMemory){ .arg = 1, .status = MEMORY_UNREADABLE };
	CHECK(strstr(line(&t, &item, &json), "\"filename\":{\"address\":\"0x1000\",\"unreadable\":true},"));
	item.call.n_memory = 0;
	CHECK(strstr(line(&t, &item, &json), "\"filename\":{\"address\":\"0x1000\"},"));
	item.call.args[1] = 0;
	CHECK(strstr(line(&t, &item, &json), "\"filename\":null,"));
}

TEST(a_process_has_its_command_on_request)
{
	_cleanup_(threads_freep) Threads *threads = NULL;
	_cleanup_text_ Text t = {};
	Item item = { .kind = ITEM_CALL, .call = { .nr = 62, .comm = "b\xff", .tid = 9, .n_args = 2, .args = { 9, 15 } } };
	LineStyle style = json;

	CHECK_INT(threads_new(&threads), 0);
	threads_see(threads, &item, "x86_64");
	style.values.threads = threads;
	CHECK(strstr(line(&t, &item, &style), "\"args\":{\"pid\":9,\"sig\":{\"value\":15,\"name\":\"SIGTERM\"}}"));
	style.values.comms = true;
	CHECK(strstr(line(&t, &item, &style), "\"args\":{\"pid\":{\"pid\":9,\"comm\":{\"hex\":\"62ff\"}},"));
}

static const char *event_rest(Text *t, struct EventRecord event)
{
	Item item = { .kind = ITEM_EVENT, .event = &event };

	event.header.cpu = 1;
	event.pid = 2110;
	event.tid = 2111;
	event.time = 1001 * NSEC_PER_SEC + 42266999;
	memcpy(event.comm, "sshd", 5);
	return rest(t, &item);
}

TEST(an_event_has_members_of_its_own)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(event_rest(&t, (struct EventRecord){ .header.count = EVENT_FORK, .other_pid = 5 }),
		     "\"event\":\"fork\",\"parent\":5}\n");
	CHECK_STRING(event_rest(&t, (struct EventRecord){ .header.count = EVENT_FORK, .other_pid = 5, .code = 0x10000 }),
		     "\"event\":\"fork\",\"thread\":true,\"parent\":5}\n");
	CHECK_STRING(event_rest(&t, (struct EventRecord){ .header.count = EVENT_EXEC, .text = "/a", .other_pid = 6 }),
		     "\"event\":\"exec\",\"superseded\":6,\"file\":\"/a\"}\n");
	CHECK_STRING(event_rest(&t, (struct EventRecord){ .header.count = EVENT_EXIT, .code = 3 << 8 }),
		     "\"event\":\"exit\",\"status\":{\"exited\":3}}\n");
	CHECK_STRING(event_rest(&t, (struct EventRecord){ .header.count = EVENT_EXIT, .code = 139, .signal = 1 }),
		     "\"event\":\"exit\",\"status\":{\"killed\":{\"value\":11,\"name\":\"SIGSEGV\"},\"core_dumped\":true},"
		     "\"last\":true,\"process_status\":{\"exited\":0}}\n");
	CHECK_STRING(event_rest(&t, (struct EventRecord){ .header.count = EVENT_OOM, .other_pid = 5, .other_comm = "a" }),
		     "\"event\":\"oom\",\"during\":{\"pid\":5,\"comm\":\"a\"}}\n");
}

TEST(a_signal_has_its_members_and_its_state)
{
	_cleanup_text_ Text t = {};
	struct EventRecord e = { .header.count = EVENT_SIGNAL, .signal = SIGKILL, .code = SI_TKILL, .other_pid = 1 };

	e.info.state = SIGNAL_SENT;
	CHECK_STRING(event_rest(&t, e), "\"event\":\"signal\",\"signal\":{\"value\":9,\"name\":\"SIGKILL\"},"
					"\"state\":\"sent\",\"siginfo\":{\"si_signo\":{\"value\":9,\"name\":\"SIGKILL\"},"
					"\"si_code\":{\"value\":-6,\"name\":\"SI_TKILL\"},\"si_pid\":1,\"si_uid\":0}}\n");
	e.info.state = 77;
	CHECK(!strstr(event_rest(&t, e), "state"));
}

TEST(a_request_of_io_uring_has_a_descriptor_and_its_completion_a_result)
{
	_cleanup_text_ Text t = {};
	struct UringRecord u = { .header.count = URING_SUBMIT, .operation = 18, .value = -100, .user_data = 7, .flags = 3 };
	Item item = { .kind = ITEM_URING, .uring = &u };

	CHECK(strstr(line(&t, &item, &json), "\"io_uring\":\"submit\",\"operation\":{\"value\":18,\"name\":\"OPENAT\"},"
					     "\"fd\":{\"value\":-100,\"name\":\"AT_FDCWD\"},\"user_data\":7,\"flags\":"
					     "{\"value\":3,\"names\":[\"IOSQE_FIXED_FILE\",\"IOSQE_IO_DRAIN\"]}}\n"));
	u = (struct UringRecord){ .header.count = URING_COMPLETE, .operation = 200, .value = -2 };
	CHECK(strstr(line(&t, &item, &json), "\"io_uring\":\"complete\",\"operation\":{\"value\":200},\"user_data\":0,"
					     "\"result\":-1,\"error\":\"ENOENT\",\"errno\":2}\n"));
	u.value = 5;
	CHECK(strstr(line(&t, &item, &json), "\"user_data\":0,\"result\":5}\n"));
}

TEST(a_gap_says_what_is_missing)
{
	_cleanup_text_ Text t = {};
	Item item = { .kind = ITEM_GAP, .gap = { .overwritten = 2, .lost = 1 } };

	CHECK_STRING(line(&t, &item, &json), "{\"gap\":{\"overwritten\":2,\"lost\":1}}\n");
	item.gap.events = 3;
	CHECK_STRING(line(&t, &item, &json), "{\"gap\":{\"overwritten\":2,\"lost\":1,\"events\":3}}\n");
}

TEST(a_capture_says_what_it_is_of)
{
	_cleanup_text_ Text t = {};

	line_put_capture(&t, &info, &json.values);
	CHECK_STRING(text_string(&t), "{\"capture\":{\"unit\":\"sshd.service\",\"machine\":\"x86_64\","
				      "\"since\":1700000000000000,\"taken\":0,\"complete\":false}}\n");
}

TEST(a_sequence_has_separators)
{
	_cleanup_text_ Text t = {};
	Item item = { .kind = ITEM_GAP };
	LineStyle style = json;

	style.values.sequence = true;
	line_put(&t, &item, &style);
	CHECK_STRING(text_string(&t), "\x1e{\"gap\":{\"overwritten\":0,\"lost\":0}}\n");
}

TEST(the_validator_refuses_what_is_no_json)
{
	static const char *const good[] = { "{}\n", "{\"a\":[1,-2,{\"b\":null}],\"c\":\"\\u001f\xc3\xa4\"}\n" };
	static const char *const bad[] = {
		"{}", "{}\n\n", "[]\n", "{\"a\":1,\"a\":2}\n", "{\"a\":}\n", "{\"a\":01}\n", "{\"a\":1,}\n", "{\"a\" 1}\n",
		"{\"a\":\"\xff\"}\n", "{\"a\":\"\xc2\x9b\"}\n", "{\"a\":\"\x01\"}\n", "{\"a\":[1 2]}\n", "{\"a\":0x5}\n",
		"{\"a\":\"\xc0\x80\"}\n", "{\"a\":tru}\n",
	};

	for (unsigned i = 0; i < ELEMENTS(good); i++)
		CHECK(json_is_line(good[i], strlen(good[i])));
	for (unsigned i = 0; i < ELEMENTS(bad); i++)
		CHECK(!json_is_line(bad[i], strlen(bad[i])));
}

int main(void)
{
	RUN(a_call_has_typed_arguments_and_what_became_of_it);
	RUN(a_call_of_which_little_is_known_is_an_object_all_the_same);
	RUN(a_result_is_of_its_kind_and_may_have_a_note);
	RUN(memory_that_is_not_there_is_no_string);
	RUN(a_process_has_its_command_on_request);
	RUN(an_event_has_members_of_its_own);
	RUN(a_signal_has_its_members_and_its_state);
	RUN(a_request_of_io_uring_has_a_descriptor_and_its_completion_a_result);
	RUN(a_gap_says_what_is_missing);
	RUN(a_capture_says_what_it_is_of);
	RUN(a_sequence_has_separators);
	RUN(the_validator_refuses_what_is_no_json);
	return test_done();
}
