/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Arrays of struct iovec, and what is in them. The contents are a memory of their own, PART_DATA: of each vector in
 * turn how many bytes were captured and these, so what cannot be read, and all behind it, is not there and shows its
 * address.
 */

#include "trace/decode.h"

#include "util/macro.h"

#define DATA_ALIGNMENT 4U

/* The contents of the vectors, one after the other. */
typedef struct Contents {
	const CallMemory *data;
	uint32_t at;
} Contents;

/* Return: whether there is another vector's */
static bool contents_next(Contents *c, const uint8_t **ret_bytes, uint32_t *ret_size)
{
	uint32_t size;

	if (!c->data || c->at + sizeof(size) > c->data->captured)
		return false;
	size = memory32(c->data, c->at);
	c->at += sizeof(size);
	if (size > c->data->captured - c->at)
		size = c->data->captured - c->at;
	*ret_bytes = c->data->bytes + c->at;
	*ret_size = size;
	c->at += MIN((size + DATA_ALIGNMENT - 1) / DATA_ALIGNMENT * DATA_ALIGNMENT, c->data->captured - c->at);
	return true;
}

/* @moved: bytes of it that the call is about */
static void put_vector(Writer *w, Contents *c, uint64_t base, uint64_t length, uint64_t moved)
{
	const uint8_t *bytes = NULL;
	uint32_t size = 0;
	bool there = contents_next(c, &bytes, &size);

	writer_struct_begin(w);
	writer_member(w, "iov_base");
	if (base == 0 || !c->data)
		writer_pointer(w, base);
	else if (moved == 0)
		writer_string(w, "", 0, false);
	else if (there)
		writer_string(w, bytes, MIN(size, moved), size < moved);
	else
		writer_pointer(w, base);
	writer_member_unsigned(w, "iov_len", length);
	writer_struct_end(w);
}

void decode_vectors(Writer *w, const Decoder *d, const CallMemory *m, const CallMemory *data, uint64_t left)
{
	unsigned size = d->machine == MACHINE_I386 ? 8 : 16, n = m->captured / size, max = decode_elements_max(w);
	Contents contents = { .data = data };

	writer_array_begin(w);
	for (unsigned i = 0; i < n && i < max; i++) {
		uint64_t length = memory_word(d, m, 2 * i + 1), moved = MIN(length, left);

		writer_element(w);
		put_vector(w, &contents, memory_word(d, m, 2 * i), length, moved);
		left -= moved;
	}
	if (n > max)
		writer_more(w);
	else if (n < m->requested / size || memory_is_cut(m))
		decode_missing(w, d, m);
	writer_array_end(w);
}

/* Of another process, or of no interest: addresses. */
void decode_iovec(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_vectors(w, d, m, NULL, 0);
}

static const CallMemory no_contents = { .status = MEMORY_WHOLE };

/* With contents that were not captured, those that are empty are still known. */
static const CallMemory *contents_of(const Decoder *d)
{
	return call_memory(d->call, MEMORY_PART(0, PART_DATA)) ?: &no_contents;
}

void decode_iovec_in(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_vectors(w, d, m, contents_of(d), UINT64_MAX);
}

void decode_iovec_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	bool filled = call_has_succeeded(d->call);

	(void) i;
	decode_vectors(w, d, m, filled ? contents_of(d) : NULL, filled ? (uint64_t) d->call->result : 0);
}
