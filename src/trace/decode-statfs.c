/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What statfs() tells of a file system. */

#include "trace/decode.h"

/* Where the members are in a struct that has them in the same order everywhere. */
typedef struct StatfsLayout {
	uint8_t word;   /* bytes of type and block size, and of what is behind the id */
	uint8_t number; /* bytes of numbers of blocks and files */
} StatfsLayout;

static uint64_t sized(const CallMemory *m, unsigned offset, unsigned size)
{
	return size == 8 ? memory64(m, offset) : memory32(m, offset);
}

static void put_numbers(Writer *w, const CallMemory *m, const StatfsLayout *layout, unsigned at)
{
	static const char *const names[] = { "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree" };

	for (unsigned i = 0; i < 5; i++)
		writer_member_unsigned(w, names[i], sized(m, at + i * layout->number, layout->number));
}

static void put_id(Writer *w, const CallMemory *m, unsigned at)
{
	writer_member(w, "f_fsid");
	writer_struct_begin(w);
	writer_member(w, "val");
	writer_array_begin(w);
	writer_element(w);
	writer_hex(w, memory32(m, at));
	writer_element(w);
	writer_hex(w, memory32(m, at + 4));
	writer_array_end(w);
	writer_struct_end(w);
}

static void put_rest(Writer *w, const CallMemory *m, const StatfsLayout *layout, unsigned at)
{
	uint64_t flags = sized(m, at + 2U * layout->word, layout->word);

	writer_member_unsigned(w, "f_namelen", sized(m, at, layout->word));
	writer_member_unsigned(w, "f_frsize", sized(m, at + layout->word, layout->word));
	if (flags > 0)
		writer_member_flags(w, "f_flags", ARG_STATFS_FLAGS, flags);
}

static void put_statfs(Writer *w, const CallMemory *m, const StatfsLayout *layout)
{
	unsigned numbers = 2U * layout->word, id = numbers + 5U * layout->number;

	writer_struct_begin(w);
	writer_member(w, "f_type");
	writer_choice(w, ARG_FILE_SYSTEM, sized(m, 0, layout->word));
	writer_member_unsigned(w, "f_bsize", sized(m, layout->word, layout->word));
	put_numbers(w, m, layout, numbers);
	put_id(w, m, id);
	put_rest(w, m, layout, id + 8);
	writer_struct_end(w);
}

void decode_statfs(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint8_t word = d->machine == MACHINE_I386 ? 4 : 8;

	(void) i;
	put_statfs(w, m, &(StatfsLayout){ .word = word, .number = word });
}

/* Of i386, packed. */
void decode_statfs64(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_statfs(w, m, &(StatfsLayout){ .word = 4, .number = 8 });
}
