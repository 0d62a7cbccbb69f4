/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/line.h"

#include <string.h>
#include <time.h>

#include "trace/decode.h"
#include "util/macro.h"

#define CLOCK_SIZE 8 /* HH:MM:SS */

/* The local time of one second. Lines come in order of time, so one is enough to save all but a few conversions. */
static const char *clock_text(time_t second)
{
	static char text[CLOCK_SIZE];
	static time_t cached;
	struct tm tm;
	const int *const parts[] = { &tm.tm_hour, &tm.tm_min, &tm.tm_sec };

	if (text[0] && cached == second)
		return text;
	if (!localtime_r(&second, &tm))
		tm = (struct tm){}; /* a year that does not fit, out of damaged clocks */
	memset(text, ':', sizeof(text));
	for (unsigned i = 0; i < ELEMENTS(parts); i++) {
		text[i * 3] = (char) ('0' + *parts[i] / 10);
		text[i * 3 + 1] = (char) ('0' + *parts[i] % 10);
	}
	cached = second;
	return text;
}

static void put_micro(Text *t, uint64_t ns)
{
	text_put_unsigned(t, ns / NSEC_PER_SEC);
	text_put_char(t, '.');
	text_put_padded(t, ns % NSEC_PER_SEC / NSEC_PER_USEC, 6);
}

static void put_time(Text *t, const CaptureInfo *info, uint64_t monotonic)
{
	uint64_t ns;

	if (!info) {
		put_micro(t, monotonic);
		return;
	}
	ns = capture_info_realtime(info, monotonic);
	text_put_bytes(t, clock_text((time_t) (ns / NSEC_PER_SEC)), CLOCK_SIZE);
	text_put_char(t, '.');
	text_put_padded(t, ns % NSEC_PER_SEC / NSEC_PER_USEC, 6);
}

static void put_moment(Text *t, const LineStyle *style, uint64_t time, unsigned cpu)
{
	if (style->no_prefix)
		return;
	put_time(t, style->info, time);
	if (style->cpu) {
		text_put_bytes(t, " [", 2);
		text_put_unsigned(t, cpu);
		text_put_char(t, ']');
	}
}

static void put_thread(Text *t, const LineStyle *style, const char *comm, uint32_t pid, uint32_t tid)
{
	if (style->no_prefix)
		return;
	text_put_char(t, ' ');
	if (comm && comm[0])
		text_put_escaped(t, comm, strnlen(comm, COMM_SIZE));
	else
		text_put_char(t, '?');
	text_put_char(t, '[');
	text_put_unsigned(t, pid);
	if (!style->no_tid) {
		text_put_char(t, '/');
		text_put_unsigned(t, tid);
	}
	text_put_bytes(t, "] ", 2);
}

static Machine machine_of(const LineStyle *style, const Call *call)
{
	const char *s = style->info ? style->info->machine : "x86_64";

	return machine_from_string(s ? s : "", call->flags & RECORD_COMPAT);
}

void line_put_error(Text *t, int error)
{
	const char *name = errno_name(error), *text = errno_text(error);

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

/* F_GETFD and F_GETFL return flags, F_DUPFD another descriptor of the file; other commands a number. */
static void put_fcntl_result(Writer *w, const Decoder *d)
{
	enum { DUPFD = 0, GETFD = 1, GETFL = 3, DUPFD_CLOEXEC = 1030 };
	uint64_t command = arg_value(d, 1), value = (uint64_t) d->call->result;

	if (command == DUPFD || command == DUPFD_CLOEXEC) {
		writer_fd(w, (int32_t) value, call_file(d->call, 0));
		return;
	}
	if ((command != GETFD || value == 0) && command != GETFL) {
		writer_signed(w, d->call->result);
		return;
	}
	writer_hex(w, value);
	writer_punctuation(w, " (flags ");
	if (command == GETFD)
		writer_flags(w, ARG_FD_FLAGS, value);
	else
		decode_open_flags(w, d, value);
	writer_punctuation(w, ")");
}

static void put_result(Writer *w, const Decoder *d)
{
	const Call *call = d->call;

	if (call_has_failed(call)) {
		line_put_error(w->text, (int) -call->result);
		return;
	}
	switch (d->syscall ? d->syscall->result : RESULT_INT) {
	case RESULT_POINTER:
		writer_hex(w, (uint64_t) call->result);
		break;
	case RESULT_FD:
		writer_fd(w, (int32_t) call->result, call_file(call, FILE_RESULT));
		break;
	case RESULT_DUP:
		writer_fd(w, (int32_t) call->result, call_file(call, 0));
		break;
	case RESULT_MODE:
		writer_octal(w, (uint64_t) call->result);
		break;
	case RESULT_FCNTL:
		put_fcntl_result(w, d);
		break;
	case RESULT_READY:
		writer_signed(w, call->result);
		if (call->result == 0)
			writer_punctuation(w, " (Timeout)");
		break;
	default:
		writer_signed(w, call->result);
	}
}

static void put_unfinished(Text *t, uint64_t ns, unsigned flags)
{
	text_put(t, " <unfinished for ");
	if (flags & RECORD_EARLIER)
		text_put(t, "over ");
	else if (flags & RECORD_NO_DURATION)
		text_put(t, "at most ");
	text_put_unsigned(t, ns / NSEC_PER_SEC);
	text_put_char(t, '.');
	text_put_padded(t, ns % NSEC_PER_SEC / NSEC_PER_MSEC, 3);
	text_put_bytes(t, "s>", 2);
}

/* All six registers: what is unknown may use any of them. */
static void put_registers(Writer *w, const Decoder *d)
{
	for (unsigned i = 0; i < CALL_ARGS_MAX; i++) {
		writer_element(w);
		writer_hex(w, arg_value(d, i));
	}
}

/* Killed or trapped: what the tracepoint has as the result is the number of the call then. */
static void put_refused(Text *t, const Decoder *d, const char *name)
{
	if (name)
		text_put(t, name);
	else if (call_has_failed(d->call))
		line_put_error(t, (int) -d->call->result);
	else
		text_put_char(t, '?');
	text_put(t, " (blocked by SystemCallFilter)");
}

/* Put what became of the call. Return: whether it has returned, so that its duration means something. */
static bool put_outcome(Writer *w, const Decoder *d, bool brief)
{
	Text *t = w->text;
	const char *name = brief && call_has_failed(d->call) ? errno_name((int) -d->call->result) : NULL;

	if (d->syscall && d->syscall->result == RESULT_NONE) {
		text_put(t, ") = ?");
		return false;
	}
	if (d->call->flags & RECORD_UNFINISHED) {
		put_unfinished(t, d->call->duration, d->call->flags);
		return false;
	}
	text_put_bytes(t, ") = ", 4);
	if (d->call->flags & RECORD_REFUSED) {
		put_refused(t, d, name);
		return false;
	}
	if (name)
		text_put(t, name);
	else
		put_result(w, d);
	return true;
}

static void put_name(Text *t, const Decoder *d)
{
	if (d->syscall)
		text_put(t, d->syscall->name);
	else {
		text_put(t, "syscall_");
		text_put_hex(t, d->call->nr);
	}
	text_put_char(t, '(');
}

static void put_duration(Text *t, const Call *call)
{
	if (call->flags & RECORD_NO_DURATION && !(call->flags & RECORD_EARLIER))
		return;
	text_put(t, call->flags & RECORD_EARLIER ? " <over " : " <");
	put_micro(t, call->duration);
	text_put_char(t, '>');
}

static void put_call(Text *t, const Call *call, const LineStyle *style)
{
	Decoder d = {
		.call = call,
		.machine = machine_of(style, call),
	};
	Writer w = { .text = t, .style = style->values };

	d.syscall = syscall_by_number(d.machine, call->nr);
	put_name(t, &d);
	if (d.syscall)
		decode_args(&w, &d);
	else
		put_registers(&w, &d);
	if (put_outcome(&w, &d, false) && !style->no_duration)
		put_duration(t, call);
}

static void put_count(Text *t, uint64_t n, const char *one, const char *many)
{
	text_put_char(t, ' ');
	text_put_grouped(t, n);
	text_put(t, n == 1 ? one : many);
}

static void put_gap(Text *t, const Gap *gap)
{
	text_put(t, "--");
	if (gap->overwritten > 0)
		put_count(t, gap->overwritten, " call before this was overwritten",
			  " calls before this were overwritten");
	if (gap->overwritten > 0 && gap->lost > 0)
		text_put_char(t, ',');
	if (gap->lost > 0 || gap->overwritten == 0)
		put_count(t, gap->lost, " call was lost", " calls were lost");
	text_put(t, " --");
}

void line_put(Text *t, const Item *item, const LineStyle *style)
{
	const struct EventRecord *event;
	const Call *call;

	switch (item->kind) {
	case ITEM_CALL:
		call = &item->call;
		put_moment(t, style, call_time(call), call->cpu);
		put_thread(t, style, call->comm, call->pid, call->tid);
		put_call(t, call, style);
		break;
	case ITEM_EVENT:
		event = item->event;
		put_moment(t, style, event->time, event->header.cpu);
		put_thread(t, style, event->comm, event->pid, event->tid);
		line_put_event(t, item);
		break;
	case ITEM_URING:
		put_moment(t, style, item->uring->time, item->uring->header.cpu);
		put_thread(t, style, item->uring->comm, item->uring->pid, item->uring->tid);
		line_put_uring(t, item->uring);
		break;
	default:
		put_gap(t, &item->gap);
	}
	text_put_char(t, '\n');
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

void call_put_summary(Text *t, const Call *call, Machine machine)
{
	Decoder d = {
		.call = call,
		.syscall = syscall_by_number(machine, call->nr),
		.machine = machine,
	};
	Writer w = { .text = t, .style.names = FILE_NAMES_DETAILS };
	unsigned i = d.syscall ? telling_arg(&d) : 0;

	put_name(t, &d);
	if (d.syscall && i < d.syscall->n_args)
		decode_arg(&w, &d, i);
	(void) put_outcome(&w, &d, true);
}
