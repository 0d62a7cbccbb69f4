/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>

#include "trace/writer.h"
#include "util/macro.h"

static Writer writer(Text *t, WriterStyle style)
{
	text_clear(t);
	return (Writer){ .text = t, .style = style };
}

static const WriterStyle text, json = { .json = true }, raw = { .constants = CONSTANTS_RAW },
				verbose = { .constants = CONSTANTS_VERBOSE };

static const char *flags(Text *t, WriterStyle style, ArgKind list, uint64_t value)
{
	Writer w = writer(t, style);

	writer_flags(&w, list, value);
	return text_string(t);
}

TEST(flags_have_the_form_that_is_asked_for)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(flags(&t, text, ARG_PROT, 3), "PROT_READ|PROT_WRITE");
	CHECK_STRING(flags(&t, raw, ARG_PROT, 3), "0x3");
	CHECK_STRING(flags(&t, verbose, ARG_PROT, 3), "0x3 /* PROT_READ|PROT_WRITE */");
	CHECK_STRING(flags(&t, json, ARG_PROT, 3), "{\"value\":3,\"names\":[\"PROT_READ\",\"PROT_WRITE\"]}");
	CHECK_STRING(flags(&t, text, ARG_PROT, 0x41), "PROT_READ|0x40");
	CHECK_STRING(flags(&t, json, ARG_PROT, 0x41), "{\"value\":65,\"names\":[\"PROT_READ\"]}");
	CHECK_STRING(flags(&t, verbose, ARG_PROT, 0x40), "0x40 /* PROT_??? */");
	CHECK_STRING(flags(&t, raw, ARG_PROT, 0x40), "0x40");
	CHECK_STRING(flags(&t, json, ARG_PROT, 0x40), "{\"value\":64}");
	CHECK_STRING(flags(&t, raw, ARG_PROT, 0), "0");
	CHECK_STRING(flags(&t, verbose, ARG_PROT, 0), "0 /* PROT_NONE */");
	CHECK_STRING(flags(&t, json, ARG_AT_FLAGS, 0), "{\"value\":0}");
}

TEST(a_choice_has_the_form_that_is_asked_for)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(flags(&t, raw, ARG_SOCKET_FAMILY, 2), "0x2");
	CHECK_STRING(flags(&t, verbose, ARG_SOCKET_FAMILY, 2), "0x2 /* AF_INET */");
	CHECK_STRING(flags(&t, json, ARG_SOCKET_FAMILY, 2), "{\"value\":2,\"name\":\"AF_INET\"}");
	CHECK_STRING(flags(&t, verbose, ARG_SOCKET_FAMILY, 99), "0x63 /* AF_??? */");
	CHECK_STRING(flags(&t, text, ARG_SOCKET_FAMILY, 99), "0x63 /* AF_??? */");
	CHECK_STRING(flags(&t, json, ARG_SOCKET_FAMILY, 99), "{\"value\":99}");
}

static const char *string(Text *t, WriterStyle style, const char *s, size_t size, bool cut)
{
	Writer w = writer(t, style);

	writer_string(&w, s, size, cut);
	return text_string(t);
}

#define STRING(t, style, s, cut) string(t, style, s, sizeof(s) - 1, cut)

TEST(strings_are_escaped_as_asked_for)
{
	_cleanup_text_ Text t = {};
	const WriterStyle x = { .escapes = ESCAPES_HEX }, xx = { .escapes = ESCAPES_ALL };

	CHECK_STRING(STRING(&t, text, "a\"\1\377", false), "\"a\\\"\\1\\377\"");
	CHECK_STRING(STRING(&t, x, "a\"\n", false), "\"a\\\"\\n\"");
	CHECK_STRING(STRING(&t, x, "a\377", false), "\"\\x61\\xff\"");
	CHECK_STRING(STRING(&t, xx, "ab", true), "\"\\x61\\x62\"...");
}

TEST(json_strings_say_whether_they_are_whole_and_text)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(STRING(&t, json, "a\"\\\n\x7f", false), "\"a\\\"\\\\\\u000a\\u007f\"");
	CHECK_STRING(STRING(&t, json, "\xc3\xa4", false), "\"\xc3\xa4\"");
	CHECK_STRING(STRING(&t, json, "\xc2\x9b\xc2\xa0", false), "\"\\u009b\xc2\xa0\"");
	CHECK_STRING(STRING(&t, json, "ab", true), "{\"text\":\"ab\",\"cut\":true}");
	CHECK_STRING(STRING(&t, json, "a\xff", false), "{\"hex\":\"61ff\"}");
	CHECK_STRING(STRING(&t, json, "\xc3", true), "{\"hex\":\"c3\",\"cut\":true}");
	CHECK_STRING(STRING(&t, json, "\xc0\x80", false), "{\"hex\":\"c080\"}");
	CHECK_STRING(STRING(&t, json, "\xed\xa0\x80", false), "{\"hex\":\"eda080\"}");
	CHECK_STRING(STRING(&t, json, "\xf4\x90\x80\x80", false), "{\"hex\":\"f4908080\"}");
}

TEST(a_string_is_cut_by_style_and_a_path_is_not)
{
	_cleanup_text_ Text t = {};
	const WriterStyle two = { .string_size = 2 };
	Writer w;

	CHECK_STRING(STRING(&t, two, "abc", false), "\"ab\"...");
	CHECK_STRING(STRING(&t, two, "ab", false), "\"ab\"");
	w = writer(&t, two);
	writer_path(&w, "abc", 3, false);
	CHECK_STRING(text_string(&t), "\"abc\"");
}

static const char *nested(Text *t, WriterStyle style)
{
	Writer w = writer(t, style);

	writer_argument(&w, "first", false);
	writer_struct_begin(&w);
	writer_member(&w, "a");
	writer_pointer(&w, 0);
	writer_member(&w, "b");
	writer_array_begin(&w);
	writer_element(&w);
	writer_hex(&w, 16);
	writer_element(&w);
	writer_octal(&w, 8);
	writer_array_end(&w);
	writer_more(&w);
	writer_struct_end(&w);
	writer_argument(&w, "second", false);
	writer_change_begin(&w);
	writer_reference_begin(&w);
	writer_signed(&w, -1);
	writer_change_after(&w);
	writer_unsigned(&w, 2);
	writer_reference_end(&w);
	writer_change_end(&w);
	writer_comment(&w, "said");
	return text_string(t);
}

TEST(values_are_separated_where_they_are_nested)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(nested(&t, text), "{a=NULL, b=[0x10, 010], ...}, [-1 => 2] /* said */");
	CHECK_STRING(nested(&t, json),
		     "\"first\":{\"a\":null,\"b\":[16,8]},\"second\":{\"before\":-1,\"after\":2}");
}

TEST(a_value_of_parts_has_all_their_names)
{
	_cleanup_text_ Text t = {};
	const WriterStyle styles[] = { text, raw, verbose, json };
	const char *const expected[] = {
		"S_IFREG|0644",
		"0100644",
		"0100644 /* S_IFREG|0644 */",
		"{\"value\":33188,\"names\":[\"S_IFREG\"]}",
	};

	for (unsigned i = 0; i < ELEMENTS(styles); i++) {
		Writer w = writer(&t, styles[i]);

		writer_value_begin(&w, 0100644, BASE_OCTAL);
		writer_value_name(&w, "S_IFREG");
		writer_value_number(&w, 0644, BASE_OCTAL);
		writer_value_end(&w);
		CHECK_STRING(text_string(&t), expected[i]);
	}
}

TEST(nothing_of_a_string_is_shown_where_that_is_asked_for)
{
	_cleanup_text_ Text t = {};
	const WriterStyle none = { .no_strings = true };

	CHECK_STRING(STRING(&t, none, "abc", false), "\"\"...");
	CHECK_STRING(STRING(&t, none, "", false), "\"\"");
}

/* [1, ...] in {a=..., ...} */
static const char *cut(Text *t, WriterStyle style)
{
	Writer w = writer(t, style);

	writer_struct_begin(&w);
	writer_member(&w, "a");
	writer_array_begin(&w);
	writer_element(&w);
	writer_signed(&w, 1);
	writer_more(&w);
	writer_array_end(&w);
	writer_more(&w);
	writer_struct_end(&w);
	return text_string(t);
}

TEST(an_array_says_that_there_is_more)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(cut(&t, text), "{a=[1, ...], ...}");
	CHECK_STRING(cut(&t, json), "{\"a\":[1,{\"more\":true}]}");
}

TEST(an_address_says_whether_memory_was_looked_for)
{
	_cleanup_text_ Text t = {};
	Writer w = writer(&t, text);

	writer_address(&w, 0x10, true);
	CHECK_STRING(text_string(&t), "0x10");
	w = writer(&t, json);
	writer_address(&w, 0x10, true);
	CHECK_STRING(text_string(&t), "{\"address\":\"0x10\",\"unreadable\":true}");
	w = writer(&t, json);
	writer_counted(&w, 0x10, 5, "5 vars");
	CHECK_STRING(text_string(&t), "{\"count\":5,\"address\":\"0x10\"}");
	w = writer(&t, text);
	writer_counted(&w, 0x10, 5, "5 vars");
	CHECK_STRING(text_string(&t), "0x10 /* 5 vars */");
	w = writer(&t, json);
	writer_address(&w, 0x10, false);
	CHECK_STRING(text_string(&t), "{\"address\":\"0x10\"}");
	w = writer(&t, json);
	writer_address(&w, 0, false);
	CHECK_STRING(text_string(&t), "null");
}

TEST(a_process_has_its_command_if_that_is_known_and_wanted)
{
	_cleanup_text_ Text t = {};
	const WriterStyle comms = { .comms = true }, hex = { .comms = true, .escapes = ESCAPES_ALL };
	Writer w = writer(&t, text);

	writer_process(&w, 7, "a<b>\"");
	CHECK_STRING(text_string(&t), "7");
	w = writer(&t, comms);
	writer_process(&w, 7, "a<b>\"");
	CHECK_STRING(text_string(&t), "7<a\\74b\\76\\\">");
	w = writer(&t, hex);
	writer_process(&w, 7, "a<");
	CHECK_STRING(text_string(&t), "7<\\x61\\x3c>");
	w = writer(&t, comms);
	writer_pid(&w, -1);
	CHECK_STRING(text_string(&t), "-1");
}

TEST(a_note_is_behind_a_result)
{
	_cleanup_text_ Text t = {};
	const WriterStyle styles[] = { text, json };
	const char *const expected[] = { "0 (Timeout)", "\"result\":0,\"note\":\"Timeout\",\"next\":1" };

	for (unsigned i = 0; i < ELEMENTS(styles); i++) {
		Writer w = writer(&t, styles[i]);

		writer_part(&w, "result", "");
		writer_signed(&w, 0);
		writer_note_begin(&w);
		writer_word(&w, "Timeout");
		writer_note_end(&w);
		if (w.style.json) {
			writer_member(&w, "next");
			writer_signed(&w, 1);
		}
		CHECK_STRING(text_string(&t), expected[i]);
	}
}

TEST(a_signal_may_have_its_name_in_all_forms)
{
	_cleanup_text_ Text t = {};
	Writer w = writer(&t, raw);

	writer_signal(&w, 15);
	CHECK_STRING(text_string(&t), "15");
	w = writer(&t, raw);
	writer_signal_name(&w, 15);
	CHECK_STRING(text_string(&t), "SIGTERM");
	CHECK_INT(w.style.constants, CONSTANTS_RAW);
	w = writer(&t, json);
	writer_signal_name(&w, 15);
	CHECK_STRING(text_string(&t), "{\"value\":15,\"name\":\"SIGTERM\"}");
}

TEST(a_number_with_one_name)
{
	_cleanup_text_ Text t = {};
	Writer w = writer(&t, text);

	writer_dirfd(&w, AT_FDCWD, NULL);
	CHECK_STRING(text_string(&t), "AT_FDCWD");
	w = writer(&t, verbose);
	writer_dirfd(&w, AT_FDCWD, NULL);
	CHECK_STRING(text_string(&t), "-100 /* AT_FDCWD */");
	w = writer(&t, json);
	writer_dirfd(&w, AT_FDCWD, NULL);
	CHECK_STRING(text_string(&t), "{\"value\":-100,\"name\":\"AT_FDCWD\"}");
	w = writer(&t, json);
	writer_pointer(&w, 0xffffffffffffffff);
	CHECK_STRING(text_string(&t), "\"0xffffffffffffffff\"");
}

static const char *time_text(Text *t, WriterStyle style, int64_t seconds, uint64_t fraction, unsigned digits)
{
	Writer w = writer(t, style);

	writer_time(&w, seconds, fraction, digits);
	return text_string(t);
}

TEST(a_time_is_told_in_a_comment)
{
	_cleanup_text_ Text t = {};

	(void) setenv("TZ", "UTC-2:30", 1);
	tzset();
	CHECK_STRING(time_text(&t, text, 1700000000, 123456789, 9), " /* 2023-11-15T00:43:20.123456789+0230 */");
	CHECK_STRING(time_text(&t, text, 1700000000, 56, 6), " /* 2023-11-15T00:43:20.000056+0230 */");
	CHECK_STRING(time_text(&t, verbose, 5, 0, 0), " /* 1970-01-01T02:30:05+0230 */");
	CHECK_STRING(time_text(&t, json, 5, 0, 0), "");
	(void) setenv("TZ", "UTC+3", 1);
	tzset();
	CHECK_STRING(time_text(&t, text, -1, 5, 9), " /* 1969-12-31T20:59:59.000000005-0300 */");
	CHECK_STRING(time_text(&t, text, 20015998343868, 0, 9), " /* 636251-09-27T08:57:48-0300 */");
}

TEST(what_is_no_time_has_no_comment)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(time_text(&t, text, 0, 0, 9), "");
	CHECK_STRING(time_text(&t, text, 5, 1000000000, 9), "");
	CHECK_STRING(time_text(&t, text, 5, 1000000, 6), "");
	CHECK_STRING(time_text(&t, text, INT64_MAX, 5, 9), "");
	CHECK_STRING(time_text(&t, text, INT64_MIN, 5, 9), "");
}

TEST(bytes_are_escaped_to_the_last)
{
	_cleanup_text_ Text t = {};
	Writer w = writer(&t, text);

	writer_bytes(&w, "a\n", 2, true);
	writer_string(&w, "a\n", 2, false);
	CHECK_STRING(text_string(&t), "\"\\x61\\x0a\"...\"a\\n\"");
	w = writer(&t, json);
	writer_bytes(&w, "a", 1, false);
	CHECK_STRING(text_string(&t), "\"a\"");
}

TEST(parts_of_a_sum_are_numbers_of_their_own)
{
	static const struct {
		const WriterStyle *style;
		const char *expected;
	} forms[] = {
		{ &text, "IPC_CREAT|0x1000|21<<SHIFT|0600" },
		{ &raw, "0x1200|21<<26|0600" },
		{ &verbose, "0x1200 /* IPC_CREAT|0x1000 */|21<<26 /* SHIFT */|0600" },
		{ &json, "{\"value\":1409291136,\"names\":[\"IPC_CREAT\",\"21<<SHIFT\"]}" },
	};
	_cleanup_text_ Text t = {};

	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		Writer w = writer(&t, *forms[i].style);

		writer_sum_begin(&w, 0x54001380);
		writer_sum_flags(&w, ARG_IPC_FLAGS, 0x1200);
		writer_sum_flags(&w, ARG_IPC_FLAGS, 0);
		writer_sum_shifted(&w, 21, 26, "SHIFT");
		writer_sum_number(&w, 0600, BASE_OCTAL);
		writer_sum_end(&w);
		CHECK_STRING(text_string(&t), forms[i].expected);
	}
}

int main(void)
{
	RUN(flags_have_the_form_that_is_asked_for);
	RUN(a_choice_has_the_form_that_is_asked_for);
	RUN(strings_are_escaped_as_asked_for);
	RUN(json_strings_say_whether_they_are_whole_and_text);
	RUN(a_string_is_cut_by_style_and_a_path_is_not);
	RUN(values_are_separated_where_they_are_nested);
	RUN(a_value_of_parts_has_all_their_names);
	RUN(nothing_of_a_string_is_shown_where_that_is_asked_for);
	RUN(an_array_says_that_there_is_more);
	RUN(an_address_says_whether_memory_was_looked_for);
	RUN(a_process_has_its_command_if_that_is_known_and_wanted);
	RUN(a_note_is_behind_a_result);
	RUN(a_signal_may_have_its_name_in_all_forms);
	RUN(a_number_with_one_name);
	RUN(a_time_is_told_in_a_comment);
	RUN(what_is_no_time_has_no_comment);
	RUN(bytes_are_escaped_to_the_last);
	RUN(parts_of_a_sum_are_numbers_of_their_own);
	return test_done();
}
