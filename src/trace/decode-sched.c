/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Scheduling: attributes of threads, and sets of processors and of memory nodes. */

#include "trace/decode.h"

#include "trace/names.h"

void decode_sched_param(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	decode_int(w, d, i, m); /* strace shows the only member as a number */
}

static void put_schedule(Writer *w, const CallMemory *m)
{
	writer_member_flags(w, "sched_policy", ARG_SCHED_POLICY, memory32(m, 4));
	writer_member_flags(w, "sched_flags", ARG_SCHED_FLAGS, memory64(m, 8));
	writer_member_signed(w, "sched_nice", (int32_t) memory32(m, 16));
	writer_member_unsigned(w, "sched_priority", memory32(m, 20));
	writer_member_unsigned(w, "sched_runtime", memory64(m, 24));
	writer_member_unsigned(w, "sched_deadline", memory64(m, 32));
	writer_member_unsigned(w, "sched_period", memory64(m, 40));
}

/* It begins with its size; the kernel takes 0 for that of the first version. */
void decode_sched_attr(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	enum { FIRST_SIZE = 48, CLAMPED_SIZE = 56 };
	uint32_t size = memory32(m, 0);

	if (m->captured < sizeof(size)) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	writer_member_unsigned(w, "size", size);
	if ((size == 0 || size >= FIRST_SIZE) && m->captured >= FIRST_SIZE)
		put_schedule(w, m);
	if (size >= CLAMPED_SIZE && m->captured >= CLAMPED_SIZE) {
		writer_member_unsigned(w, "sched_util_min", memory32(m, 48));
		writer_member_unsigned(w, "sched_util_max", memory32(m, 52));
	}
	if (size > CLAMPED_SIZE)
		writer_more(w);
	writer_struct_end(w);
}

/* In text the numbers have blanks between. */
void decode_cpu_mask(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	bool first = true;

	(void) d;
	(void) i;
	writer_array_begin(w);
	for (unsigned n = 0; n < m->captured * 8; n++) {
		if (!(m->bytes[n / 8] >> n % 8 & 1))
			continue;
		if (w->style.json)
			writer_element(w);
		else if (!first)
			writer_punctuation(w, " ");
		writer_unsigned(w, n);
		first = false;
	}
	writer_array_end(w);
}

/* As many digits as a word has, the 0x among them. */
static void put_nodes(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	bool narrow = d->machine == MACHINE_I386;
	_cleanup_text_ Text form = {};

	if (w->style.json) {
		writer_unsigned(w, narrow ? memory32(m, offset) : memory64(m, offset));
		return;
	}
	text_printf(&form, "%#0*llx", narrow ? 8 : 16,
		    (unsigned long long) (narrow ? memory32(m, offset) : memory64(m, offset)));
	writer_punctuation(w, text_string(&form));
}

/* Of the bits that are told the last one does not count. */
void decode_node_mask(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	unsigned width = d->machine == MACHINE_I386 ? 4 : 8, bits = width * 8;
	uint64_t told = arg_value(d, LENGTH_INDEX(d->syscall->args[i].length));
	CallMemory mask = *m;

	mask.requested = (uint32_t) (told > 0 ? (told - 1 + bits - 1) / bits * width : 0);
	mask.captured = mask.captured > mask.requested ? mask.requested : mask.captured;
	decode_array(w, d, &mask, width, put_nodes);
}

static void put_waiter(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	uint32_t reserved = memory32(m, offset + 20);

	(void) d;
	writer_struct_begin(w);
	writer_member_hex(w, "val", memory64(m, offset));
	writer_member_pointer(w, "uaddr", memory64(m, offset + 8));
	writer_member_flags(w, "flags", ARG_FUTEX_WAITER_FLAGS, memory32(m, offset + 16));
	if (reserved > 0)
		writer_member_hex(w, "__reserved", reserved);
	writer_struct_end(w);
}

/* struct futex_waitv, the same on all machines. */
void decode_futex_waiters(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	enum { WAITER_SIZE = 24 };

	(void) i;
	decode_array(w, d, m, WAITER_SIZE, put_waiter);
}
