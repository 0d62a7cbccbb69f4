/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Whether bytes are one value of JSON, as strictly as RFC 8259 and a terminal want it: UTF-8, no control characters, no
 * key twice in an object, nothing behind.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define JSON_DEPTH_MAX 64U
#define JSON_KEYS_MAX 128U /* in one object */

typedef struct Json {
	const char *at, *end;
	unsigned depth;
} Json;

static inline bool json_value(Json *j);

static inline bool json_take(Json *j, const char *word)
{
	size_t n = strlen(word);

	if ((size_t) (j->end - j->at) < n || memcmp(j->at, word, n) != 0)
		return false;
	j->at += n;
	return true;
}

static inline bool json_is_digit(const Json *j)
{
	return j->at < j->end && *j->at >= '0' && *j->at <= '9';
}

/* Whole ones are all that we have. */
static inline bool json_number(Json *j)
{
	(void) json_take(j, "-");
	if (json_take(j, "0"))
		return true;
	if (!json_is_digit(j))
		return false;
	while (json_is_digit(j))
		j->at++;
	return true;
}

static inline bool json_escape(Json *j)
{
	if (!json_take(j, "u"))
		return j->at < j->end && memchr("\"\\/bfnrt", *j->at++, 8);
	for (unsigned i = 0; i < 4; i++, j->at++)
		if (j->at == j->end || !memchr("0123456789abcdefABCDEF", *j->at, 22))
			return false;
	return true;
}

/* One character that is more than ASCII, no control character, and in its shortest form. */
static inline bool json_character(Json *j)
{
	static const uint32_t least[] = { 0, 0, 0xa0, 0x800, 0x10000 };
	uint8_t first = (uint8_t) *j->at++;
	unsigned n = first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
	uint32_t c = n > 0 ? first & (0x7fU >> n) : 0;

	for (unsigned i = 1; i < n; i++, j->at++) {
		if (j->at == j->end || ((uint8_t) *j->at & 0xc0) != 0x80)
			return false;
		c = c << 6 | ((uint8_t) *j->at & 0x3f);
	}
	return n > 0 && c >= least[n] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

static inline bool json_string(Json *j)
{
	if (!json_take(j, "\""))
		return false;
	while (j->at < j->end && *j->at != '"') {
		uint8_t c = (uint8_t) *j->at;

		if (c < ' ' || c == 0x7f)
			return false;
		if (c >= 0x80 ? !json_character(j) : (j->at++, c == '\\' && !json_escape(j)))
			return false;
	}
	return json_take(j, "\"");
}

static inline bool json_object(Json *j)
{
	struct {
		const char *at;
		size_t size;
	} keys[JSON_KEYS_MAX];
	unsigned n = 0;

	if (json_take(j, "}"))
		return true;
	do {
		const char *key = j->at;

		if (n == JSON_KEYS_MAX || !json_string(j))
			return false;
		keys[n].at = key;
		keys[n].size = (size_t) (j->at - key);
		for (unsigned i = 0; i < n; i++)
			if (keys[i].size == keys[n].size && memcmp(keys[i].at, key, keys[n].size) == 0)
				return false;
		n++;
		if (!json_take(j, ":") || !json_value(j))
			return false;
	} while (json_take(j, ","));
	return json_take(j, "}");
}

static inline bool json_array(Json *j)
{
	if (json_take(j, "]"))
		return true;
	do
		if (!json_value(j))
			return false;
	while (json_take(j, ","));
	return json_take(j, "]");
}

static inline bool json_value(Json *j)
{
	bool valid;

	if (j->at == j->end || ++j->depth > JSON_DEPTH_MAX)
		return false;
	if (json_take(j, "{"))
		valid = json_object(j);
	else if (json_take(j, "["))
		valid = json_array(j);
	else if (*j->at == '"')
		valid = json_string(j);
	else
		valid = json_take(j, "true") || json_take(j, "false") || json_take(j, "null") || json_number(j);
	j->depth--;
	return valid;
}

/* Return: whether it is an object and a newline behind it. */
static inline bool json_is_line(const char *bytes, size_t size)
{
	Json j = { bytes, bytes + size, 0 };

	return size > 0 && *bytes == '{' && json_value(&j) && json_take(&j, "\n") && j.at == j.end;
}
