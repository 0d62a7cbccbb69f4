/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/writer.h"

#include "trace/names.h"

/* In JSON a sum is as any value of several names. */
void writer_sum_begin(Writer *w, uint64_t value)
{
	if (w->style.json)
		writer_value_begin(w, value, BASE_HEX);
	else
		w->named = false;
}

void writer_sum_end(Writer *w)
{
	if (w->style.json)
		writer_value_end(w);
}

static void join(Writer *w)
{
	if (w->named)
		text_put_char(w->text, '|');
	w->named = true;
}

/* Names or, if that is what is asked for, a number, perhaps with its names behind. */
void writer_sum_flags(Writer *w, ArgKind list, uint64_t part)
{
	if (part == 0)
		return;
	if (w->style.json || w->style.constants == CONSTANTS_ABBREV) {
		writer_value_flags(w, list, part);
		return;
	}
	join(w);
	if (kind_names_any(list, part)) {
		writer_value_begin(w, part, BASE_HEX);
		writer_value_flags(w, list, part);
		writer_value_end(w);
	} else
		writer_hex(w, part);
	w->named = true;
}

void writer_sum_choice(Writer *w, ArgKind list, uint64_t part)
{
	const char *name = value_name(list, part);

	if (w->style.json) {
		if (name)
			writer_value_name(w, name);
		return;
	}
	join(w);
	writer_choice(w, list, part);
	w->named = true;
}

void writer_sum_shifted(Writer *w, uint64_t part, unsigned shift, const char *name)
{
	_cleanup_text_ Text text = {};

	if (part == 0)
		return;
	text_printf(&text, "%llu<<", (unsigned long long) part);
	if (w->style.json) {
		text_put(&text, name);
		writer_value_name(w, text_string(&text));
		return;
	}
	join(w);
	text_put(w->text, text_string(&text));
	writer_named(w, shift, BASE_DECIMAL, name);
}

void writer_sum_number(Writer *w, uint64_t part, Base base)
{
	if (w->style.json)
		return;
	join(w);
	if (base == BASE_OCTAL)
		writer_octal(w, part);
	else if (base == BASE_HEX)
		writer_hex(w, part);
	else
		writer_unsigned(w, part);
}
