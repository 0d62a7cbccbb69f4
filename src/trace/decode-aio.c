/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asynchronous input and output, io_submit(): what has come of it, and what is taken back. */

#include "trace/decode.h"

#define EVENT_SIZE 32U

static void put_event_at(Writer *w, const CallMemory *m, unsigned offset)
{
	writer_struct_begin(w);
	writer_member_hex(w, "data", memory64(m, offset));
	writer_member_pointer(w, "obj", memory64(m, offset + 8));
	writer_member_signed(w, "res", (int64_t) memory64(m, offset + 16));
	writer_member_signed(w, "res2", (int64_t) memory64(m, offset + 24));
	writer_struct_end(w);
}

static void put_event(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	(void) d;
	put_event_at(w, m, offset);
}

void decode_io_events(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_array(w, d, m, EVENT_SIZE, put_event);
}

void decode_io_event(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_event_at(w, m, 0);
}

/* What it was to do with which file. */
void decode_iocb(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint32_t key = memory32(m, 8);

	(void) d;
	(void) i;
	writer_struct_begin(w);
	if (memory64(m, 0) > 0)
		writer_member_hex(w, "aio_data", memory64(m, 0));
	if (key > 0)
		writer_member_unsigned(w, "aio_key", key);
	writer_member(w, "aio_lio_opcode");
	writer_choice(w, ARG_AIO_OPERATION, memory16(m, 16));
	writer_member(w, "aio_fildes");
	writer_fd(w, (int32_t) memory32(m, 20), NULL);
	writer_struct_end(w);
}
