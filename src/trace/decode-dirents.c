/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What getdents() has read of a directory: how many entries, and with -v which. */

#include "trace/decode.h"

#include <string.h>

/* Where an entry has what. */
typedef struct DirentLayout {
	uint8_t word;   /* bytes of number and offset, which come first; the length follows, of two bytes */
	uint8_t name;   /* where it begins */
	bool type_last; /* the type is the last byte of an entry, not the one before the name */
} DirentLayout;

static uint64_t word_at(const CallMemory *m, unsigned offset, unsigned size)
{
	return size == 8 ? memory64(m, offset) : memory32(m, offset);
}

/* Return: bytes of the entry, 0 if it is not whole. */
static unsigned entry_size(const CallMemory *m, const DirentLayout *layout, unsigned at)
{
	unsigned length = memory16(m, at + 2U * layout->word);

	return at + layout->name < m->captured && length > layout->name && length <= m->captured - at ? length : 0;
}

static void put_type(Writer *w, uint8_t type)
{
	writer_member(w, "d_type");
	writer_choice(w, ARG_DIRENT_TYPE, type);
}

static void put_entry(Writer *w, const CallMemory *m, const DirentLayout *layout, unsigned at, unsigned length)
{
	const char *name = (const char *) m->bytes + at + layout->name;
	unsigned room = length - layout->name - (layout->type_last ? 1 : 0);

	writer_struct_begin(w);
	writer_member_unsigned(w, "d_ino", word_at(m, at, layout->word));
	writer_member_unsigned(w, "d_off", word_at(m, at + layout->word, layout->word));
	writer_member_unsigned(w, "d_reclen", length);
	if (!layout->type_last)
		put_type(w, m->bytes[at + layout->name - 1]);
	writer_member(w, "d_name");
	writer_path(w, name, strnlen(name, room), false);
	if (layout->type_last)
		put_type(w, m->bytes[at + length - 1]);
	writer_struct_end(w);
}

static void put_entries(Writer *w, const CallMemory *m, const DirentLayout *layout)
{
	unsigned at = 0, length;

	writer_array_begin(w);
	while ((length = entry_size(m, layout, at)) > 0) {
		writer_element(w);
		put_entry(w, m, layout, at, length);
		at += length;
	}
	if (at < m->requested)
		writer_more(w);
	writer_array_end(w);
}

static void put_count(Writer *w, const Decoder *d, unsigned i, const CallMemory *m, const DirentLayout *layout)
{
	_cleanup_text_ Text said = {};
	unsigned at = 0, n = 0, length;

	while ((length = entry_size(m, layout, at)) > 0) {
		at += length;
		n++;
	}
	decode_address(w, d, i);
	text_printf(&said, "%s%u entries", at < m->requested ? "over " : "", n);
	writer_comment(w, text_string(&said));
}

static void put_dirents(Writer *w, const Decoder *d, unsigned i, const CallMemory *m, const DirentLayout *layout)
{
	if (w->style.verbose)
		put_entries(w, m, layout);
	else
		put_count(w, d, i, m, layout);
}

void decode_dirents(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint8_t word = d->machine == MACHINE_I386 ? 4 : 8;

	put_dirents(w, d, i, m,
		    &(DirentLayout){ .word = word, .name = (uint8_t) (2 * word + 2), .type_last = true });
}

void decode_dirents64(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	put_dirents(w, d, i, m, &(DirentLayout){ .word = 8, .name = 19 });
}
