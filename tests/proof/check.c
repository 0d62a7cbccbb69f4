/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/proof/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "trace/item.h"
#include "util/macro.h"

void check_fail(Check *c, const char *format, ...)
{
	va_list ap;

	if (c->bad++ > 0)
		return;
	va_start(ap, format);
	(void) vsnprintf(c->first_bad, sizeof(c->first_bad), format, ap);
	va_end(ap);
}

void check_begin(Check *c, uint64_t cut)
{
	c->last = c->now;
	c->now = (Flights){ .cut = cut };
	if (++c->look == 1)
		memset(c->tracks, 0, sizeof(c->tracks));
	memset(c->by_caller, 0, sizeof(c->by_caller));
	c->records = c->missing = 0;
}

static Track *track_find(Check *c, uint32_t tid)
{
	uint32_t i = (tid * 2654435761U) % TRACKS;

	while (c->tracks[i].used == c->look && c->tracks[i].tid != tid)
		i = (i + 1) % TRACKS;
	if (c->tracks[i].used != c->look)
		c->tracks[i] = (Track){ .used = c->look, .tid = tid, .caller = -1, .sent_max = 1 };
	return &c->tracks[i];
}

const Track *check_track(const Check *c, uint32_t caller)
{
	uint32_t i = c->by_caller[caller];

	return i > 0 ? &c->tracks[i - 1] : NULL;
}

void track_made(const Track *t, uint64_t signals, uint64_t *ret_min, uint64_t *ret_max)
{
	uint64_t known = t->numbered + t->others + 2 * t->returns + t->handling + t->taken;
	uint64_t max = MIN(t->signals_max, signals - MIN(signals, t->returns_last));

	*ret_min = known + 2 * t->signals_min + t->sent_min;
	*ret_max = known + 2 * MAX(max, t->signals_min) + t->sent_max;
}

/* Begins a run at a numbered call. */
static void track_begin(Track *t, const uint64_t args[CALL_ARGS_MAX])
{
	t->caller = (int64_t) args[0];
	t->numbered = args[1] + 1;
	t->others = args[2];
	t->signals_min = args[3] & UINT32_MAX;
	t->taken = args[3] >> 32;
	t->signals_max = UINT64_MAX;
	t->returns = t->returns_last = 0;
}

/* The bounds of the signals before the run, after another numbered call; Return: by how much they miss each other */
static uint64_t track_bound_signals(Track *t, uint64_t signals)
{
	/* What had returned at the last numbered call was counted by now, and what is counted by now has returned. */
	if (signals < t->returns_last)
		return UINT64_MAX;
	t->signals_max = MIN(t->signals_max, signals - t->returns_last);
	t->signals_min = MAX(t->signals_min, signals - MIN(signals, t->returns));
	t->returns_last = t->returns;
	return t->signals_min > t->signals_max ? t->signals_min - t->signals_max : 0;
}

static void hole(Check *c, const Track *t, const uint64_t args[CALL_ARGS_MAX], uint64_t missing)
{
	c->missing += missing;
	if (!c->holes)
		check_fail(c,
			   "thread %u: call %" PRIu64 " (%" PRIu64 " others, %" PRIu64 " signals) follows %" PRId64
			   " (%" PRIu64 " others): %" PRIu64 " calls are missing",
			   t->tid, args[1], args[2], args[3], (int64_t) t->numbered - 1, t->others, missing);
}

static void numbered_follows(Check *c, Track *t, const uint64_t args[CALL_ARGS_MAX])
{
	uint64_t missing;

	if (args[1] < t->numbered || args[2] < t->others) {
		check_fail(c,
			   "thread %u: call %" PRIu64 " (%" PRIu64 " others) comes after %" PRId64 " (%" PRIu64
			   " others): twice, or out of order",
			   t->tid, args[1], args[2], (int64_t) t->numbered - 1, t->others);
		return;
	}
	missing = track_bound_signals(t, args[3] & UINT32_MAX);
	if (missing == UINT64_MAX) {
		check_fail(c, "thread %u: more returns from signals than signals", t->tid);
		return;
	}
	missing += args[1] - t->numbered + args[2] - t->others;
	if (missing > 0) {
		hole(c, t, args, missing);
		track_begin(t, args);
	} else if (t->taken != args[3] >> 32)
		check_fail(c, "thread %u: %" PRIu64 " signals waited for, not %" PRIu64, t->tid, t->taken,
			   args[3] >> 32);
	t->numbered = args[1] + 1;
}

/* Where a thread is seen from its first call on, what came before its first numbered one is all there was. */
static void numbered_begins(Check *c, Track *t, const uint64_t args[CALL_ARGS_MAX])
{
	uint64_t before = args[1] + args[2] + (args[3] & UINT32_MAX);

	if (c->from_start && before > t->first)
		hole(c, t, args, before - t->first);
	track_begin(t, args);
}

static void take_numbered(Check *c, Track *t, const Call *call)
{
	const uint64_t *args = call->args;

	if (call->n_args != CALL_ARGS_MAX || args[4] != caller_check(args[0], args[1], args[2], args[3]) ||
	    args[5] != ~args[1] || args[0] >= CALLERS_MAX) {
		check_fail(c, "thread %u: torn, or not to be recorded: call %" PRIu64 " of caller %" PRIu64, t->tid,
			   args[1], args[0]);
		return;
	}
	if (t->caller >= 0 && (uint64_t) t->caller != args[0]) /* the tid of one that has ended */
		*t = (Track){ .used = t->used, .tid = t->tid, .caller = -1 };
	if (t->caller < 0)
		numbered_begins(c, t, args);
	else
		numbered_follows(c, t, args);
	c->by_caller[args[0]] = (uint32_t) (t - c->tracks) + 1;
}

/* What was captured says itself after which numbered call it belongs; Return: whether it is all there and whole */
static bool memory_is_whole(const Call *call, uint64_t id, uint64_t *ret_number)
{
	const CallMemory *m = call_memory(call, 1);
	uint64_t payload[CALLER_PAYLOAD / 8];
	char path[CALLER_PATH_SIZE];

	if (!m || m->status != MEMORY_WHOLE)
		return false;
	if (call->nr == SYS_write) {
		memcpy(ret_number, m->bytes, MIN(m->captured, sizeof(*ret_number)));
		caller_payload(payload, id, *ret_number);
		return m->captured == sizeof(payload) && memcmp(m->bytes, payload, sizeof(payload)) == 0;
	}
	(void) snprintf(path, sizeof(path), "%.*s", (int) m->captured, (const char *) m->bytes);
	if (sscanf(path, "/nobody/%*x/%" SCNx64, ret_number) != 1)
		return false;
	caller_path(path, id, *ret_number);
	return m->captured == strlen(path) && memcmp(m->bytes, path, m->captured) == 0;
}

static bool call_has_memory(const Call *call)
{
	return call->nr == SYS_openat || (call->nr == SYS_write && call->args[2] == CALLER_PAYLOAD);
}

static void take_other(Check *c, Track *t, const Call *call)
{
	uint64_t number = 0;

	t->first++;
	if (call->nr == SYS_rt_sigreturn) {
		t->returns++;
		return;
	}
	t->others++;
	if (t->caller < 0 || !call_has_memory(call))
		return;
	if (!memory_is_whole(call, (uint64_t) t->caller, &number) || number < t->numbered ||
	    (!c->holes && number != t->numbered))
		check_fail(c, "thread %u: the memory of call nr %u after %" PRIu64 " is not what it was given", t->tid,
			   call->nr, t->numbered);
}

/* Between two calls that are not made by the handler, each signal has its return. */
static void take_handled(Check *c, Track *t, const Call *call)
{
	if (call->nr == SYS_rt_sigreturn) {
		t->handling -= t->handling > 0;
		return;
	}
	if (t->handling > 0 && t->handled && !c->holes)
		check_fail(c, "thread %u: the return from a signal is missing", t->tid);
	t->handling = 0;
	t->handled = true;
}

static void take_signal(Check *c, const struct EventRecord *event)
{
	Track *t;

	if (event->header.count != EVENT_SIGNAL)
		return;
	t = track_find(c, event->tid);
	if (event->header.flags & RECORD_AMONG_CALLS)
		c->records++;
	if (event->info.state == SIGNAL_SENT)
		return; /* a SIGKILL, which nobody counts: there is one, so it is not among the calls */
	if (event->info.state != SIGNAL_PENDING) {
		t->handling++;
		return;
	}
	if (event->time <= t->taken_until) /* the call that waited for it began before */
		return;
	/* Among the calls it is within the run; elsewhere it may be long past. */
	t->sent_max = 1;
	if (event->header.flags & RECORD_AMONG_CALLS)
		t->sent_min = 1;
}

/* A timer is set for a blocked signal when none is sent. */
static void take_blocked(Track *t, const Call *call)
{
	bool taken = call->nr == SYS_rt_sigtimedwait && call->result > 0;

	if (taken || (call->nr == SYS_timer_settime && t->caller >= 0 && t->numbered > 0))
		t->sent_min = t->sent_max = 0;
	if (!taken)
		return;
	t->taken++;
	t->taken_until = call_end(call);
}

static bool was_in_flight(const Flights *f, const Call *call)
{
	for (unsigned i = 0; i < f->n; i++)
		if (f->calls[i].tid == call->tid && f->calls[i].start == call->start)
			return true;
	return false;
}

/* Whether the last view has shown what was in flight at its cut shows when it has returned. */
static void take_flight(Check *c, Track *t, const Call *call)
{
	uint64_t end = call_end(call);

	if (call->start <= c->last.cut && end > c->last.cut && !was_in_flight(&c->last, call))
		check_fail(c, "thread %u: a call was in flight at the last cut and was not shown", t->tid);
	t->in_flight = c->now.cut > 0 && call->flags & RECORD_UNFINISHED && end == c->now.cut;
	if (t->in_flight && c->now.n < FLIGHTS_MAX)
		c->now.calls[c->now.n++] = (struct Flight){ .tid = t->tid, .start = call->start };
}

/* What never returned: who exits, who leaves the cgroup by writing so, and at the cut what is in flight. */
static bool may_be_unfinished(const Track *t, const Call *call)
{
	return t->in_flight || call->nr == SYS_exit || call->nr == SYS_exit_group ||
	       (call->nr == SYS_write && call->args[2] == 1);
}

static void check_result(Check *c, const Track *t, const Call *call)
{
	bool right =
		call->nr == CALLER_NR ? call->result == -ENOSYS : call->nr != SYS_openat || call->result == -ENOENT;

	if (call->flags & RECORD_UNFINISHED)
		right = may_be_unfinished(t, call);
	if (!right)
		check_fail(c, "thread %u: call nr %u after %" PRIu64 " has the result %" PRId64 ", flags %x", t->tid,
			   call->nr, t->numbered, call->result, call->flags);
}

static void take_call(Check *c, const Call *call)
{
	Track *t = track_find(c, call->tid);

	if (t->in_flight)
		check_fail(c, "thread %u: a call after the one that is in flight", t->tid);
	if (call->start < t->end)
		check_fail(c, "thread %u: a call began before the one before it ended", t->tid);
	t->end = call_end(call);
	take_flight(c, t, call);
	check_result(c, t, call);
	take_handled(c, t, call);
	take_blocked(t, call);
	c->records++;
	if (call->nr == CALLER_NR)
		take_numbered(c, t, call);
	else
		take_other(c, t, call);
}

void check_take(Check *c, const void *records, size_t size)
{
	const char *p = records;
	Item item;
	int n;

	while ((n = record_parse(p, size, &item)) > 0) {
		if (item.kind == ITEM_CALL)
			take_call(c, &item.call);
		else if (item.kind == ITEM_EVENT)
			take_signal(c, item.event);
		p += n;
		size -= (size_t) n;
	}
	if (n < 0)
		check_fail(c, "a record that is damaged");
}
