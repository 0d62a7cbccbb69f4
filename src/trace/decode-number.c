/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Plain numbers behind pointers: one, as "[5]", or an array of them. */

#include "trace/decode.h"

#include "trace/names.h"

void decode_int(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_reference_begin(w);
	writer_signed(w, (int32_t) memory32(m, 0));
	writer_reference_end(w);
}

void decode_signal_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_reference_begin(w);
	writer_signal(w, (int32_t) memory32(m, 0));
	writer_reference_end(w);
}

void decode_pointer_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	writer_reference_begin(w);
	writer_pointer(w, memory_word(d, m, 0));
	writer_reference_end(w);
}

void decode_size_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	writer_reference_begin(w);
	writer_unsigned(w, memory_word(d, m, 0));
	writer_reference_end(w);
}

/* A user or group, of 16 bits in the old calls of i386. */
static void put_id(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset, unsigned size)
{
	(void) d;
	if (size == sizeof(uint16_t))
		writer_signed(w, memory16(m, offset) == UINT16_MAX ? -1 : memory16(m, offset));
	else
		decode_id(w, memory32(m, offset));
}

void decode_id_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	writer_reference_begin(w);
	put_id(w, d, m, 0, m->captured);
	writer_reference_end(w);
}

static void put_group(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	put_id(w, d, m, offset, sizeof(uint32_t));
}

static void put_old_group(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	put_id(w, d, m, offset, sizeof(uint16_t));
}

/* More than NGROUPS_MAX are never read. */
void decode_groups(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	enum { GROUPS_MAX = 65536 };
	unsigned size = kind_size(d->syscall->args[i].kind, d->machine);

	if (arg_value(d, 0) > GROUPS_MAX)
		decode_address(w, d, i);
	else
		decode_array(w, d, m, size, size == sizeof(uint16_t) ? put_old_group : put_group);
}

static void put_int(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	(void) d;
	writer_signed(w, (int32_t) memory32(m, offset));
}

void decode_ints(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_array(w, d, m, sizeof(int32_t), put_int);
}

/* An error, or the number of a node. */
static void put_status(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	int32_t status = (int32_t) memory32(m, offset);
	const char *name = status < 0 && status >= -ERROR_MAX ? errno_name(-status) : NULL;
	_cleanup_text_ Text negative = {};

	(void) d;
	if (name) {
		text_put_char(&negative, '-');
		text_put(&negative, name);
	}
	writer_named(w, (uint64_t) (int64_t) status, BASE_DECIMAL, name ? text_string(&negative) : NULL);
}

void decode_statuses(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_array(w, d, m, sizeof(int32_t), put_status);
}

static void put_word(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	writer_pointer(w, d->machine == MACHINE_I386 ? memory32(m, offset) : memory64(m, offset));
}

void decode_pointers(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_array(w, d, m, d->machine == MACHINE_I386 ? 4 : 8, put_word);
}

/* One byte a page, of which one bit means something. */
static void put_residence(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	(void) d;
	writer_unsigned(w, m->bytes[offset] & 1);
}

void decode_residence(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_array(w, d, m, 1, put_residence);
}
