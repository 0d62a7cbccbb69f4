/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Handles of files: struct file_handle, whose bytes only the file system understands. */

#include "trace/decode.h"

#include "util/macro.h"

#define HANDLE_HEAD 8U /* the number of bytes and the type */
#define HANDLE_MAX 128U /* MAX_HANDLE_SZ */

/* All of it whatever the size of strings is: a part of a handle is of no use. */
static void put_bytes(Writer *w, const CallMemory *m, uint32_t bytes)
{
	uint32_t shown = MIN(MIN(bytes, HANDLE_MAX), m->captured - HANDLE_HEAD);
	unsigned string_size = w->style.string_size;

	w->style.string_size = 0;
	writer_bytes(w, m->bytes + HANDLE_HEAD, shown, shown < bytes);
	w->style.string_size = string_size;
}

static void put_type_and_bytes(Writer *w, const CallMemory *m, uint32_t bytes)
{
	writer_member_signed(w, "handle_type", (int32_t) memory32(m, 4));
	writer_member(w, "f_handle");
	put_bytes(w, m, bytes);
}

void decode_file_handle(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint32_t bytes = memory32(m, 0);

	if (m->captured < HANDLE_HEAD) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	writer_member_unsigned(w, "handle_bytes", bytes);
	put_type_and_bytes(w, m, bytes);
	writer_struct_end(w);
}

/* The caller says how much room there is, and is told how much is needed, even if it was not enough. */
void decode_file_handle_inout(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *after = memory_after(d, i, sizeof(uint32_t));
	uint32_t room = memory32(m, 0), bytes = after ? memory32(after, 0) : room;

	if (m->captured < sizeof(room)) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	writer_member(w, "handle_bytes");
	if (bytes != room) {
		writer_change_begin(w);
		writer_unsigned(w, room);
		writer_change_after(w);
	}
	writer_unsigned(w, bytes);
	if (bytes != room)
		writer_change_end(w);
	if (call_has_succeeded(d->call) && after && after->captured >= HANDLE_HEAD)
		put_type_and_bytes(w, after, bytes);
	writer_struct_end(w);
}
