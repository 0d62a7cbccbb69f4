/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A growing run of bytes, for text and for binary alike. Appending never reports an error by itself: the first
 * failed allocation marks the object, later appends do nothing, and the owner asks text_error() once at the end.
 * The data is always followed by a NUL that does not count.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/cleanup.h"

typedef struct Text {
	char *data; /* NULL while empty */
	size_t size;
	size_t allocated;
	int error; /* 0 or -ENOMEM */
} Text;

/** text_error() - Return: 0, or -ENOMEM if any append has failed */
int text_error(const Text *t);

/** text_string() - Return: the text with its NUL, "" while empty; never NULL */
const char *text_string(const Text *t);

/** text_clear() - forget the contents and a failure, keep the memory */
void text_clear(Text *t);

/** text_truncate() - cut the text to @size bytes, no more than it has */
void text_truncate(Text *t, size_t size);

/** text_reserve() - Return: room for @size more bytes after the contents, or NULL; text_grown() makes them count */
char *text_reserve(Text *t, size_t size);
void text_grown(Text *t, size_t size);

void text_put_bytes(Text *t, const void *bytes, size_t size);
void text_put(Text *t, const char *s);
void text_put_char(Text *t, char c);
void text_put_unsigned(Text *t, uint64_t value);
void text_put_signed(Text *t, int64_t value);

/** text_put_padded() - decimal, with zeros in front up to @width digits, as for fractions of a second */
void text_put_padded(Text *t, uint64_t value, unsigned width);

/** text_put_hex() - 0x and lower-case digits, no leading zeros */
void text_put_hex(Text *t, uint64_t value);

/** text_put_grouped() - decimal with a comma between thousands, as headlines have it */
void text_put_grouped(Text *t, uint64_t value);

/**
 * text_put_escaped() - bytes as strace prints them, without the quotes around
 *
 * Printable ASCII as it is, but \" and \\ escaped; \t \n \v \f \r by letter; all else as the shortest octal that the next
 * character cannot extend. No control byte gets through, so captured data cannot drive a terminal.
 */
void text_put_escaped(Text *t, const void *bytes, size_t size);

/** text_put_escaped_hex() - each byte as \x and two digits */
void text_put_escaped_hex(Text *t, const void *bytes, size_t size);

/* Which form what is not printable ASCII is given, and all that is with it. */
typedef enum Escapes {
	ESCAPES_OCTAL, /* text_put_escaped() */
	ESCAPES_HEX,   /* the same, but text_put_escaped_hex() if there is more in it than ASCII and white space */
	ESCAPES_ALL,   /* text_put_escaped_hex() whatever is in it */
} Escapes;

/** text_put_escaped_as() - the one or the other */
void text_put_escaped_as(Text *t, const void *bytes, size_t size, Escapes escapes);

void text_printf(Text *t, const char *format, ...) _printf_(2, 3);

/** text_done() - release the memory; the object is then empty and usable */
void text_done(Text *t);

#define _cleanup_text_ _cleanup_(text_done)
