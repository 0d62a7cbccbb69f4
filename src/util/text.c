/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/text.h"

#include <stdarg.h>
#include <string.h>

#include "util/macro.h"

#define ALLOCATE_FIRST 256U /* a line of text with room to spare */

int text_error(const Text *t)
{
	return t->error;
}

const char *text_string(const Text *t)
{
	return t->data ? t->data : "";
}

void text_clear(Text *t)
{
	text_truncate(t, 0);
	t->error = 0;
}

void text_truncate(Text *t, size_t size)
{
	if (size > t->size || !t->data)
		return;
	t->size = size;
	t->data[size] = '\0';
}

char *text_reserve(Text *t, size_t size)
{
	size_t need, allocate;
	char *p;

	if (t->error < 0)
		return NULL;
	need = t->size + size + 1;
	if (need > t->allocated) {
		allocate = MAX(MAX(need, t->allocated * 2), (size_t) ALLOCATE_FIRST);
		p = realloc(t->data, allocate);
		if (!p) {
			t->error = -ENOMEM;
			return NULL;
		}
		t->data = p;
		t->allocated = allocate;
	}
	return t->data + t->size;
}

void text_grown(Text *t, size_t size)
{
	t->size += size;
	t->data[t->size] = '\0';
}

void text_put_bytes(Text *t, const void *bytes, size_t size)
{
	char *p = text_reserve(t, size);

	if (!p)
		return;
	if (size > 0)
		memcpy(p, bytes, size);
	text_grown(t, size);
}

void text_put(Text *t, const char *s)
{
	text_put_bytes(t, s, strlen(s));
}

void text_put_char(Text *t, char c)
{
	text_put_bytes(t, &c, 1);
}

void text_put_padded(Text *t, uint64_t value, unsigned width)
{
	char digits[20], *p = digits + sizeof(digits);

	do {
		*--p = (char) ('0' + value % 10);
		value /= 10;
	} while (value > 0);
	while (p > digits && digits + sizeof(digits) - p < width)
		*--p = '0';
	text_put_bytes(t, p, (size_t) (digits + sizeof(digits) - p));
}

void text_put_unsigned(Text *t, uint64_t value)
{
	text_put_padded(t, value, 1);
}

void text_put_signed(Text *t, int64_t value)
{
	if (value < 0)
		text_put_char(t, '-');
	text_put_unsigned(t, value < 0 ? 0 - (uint64_t) value : (uint64_t) value);
}

void text_put_hex(Text *t, uint64_t value)
{
	char digits[16], *p = digits + sizeof(digits);

	do {
		*--p = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value > 0);
	text_put(t, "0x");
	text_put_bytes(t, p, (size_t) (digits + sizeof(digits) - p));
}

void text_put_grouped(Text *t, uint64_t value)
{
	if (value >= 1000) {
		text_put_grouped(t, value / 1000);
		text_put_char(t, ',');
		text_put_padded(t, value % 1000, 3);
	} else
		text_put_unsigned(t, value);
}

static bool is_octal(uint8_t c)
{
	return c >= '0' && c <= '7';
}

/* Return: the number of characters written to @out for @c when @next follows it (0: nothing follows). */
static size_t escape_byte(char out[static 4], uint8_t c, uint8_t next)
{
	static const char letters[] = "tnvfr"; /* 9..13 */
	size_t n = 0;

	if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
		out[n++] = (char) c;
		return n;
	}
	out[n++] = '\\';
	if (c == '"' || c == '\\')
		out[n++] = (char) c;
	else if (c >= '\t' && c <= '\r')
		out[n++] = letters[c - '\t'];
	else {
		bool wide = is_octal(next);

		if (wide || c >= 0100)
			out[n++] = (char) ('0' + (c >> 6));
		if (wide || c >= 010)
			out[n++] = (char) ('0' + ((c >> 3) & 7));
		out[n++] = (char) ('0' + (c & 7));
	}
	return n;
}

void text_put_escaped(Text *t, const void *bytes, size_t size)
{
	const uint8_t *b = bytes;
	char *start = text_reserve(t, size * 4), *p = start;

	if (!start)
		return;
	for (size_t i = 0; i < size; i++)
		p += escape_byte(p, b[i], i + 1 < size ? b[i + 1] : 0);
	text_grown(t, (size_t) (p - start));
}

void text_put_escaped_hex(Text *t, const void *bytes, size_t size)
{
	const uint8_t *b = bytes;
	char *p = text_reserve(t, size * 4);

	if (!p)
		return;
	for (size_t i = 0; i < size; i++) {
		*p++ = '\\';
		*p++ = 'x';
		*p++ = "0123456789abcdef"[b[i] >> 4];
		*p++ = "0123456789abcdef"[b[i] & 0xf];
	}
	text_grown(t, size * 4);
}

static bool is_plain(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((bytes[i] < ' ' && (bytes[i] < '\t' || bytes[i] > '\r')) || bytes[i] > '~')
			return false;
	return true;
}

void text_put_escaped_as(Text *t, const void *bytes, size_t size, Escapes escapes)
{
	if (escapes == ESCAPES_OCTAL || (escapes == ESCAPES_HEX && is_plain(bytes, size)))
		text_put_escaped(t, bytes, size);
	else
		text_put_escaped_hex(t, bytes, size);
}

void text_printf(Text *t, const char *format, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	p = n >= 0 ? text_reserve(t, (size_t) n) : NULL;
	if (!p)
		return;
	va_start(ap, format);
	(void) vsnprintf(p, (size_t) n + 1, format, ap);
	va_end(ap);
	text_grown(t, (size_t) n);
}

void text_done(Text *t)
{
	free(t->data);
	*t = (Text){};
}
