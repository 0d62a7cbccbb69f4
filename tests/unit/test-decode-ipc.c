/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/made.h"

#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#define NO_ID 0x7fffffff

/* A call of @machine, which its argument @arg has told @bytes. */
static const char *told(Text *t, const char *machine, Call call, unsigned arg, const uint8_t *bytes, uint32_t size)
{
	CaptureInfo info = { .machine = machine };
	Item item = { .kind = ITEM_CALL, .call = call };

	item.call.n_args = CALL_ARGS_MAX;
	item.call.n_memory = 1;
	item.call.memory[0] = (CallMemory){ .arg = (uint8_t) arg, .captured = size, .requested = size, .bytes = bytes };
	text_clear(t);
	line_put(t, &item, &(LineStyle){ .info = &info, .no_prefix = true, .no_duration = true });
	text_truncate(t, t->size > 0 ? t->size - 1 : 0);
	return text_string(t);
}

/* Each word of four bytes is its own number. */
static void number_words(uint8_t *bytes, uint32_t size)
{
	for (uint32_t i = 0; i < size / 4; i++)
		memcpy(bytes + i * 4, &i, sizeof(i));
}

TEST(flags_have_a_mode_behind_them)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "semget", NO_ID, -1ULL, IPC_EXCL), "semget(0x7fffffff, -1, IPC_EXCL|000)" INVAL);
	CHECK_STRING(MADE(&t, "shmget", NO_ID, -1ULL, IPC_CREAT | SHM_HUGETLB | 21U << 26 | 0600),
		     "shmget(0x7fffffff, 18446744073709551615, IPC_CREAT|SHM_HUGETLB|21<<SHM_HUGE_SHIFT|0600)" INVAL);
	CHECK_STRING(MADE(&t, "shmat", NO_ID, 0, SHM_RDONLY | SHM_EXEC),
		     "shmat(2147483647, NULL, SHM_RDONLY|SHM_EXEC)" INVAL);
}

TEST(commands_may_say_that_they_know_64_bits)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "shmctl", NO_ID, 0x100 | IPC_STAT, 0x10), "shmctl(2147483647, IPC_64|IPC_STAT, 0x10)" INVAL);
	CHECK_STRING(MADE(&t, "msgctl", NO_ID, 0x100 | 77, 0),
		     "msgctl(2147483647, IPC_64|0x4d /* MSG_??? */, NULL)" INVAL);
	CHECK_STRING(MADE(&t, "semctl", NO_ID, 1, SETVAL, 4), "semctl(2147483647, 1, SETVAL, 0x4)" INVAL);
}

TEST(what_is_set_is_a_part_of_what_is_told)
{
	_cleanup_text_ Text t = {};
	uint8_t bytes[120];

	number_words(bytes, sizeof(bytes));
	CHECK_STRING(MADE(&t, "shmctl", NO_ID, IPC_SET, P(bytes)),
		     "shmctl(2147483647, IPC_SET, {shm_perm={uid=1, gid=2, mode=005}})" INVAL);
	CHECK_STRING(MADE(&t, "semctl", NO_ID, 0, IPC_SET, P(bytes)),
		     "semctl(2147483647, 0, IPC_SET, {sem_perm={uid=1, gid=2, mode=005}})" INVAL);
	CHECK_STRING(MADE(&t, "msgctl", NO_ID, IPC_SET, P(bytes)),
		     "msgctl(2147483647, IPC_SET, {msg_perm={uid=1, gid=2, mode=005}, msg_qbytes=98784247830})" INVAL);
}

TEST(structs_of_i386_are_of_32_bits)
{
	_cleanup_text_ Text t = {};
	uint8_t bytes[88];

	number_words(bytes, sizeof(bytes));
	CHECK_STRING(told(&t, "x86_64", (Call){ .nr = 396, .flags = RECORD_COMPAT, .args = { 1, 2, 0x1000 } }, 2, bytes, 84),
		     "shmctl(1, IPC_STAT, {shm_perm={uid=1, gid=2, mode=005, key=0, cuid=3, cgid=4}, shm_segsz=9, "
		     "shm_cpid=16, shm_lpid=17, shm_nattch=18, shm_atime=10, shm_dtime=12, shm_ctime=14}) = 0");
	CHECK_STRING(told(&t, "x86_64", (Call){ .nr = 402, .flags = RECORD_COMPAT, .args = { 1, 2, 0x1000 } }, 2, bytes, 88),
		     "msgctl(1, IPC_STAT, {msg_perm={uid=1, gid=2, mode=005, key=0, cuid=3, cgid=4}, msg_stime=9, "
		     "msg_rtime=11, msg_ctime=13, msg_qnum=16, msg_qbytes=17, msg_lspid=18, msg_lrpid=19}) = 0");
	CHECK_STRING(told(&t, "x86_64", (Call){ .nr = 394, .flags = RECORD_COMPAT, .args = { 1, 0, 2, 0x1000 } }, 3, bytes,
			  64),
		     "semctl(1, 0, IPC_STAT, {sem_perm={uid=1, gid=2, mode=005, key=0, cuid=3, cgid=4}, sem_otime=9, "
		     "sem_ctime=11, sem_nsems=13}) = 0");
}

TEST(semaphores_have_shorter_times_on_arm64)
{
	_cleanup_text_ Text t = {};
	uint64_t words[11] = { [6] = 100, [7] = 200, [8] = 3 };

	CHECK_STRING(told(&t, "aarch64", (Call){ .nr = 191, .args = { 1, 0, 2, 0x1000 } }, 3, (const uint8_t *) words, 88),
		     "semctl(1, 0, IPC_STAT, {sem_perm={uid=0, gid=0, mode=000, key=0, cuid=0, cgid=0}, sem_otime=100, "
		     "sem_ctime=200, sem_nsems=3}) = 0");
}

/* A message of 100 bytes, of which so many were captured. */
static const char *cut(Text *t, const uint8_t *bytes, uint32_t captured)
{
	Call call = {
		.nr = 69, .n_args = 4, .args = { 1, 0x1000, 100, 0 }, .n_memory = 1,
		.memory = { { .arg = 1, .captured = captured, .requested = 108, .bytes = bytes } },
	};

	return line_of(t, call);
}

TEST(operations_and_messages_are_shown)
{
	_cleanup_text_ Text t = {};
	struct sembuf operations[] = { { 1, -2, SEM_UNDO }, { 65535, 0, 0x10 } };
	struct {
		long type;
		char text[8];
	} message = { -5, "hello" };

	CHECK_STRING(MADE(&t, "semop", NO_ID, P(operations), 2),
		     "semop(2147483647, [{sem_num=1, sem_op=-2, sem_flg=SEM_UNDO}, "
		     "{sem_num=65535, sem_op=0, sem_flg=0x10 /* SEM_??? */}], 2)" INVAL);
	CHECK_STRING(MADE(&t, "semop", NO_ID, 0x10, 2), "semop(2147483647, 0x10, 2)" FAULT);
	CHECK_STRING(MADE(&t, "msgsnd", NO_ID, P(&message), 5, IPC_NOWAIT),
		     "msgsnd(2147483647, {mtype=-5, mtext=\"hello\"}, 5, IPC_NOWAIT)" INVAL);
	CHECK_STRING(cut(&t, (const uint8_t *) &message, 12), "msgsnd(1, {mtype=-5, mtext=\"hell\"...}, 100, 0) = 0");
	CHECK_STRING(cut(&t, (const uint8_t *) &message, 8), "msgsnd(1, {mtype=-5, mtext=\"\"...}, 100, 0) = 0");
	CHECK_STRING(told(&t, "x86_64", (Call){ .nr = 70, .args = { 1, 0x1000, 8, 0, 0 }, .result = 3 }, 1,
			  (const uint8_t *) &message, 7),
		     "msgrcv(1, 0x1000, 8, 0, 0) = 3");
}

TEST(queues_have_attributes)
{
	_cleanup_text_ Text t = {};
	struct mq_attr attributes = { .mq_flags = 04000 | 1, .mq_maxmsg = -1, .mq_msgsize = 2, .mq_curmsgs = 3 };

	CHECK_STRING(MADE(&t, "mq_getsetattr", NOWHERE, P(&attributes), 0),
		     "mq_getsetattr(77, {mq_flags=O_NONBLOCK|0x1, mq_maxmsg=-1, mq_msgsize=2, mq_curmsgs=3}, NULL)" INVAL);
	CHECK_STRING(MADE(&t, "mq_open", P(""), 0102, 0600, P(&attributes)),
		     "mq_open(\"\", O_RDWR|O_CREAT, 0600, {mq_flags=0x801, mq_maxmsg=-1, mq_msgsize=2, mq_curmsgs=3})" NOENT);
	CHECK_STRING(MADE(&t, "mq_open", P(""), 0, 0600, P(&attributes)), "mq_open(\"\", O_RDONLY)" NOENT);
}

int main(void)
{
	if (uname(&host) < 0)
		return EXIT_FAILURE;
	RUN(flags_have_a_mode_behind_them);
	RUN(commands_may_say_that_they_know_64_bits);
	RUN(what_is_set_is_a_part_of_what_is_told);
	RUN(structs_of_i386_are_of_32_bits);
	RUN(semaphores_have_shorter_times_on_arm64);
	RUN(operations_and_messages_are_shown);
	RUN(queues_have_attributes);
	return test_done();
}
