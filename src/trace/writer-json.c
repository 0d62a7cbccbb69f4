/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/writer.h"

#include <string.h>

#include "util/macro.h"

/* Return: bytes of the UTF-8 character at @p, 0 if there is none: overlong forms, surrogates and beyond are none. */
static size_t utf8_length(const uint8_t *p, size_t size)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	uint32_t c = n > 1 ? p[0] & (0x7fU >> n) : p[0];

	if (n == 0 || n > size)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : n;
}

static bool is_utf8(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0, n; i < size; i += n) {
		n = utf8_length(bytes + i, size - i);
		if (n == 0)
			return false;
	}
	return true;
}

static char *put_digits(char *p, unsigned value, unsigned digits)
{
	while (digits-- > 0)
		*p++ = "0123456789abcdef"[value >> (digits * 4) & 0xf];
	return p;
}

/* Control characters, those from 0x80 on as well: what is printed to a terminal cannot drive it. */
static char *put_control(char *p, unsigned c)
{
	*p++ = '\\';
	*p++ = 'u';
	return put_digits(p, c, 4);
}

static void put_text(Text *t, const uint8_t *bytes, size_t size)
{
	char *start = text_reserve(t, size * 6 + 2), *p = start;

	if (!start)
		return;
	*p++ = '"';
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == 0xc2 && bytes[i + 1] < 0xa0)
			p = put_control(p, bytes[++i]);
		else if (bytes[i] < ' ' || bytes[i] == 0x7f)
			p = put_control(p, bytes[i]);
		else {
			if (bytes[i] == '"' || bytes[i] == '\\')
				*p++ = '\\';
			*p++ = (char) bytes[i];
		}
	}
	*p++ = '"';
	text_grown(t, (size_t) (p - start));
}

static void put_bytes(Text *t, const uint8_t *bytes, size_t size)
{
	char *start = text_reserve(t, size * 2 + 2), *p = start;

	if (!start)
		return;
	*p++ = '"';
	for (size_t i = 0; i < size; i++)
		p = put_digits(p, bytes[i], 2);
	*p++ = '"';
	text_grown(t, (size_t) (p - start));
}

void writer_json_string(Writer *w, const void *bytes, size_t size, bool cut)
{
	bool text = is_utf8(bytes, size);

	if (text && !cut) {
		put_text(w->text, bytes, size);
		return;
	}
	text_put(w->text, text ? "{\"text\":" : "{\"hex\":");
	if (text)
		put_text(w->text, bytes, size);
	else
		put_bytes(w->text, bytes, size);
	text_put(w->text, cut ? ",\"cut\":true}" : "}");
}
