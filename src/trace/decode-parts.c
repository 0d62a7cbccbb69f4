/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers about processes and memory that are made of parts, and what is like them among the results. */

#include "trace/decode.h"

#include "trace/names.h"

#define IOPRIO_CLASS_SHIFT 13
#define IOPRIO_DATA_MASK 0x1fffU
#define PERSONALITY_TYPE_MASK 0xffU
#define PERSONALITY_QUERY 0xffffffffU
#define POLICY_FLAGS 0xe000U
#define FUTEX2_SIZE_MASK 3U

/* In JSON one value; in text the type and the flags are. */
void decode_personality(Writer *w, uint32_t value)
{
	uint32_t type = value & PERSONALITY_TYPE_MASK, flags = value & ~PERSONALITY_TYPE_MASK;
	const char *name = value_name(ARG_PERSONALITY_TYPE, type);

	if (value == PERSONALITY_QUERY) {
		writer_hex(w, value);
		return;
	}
	if (flags == 0 || !w->style.json) {
		writer_choice(w, ARG_PERSONALITY_TYPE, type);
		writer_punctuation(w, flags == 0 ? "" : "|");
	}
	if (flags != 0 && !w->style.json)
		writer_flags(w, ARG_PERSONALITY_FLAGS, flags);
	if (flags == 0 || !w->style.json)
		return;
	writer_value_begin(w, value, BASE_HEX);
	if (name)
		writer_value_name(w, name);
	writer_value_flags(w, ARG_PERSONALITY_FLAGS, flags);
	writer_value_end(w);
}

/* Its class is shown in the way that constants are, and all of it is the form of one number. */
static void text_put_io_priority(Text *t, uint32_t value, Constants constants)
{
	Writer form = { .text = t, .style.constants = constants };

	text_put(t, "IOPRIO_PRIO_VALUE(");
	writer_choice(&form, ARG_IOPRIO_CLASS, value >> IOPRIO_CLASS_SHIFT);
	text_printf(t, ", %u)", value & IOPRIO_DATA_MASK);
}

void decode_io_priority(Writer *w, uint32_t value)
{
	_cleanup_text_ Text form = {};

	text_put_io_priority(&form, value, w->style.constants);
	writer_formed(w, (uint64_t) (int64_t) (int32_t) value, BASE_DECIMAL, text_string(&form));
}

void decode_io_priority_note(Writer *w, uint32_t value)
{
	_cleanup_text_ Text form = {};

	text_put_io_priority(&form, value, w->style.json ? CONSTANTS_ABBREV : w->style.constants);
	writer_word(w, text_string(&form));
}

/* A mode, and flags beside it; the mode of one that is not known is shown with the flags. */
void decode_memory_policy(Writer *w, uint32_t value)
{
	const char *name = value_name(ARG_MEMORY_POLICY, value & ~POLICY_FLAGS);

	if (!(value & POLICY_FLAGS)) {
		writer_choice(w, ARG_MEMORY_POLICY, value);
		return;
	}
	writer_value_begin(w, value, BASE_HEX);
	if (name)
		writer_value_name(w, name);
	writer_value_flags(w, ARG_MEMORY_POLICY_FLAGS, name ? value & POLICY_FLAGS : value);
	writer_value_end(w);
}

void decode_memory_policy_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_reference_begin(w);
	writer_choice(w, ARG_MEMORY_POLICY, memory32(m, 0));
	writer_reference_end(w);
}

/* Of the calls that have followed futex(): the size of the word is a number of two bits. */
void decode_futex2_flags(Writer *w, uint32_t value)
{
	writer_value_begin(w, value, BASE_HEX);
	writer_value_name(w, value_name(ARG_FUTEX2_SIZE, value & FUTEX2_SIZE_MASK));
	writer_value_flags(w, ARG_FUTEX2_FLAGS, value & ~FUTEX2_SIZE_MASK);
	writer_value_end(w);
}
