/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "trace/line.h"

enum { SOCKETCALL = 102, IPC = 117 };

static const char *line(Text *t, Call call)
{
	const CaptureInfo info = { .machine = "i686" };
	const Item item = { .kind = ITEM_CALL, .call = call };

	text_clear(t);
	line_put(t, &item, &(LineStyle){ .info = &info, .no_prefix = true, .no_duration = true });
	return text_string(t);
}

static CallMemory array(const uint32_t *words, unsigned n)
{
	return (CallMemory){ .arg = 1, .captured = n * 4, .requested = n * 4, .bytes = (const uint8_t *) words };
}

TEST(a_call_by_socketcall_is_shown_with_its_address)
{
	_cleanup_text_ Text t = {};
	const uint32_t open[] = { 2, 2, 0 }, connect[] = { 3, 0x1000, 16 };
	const uint8_t address[16] = { 2, 0, 0, 9, 127, 0, 0, 1 };
	Call call = { .nr = SOCKETCALL, .n_args = 2, .args = { 1, 0x2000 }, .n_memory = 1, .result = 3 };

	call.memory[0] = array(open, 3);
	CHECK_STRING(line(&t, call), "socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3\n");
	call.args[0] = 3;
	call.memory[0] = array(connect, 3);
	call.result = -ECONNREFUSED;
	CHECK_STRING(line(&t, call), "connect(3, 0x1000, 16) = -1 ECONNREFUSED (Connection refused)\n");
	call.memory[call.n_memory++] = (CallMemory){
		.arg = MEMORY_PART(0, PART_4), .captured = 16, .requested = 16, .bytes = address,
	};
	CHECK_STRING(line(&t, call), "connect(3, {sa_family=AF_INET, sin_port=htons(9), "
				     "sin_addr=inet_addr(\"127.0.0.1\")}, 16) = -1 ECONNREFUSED (Connection refused)\n");
}

TEST(without_its_arguments_it_is_itself)
{
	_cleanup_text_ Text t = {};
	const uint32_t words[] = { 2, 2, 0 };
	Call call = { .nr = SOCKETCALL, .n_args = 2, .args = { 1, 0x2000 }, .result = -EFAULT };

	CHECK_STRING(line(&t, call), "socketcall(SYS_SOCKET, 0x2000) = -1 EFAULT (Bad address)\n");
	call.memory[call.n_memory++] = array(words, 2);
	CHECK_STRING(line(&t, call), "socketcall(SYS_SOCKET, 0x2000) = -1 EFAULT (Bad address)\n");
	call.args[0] = 99;
	call.result = -EINVAL;
	CHECK_STRING(line(&t, call), "socketcall(99, 0x2000) = -1 EINVAL (Invalid argument)\n");
}

TEST(a_call_by_ipc_has_its_arguments_in_their_order)
{
	_cleanup_text_ Text t = {};
	const uint16_t op[] = { 0, 1, 0 };
	Call call = { .nr = IPC, .n_args = 6, .args = { 23, 0, 4096, 01600, 0, 0 }, .result = 7 };

	CHECK_STRING(line(&t, call), "shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600) = 7\n");
	call = (Call){ .nr = IPC, .n_args = 6, .args = { 1, 5, 1, 0, 0x1000, 0 }, .n_memory = 1,
		       .memory = { { .arg = 4, .captured = sizeof(op), .requested = sizeof(op),
				     .bytes = (const uint8_t *) op } } };
	CHECK_STRING(line(&t, call), "semop(5, [{sem_num=0, sem_op=1, sem_flg=0}], 1) = 0\n");
	call = (Call){ .nr = IPC, .n_args = 6, .args = { 99, 1, 2, 3, 4, 0 }, .result = -ENOSYS };
	CHECK_STRING(line(&t, call),
		     "ipc(99, 0x1, 0x2, 0x3, 0x4, 0) = -1 ENOSYS (Function not implemented)\n");
}

int main(void)
{
	RUN(a_call_by_socketcall_is_shown_with_its_address);
	RUN(without_its_arguments_it_is_itself);
	RUN(a_call_by_ipc_has_its_arguments_in_their_order);
	return test_done();
}
