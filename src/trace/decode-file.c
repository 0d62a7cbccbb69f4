/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What calls on files have besides: extended attributes, attributes of inodes, the page cache, how to open. */

#include "trace/decode.h"

#include "util/macro.h"

#define OPEN_HOW_SIZE 24U
#define FILE_ATTR_SIZE 24U
#define XATTR_ARGS_SIZE 16U
#define OPEN_FLAGS_CREATE 020000100U /* O_CREAT, and what O_TMPFILE has besides O_DIRECTORY */

void decode_open_how(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint64_t flags = memory64(m, 0), mode = memory64(m, 8);

	if (m->captured < OPEN_HOW_SIZE) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	writer_member(w, "flags");
	decode_open_flags(w, d, flags);
	if (mode > 0 || flags & OPEN_FLAGS_CREATE) {
		writer_member(w, "mode");
		writer_octal(w, mode);
	}
	writer_member_flags(w, "resolve", ARG_RESOLVE, memory64(m, 16));
	decode_rest(w, m, OPEN_HOW_SIZE);
	writer_struct_end(w);
}

/* @size: bytes that the value has, if that was captured */
static void put_xattr_args(Writer *w, const CallMemory *m, const CallMemory *value, uint32_t size)
{
	writer_struct_begin(w);
	writer_member(w, "value");
	if (value && value->status != MEMORY_UNREADABLE)
		writer_string(w, value->bytes, MIN(value->captured, size), value->captured < size);
	else
		writer_pointer(w, memory64(m, 0));
	writer_member_unsigned(w, "size", memory32(m, 8));
	writer_member_flags(w, "flags", ARG_XATTR_FLAGS, memory32(m, 12));
	writer_struct_end(w);
}

void decode_xattr_args(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *value = call_memory(d->call, MEMORY_PART(0, PART_4));

	if (m->captured < XATTR_ARGS_SIZE)
		decode_address(w, d, i);
	else
		put_xattr_args(w, m, value, value ? value->requested : 0);
}

/* Without room for it the result is how much the value would need. */
void decode_xattr_args_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *value = call_memory(d->call, MEMORY_PART(0, PART_4));

	if (m->captured < XATTR_ARGS_SIZE)
		decode_address(w, d, i);
	else if (!call_has_succeeded(d->call) || d->call->result > memory32(m, 8))
		put_xattr_args(w, m, NULL, 0);
	else
		put_xattr_args(w, m, value, (uint32_t) d->call->result);
}

void decode_file_attr(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const names[] = { "fa_extsize", "fa_nextents", "fa_projid", "fa_cowextsize" };

	if (m->captured < FILE_ATTR_SIZE) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	writer_member_flags(w, "fa_xflags", ARG_FILE_ATTRIBUTES, memory64(m, 0));
	for (unsigned n = 0; n < 4; n++)
		writer_member_unsigned(w, names[n], memory32(m, 8 + n * 4));
	decode_rest(w, m, FILE_ATTR_SIZE);
	writer_struct_end(w);
}

static void put_members(Writer *w, const CallMemory *m, const char *const *names)
{
	writer_struct_begin(w);
	for (unsigned n = 0; names[n]; n++)
		writer_member_unsigned(w, names[n], memory64(m, n * 8));
	writer_struct_end(w);
}

void decode_cachestat_range(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const names[] = { "off", "len", NULL };

	(void) d;
	(void) i;
	put_members(w, m, names);
}

void decode_cachestat(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const names[] = { "nr_cache", "nr_dirty", "nr_writeback", "nr_evicted", "nr_recently_evicted",
					     NULL };

	(void) d;
	(void) i;
	put_members(w, m, names);
}

/* Where _llseek() has got to. */
void decode_offset_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_reference_begin(w);
	writer_signed(w, (int64_t) memory64(m, 0));
	writer_reference_end(w);
}
