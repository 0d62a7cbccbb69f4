/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is around values and between them. */

#include "trace/writer.h"

/* A comma, unless nothing is before it. */
static void separate(Writer *w)
{
	if (w->separate)
		text_put_bytes(w->text, ", ", w->style.json ? 1 : 2);
	w->separate = true;
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

void writer_member_signed(Writer *w, const char *name, int64_t value)
{
	writer_member(w, name);
	writer_signed(w, value);
}

void writer_member_unsigned(Writer *w, const char *name, uint64_t value)
{
	writer_member(w, name);
	writer_unsigned(w, value);
}

void writer_member_hex(Writer *w, const char *name, uint64_t value)
{
	writer_member(w, name);
	writer_hex(w, value);
}

void writer_member_pointer(Writer *w, const char *name, uint64_t value)
{
	writer_member(w, name);
	writer_pointer(w, value);
}

void writer_member_pid(Writer *w, const char *name, int32_t pid)
{
	writer_member(w, name);
	writer_pid(w, pid);
}

void writer_member_flags(Writer *w, const char *name, ArgKind list, uint64_t value)
{
	writer_member(w, name);
	writer_flags(w, list, value);
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
