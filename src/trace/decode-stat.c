/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What stat() and its kind tell of a file. What is shown without -v is its mode and size, or which device it is.
 */

#include "trace/decode.h"

#define FILE_TYPE_MASK 0170000U
#define FILE_TYPE_CHR 0020000U
#define FILE_TYPE_BLK 0060000U

/* Members of a struct that has them at other places and in other sizes on each machine. */
typedef enum StatMember {
	STAT_DEV,
	STAT_INO,
	STAT_MODE,
	STAT_NLINK,
	STAT_UID,
	STAT_GID,
	STAT_RDEV,
	STAT_SIZE,
	STAT_BLKSIZE,
	STAT_BLOCKS,
	STAT_ATIME, /* each time is followed by its nanoseconds, of the same size */
	STAT_MTIME,
	STAT_CTIME,
	_STAT_MAX,
} StatMember;

typedef struct StatLayout {
	struct {
		uint8_t offset;
		uint8_t size;
	} members[_STAT_MAX];
} StatLayout;

static const StatLayout layout_x86_64 = { {
	[STAT_DEV] = { 0, 8 }, [STAT_INO] = { 8, 8 }, [STAT_MODE] = { 24, 4 }, [STAT_NLINK] = { 16, 8 },
	[STAT_UID] = { 28, 4 }, [STAT_GID] = { 32, 4 }, [STAT_RDEV] = { 40, 8 }, [STAT_SIZE] = { 48, 8 },
	[STAT_BLKSIZE] = { 56, 8 }, [STAT_BLOCKS] = { 64, 8 }, [STAT_ATIME] = { 72, 8 }, [STAT_MTIME] = { 88, 8 },
	[STAT_CTIME] = { 104, 8 },
} };

static const StatLayout layout_arm64 = { {
	[STAT_DEV] = { 0, 8 }, [STAT_INO] = { 8, 8 }, [STAT_MODE] = { 16, 4 }, [STAT_NLINK] = { 20, 4 },
	[STAT_UID] = { 24, 4 }, [STAT_GID] = { 28, 4 }, [STAT_RDEV] = { 32, 8 }, [STAT_SIZE] = { 48, 8 },
	[STAT_BLKSIZE] = { 56, 4 }, [STAT_BLOCKS] = { 64, 8 }, [STAT_ATIME] = { 72, 8 }, [STAT_MTIME] = { 88, 8 },
	[STAT_CTIME] = { 104, 8 },
} };

static const StatLayout layout_i386 = { {
	[STAT_DEV] = { 0, 4 }, [STAT_INO] = { 4, 4 }, [STAT_MODE] = { 8, 2 }, [STAT_NLINK] = { 10, 2 },
	[STAT_UID] = { 12, 2 }, [STAT_GID] = { 14, 2 }, [STAT_RDEV] = { 16, 4 }, [STAT_SIZE] = { 20, 4 },
	[STAT_BLKSIZE] = { 24, 4 }, [STAT_BLOCKS] = { 28, 4 }, [STAT_ATIME] = { 32, 4 }, [STAT_MTIME] = { 40, 4 },
	[STAT_CTIME] = { 48, 4 },
} };

/* struct stat64 of i386, where 64 bits are aligned to 4 bytes. */
static const StatLayout layout_i386_64 = { {
	[STAT_DEV] = { 0, 8 }, [STAT_INO] = { 88, 8 }, [STAT_MODE] = { 16, 4 }, [STAT_NLINK] = { 20, 4 },
	[STAT_UID] = { 24, 4 }, [STAT_GID] = { 28, 4 }, [STAT_RDEV] = { 32, 8 }, [STAT_SIZE] = { 44, 8 },
	[STAT_BLKSIZE] = { 52, 4 }, [STAT_BLOCKS] = { 56, 8 }, [STAT_ATIME] = { 64, 4 }, [STAT_MTIME] = { 72, 4 },
	[STAT_CTIME] = { 80, 4 },
} };

static uint64_t sized(const CallMemory *m, unsigned offset, unsigned size)
{
	return size == 8 ? memory64(m, offset) : size == 4 ? memory32(m, offset) : memory16(m, offset);
}

static uint64_t member(const CallMemory *m, const StatLayout *layout, StatMember which)
{
	return sized(m, layout->members[which].offset, layout->members[which].size);
}

static void put_unsigned(Writer *w, const CallMemory *m, const StatLayout *layout, StatMember which, const char *name)
{
	writer_member_unsigned(w, name, member(m, layout, which));
}

static void put_device(Writer *w, const CallMemory *m, const StatLayout *layout, StatMember which, const char *name)
{
	writer_member(w, name);
	decode_device(w, member(m, layout, which));
}

static void put_time(Writer *w, const CallMemory *m, const StatLayout *layout, StatMember which, const char *name,
		     const char *name_nsec)
{
	unsigned offset = layout->members[which].offset, size = layout->members[which].size;
	uint64_t seconds = sized(m, offset, size), nanoseconds = sized(m, offset + size, size);
	int64_t time = size == 4 ? (int32_t) seconds : (int64_t) seconds;

	writer_member_signed(w, name, time);
	writer_time(w, time, nanoseconds, 9);
	writer_member_unsigned(w, name_nsec, nanoseconds);
}

static void put_mode(Writer *w, const CallMemory *m, const StatLayout *layout)
{
	writer_member(w, "st_mode");
	decode_file_mode(w, (uint32_t) member(m, layout, STAT_MODE));
}

/* A device has a number where others have a size. */
static void put_size(Writer *w, const CallMemory *m, const StatLayout *layout)
{
	uint64_t type = member(m, layout, STAT_MODE) & FILE_TYPE_MASK;

	if (type == FILE_TYPE_CHR || type == FILE_TYPE_BLK)
		put_device(w, m, layout, STAT_RDEV, "st_rdev");
	else
		put_unsigned(w, m, layout, STAT_SIZE, "st_size");
}

static void put_stat(Writer *w, const CallMemory *m, const StatLayout *layout)
{
	writer_struct_begin(w);
	if (w->style.verbose) {
		put_device(w, m, layout, STAT_DEV, "st_dev");
		put_unsigned(w, m, layout, STAT_INO, "st_ino");
	}
	put_mode(w, m, layout);
	if (w->style.verbose) {
		put_unsigned(w, m, layout, STAT_NLINK, "st_nlink");
		put_unsigned(w, m, layout, STAT_UID, "st_uid");
		put_unsigned(w, m, layout, STAT_GID, "st_gid");
		put_unsigned(w, m, layout, STAT_BLKSIZE, "st_blksize");
		put_unsigned(w, m, layout, STAT_BLOCKS, "st_blocks");
	}
	put_size(w, m, layout);
	if (w->style.verbose) {
		put_time(w, m, layout, STAT_ATIME, "st_atime", "st_atime_nsec");
		put_time(w, m, layout, STAT_MTIME, "st_mtime", "st_mtime_nsec");
		put_time(w, m, layout, STAT_CTIME, "st_ctime", "st_ctime_nsec");
	} else
		writer_more(w);
	writer_struct_end(w);
}

void decode_stat(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const StatLayout *const layouts[] = {
		[MACHINE_X86_64] = &layout_x86_64,
		[MACHINE_I386] = &layout_i386,
		[MACHINE_ARM64] = &layout_arm64,
	};

	(void) i;
	put_stat(w, m, layouts[d->machine]);
}

void decode_stat64(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_stat(w, m, &layout_i386_64);
}
