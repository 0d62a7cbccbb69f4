/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include "trace/names.h"

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

void decode_result_ready(Writer *w, const Decoder *d)
{
	writer_signed(w, d->call->result);
	if (d->call->result != 0)
		return;
	writer_note_begin(w);
	writer_word(w, "Timeout");
	writer_note_end(w);
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

static void put_open_flags(Writer *w, const Decoder *d, uint64_t value)
{
	Constants constants = w->style.constants;

	w->style.constants = CONSTANTS_ABBREV; /* whatever is asked for, as in strace */
	writer_note_begin(w);
	writer_punctuation(w, "flags ");
	decode_open_flags(w, d, value);
	writer_note_end(w);
	w->style.constants = constants;
}

/* F_GETFD and F_GETFL return flags, F_DUPFD another descriptor of the file; other commands a number. */
void decode_result_fcntl(Writer *w, const Decoder *d)
{
	enum { DUPFD = 0, GETFD = 1, GETFL = 3, DUPFD_CLOEXEC = 1030 };
	uint64_t command = (uint32_t) arg_value(d, 1), value = (uint64_t) d->call->result;

	if (command == DUPFD || command == DUPFD_CLOEXEC)
		decode_result_dup(w, d);
	else if (command == GETFL) {
		writer_hex(w, value);
		put_open_flags(w, d, value);
	} else if (command == GETFD && value != 0) {
		writer_hex(w, value);
		writer_note_begin(w);
		writer_punctuation(w, "flags ");
		writer_flags(w, ARG_FD_FLAGS, value);
		writer_note_end(w);
	} else
		decode_result_number(w, d);
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
