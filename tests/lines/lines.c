/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lines.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MARK (-100000) /* a descriptor that nobody has, less n after the nth expected line; compare.py knows it */
#define ROOMS 256      /* of ROOM_PAGES each, with a page behind that cannot be read; used in turn */
#define ROOM_PAGES 8
#define EXPECTED_MAX (1 << 20) /* bytes of expected lines */
#define RESULT_MAX 200
#define RESULTS 4
#define LONG_NAME 300 /* more than NAME_MAX */

static struct {
	char *arena;
	size_t page_size, room_size;
	unsigned rooms;
	char *expected;
	size_t expected_size;
	int n_expected;
} state;

static void *map(size_t size, int flags)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);

	if (p == MAP_FAILED)
		err(EXIT_FAILURE, "mmap");
	return p;
}

/* All at once, so that no call of ours is among those that are compared. */
static void begin(int flags)
{
	size_t stride;

	/* They change modes and owners of whatever an odd path leads to. */
	if (!getenv("LINES_IN_MACHINE"))
		errx(EXIT_FAILURE, "to be run in a machine of the tests only, by tests/machine/test-lines");
	state.page_size = (size_t) sysconf(_SC_PAGESIZE);
	state.room_size = ROOM_PAGES * state.page_size;
	stride = state.room_size + state.page_size;
	state.expected = map(EXPECTED_MAX, 0);
	state.arena = map(ROOMS * stride, flags);
	for (unsigned i = 0; i < ROOMS; i++)
		if (mprotect(state.arena + i * stride + state.room_size, state.page_size, PROT_NONE) < 0)
			err(EXIT_FAILURE, "mprotect");
}

void lines_begin(void)
{
	begin(0);
}

#ifdef MAP_32BIT
void lines_begin_low(void)
{
	begin(MAP_32BIT);
}
#endif

int lines_end(void)
{
	unchecked();
	(void) fputs(state.expected, stdout);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void mark(const char *what, const char *class)
{
	char path[64];

	(void) snprintf(path, sizeof(path), "lines: %s%s", what, class);
	(void) syscall(SYS_faccessat, AT_FDCWD, path, F_OK);
}

void checked(const char *class)
{
	mark("", class);
}

void expected_only(const char *class)
{
	mark("only ", class);
}

void unchecked(void)
{
	mark("end", "");
}

void expect(const char *format, ...)
{
	char *at = state.expected + state.expected_size;
	size_t room = EXPECTED_MAX - state.expected_size;
	int error = errno, n;
	va_list args;

	va_start(args, format);
	n = vsnprintf(at, room, format, args);
	va_end(args);
	if (n < 0 || (size_t) n + 1 >= room)
		errx(EXIT_FAILURE, "too many lines are expected");
	at[n] = '\n';
	state.expected_size += (size_t) n + 1;
	(void) syscall(SYS_close, MARK - state.n_expected);
	state.n_expected++;
	errno = error;
}

const char *result(long r)
{
	static char texts[RESULTS][RESULT_MAX];
	static unsigned next;
	char *text = texts[next++ % RESULTS];

	if (r == -1)
		(void) snprintf(text, RESULT_MAX, "-1 %s (%s)", strerrorname_np(errno), strerror(errno));
	else
		(void) snprintf(text, RESULT_MAX, "%ld", r);
	return text;
}

static char *next_room(size_t size)
{
	char *room = state.arena + state.rooms++ % ROOMS * (state.room_size + state.page_size);

	if (size > state.room_size)
		errx(EXIT_FAILURE, "%zu bytes are more than there is room for", size);
	return room + state.room_size - size;
}

void *page_end(const void *data, size_t size)
{
	return memcpy(next_room(size), data, size);
}

char *string_end(const char *string)
{
	return page_end(string, strlen(string) + 1);
}

char *unterminated(const char *string)
{
	return page_end(string, strlen(string));
}

void *room_end(size_t size)
{
	return memset(next_room(size), 0xa5, size);
}

void *unreadable(void)
{
	return state.arena + state.room_size + 0x123;
}

/* A path of n characters that begins with the one and goes on with the other. */
static char *path_of(const char *start, char c, size_t n)
{
	char *string = room_end(n + 1);

	memset(string, c, n);
	memcpy(string, start, strlen(start));
	string[n] = '\0';
	return string;
}

void with_odd_paths(void (*call)(const char *path))
{
	call(NULL);
	call(unreadable());
	call(string_end(""));
	call(string_end("missing/at the end of a page"));
	call(string_end("missing/\a\b\t\n\v\f\r\"\\\x01\x7f\x80\xff'?"));
	call(string_end("missing/\001\0011\0019\001a\033[1m"));
	call(path_of("long", 'x', LONG_NAME));
	call(path_of("missing", '/', PATH_MAX - 1));
	call(path_of("missing", '/', PATH_MAX));
	call(path_of("long", 'y', PATH_MAX + 9));
	call(unterminated("without an end"));
}
