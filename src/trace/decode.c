/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include "trace/command.h"
#include "trace/inner-call.h"
#include "trace/names.h"

#define FLAG_CREAT 0100U
#define FLAG_TMPFILE 020000000U

#define FILE_TYPE_MASK 0170000U
#define FILE_TYPE_CHR 0020000U
#define FILE_TYPE_BLK 0060000U

#define FLAG_MREMAP_FIXED 0x2U

Decoder decoder_for(const Call *call, Machine machine, Call *inner)
{
	Decoder d = { .call = call, .syscall = syscall_by_number(machine, call->nr), .machine = machine };
	const Syscall *named = machine == MACHINE_I386 ? inner_call(call, d.syscall, inner) : NULL;

	if (named) {
		d.call = inner;
		d.syscall = named;
	}
	return d;
}

bool call_has_failed(const Call *c)
{
	return !(c->flags & RECORD_UNFINISHED) && c->result < 0 && c->result >= -ERROR_MAX;
}

bool call_has_succeeded(const Call *c)
{
	return !(c->flags & RECORD_UNFINISHED) && !call_has_failed(c);
}

CallOutcome call_outcome(const Decoder *d)
{
	if (d->syscall && d->syscall->result == RESULT_NONE)
		return OUTCOME_NO_RETURN;
	if (d->call->flags & RECORD_UNFINISHED)
		return OUTCOME_UNFINISHED;
	if (d->call->flags & RECORD_REFUSED)
		return OUTCOME_REFUSED;
	return call_has_failed(d->call) ? OUTCOME_FAILED : OUTCOME_RETURNED;
}

DurationKind call_duration_kind(const Call *c)
{
	if (c->flags & RECORD_EARLIER)
		return DURATION_AT_LEAST;
	return c->flags & RECORD_NO_DURATION ? DURATION_AT_MOST : DURATION_EXACT;
}

uint64_t arg_value(const Decoder *d, unsigned i)
{
	return i < d->call->n_args ? d->call->args[i] : 0;
}

void decode_as(Writer *w, const Decoder *d, unsigned i, ArgKind kind)
{
	uint64_t value = arg_value(d, i);

	if (kind == ARG_FD)
		writer_fd(w, (int32_t) value, call_file(d->call, i));
	else if (kind == ARG_DIRFD)
		writer_dirfd(w, (int32_t) value, call_file(d->call, i));
	else if (kind_when(kind) != WHEN_NEVER)
		decode_memory(w, d, i, kind);
	else if (!decode_number(w, d, kind, value))
		decode_value(w, d, i, kind, value);
}

void decode_arg(Writer *w, const Decoder *d, unsigned i)
{
	decode_as(w, d, i, d->syscall->args[i].kind);
}

void decode_next(Writer *w, const Decoder *d, unsigned i, ArgKind kind)
{
	writer_argument(w, d->syscall->args[i].name, false);
	decode_as(w, d, i, kind);
}

/* Return: whether argument @i means nothing, because of the one before it. */
static bool is_unused(const Decoder *d, unsigned i)
{
	const SyscallArg *args = d->syscall->args;
	uint64_t before = i > 0 ? arg_value(d, i - 1) : 0;

	if (i == 0)
		return false;
	if (args[i - 1].kind == ARG_OPEN_FLAGS && args[i].kind == ARG_MODE)
		return !(before & (FLAG_CREAT | FLAG_TMPFILE));
	if (args[i - 1].kind == ARG_FILE_MODE && args[i].kind == ARG_DEVICE)
		return (before & FILE_TYPE_MASK) != FILE_TYPE_CHR && (before & FILE_TYPE_MASK) != FILE_TYPE_BLK;
	if (args[i - 1].kind == ARG_MREMAP_FLAGS)
		return !(before & FLAG_MREMAP_FIXED);
	return false;
}

/* All six registers: what is unknown may use any of them. */
static void put_registers(Writer *w, const Decoder *d)
{
	static const char *const names[] = { "arg0", "arg1", "arg2", "arg3", "arg4", "arg5" };

	for (unsigned i = 0; i < CALL_ARGS_MAX; i++) {
		writer_argument(w, names[i], false);
		writer_hex(w, arg_value(d, i));
	}
}

void decode_args(Writer *w, const Decoder *d)
{
	if (!d->syscall) {
		put_registers(w, d);
		return;
	}
	if (decode_special(w, d))
		return;
	for (unsigned i = 0; i < d->syscall->n_args && !is_unused(d, i); i++)
		if (d->syscall->args[i].kind != ARG_POSITION_HIGH)
			decode_next(w, d, i, command_arg(d->syscall, d->call->args, i).kind);
}
