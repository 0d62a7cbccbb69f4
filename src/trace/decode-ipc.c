/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* System V IPC: what shared memory, semaphores and message queues are asked, told and given. */

#include "trace/decode.h"

#define MODE_MASK 0777U
#define HUGE_SHIFT 26
#define HUGE_MASK 0xfc000000U /* SHM_HUGE_MASK << SHM_HUGE_SHIFT */
#define IPC_64 0x100U /* of commands, from callers that know the structs of today */

#define SEMBUF_SIZE 6U

/* Bytes of struct ipc64_perm, which all others begin with. */
static unsigned permissions_size(const Decoder *d)
{
	return d->machine == MACHINE_I386 ? 36 : 48;
}

static unsigned word_size(const Decoder *d)
{
	return d->machine == MACHINE_I386 ? 4 : 8;
}

/* A long at @offset. */
static uint64_t word_at(const Decoder *d, const CallMemory *m, unsigned offset)
{
	return d->machine == MACHINE_I386 ? memory32(m, offset) : memory64(m, offset);
}

/* Flags above nine bits of mode; of shared memory with the size of huge pages between. */
void decode_ipc_flags(Writer *w, ArgKind list, uint32_t value)
{
	uint32_t huge = list == ARG_SHM_FLAGS ? value & HUGE_MASK : 0;

	if (!(value & ~MODE_MASK)) {
		writer_octal(w, value);
		return;
	}
	writer_sum_begin(w, value);
	writer_sum_flags(w, list, value & ~MODE_MASK & ~huge);
	writer_sum_shifted(w, huge >> HUGE_SHIFT, HUGE_SHIFT, "SHM_HUGE_SHIFT");
	writer_sum_number(w, value & MODE_MASK, BASE_OCTAL);
	writer_sum_end(w);
}

void decode_ipc_command(Writer *w, ArgKind list, uint32_t value)
{
	if (!(value & IPC_64)) {
		writer_choice(w, list, value);
		return;
	}
	writer_sum_begin(w, value);
	writer_sum_flags(w, ARG_IPC_VERSION, IPC_64);
	writer_sum_choice(w, list, value & ~IPC_64);
	writer_sum_end(w);
}

/* @name: of the member; @set: those that can be set alone */
static void put_permissions(Writer *w, const Decoder *d, const CallMemory *m, const char *name, bool set)
{
	writer_member(w, name);
	writer_struct_begin(w);
	writer_member_unsigned(w, "uid", memory32(m, 4));
	writer_member_unsigned(w, "gid", memory32(m, 8));
	writer_member(w, "mode");
	writer_octal(w, d->machine == MACHINE_I386 ? memory16(m, 20) : memory32(m, 20));
	if (!set) {
		writer_member_signed(w, "key", (int32_t) memory32(m, 0));
		writer_member_unsigned(w, "cuid", memory32(m, 12));
		writer_member_unsigned(w, "cgid", memory32(m, 16));
	}
	writer_struct_end(w);
}

/* Times are two words on x86; arm64 has but one. */
void decode_semid(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	unsigned at = permissions_size(d), word = word_size(d), step = d->machine == MACHINE_ARM64 ? word : 2 * word;

	(void) i;
	writer_struct_begin(w);
	put_permissions(w, d, m, "sem_perm", false);
	writer_member_unsigned(w, "sem_otime", word_at(d, m, at));
	writer_member_unsigned(w, "sem_ctime", word_at(d, m, at + step));
	writer_member_unsigned(w, "sem_nsems", word_at(d, m, at + 2 * step));
	writer_struct_end(w);
}

void decode_semid_set(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	writer_struct_begin(w);
	put_permissions(w, d, m, "sem_perm", true);
	writer_struct_end(w);
}

/* Times are two words on i386 alone. */
static unsigned time_size(const Decoder *d)
{
	return d->machine == MACHINE_I386 ? 2 * word_size(d) : word_size(d);
}

void decode_shmid(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	unsigned size = permissions_size(d), times = size + word_size(d), time = time_size(d), pids = times + 3 * time;

	(void) i;
	writer_struct_begin(w);
	put_permissions(w, d, m, "shm_perm", false);
	writer_member_unsigned(w, "shm_segsz", word_at(d, m, size));
	writer_member_pid(w, "shm_cpid", (int32_t) memory32(m, pids));
	writer_member_pid(w, "shm_lpid", (int32_t) memory32(m, pids + 4));
	writer_member_unsigned(w, "shm_nattch", word_at(d, m, pids + 8));
	writer_member_unsigned(w, "shm_atime", word_at(d, m, times));
	writer_member_unsigned(w, "shm_dtime", word_at(d, m, times + time));
	writer_member_unsigned(w, "shm_ctime", word_at(d, m, times + 2 * time));
	writer_struct_end(w);
}

void decode_shmid_set(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	writer_struct_begin(w);
	put_permissions(w, d, m, "shm_perm", true);
	writer_struct_end(w);
}

/* Return: where the numbers of a queue are, which its times are before. */
static unsigned queue_numbers(const Decoder *d)
{
	return permissions_size(d) + 3 * time_size(d);
}

void decode_msqid(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	unsigned times = permissions_size(d), time = time_size(d), numbers = queue_numbers(d), word = word_size(d);

	(void) i;
	writer_struct_begin(w);
	put_permissions(w, d, m, "msg_perm", false);
	writer_member_unsigned(w, "msg_stime", word_at(d, m, times));
	writer_member_unsigned(w, "msg_rtime", word_at(d, m, times + time));
	writer_member_unsigned(w, "msg_ctime", word_at(d, m, times + 2 * time));
	writer_member_unsigned(w, "msg_qnum", word_at(d, m, numbers + word));
	writer_member_unsigned(w, "msg_qbytes", word_at(d, m, numbers + 2 * word));
	writer_member_pid(w, "msg_lspid", (int32_t) memory32(m, numbers + 3 * word));
	writer_member_pid(w, "msg_lrpid", (int32_t) memory32(m, numbers + 3 * word + 4));
	writer_struct_end(w);
}

void decode_msqid_set(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	writer_struct_begin(w);
	put_permissions(w, d, m, "msg_perm", true);
	writer_member_unsigned(w, "msg_qbytes", word_at(d, m, queue_numbers(d) + 2 * word_size(d)));
	writer_struct_end(w);
}

static void put_operation(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	(void) d;
	writer_struct_begin(w);
	writer_member_unsigned(w, "sem_num", memory16(m, offset));
	writer_member_signed(w, "sem_op", (int16_t) memory16(m, offset + 2));
	writer_member_flags(w, "sem_flg", ARG_SEM_OPERATION_FLAGS, memory16(m, offset + 4));
	writer_struct_end(w);
}

void decode_sembufs(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_array(w, d, m, SEMBUF_SIZE, put_operation);
}

/* Its type, a long, and then as much as the call is about. */
void decode_msgbuf(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	unsigned word = word_size(d);

	if (m->captured < word) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	writer_member_signed(w, "mtype", memory_long(d, m, 0));
	writer_member(w, "mtext");
	writer_string(w, m->bytes + word, m->captured - word, m->captured < m->requested);
	writer_struct_end(w);
}
