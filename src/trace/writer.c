/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers and constants; writer-string.c and writer-structure.c have the rest. */

#include "trace/writer.h"

#include <string.h>

#include "trace/names.h"

static void put_hex(Text *t, uint64_t value)
{
	if (value == 0)
		text_put_char(t, '0');
	else
		text_put_hex(t, value);
}

static void put_octal(Text *t, uint64_t value)
{
	char digits[24], *end = digits + sizeof(digits), *p = end;

	do {
		*--p = (char) ('0' + (value & 7));
		value >>= 3;
	} while (value > 0 || end - p < 2);
	*--p = '0';
	text_put_bytes(t, p, (size_t) (end - p));
}

static void put_number(Writer *w, uint64_t value, Base base)
{
	if (base == BASE_DECIMAL)
		text_put_signed(w->text, (int64_t) value);
	else if (w->style.json || base == BASE_UNSIGNED)
		text_put_unsigned(w->text, value);
	else if (base == BASE_HEX)
		put_hex(w->text, value);
	else
		put_octal(w->text, value);
}

void writer_signed(Writer *w, int64_t value)
{
	text_put_signed(w->text, value);
}

void writer_unsigned(Writer *w, uint64_t value)
{
	text_put_unsigned(w->text, value);
}

void writer_hex(Writer *w, uint64_t value)
{
	if (w->style.json)
		text_put_unsigned(w->text, value);
	else
		put_hex(w->text, value);
}

void writer_octal(Writer *w, uint64_t value)
{
	if (w->style.json)
		text_put_unsigned(w->text, value);
	else
		put_octal(w->text, value);
}

void writer_pointer(Writer *w, uint64_t value)
{
	if (value == 0)
		text_put_bytes(w->text, w->style.json ? "null" : "NULL", 4);
	else if (w->style.json) {
		text_put_char(w->text, '"');
		text_put_hex(w->text, value);
		text_put_char(w->text, '"');
	} else
		text_put_hex(w->text, value);
}

void writer_value_begin(Writer *w, uint64_t value, Base base)
{
	w->named = false;
	if (w->style.json)
		text_put_bytes(w->text, "{\"value\":", 9);
	if (w->style.json || w->style.constants != CONSTANTS_ABBREV)
		put_number(w, value, base);
}

/* What is before the next name. Return: whether names are shown at all. */
static bool name_begin(Writer *w)
{
	static const char *const first[] = { "", "", " /* " };

	if (w->style.json)
		text_put(w->text, w->named ? ",\"" : ",\"names\":[\"");
	else if (w->style.constants == CONSTANTS_RAW)
		return false;
	else
		text_put(w->text, w->named ? "|" : first[w->style.constants]);
	w->named = true;
	return true;
}

static void name_put(Writer *w, const char *name, size_t length)
{
	if (!name_begin(w))
		return;
	text_put_bytes(w->text, name, length);
	if (w->style.json)
		text_put_char(w->text, '"');
}

void writer_value_name(Writer *w, const char *name)
{
	name_put(w, name, strlen(name));
}

void writer_value_number(Writer *w, uint64_t part, Base base)
{
	if (!w->style.json && name_begin(w))
		put_number(w, part, base);
}

/* Of a value without any name: a comment says what it is not. */
static void put_unknown(Writer *w, uint64_t value, Base base, const char *unknown)
{
	if (w->style.json || w->style.constants == CONSTANTS_RAW)
		return;
	if (w->style.constants == CONSTANTS_ABBREV)
		put_number(w, value, base);
	if (unknown) {
		text_put(w->text, " /* ");
		text_put(w->text, unknown);
		text_put(w->text, " */");
	}
}

/* Return: what of @part has no name. */
static uint64_t put_flag_names(Writer *w, const ValueName *n, uint64_t part)
{
	for (; n->name && part > 0; n++) {
		if (n->value == 0 || (part & n->value) != n->value)
			continue;
		name_put(w, n->name, n->length);
		part &= ~n->value;
	}
	return part;
}

void writer_value_flags(Writer *w, ArgKind list, uint64_t part)
{
	part = put_flag_names(w, kind_names(list), part);
	if (part > 0 && !w->style.json && name_begin(w))
		text_put_hex(w->text, part);
}

void writer_value_unknown(Writer *w, ArgKind list, uint64_t part)
{
	if (w->style.json || !name_begin(w))
		return;
	text_put_hex(w->text, part);
	if (w->style.constants == CONSTANTS_ABBREV && kind_unknown(list))
		writer_comment(w, kind_unknown(list));
}

void writer_value_end(Writer *w)
{
	if (w->style.json)
		text_put(w->text, w->named ? "]}" : "}");
	else if (w->style.constants == CONSTANTS_VERBOSE && w->named)
		text_put(w->text, " */");
}

/* Decimal, or hexadecimal, as the list wants its raw numbers. */
static Base base_of(ArgKind list)
{
	return kind_is_decimal(list) ? BASE_DECIMAL : BASE_HEX;
}

void writer_named(Writer *w, uint64_t value, Base base, const char *name)
{
	if (w->style.json) {
		text_put_bytes(w->text, "{\"value\":", 9);
		put_number(w, value, base);
		if (name) {
			text_put_bytes(w->text, ",\"name\":\"", 9);
			text_put(w->text, name);
			text_put_char(w->text, '"');
		}
		text_put_char(w->text, '}');
		return;
	}
	if (!name || w->style.constants != CONSTANTS_ABBREV)
		put_number(w, value, base);
	if (!name || w->style.constants == CONSTANTS_RAW)
		return;
	if (w->style.constants == CONSTANTS_VERBOSE)
		text_put(w->text, " /* ");
	text_put(w->text, name);
	if (w->style.constants == CONSTANTS_VERBOSE)
		text_put(w->text, " */");
}

static void put_unknown_value(Writer *w, ArgKind list, uint64_t value)
{
	if (w->style.json || w->style.constants != CONSTANTS_ABBREV)
		writer_named(w, value, base_of(list), NULL);
	put_unknown(w, value, base_of(list), kind_unknown(list));
}

void writer_choice(Writer *w, ArgKind list, uint64_t value)
{
	const char *name = value_name(list, value);

	if (kind_is_decimal(list))
		value = (uint64_t) (int64_t) (int32_t) value;
	if (name)
		writer_named(w, value, base_of(list), name);
	else
		put_unknown_value(w, list, value);
}

void writer_flags(Writer *w, ArgKind list, uint64_t value)
{
	if (!kind_is_wide(list))
		value = (uint32_t) value;
	if (kind_is_choice(list) || (value == 0 && value_name(list, 0)))
		writer_choice(w, list, value);
	else if (value == 0 && !w->style.json)
		text_put_char(w->text, '0');
	else if (value != 0 && !kind_names_any(list, value))
		put_unknown_value(w, list, value);
	else {
		writer_value_begin(w, value, BASE_HEX);
		writer_value_flags(w, list, value);
		writer_value_end(w);
	}
}

void writer_signal(Writer *w, int signal)
{
	writer_named(w, (uint64_t) (int64_t) signal, BASE_DECIMAL, signal_name(signal));
}

void writer_signal_name(Writer *w, int signal)
{
	Constants constants = w->style.constants;

	w->style.constants = CONSTANTS_ABBREV;
	writer_signal(w, signal);
	w->style.constants = constants;
}

void writer_formed(Writer *w, uint64_t value, Base base, const char *form)
{
	bool verbose = w->style.constants == CONSTANTS_VERBOSE;

	if (w->style.json || w->style.constants != CONSTANTS_ABBREV)
		put_number(w, value, base);
	if (w->style.json || w->style.constants == CONSTANTS_RAW)
		return;
	if (verbose)
		text_put(w->text, " /* ");
	text_put(w->text, form);
	if (verbose)
		text_put(w->text, " */");
}
