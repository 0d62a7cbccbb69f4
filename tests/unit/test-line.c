/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "trace/line.h"
#include "unit/names.h"
#include "util/macro.h"

#define NR_OPENAT 257
#define NR_CONNECT 42

/* 2023-11-14 22:13:20 UTC, when the monotonic clock was at 1000 s. */
static const CaptureInfo info = {
	.machine = "x86_64",
	.realtime = 1700000000 * NSEC_PER_SEC,
	.monotonic = 1000 * NSEC_PER_SEC,
};

static const LineStyle plain = { .info = &info, .no_prefix = true, .no_duration = true };
static const LineStyle with_comms = { .info = &info, .no_prefix = true, .no_duration = true, .values.comms = true };

static const LineStyle raw = {
	.info = &info, .no_prefix = true, .no_duration = true, .values.constants = CONSTANTS_RAW
};

static const char *line(Text *t, const Item *item, const LineStyle *style)
{
	text_clear(t);
	line_put(t, item, style);
	return text_string(t);
}

/* open("/etc/x") that fails, 1.042266 s after the clocks were read. */
static Item failed_open(void)
{
	return (Item){
		.kind = ITEM_CALL,
		.call = {
			.nr = NR_OPENAT, .pid = 2110, .tid = 2111, .comm = "sshd", .result = -2,
			.start = 1001 * NSEC_PER_SEC + 42266999, .duration = 12345,
			.n_args = 4, .args = { (uint32_t) -100, 0x1000, 02000000 }, .n_memory = 1,
			.memory = { { .arg = 1, .captured = 6, .bytes = (const uint8_t *) "/etc/x" } },
		},
	};
}

static Item event_item(const struct EventRecord *event)
{
	return (Item){ .kind = ITEM_EVENT, .event = event };
}

static const char *event_line(Text *t, struct EventRecord event)
{
	Item item = event_item(&event);

	return line(t, &item, &with_comms);
}

TEST(line_has_time_comm_pid_and_duration)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();

	CHECK_STRING(line(&t, &item, &(LineStyle){ .info = &info }),
		     "22:13:21.042266 sshd[2110/2111] openat(AT_FDCWD, \"/etc/x\", O_RDONLY|O_CLOEXEC) = "
		     "-1 ENOENT (No such file or directory) <0.000012>\n");
	CHECK_STRING(line(&t, &item, &(LineStyle){ .info = &info, .no_tid = true, .no_duration = true }),
		     "22:13:21.042266 sshd[2110] openat(AT_FDCWD, \"/etc/x\", O_RDONLY|O_CLOEXEC) = "
		     "-1 ENOENT (No such file or directory)\n");
	CHECK_STRING(line(&t, &item, &plain),
		     "openat(AT_FDCWD, \"/etc/x\", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)\n");
	item.call.cpu = 11;
	CHECK_STRING(line(&t, &item, &(LineStyle){ .info = &info, .cpu = true, .no_duration = true }),
		     "22:13:21.042266 [11] sshd[2110/2111] openat(AT_FDCWD, \"/etc/x\", O_RDONLY|O_CLOEXEC) = "
		     "-1 ENOENT (No such file or directory)\n");
}

/* What a call of @nr with two files prints with their names. */
static const char *named_line(Text *t, Call call, FileNames names)
{
	_cleanup_text_ Text records = {};
	LineStyle style = plain;
	Item item = { .kind = ITEM_CALL, .call = call };
	size_t second;

	put_name(&records, (struct FileRef){}, 1, FILE_NAMED, "/etc/x");
	second = records.size;
	put_name(&records, (struct FileRef){}, 1, FILE_CHARACTER_DEVICE, "/dev/null");
	item.call.n_files = 2;
	item.call.files[0].name = name_at(&records, 0);
	item.call.files[1].name = name_at(&records, second);
	style.values.names = names;
	return line(t, &item, &style);
}

TEST(descriptors_have_names_on_request)
{
	Call open = failed_open().call, copy = { .nr = 326, .result = 9, .n_args = 6, .args = { 3, 0, 4, 0, 9, 0 } };
	_cleanup_text_ Text t = {};

	open.args[0] = 5;
	open.result = 3;
	open.files[1].of = FILE_RESULT;
	CHECK_STRING(named_line(&t, open, FILE_NAMES_PLAIN),
		     "openat(5</etc/x>, \"/etc/x\", O_RDONLY|O_CLOEXEC) = 3</dev/null>\n");
	CHECK_STRING(named_line(&t, open, FILE_NAMES_NONE), "openat(5, \"/etc/x\", O_RDONLY|O_CLOEXEC) = 3\n");
	open.files[0].of = 3;
	open.args[0] = (uint32_t) -100;
	CHECK_STRING(named_line(&t, open, FILE_NAMES_DETAILS),
		     "openat(AT_FDCWD, \"/etc/x\", O_RDONLY|O_CLOEXEC) = 3</dev/null<char 1:3>>\n");
	open.files[0].of = 0;
	open.result = -2;
	CHECK_STRING(named_line(&t, open, FILE_NAMES_PLAIN),
		     "openat(AT_FDCWD</etc/x>, \"/etc/x\", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)\n");
	copy.files[1].of = 2;
	CHECK_STRING(named_line(&t, copy, FILE_NAMES_PLAIN),
		     "copy_file_range(3</etc/x>, NULL, 4</dev/null>, NULL, 9, 0) = 9\n");
}

TEST(a_descriptor_that_is_made_of_another_has_its_name)
{
	static const uint8_t pair[8] = { 3, 0, 0, 0, 4 };
	Call dup = { .nr = 33, .result = 7, .n_args = 2, .args = { 3, 7 }, .files[1].of = 1 };
	Call fcntl = { .nr = 72, .result = 7, .n_args = 3, .args = { 3, 0, 5 }, .files[1].of = 8 };
	Call pipe = { .nr = 22, .n_args = 1, .args = { 0x1000 }, .n_memory = 1,
		      .memory = { { .arg = 0, .captured = 8, .requested = 8, .bytes = pair } },
		      .files = { { .of = FILE_PAIR }, { .of = FILE_PAIR + 1 } } };
	_cleanup_text_ Text t = {};

	CHECK_STRING(named_line(&t, dup, FILE_NAMES_PLAIN), "dup2(3</etc/x>, 7</dev/null>) = 7</etc/x>\n");
	CHECK_STRING(named_line(&t, fcntl, FILE_NAMES_PLAIN), "fcntl(3</etc/x>, F_DUPFD, 5) = 7</etc/x>\n");
	fcntl.args[1] = 3; /* F_GETFL */
	CHECK_STRING(named_line(&t, fcntl, FILE_NAMES_PLAIN), "fcntl(3</etc/x>, F_GETFL) = 0x7 (flags O_ACCMODE|0x4)\n");
	CHECK_STRING(named_line(&t, pipe, FILE_NAMES_PLAIN), "pipe([3</etc/x>, 4</dev/null>]) = 0\n");
}

/* Its `start` is that of nothing anybody asks for. */
TEST(call_without_duration_has_the_time_of_its_return)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();
	const LineStyle style = { .info = &info };

	item.call.flags = RECORD_NO_DURATION;
	item.call.duration = 3 * NSEC_PER_SEC;
	CHECK_STRING(line(&t, &item, &style),
		     "22:13:24.042266 sshd[2110/2111] openat(AT_FDCWD, \"/etc/x\", O_RDONLY|O_CLOEXEC) = "
		     "-1 ENOENT (No such file or directory)\n");
	item.call.flags = RECORD_NO_DURATION | RECORD_UNFINISHED;
	CHECK_STRING(line(&t, &item, &style),
		     "22:13:24.042266 sshd[2110/2111] openat(AT_FDCWD, \"/etc/x\", O_RDONLY|O_CLOEXEC "
		     "<unfinished for at most 3.000s>\n");
}

/* That it began before recording did says more than that nobody looked then. */
TEST(call_from_before_says_how_long_at_least_even_without_durations)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();

	item.call.flags = RECORD_NO_DURATION | RECORD_EARLIER;
	CHECK(strstr(line(&t, &item, &(LineStyle){ .no_prefix = true }), " directory) <over 0.000012>\n"));
	item.call.flags |= RECORD_UNFINISHED;
	item.call.duration = 2 * NSEC_PER_SEC;
	CHECK(strstr(line(&t, &item, &plain), " <unfinished for over 2.000s>\n"));
}

TEST(time_follows_the_second)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();
	const LineStyle style = { .info = &info, .no_duration = true };

	item.call.start = 1000 * NSEC_PER_SEC - 1;
	CHECK(startswith(line(&t, &item, &style), "22:13:19.999999 "));
	item.call.start = 1000 * NSEC_PER_SEC;
	CHECK(startswith(line(&t, &item, &style), "22:13:20.000000 "));
	item.call.start = 8200 * NSEC_PER_SEC;
	CHECK(startswith(line(&t, &item, &style), "00:13:20.000000 "));
}

TEST(time_without_a_capture_is_that_since_boot)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();

	CHECK(startswith(line(&t, &item, &(LineStyle){}), "1001.042266 sshd[2110/2111] openat("));
}

TEST(time_has_the_form_that_is_asked_for)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();
	uint64_t before = 0;
	LineStyle style = { .info = &info, .before = &before, .time = LINE_TIME_CLOCK };

	CHECK(startswith(line(&t, &item, &style), "22:13:21 sshd["));
	style.time = LINE_TIME_CLOCK_MICRO;
	CHECK(startswith(line(&t, &item, &style), "22:13:21.042266 sshd["));
	style.time = LINE_TIME_EPOCH;
	CHECK(startswith(line(&t, &item, &style), "1700000001.042266 sshd["));
}

TEST(time_may_be_that_since_the_line_before)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();
	uint64_t before = 0;
	LineStyle style = { .info = &info, .before = &before, .relative = true };

	CHECK(startswith(line(&t, &item, &style), "     0.000000 sshd["));
	item.call.start += 12 * NSEC_PER_SEC + 345678;
	CHECK(startswith(line(&t, &item, &style), "    12.000345 sshd["));
	item.call.start -= NSEC_PER_SEC;
	CHECK(startswith(line(&t, &item, &style), "     0.000000 sshd["));
	item.call.start += 2 * NSEC_PER_SEC; /* since the latest before, whichever line that was */
	CHECK(startswith(line(&t, &item, &style), "     1.000000 sshd["));
	item.call.start += 12345678 * NSEC_PER_SEC;
	style.time = LINE_TIME_CLOCK;
	before = item.call.start - 1234567 * NSEC_PER_SEC;
	CHECK(strstr(line(&t, &item, &style), " (+1234567.000000) sshd["));
}

TEST(results_begin_in_a_column)
{
	_cleanup_text_ Text t = {};
	Item item = { .kind = ITEM_CALL, .call = { .nr = 3, .n_args = 1, .args = { 9 } } };
	LineStyle style = plain;

	style.column = 40;
	CHECK_STRING(line(&t, &item, &style), "close(9)                                = 0\n");
	style.column = 9;
	CHECK_STRING(line(&t, &item, &style), "close(9) = 0\n");
	style.column = 10;
	CHECK_STRING(line(&t, &item, &style), "close(9)  = 0\n");
	style.column = 40;
	item.call.nr = 231;
	CHECK_STRING(line(&t, &item, &style), "exit_group(9)                           = ?\n");
	style = (LineStyle){ .column = 40 };
	CHECK_STRING(line(&t, &item, &style), "0.000000 ?[0/0] exit_group(9)           = ?\n");
	line_put(&t, &item, &style); /* not counted from the beginning of the text */
	CHECK(strstr(text_string(&t), "\n0.000000 ?[0/0] exit_group(9)           = ?\n"));
}

TEST(processes_have_their_commands_on_request)
{
	_cleanup_(threads_freep) Threads *threads = NULL;
	_cleanup_text_ Text t = {};
	Item item = { .kind = ITEM_CALL, .call = { .nr = 39, .comm = "bash", .tid = 9, .result = 9 } };
	LineStyle style = with_comms;

	CHECK_INT(threads_new(&threads), 0);
	threads_see(threads, &item, info.machine);
	style.values.threads = threads;
	CHECK_STRING(line(&t, &item, &style), "getpid() = 9<bash>\n");
	CHECK_STRING(line(&t, &item, &with_comms), "getpid() = 9\n");
	item.call = (Call){ .nr = 62, .n_args = 2, .args = { 9, 15 } };
	CHECK_STRING(line(&t, &item, &style), "kill(9<bash>, SIGTERM) = 0\n");
	item.call = (Call){ .nr = 72, .n_args = 3, .args = { 3, 8, 9 } };
	CHECK_STRING(line(&t, &item, &style), "fcntl(3, F_SETOWN, 9<bash>) = 0\n");
	item.call = (Call){ .nr = 72, .n_args = 2, .args = { 3, 9 }, .result = 9 };
	CHECK_STRING(line(&t, &item, &style), "fcntl(3, F_GETOWN) = 9<bash>\n");
	item.call = (Call){ .nr = 62, .n_args = 2, .args = { 9, 15 } };
	style.values.comms = false;
	CHECK_STRING(line(&t, &item, &style), "kill(9, SIGTERM) = 0\n");
}

TEST(a_resumed_call_is_named_if_it_was_seen)
{
	_cleanup_(threads_freep) Threads *threads = NULL;
	_cleanup_text_ Text t = {};
	Item sleep = { .kind = ITEM_CALL, .call = { .nr = 35, .tid = 9, .result = -516 } };
	Item item = { .kind = ITEM_CALL, .call = { .nr = 219, .tid = 9 } };
	LineStyle style = plain;

	CHECK_STRING(line(&t, &item, &style), "restart_syscall(<... resuming interrupted system call ...>) = 0\n");
	CHECK_INT(threads_new(&threads), 0);
	threads_see(threads, &sleep, info.machine);
	style.values.threads = threads;
	CHECK_STRING(line(&t, &item, &style), "restart_syscall(<... resuming interrupted nanosleep ...>) = 0\n");
}

TEST(comm_cannot_drive_a_terminal)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();

	item.call.comm = "a\33]0;b\n";
	CHECK(startswith(line(&t, &item, &(LineStyle){}), "1001.042266 a\\33]0;b\\n[2110/2111] openat("));
	item.call.comm = "sixteen-bytes-xxNOT THIS";
	CHECK(startswith(line(&t, &item, &(LineStyle){}), "1001.042266 sixteen-bytes-xx[2110/2111] openat("));
	item.call.comm = NULL;
	CHECK(startswith(line(&t, &item, &(LineStyle){}), "1001.042266 ?[2110/2111] openat("));
}

TEST(call_killed_in_connect_keeps_its_address)
{
	_cleanup_text_ Text t = {};
	static const uint8_t address[16] = { 2, 0, 0x15, 0x38, 10, 0, 0, 7 };
	Item item = {
		.kind = ITEM_CALL,
		.call = {
			.nr = NR_CONNECT, .flags = RECORD_UNFINISHED, .duration = 29999900000,
			.n_args = 3, .args = { 3, 0x1000, 16 }, .n_memory = 1,
			.memory = { { .arg = 1, .captured = 16, .requested = 16, .bytes = address } },
		},
	};

	CHECK_STRING(line(&t, &item, &plain),
		     "connect(3, {sa_family=AF_INET, sin_port=htons(5432), sin_addr=inet_addr(\"10.0.0.7\")}, 16 "
		     "<unfinished for 29.999s>\n");
	item.call.duration = 5 * NSEC_PER_SEC + 7 * NSEC_PER_MSEC;
	CHECK(strstr(line(&t, &item, &plain), " <unfinished for 5.007s>\n"));
	item.call.flags |= RECORD_EARLIER;
	CHECK(strstr(line(&t, &item, &plain), " <unfinished for over 5.007s>\n"));
	item.call.flags &= (uint16_t) ~RECORD_EARLIER;
	text_clear(&t);
	call_put_summary(&t, &item.call, MACHINE_X86_64);
	CHECK_STRING(text_string(&t), "connect({sa_family=AF_INET, sin_port=htons(5432), "
				      "sin_addr=inet_addr(\"10.0.0.7\")} <unfinished for 5.007s>");
}

TEST(call_that_a_filter_refused_says_so)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();

	item.call.flags = RECORD_REFUSED;
	item.call.result = -1;
	CHECK_STRING(line(&t, &item, &(LineStyle){ .no_prefix = true }),
		     "openat(AT_FDCWD, \"/etc/x\", O_RDONLY|O_CLOEXEC) = -1 EPERM (Operation not permitted) "
		     "(blocked by SystemCallFilter)\n");
	text_clear(&t);
	call_put_summary(&t, &item.call, MACHINE_X86_64);
	CHECK_STRING(text_string(&t), "openat(\"/etc/x\") = EPERM (blocked by SystemCallFilter)");
	item.call.result = NR_OPENAT; /* killed: the register still has the number */
	CHECK_STRING(line(&t, &item, &(LineStyle){ .no_prefix = true }),
		     "openat(AT_FDCWD, \"/etc/x\", O_RDONLY|O_CLOEXEC) = ? (blocked by SystemCallFilter)\n");
}

TEST(argument_vector_is_a_list)
{
	_cleanup_text_ Text t = {};
	Item item = {
		.kind = ITEM_CALL,
		.call = {
			.nr = 59, .n_args = 3, .args = { 0x1000, 0x2000, 0x3000 }, .n_memory = 2,
			.memory = { { .arg = 0, .captured = 7, .bytes = (const uint8_t *) "/bin/sh" },
				    { .arg = 1, .captured = 9, .bytes = (const uint8_t *) "sh\0-c\0\"\0" } },
		},
	};
	CallMemory *argv = &item.call.memory[1];

	CHECK_STRING(line(&t, &item, &plain), "execve(\"/bin/sh\", [\"sh\", \"-c\", \"\\\"\", \"\"], 0x3000) = 0\n");
	argv->captured = 8;
	CHECK_STRING(line(&t, &item, &plain), "execve(\"/bin/sh\", [\"sh\", \"-c\", \"\\\"\"], 0x3000) = 0\n");
	argv->status = MEMORY_TRUNCATED;
	CHECK_STRING(line(&t, &item, &plain), "execve(\"/bin/sh\", [\"sh\", \"-c\", \"\\\"\", ...], 0x3000) = 0\n");
	argv->captured = 5; /* in the middle of the second */
	CHECK_STRING(line(&t, &item, &plain), "execve(\"/bin/sh\", [\"sh\", \"-c\"..., ...], 0x3000) = 0\n");
	argv->captured = 0;
	CHECK_STRING(line(&t, &item, &plain), "execve(\"/bin/sh\", [...], 0x3000) = 0\n");
	argv->status = MEMORY_WHOLE;
	CHECK_STRING(line(&t, &item, &plain), "execve(\"/bin/sh\", [], 0x3000) = 0\n");
	argv->status = MEMORY_UNREADABLE;
	CHECK_STRING(line(&t, &item, &plain), "execve(\"/bin/sh\", 0x2000, 0x3000) = 0\n");
}

TEST(argument_vector_is_cut_by_its_strings_and_their_number)
{
	_cleanup_text_ Text t = {};
	Item item = {
		.kind = ITEM_CALL,
		.call = {
			.nr = 59, .n_args = 3, .args = { 0x1000, 0x2000, 0x3000 }, .n_memory = 2,
			.memory = { { .arg = 0, .captured = 7, .bytes = (const uint8_t *) "/bin/sh" },
				    { .arg = 1, .captured = 12, .bytes = (const uint8_t *) "shell\0-c\0ab\0" } },
		},
	};
	LineStyle style = plain;

	style.values.string_size = 2;
	CHECK_STRING(line(&t, &item, &style), "execve(\"/bin/sh\", [\"sh\"..., \"-c\", ...], 0x3000) = 0\n");
	style.values.string_size = 3;
	CHECK_STRING(line(&t, &item, &style), "execve(\"/bin/sh\", [\"she\"..., \"-c\", \"ab\"], 0x3000) = 0\n");
	style.values.string_size = 1;
	style.values.verbose = true;
	CHECK_STRING(line(&t, &item, &style), "execve(\"/bin/sh\", [\"s\"..., \"-\"..., \"a\"...], 0x3000) = 0\n");
	style = plain;
	style.values.no_strings = true;
	CHECK_STRING(line(&t, &item, &style), "execve(\"/bin/sh\", [...], 0x3000) = 0\n");
}

TEST(an_environment_is_counted)
{
	_cleanup_text_ Text t = {};
	Item item = {
		.kind = ITEM_CALL,
		.call = {
			.nr = 59, .n_args = 3, .args = { 0x1000, 0x2000, 0x3000 }, .n_memory = 1,
			.memory = { { .arg = 2, .requested = 23, .bytes = (const uint8_t *) "" } },
		},
	};
	CallMemory *envp = &item.call.memory[0];

	CHECK_STRING(line(&t, &item, &plain), "execve(0x1000, 0x2000, 0x3000 /* 23 vars */) = 0\n");
	envp->requested = 1;
	CHECK_STRING(line(&t, &item, &plain), "execve(0x1000, 0x2000, 0x3000 /* 1 var */) = 0\n");
	envp->requested = 4096;
	envp->status = MEMORY_TRUNCATED;
	CHECK_STRING(line(&t, &item, &plain), "execve(0x1000, 0x2000, 0x3000 /* over 4096 vars */) = 0\n");
	envp->status = MEMORY_UNREADABLE;
	CHECK_STRING(line(&t, &item, &plain), "execve(0x1000, 0x2000, 0x3000) = 0\n");
}

TEST(exit_group_has_no_result_and_no_duration)
{
	_cleanup_text_ Text t = {};
	Item item = {
		.kind = ITEM_CALL,
		.call = { .nr = 231, .flags = RECORD_UNFINISHED, .n_args = 1, .args = { 3 } },
	};

	CHECK_STRING(line(&t, &item, &(LineStyle){ .info = &info, .no_prefix = true }), "exit_group(3) = ?\n");
}

TEST(unknown_number_shows_all_registers)
{
	_cleanup_text_ Text t = {};
	Item item = {
		.kind = ITEM_CALL,
		.call = { .nr = 500, .n_args = 6, .args = { 1, 2, 3, 4, 5, 0 }, .result = -38 },
	};

	CHECK_STRING(line(&t, &item, &plain),
		     "syscall_0x1f4(0x1, 0x2, 0x3, 0x4, 0x5, 0) = -1 ENOSYS (Function not implemented)\n");
	item.call.nr = UINT32_MAX;
	item.call.n_args = 1;
	CHECK_STRING(line(&t, &item, &plain),
		     "syscall_0xffffffff(0x1, 0, 0, 0, 0, 0) = -1 ENOSYS (Function not implemented)\n");
}

TEST(call_of_an_unknown_machine_shows_its_number)
{
	_cleanup_text_ Text t = {};
	const CaptureInfo other = { .machine = "riscv64" };
	Item item = { .kind = ITEM_CALL, .call = { .nr = 63, .n_args = 1, .args = { 3 } } };

	CHECK_STRING(line(&t, &item, &(LineStyle){ .info = &other, .no_prefix = true, .no_duration = true }),
		     "syscall_0x3f(0x3, 0, 0, 0, 0, 0) = 0\n");
}

TEST(compat_call_is_read_by_the_numbers_of_i386)
{
	_cleanup_text_ Text t = {};
	Item item = {
		.kind = ITEM_CALL,
		.call = { .nr = 6, .flags = RECORD_COMPAT, .n_args = 1, .args = { 0xfffffff7 }, .result = -9 },
	};

	CHECK_STRING(line(&t, &item, &plain), "close(-9) = -1 EBADF (Bad file descriptor)\n");
	item.call.flags = 0;
	CHECK(startswith(line(&t, &item, &plain), "lstat("));
}

TEST(restart_is_no_error)
{
	_cleanup_text_ Text t = {};
	Item item = { .kind = ITEM_CALL, .call = { .nr = 34, .result = -514 } };

	CHECK_STRING(line(&t, &item, &plain), "pause() = ? ERESTARTNOHAND (To be restarted if no handler)\n");
	item.call.result = -530;
	CHECK_STRING(line(&t, &item, &plain), "pause() = -1 ERECALLCONFLICT\n");
	item.call.result = -4095;
	CHECK_STRING(line(&t, &item, &plain), "pause() = -1 (errno 4095)\n");
	item.call.result = -4096;
	CHECK_STRING(line(&t, &item, &plain), "pause() = -4096\n");
}

TEST(results_print_by_their_kind)
{
	_cleanup_text_ Text t = {};
	Item item = { .kind = ITEM_CALL, .call = { .nr = 12, .n_args = 1, .result = 0x562439223000 } };

	CHECK_STRING(line(&t, &item, &plain), "brk(NULL) = 0x562439223000\n");
	item.call = (Call){ .nr = 95, .n_args = 1, .args = { 0 }, .result = 022 };
	CHECK_STRING(line(&t, &item, &plain), "umask(000) = 022\n");
	item.call = (Call){ .nr = 7, .n_args = 3 };
	CHECK_STRING(line(&t, &item, &plain), "poll(NULL, 0, 0) = 0 (Timeout)\n");
	item.call = (Call){ .nr = 72, .n_args = 3, .args = { 0, 3 }, .result = 0x8002 };
	CHECK_STRING(line(&t, &item, &plain), "fcntl(0, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)\n");
	item.call = (Call){ .nr = 72, .n_args = 3, .args = { 0, 1 }, .result = 1 };
	CHECK_STRING(line(&t, &item, &plain), "fcntl(0, F_GETFD) = 0x1 (flags FD_CLOEXEC)\n");
	item.call.result = 0;
	CHECK_STRING(line(&t, &item, &plain), "fcntl(0, F_GETFD) = 0\n");
	item.call.args[1] = 11;
	CHECK_STRING(line(&t, &item, &plain), "fcntl(0, F_GETSIG) = 0\n");
	item.call.result = 10;
	CHECK_STRING(line(&t, &item, &plain), "fcntl(0, F_GETSIG) = 10 (SIGUSR1)\n");
	item.call.args[1] = 1025;
	item.call.result = 2;
	CHECK_STRING(line(&t, &item, &plain), "fcntl(0, F_GETLEASE) = 0x2 (F_UNLCK)\n");
	item.call.args[1] = 1034;
	CHECK_STRING(line(&t, &item, &plain), "fcntl(0, F_GET_SEALS) = 0x2 (seals F_SEAL_SHRINK)\n");
	item.call.result = 0;
	CHECK_STRING(line(&t, &item, &plain), "fcntl(0, F_GET_SEALS) = 0\n");
	CHECK_STRING(line(&t, &item, &raw), "fcntl(0, 0x40a) = 0\n");
	item.call.result = 2;
	CHECK_STRING(line(&t, &item, &raw), "fcntl(0, 0x40a) = 0x2 (seals 0x2)\n");
	item.call.args[1] = 3;
	CHECK_STRING(line(&t, &item, &raw), "fcntl(0, 0x3) = 0x2 (flags O_RDWR)\n");
	item.call.args[1] = 11;
	CHECK_STRING(line(&t, &item, &raw), "fcntl(0, 0xb) = 2 (SIGINT)\n");
	item.call = (Call){ .nr = 145, .n_args = 1, .result = 3 };
	CHECK_STRING(line(&t, &item, &raw), "sched_getscheduler(0) = 3 (SCHED_BATCH)\n");
}

TEST(gap_says_what_is_missing)
{
	_cleanup_text_ Text t = {};
	Item item = { .kind = ITEM_GAP, .gap = { .overwritten = 1204 } };

	CHECK_STRING(line(&t, &item, &plain), "-- 1,204 calls before this were overwritten --\n");
	item.gap = (Gap){ .overwritten = 1 };
	CHECK_STRING(line(&t, &item, &plain), "-- 1 call before this was overwritten --\n");
	item.gap = (Gap){ .lost = 3 };
	CHECK_STRING(line(&t, &item, &(LineStyle){ .info = &info }), "-- 3 calls were lost --\n");
	item.gap = (Gap){ .overwritten = 1204, .lost = 1 };
	CHECK_STRING(line(&t, &item, &plain), "-- 1,204 calls before this were overwritten, 1 call was lost --\n");
}

TEST(exit_tells_status_and_signal)
{
	_cleanup_text_ Text t = {};
	struct EventRecord exited = { .header.count = EVENT_EXIT, .code = 3 << 8 };

	CHECK_STRING(event_line(&t, exited), "+++ exited with 3 +++\n");
	exited.code = SIGKILL;
	CHECK_STRING(event_line(&t, exited), "+++ killed by SIGKILL +++\n");
	exited.code = SIGSEGV | 0x80;
	CHECK_STRING(event_line(&t, exited), "+++ killed by SIGSEGV (core dumped) +++\n");
}

static const char *signal_line(Text *t, int number, int code, const struct EventRecord *rest)
{
	struct EventRecord event = *rest;

	event.header.count = EVENT_SIGNAL;
	event.signal = (uint32_t) number;
	event.code = code;
	return event_line(t, event);
}

TEST(process_may_end_otherwise_than_its_last_thread)
{
	_cleanup_text_ Text t = {};
	struct EventRecord exited = { .header.count = EVENT_EXIT, .group_code = SIGSEGV | 0x80 };

	CHECK_STRING(event_line(&t, exited), "+++ exited with 0 +++\n");
	exited.signal = 1;
	CHECK_STRING(event_line(&t, exited), "+++ exited with 0, the process killed by SIGSEGV (core dumped) +++\n");
	exited.code = SIGSEGV | 0x80;
	CHECK_STRING(event_line(&t, exited), "+++ killed by SIGSEGV (core dumped) +++\n");
}

TEST(sender_is_who_was_seen_to_send)
{
	_cleanup_text_ Text t = {};
	struct EventRecord sent = { .other_pid = 1, .other_comm = "systemd" };
	uint32_t claimed[] = { 7, 1000 };

	memcpy(sent.info.fields, claimed, sizeof(claimed));
	CHECK_STRING(signal_line(&t, SIGTERM, SI_USER, &sent),
		     "--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=1<systemd>, si_uid=0} ---\n");
	CHECK_STRING(signal_line(&t, SIGTERM, SI_TKILL, &sent),
		     "--- SIGTERM {si_signo=SIGTERM, si_code=SI_TKILL, si_pid=1<systemd>, si_uid=0} ---\n");
	memset(sent.other_comm, '\033', COMM_SIZE);
	CHECK(!strchr(signal_line(&t, SIGTERM, SI_USER, &sent), '\033'));
	sent.other_pid = 0;
	CHECK_STRING(signal_line(&t, SIGTERM, SI_USER, &sent),
		     "--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=7, si_uid=1000} ---\n");
}

TEST(signal_is_read_by_its_code)
{
	_cleanup_text_ Text t = {};
	struct EventRecord e = { .other_pid = 12, .other_uid = 1000 };
	uint64_t fields[] = { 0x3, 0x7, 5, 6 };

	memcpy(e.info.fields, fields, sizeof(fields));
	CHECK_STRING(signal_line(&t, SIGSEGV, 1, &e),
		     "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x3} ---\n");
	CHECK_STRING(signal_line(&t, SIGCHLD, 1, &e), "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=12, "
						      "si_uid=1000, si_status=7, si_utime=5 /* 0.05 s */, "
						      "si_stime=6 /* 0.06 s */} ---\n");
	CHECK_STRING(signal_line(&t, SIGCHLD, 2, &e),
		     "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=12, si_uid=1000, si_status=SIGBUS, "
		     "si_utime=5 /* 0.05 s */, si_stime=6 /* 0.06 s */} ---\n");
	CHECK_STRING(signal_line(&t, SIGUSR1, SI_QUEUE, &e), "--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_QUEUE, "
							     "si_pid=12, si_uid=1000, si_int=7, si_ptr=0x7} ---\n");
	CHECK_STRING(signal_line(&t, SIGALRM, SI_TIMER, &e), "--- SIGALRM {si_signo=SIGALRM, si_code=SI_TIMER, "
							     "si_timerid=0x3, si_overrun=0, si_int=7, si_ptr=0x7} ---\n");
	CHECK_STRING(signal_line(&t, SIGIO, POLL_IN, &e),
		     "--- SIGIO {si_signo=SIGIO, si_code=POLL_IN, si_band=3, si_fd=7} ---\n");
	CHECK_STRING(signal_line(&t, 34, POLL_OUT, &e),
		     "--- SIGRT_2 {si_signo=SIGRT_2, si_code=POLL_OUT, si_band=3, si_fd=7} ---\n");
	CHECK_STRING(signal_line(&t, SIGALRM, SI_KERNEL, &e),
		     "--- SIGALRM {si_signo=SIGALRM, si_code=SI_KERNEL} by the kernel, in [12] ---\n");
	e.pid = 12;
	CHECK_STRING(signal_line(&t, SIGTRAP, SI_KERNEL, &e), "--- SIGTRAP {si_signo=SIGTRAP, si_code=SI_KERNEL} ---\n");
}

TEST(signal_of_a_filter_names_the_call)
{
	_cleanup_text_ Text t = {};
	struct EventRecord e = { .info.error = 5 };
	uint32_t fields[] = { 0x1000, 0, 83, 0xc000003e };

	memcpy(e.info.fields, fields, sizeof(fields));
	CHECK_STRING(signal_line(&t, SIGSYS, 1, &e),
		     "--- SIGSYS {si_signo=SIGSYS, si_code=SYS_SECCOMP, si_errno=EIO, si_call_addr=0x1000, "
		     "si_syscall=__NR_mkdir, si_arch=AUDIT_ARCH_X86_64} ---\n");
	fields[2] = 100000;
	fields[3] = 7;
	memcpy(e.info.fields, fields, sizeof(fields));
	CHECK(strstr(signal_line(&t, SIGSYS, 1, &e), "si_syscall=100000, si_arch=0x7 /* AUDIT_ARCH_??? */} ---\n"));
}

TEST(sender_has_no_name_unless_it_is_asked_for)
{
	_cleanup_text_ Text t = {};
	struct EventRecord e = {
		.header.count = EVENT_SIGNAL, .signal = SIGTERM, .code = SI_USER, .other_pid = 1, .other_comm = "systemd",
	};
	Item item = event_item(&e);

	CHECK_STRING(line(&t, &item, &plain), "--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=1, si_uid=0} ---\n");
	e.code = SI_KERNEL;
	CHECK_STRING(line(&t, &item, &plain), "--- SIGTERM {si_signo=SIGTERM, si_code=SI_KERNEL} ---\n");
}

TEST(signal_has_numbers_where_they_are_asked_for)
{
	_cleanup_text_ Text t = {};
	struct EventRecord e = { .header.count = EVENT_SIGNAL, .signal = SIGTERM, .code = SI_TKILL };
	LineStyle style = plain;
	Item item = event_item(&e);

	style.values.constants = CONSTANTS_RAW;
	CHECK_STRING(line(&t, &item, &style), "--- SIGTERM {si_signo=15, si_code=0xfffffffa, si_pid=0, si_uid=0} ---\n");
	style.values.constants = CONSTANTS_VERBOSE;
	CHECK_STRING(line(&t, &item, &style), "--- SIGTERM {si_signo=15 /* SIGTERM */, si_code=0xfffffffa /* SI_TKILL */, "
					      "si_pid=0, si_uid=0} ---\n");
}

TEST(signal_without_a_delivery_looks_different)
{
	_cleanup_text_ Text t = {};
	struct EventRecord e = { .other_pid = 12, .other_comm = "oomd", .info.state = SIGNAL_SENT };

	CHECK_STRING(signal_line(&t, SIGKILL, SI_USER, &e),
		     "+++ SIGKILL sent {si_signo=SIGKILL, si_code=SI_USER, si_pid=12<oomd>, si_uid=0} +++\n");
	CHECK_STRING(signal_line(&t, SIGKILL, SI_KERNEL, &e),
		     "+++ SIGKILL sent {si_signo=SIGKILL, si_code=SI_KERNEL} by the kernel, in oomd[12] +++\n");
	e.info.state = SIGNAL_PENDING;
	CHECK_STRING(signal_line(&t, SIGTERM, SI_USER, &e),
		     "+++ SIGTERM pending {si_signo=SIGTERM, si_code=SI_USER, si_pid=12<oomd>, si_uid=0} +++\n");
}

TEST(signal_may_be_any_number)
{
	_cleanup_text_ Text t = {};
	struct EventRecord e = {};

	CHECK_STRING(signal_line(&t, 34, -100, &e),
		     "--- SIGRT_2 {si_signo=SIGRT_2, si_code=0xffffff9c, si_pid=0, si_uid=0} ---\n");
	CHECK_STRING(signal_line(&t, -1, 100, &e), "--- -1 {si_signo=-1, si_code=0x64} ---\n");
}

TEST(new_tasks_and_programs_are_announced)
{
	_cleanup_text_ Text t = {};
	struct EventRecord event = { .header.count = EVENT_FORK, .other_pid = 2110, .code = SIGCHLD };

	CHECK_STRING(event_line(&t, event), "+++ new process, child of 2110 +++\n");
	event.code = 0x10000;
	CHECK_STRING(event_line(&t, event), "+++ new thread of 2110 +++\n");
	event = (struct EventRecord){ .header.count = EVENT_EXEC, .text = "/usr/bin/b\"c" };
	CHECK_STRING(event_line(&t, event), "+++ executing \"/usr/bin/b\\\"c\" +++\n");
	event.other_pid = 12;
	CHECK_STRING(event_line(&t, event), "+++ superseded by execve in pid 12 +++ executing \"/usr/bin/b\\\"c\" +++\n");
}

TEST(victim_of_the_oom_killer_says_where_that_ran)
{
	_cleanup_text_ Text t = {};
	struct EventRecord event = { .header.count = EVENT_OOM, .other_pid = 12, .other_comm = "sh" };

	CHECK_STRING(event_line(&t, event), "+++ out of memory: chosen by the OOM killer, in sh[12] +++\n");
}

TEST(an_exec_shows_its_whole_file_and_its_arguments)
{
	_cleanup_text_ Text t = {};
	struct EventRecord event = { .header.count = EVENT_EXEC, .text = "/usr/bin/b" };
	Item item = event_item(&event);

	item.n_event_memory = 2;
	item.event_memory[0] = (CallMemory){ .arg = PIECE_FILE, .captured = 11, .bytes = (const uint8_t *) "/usr/bin/bc" };
	item.event_memory[1] = (CallMemory){ .arg = PIECE_ARGV, .captured = 6, .bytes = (const uint8_t *) "bc\0-x" };
	CHECK_STRING(line(&t, &item, &plain), "+++ executing \"/usr/bin/bc\", [\"bc\", \"-x\"] +++\n");
	item.event_memory[0].status = item.event_memory[1].status = MEMORY_TRUNCATED;
	CHECK_STRING(line(&t, &item, &plain), "+++ executing \"/usr/bin/bc\"..., [\"bc\", \"-x\", ...] +++\n");
}

TEST(event_has_the_prefix_of_its_task)
{
	_cleanup_text_ Text t = {};
	struct EventRecord event = {
		.header.count = EVENT_EXIT, .pid = 2110, .tid = 2112, .time = 1000 * NSEC_PER_SEC, .comm = "sshd",
	};
	Item item = event_item(&event);

	CHECK_STRING(line(&t, &item, &(LineStyle){ .info = &info }),
		     "22:13:20.000000 sshd[2110/2112] +++ exited with 0 +++\n");
	memset(event.comm, 'x', sizeof(event.comm));
	CHECK(startswith(line(&t, &item, &(LineStyle){ .info = &info }),
		     "22:13:20.000000 xxxxxxxxxxxxxxxx[2110/2112] "));
}

static const char *uring_line(Text *t, const struct UringRecord *uring)
{
	Item item = { .kind = ITEM_URING, .uring = uring };

	return line(t, &item, &plain);
}

TEST(what_io_uring_did_looks_like_no_call)
{
	_cleanup_text_ Text t = {};
	struct UringRecord uring = {
		.header.count = URING_SUBMIT, .operation = 22, .value = 5, .user_data = 1, .pid = 7, .tid = 8, .comm = "db",
		.time = 1000 * NSEC_PER_SEC,
	};
	Item item = { .kind = ITEM_URING, .uring = &uring };

	CHECK_STRING(line(&t, &item, &(LineStyle){ .info = &info }),
		     "22:13:20.000000 db[7/8] io_uring: submit READ, fd=5, user_data=0x1\n");
	uring.flags = 0x5;
	CHECK_STRING(uring_line(&t, &uring),
		     "io_uring: submit READ, fd=5, user_data=0x1, flags=IOSQE_FIXED_FILE|IOSQE_IO_LINK\n");
	uring.operation = 18;
	uring.value = -100;
	uring.flags = 0x80;
	CHECK_STRING(uring_line(&t, &uring), "io_uring: submit OPENAT, fd=AT_FDCWD, user_data=0x1, flags=0x80\n");
	uring.operation = 0;
	uring.flags = 0;
	CHECK_STRING(uring_line(&t, &uring), "io_uring: submit NOP, user_data=0x1\n");
	uring.operation = 200;
	CHECK_STRING(uring_line(&t, &uring), "io_uring: submit operation_200, fd=-100, user_data=0x1\n");
}

TEST(what_io_uring_completes_has_a_result)
{
	_cleanup_text_ Text t = {};
	struct UringRecord uring = { .header.count = URING_COMPLETE, .operation = 22, .value = 4096 };

	CHECK_STRING(uring_line(&t, &uring), "io_uring: complete READ, user_data=0 = 4096\n");
	uring.value = -9;
	uring.operation = URING_NO_OPERATION;
	uring.flags = 0x50003;
	CHECK_STRING(uring_line(&t, &uring), "io_uring: complete, user_data=0, flags=IORING_CQE_F_BUFFER|"
					     "IORING_CQE_F_MORE|0x50000 = -1 EBADF (Bad file descriptor)\n");
	uring.flags = 0;
	uring.value = INT32_MIN;
	CHECK_STRING(uring_line(&t, &uring), "io_uring: complete, user_data=0 = -2147483648\n");
}

static const char *summary(Text *t, Call call)
{
	text_clear(t);
	call_put_summary(t, &call, MACHINE_X86_64);
	return text_string(t);
}

TEST(summary_has_the_path_and_the_error_alone)
{
	_cleanup_text_ Text t = {};
	Item item = failed_open();

	CHECK_STRING(summary(&t, item.call), "openat(\"/etc/x\") = ENOENT");
	item.call.result = 3;
	CHECK_STRING(summary(&t, item.call), "openat(\"/etc/x\") = 3");
	CHECK_STRING(summary(&t, (Call){ .nr = 0, .n_args = 3, .args = { 5, 0x1000, 9 }, .result = -5 }),
		     "read(5) = EIO");
	CHECK_STRING(summary(&t, (Call){ .nr = 34, .result = -514 }), "pause() = ERESTARTNOHAND");
	CHECK_STRING(summary(&t, (Call){ .nr = 500, .result = -38 }), "syscall_0x1f4() = ENOSYS");
	CHECK_STRING(summary(&t, (Call){ .nr = 39, .result = 1 }), "getpid() = 1");
}

int main(void)
{
	if (setenv("TZ", "UTC", 1) < 0)
		return EXIT_FAILURE;
	tzset();
	RUN(line_has_time_comm_pid_and_duration);
	RUN(descriptors_have_names_on_request);
	RUN(a_descriptor_that_is_made_of_another_has_its_name);
	RUN(call_without_duration_has_the_time_of_its_return);
	RUN(call_from_before_says_how_long_at_least_even_without_durations);
	RUN(time_follows_the_second);
	RUN(time_without_a_capture_is_that_since_boot);
	RUN(time_has_the_form_that_is_asked_for);
	RUN(time_may_be_that_since_the_line_before);
	RUN(results_begin_in_a_column);
	RUN(processes_have_their_commands_on_request);
	RUN(a_resumed_call_is_named_if_it_was_seen);
	RUN(comm_cannot_drive_a_terminal);
	RUN(call_killed_in_connect_keeps_its_address);
	RUN(call_that_a_filter_refused_says_so);
	RUN(argument_vector_is_a_list);
	RUN(argument_vector_is_cut_by_its_strings_and_their_number);
	RUN(an_environment_is_counted);
	RUN(exit_group_has_no_result_and_no_duration);
	RUN(unknown_number_shows_all_registers);
	RUN(call_of_an_unknown_machine_shows_its_number);
	RUN(compat_call_is_read_by_the_numbers_of_i386);
	RUN(restart_is_no_error);
	RUN(results_print_by_their_kind);
	RUN(gap_says_what_is_missing);
	RUN(exit_tells_status_and_signal);
	RUN(process_may_end_otherwise_than_its_last_thread);
	RUN(sender_is_who_was_seen_to_send);
	RUN(signal_is_read_by_its_code);
	RUN(signal_of_a_filter_names_the_call);
	RUN(sender_has_no_name_unless_it_is_asked_for);
	RUN(signal_has_numbers_where_they_are_asked_for);
	RUN(signal_without_a_delivery_looks_different);
	RUN(signal_may_be_any_number);
	RUN(new_tasks_and_programs_are_announced);
	RUN(victim_of_the_oom_killer_says_where_that_ran);
	RUN(an_exec_shows_its_whole_file_and_its_arguments);
	RUN(event_has_the_prefix_of_its_task);
	RUN(what_io_uring_did_looks_like_no_call);
	RUN(what_io_uring_completes_has_a_result);
	RUN(summary_has_the_path_and_the_error_alone);
	return test_done();
}
