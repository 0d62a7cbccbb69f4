/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "ctl/arguments.h"
#include "util/log.h"

#define ID "0123456789abcdef0123456789abcdef"

/* PARSE(&a, "dump", "ssh"): with a program name in front and the NULL behind. */
#define PARSE(ret, ...)                                                                     \
	({                                                                                  \
		char *_argv[] = { (char *) "traceloopctl", __VA_ARGS__ __VA_OPT__(,) NULL };  \
		arguments_parse((int) (sizeof(_argv) / sizeof(_argv[0])) - 1, _argv, ret);   \
	})

TEST(nothing_is_a_list)
{
	_cleanup_arguments_ Arguments a = {};

	CHECK_INT(PARSE(&a), 0);
	CHECK_INT(a.verb, VERB_LIST);
	CHECK_INT(a.n_units, 0);
	CHECK(!a.has_lines);
}

TEST(options_may_stand_anywhere)
{
	_cleanup_arguments_ Arguments a = {};

	CHECK_INT(PARSE(&a, "-n", "5", "dump", "-q", "ssh", "--output=file", "*.scope"), 0);
	CHECK_INT(a.verb, VERB_DUMP);
	CHECK(a.has_lines && a.lines == 5);
	CHECK(a.quiet);
	CHECK_STRING(a.output, "file");
	CHECK_INT(a.n_units, 2);
	CHECK_STRING(a.units[0], "ssh.service");
	CHECK_STRING(a.units[1], "*.scope");
}

TEST(values_are_read)
{
	_cleanup_arguments_ Arguments a = {}, b = {};

	CHECK_INT(PARSE(&a, "trace", "x", "--buffer-size=4M", "-e", "!futex", "-o", "-"), 0);
	CHECK_INT(a.buffer_size, 4194304);
	CHECK(a.filter && a.filter->others);
	CHECK_STRING(a.expression, "!futex");
	CHECK(!a.output);
	CHECK_INT(a.format, FORMAT_TEXT);
	CHECK_INT(PARSE(&b, "dump", "--invocation=" ID, "--format=capture"), 0);
	CHECK_INT(b.format, FORMAT_CAPTURE);
	CHECK_INT(b.invocation.bytes[1], 0x23);
}

TEST(names_of_files_are_shown_plainly_or_with_details)
{
	_cleanup_arguments_ Arguments a = {}, b = {}, c = {}, d = {};

	CHECK_INT(PARSE(&a, "dump", "x"), 0);
	CHECK_INT(a.style.values.names, FILE_NAMES_NONE);
	CHECK_INT(PARSE(&b, "dump", "-y", "x"), 0);
	CHECK_INT(b.style.values.names, FILE_NAMES_PLAIN);
	CHECK_INT(PARSE(&c, "trace", "-yy", "x"), 0);
	CHECK_INT(c.style.values.names, FILE_NAMES_DETAILS);
	CHECK_INT(PARSE(&d, "list", "-y"), -EINVAL);
}

TEST(lines_have_the_style_that_is_asked_for)
{
	_cleanup_arguments_ Arguments a = {}, b = {}, c = {};

	CHECK_INT(PARSE(&a, "dump", "x"), 0);
	CHECK_INT(a.style.time, LINE_TIME_DEFAULT);
	CHECK_INT(a.style.values.constants, CONSTANTS_ABBREV);
	CHECK(!a.style.relative && !a.style.values.no_strings && !a.style.no_duration);
	CHECK_INT(PARSE(&b, "trace", "x", "-X", "raw", "-v", "-s", "32", "-a", "40", "-ttt", "-r", "-T", "-xx", "-Y"), 0);
	CHECK_INT(b.style.values.constants, CONSTANTS_RAW);
	CHECK(b.style.values.verbose && b.style.values.comms && b.style.relative);
	CHECK_INT(b.style.values.string_size, 32);
	CHECK_INT(b.style.column, 40);
	CHECK_INT(b.style.time, LINE_TIME_EPOCH);
	CHECK_INT(b.style.values.escapes, ESCAPES_ALL);
	CHECK_INT(PARSE(&c, "read", "x", "-Xverbose", "-s", "0", "-tttt", "-x"), 0);
	CHECK_INT(c.style.values.constants, CONSTANTS_VERBOSE);
	CHECK(c.style.values.no_strings);
	CHECK_INT(c.style.time, LINE_TIME_EPOCH);
	CHECK_INT(c.style.values.escapes, ESCAPES_HEX);
}

TEST(a_style_that_makes_no_sense_is_refused)
{
	Arguments a = {};

	CHECK_INT(PARSE(&a, "dump", "x", "-X", "cooked"), -EINVAL);
	CHECK_INT(PARSE(&a, "dump", "x", "-s", "-1"), -EINVAL);
	CHECK_INT(PARSE(&a, "dump", "x", "-a", "4097"), -ERANGE);
	CHECK_INT(PARSE(&a, "list", "-t"), -EINVAL);
	CHECK_INT(PARSE(&a, "record", "x", "-X", "raw"), -EINVAL);
}

TEST(json_leaves_nothing_out)
{
	_cleanup_arguments_ Arguments a = {}, b = {};

	CHECK_INT(PARSE(&a, "dump", "x", "--format=json"), 0);
	CHECK(a.style.values.json && a.style.values.verbose && !a.style.values.sequence);
	CHECK_INT(PARSE(&b, "read", "x", "--format=json-seq", "-n", "1", "-e", "read"), 0);
	CHECK(b.style.values.json && b.style.values.sequence);
}

TEST(a_capture_to_read_is_one_file)
{
	_cleanup_arguments_ Arguments a = {};
	Arguments bad = {};

	CHECK_INT(PARSE(&a, "read", "-"), 0);
	CHECK_INT(a.verb, VERB_READ);
	CHECK_STRING(a.file, "-");
	CHECK_INT(a.n_units, 0);
	CHECK_INT(PARSE(&bad, "read"), -EINVAL);
	CHECK_INT(PARSE(&bad, "read", "a", "b"), -EINVAL);
	CHECK_INT(PARSE(&bad, "read", "a", "--invocation=" ID), -EINVAL);
}

TEST(help_and_version_need_nothing_else)
{
	_cleanup_arguments_ Arguments a = {}, b = {};

	CHECK_INT(PARSE(&a, "dump", "--help"), 0);
	CHECK(a.help);
	CHECK_INT(PARSE(&b, "--version"), 0);
	CHECK(b.version);
}

TEST(bad_values_are_refused)
{
	Arguments a = {};

	CHECK_INT(PARSE(&a, "dump", "x", "-n", "-1"), -EINVAL);
	CHECK_INT(PARSE(&a, "dump", "x", "-n", "99999999999999999999"), -ERANGE);
	CHECK_INT(PARSE(&a, "trace", "x", "--buffer-size=0"), -EINVAL);
	CHECK_INT(PARSE(&a, "trace", "x", "--buffer-size=5%"), -EINVAL);
	CHECK_INT(PARSE(&a, "dump", "x", "--invocation=7"), -EINVAL);
	CHECK_INT(PARSE(&a, "dump", "x", "--format=jsonl"), -EINVAL);
	CHECK_INT(PARSE(&a, "dump", "x", "-e", "opennat"), -ENOENT);
	CHECK_INT(PARSE(&a, "dump", "x", "-e", "open", "-e", "close"), -EINVAL);
	CHECK_INT(PARSE(&a, "dump", ""), -EINVAL);
	CHECK(!a.units && !a.filter);
}

TEST(verbs_are_known_and_get_what_they_need)
{
	Arguments a = {};

	CHECK_INT(PARSE(&a, "dmup", "x"), -EINVAL);
	CHECK_INT(PARSE(&a, "dump"), -EINVAL);
	CHECK_INT(PARSE(&a, "trace"), -EINVAL);
	CHECK_INT(PARSE(&a, "record"), -EINVAL);
	CHECK_INT(PARSE(&a, "stop"), -EINVAL);
	CHECK_INT(PARSE(&a, "record", "ssh*"), -EINVAL);
	CHECK_INT(PARSE(&a, "--nonsense"), -EINVAL);
}

TEST(calls_are_taken_as_for_a_filter)
{
	_cleanup_arguments_ Arguments a = {}, b = {};
	Arguments bad = {};

	CHECK_INT(PARSE(&a, "syscalls"), 0);
	CHECK_INT(a.verb, VERB_SYSCALLS);
	CHECK(!a.filter);
	CHECK_INT(PARSE(&b, "syscalls", "read", "@reboot", "--no-legend"), 0);
	CHECK_INT(b.n_units, 0);
	CHECK(call_set_has(b.filter, MACHINE_X86_64, 0));
	CHECK(call_set_has(b.filter, MACHINE_X86_64, 169));
	CHECK(!call_set_has(b.filter, MACHINE_X86_64, 1));
	CHECK_INT(PARSE(&bad, "syscalls", "nonsense"), -ENOENT);
	CHECK_INT(PARSE(&bad, "syscalls", "-e", "read"), -EINVAL);
	CHECK_INT(PARSE(&bad, "verify", "x"), -EINVAL);
}

TEST(an_option_that_means_nothing_to_the_verb_is_refused)
{
	Arguments a = {};

	CHECK_INT(PARSE(&a, "list", "-n", "5"), -EINVAL);
	CHECK_INT(PARSE(&a, "stop", "x", "--buffer-size=1M"), -EINVAL);
	CHECK_INT(PARSE(&a, "trace", "x", "--invocation=" ID), -EINVAL);
	CHECK_INT(PARSE(&a, "status", "x", "--format=text"), -EINVAL);
	CHECK_INT(PARSE(&a, "stop", "x", "-e", "read"), -EINVAL);
}

TEST(a_capture_is_written_whole)
{
	Arguments a = {};

	CHECK_INT(PARSE(&a, "dump", "x", "--format=capture", "-n", "5"), -EINVAL);
	CHECK_INT(PARSE(&a, "trace", "x", "--format=capture", "-e", "read"), -EINVAL);
}

TEST(an_invocation_is_of_one_unit)
{
	Arguments a = {};

	CHECK_INT(PARSE(&a, "dump", "x", "y", "--invocation=" ID), -EINVAL);
}

int main(void)
{
	log_set_level(LOG_CRIT);
	RUN(nothing_is_a_list);
	RUN(options_may_stand_anywhere);
	RUN(values_are_read);
	RUN(names_of_files_are_shown_plainly_or_with_details);
	RUN(lines_have_the_style_that_is_asked_for);
	RUN(a_style_that_makes_no_sense_is_refused);
	RUN(json_leaves_nothing_out);
	RUN(a_capture_to_read_is_one_file);
	RUN(help_and_version_need_nothing_else);
	RUN(bad_values_are_refused);
	RUN(verbs_are_known_and_get_what_they_need);
	RUN(calls_are_taken_as_for_a_filter);
	RUN(an_option_that_means_nothing_to_the_verb_is_refused);
	RUN(a_capture_is_written_whole);
	RUN(an_invocation_is_of_one_unit);
	return test_done();
}
