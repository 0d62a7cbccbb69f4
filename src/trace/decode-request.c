/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What requests of ioctl() to files, file systems, block and loop devices and userfaultfd have in memory. */

#include "trace/decode.h"

#include <string.h>

#include "trace/names.h"
#include "util/macro.h"

/* Members of struct loop_info64 of <linux/loop.h>. */
enum {
	LOOP_DEVICE = 0,
	LOOP_INODE = 8,
	LOOP_RDEVICE = 16,
	LOOP_OFFSET = 24,
	LOOP_SIZE_LIMIT = 32,
	LOOP_NUMBER = 40,
	LOOP_ENCRYPTION = 44,
	LOOP_KEY_SIZE = 48,
	LOOP_FLAGS_AT = 52,
	LOOP_FILE_NAME = 56,
	LOOP_NAME_SIZE = 64,
	LOOP_CONFIG_INFO = 8, /* of struct loop_config */
};

#define SET_XATTR 0x401c5820U /* FS_IOC_FSSETXATTR */

void decode_inode_flags(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_reference_begin(w);
	writer_flags(w, ARG_INODE_FLAGS, memory32(m, 0));
	writer_reference_end(w);
}

/* How many extents there are is none of what can be set. */
void decode_fsxattr(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	bool set = (uint32_t) arg_value(d, 1) == SET_XATTR;

	(void) i;
	writer_struct_begin(w);
	writer_member_flags(w, "fsx_xflags", ARG_INODE_XFLAGS, memory32(m, 0));
	writer_member_unsigned(w, "fsx_extsize", memory32(m, 4));
	if (!set)
		writer_member_unsigned(w, "fsx_nextents", memory32(m, 8));
	writer_member_hex(w, "fsx_projid", memory32(m, 12));
	writer_member_unsigned(w, "fsx_cowextsize", memory32(m, 16));
	writer_struct_end(w);
}

void decode_clone_range(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_struct_begin(w);
	writer_member_signed(w, "src_fd", (int64_t) memory64(m, 0));
	writer_member_unsigned(w, "src_offset", memory64(m, 8));
	writer_member_unsigned(w, "src_length", memory64(m, 16));
	writer_member_unsigned(w, "dest_offset", memory64(m, 24));
	writer_struct_end(w);
}

/* What was asked for, and behind it what was found; the extents themselves are not captured. */
void decode_fiemap(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *after = memory_after(d, i, kind_size(ARG_FIEMAP, d->machine));

	if (after)
		writer_change_begin(w);
	writer_struct_begin(w);
	writer_member_unsigned(w, "fm_start", memory64(m, 0));
	writer_member_unsigned(w, "fm_length", memory64(m, 8));
	writer_member_flags(w, "fm_flags", ARG_EXTENT_MAP_FLAGS, memory32(m, 16));
	writer_member_unsigned(w, "fm_extent_count", memory32(m, 24));
	writer_struct_end(w);
	if (!after)
		return;
	writer_change_after(w);
	writer_struct_begin(w);
	writer_member_flags(w, "fm_flags", ARG_EXTENT_MAP_FLAGS, memory32(after, 16));
	writer_member_unsigned(w, "fm_mapped_extents", memory32(after, 20));
	writer_more(w);
	writer_struct_end(w);
	writer_change_end(w);
}

void decode_trim_range(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_struct_begin(w);
	writer_member_hex(w, "start", memory64(m, 0));
	writer_member_unsigned(w, "len", memory64(m, 8));
	writer_member_unsigned(w, "minlen", memory64(m, 16));
	writer_struct_end(w);
}

static void put_element(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	(void) d;
	writer_unsigned(w, memory64(m, offset));
}

void decode_block_range(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_array(w, d, m, sizeof(uint64_t), put_element);
}

void decode_unsigned64(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_reference_begin(w);
	writer_unsigned(w, memory64(m, 0));
	writer_reference_end(w);
}

void decode_unsigned_long(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	writer_reference_begin(w);
	writer_unsigned(w, memory_word(d, m, 0));
	writer_reference_end(w);
}

/* A name in an array of fixed size. */
void decode_label(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	size_t size = strnlen((const char *) m->bytes, m->captured);

	(void) d;
	(void) i;
	writer_string(w, m->bytes, size, size == m->captured);
}

static void put_loop(Writer *w, const uint8_t *bytes)
{
	const CallMemory m = { .bytes = bytes, .captured = LOOP_FILE_NAME + LOOP_NAME_SIZE };
	size_t size = strnlen((const char *) bytes + LOOP_FILE_NAME, LOOP_NAME_SIZE);

	writer_struct_begin(w);
	if (w->style.verbose) {
		writer_member(w, "lo_device");
		decode_device(w, memory64(&m, LOOP_DEVICE));
		writer_member_unsigned(w, "lo_inode", memory64(&m, LOOP_INODE));
		writer_member(w, "lo_rdevice");
		decode_device(w, memory64(&m, LOOP_RDEVICE));
	}
	writer_member_hex(w, "lo_offset", memory64(&m, LOOP_OFFSET));
	if (w->style.verbose)
		writer_member_unsigned(w, "lo_sizelimit", memory64(&m, LOOP_SIZE_LIMIT));
	writer_member_unsigned(w, "lo_number", memory32(&m, LOOP_NUMBER));
	if (w->style.verbose || memory32(&m, LOOP_ENCRYPTION) > 0) {
		writer_member_flags(w, "lo_encrypt_type", ARG_LOOP_CRYPT, memory32(&m, LOOP_ENCRYPTION));
		writer_member_unsigned(w, "lo_encrypt_key_size", memory32(&m, LOOP_KEY_SIZE));
	}
	writer_member_flags(w, "lo_flags", ARG_LOOP_FLAGS, memory32(&m, LOOP_FLAGS_AT));
	writer_member(w, "lo_file_name");
	writer_string(w, bytes + LOOP_FILE_NAME, MIN(size, (size_t) LOOP_NAME_SIZE - 1), size == LOOP_NAME_SIZE);
	writer_more(w); /* what encryption had, up to Linux 5.14, is a secret */
	writer_struct_end(w);
}

void decode_loop_info(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_loop(w, m->bytes);
}

void decode_loop_config(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_struct_begin(w);
	writer_member_signed(w, "fd", (int32_t) memory32(m, 0));
	writer_member_unsigned(w, "block_size", memory32(m, 4));
	writer_member(w, "info");
	put_loop(w, m->bytes + LOOP_CONFIG_INFO);
	writer_struct_end(w);
}

static void put_range(Writer *w, const CallMemory *m)
{
	writer_struct_begin(w);
	writer_member_hex(w, "start", memory64(m, 0));
	writer_member_hex(w, "len", memory64(m, 8));
	writer_struct_end(w);
}

void decode_uffd_range(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_range(w, m);
}

void decode_uffd_api(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *after = memory_after(d, i, kind_size(ARG_UFFD_API, d->machine));

	writer_struct_begin(w);
	writer_member_hex(w, "api", memory64(m, 0));
	writer_member(w, "features");
	if (!after)
		writer_flags(w, ARG_UFFD_FEATURES, memory64(m, 8));
	else {
		writer_change_begin(w);
		writer_flags(w, ARG_UFFD_FEATURES, memory64(m, 8));
		writer_change_after(w);
		writer_punctuation(w, "features=");
		writer_flags(w, ARG_UFFD_FEATURES, memory64(after, 8));
		writer_change_end(w);
		writer_member_flags(w, "ioctls", ARG_UFFD_API_IOCTLS, memory64(after, 16));
	}
	writer_struct_end(w);
}

void decode_uffd_register(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *after = memory_after(d, i, kind_size(ARG_UFFD_REGISTER, d->machine));

	writer_struct_begin(w);
	writer_member(w, "range");
	put_range(w, m);
	writer_member_flags(w, "mode", ARG_UFFD_REGISTER_MODE, memory64(m, 16));
	if (after)
		writer_member_flags(w, "ioctls", ARG_UFFD_RANGE_IOCTLS, memory64(after, 24));
	writer_struct_end(w);
}

void decode_uffd_copy(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *after = memory_after(d, i, kind_size(ARG_UFFD_COPY, d->machine));

	writer_struct_begin(w);
	writer_member_hex(w, "dst", memory64(m, 0));
	writer_member_hex(w, "src", memory64(m, 8));
	writer_member_hex(w, "len", memory64(m, 16));
	writer_member_flags(w, "mode", ARG_UFFD_COPY_MODE, memory64(m, 24));
	if (after)
		writer_member_hex(w, "copy", memory64(after, 32));
	writer_struct_end(w);
}

void decode_uffd_zero(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *after = memory_after(d, i, kind_size(ARG_UFFD_ZERO, d->machine));

	writer_struct_begin(w);
	writer_member(w, "range");
	put_range(w, m);
	writer_member_flags(w, "mode", ARG_UFFD_ZERO_MODE, memory64(m, 16));
	if (after)
		writer_member_hex(w, "zeropage", memory64(after, 24));
	writer_struct_end(w);
}
