/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The limits of System V IPC, and how much of it there is: of IPC_INFO and its kind. */

#include "trace/decode.h"

static void put_words(Writer *w, const Decoder *d, const CallMemory *m, unsigned first, const char *const *names)
{
	for (unsigned n = 0; names[n]; n++)
		writer_member_unsigned(w, names[n], memory_word(d, m, first + n));
}

static void put_ints(Writer *w, const CallMemory *m, const char *const *names)
{
	for (unsigned n = 0; names[n]; n++)
		writer_member_signed(w, names[n], (int32_t) memory32(m, n * 4));
}

void decode_seminfo(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const names[] = { "semmap", "semmni", "semmns", "semmnu", "semmsl", "semopm",
					     "semume", "semusz", "semvmx", "semaem", NULL };

	(void) d;
	(void) i;
	writer_struct_begin(w);
	put_ints(w, m, names);
	writer_struct_end(w);
}

void decode_shminfo(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const names[] = { "shmmax", "shmmin", "shmmni", "shmseg", "shmall", NULL };

	(void) i;
	writer_struct_begin(w);
	put_words(w, d, m, 0, names);
	writer_struct_end(w);
}

/* Its first member is an int, and where longs have 64 bits as much is empty behind it. */
void decode_shm_usage(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const names[] = { "shm_tot", "shm_rss", "shm_swp", "swap_attempts", "swap_successes", NULL };

	(void) i;
	writer_struct_begin(w);
	writer_member_signed(w, "used_ids", (int32_t) memory32(m, 0));
	put_words(w, d, m, 1, names);
	writer_struct_end(w);
}

void decode_msginfo(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const names[] = { "msgpool", "msgmap", "msgmax", "msgmnb", "msgmni", "msgssz", "msgtql",
					     NULL };

	(void) d;
	(void) i;
	writer_struct_begin(w);
	put_ints(w, m, names);
	writer_member_unsigned(w, "msgseg", memory16(m, 28));
	writer_struct_end(w);
}
