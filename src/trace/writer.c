/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/writer.h"

#include <fcntl.h>
#include <string.h>

#include "trace/names.h"
#include "util/macro.h"

/* A comma, unless nothing is before it. */
static void separate(Writer *w)
{
	if (w->separate)
		text_put_bytes(w->text, ", ", w->style.json ? 1 : 2);
	w->separate = true;
}

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

/* With a file's name it is an object in JSON; @name: of a number that is no descriptor. */
static void put_fd(Writer *w, int32_t fd, const CallFile *file, const char *name)
{
	bool has_file = file && file->name && w->style.names != FILE_NAMES_NONE;

	if (name)
		writer_named(w, (uint64_t) (int64_t) fd, BASE_DECIMAL, name);
	else if (!w->style.json || !has_file)
		text_put_signed(w->text, fd);
	if (!w->style.json)
		file_put_name(w->text, file, w->style.names, w->style.escapes);
	else if (has_file && !name) {
		text_put(w->text, "{\"fd\":");
		text_put_signed(w->text, fd);
		text_put(w->text, ",\"file\":");
		writer_json_string(w, file_text(file->name), file->name->text_size, false);
		text_put_char(w->text, '}');
	}
}

void writer_fd(Writer *w, int32_t fd, const CallFile *file)
{
	put_fd(w, fd, file, NULL);
}

void writer_dirfd(Writer *w, int32_t fd, const CallFile *file)
{
	put_fd(w, fd, file, fd == AT_FDCWD ? "AT_FDCWD" : NULL);
}

/* With a name it is an object in JSON. */
void writer_process(Writer *w, int32_t pid, const char *comm)
{
	const char *name = !w->style.comms ? NULL : comm && comm[0] ? comm : threads_comm(w->style.threads, (uint32_t) pid);
	size_t size = name ? strnlen(name, COMM_SIZE) : 0;

	if (!name)
		text_put_signed(w->text, pid);
	else if (w->style.json) {
		text_put(w->text, "{\"pid\":");
		text_put_signed(w->text, pid);
		text_put(w->text, ",\"comm\":");
		writer_json_string(w, name, size, false);
		text_put_char(w->text, '}');
	} else {
		text_put_signed(w->text, pid);
		text_put_char(w->text, '<');
		name_put_escaped(w->text, name, size, w->style.escapes);
		text_put_char(w->text, '>');
	}
}

void writer_pid(Writer *w, int32_t pid)
{
	writer_process(w, pid, NULL);
}

void writer_address(Writer *w, uint64_t value, bool unreadable)
{
	if (!w->style.json || value == 0) {
		writer_pointer(w, value);
		return;
	}
	text_put(w->text, "{\"address\":");
	writer_pointer(w, value);
	text_put(w->text, unreadable ? ",\"unreadable\":true}" : "}");
}

static void put_quoted(Writer *w, const void *bytes, size_t size)
{
	text_put_char(w->text, '"');
	text_put_escaped_as(w->text, bytes, size, w->style.escapes);
	text_put_char(w->text, '"');
}

void writer_path(Writer *w, const void *bytes, size_t size, bool cut)
{
	if (w->style.json) {
		writer_json_string(w, bytes, size, cut);
		return;
	}
	put_quoted(w, bytes, size);
	if (cut)
		text_put_bytes(w->text, "...", 3);
}

void writer_string(Writer *w, const void *bytes, size_t size, bool cut)
{
	unsigned max = w->style.string_size;

	if ((max > 0 && size > max) || (w->style.no_strings && size > 0)) {
		size = w->style.no_strings ? 0 : max;
		cut = true;
	}
	writer_path(w, bytes, size, cut);
}

void writer_bytes(Writer *w, const void *bytes, size_t size, bool cut)
{
	Escapes escapes = w->style.escapes;

	w->style.escapes = ESCAPES_ALL;
	writer_string(w, bytes, size, cut);
	w->style.escapes = escapes;
}

void writer_abstract(Writer *w, const void *bytes, size_t size)
{
	const char *name = bytes;

	if (w->style.json)
		writer_json_string(w, name - 1, size + 1, false);
	else {
		text_put_char(w->text, '@');
		put_quoted(w, bytes, size);
	}
}

void writer_word(Writer *w, const char *word)
{
	if (w->style.json)
		writer_json_string(w, word, strlen(word), false);
	else
		text_put(w->text, word);
}

void writer_punctuation(Writer *w, const char *s)
{
	if (!w->style.json)
		text_put(w->text, s);
}

void writer_comment(Writer *w, const char *s)
{
	if (w->style.json)
		return;
	text_put(w->text, " /* ");
	text_put(w->text, s);
	text_put(w->text, " */");
}

void writer_part(Writer *w, const char *name, const char *form)
{
	if (w->style.json)
		writer_member(w, name);
	else
		text_put(w->text, form);
}

void writer_true(Writer *w, const char *name)
{
	if (!w->style.json)
		return;
	writer_member(w, name);
	text_put_bytes(w->text, "true", 4);
}

static void begin(Writer *w, char bracket)
{
	text_put_char(w->text, bracket);
	w->nesting = w->nesting << 1 | (bracket == '[');
	w->separate = false;
}

static void end(Writer *w, char bracket)
{
	text_put_char(w->text, bracket);
	w->nesting >>= 1;
	w->separate = true;
}

void writer_struct_begin(Writer *w)
{
	begin(w, '{');
}

void writer_member(Writer *w, const char *name)
{
	separate(w);
	if (w->style.json) {
		text_put_char(w->text, '"');
		text_put(w->text, name);
		text_put_bytes(w->text, "\":", 2);
	} else {
		text_put(w->text, name);
		text_put_char(w->text, '=');
	}
}

void writer_member_form(Writer *w, const char *name, const char *form)
{
	if (w->style.json)
		writer_member(w, name);
	else {
		separate(w);
		text_put(w->text, form);
	}
}

void writer_more(Writer *w)
{
	if (w->style.json && !(w->nesting & 1))
		return;
	separate(w);
	text_put(w->text, w->style.json ? "{\"more\":true}" : "...");
}

void writer_struct_end(Writer *w)
{
	end(w, '}');
}

void writer_array_begin(Writer *w)
{
	begin(w, '[');
}

void writer_element(Writer *w)
{
	separate(w);
}

void writer_array_end(Writer *w)
{
	end(w, ']');
}

void writer_argument(Writer *w, const char *name, bool shown)
{
	if (w->style.json || shown)
		writer_member(w, name);
	else
		separate(w);
}

void writer_note_begin(Writer *w)
{
	if (w->style.json)
		writer_member(w, "note");
	else
		text_put_bytes(w->text, " (", 2);
	w->separate = false;
}

void writer_note_end(Writer *w)
{
	writer_punctuation(w, ")");
	w->separate = true;
}

void writer_reference_begin(Writer *w)
{
	writer_punctuation(w, "[");
}

void writer_reference_end(Writer *w)
{
	writer_punctuation(w, "]");
}

void writer_change_begin(Writer *w)
{
	if (w->style.json)
		text_put(w->text, "{\"before\":");
}

void writer_change_after(Writer *w)
{
	text_put(w->text, w->style.json ? ",\"after\":" : " => ");
}

void writer_change_end(Writer *w)
{
	if (w->style.json)
		text_put_char(w->text, '}');
}

void writer_group_begin(Writer *w)
{
	if (w->style.json)
		begin(w, '{');
	w->separate = false;
}

void writer_group_end(Writer *w)
{
	if (w->style.json)
		end(w, '}');
	w->separate = true;
}
