/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/capture-format.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "util/macro.h"

#define ID_DIGITS 32U

const Field capture_info_fields[] = {
	{ "UNIT", FIELD_STRING, offsetof(CaptureInfo, unit) },
	{ "INVOCATION", FIELD_ID, offsetof(CaptureInfo, invocation) },
	{ "MACHINE", FIELD_STRING, offsetof(CaptureInfo, machine) },
	{ "KERNEL", FIELD_STRING, offsetof(CaptureInfo, kernel) },
	{ "BOOT_ID", FIELD_ID, offsetof(CaptureInfo, boot_id) },
	{ "COMPLETE", FIELD_BOOL, offsetof(CaptureInfo, complete) },
	{ "REALTIME", FIELD_NUMBER, offsetof(CaptureInfo, realtime) },
	{ "MONOTONIC", FIELD_NUMBER, offsetof(CaptureInfo, monotonic) },
	{ "REALTIME_NOW", FIELD_NUMBER, offsetof(CaptureInfo, realtime_now) },
	{ "MONOTONIC_NOW", FIELD_NUMBER, offsetof(CaptureInfo, monotonic_now) },
	{},
};

const Field capture_gap_fields[] = {
	{ "OVERWRITTEN", FIELD_NUMBER, offsetof(Gap, overwritten) },
	{ "LOST", FIELD_NUMBER, offsetof(Gap, lost) },
	{},
};

const Field capture_end_fields[] = {
	{ "CALLS", FIELD_NUMBER, offsetof(CaptureEnd, calls) },
	{ "OVERWRITTEN", FIELD_NUMBER, offsetof(CaptureEnd, overwritten) },
	{ "LOST", FIELD_NUMBER, offsetof(CaptureEnd, lost) },
	{ "EVENTS_OVERWRITTEN", FIELD_NUMBER, offsetof(CaptureEnd, events_overwritten) },
	{ "REASON", FIELD_STRING, offsetof(CaptureEnd, reason) },
	{},
};

uint32_t block_checksum(const BlockHeader *header, const void *bytes)
{
	uLong crc = crc32_z(0, (const Bytef *) header, offsetof(BlockHeader, crc));

	/* A NULL pointer would reset the sum instead of leaving it. */
	return (uint32_t) (header->stored > 0 ? crc32_z(crc, bytes, header->stored) : crc);
}

/* Names are shown on terminals and in the journal: nothing in them may drive either. */
static bool is_printable(char c)
{
	return c >= ' ' && c < 0x7f;
}

static bool id_valid(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return s[n] == '\0' && (n == 0 || n == ID_DIGITS);
}

static bool string_valid(const char *s)
{
	size_t n = 0;

	while (is_printable(s[n]))
		n++;
	return s[n] == '\0' && n <= CAPTURE_STRING_MAX;
}

static void string_put(Text *t, const char *s)
{
	for (size_t n = 0; s[n] && n < CAPTURE_STRING_MAX; n++)
		text_put_char(t, is_printable(s[n]) ? s[n] : '?');
}

static void field_put(Text *t, const Field *field, const void *value)
{
	const char *s;

	switch (field->kind) {
	case FIELD_STRING:
	case FIELD_ID:
		s = *(const char *const *) value;
		if (s && (field->kind == FIELD_STRING || id_valid(s)))
			string_put(t, s);
		break;
	case FIELD_NUMBER:
		text_put_unsigned(t, *(const uint64_t *) value);
		break;
	default:
		text_put(t, *(const bool *) value ? "yes" : "no");
	}
}

void fields_put(Text *t, const Field *fields, const void *object)
{
	for (const Field *f = fields; f->key; f++) {
		text_put(t, f->key);
		text_put_char(t, '=');
		field_put(t, f, (const char *) object + f->offset);
		text_put_char(t, '\n');
	}
}

static int number_parse(const char *s, uint64_t *ret)
{
	uint64_t value = 0;

	if (!*s)
		return -EBADMSG;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(value, 10U, &value) ||
		    __builtin_add_overflow(value, (unsigned) (*s - '0'), &value))
			return -EBADMSG;
	}
	*ret = value;
	return 0;
}

static int field_parse(const Field *field, const char *s, void *value)
{
	switch (field->kind) {
	case FIELD_STRING:
	case FIELD_ID:
		if (!(field->kind == FIELD_ID ? id_valid(s) : string_valid(s)))
			return -EBADMSG;
		*(const char **) value = s;
		return 0;
	case FIELD_NUMBER:
		return number_parse(s, value);
	default:
		*(bool *) value = streq(s, "yes");
		return streq(s, "yes") || streq(s, "no") ? 0 : -EBADMSG;
	}
}

static int line_parse(char *line, const Field *fields, void *object)
{
	char *value = strchr(line, '=');

	if (!value)
		return -EBADMSG;
	*value++ = '\0';
	for (const Field *f = fields; f->key; f++)
		if (streq(line, f->key))
			return field_parse(f, value, (char *) object + f->offset);
	return 0;
}

static void fields_clear(const Field *fields, void *object)
{
	for (const Field *f = fields; f->key; f++) {
		void *value = (char *) object + f->offset;

		if (f->kind == FIELD_STRING || f->kind == FIELD_ID)
			*(const char **) value = "";
		else if (f->kind == FIELD_NUMBER)
			*(uint64_t *) value = 0;
		else
			*(bool *) value = false;
	}
}

int fields_parse(char *text, size_t size, const Field *fields, void *object)
{
	char *end = text + size;

	fields_clear(fields, object);
	if (size > 0 && memchr(text, '\0', size))
		return -EBADMSG;
	while (text < end) {
		char *newline = memchr(text, '\n', (size_t) (end - text));
		int r;

		if (!newline)
			return -EBADMSG;
		*newline = '\0';
		r = line_parse(text, fields, object);
		if (r < 0)
			return r;
		text = newline + 1;
	}
	return 0;
}
