/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include "trace/names.h"
#include "util/macro.h"

void decode_result_number(Writer *w, const Decoder *d)
{
	writer_signed(w, d->call->result);
}

void decode_result_pointer(Writer *w, const Decoder *d)
{
	uint64_t value = (uint64_t) d->call->result;

	if (w->style.json)
		writer_pointer(w, value);
	else
		writer_hex(w, value); /* no NULL: strace has 0 here */
}

void decode_result_mode(Writer *w, const Decoder *d)
{
	writer_octal(w, (uint64_t) d->call->result);
}

void decode_result_fd(Writer *w, const Decoder *d)
{
	writer_fd(w, (int32_t) d->call->result, call_file(d->call, FILE_RESULT));
}

void decode_result_dup(Writer *w, const Decoder *d)
{
	writer_fd(w, (int32_t) d->call->result, call_file(d->call, 0));
}

void decode_result_pid(Writer *w, const Decoder *d)
{
	writer_pid(w, (int32_t) d->call->result);
}

/* By name in all forms of text, as strace has it. */
void decode_result_policy(Writer *w, const Decoder *d)
{
	const char *name = value_name(ARG_SCHED_POLICY, (uint64_t) d->call->result);

	writer_signed(w, d->call->result);
	if (!name)
		return;
	writer_note_begin(w);
	writer_word(w, name);
	writer_note_end(w);
}

/* By name in all forms of text, too. */
static void put_open_flags(Writer *w, const Decoder *d)
{
	uint64_t value = (uint64_t) d->call->result;
	Constants constants = w->style.constants;

	w->style.constants = CONSTANTS_ABBREV;
	writer_hex(w, value);
	writer_note_begin(w);
	writer_punctuation(w, "flags ");
	decode_open_flags(w, d, value);
	writer_note_end(w);
	w->style.constants = constants;
}

static void put_flags(Writer *w, uint64_t value, const char *what, ArgKind list)
{
	writer_hex(w, value);
	if (value == 0)
		return;
	writer_note_begin(w);
	writer_punctuation(w, what);
	writer_flags(w, list, value);
	writer_note_end(w);
}

static void put_signal(Writer *w, int64_t value)
{
	writer_signed(w, value);
	if (value == 0) /* SIGIO, unless something else was set */
		return;
	writer_note_begin(w);
	writer_signal_name(w, (int) value);
	writer_note_end(w);
}

static void put_lease(Writer *w, uint64_t value)
{
	static const char *const names[] = { "F_RDLCK", "F_WRLCK", "F_UNLCK" };

	writer_hex(w, value);
	if (value >= ELEMENTS(names))
		return;
	writer_note_begin(w);
	writer_word(w, names[value]);
	writer_note_end(w);
}

void decode_result_fcntl(Writer *w, const Decoder *d)
{
	enum { DUPFD = 0, GETFD = 1, GETFL = 3, GETOWN = 9, GETSIG = 11, GETLEASE = 1025, DUPFD_CLOEXEC = 1030,
	       GET_SEALS = 1034 };
	uint64_t value = (uint64_t) d->call->result;

	switch ((uint32_t) arg_value(d, 1)) {
	case DUPFD:
	case DUPFD_CLOEXEC:
		decode_result_dup(w, d);
		break;
	case GETFD:
		put_flags(w, value, "flags ", ARG_FD_FLAGS);
		break;
	case GETFL:
		put_open_flags(w, d);
		break;
	case GETOWN:
		decode_result_pid(w, d);
		break;
	case GETSIG:
		put_signal(w, d->call->result);
		break;
	case GETLEASE:
		put_lease(w, value);
		break;
	case GET_SEALS:
		put_flags(w, value, "seals ", ARG_SEALS);
		break;
	default:
		decode_result_number(w, d);
	}
}

void decode_result(Writer *w, const Decoder *d)
{
	static ResultDecoder *const decoders[_RESULT_KIND_MAX] = {
#define RESULT(kind, function) [RESULT_##kind] = decode_result_##function,
#include "trace/result-kinds.def"
#undef RESULT
	};

	decoders[d->syscall ? d->syscall->result : RESULT_INT](w, d);
}
