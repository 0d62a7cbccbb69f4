/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What requests of ioctl() to terminals have in memory: struct termios and its kin, the size of the window, modem lines. */

#include "trace/decode.h"

#include "trace/names.h"
#include "util/macro.h"

/* Parts of the flags that are numbers: <asm-generic/termbits.h>. */
#define SPEED_MASK 0x100fU
#define SPEED_IN_SHIFT 16
#define SIZE_MASK 0x30U

/* Where the members are. struct termio has flags of 16 bits, and struct termios2 has speeds at its end. */
enum {
	TERMIO_LINE = 8,
	TERMIO_CHARACTERS = 8,
	TERMIOS_LINE = 16,
	TERMIOS_CHARACTERS = 19,
	TERMIOS2_SPEEDS = 36,
};

/* In JSON a number with all of its names; in text what is joined has each its own. */
static void flags_begin(Writer *w, const char *name, uint64_t value)
{
	writer_member(w, name);
	if (w->style.json)
		writer_value_begin(w, value, BASE_HEX);
}

static void flags_end(Writer *w)
{
	if (w->style.json)
		writer_value_end(w);
}

static void put_choice(Writer *w, ArgKind list, uint64_t part)
{
	const char *name = value_name(list, part);

	if (!w->style.json)
		writer_choice(w, list, part);
	else if (name)
		writer_value_name(w, name);
}

static void put_flags(Writer *w, ArgKind list, uint64_t part)
{
	if (w->style.json)
		writer_value_flags(w, list, part);
	else if (part > 0)
		writer_flags(w, list, part);
}

static void put_output(Writer *w, uint32_t value)
{
	static const struct {
		ArgKind list;
		uint32_t mask;
	} delays[] = {
		{ ARG_TERMINAL_NL, 0x100 }, { ARG_TERMINAL_CR, 0x600 },  { ARG_TERMINAL_TAB, 0x1800 },
		{ ARG_TERMINAL_BS, 0x2000 }, { ARG_TERMINAL_VT, 0x4000 }, { ARG_TERMINAL_FF, 0x8000 },
	};

	flags_begin(w, "c_oflag", value);
	for (size_t i = 0; i < ELEMENTS(delays); i++) {
		put_choice(w, delays[i].list, value & delays[i].mask);
		writer_punctuation(w, "|");
		value &= ~delays[i].mask;
	}
	put_flags(w, ARG_TERMINAL_OUTPUT, value);
	flags_end(w);
}

static void put_control(Writer *w, uint32_t value)
{
	uint32_t in = value >> SPEED_IN_SHIFT & SPEED_MASK;

	flags_begin(w, "c_cflag", value);
	put_choice(w, ARG_TERMINAL_SPEED, value & SPEED_MASK);
	if (in > 0) {
		writer_punctuation(w, "|");
		put_choice(w, ARG_TERMINAL_SPEED, in);
		writer_punctuation(w, "<<");
		if (!w->style.json)
			writer_named(w, SPEED_IN_SHIFT, BASE_HEX, "IBSHIFT");
	}
	writer_punctuation(w, "|");
	put_choice(w, ARG_TERMINAL_SIZE, value & SIZE_MASK);
	writer_punctuation(w, "|");
	put_flags(w, ARG_TERMINAL_CONTROL, value & ~(SPEED_MASK | SIZE_MASK | SPEED_MASK << SPEED_IN_SHIFT));
	flags_end(w);
}

static void put_flag_words(Writer *w, const uint32_t flags[static 4])
{
	flags_begin(w, "c_iflag", flags[0]);
	put_flags(w, ARG_TERMINAL_INPUT, flags[0]);
	flags_end(w);
	put_output(w, flags[1]);
	put_control(w, flags[2]);
	flags_begin(w, "c_lflag", flags[3]);
	put_flags(w, ARG_TERMINAL_LOCAL, flags[3]);
	flags_end(w);
}

static void put_character(Writer *w, unsigned i, uint8_t value)
{
	const char *name = value_name(ARG_CONTROL_CHARACTER, i);

	writer_element(w);
	if (!w->style.json) {
		writer_punctuation(w, "[");
		if (name)
			writer_named(w, i, BASE_HEX, name);
		else
			writer_unsigned(w, i);
		writer_punctuation(w, "]=");
	}
	writer_hex(w, value);
}

static void put_characters(Writer *w, const uint8_t *line, unsigned n)
{
	writer_member(w, "c_line");
	writer_choice(w, ARG_LINE_DISCIPLINE, line[0]);
	writer_member(w, "c_cc");
	writer_array_begin(w);
	for (unsigned i = 0; i < n; i++)
		put_character(w, i, line[1 + i]);
	writer_array_end(w);
}

static void put_termios(Writer *w, const CallMemory *m, bool speeds)
{
	writer_struct_begin(w);
	put_flag_words(w, (const uint32_t[]){ memory32(m, 0), memory32(m, 4), memory32(m, 8), memory32(m, 12) });
	if (!w->style.verbose)
		writer_more(w);
	else {
		put_characters(w, m->bytes + TERMIOS_LINE, TERMIOS_CHARACTERS);
		if (speeds) {
			writer_member_unsigned(w, "c_ispeed", memory32(m, TERMIOS2_SPEEDS));
			writer_member_unsigned(w, "c_ospeed", memory32(m, TERMIOS2_SPEEDS + 4));
		}
	}
	writer_struct_end(w);
}

void decode_termios(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_termios(w, m, false);
}

void decode_termios2(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_termios(w, m, true);
}

void decode_termio(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_struct_begin(w);
	put_flag_words(w, (const uint32_t[]){ memory16(m, 0), memory16(m, 2), memory16(m, 4), memory16(m, 6) });
	if (w->style.verbose)
		put_characters(w, m->bytes + TERMIO_LINE, TERMIO_CHARACTERS);
	else
		writer_more(w);
	writer_struct_end(w);
}

void decode_winsize(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const names[] = { "ws_row", "ws_col", "ws_xpixel", "ws_ypixel" };

	(void) d;
	(void) i;
	writer_struct_begin(w);
	for (unsigned n = 0; n < ELEMENTS(names); n++)
		writer_member_unsigned(w, names[n], memory16(m, n * 2));
	writer_struct_end(w);
}

void decode_modem_lines(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_reference_begin(w);
	writer_flags(w, ARG_MODEM_LINES, memory32(m, 0));
	writer_reference_end(w);
}

/* A character that is put into the terminal's input. */
void decode_character(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_string(w, m->bytes, 1, false);
}
