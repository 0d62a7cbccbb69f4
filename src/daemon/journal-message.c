/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/journal-message.h"

#include <signal.h>

#include "trace/line.h"
#include "util/macro.h"

void message_put_span(Text *t, uint64_t ns)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} units[] = {
		{ 86400 * NSEC_PER_SEC, "d" }, { 3600 * NSEC_PER_SEC, "h" }, { 60 * NSEC_PER_SEC, "min" },
		{ NSEC_PER_SEC, "s" }, { NSEC_PER_MSEC, "ms" }, { NSEC_PER_USEC, "us" }, { 1, "ns" },
	};
	unsigned i = 0;

	while (i < ELEMENTS(units) - 1 && ns < units[i].ns)
		i++;
	text_put_unsigned(t, ns / units[i].ns);
	if (ns / units[i].ns < 10 && ns % units[i].ns * 10 / units[i].ns > 0) {
		text_put_char(t, '.');
		text_put_unsigned(t, ns % units[i].ns * 10 / units[i].ns);
	}
	text_printf(t, " %s", units[i].name);
}

static void put_counted(Text *t, uint64_t n, const char *one, const char *many)
{
	text_put_grouped(t, n);
	text_put_char(t, ' ');
	text_put(t, n == 1 ? one : many);
}

/* " from oomd[123]" */
static void put_killer(Text *t, const struct EventRecord *killer)
{
	if (killer->header.count == EVENT_OOM) {
		text_put(t, " by the OOM killer");
		return;
	}
	text_put(t, " from ");
	text_put_escaped(t, killer->other_comm, strnlen(killer->other_comm, COMM_SIZE));
	text_printf(t, "[%u]", killer->other_pid);
}

/* "exit-code, status=255", "signal, signal=SIGKILL from bash[123]", "timeout" */
static void put_result(Text *t, const char *result, int code, int status, const struct EventRecord *killer)
{
	bool killed = (code == CLD_KILLED || code == CLD_DUMPED) && signal_name(status);

	text_put(t, result);
	if (code == CLD_EXITED && status != 0)
		text_printf(t, ", status=%d", status);
	else if (killed)
		text_printf(t, ", signal=%s", signal_name(status));
	if (killed && killer)
		put_killer(t, killer);
}

static void put_limited(Text *t, const Settings *s)
{
	text_printf(t, "this trace is not kept, %u ", s->rate_limit_burst);
	if (s->rate_limit_interval != UINT64_MAX) {
		text_put(t, "in ");
		message_put_span(t, s->rate_limit_interval * NSEC_PER_USEC);
		text_put_char(t, ' ');
	}
	text_put(t, "are the limit (RateLimitBurst=).");
}

static void put_extent(Text *t, const JournalDump *dump, const Digest *d)
{
	const CaptureEnd *end = dump->end;
	bool all = dump->info->complete && end->overwritten == 0 && end->lost == 0;

	if (d->n_calls == 0) {
		text_put(t, "no calls are recorded.");
		return;
	}
	text_put(t, all ? "all " : "the last ");
	put_counted(t, d->n_calls, "call", "calls");
	text_put(t, " of ");
	put_counted(t, d->n_processes, "process", "processes");
	text_put(t, " over ");
	message_put_span(t, d->end - d->begin);
	text_put(t, d->n_calls == 1 ? " is recorded" : " are recorded");
	if (end->lost > 0) {
		text_put(t, ", ");
		text_put_grouped(t, end->lost);
		text_put(t, " were lost");
	}
	if (!dump->info->complete)
		text_put(t, ", recording began late");
	text_put_char(t, '.');
}

static void put_last_failure(Text *t, const JournalDump *dump, const Digest *d)
{
	const Call *c = &d->last_failure;

	if (!d->has_last_failure)
		return;
	text_put(t, "\n  last failure  ");
	call_put_summary(t, c, machine_from_string(dump->info->machine, c->flags & RECORD_COMPAT));
	text_put(t, ", ");
	message_put_span(t, d->last_failure_before);
	text_put(t, d->exit ? " before the exit" : " before the end");
}

static void put_item(Text *t, const JournalDump *dump, const Item *item)
{
	LineStyle style = {
		.info = dump->info, .values.comms = true, .no_tid = true, .no_duration = true
	};

	text_put(t, "  ");
	line_put(t, item, &style);
}

/* The last failure comes first if it is too long ago to be among the last lines. */
static size_t put_early_failure(Text *t, const JournalDump *dump, const Digest *d, size_t n)
{
	Item failure = { .kind = ITEM_CALL, .call = d->last_failure }, first;

	if (!d->has_last_failure || n < 3 || d->n <= n)
		return n;
	digest_item(d, d->n - n, &first);
	if (item_time(&first) <= item_time(&failure))
		return n;
	put_item(t, dump, &failure);
	text_put(t, "  ...\n");
	return n - 2;
}

static void put_lines(Text *t, const JournalDump *dump, const Digest *d, size_t n)
{
	text_put_char(t, '\n');
	n = put_early_failure(t, dump, d, MIN(d->n, n));
	for (size_t i = d->n - n; i < d->n; i++) {
		Item item;

		digest_item(d, i, &item);
		put_item(t, dump, &item);
	}
}

void message_put(Text *t, const JournalDump *dump, const Settings *settings, const Digest *d, int code, int status)
{
	text_printf(t, "%s failed (", dump->info->unit);
	put_result(t, dump->failure->result, code, status, d->killer);
	text_put(t, dump->late ? ") and is still deactivating: " : "): ");
	if (dump->limited) {
		put_limited(t, settings);
		return;
	}
	put_extent(t, dump, d);
	put_last_failure(t, dump, d);
	put_lines(t, dump, d, settings->lines);
	/* Any user can send our fields, but not as root. */
	text_put(t, "Read it all: journalctl -o cat --output-fields=TRACELOOP_TRACE _UID=0 TRACELOOP_INVOCATION_ID=");
	text_put(t, dump->info->invocation);
}
