/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Results of processes, signals, time and memory that mean something else than how much: the number, and a note of it. */

#include "trace/decode.h"

#include "trace/names.h"

static void put_name(Writer *w, const char *name)
{
	if (!name)
		return;
	writer_note_begin(w);
	writer_word(w, name);
	writer_note_end(w);
}

/* 0 is nothing but itself. */
static void put_flags(Writer *w, const Decoder *d, ArgKind list)
{
	uint64_t value = (uint64_t) d->call->result;

	writer_hex(w, value);
	if (value == 0)
		return;
	writer_note_begin(w);
	writer_flags(w, list, value);
	writer_note_end(w);
}

/* By name or not at all, as strace has it. */
static void put_names(Writer *w, const Decoder *d, ArgKind list)
{
	Constants constants = w->style.constants;

	if (constants == CONSTANTS_RAW && !w->style.json) {
		writer_hex(w, (uint64_t) d->call->result);
		return;
	}
	w->style.constants = CONSTANTS_ABBREV;
	put_flags(w, d, list);
	w->style.constants = constants;
}

void decode_result_signal(Writer *w, const Decoder *d)
{
	writer_signed(w, d->call->result);
	put_name(w, d->call->result <= INT32_MAX ? signal_name((int) d->call->result) : NULL);
}

void decode_result_timex(Writer *w, const Decoder *d)
{
	writer_signed(w, d->call->result);
	put_name(w, value_name(ARG_TIMEX_STATE, (uint64_t) d->call->result));
}

void decode_result_time(Writer *w, const Decoder *d)
{
	writer_signed(w, d->call->result);
	writer_time_result(w, d->call->result);
}

void decode_result_barriers(Writer *w, const Decoder *d)
{
	enum { QUERY = 0 };

	if (arg_value(d, 0) == QUERY)
		put_flags(w, d, ARG_MEMBARRIERS);
	else
		writer_signed(w, d->call->result);
}

void decode_result_personality(Writer *w, const Decoder *d)
{
	writer_hex(w, (uint32_t) d->call->result);
	writer_note_begin(w);
	decode_personality(w, (uint32_t) d->call->result);
	writer_note_end(w);
}

void decode_result_ioprio(Writer *w, const Decoder *d)
{
	writer_signed(w, d->call->result);
	if (w->style.constants == CONSTANTS_RAW && !w->style.json)
		return;
	writer_note_begin(w);
	decode_io_priority_note(w, (uint32_t) d->call->result);
	writer_note_end(w);
}

void decode_result_prctl(Writer *w, const Decoder *d)
{
	enum {
		GET_DUMPABLE = 3,
		GET_SECUREBITS = 27,
		MCE_KILL_GET = 34,
		GET_SPECULATION = 52,
		GET_MDWE = 66,
	};
	uint64_t value = (uint64_t) d->call->result;

	switch (arg_value(d, 0)) {
	case GET_DUMPABLE:
		writer_signed(w, d->call->result);
		put_name(w, value_name(ARG_DUMPABLE, value));
		break;
	case MCE_KILL_GET:
		writer_signed(w, d->call->result);
		put_name(w, value_name(ARG_MACHINE_CHECK_POLICY, value));
		break;
	case GET_SECUREBITS:
		put_names(w, d, ARG_SECUREBITS);
		break;
	case GET_SPECULATION:
		put_names(w, d, ARG_SPECULATION_STATE);
		break;
	case GET_MDWE:
		put_names(w, d, ARG_MDWE);
		break;
	default:
		writer_signed(w, d->call->result);
	}
}
