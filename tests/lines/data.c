/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls that move data: to and from buffers, by vectors, and between descriptors. */

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

#define LONG_TEXT "0123456789abcdefghijklmnopqrstuvwxyz, which is more than 32 characters"

static int file, ends[2];

static const struct {
	const char *data;
	size_t size;
} samples[] = {
	{ "x", 1 },
	{ "line\n", 5 },
	{ "\0\1\2\3\4\5\6\a\b\t\n\v\f\r\016\033\"\\\x7f\x80\xff", 21 },
	{ "\0000\0019\1a\0128\08", 10 },
	{ "\0\0\0\0", 4 },
	{ "exactly thirty-two characters...", 32 },
	{ "and now thirty-three characters..", 33 },
	{ "/* */ <unfinished ...> ' %s ${x} `", 34 },
	{ LONG_TEXT, sizeof(LONG_TEXT) },
	{ "\303\244\342\202\254 UTF-8", 11 },
};

static void writes(void)
{
	for (size_t i = 0; i < ELEMENTS(samples); i++) {
		const char *data = page_end(samples[i].data, samples[i].size);

		(void) syscall(SYS_write, file, data, samples[i].size);
		(void) syscall(SYS_pwrite64, file, data, samples[i].size, 100000L * i);
	}
	expect("pwrite64(%d, \"\\303\\244\\342\\202\\254 UTF-8\", 11, 900000) = 11", file);
	expect("write(%d, \"\", 0) = %s", file, result(syscall(SYS_write, file, "", 0L)));
	(void) syscall(SYS_write, file, NULL, 0L);
	(void) syscall(SYS_write, file, NULL, 5L);
	(void) syscall(SYS_write, file, unreadable(), 5L);
	(void) syscall(SYS_write, file, page_end("four", 4), 5L);
	(void) syscall(SYS_write, file, page_end(LONG_TEXT, sizeof(LONG_TEXT)), 100L);
	(void) syscall(SYS_write, file, page_end("x", 1), SIZE_MAX);
	(void) syscall(SYS_write, NO_FD, "bad", 3L);
	(void) syscall(SYS_write, -1, LONG_TEXT, sizeof(LONG_TEXT));
	(void) syscall(SYS_pwrite64, file, "bad", 3L, -1L);
	(void) syscall(SYS_pwrite64, ends[1], "bad", 3L, 0L);
}

static void reads(void)
{
	(void) syscall(SYS_lseek, file, 0L, SEEK_SET);
	(void) syscall(SYS_read, file, room_end(1), 1L);
	expect("read(%d, \"x\", 1) = 1", file);
	(void) syscall(SYS_read, file, room_end(20), 20L);
	(void) syscall(SYS_read, file, room_end(500), 500L);
	(void) syscall(SYS_read, file, room_end(5), 0L);
	for (size_t i = 0; i < ELEMENTS(samples); i++)
		(void) syscall(SYS_pread64, file, room_end(64), 64L, 100000L * i);
	for (long size = 30; size < 36; size++)
		(void) syscall(SYS_pread64, file, room_end(64), size, 800000L);
	expect("pread64(%d, \"0123456789abcdefghijklmnopqrstuv\"..., 35, 800000) = 35", file);
	(void) syscall(SYS_pread64, file, room_end(5), 5L, 1L << 40);
	expect("pread64(%d, \"\", 5, 1099511627776) = 0", file);
	(void) syscall(SYS_pread64, file, room_end(5), 5L, -1L);
	(void) syscall(SYS_pread64, file, NULL, 5L, 0L);
	(void) syscall(SYS_pread64, file, unreadable(), 5L, 0L);
	(void) syscall(SYS_pread64, file, room_end(3), 5L, 0L);
	(void) syscall(SYS_read, NO_FD, room_end(5), 5L);
	(void) syscall(SYS_read, ends[0], room_end(5), 5L); /* EAGAIN */
}

static const struct iovec *vectors(size_t n)
{
	struct iovec v[8];

	for (size_t i = 0; i < n; i++)
		v[i] = (struct iovec){ page_end(samples[i].data, samples[i].size), samples[i].size };
	return page_end(v, n * sizeof(v[0]));
}

static void vectors_out(void)
{
	struct iovec bad[] = {
		{ page_end("good", 4), 4 }, { unreadable(), 4 }, { NULL, 0 }, { NULL, 3 }, { page_end("y", 1), 5 }
	};

	(void) syscall(SYS_writev, file, vectors(1), 1);
	expect("writev(%d, [{iov_base=\"x\", iov_len=1}], 1) = 1", file);
	(void) syscall(SYS_writev, file, vectors(3), 3);
	(void) syscall(SYS_writev, file, vectors(8), 8);
	(void) syscall(SYS_pwritev, file, vectors(7), 7L, 5L, 0L);
	(void) syscall(SYS_pwritev2, file, vectors(2), 2L, -1L, -1L, RWF_APPEND);
	(void) syscall(SYS_pwritev2, file, vectors(2), 2L, 7L, 0L, RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT);
	(void) syscall(SYS_pwritev2, file, vectors(2), 2L, 7L, 0L, 0x10000);
	(void) syscall(SYS_writev, file, vectors(2), 0L);
	(void) syscall(SYS_writev, file, NULL, 0L);
	(void) syscall(SYS_writev, file, NULL, 2L);
	(void) syscall(SYS_writev, file, unreadable(), 2L);
	(void) syscall(SYS_writev, file, vectors(2), 3L);
	(void) syscall(SYS_writev, file, vectors(2), 2000L);
	(void) syscall(SYS_writev, file, vectors(2), -1L);
	for (size_t i = 1; i <= ELEMENTS(bad); i++)
		(void) syscall(SYS_writev, file, page_end(bad, i * sizeof(bad[0])), i);
	(void) syscall(SYS_writev, NO_FD, vectors(2), 2L);
	(void) syscall(SYS_writev, ends[1], vectors(2), 2L);
}

static void vectors_in(void)
{
	struct iovec v[] = { { room_end(1), 1 }, { room_end(40), 40 }, { room_end(0), 0 }, { room_end(100), 100 } };
	struct iovec bad[] = { { room_end(4), 4 }, { unreadable(), 4 }, { NULL, 3 } };

	(void) syscall(SYS_readv, ends[0], page_end(v, sizeof(v)), 4L);
	(void) syscall(SYS_readv, ends[0], page_end(v, sizeof(v)), 4L); /* EAGAIN */
	(void) syscall(SYS_preadv, file, page_end(v, sizeof(v)), 4L, 800000L, 0L);
	(void) syscall(SYS_preadv, file, page_end(v, sizeof(v[0])), 1L, 800000L, 0L);
	(void) syscall(SYS_preadv, file, page_end(v, 2 * sizeof(v[0])), 2L, 800000L, 0L);
	(void) syscall(SYS_preadv2, file, page_end(v, sizeof(v)), 4L, 800000L, 0L, RWF_NOWAIT);
	(void) syscall(SYS_preadv2, file, page_end(v, sizeof(v)), 4L, -1L, -1L, 0L);
	(void) syscall(SYS_preadv, file, page_end(v, sizeof(v)), 4L, 1L << 40, 0L); /* the end */
	(void) syscall(SYS_preadv, file, page_end(v, sizeof(v)), 4L, -1L, -1L);
	(void) syscall(SYS_readv, file, NULL, 4L);
	(void) syscall(SYS_readv, file, unreadable(), 4L);
	(void) syscall(SYS_readv, file, v, 0L);
	for (size_t i = 1; i <= ELEMENTS(bad); i++)
		(void) syscall(SYS_preadv, file, page_end(bad, i * sizeof(bad[0])), i, 800000L, 0L);
	(void) syscall(SYS_readv, NO_FD, v, 4L);
}

static void between(void)
{
	long other = syscall(SYS_openat, AT_FDCWD, "other", O_RDWR | O_CREAT | O_TRUNC, 0600), from = 800000, to = 5;

	(void) syscall(SYS_sendfile, other, file, NULL, 10L);
	(void) syscall(SYS_sendfile, other, file, page_end(&from, sizeof(from)), 20L);
	(void) syscall(SYS_sendfile, other, file, unreadable(), 20L);
	(void) syscall(SYS_sendfile, NO_FD, file, page_end(&from, sizeof(from)), 20L);
	(void) syscall(SYS_copy_file_range, file, page_end(&from, sizeof(from)), other, page_end(&to, sizeof(to)), 30L,
		       0);
	(void) syscall(SYS_copy_file_range, file, NULL, other, NULL, 30L, 0);
	(void) syscall(SYS_copy_file_range, file, NULL, NO_FD, unreadable(), 30L, 7);
	(void) syscall(SYS_splice, file, page_end(&from, sizeof(from)), ends[1], NULL, 40L,
		       SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	(void) syscall(SYS_splice, ends[0], NULL, other, page_end(&to, sizeof(to)), 40L, SPLICE_F_MORE | SPLICE_F_GIFT);
	(void) syscall(SYS_splice, ends[0], NULL, ends[1], NULL, 40L, SPLICE_F_NONBLOCK);
	(void) syscall(SYS_splice, ends[0], unreadable(), NO_FD, NULL, -1L, 0x80);
	(void) syscall(SYS_tee, ends[0], ends[1], 10L, SPLICE_F_NONBLOCK);
	(void) syscall(SYS_tee, file, NO_FD, 10L, 0);
	(void) syscall(SYS_vmsplice, ends[1], vectors(2), 2L, SPLICE_F_NONBLOCK);
	(void) syscall(SYS_vmsplice, NO_FD, vectors(1), 1L, 0x80);
	(void) syscall(SYS_close, other);
}

static void hints(void)
{
	static const int advices[] = {
		POSIX_FADV_NORMAL, POSIX_FADV_RANDOM, POSIX_FADV_SEQUENTIAL, POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,
		POSIX_FADV_NOREUSE, 9,
	};
	static const int modes[] = {
		0, FALLOC_FL_KEEP_SIZE, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, FALLOC_FL_ZERO_RANGE,
		FALLOC_FL_COLLAPSE_RANGE, FALLOC_FL_INSERT_RANGE | FALLOC_FL_UNSHARE_RANGE, 0x1000,
	};

	for (size_t i = 0; i < ELEMENTS(advices); i++)
		(void) syscall(SYS_fadvise64, file, 4096L, 8192L, advices[i]);
	(void) syscall(SYS_fadvise64, NO_FD, -1L, -1L, POSIX_FADV_NORMAL);
	for (size_t i = 0; i < ELEMENTS(modes); i++)
		(void) syscall(SYS_fallocate, file, modes[i], 0L, 4096L);
	(void) syscall(SYS_fallocate, NO_FD, 0, -1L, -1L);
	(void) syscall(SYS_readahead, file, 0L, 4096L);
	(void) syscall(SYS_readahead, NO_FD, -1L, 4096L);
	(void) syscall(SYS_sync_file_range, file, 0L, 4096L, SYNC_FILE_RANGE_WRITE);
	(void) syscall(SYS_sync_file_range, file, 0L, -1L,
		       SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WAIT_AFTER | 8);
}

static void directory(void)
{
	long fd = syscall(SYS_openat, AT_FDCWD, ".", O_RDONLY | O_DIRECTORY), empty;

	(void) syscall(SYS_getdents64, fd, room_end(32), 8L);
	(void) syscall(SYS_getdents64, fd, room_end(4096), 4096L);
	(void) syscall(SYS_getdents64, fd, room_end(4096), 4096L);
	(void) syscall(SYS_getdents64, fd, unreadable(), 4096L);
	(void) syscall(SYS_getdents64, file, room_end(4096), 4096L);
	(void) syscall(SYS_getdents64, NO_FD, room_end(4096), 4096L);
	(void) syscall(SYS_mkdirat, AT_FDCWD, "empty", 0700);
	empty = syscall(SYS_openat, AT_FDCWD, "empty", O_RDONLY | O_DIRECTORY);
	(void) syscall(SYS_getdents64, empty, room_end(100), 100L);
	(void) syscall(SYS_getdents64, empty, room_end(100), 100L);
}

static void pipes(void)
{
	static const int flags[] = { 0, O_CLOEXEC, O_NONBLOCK, O_CLOEXEC | O_NONBLOCK | O_DIRECT, O_EXCL, 0x4000000 };

	for (size_t i = 0; i < ELEMENTS(flags); i++)
		(void) syscall(SYS_pipe2, room_end(sizeof(ends)), flags[i]);
	(void) syscall(SYS_pipe2, NULL, 0);
	(void) syscall(SYS_pipe2, unreadable(), O_CLOEXEC);
	(void) syscall(SYS_pipe2, ends, O_NONBLOCK);
	expect("pipe2([%d, %d], O_NONBLOCK) = 0", ends[0], ends[1]);
}

int main(void)
{
	lines_begin();
	checked("desc");
	file = (int) syscall(SYS_openat, AT_FDCWD, "file", O_RDWR | O_CREAT | O_EXCL, 0600);
	pipes();
	writes();
	reads();
	vectors_out();
	vectors_in();
	between();
	hints();
	directory();
	return lines_end();
}
