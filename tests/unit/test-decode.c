/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/made.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

TEST(open_shows_a_mode_only_when_it_creates)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "openat", AT_FDCWD, P("/nonexistent/x"), O_RDONLY | O_CLOEXEC, 0777),
		     "openat(AT_FDCWD, \"/nonexistent/x\", O_RDONLY|O_CLOEXEC)" NOENT);
	CHECK_STRING(MADE(&t, "openat", NOWHERE, P("x"), O_WRONLY | O_CREAT | O_TRUNC, 04755),
		     "openat(77, \"x\", O_WRONLY|O_CREAT|O_TRUNC, 04755)" BADF);
	CHECK_STRING(MADE(&t, "openat", NOWHERE, P("x"), O_RDWR | O_TMPFILE, 0),
		     "openat(77, \"x\", O_RDWR|O_TMPFILE, 000)" BADF);
	CHECK_STRING(MADE(&t, "openat", NOWHERE, P("x"), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_DIRECTORY),
		     "openat(77, \"x\", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY)" BADF);
	CHECK_STRING(MADE(&t, "openat", NOWHERE, P("x"), 3 | 0x4000000), "openat(77, \"x\", O_ACCMODE|0x4000000)" BADF);
}

TEST(memory_is_mapped_with_words)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "mmap", 0, 4096, PROT_NONE, 0, (uint64_t) -1, 4096),
		     "mmap(NULL, 4096, PROT_NONE, MAP_FILE, -1, 0x1000)" BADF);
	CHECK_STRING(MADE(&t, "mmap", 0x1000, 0, PROT_READ | PROT_WRITE | 0x80, 0x1f, NOWHERE, 0),
		     "mmap(0x1000, 0, PROT_READ|PROT_WRITE|0x80, 0xf /* MAP_??? */|MAP_FIXED, 77, 0)" BADF);
	CHECK_STRING(MADE(&t, "mmap", 0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 21 << 26, -1ULL),
		     "mmap(NULL, 0, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT, -1, 0)" INVAL);
	CHECK_STRING(MADE(&t, "mprotect", 0x1001, 8192, PROT_READ | PROT_EXEC),
		     "mprotect(0x1001, 8192, PROT_READ|PROT_EXEC)" INVAL);
	CHECK_STRING(MADE(&t, "mremap", 0x1001, 0, 0, MREMAP_MAYMOVE, 0x5000),
		     "mremap(0x1001, 0, 0, MREMAP_MAYMOVE)" INVAL);
	CHECK_STRING(MADE(&t, "mremap", 0x1001, 0, 0, MREMAP_MAYMOVE | MREMAP_FIXED, 0x5000),
		     "mremap(0x1001, 0, 0, MREMAP_MAYMOVE|MREMAP_FIXED, 0x5000)" INVAL);
	CHECK_STRING(MADE(&t, "munmap", 0x1001, 8192), "munmap(0x1001, 8192)" INVAL);
	CHECK_STRING(MADE(&t, "madvise", 0x1000, 4096, 99), "madvise(0x1000, 4096, 0x63 /* MADV_??? */)" INVAL);
}

TEST(sockets_have_family_type_and_protocol)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "socket", 99, SOCK_RAW | 0x60, 5),
		     "socket(0x63 /* AF_??? */, SOCK_RAW|0x60 /* SOCK_??? */, 5)" INVAL);
	CHECK_STRING(line_of(&t, (Call){ .nr = 41, .n_args = 3, .args = { 1, 02004001 }, .result = 5 }),
		     "socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0) = 5");
	CHECK_STRING(line_of(&t, (Call){ .nr = 41, .n_args = 3, .args = { 2, 1, 6 }, .result = 6 }),
		     "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 6");
	CHECK_STRING(line_of(&t, (Call){ .nr = 41, .n_args = 3, .args = { 16, 02000003, 15 }, .result = 9 }),
		     "socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT) = 9");
	CHECK_STRING(MADE(&t, "getsockopt", NOWHERE, SOL_SOCKET, SO_ERROR, 0x1000, 0),
		     "getsockopt(77, SOL_SOCKET, SO_ERROR, 0x1000, NULL)" BADF);
	CHECK_STRING(MADE(&t, "setsockopt", NOWHERE, IPPROTO_TCP, TCP_NODELAY, P(&(int){ 1 }), 4),
		     "setsockopt(77, SOL_TCP, TCP_NODELAY, [1], 4)" BADF);
	CHECK_STRING(MADE(&t, "shutdown", NOWHERE, SHUT_RDWR), "shutdown(77, SHUT_RDWR)" BADF);
	CHECK_STRING(MADE(&t, "accept4", NOWHERE, 0, 0, SOCK_CLOEXEC), "accept4(77, NULL, NULL, SOCK_CLOEXEC)" BADF);
}

TEST(signals_go_by_name)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "kill", NOBODY, SIGTERM), "kill(1073741823, SIGTERM)" SRCH);
	CHECK_STRING(MADE(&t, "kill", NOBODY, 0), "kill(1073741823, 0)" SRCH);
	CHECK_STRING(MADE(&t, "kill", NOBODY, 34), "kill(1073741823, SIGRT_2)" SRCH);
	CHECK_STRING(MADE(&t, "rt_sigaction", 99, 0, 0, 8), "rt_sigaction(99, NULL, NULL, 8)" INVAL);
	CHECK_STRING(MADE(&t, "rt_sigprocmask", SIG_BLOCK, 0, 0, 9), "rt_sigprocmask(SIG_BLOCK, NULL, NULL, 9)" INVAL);
}

TEST(files_are_asked_about_with_words)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "faccessat", NOWHERE, P("x"), R_OK | W_OK | X_OK),
		     "faccessat(77, \"x\", R_OK|W_OK|X_OK)" BADF);
	CHECK_STRING(MADE(&t, "faccessat", NOWHERE, P("x"), F_OK), "faccessat(77, \"x\", F_OK)" BADF);
	CHECK_STRING(MADE(&t, "newfstatat", NOWHERE, P("x"), 0x1000, AT_SYMLINK_NOFOLLOW),
		     "newfstatat(77, \"x\", 0x1000, AT_SYMLINK_NOFOLLOW)" BADF);
	CHECK_STRING(MADE(&t, "statx", NOWHERE, P("x"), 0x4900, 0x17ff, 0),
		     "statx(77, \"x\", AT_STATX_DONT_SYNC|AT_SYMLINK_NOFOLLOW|AT_NO_AUTOMOUNT, "
		     "STATX_BASIC_STATS|STATX_MNT_ID, NULL)" BADF);
	CHECK_STRING(MADE(&t, "statx", NOWHERE, P("x"), 0, 0, 0),
		     "statx(77, \"x\", AT_STATX_SYNC_AS_STAT, 0, NULL)" BADF);
	CHECK_STRING(MADE(&t, "unlinkat", NOWHERE, P("x"), AT_REMOVEDIR), "unlinkat(77, \"x\", AT_REMOVEDIR)" BADF);
	CHECK_STRING(MADE(&t, "lseek", NOWHERE, -5ULL, SEEK_SET), "lseek(77, -5, SEEK_SET)" BADF);
	CHECK_STRING(MADE(&t, "fchmodat", NOWHERE, P("x"), 04755), "fchmodat(77, \"x\", 04755)" BADF);
	CHECK_STRING(MADE(&t, "fchownat", NOWHERE, P("x"), 0, -1ULL, 0), "fchownat(77, \"x\", 0, -1, 0)" BADF);
	CHECK_STRING(MADE(&t, "renameat2", NOWHERE, P("a"), NOWHERE, P("b"), 1),
		     "renameat2(77, \"a\", 77, \"b\", RENAME_NOREPLACE)" BADF);
	CHECK_STRING(MADE(&t, "mknodat", NOWHERE, P("x"), S_IFCHR | 0600, 0x103),
		     "mknodat(77, \"x\", S_IFCHR|0600, makedev(0x1, 0x3))" BADF);
	CHECK_STRING(MADE(&t, "mknodat", NOWHERE, P("x"), S_IFREG | 0600, 0x103),
		     "mknodat(77, \"x\", S_IFREG|0600)" BADF);
	CHECK_STRING(MADE(&t, "mount", P("none"), P("/nonexistent"), 0, 0x1006, 0),
		     "mount(\"none\", \"/nonexistent\", NULL, MS_NOSUID|MS_NODEV|MS_BIND, NULL)" NOENT);
}

TEST(open_flags_of_arm64_are_its_own)
{
	_cleanup_text_ Text t = {};
	const CaptureInfo arm = { .machine = "aarch64" };
	Item item = { .kind = ITEM_CALL, .call = { .nr = 56, .n_args = 4, .args = { 3, 0, 040000 | 02000000 } } };

	line_put(&t, &item, &(LineStyle){ .info = &arm, .no_prefix = true, .no_duration = true });
	CHECK_STRING(text_string(&t), "openat(3, NULL, O_RDONLY|O_CLOEXEC|O_DIRECTORY) = 0\n");
	item.call.args[2] = 0700000;
	text_clear(&t);
	line_put(&t, &item, &(LineStyle){ .info = &arm, .no_prefix = true, .no_duration = true });
	CHECK_STRING(text_string(&t), "openat(3, NULL, O_RDONLY|O_DIRECT|O_LARGEFILE|O_NOFOLLOW) = 0\n");
}

TEST(record_with_fewer_arguments_reads_as_zeros)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(line_of(&t, (Call){ .nr = 257, .n_args = 1, .args = { 3 }, .result = -9 }),
		     "openat(3, NULL, O_RDONLY)" BADF);
}

static bool is_clean(const Text *t)
{
	for (size_t i = 0; i < t->size; i++)
		if ((t->data[i] < ' ' || t->data[i] > '~') && !(t->data[i] == '\n' && i == t->size - 1))
			return false;
	return t->size > 0;
}

/* Memory is on the heap in its exact size, so a sanitizer sees every byte too far. */
static bool print_with_memory(Text *t, const char *machine, uint32_t nr, uint32_t size, uint8_t fill)
{
	const CaptureInfo info = { .machine = machine };
	Item item = { .kind = ITEM_CALL, .call = { .nr = nr, .n_args = 6, .result = (int64_t) size, .comm = "x\n" } };
	bool clean = true;

	for (unsigned i = 0; i < CALL_ARGS_MAX; i++)
		item.call.args[i] = (i + nr) % 2 ? size : 0x0101010101010101ULL * fill;
	for (unsigned arg = 0; arg < CALL_ARGS_MAX && clean; arg++) {
		_cleanup_free_ uint8_t *bytes = malloc(size > 0 ? size : 1);

		if (!bytes)
			return false;
		for (uint32_t i = 0; i < size; i++)
			bytes[i] = i % 2 ? 0 : fill;
		item.call.n_memory = 1;
		item.call.memory[0] = (CallMemory){
			.arg = (uint8_t) arg, .status = (uint8_t) (size % 3), .captured = size,
			.requested = size + fill, .bytes = bytes,
		};
		text_clear(t);
		line_put(t, &item, &(LineStyle){ .info = &info, .values.string_size = size / 2 });
		clean = is_clean(t);
	}
	return clean;
}

TEST(no_bytes_can_lead_astray)
{
	static const uint8_t fills[] = { 1, 2, 10, 16, 0xff }; /* families of sockets among them */
	static const uint32_t sizes[] = { 0, 1, 2, 3, 4, 7, 8, 11, 12, 15, 16, 23, 24, 27, 28, 63, 64 };
	static const char *const machines[] = { "x86_64", "aarch64", "i686" };
	_cleanup_text_ Text t = {};

	for (unsigned m = 0; m < ELEMENTS(machines); m++)
		for (uint32_t nr = 0; nr < SYSCALLS_MAX; nr++)
			for (unsigned i = 0; i < ELEMENTS(sizes) * ELEMENTS(fills); i++)
				CHECK(print_with_memory(&t, machines[m], nr, sizes[i / ELEMENTS(fills)],
							fills[i % ELEMENTS(fills)]));
}

int main(void)
{
	if (uname(&host) < 0)
		return EXIT_FAILURE;
	RUN(open_shows_a_mode_only_when_it_creates);
	RUN(memory_is_mapped_with_words);
	RUN(sockets_have_family_type_and_protocol);
	RUN(signals_go_by_name);
	RUN(files_are_asked_about_with_words);
	RUN(open_flags_of_arm64_are_its_own);
	RUN(record_with_fewer_arguments_reads_as_zeros);
	RUN(no_bytes_can_lead_astray);
	return test_done();
}
