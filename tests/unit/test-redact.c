/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "trace/capture.h"
#include "trace/redact.h"
#include "trace/syscall-table.h"

#define SECRET "password"
#define SHOWN "/etc/ssh"

/* A call by @name whose argument @arg was captured as @bytes. */
static Call sample_call(const char *name, unsigned arg, const char *bytes)
{
	return (Call){
		.nr = (uint32_t) syscall_by_name(name)->number_x86_64, .tid = 7, .pid = 7, .start = 1, .comm = "sshd",
		.n_args = 6, .args = { 1, 2, 3, 4, 5, 6 }, .n_memory = 1,
		.memory = { { .arg = (uint8_t) arg, .captured = (uint32_t) strlen(bytes),
			      .bytes = (const uint8_t *) bytes } },
	};
}

static bool kept(const Call *call, const char *machine)
{
	bool keep[CALL_MEMORY_MAX];

	redact_call(call, machine, keep);
	return keep[0];
}

TEST(payload_of_reads_and_writes_is_a_secret)
{
	static const struct { const char *name; unsigned arg; } calls[] = {
		{ "read", 1 }, { "write", 1 }, { "pread64", 1 }, { "pwrite64", 1 }, { "sendto", 1 }, { "recvfrom", 1 },
	};

	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		Call call = sample_call(calls[i].name, calls[i].arg, SECRET);

		CHECK(!kept(&call, "x86_64"));
	}
}

TEST(paths_and_addresses_are_shown)
{
	Call open = sample_call("openat", 1, SHOWN), exec = sample_call("execve", 0, SHOWN);
	Call connect = sample_call("connect", 1, "\x01"), send = sample_call("sendto", 4, "\x01");

	CHECK(kept(&open, "x86_64"));
	CHECK(kept(&exec, "x86_64"));
	CHECK(kept(&connect, "x86_64"));
	CHECK(kept(&send, "x86_64"));
}

TEST(what_the_table_does_not_know_is_a_secret)
{
	Call call = sample_call("openat", 1, SECRET);

	CHECK(!kept(&call, "riscv64"));
	CHECK(!kept(&call, ""));
	call.memory[0].arg = 5;
	CHECK(!kept(&call, "x86_64"));
	call = sample_call("openat", 1, SECRET);
	call.nr = 4000000000U;
	CHECK(!kept(&call, "x86_64"));
}

TEST(what_vectors_and_messages_carry_is_a_secret_and_where_to_is_not)
{
	Call write = sample_call("writev", MEMORY_PART(0, PART_DATA), SECRET);
	Call message = sample_call("recvmsg", MEMORY_PART(0, PART_DATA), SECRET);
	Call last = sample_call("sendmmsg", MEMORY_PART(3, PART_DATA), SECRET);
	Call name = sample_call("sendmmsg", MEMORY_PART(3, PART_NAME), "\x01");
	Call control = sample_call("recvmsg", MEMORY_PART(0, PART_CONTROL), "\x01");
	Call header = sample_call("recvmsg", MEMORY_AFTER(1), "\x01");
	Call unknown = sample_call("openat", MEMORY_PART(0, PART_NAME), SECRET);

	CHECK(!kept(&write, "x86_64"));
	CHECK(!kept(&message, "x86_64"));
	CHECK(!kept(&last, "x86_64"));
	CHECK(kept(&name, "x86_64"));
	CHECK(kept(&control, "x86_64"));
	CHECK(kept(&header, "x86_64"));
	CHECK(!kept(&unknown, "x86_64"));
	unknown.memory[0].arg = MEMORY_AFTER(5);
	CHECK(!kept(&unknown, "x86_64"));
}

TEST(a_command_decides_what_its_argument_is)
{
	Call lock = sample_call("fcntl", 2, "\x01"), other = sample_call("fcntl", 2, SECRET);
	Call size = sample_call("ioctl", MEMORY_AFTER(2), SECRET), window = sample_call("ioctl", 2, "\x01");

	lock.args[1] = 6;     /* F_SETLK */
	other.args[1] = 1024; /* F_SETLEASE */
	window.args[1] = 0x5413; /* TIOCGWINSZ */
	size.args[1] = 0x8004ffff; /* no request that the table has */
	CHECK(kept(&lock, "x86_64"));
	CHECK(!kept(&other, "x86_64"));
	CHECK(kept(&window, "x86_64"));
	CHECK(!kept(&size, "x86_64"));
}

TEST(keys_and_values_are_secrets)
{
	Call attribute = sample_call("setxattr", 2, SECRET), key = sample_call("add_key", 2, SECRET);
	Call message = sample_call("msgsnd", 1, SECRET), mount = sample_call("mount", 4, SECRET);
	Call option = sample_call("setsockopt", 3, "\x01"), cipher = sample_call("setsockopt", 3, SECRET);
	Call long_option = sample_call("setsockopt", 3, SECRET SECRET);

	CHECK(!kept(&attribute, "x86_64"));
	CHECK(!kept(&key, "x86_64"));
	CHECK(!kept(&message, "x86_64"));
	CHECK(!kept(&mount, "x86_64"));
	CHECK(kept(&option, "x86_64"));
	cipher.args[1] = 279; /* SOL_ALG */
	CHECK(!kept(&cipher, "x86_64"));
	CHECK(!kept(&long_option, "x86_64"));
	long_option.args[1] = 1; /* SOL_SOCKET */
	CHECK(kept(&long_option, "x86_64"));
}

/* 4 is stat(path) on x86_64 and write(fd, data) for its 32-bit programs. */
TEST(a_32_bit_call_goes_by_its_own_numbers)
{
	Call call = sample_call("stat", 0, SHOWN);

	CHECK_INT(call.nr, 4);
	CHECK(kept(&call, "x86_64"));
	call.memory[0].arg = 1;
	call.flags |= RECORD_COMPAT;
	CHECK(!kept(&call, "x86_64"));
	call = sample_call("openat", 1, SHOWN);
	call.flags |= RECORD_COMPAT;
	CHECK(!kept(&call, "aarch64"));
}

TEST(a_run_of_records_loses_its_secrets_and_nothing_else)
{
	struct EventRecord event = {
		.header = { .size = sizeof(event), .kind = RECORD_EVENT, .count = EVENT_EXEC }, .text = "/bin/sh",
	};
	Call write = sample_call("write", 1, SECRET), open = sample_call("openat", 1, SHOWN);
	_cleanup_text_ Text records = {}, redacted = {};
	Item item;
	int n;

	call_put_record(&records, &write, NULL);
	text_put_bytes(&records, &event, sizeof(event));
	call_put_record(&records, &open, NULL);
	CHECK_INT(redact_records(&redacted, records.data, records.size, "x86_64"), 0);
	CHECK(memmem(records.data, records.size, SECRET, strlen(SECRET)));
	CHECK(!memmem(redacted.data, redacted.size, SECRET, strlen(SECRET)));
	n = record_parse(redacted.data, redacted.size, &item);
	CHECK(n > 0);
	CHECK_INT(item.call.nr, write.nr);
	CHECK_INT(item.call.n_memory, 0);
	CHECK_INT(item.call.args[5], 6);
	CHECK_STRING(item.call.comm, "sshd");
	CHECK_INT(memcmp(redacted.data + n, records.data + n + 16, redacted.size - (size_t) n), 0);
	CHECK_INT(redacted.size + 16, records.size);
}

TEST(padding_does_not_carry_secrets)
{
	Call open = sample_call("openat", 1, "/");
	_cleanup_text_ Text records = {}, redacted = {};
	size_t at;

	call_put_record(&records, &open, NULL);
	at = records.size - 7;
	memcpy(records.data + at, SECRET, 7);
	CHECK_INT(redact_records(&redacted, records.data, records.size, "x86_64"), 0);
	CHECK_INT(redacted.size, records.size);
	CHECK_INT(memcmp(redacted.data + at, "\0\0\0\0\0\0\0", 7), 0);
}

TEST(what_are_no_records_is_refused)
{
	Call write = sample_call("write", 1, SECRET);
	_cleanup_text_ Text records = {}, redacted = {};

	call_put_record(&records, &write, NULL);
	CHECK_INT(redact_records(&redacted, records.data, records.size - 8, "x86_64"), -EBADMSG);
	CHECK_INT(redacted.size, 0);
	CHECK_INT(redact_records(&redacted, records.data, 0, "x86_64"), 0);
}

int main(void)
{
	RUN(payload_of_reads_and_writes_is_a_secret);
	RUN(paths_and_addresses_are_shown);
	RUN(what_the_table_does_not_know_is_a_secret);
	RUN(what_vectors_and_messages_carry_is_a_secret_and_where_to_is_not);
	RUN(a_command_decides_what_its_argument_is);
	RUN(keys_and_values_are_secrets);
	RUN(a_32_bit_call_goes_by_its_own_numbers);
	RUN(a_run_of_records_loses_its_secrets_and_nothing_else);
	RUN(padding_does_not_carry_secrets);
	RUN(what_are_no_records_is_refused);
	return test_done();
}
