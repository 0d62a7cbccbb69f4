/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Items as JSON. Each is an object of one line, of the form that traceloop.json(7) documents; a test holds its keys
 * against that page. Times of the wall clock are in microseconds: as nanoseconds they would not fit into the numbers that
 * most readers of JSON have.
 */

#include "trace/line.h"

#include <string.h>

#include "util/macro.h"

static void put_string(Writer *w, const char *name, const char *s, size_t size)
{
	if (size == 0)
		return;
	writer_member(w, name);
	writer_json_string(w, s, size, false);
}

typedef struct Head {
	const char *comm; /* COMM_SIZE bytes; NULL: not known */
	uint64_t time;
	uint32_t pid;
	uint32_t tid;
	uint16_t cpu;
} Head;

static void put_head(Writer *w, const LineStyle *style, const Head *h)
{
	const char *unit = style->info && style->info->unit ? style->info->unit : "";

	if (style->info)
		writer_member_unsigned(w, "time", capture_info_realtime(style->info, h->time) / NSEC_PER_USEC);
	writer_member_unsigned(w, "monotonic", h->time);
	put_string(w, "unit", unit, strlen(unit));
	put_string(w, "comm", h->comm, h->comm ? strnlen(h->comm, COMM_SIZE) : 0);
	writer_member_unsigned(w, "pid", h->pid);
	writer_member_unsigned(w, "tid", h->tid);
	writer_member_unsigned(w, "cpu", h->cpu);
}

static void put_duration(Writer *w, const Call *call)
{
	static const char *const names[] = {
		[DURATION_EXACT] = "duration",
		[DURATION_AT_LEAST] = "duration_at_least",
		[DURATION_AT_MOST] = "duration_at_most",
	};

	writer_member_unsigned(w, names[call_duration_kind(call)], call->duration);
}

static void put_outcome(Writer *w, const Decoder *d)
{
	CallOutcome outcome = call_outcome(d);

	if (outcome == OUTCOME_NO_RETURN)
		return;
	if (outcome == OUTCOME_UNFINISHED)
		writer_true(w, "unfinished");
	if (outcome == OUTCOME_REFUSED)
		writer_true(w, "refused");
	if (call_has_failed(d->call))
		line_put_error(w, (int) -d->call->result);
	else if (outcome == OUTCOME_RETURNED) {
		writer_member(w, "result");
		decode_result(w, d);
	}
	if (outcome != OUTCOME_REFUSED)
		put_duration(w, d->call);
}

static void put_call(Writer *w, const Call *call, const LineStyle *style)
{
	Call inner;
	Decoder d = decoder_for(call, line_machine(style, call), &inner);
	_cleanup_text_ Text name = {};

	writer_member(w, "call");
	if (d.syscall)
		writer_word(w, d.syscall->name);
	else {
		call_put_name(&name, &d);
		writer_word(w, text_string(&name));
	}
	writer_member_unsigned(w, "number", call->nr);
	if (call->flags & RECORD_COMPAT)
		writer_true(w, "compat");
	writer_member(w, "args");
	writer_struct_begin(w);
	decode_args(w, &d);
	writer_struct_end(w);
	put_outcome(w, &d);
}

static void put_gap(Writer *w, const Gap *gap)
{
	writer_member(w, "gap");
	writer_struct_begin(w);
	writer_member_unsigned(w, "overwritten", gap->overwritten);
	writer_member_unsigned(w, "lost", gap->lost);
	if (gap->events > 0)
		writer_member_unsigned(w, "events", gap->events);
	writer_struct_end(w);
}

static Writer begin(Text *t, const WriterStyle *style)
{
	Writer w = { .text = t, .style = *style };

	if (style->sequence)
		text_put_char(t, '\x1e');
	writer_struct_begin(&w);
	return w;
}

static void end(Writer *w)
{
	writer_struct_end(w);
	text_put_char(w->text, '\n');
}

void line_put_json(Text *t, const Item *item, const LineStyle *style)
{
	const struct UringRecord *u = item->uring;
	const struct EventRecord *e = item->event;
	const Call *c = &item->call;
	Writer w = begin(t, &style->values);

	switch (item->kind) {
	case ITEM_CALL:
		put_head(&w, style, &(Head){ c->comm, call_time(c), c->pid, c->tid, c->cpu });
		put_call(&w, c, style);
		break;
	case ITEM_EVENT:
		put_head(&w, style, &(Head){ e->comm, e->time, e->pid, e->tid, e->header.cpu });
		line_put_event(&w, item);
		break;
	case ITEM_URING:
		put_head(&w, style, &(Head){ u->comm, u->time, u->pid, u->tid, u->header.cpu });
		line_put_uring(&w, u);
		break;
	default:
		put_gap(&w, &item->gap);
	}
	end(&w);
}

void line_put_capture(Text *t, const CaptureInfo *info, const WriterStyle *style)
{
	const struct {
		const char *name, *value;
	} strings[] = {
		{ "unit", info->unit },     { "invocation", info->invocation }, { "machine", info->machine },
		{ "kernel", info->kernel }, { "boot_id", info->boot_id },
	};
	Writer w = begin(t, style);

	writer_member(&w, "capture");
	writer_struct_begin(&w);
	for (size_t i = 0; i < ELEMENTS(strings); i++)
		put_string(&w, strings[i].name, strings[i].value, strings[i].value ? strlen(strings[i].value) : 0);
	writer_member_unsigned(&w, "since", info->realtime / NSEC_PER_USEC);
	writer_member_unsigned(&w, "taken", info->realtime_now / NSEC_PER_USEC);
	writer_member(&w, "complete");
	text_put(w.text, info->complete ? "true" : "false");
	writer_struct_end(&w);
	end(&w);
}
