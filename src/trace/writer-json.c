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

static void put_digits(Text *t, unsigned value, unsigned digits)
{
	while (digits-- > 0)
		text_put_char(t, "0123456789abcdef"[value >> (digits * 4) & 0xf]);
}

/* Control characters, those from 0x80 on as well: what is printed to a terminal cannot drive it. */
static void put_control(Text *t, unsigned c)
{
	text_put_bytes(t, "\\u", 2);
	put_digits(t, c, 4);
}

static void put_text(Text *t, const uint8_t *bytes, size_t size)
{
	text_put_char(t, '"');
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == 0xc2 && bytes[i + 1] < 0xa0)
			put_control(t, bytes[++i]);
		else if (bytes[i] < ' ' || bytes[i] == 0x7f)
			put_control(t, bytes[i]);
		else {
			if (bytes[i] == '"' || bytes[i] == '\\')
				text_put_char(t, '\\');
			text_put_char(t, (char) bytes[i]);
		}
	}
	text_put_char(t, '"');
}

static void put_bytes(Text *t, const uint8_t *bytes, size_t size)
{
	text_put_char(t, '"');
	for (size_t i = 0; i < size; i++)
		put_digits(t, bytes[i], 2);
	text_put_char(t, '"');
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
