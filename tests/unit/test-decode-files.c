/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/made.h"

#include "unit/laid.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>

/* A call of @machine with one memory, which is what argument @arg points to. */
static const char *told(Text *t, const char *machine, bool verbose, Call call, unsigned arg, const void *bytes, size_t size)
{
	CaptureInfo info = { .machine = machine };
	LineStyle style = { .info = &info, .no_prefix = true, .no_duration = true, .values.verbose = verbose };
	Item item = { .kind = ITEM_CALL, .call = call };

	item.call.memory[item.call.n_memory++] = (CallMemory){
		.arg = (uint8_t) arg, .captured = (uint32_t) size, .requested = (uint32_t) size, .bytes = bytes
	};
	text_clear(t);
	line_put(t, &item, &style);
	text_truncate(t, t->size > 0 ? t->size - 1 : 0);
	return text_string(t);
}

#define CALL(number, ...) (Call){ .nr = number, .n_args = 6, .args = { __VA_ARGS__ } }
#define COMPAT(number, ...) (Call){ .nr = number, .flags = RECORD_COMPAT, .n_args = 6, .args = { __VA_ARGS__ } }

static void put16(uint8_t *to, uint16_t value)
{
	memcpy(to, &value, sizeof(value));
}

static void put32(uint8_t *to, uint32_t value)
{
	memcpy(to, &value, sizeof(value));
}

static void put64(uint8_t *to, uint64_t value)
{
	memcpy(to, &value, sizeof(value));
}

TEST(status_of_a_file_is_its_mode_and_size)
{
	_cleanup_text_ Text t = {};
	struct stat st;

	CHECK_STRING(MADE(&t, "fstat", NOWHERE, 0x1000), "fstat(77, 0x1000)" BADF);
	memset(&st, 0, sizeof(st));
	st.st_mode = S_IFREG | S_ISUID | 0755;
	st.st_size = 42;
	CHECK_STRING(told(&t, "x86_64", false, CALL(5, 3, 0x1000), 1, &st, sizeof(st)),
		     "fstat(3, {st_mode=S_IFREG|S_ISUID|0755, st_size=42, ...}) = 0");
	st.st_mode = S_IFBLK | 0600;
	st.st_rdev = 0x10300;
	CHECK_STRING(told(&t, "x86_64", false, CALL(5, 3, 0x1000), 1, &st, sizeof(st)),
		     "fstat(3, {st_mode=S_IFBLK|0600, st_rdev=makedev(0x103, 0), ...}) = 0");
	CHECK_STRING(told(&t, "x86_64", false, CALL(5, 3, 0x1000), 1, &st, sizeof(st) - 1), "fstat(3, 0x1000) = 0");
}

TEST(status_is_whole_when_verbose)
{
	_cleanup_text_ Text t = {};
	struct stat st = { .st_dev = 0xfe00, .st_ino = 7, .st_mode = S_IFDIR | 0700, .st_nlink = 2, .st_uid = 1,
			   .st_gid = 5, .st_size = 4096, .st_blksize = 512, .st_blocks = 8,
			   .st_atim = { 1700000000, 5 }, .st_mtim = { -1, 0 } };

	(void) setenv("TZ", "UTC", 1);
	CHECK_STRING(told(&t, "x86_64", true, CALL(5, 3, 0x1000), 1, &st, sizeof(st)),
		     "fstat(3, {st_dev=makedev(0xfe, 0), st_ino=7, st_mode=S_IFDIR|0700, st_nlink=2, st_uid=1, st_gid=5, "
		     "st_blksize=512, st_blocks=8, st_size=4096, "
		     "st_atime=1700000000 /* 2023-11-14T22:13:20.000000005+0000 */, st_atime_nsec=5, "
		     "st_mtime=-1 /* 1969-12-31T23:59:59+0000 */, st_mtime_nsec=0, st_ctime=0, st_ctime_nsec=0}) = 0");
}

TEST(status_has_other_places_on_other_machines)
{
	_cleanup_text_ Text t = {};
	uint8_t bytes[144] = {};

	put32(bytes + 16, S_IFREG | 0600);
	put64(bytes + 48, 9);
	CHECK_STRING(told(&t, "aarch64", false, CALL(80, 3, 0x1000), 1, bytes, 128),
		     "fstat(3, {st_mode=S_IFREG|0600, st_size=9, ...}) = 0");
	memset(bytes, 0, sizeof(bytes));
	put16(bytes + 8, S_IFCHR | 0620);
	put32(bytes + 16, 0x8803);
	CHECK_STRING(told(&t, "x86_64", false, COMPAT(108, 3, 0x1000), 1, bytes, 64),
		     "fstat(3, {st_mode=S_IFCHR|0620, st_rdev=makedev(0x88, 0x3), ...}) = 0");
	memset(bytes, 0, sizeof(bytes));
	put32(bytes + 16, S_IFREG | 0644);
	put64(bytes + 44, 1ULL << 40);
	CHECK_STRING(told(&t, "x86_64", false, COMPAT(197, 3, 0x1000), 1, bytes, 96),
		     "fstat64(3, {st_mode=S_IFREG|0644, st_size=1099511627776, ...}) = 0");
	put64(bytes + 88, 77);
	put32(bytes + 64, (uint32_t) -2);
	CHECK(strstr(told(&t, "x86_64", true, COMPAT(197, 3, 0x1000), 1, bytes, 96), "st_ino=77, "));
	CHECK(strstr(text_string(&t), "st_atime=-2 /* 1969-12-31T23:59:58+0000 */, st_atime_nsec=0, "));
}

TEST(statx_tells_what_its_mask_has)
{
	_cleanup_text_ Text t = {};
	uint8_t bytes[256] = {};

	put32(bytes, 0x203);
	put16(bytes + 28, S_IFREG | 0644);
	put64(bytes + 8, 0x2010);
	put64(bytes + 40, 12);
	CHECK_STRING(told(&t, "x86_64", false, CALL(332, 77, 0, 0x2000, 0x200, 0x1000), 4, bytes, sizeof(bytes)),
		     "statx(77, NULL, AT_STATX_FORCE_SYNC, STATX_SIZE, {stx_mask=STATX_TYPE|STATX_MODE|STATX_SIZE, "
		     "stx_attributes=STATX_ATTR_IMMUTABLE|STATX_ATTR_MOUNT_ROOT, stx_mode=S_IFREG|0644, stx_size=12, ...}) "
		     "= 0");
	put32(bytes, 0x8004);
	put32(bytes + 16, 3);
	put64(bytes + 160, 5);
	CHECK_STRING(told(&t, "x86_64", true, CALL(332, 77, 0, 0x20000, 0x200, 0x1000), 4, bytes, sizeof(bytes)),
		     "statx(77, NULL, AT_STATX_SYNC_AS_STAT|0x20000, STATX_SIZE, {stx_mask=STATX_NLINK|STATX_SUBVOL, "
		     "stx_blksize=0, stx_attributes=STATX_ATTR_IMMUTABLE|STATX_ATTR_MOUNT_ROOT, stx_nlink=3, "
		     "stx_attributes_mask=0, stx_rdev_major=0, stx_rdev_minor=0, stx_dev_major=0, stx_dev_minor=0, "
		     "stx_subvol=0x5}) = 0");
}

TEST(file_system_has_a_type_and_flags)
{
	_cleanup_text_ Text t = {};
	uint8_t bytes[120] = {};
	struct statfs fs = { .f_type = 0x01021994, .f_bsize = 4096, .f_blocks = 10, .f_bfree = 9, .f_bavail = 8,
			     .f_files = 7, .f_ffree = 6, .f_namelen = 255, .f_frsize = 4096, .f_flags = 0x1022 };

	CHECK_STRING(told(&t, "x86_64", false, CALL(138, 3, 0x1000), 1, &fs, sizeof(fs)),
		     "fstatfs(3, {f_type=TMPFS_MAGIC, f_bsize=4096, f_blocks=10, f_bfree=9, f_bavail=8, f_files=7, "
		     "f_ffree=6, f_fsid={val=[0, 0]}, f_namelen=255, f_frsize=4096, f_flags=ST_VALID|ST_NOSUID|ST_RELATIME})"
		     " = 0");
	put32(bytes, 0x1234);
	put32(bytes + 28, 0xa);
	put32(bytes + 36, 99);
	CHECK_STRING(told(&t, "x86_64", false, COMPAT(100, 3, 0x1000), 1, bytes, 64),
		     "fstatfs(3, {f_type=0x1234, f_bsize=0, f_blocks=0, f_bfree=0, f_bavail=0, f_files=0, f_ffree=0, "
		     "f_fsid={val=[0xa, 0]}, f_namelen=99, f_frsize=0}) = 0");
	memset(bytes, 0, sizeof(bytes));
	put64(bytes + 8, 1ULL << 33);
	put32(bytes + 56, 99);
	put32(bytes + 64, 0x21);
	CHECK_STRING(told(&t, "x86_64", false, COMPAT(269, 3, 84, 0x1000), 2, bytes, 84),
		     "fstatfs64(3, 84, {f_type=0, f_bsize=0, f_blocks=8589934592, f_bfree=0, f_bavail=0, f_files=0, "
		     "f_ffree=0, f_fsid={val=[0, 0]}, f_namelen=99, f_frsize=0, f_flags=ST_VALID|ST_RDONLY}) = 0");
}

/* Of so many bytes, of which @captured are there. */
static const char *entries(Text *t, bool verbose, const uint8_t *bytes, uint32_t size, uint32_t captured)
{
	Call call = CALL(217, 3, 0x1000, 512);
	CaptureInfo info = { .machine = "x86_64" };
	Item item = { .kind = ITEM_CALL, .call = call };

	item.call.result = size;
	item.call.n_memory = 1;
	item.call.memory[0] = (CallMemory){ .arg = 1, .captured = captured, .requested = size, .bytes = bytes };
	text_clear(t);
	line_put(t, &item, &(LineStyle){ .info = &info, .no_prefix = true, .no_duration = true,
					 .values.verbose = verbose });
	text_truncate(t, t->size > 0 ? t->size - 1 : 0);
	return text_string(t);
}

TEST(directory_entries_are_counted_or_shown)
{
	_cleanup_text_ Text t = {};
	uint8_t bytes[48] = {};

	put64(bytes, 5);
	put64(bytes + 8, 100);
	put16(bytes + 16, 24);
	bytes[18] = 4;
	memcpy(bytes + 19, ".", 2);
	put64(bytes + 24, 6);
	put16(bytes + 40, 24);
	bytes[42] = 3;
	memcpy(bytes + 43, "abcde", 5);
	CHECK_STRING(entries(&t, false, bytes, 48, 48), "getdents64(3, 0x1000 /* 2 entries */, 512) = 48");
	CHECK_STRING(entries(&t, false, bytes, 48, 47), "getdents64(3, 0x1000 /* over 1 entries */, 512) = 48");
	CHECK_STRING(entries(&t, false, bytes, 0, 0), "getdents64(3, 0x1000 /* 0 entries */, 512) = 0");
	CHECK_STRING(entries(&t, true, bytes, 48, 48),
		     "getdents64(3, [{d_ino=5, d_off=100, d_reclen=24, d_type=DT_DIR, d_name=\".\"}, "
		     "{d_ino=6, d_off=0, d_reclen=24, d_type=0x3 /* DT_??? */, d_name=\"abcde\"}], 512) = 48");
	CHECK_STRING(entries(&t, true, bytes, 48, 30),
		     "getdents64(3, [{d_ino=5, d_off=100, d_reclen=24, d_type=DT_DIR, d_name=\".\"}, ...], 512) = 48");
}

TEST(lengths_of_directory_entries_are_not_believed)
{
	_cleanup_text_ Text t = {};
	uint8_t bytes[24] = {};

	for (unsigned length = 0; length <= 19; length++) {
		put16(bytes + 16, (uint16_t) length);
		CHECK_STRING(entries(&t, false, bytes, 24, 24), "getdents64(3, 0x1000 /* over 0 entries */, 512) = 24");
	}
	put16(bytes + 16, UINT16_MAX);
	CHECK_STRING(entries(&t, true, bytes, 24, 24), "getdents64(3, [...], 512) = 24");
	CHECK_STRING(entries(&t, true, bytes, 24, 10), "getdents64(3, [...], 512) = 24");
}

TEST(locks_are_shown_as_they_were_asked_for)
{
	_cleanup_text_ Text t = {};
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = -5, .l_len = 7, .l_pid = 9 };
	uint8_t bytes[24] = {};

	CHECK_STRING(MADE(&t, "fcntl", NOWHERE, F_OFD_SETLK, P(&lock)),
		     "fcntl(77, F_OFD_SETLK, {l_type=F_WRLCK, l_whence=SEEK_END, l_start=-5, l_len=7})" BADF);
	CHECK_STRING(told(&t, "x86_64", false, CALL(72, 3, F_GETLK, 0x1000), MEMORY_AFTER(2), &lock, sizeof(lock)),
		     "fcntl(3, F_GETLK, 0x1000) = 0");
	put16(bytes, F_UNLCK);
	put32(bytes + 4, (uint32_t) -3);
	CHECK_STRING(told(&t, "x86_64", false, COMPAT(55, 3, F_SETLK, 0x1000), 2, bytes, 16),
		     "fcntl(3, F_SETLK, {l_type=F_UNLCK, l_whence=SEEK_SET, l_start=-3, l_len=0}) = 0");
	put64(bytes + 12, 1ULL << 40);
	CHECK_STRING(told(&t, "x86_64", false, COMPAT(221, 3, 13, 0x1000), 2, bytes, 24),
		     "fcntl64(3, F_SETLK64, {l_type=F_UNLCK, l_whence=SEEK_SET, l_start=4294967293, l_len=1099511627776}) "
		     "= 0");
}

TEST(lock_in_the_way_is_what_is_told)
{
	_cleanup_text_ Text t = {};
	struct flock before = { .l_type = F_RDLCK }, after = { .l_type = F_WRLCK, .l_pid = 4 };
	Call call = CALL(72, 3, F_GETLK, 0x1000);

	call.n_memory = 1;
	call.memory[0] = (CallMemory){ .arg = 2, .captured = 32, .requested = 32, .bytes = (const uint8_t *) &before };
	CHECK_STRING(told(&t, "x86_64", false, call, MEMORY_AFTER(2), &after, sizeof(after)),
		     "fcntl(3, F_GETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0, l_pid=4}) = 0");
}

TEST(handles_are_shown_as_far_as_they_are_there)
{
	_cleanup_text_ Text t = {};
	uint8_t bytes[16] = { 8, 0, 0, 0, 1, 0, 0, 0, 0xab, 2 };
	Call call = CALL(304, 3, 0x1000, O_RDONLY);

	CHECK_STRING(told(&t, "x86_64", false, call, 1, bytes, 16),
		     "open_by_handle_at(3, {handle_bytes=8, handle_type=1, "
		     "f_handle=\"\\xab\\x02\\x00\\x00\\x00\\x00\\x00\\x00\"}, O_RDONLY) = 0");
	put32(bytes, UINT32_MAX);
	CHECK_STRING(told(&t, "x86_64", false, call, 1, bytes, 10),
		     "open_by_handle_at(3, {handle_bytes=4294967295, handle_type=1, f_handle=\"\\xab\\x02\"...}, O_RDONLY) "
		     "= 0");
	CHECK_STRING(told(&t, "x86_64", false, call, 1, bytes, 7), "open_by_handle_at(3, 0x1000, O_RDONLY) = 0");
}

TEST(structs_of_a_size_have_a_rest)
{
	_cleanup_text_ Text t = {};
	uint64_t how[5] = { O_RDWR | 1ULL << 40, 0, 0, 0, 0 };

	CHECK_STRING(MADE(&t, "openat2", NOWHERE, P("x"), P(how), 40),
		     "openat2(77, \"x\", {flags=O_RDWR|0x10000000000, resolve=0}, 40)" INVAL);
	how[3] = 0x700;
	CHECK_STRING(MADE(&t, "openat2", NOWHERE, P("x"), P(how), 32),
		     "openat2(77, \"x\", {flags=O_RDWR|0x10000000000, resolve=0, "
		     "/* bytes 24..31 */ \"\\x00\\x07\\x00\\x00\\x00\\x00\\x00\\x00\"}, 32)"
		     " = -1 E2BIG (Argument list too long)");
	CHECK(strstr(MADE(&t, "mount_setattr", NOWHERE, P("x"), 0, P(how), 31), "mount_setattr(77, \"x\", 0, 0x"));
	CHECK(strstr(MADE(&t, "mount_setattr", NOWHERE, P("x"), 0, P(how), 32),
		     "mount_setattr(77, \"x\", 0, {attr_set=MOUNT_ATTR_NOSUID|"));
}

TEST(value_of_an_attribute_is_as_long_as_the_result)
{
	_cleanup_text_ Text t = {};
	const struct {
		uint64_t value;
		uint32_t size, flags;
	} args[1] = { { 0x1000, 8, 0 } };
	Call call = { .args = { NOWHERE, 0, 0, 0, 8, 16 }, .result = 3, .n_memory = 2,
		      .memory = { LAID(4, args), LAID(MEMORY_PART(0, PART_4), "abcdefg") } };

	CHECK_STRING(laid(&t, "x86_64", "getxattrat", call),
		     "getxattrat(77, NULL, 0, NULL, {value=\"abc\", size=8, flags=0}, 16) = 3");
	call.result = 9;
	CHECK_STRING(laid(&t, "x86_64", "getxattrat", call),
		     "getxattrat(77, NULL, 0, NULL, {value=0x1000, size=8, flags=0}, 16) = 9");
	call.result = -ERANGE;
	CHECK_STRING(laid(&t, "x86_64", "getxattrat", call),
		     "getxattrat(77, NULL, 0, NULL, {value=0x1000, size=8, flags=0}, 16) = -1 ERANGE "
		     "(Numerical result out of range)");
	call.result = 0;
	CHECK_STRING(laid(&t, "x86_64", "setxattrat", call),
		     "setxattrat(77, NULL, 0, NULL, {value=\"abcdefg\\0\", size=8, flags=0}, 16) = 0");
}

TEST(mount_says_what_its_flags_mean)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "mount", P("a"), 0, P("tmpfs"), MS_NOSUID | 1ULL << 40, P("size=1")),
		     "mount(\"a\", NULL, \"tmpfs\", MS_NOSUID|0x10000000000, \"size=1\")" FAULT);
	CHECK_STRING(MADE(&t, "mount", P("a"), 0, 0x10, 0xc0ed0000 | MS_REMOUNT, P("size=1")),
		     "mount(\"a\", NULL, 0x10, MS_MGC_VAL|MS_REMOUNT, \"size=1\")" FAULT);
	CHECK(strstr(MADE(&t, "mount", P("a"), 0, P("tmpfs"), MS_REMOUNT, 0), "mount(\"a\", NULL, 0x"));
	CHECK_STRING(MADE(&t, "mount", P("a"), 0, 0x10, MS_BIND | MS_REC, 0x20),
		     "mount(\"a\", NULL, 0x10, MS_BIND|MS_REC, 0x20)" FAULT);
	CHECK_STRING(MADE(&t, "swapon", 0, 0x18005), "swapon(NULL, SWAP_FLAG_PREFER|SWAP_FLAG_DISCARD|5)" FAULT);
}

TEST(fsconfig_takes_what_its_command_says)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "fsconfig", NOWHERE, 1, P("k"), P("v"), 0),
		     "fsconfig(77, FSCONFIG_SET_STRING, \"k\", \"v\", 0)" BADF);
	CHECK_STRING(MADE(&t, "fsconfig", NOWHERE, 2, P("k"), P("ab"), 2),
		     "fsconfig(77, FSCONFIG_SET_BINARY, \"k\", \"\\x61\\x62\", 2)" BADF);
	CHECK_STRING(MADE(&t, "fsconfig", NOWHERE, 3, P("k"), P("p"), AT_FDCWD),
		     "fsconfig(77, FSCONFIG_SET_PATH, \"k\", \"p\", AT_FDCWD)" BADF);
	CHECK_STRING(MADE(&t, "fsconfig", NOWHERE, 6, 0, 0, 0), "fsconfig(77, FSCONFIG_CMD_CREATE, NULL, NULL, 0)" BADF);
}

TEST(quota_takes_what_its_command_says)
{
	_cleanup_text_ Text t = {};
	const char *missing = "/nonexistent";

	CHECK_STRING(MADE(&t, "quotactl", 0x80000101, P(missing)),
		     "quotactl(QCMD(Q_SYNC, GRPQUOTA), \"/nonexistent\")" NOENT);
	CHECK_STRING(MADE(&t, "quotactl", 0x80000200, P(missing), 2, P("x")),
		     "quotactl(QCMD(Q_QUOTAON, USRQUOTA), \"/nonexistent\", QFMT_VFS_V0, \"x\")" NOENT);
	CHECK_STRING(MADE(&t, "quotactl", 0x80000703, P(missing), -1ULL, 0),
		     "quotactl(QCMD(Q_GETQUOTA, 0x3 /* ???QUOTA */), \"/nonexistent\", -1, NULL)" INVAL);
}

TEST(numbers_of_64_bits_are_in_two_arguments_on_i386)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(told(&t, "x86_64", false, COMPAT(140, 3, 1, 5, 0x1000, SEEK_END), 3, &(uint64_t){ 7 }, 8),
		     "_llseek(3, 4294967301, [7], SEEK_END) = 0");
	CHECK_STRING(told(&t, "x86_64", false, COMPAT(324, 3, 0, 5, 1, 0xffffffff, 0xffffffff), 0, "", 0),
		     "fallocate(3, 0, 4294967301, -1) = 0");
	CHECK_STRING(told(&t, "x86_64", false, COMPAT(194, 3, 0xffffffff, 0xffffffff), 0, "", 0),
		     "ftruncate64(3, 18446744073709551615) = 0");
	CHECK_STRING(told(&t, "x86_64", false, COMPAT(339, 3, 1, 0x40000001, 2, 7, 0), 0, "", 0),
		     "fanotify_mark(3, FAN_MARK_ADD, FAN_ACCESS|FAN_ONDIR|0x200000000, 7, NULL) = 0");
	CHECK_STRING(MADE(&t, "preadv", NOWHERE, 0, 0, 5, 9), "preadv(77, NULL, 0, 5)" BADF);
	CHECK_STRING(MADE(&t, "fanotify_init", 0x100004, UINT32_MAX), "fanotify_init(FAN_CLASS_CONTENT|0x100000 /* FAN_??? */, "
		     "O_ACCMODE|O_CREAT|O_EXCL|O_NOCTTY|O_TRUNC|O_APPEND|O_NONBLOCK|O_SYNC|O_DIRECT|O_LARGEFILE|O_NOFOLLOW"
		     "|O_NOATIME|O_CLOEXEC|O_PATH|O_TMPFILE|FASYNC|0xff80003c)" INVAL);
}

TEST(no_path_is_longer_than_the_kernel_takes)
{
	_cleanup_text_ Text t = {};
	static char path[4200];

	memset(path, 'a', sizeof(path));
	CHECK(strstr(told(&t, "x86_64", false, CALL(80, 0x1000), 0, path, 4096), "a\"...) = 0"));
	CHECK_INT(t.size, strlen("chdir(\"\"...) = 0") + 4095);
	CHECK(strstr(told(&t, "x86_64", false, CALL(80, 0x1000), 0, path, 4095), "a\") = 0"));
}

TEST(ids_of_old_calls_have_16_bits_on_i386)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(told(&t, "x86_64", false, COMPAT(16, 0x1000, 0xffff, 0x10005), 0, "f", 1), "lchown(\"f\", -1, 5) = 0");
	CHECK_STRING(told(&t, "x86_64", false, COMPAT(198, 0x1000, 0xffff, UINT32_MAX), 0, "f", 1),
		     "lchown32(\"f\", 65535, -1) = 0");
}

int main(void)
{
	if (uname(&host) < 0)
		return EXIT_FAILURE;
	RUN(status_of_a_file_is_its_mode_and_size);
	RUN(status_is_whole_when_verbose);
	RUN(status_has_other_places_on_other_machines);
	RUN(statx_tells_what_its_mask_has);
	RUN(file_system_has_a_type_and_flags);
	RUN(directory_entries_are_counted_or_shown);
	RUN(lengths_of_directory_entries_are_not_believed);
	RUN(locks_are_shown_as_they_were_asked_for);
	RUN(lock_in_the_way_is_what_is_told);
	RUN(handles_are_shown_as_far_as_they_are_there);
	RUN(structs_of_a_size_have_a_rest);
	RUN(value_of_an_attribute_is_as_long_as_the_result);
	RUN(mount_says_what_its_flags_mean);
	RUN(fsconfig_takes_what_its_command_says);
	RUN(quota_takes_what_its_command_says);
	RUN(numbers_of_64_bits_are_in_two_arguments_on_i386);
	RUN(no_path_is_longer_than_the_kernel_takes);
	RUN(ids_of_old_calls_have_16_bits_on_i386);
	return test_done();
}
