/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/made.h"

#include "unit/laid.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

TEST(string_not_there_shows_its_pointer)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(MADE(&t, "openat", AT_FDCWD, 0x10, O_RDONLY), "openat(AT_FDCWD, 0x10, O_RDONLY)" FAULT);
	CHECK_STRING(MADE(&t, "openat", AT_FDCWD, 0, O_RDONLY), "openat(AT_FDCWD, NULL, O_RDONLY)" FAULT);
	CHECK_STRING(MADE(&t, "openat", AT_FDCWD, P(""), O_RDONLY), "openat(AT_FDCWD, \"\", O_RDONLY)" NOENT);
	CHECK_STRING(MADE(&t, "openat", AT_FDCWD, P("\n\33\"\\\377" "1"), O_RDONLY),
		     "openat(AT_FDCWD, \"\\n\\33\\\"\\\\\\3771\", O_RDONLY)" NOENT);
}

TEST(string_that_was_cut_says_so)
{
	_cleanup_text_ Text t = {};
	char path[STRING_MAX + 8], expected[STRING_MAX + 128];

	memset(path, 'a', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	(void) snprintf(expected, sizeof(expected), "chdir(\"%.256s\"...) = -1 ENAMETOOLONG (File name too long)",
			path);
	CHECK_STRING(MADE(&t, "chdir", P(path)), expected);
	CHECK_STRING(made(&t, 5, "write", (const uint64_t[6]){ NOWHERE, P("0123456789"), 10 }),
		     "write(77, \"01234\"..., 10)" BADF);
	CHECK_STRING(made(&t, 5, "memfd_create", (const uint64_t[6]){ P("0123456789"), 0x100 }),
		     "memfd_create(\"01234\"..., 0x100 /* MFD_??? */)" INVAL);
	CHECK_STRING(made(&t, 5, "write", (const uint64_t[6]){ NOWHERE, P("01234"), 5 }),
		     "write(77, \"01234\", 5)" BADF);
	CHECK_STRING(made(&t, 5, "chdir", (const uint64_t[6]){ P("/nonexistent") }), "chdir(\"/nonexistent\")" NOENT);
}

TEST(data_is_shown_once_it_was_transferred)
{
	_cleanup_text_ Text t = {};
	int fds[2];
	char bytes[8], expected[64];

	CHECK(pipe(fds) == 0);
	CHECK(write(fds[1], "ab\0c", 4) == 4);
	(void) snprintf(expected, sizeof(expected), "read(%d, \"ab\\0c\", 8) = 4", fds[0]);
	CHECK_STRING(MADE(&t, "read", (uint64_t) fds[0], P(bytes), sizeof(bytes)), expected);
	(void) close(fds[1]);
	(void) snprintf(expected, sizeof(expected), "read(%d, \"\", 8) = 0", fds[0]);
	CHECK_STRING(MADE(&t, "read", (uint64_t) fds[0], P(bytes), sizeof(bytes)), expected);
	(void) close(fds[0]);
	CHECK_STRING(MADE(&t, "read", NOWHERE, 0x1000, 5), "read(77, 0x1000, 5)" BADF);
	CHECK_STRING(MADE(&t, "write", NOWHERE, 0, 6), "write(77, NULL, 6)" BADF);
	CHECK_STRING(MADE(&t, "write", NOWHERE, P(""), 0), "write(77, \"\", 0)" BADF);
}

TEST(data_ends_with_its_buffer)
{
	_cleanup_text_ Text t = {};

	CHECK_STRING(laid(&t, "x86_64", "recvfrom",
			  (Call){ .args = { 3, 0x1000, 2, MSG_TRUNC }, .result = 5, .n_memory = 1,
				  .memory = { LAID(1, "abcd") } }),
		     "recvfrom(3, \"ab\", 2, MSG_TRUNC, NULL, NULL) = 5");
	CHECK_STRING(laid(&t, "x86_64", "recvfrom",
			  (Call){ .args = { 3, 0x1000, 4, MSG_TRUNC }, .result = 5, .n_memory = 1,
				  .memory = { LAID_CUT(1, "abcd", 3) } }),
		     "recvfrom(3, \"abc\"..., 4, MSG_TRUNC, NULL, NULL) = 5");
}

TEST(path_given_to_the_caller_is_shown)
{
	_cleanup_text_ Text t = {};
	char path[64];

	CHECK(chdir("/") == 0);
	CHECK_STRING(MADE(&t, "getcwd", P(path), sizeof(path)), "getcwd(\"/\", 64) = 2");
	CHECK_STRING(MADE(&t, "getcwd", 0x1000, 1), "getcwd(0x1000, 1) = -1 ERANGE (Numerical result out of range)");
	CHECK_STRING(MADE(&t, "readlinkat", AT_FDCWD, P("/proc/self/fd/77"), 0x1000, 5),
		     "readlinkat(AT_FDCWD, \"/proc/self/fd/77\", 0x1000, 5)" NOENT);
}

TEST(error_of_a_socket_has_its_name)
{
	_cleanup_text_ Text t = {};
	int error = ECONNREFUSED;
	Call c = {
		.nr = 55, .n_args = 5, .args = { 3, SOL_SOCKET, SO_ERROR, 0x1000, 0x2000 }, .n_memory = 1,
		.memory = { { .arg = 3, .captured = 4, .requested = 4, .bytes = (const uint8_t *) &error } },
	};

	CHECK_STRING(line_of(&t, c), "getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], 0x2000) = 0");
	error = 0;
	CHECK_STRING(line_of(&t, c), "getsockopt(3, SOL_SOCKET, SO_ERROR, [0], 0x2000) = 0");
}

TEST(wait_tells_how_the_child_ended)
{
	_cleanup_text_ Text t = {};
	int status = 3 << 8;
	Call c = {
		.nr = 61, .n_args = 4, .args = { -1ULL, 0x1000, 0, 0 }, .result = 7, .n_memory = 1,
		.memory = { { .arg = 1, .captured = 4, .requested = 4, .bytes = (const uint8_t *) &status } },
	};

	CHECK_STRING(MADE(&t, "wait4", NOBODY, 0x1000, WNOHANG), "wait4(1073741823, 0x1000, WNOHANG, NULL)" CHILD);
	CHECK_STRING(line_of(&t, c), "wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 7");
	status = SIGSEGV | 0x80;
	CHECK_STRING(line_of(&t, c),
		     "wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)}], 0, NULL) = 7");
	status = SIGSTOP << 8 | 0x7f;
	CHECK_STRING(line_of(&t, c), "wait4(-1, [{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}], 0, NULL) = 7");
	status = 0xffff;
	CHECK_STRING(line_of(&t, c), "wait4(-1, [{WIFCONTINUED(s)}], 0, NULL) = 7");
	c.result = 0;
	CHECK_STRING(line_of(&t, c), "wait4(-1, 0x1000, 0, NULL) = 0");
}

TEST(structs_are_shown_by_member)
{
	_cleanup_text_ Text t = {};
	struct rlimit limit = { 8192 * 1024, RLIM_INFINITY };
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.u64 = 5 };

	CHECK_STRING(MADE(&t, "nanosleep", P(&(struct timespec){ -1, 5 }), 0),
		     "nanosleep({tv_sec=-1, tv_nsec=5}, NULL)" INVAL);
	CHECK_STRING(MADE(&t, "nanosleep", 0x10, 0), "nanosleep(0x10, NULL)" FAULT);
	CHECK_STRING(MADE(&t, "prlimit64", NOBODY, RLIMIT_STACK, P(&limit), 0),
		     "prlimit64(1073741823, RLIMIT_STACK, {rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}, NULL)" SRCH);
	CHECK_STRING(MADE(&t, "epoll_ctl", NOWHERE, EPOLL_CTL_ADD, 3, P(&event)),
		     "epoll_ctl(77, EPOLL_CTL_ADD, 3, {events=EPOLLIN|EPOLLET, data={u32=5, u64=5}})" BADF);
	CHECK_STRING(MADE(&t, "epoll_ctl", NOWHERE, EPOLL_CTL_DEL, 3, 0x1000),
		     "epoll_ctl(77, EPOLL_CTL_DEL, 3, 0x1000)" BADF);
	CHECK_STRING(MADE(&t, "openat2", NOWHERE, P("x"), P((const uint64_t[]){ O_WRONLY | O_CREAT, 0644, 8 }), 24),
		     "openat2(77, \"x\", {flags=O_WRONLY|O_CREAT, mode=0644, resolve=RESOLVE_BENEATH}, 24)" BADF);
	CHECK_STRING(MADE(&t, "openat2", NOWHERE, P("x"), 0x10, 16), "openat2(77, \"x\", 0x10, 16)" INVAL);
}

TEST(pair_of_descriptors_is_shown_when_there)
{
	_cleanup_text_ Text t = {};
	int fds[2] = { -1, -1 };
	char expected[64];

	CHECK(startswith(MADE(&t, "pipe2", P(fds), O_CLOEXEC), "pipe2(["));
	(void) snprintf(expected, sizeof(expected), "pipe2([%d, %d], O_CLOEXEC) = 0", fds[0], fds[1]);
	CHECK_STRING(text_string(&t), expected);
	(void) close(fds[0]);
	(void) close(fds[1]);
	CHECK_STRING(MADE(&t, "pipe2", 0, O_CLOEXEC), "pipe2(NULL, O_CLOEXEC)" FAULT);
}

int main(void)
{
	if (uname(&host) < 0)
		return EXIT_FAILURE;
	RUN(string_not_there_shows_its_pointer);
	RUN(string_that_was_cut_says_so);
	RUN(data_is_shown_once_it_was_transferred);
	RUN(data_ends_with_its_buffer);
	RUN(path_given_to_the_caller_is_shown);
	RUN(error_of_a_socket_has_its_name);
	RUN(wait_tells_how_the_child_ended);
	RUN(structs_are_shown_by_member);
	RUN(pair_of_descriptors_is_shown_when_there);
	return test_done();
}
