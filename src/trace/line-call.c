/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A call as text: openat(AT_FDCWD, "/x", O_RDONLY) = 3 <0.000012>. */

#include "trace/line.h"

#include "util/macro.h"

void line_put_error(Writer *w, int error)
{
	const char *name = errno_name(error), *text = errno_text(error);
	Text *t = w->text;

	if (w->style.json) {
		writer_member_signed(w, "result", -1);
		if (name) {
			writer_member(w, "error");
			writer_word(w, name);
		}
		writer_member_signed(w, "errno", error);
		return;
	}
	if (!name) {
		text_put(t, "-1 (errno ");
		text_put_unsigned(t, (unsigned) error);
		text_put_char(t, ')');
		return;
	}
	text_put(t, errno_is_restart(error) ? "? " : "-1 ");
	text_put(t, name);
	if (!text)
		return;
	text_put_bytes(t, " (", 2);
	text_put(t, text);
	text_put_char(t, ')');
}

static void put_unfinished(Text *t, const Call *call)
{
	static const char *const begins[] = {
		[DURATION_EXACT] = " <unfinished for ",
		[DURATION_AT_LEAST] = " <unfinished for over ",
		[DURATION_AT_MOST] = " <unfinished for at most ",
	};

	text_put(t, begins[call_duration_kind(call)]);
	text_put_unsigned(t, call->duration / NSEC_PER_SEC);
	text_put_char(t, '.');
	text_put_padded(t, call->duration % NSEC_PER_SEC / NSEC_PER_MSEC, 3);
	text_put_bytes(t, "s>", 2);
}

/* Killed or trapped: what the tracepoint has as the result is the number of the call then. */
static void put_refused(Writer *w, const Decoder *d, const char *name)
{
	if (name)
		text_put(w->text, name);
	else if (call_has_failed(d->call))
		line_put_error(w, (int) -d->call->result);
	else
		text_put_char(w->text, '?');
	text_put(w->text, " (blocked by SystemCallFilter)");
}

/* What ends the arguments, and the "=" in its column. */
static void put_equals(Text *t, size_t begin, unsigned column)
{
	static const char blanks[] = "                                ";
	size_t at;

	text_put_bytes(t, ") ", 2);
	for (at = t->size - begin; at < column; at = t->size - begin) {
		if (text_error(t) < 0)
			return;
		text_put_bytes(t, blanks, MIN(column - at, sizeof(blanks) - 1));
	}
	text_put_bytes(t, "= ", 2);
}

static void put_duration(Text *t, const Call *call)
{
	DurationKind kind = call_duration_kind(call);

	if (kind == DURATION_AT_MOST)
		return;
	text_put(t, kind == DURATION_AT_LEAST ? " <over " : " <");
	text_put_unsigned(t, call->duration / NSEC_PER_SEC);
	text_put_char(t, '.');
	text_put_padded(t, call->duration % NSEC_PER_SEC / NSEC_PER_USEC, 6);
	text_put_char(t, '>');
}

void call_put_name(Text *t, const Decoder *d)
{
	if (d->syscall)
		text_put(t, d->syscall->name);
	else {
		text_put(t, "syscall_");
		text_put_hex(t, d->call->nr);
	}
}

void line_put_call(Text *t, const Call *call, const LineStyle *style, size_t begin)
{
	Call inner;
	Decoder d = decoder_for(call, line_machine(style, call), &inner);
	Writer w = { .text = t, .style = style->values };
	CallOutcome outcome;

	call_put_name(t, &d);
	text_put_char(t, '(');
	decode_args(&w, &d);
	outcome = call_outcome(&d);
	if (outcome == OUTCOME_UNFINISHED) {
		put_unfinished(t, call);
		return;
	}
	put_equals(t, begin, style->column);
	if (outcome == OUTCOME_NO_RETURN)
		text_put_char(t, '?');
	else if (outcome == OUTCOME_REFUSED)
		put_refused(&w, &d, NULL);
	else if (outcome == OUTCOME_FAILED)
		line_put_error(&w, (int) -call->result);
	else
		decode_result(&w, &d);
	if ((outcome == OUTCOME_FAILED || outcome == OUTCOME_RETURNED) && !style->no_duration)
		put_duration(t, call);
}

/* Return: the argument a headline shows: the first captured path or address, else a descriptor; n_args if none. */
static unsigned telling_arg(const Decoder *d)
{
	const Syscall *s = d->syscall;

	for (unsigned i = 0; i < s->n_args; i++) {
		ArgKind kind = s->args[i].kind;

		if ((kind == ARG_PATH || kind == ARG_STRING || kind == ARG_SOCKADDR_IN) && call_memory(d->call, i))
			return i;
	}
	return s->n_args > 0 && s->args[0].kind == ARG_FD ? 0 : s->n_args;
}

/* With errors by name alone. */
static void put_brief_outcome(Writer *w, const Decoder *d)
{
	CallOutcome outcome = call_outcome(d);
	const char *name = call_has_failed(d->call) ? errno_name((int) -d->call->result) : NULL;

	if (outcome == OUTCOME_UNFINISHED) {
		put_unfinished(w->text, d->call);
		return;
	}
	text_put(w->text, ") = ");
	if (outcome == OUTCOME_NO_RETURN)
		text_put_char(w->text, '?');
	else if (outcome == OUTCOME_REFUSED)
		put_refused(w, d, name);
	else if (name)
		text_put(w->text, name);
	else if (outcome == OUTCOME_FAILED)
		line_put_error(w, (int) -d->call->result);
	else
		decode_result(w, d);
}

void call_put_summary(Text *t, const Call *call, Machine machine)
{
	Call inner;
	Decoder d = decoder_for(call, machine, &inner);
	Writer w = { .text = t, .style.names = FILE_NAMES_DETAILS };
	unsigned i = d.syscall ? telling_arg(&d) : 0;

	call_put_name(t, &d);
	text_put_char(t, '(');
	if (d.syscall && i < d.syscall->n_args)
		decode_arg(&w, &d, i);
	put_brief_outcome(&w, &d);
}
