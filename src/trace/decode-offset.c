/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Positions in files that a call is given in memory, and moves there: "[2] => [7]". */

#include "trace/decode.h"

static void put_position(Writer *w, uint64_t value, bool is_signed)
{
	writer_reference_begin(w);
	if (is_signed)
		writer_signed(w, (int64_t) value);
	else
		writer_unsigned(w, value);
	writer_reference_end(w);
}

/* Of sendfile() alone what comes after is shown as well, if it is another. */
static void put_moved(Writer *w, uint64_t before, uint64_t after)
{
	if (before == after) {
		put_position(w, before, false);
		return;
	}
	writer_change_begin(w);
	put_position(w, before, false);
	writer_change_after(w);
	put_position(w, after, false);
	writer_change_end(w);
}

static uint64_t position_at(const Decoder *d, const CallMemory *m, unsigned size)
{
	return size == sizeof(uint64_t) ? memory64(m, 0) : memory_word(d, m, 0);
}

static void put_offset(Writer *w, const Decoder *d, unsigned i, const CallMemory *m, unsigned size)
{
	const CallMemory *after = call_memory(d->call, MEMORY_AFTER(i));
	uint64_t before = position_at(d, m, size);
	bool sends = d->syscall->n_args == 4; /* the others have one for each of two files */

	if (!sends)
		put_position(w, before, true);
	else
		put_moved(w, before, after && after->captured >= m->captured ? position_at(d, after, size) : before);
}

void decode_offset(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	put_offset(w, d, i, m, 0);
}

void decode_offset64(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	put_offset(w, d, i, m, sizeof(uint64_t));
}
