/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * For the programs whose calls are printed by strace(1) and by us, to be compared (test-lines, compare.py).
 *
 * A program is functions that make the calls of one kind in their variants. Only calls between checked() and
 * unchecked() are compared, or up to the end of the thread; each process and thread that is to be compared says so itself.
 * Where it can, a program says what the line of a call must be: expect(), right after the call. That is for its first
 * thread.
 *
 * Calls are made by syscall(2), so that it is known which one it is. Programs run as root in an empty directory.
 */

#include <stddef.h>

#define NO_FD 77 /* a descriptor that no program has */

/* Call first: makes the memory of page_end() and its kind. */
void lines_begin(void);

/* The same, and the memory is below 4 GiB. x86-64 only. */
void lines_begin_low(void);

/* Call last: prints the lines that are expected. Return: what main() is to return. */
int lines_end(void);

/* The calls that follow are of this class, by which the shares are reported. */
void checked(const char *class);

/* The same, but strace(1) is too old for the calls that follow, or has other reasons: only what is expected counts. */
void expected_only(const char *class);

void unchecked(void);

/* The line of the last call, up to its result, without the time it took. Keeps errno. */
void expect(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The result of a call as it is printed, out of what syscall(2) has returned and errno.
 *
 * Return: a string that lives until it has been called four times more.
 */
const char *result(long r);

/*
 * A copy of the data that ends where a page ends, and the next one cannot be read. At most 32 KiB; it lives until 256
 * more have been made, by this and by those below.
 */
void *page_end(const void *data, size_t size);

/* The same of a string with its NUL, and without. */
char *string_end(const char *string);
char *unterminated(const char *string);

/* Room for so many bytes before a page that cannot be read; filled with 0xa5. */
void *room_end(size_t size);

/* An address where nothing is. */
void *unreadable(void);

/*
 * Try a call with all that a path may be: none, unreadable, empty, too long, without an end, to be escaped. No such file
 * is there.
 */
void with_odd_paths(void (*call)(const char *path));
