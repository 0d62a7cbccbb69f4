/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/line.h"

#include <string.h>
#include <time.h>

#include "util/macro.h"

#define CLOCK_SIZE 8 /* HH:MM:SS */

#define RELATIVE_WIDTH 6 /* of the seconds, as strace has them */

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

static void put_fraction(Text *t, uint64_t ns)
{
	text_put_char(t, '.');
	text_put_padded(t, ns % NSEC_PER_SEC / NSEC_PER_USEC, 6);
}

static void put_time(Text *t, const LineStyle *style, uint64_t monotonic)
{
	uint64_t ns = style->info ? capture_info_realtime(style->info, monotonic) : monotonic;

	if (style->info && style->time != LINE_TIME_EPOCH)
		text_put_bytes(t, clock_text((time_t) (ns / NSEC_PER_SEC)), CLOCK_SIZE);
	else
		text_put_unsigned(t, ns / NSEC_PER_SEC);
	if (style->time != LINE_TIME_CLOCK)
		put_fraction(t, ns);
}

/* Lines of several units may be out of order by a moment: then nothing has passed. */
static void put_relative(Text *t, const LineStyle *style, uint64_t time)
{
	uint64_t before = *style->before, since = before > 0 && time > before ? time - before : 0;

	if (style->time != LINE_TIME_DEFAULT)
		text_put(t, " (+");
	for (uint64_t seconds = since / NSEC_PER_SEC, width = 1; width < RELATIVE_WIDTH; width++, seconds /= 10)
		if (seconds < 10)
			text_put_char(t, ' ');
	text_put_unsigned(t, since / NSEC_PER_SEC);
	put_fraction(t, since);
	if (style->time != LINE_TIME_DEFAULT)
		text_put_char(t, ')');
	*style->before = MAX(before, time);
}

static void put_moment(Text *t, const LineStyle *style, uint64_t time, unsigned cpu)
{
	if (style->no_prefix)
		return;
	if (!style->relative || style->time != LINE_TIME_DEFAULT)
		put_time(t, style, time);
	if (style->relative)
		put_relative(t, style, time);
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

static void put_count(Text *t, uint64_t n, const char *one, const char *many)
{
	text_put_char(t, ' ');
	text_put_grouped(t, n);
	text_put(t, n == 1 ? one : many);
}

static void put_gap(Text *t, const Gap *gap)
{
	const char *before = "";

	text_put(t, "--");
	if (gap->overwritten > 0) {
		put_count(t, gap->overwritten, " call before this was overwritten",
			  " calls before this were overwritten");
		before = ",";
	}
	if (gap->lost > 0 || (gap->overwritten == 0 && gap->events == 0)) {
		text_put(t, before);
		put_count(t, gap->lost, " call was lost", " calls were lost");
		before = ",";
	}
	if (gap->events > 0) {
		text_put(t, before);
		put_count(t, gap->events, " signal, fork, exec or exit before this was overwritten",
			  " signals, forks, execs and exits before this were overwritten");
	}
	text_put(t, " --");
}

Machine line_machine(const LineStyle *style, const Call *call)
{
	const char *s = style->info ? style->info->machine : "x86_64";

	return machine_from_string(s ? s : "", call->flags & RECORD_COMPAT);
}

static void put_text(Text *t, const Item *item, const LineStyle *style)
{
	Writer w = { .text = t, .style = style->values };
	const struct EventRecord *event;
	const Call *call;
	size_t begin = t->size;

	switch (item->kind) {
	case ITEM_CALL:
		call = &item->call;
		put_moment(t, style, call_time(call), call->cpu);
		put_thread(t, style, call->comm, call->pid, call->tid);
		line_put_call(t, call, style, begin);
		break;
	case ITEM_EVENT:
		event = item->event;
		put_moment(t, style, event->time, event->header.cpu);
		put_thread(t, style, event->comm, event->pid, event->tid);
		line_put_event(&w, item);
		break;
	case ITEM_URING:
		put_moment(t, style, item->uring->time, item->uring->header.cpu);
		put_thread(t, style, item->uring->comm, item->uring->pid, item->uring->tid);
		line_put_uring(&w, item->uring);
		break;
	default:
		put_gap(t, &item->gap);
	}
}

void line_put(Text *t, const Item *item, const LineStyle *style)
{
	if (style->values.json)
		line_put_json(t, item, style);
	else {
		put_text(t, item, style);
		text_put_char(t, '\n');
	}
}
