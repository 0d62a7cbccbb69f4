/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* io_uring: what a ring is set up with, and what is registered with it. */

#include "trace/decode.h"

#include "trace/names.h"
#include "util/macro.h"

/* Of <linux/io_uring.h>: flags of a setup, and where the members of its struct are. */
enum {
	SETUP_ATTACH_WQ = 0x20,
	SQ_ENTRIES = 0,
	CQ_ENTRIES = 4,
	FLAGS = 8,
	SQ_THREAD_CPU = 12,
	SQ_THREAD_IDLE = 16,
	FEATURES = 20,
	WQ_FD = 24,
	RESERVED = 28,
	N_RESERVED = 3,
	SQ_OFFSETS = 40,
	CQ_OFFSETS = 80,
};

/* Each of 32 bits, from the beginning. */
static void put_offsets(Writer *w, const char *name, const CallMemory *m, unsigned at, const char *const *names, unsigned n)
{
	writer_member(w, name);
	writer_struct_begin(w);
	for (unsigned i = 0; i < n; i++)
		writer_member_unsigned(w, names[i], memory32(m, at + i * 4));
	writer_struct_end(w);
}

static void put_reserved(Writer *w, const CallMemory *m)
{
	bool any = false;

	for (unsigned i = 0; i < N_RESERVED; i++)
		any |= memory32(m, RESERVED + i * 4) != 0;
	if (!any)
		return;
	writer_member(w, "resv");
	writer_array_begin(w);
	for (unsigned i = 0; i < N_RESERVED; i++) {
		writer_element(w);
		writer_hex(w, memory32(m, RESERVED + i * 4));
	}
	writer_array_end(w);
}

static void put_answer(Writer *w, const CallMemory *m)
{
	static const char *const sq[] = { "head", "tail", "ring_mask", "ring_entries", "flags", "dropped", "array" };
	static const char *const cq[] = { "head", "tail", "ring_mask", "ring_entries", "overflow", "cqes", "flags" };

	writer_member_unsigned(w, "sq_entries", memory32(m, SQ_ENTRIES));
	writer_member_unsigned(w, "cq_entries", memory32(m, CQ_ENTRIES));
	writer_member_flags(w, "features", ARG_URING_FEATURES, memory32(m, FEATURES));
	put_offsets(w, "sq_off", m, SQ_OFFSETS, sq, ELEMENTS(sq));
	put_offsets(w, "cq_off", m, CQ_OFFSETS, cq, ELEMENTS(cq));
}

void decode_uring_params(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint32_t flags = memory32(m, FLAGS);
	const CallMemory *after = memory_after(d, i, kind_size(ARG_IO_URING_PARAMS, d->machine));

	writer_struct_begin(w);
	writer_member_flags(w, "flags", ARG_URING_SETUP_FLAGS, flags);
	writer_member_hex(w, "sq_thread_cpu", memory32(m, SQ_THREAD_CPU));
	writer_member_unsigned(w, "sq_thread_idle", memory32(m, SQ_THREAD_IDLE));
	if (flags & SETUP_ATTACH_WQ)
		writer_member_signed(w, "wq_fd", (int32_t) memory32(m, WQ_FD));
	put_reserved(w, m);
	if (after)
		put_answer(w, after);
	writer_struct_end(w);
}

/* Descriptors to update: behind an offset, as many as the call says. */
void decode_uring_files(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *fds = call_memory(d->call, MEMORY_PART(0, PART_4));

	writer_struct_begin(w);
	writer_member_unsigned(w, "offset", memory32(m, 0));
	if (memory32(m, 4) != 0)
		writer_member_hex(w, "resv", memory32(m, 4));
	writer_member(w, "fds");
	if (fds && fds->status != MEMORY_UNREADABLE)
		decode_ints(w, d, i, fds);
	else
		writer_pointer(w, memory64(m, 8));
	writer_struct_end(w);
}

static void put_operation(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	(void) d;
	writer_struct_begin(w);
	writer_member(w, "op");
	writer_choice(w, ARG_URING_OP, m->bytes[offset]);
	if (m->bytes[offset + 1])
		writer_member_hex(w, "resv", m->bytes[offset + 1]);
	writer_member_flags(w, "flags", ARG_URING_OP_FLAGS, memory16(m, offset + 2));
	writer_struct_end(w);
}

/* The operations that the kernel has, behind how many there are. */
void decode_uring_probe(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	enum { OPERATIONS = 16 };
	CallMemory operations = *m;

	if (m->captured < OPERATIONS || m->requested < OPERATIONS) {
		decode_address(w, d, i);
		return;
	}
	operations.bytes += OPERATIONS;
	operations.captured -= OPERATIONS;
	operations.requested -= OPERATIONS;
	writer_struct_begin(w);
	writer_member(w, "last_op");
	writer_choice(w, ARG_URING_OP, m->bytes[0]);
	writer_member_unsigned(w, "ops_len", m->bytes[1]);
	writer_member(w, "ops");
	decode_array(w, d, &operations, 8, put_operation);
	writer_struct_end(w);
}
