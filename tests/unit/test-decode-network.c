/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/made.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#define NR_POLL 7
#define NR_WRITEV 20
#define NR_SENDMSG 46
#define NR_RECVMSG 47
#define NR_GETSOCKNAME 51
#define NR_GETSOCKOPT 55

static CallMemory whole(unsigned of, const void *bytes, size_t size)
{
	return (CallMemory){
		.arg = (uint8_t) of, .bytes = bytes, .captured = (uint32_t) size, .requested = (uint32_t) size
	};
}

static const char *json_of(Text *t, const Call *call)
{
	Decoder d = { .call = call, .syscall = syscall_by_number(MACHINE_X86_64, call->nr), .machine = MACHINE_X86_64 };
	Writer w = { .text = t, .style.json = true };

	text_clear(t);
	writer_struct_begin(&w);
	decode_args(&w, &d);
	writer_member(&w, "result");
	decode_result(&w, &d);
	writer_struct_end(&w);
	return text_string(t);
}

static const char *args_of(Text *t, const Call *call, Machine machine)
{
	Decoder d = { .call = call, .syscall = syscall_by_number(machine, call->nr), .machine = machine };

	text_clear(t);
	decode_args(&(Writer){ .text = t }, &d);
	return text_string(t);
}

TEST(length_of_an_address_is_shown_before_and_after)
{
	_cleanup_text_ Text t = {};
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80) };
	uint32_t before = 128, after = 16;
	Call c = {
		.nr = NR_GETSOCKNAME,
		.n_args = 3,
		.args = { 3, 0x1000, 0x2000 },
		.n_memory = 3,
		.memory = { whole(1, &in, 16), whole(2, &before, 4), whole(MEMORY_AFTER(2), &after, 4) },
	};

	CHECK_STRING(line_of(&t, c),
		     "getsockname(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, "
		     "[128 => 16]) = 0");
	after = 128;
	CHECK(strstr(line_of(&t, c), ", [128]) = 0"));
	c.n_memory = 2;
	CHECK(strstr(line_of(&t, c), ", [128]) = 0"));
	c.args[1] = 0;
	CHECK_STRING(line_of(&t, c), "getsockname(3, NULL, 0x2000) = 0");
}

/* An array and its contents, of which nothing is sure. */
TEST(vectors_never_read_beyond_what_was_captured)
{
	_cleanup_text_ Text t = {};
	uint64_t vectors[] = { 0x1000, 3, 0x2000, 5, 0, 7, 0x3000, 4 };
	struct {
		uint32_t first;
		char text[4];
		uint32_t second;
		char more[4];
	} data = { 3, "abc", UINT32_MAX, "defg" };
	Call c = {
		.nr = NR_WRITEV,
		.n_args = 3,
		.args = { 3, 0x9000, 4 },
		.n_memory = 2,
		.result = 8,
		.memory = { whole(1, vectors, sizeof(vectors)), whole(MEMORY_PART(0, PART_DATA), &data, sizeof(data)) },
	};

	CHECK_STRING(line_of(&t, c), "writev(3, [{iov_base=\"abc\", iov_len=3}, {iov_base=\"defg\"..., iov_len=5}, "
				     "{iov_base=NULL, iov_len=7}, {iov_base=0x3000, iov_len=4}], 4) = 8");
	c.memory[1].captured = 5;
	CHECK(strstr(line_of(&t, c), "{iov_base=\"a\"..., iov_len=3}, {iov_base=0x2000, iov_len=5}"));
	c.memory[0].captured = 17;
	CHECK_STRING(line_of(&t, c), "writev(3, [{iov_base=\"a\"..., iov_len=3}, ...], 4) = 8");
}

TEST(messages_of_32_bits_have_their_own_layout)
{
	_cleanup_text_ Text t = {};
	uint32_t message[7] = { 0, 0, 0x1000, 1, 0x2000, 16, 0 }, vector[] = { 0x3000, 2 };
	uint32_t control[] = { 16, SOL_SOCKET, SCM_RIGHTS, 7 };
	struct {
		uint32_t size;
		char text[4];
	} data = { 2, "hi" };
	Call c = {
		.nr = 370,
		.n_args = 3,
		.args = { 3, 0x9000, 0 },
		.result = 2,
		.n_memory = 4,
		.memory = { whole(1, message, sizeof(message)),
			    whole(MEMORY_PART(0, PART_VECTORS), vector, sizeof(vector)),
			    whole(MEMORY_PART(0, PART_DATA), &data, sizeof(data)),
			    whole(MEMORY_PART(0, PART_CONTROL), control, sizeof(control)) },
	};

	CHECK_STRING(args_of(&t, &c, MACHINE_I386),
		     "3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"hi\", iov_len=2}], msg_iovlen=1, "
		     "msg_control=[{cmsg_len=16, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[7]}], "
		     "msg_controllen=16, msg_flags=0}, 0");
}

/* Lengths that would never get to the next message, or beyond the last. */
TEST(control_messages_of_any_length_come_to_an_end)
{
	_cleanup_text_ Text t = {};
	static const uint64_t lengths[] = { 0, 1, 15, 17, 40, UINT64_MAX, UINT64_MAX - 7, INT64_MAX, 1ULL << 32 };
	uint64_t message[7] = { [4] = 0x2000, [5] = 40 }, control[5] = { 0, 1ULL << 32 | SOL_SOCKET };
	Call c = {
		.nr = NR_SENDMSG,
		.n_args = 3,
		.args = { 3, 0x9000, 0 },
		.n_memory = 2,
		.memory = { whole(1, message, sizeof(message)), whole(MEMORY_PART(0, PART_CONTROL), control, 40) },
	};

	for (size_t i = 0; i < ELEMENTS(lengths); i++) {
		control[0] = lengths[i];
		CHECK(strstr(line_of(&t, c), "msg_controllen=40, msg_flags=0}, 0) = 0"));
		CHECK(t.size < 400);
	}
	control[0] = 40;
	for (uint32_t captured = 0; captured <= 40; captured++) {
		c.memory[1].captured = captured;
		CHECK(strstr(line_of(&t, c), captured < 16 ? "msg_control=0x2000, " : "msg_control=[{cmsg_len=40, "));
	}
}

TEST(what_is_ready_is_a_note)
{
	_cleanup_text_ Text t = {};
	struct pollfd fds[] = { { 3, POLLIN, 0 }, { 4, POLLOUT, 0 }, { -1, POLLIN, 0 } };
	struct pollfd after[] = { { 3, POLLIN, 0 }, { 4, POLLOUT, POLLOUT | POLLHUP }, { -1, POLLIN, 0 } };
	Call c = {
		.nr = NR_POLL,
		.n_args = 3,
		.args = { 0x1000, 3, (uint32_t) -1 },
		.result = 1,
		.n_memory = 2,
		.memory = { whole(0, fds, sizeof(fds)), whole(MEMORY_AFTER(0), after, sizeof(after)) },
	};

	CHECK_STRING(line_of(&t, c), "poll([{fd=3, events=POLLIN}, {fd=4, events=POLLOUT}, {fd=-1}], 3, -1) = 1 "
				     "([{fd=4, revents=POLLOUT|POLLHUP}])");
	CHECK_STRING(json_of(&t, &c),
		     "{\"ufds\":[{\"fd\":3,\"events\":{\"value\":1,\"names\":[\"POLLIN\"]}},"
		     "{\"fd\":4,\"events\":{\"value\":4,\"names\":[\"POLLOUT\"]}},{\"fd\":-1}],\"nfds\":3,"
		     "\"timeout_msecs\":-1,\"result\":1,\"note\":{\"fds\":[{\"fd\":4,"
		     "\"revents\":{\"value\":20,\"names\":[\"POLLOUT\",\"POLLHUP\"]}}]}}");
	c.n_memory = 1;
	CHECK(strstr(line_of(&t, c), ", 3, -1) = 1"));
	CHECK(!strstr(text_string(&t), "revents"));
	c.result = 0;
	CHECK(strstr(line_of(&t, c), "= 0 (Timeout)"));
}

TEST(values_of_options_may_be_shorter_than_their_types)
{
	_cleanup_text_ Text t = {};
	uint32_t credentials[] = { 7, 1000, 1001 }, length = 12;
	Call c = {
		.nr = NR_GETSOCKOPT,
		.n_args = 5,
		.args = { 3, SOL_SOCKET, SO_PEERCRED, 0x1000, 0x2000 },
		.n_memory = 2,
		.memory = { whole(3, credentials, 12), whole(4, &length, 4) },
	};

	CHECK_STRING(line_of(&t, c), "getsockopt(3, SOL_SOCKET, SO_PEERCRED, {pid=7, uid=1000, gid=1001}, [12]) = 0");
	c.memory[0].captured = 9;
	CHECK_STRING(line_of(&t, c),
		     "getsockopt(3, SOL_SOCKET, SO_PEERCRED, {pid=7, uid=1000, gid=\"\\xe9\"}, [12]) = 0");
	c.memory[0].captured = 0;
	CHECK_STRING(line_of(&t, c), "getsockopt(3, SOL_SOCKET, SO_PEERCRED, 0x1000, [12]) = 0");
	c.args[2] = SO_RCVBUF;
	c.memory[0].captured = 3;
	CHECK_STRING(line_of(&t, c), "getsockopt(3, SOL_SOCKET, SO_RCVBUF, \"\\x07\\x00\\x00\", [12]) = 0");
}

int main(void)
{
	RUN(length_of_an_address_is_shown_before_and_after);
	RUN(vectors_never_read_beyond_what_was_captured);
	RUN(messages_of_32_bits_have_their_own_layout);
	RUN(control_messages_of_any_length_come_to_an_end);
	RUN(what_is_ready_is_a_note);
	RUN(values_of_options_may_be_shorter_than_their_types);
	return test_done();
}
