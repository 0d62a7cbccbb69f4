/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What statx() tells of a file: the members that its mask says are there. The same on all machines. */

#include "trace/decode.h"

/* Bits of stx_mask, <linux/stat.h>. */
enum {
	MASK_MODE = 0x3, /* STATX_TYPE and STATX_MODE */
	MASK_NLINK = 0x4,
	MASK_UID = 0x8,
	MASK_GID = 0x10,
	MASK_ATIME = 0x20,
	MASK_MTIME = 0x40,
	MASK_CTIME = 0x80,
	MASK_INO = 0x100,
	MASK_SIZE = 0x200,
	MASK_BLOCKS = 0x400,
	MASK_BTIME = 0x800,
	MASK_MNT_ID = 0x5000, /* STATX_MNT_ID and STATX_MNT_ID_UNIQUE */
	MASK_DIOALIGN = 0x2000,
	MASK_SUBVOL = 0x8000,
	MASK_WRITE_ATOMIC = 0x10000,
	MASK_DIO_READ_ALIGN = 0x20000,
};

/* Offsets of what is looked at more than once. */
enum {
	AT_MASK = 0,
	AT_ATTRIBUTES = 8,
	AT_MODE = 28,
	AT_SIZE = 40,
};

static bool has(const CallMemory *m, uint32_t bits)
{
	return memory32(m, AT_MASK) & bits;
}

static void put_attributes(Writer *w, const char *name, uint64_t value)
{
	writer_member_flags(w, name, ARG_STATX_ATTRIBUTES, value);
}

static void put_id(Writer *w, const char *name, uint32_t id)
{
	writer_member(w, name);
	decode_id(w, id);
}

static void put_time(Writer *w, const CallMemory *m, uint32_t bit, unsigned offset, const char *name)
{
	int64_t seconds = (int64_t) memory64(m, offset);
	uint32_t nanoseconds = memory32(m, offset + 8);

	if (!has(m, bit))
		return;
	writer_member(w, name);
	writer_struct_begin(w);
	writer_member_signed(w, "tv_sec", seconds);
	writer_member_unsigned(w, "tv_nsec", nanoseconds);
	writer_struct_end(w);
	writer_time(w, seconds, nanoseconds, 9);
}

static void put_mode(Writer *w, const CallMemory *m)
{
	if (!has(m, MASK_MODE))
		return;
	writer_member(w, "stx_mode");
	decode_file_mode(w, memory16(m, AT_MODE));
}

static void put_size(Writer *w, const CallMemory *m)
{
	if (has(m, MASK_SIZE))
		writer_member_unsigned(w, "stx_size", memory64(m, AT_SIZE));
}

static void put_owner(Writer *w, const CallMemory *m)
{
	if (has(m, MASK_NLINK))
		writer_member_unsigned(w, "stx_nlink", memory32(m, 16));
	if (has(m, MASK_UID))
		put_id(w, "stx_uid", memory32(m, 20));
	if (has(m, MASK_GID))
		put_id(w, "stx_gid", memory32(m, 24));
}

static void put_times(Writer *w, const CallMemory *m)
{
	put_time(w, m, MASK_ATIME, 64, "stx_atime");
	put_time(w, m, MASK_BTIME, 80, "stx_btime");
	put_time(w, m, MASK_CTIME, 96, "stx_ctime");
	put_time(w, m, MASK_MTIME, 112, "stx_mtime");
}

static void put_devices(Writer *w, const CallMemory *m)
{
	writer_member_unsigned(w, "stx_rdev_major", memory32(m, 128));
	writer_member_unsigned(w, "stx_rdev_minor", memory32(m, 132));
	writer_member_unsigned(w, "stx_dev_major", memory32(m, 136));
	writer_member_unsigned(w, "stx_dev_minor", memory32(m, 140));
}

/* What came with Linux 6.10 and later. */
static void put_newest(Writer *w, const CallMemory *m)
{
	if (has(m, MASK_SUBVOL))
		writer_member_hex(w, "stx_subvol", memory64(m, 160));
	if (has(m, MASK_WRITE_ATOMIC)) {
		writer_member_unsigned(w, "stx_atomic_write_unit_min", memory32(m, 168));
		writer_member_unsigned(w, "stx_atomic_write_unit_max", memory32(m, 172));
		writer_member_unsigned(w, "stx_atomic_write_segments_max", memory32(m, 176));
	}
	if (has(m, MASK_DIO_READ_ALIGN))
		writer_member_unsigned(w, "stx_dio_read_offset_align", memory32(m, 180));
}

static void put_whole(Writer *w, const CallMemory *m)
{
	writer_member_unsigned(w, "stx_blksize", memory32(m, 4));
	put_attributes(w, "stx_attributes", memory64(m, AT_ATTRIBUTES));
	put_owner(w, m);
	put_mode(w, m);
	if (has(m, MASK_INO))
		writer_member_unsigned(w, "stx_ino", memory64(m, 32));
	put_size(w, m);
	if (has(m, MASK_BLOCKS))
		writer_member_unsigned(w, "stx_blocks", memory64(m, 48));
	put_attributes(w, "stx_attributes_mask", memory64(m, 56));
	put_times(w, m);
	put_devices(w, m);
	if (has(m, MASK_MNT_ID))
		writer_member_hex(w, "stx_mnt_id", memory64(m, 144));
	if (has(m, MASK_DIOALIGN)) {
		writer_member_unsigned(w, "stx_dio_mem_align", memory32(m, 152));
		writer_member_unsigned(w, "stx_dio_offset_align", memory32(m, 156));
	}
	put_newest(w, m);
}

void decode_statx(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_struct_begin(w);
	writer_member_flags(w, "stx_mask", ARG_STATX_MASK, memory32(m, AT_MASK));
	if (w->style.verbose)
		put_whole(w, m);
	else {
		put_attributes(w, "stx_attributes", memory64(m, AT_ATTRIBUTES));
		put_mode(w, m);
		put_size(w, m);
		writer_more(w);
	}
	writer_struct_end(w);
}
