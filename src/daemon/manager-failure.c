/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What PID 1 says about units, and the dumps that come of it. When a run has failed is failure.h's rule; here it gets
 * its input, one watch for each unit name, and what it decides is done.
 */

#include <search.h>

#include "daemon/journal.h"
#include "daemon/manager.h"
#include "daemon/units-invocation.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/macro.h"

#define UNIT_STATES_MAX 4096U /* as many units as a large machine has */

static int compare_states(const void *a, const void *b)
{
	const UnitState *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void unit_state_free(void *p)
{
	UnitState *s = p;

	failure_watch_done(&s->watch);
	free(s->name);
	free(s);
}

static UnitState *unit_state_find(Manager *m, const char *unit)
{
	UnitState key = { .name = (char *) unit };
	UnitState **found = tfind(&key, &m->unit_states, compare_states);

	return found ? *found : NULL;
}

static void unit_state_drop(Manager *m, UnitState *s)
{
	(void) tdelete(s, &m->unit_states, compare_states);
	m->n_unit_states--;
	unit_state_free(s);
}

static void find_settled(const void *node, VISIT which, void *closure)
{
	UnitState *s = *(UnitState *const *) node;

	if ((which == postorder || which == leaf) && !s->watch.waiting)
		*(UnitState **) closure = s;
}

/*
 * Names of transient units never come again. Which of the settled ones goes does not matter: what it knew keeps a second
 * dump of one failure away, and so does the recording's state.
 */
static void unit_states_trim(Manager *m)
{
	UnitState *s = NULL;

	if (m->n_unit_states < UNIT_STATES_MAX)
		return;
	twalk_r(m->unit_states, find_settled, &s);
	if (s)
		unit_state_drop(m, s);
}

static UnitState *unit_state_get(Manager *m, const char *unit)
{
	UnitState *s = unit_state_find(m, unit);

	if (s)
		return s;
	unit_states_trim(m);
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->name = strdup(unit);
	if (s->name && tsearch(s, &m->unit_states, compare_states)) {
		m->n_unit_states++;
		return s;
	}
	unit_state_free(s);
	return NULL;
}

/* A unit that never failed leaves nothing to remember. */
static void on_removed(const char *unit, void *userdata)
{
	Manager *m = userdata;
	UnitState *s = unit_state_find(m, unit);

	if (s && !s->watch.waiting && sd_id128_is_null(s->watch.told))
		unit_state_drop(m, s);
}

void manager_unit_states_done(Manager *m)
{
	tdestroy(m->unit_states, unit_state_free);
	m->unit_states = NULL;
}

/*
 * Appends to the tail that was kept what has happened since it was taken. The ring may have gone round in between, so
 * what is missing is counted anew; the later tail's calls in flight are all among those that are added.
 */
static int snapshot_extend(Snapshot *kept, const Snapshot *later)
{
	uint64_t calls = kept->end.calls - kept->end.overwritten;
	size_t at = 0;
	Item item;
	int n;

	while ((n = record_parse(text_string(&later->records) + at, later->records.size - at, &item)) > 0) {
		if (item_end(&item) > kept->cut) {
			text_put_bytes(&kept->records, later->records.data + at, (size_t) n);
			calls += item_is_counted(&item);
		}
		at += (size_t) n;
	}
	calls -= later->in_flight;
	kept->end = later->end;
	kept->end.overwritten = later->end.calls > calls ? later->end.calls - calls : 0;
	text_put_bytes(&kept->files, later->files.data, later->files.size);
	return text_error(&kept->records) < 0 ? -ENOMEM : text_error(&kept->files);
}

/* Return: 0 with the records of a dump: what was blocked when the failure was signalled stays visible. */
static int dump_snapshot(Recording *r, Snapshot *ret)
{
	_cleanup_(snapshot_done) Snapshot now = {};
	int e;

	e = recording_snapshot(r, &now);
	if (e >= 0 && r->blocked) {
		e = snapshot_extend(r->blocked, &now);
		if (e < 0)
			return e;
		*ret = *r->blocked;
		free(TAKE_PTR(r->blocked));
	} else if (e >= 0) {
		*ret = now;
		now = (Snapshot){};
	}
	return e;
}

static int dump_send(Manager *m, UnitState *s, Recording *r)
{
	_cleanup_(journal_entry_freep) JournalEntry *entry = NULL;
	_cleanup_(snapshot_done) Snapshot snapshot = {};
	const struct iovec *fields;
	RecordingInfo info;
	size_t n;
	int e;

	e = dump_snapshot(r, &snapshot);
	if (e < 0)
		return e;
	recording_info(r, &info);
	e = journal_entry_new(&entry, &(JournalDump){
					      .info = &info.info,
					      .end = &snapshot.end,
					      .failure = &s->watch.failure,
					      .records = snapshot.records.data,
					      .size = snapshot.records.size,
					      .files = text_string(&snapshot.files),
					      .files_size = snapshot.files.size,
					      .late = s->watch.late,
					      .limited = !rate_limit_pass(&s->limit, m->settings.rate_limit_burst,
									  m->settings.rate_limit_interval,
									  monotonic_now() / NSEC_PER_USEC),
				      },
			      &m->settings);
	if (e < 0)
		return e;
	fields = journal_entry_fields(entry, &n);
	return journal_worker_send(m->journal, r->unit, fields, n);
}

static void dump(Manager *m, UnitState *s)
{
	const Failure *failure = &s->watch.failure;
	Recording *r = manager_find(m, s->name, failure->invocation);
	int e;

	if (!r || r->state == RECORDING_DUMPED || m->settings.dump == DUMP_NEVER)
		return;
	free(r->result);
	r->result = strdup(failure->result);
	r->state = RECORDING_FAILED;
	e = dump_send(m, s, r);
	if (e < 0)
		(void) log_warning_errno(e, "Failed to write the dump of %s to the journal: %m", s->name);
	else {
		r->state = RECORDING_DUMPED;
		manager_bus_dumped(m, r, failure->result);
	}
	manager_bus_changed(m, r);
}

static void keep_blocked(Manager *m, UnitState *s)
{
	Recording *r = manager_find(m, s->name, s->watch.failure.invocation);
	int e;

	if (!r)
		return;
	e = recording_keep_blocked(r);
	if (e < 0)
		(void) log_warning_errno(e, "Failed to keep what %s is blocked in, ignoring: %m", s->name);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata);

static void find_deadline(const void *node, VISIT which, void *closure)
{
	const UnitState *s = *(UnitState *const *) node;
	uint64_t *deadline = closure;

	if (which == postorder || which == leaf)
		*deadline = MIN(*deadline, failure_deadline(&s->watch));
}

static void set_deadline(Manager *m)
{
	uint64_t deadline = UINT64_MAX;
	int e = 0;

	twalk_r(m->unit_states, find_deadline, &deadline);
	m->deadline = sd_event_source_disable_unref(m->deadline);
	if (deadline != UINT64_MAX)
		e = sd_event_add_time(m->event, &m->deadline, CLOCK_MONOTONIC, deadline, USEC_PER_SEC, on_deadline, m);
	if (e < 0)
		(void) log_warning_errno(e, "Failed to set the timer of late dumps, ignoring: %m");
}

static void check_deadline(const void *node, VISIT which, void *closure)
{
	UnitState *s = *(UnitState *const *) node;
	Manager *m = closure;

	if ((which == postorder || which == leaf) &&
	    failure_timeout(&s->watch, monotonic_now() / NSEC_PER_USEC) == FAILURE_DUMP)
		dump(m, s);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	Manager *m = userdata;

	twalk_r(m->unit_states, check_deadline, m);
	set_deadline(m);
	return 0;
}

static void on_type_signal(const char *unit, const char *result, int exec_code, int exec_status, void *userdata)
{
	UnitState *s = unit_state_get(userdata, unit);

	if (!s || failure_type_signal(&s->watch, result, exec_code, exec_status) < 0)
		(void) log_oom();
}

/* A signal may come so late that the next run has begun, of which PID 1 has told us nothing yet. */
static bool is_outdated(const char *unit, sd_id128_t invocation)
{
	sd_id128_t present;

	return units_invocation(unit, &present) >= 0 && !sd_id128_equal(present, invocation);
}

/*
 * Where the kernel side could not read the invocation ID, the first signal that has one names the recording. A cgroup
 * that left-over processes have kept alive goes on as the next invocation's.
 */
static void bind_invocation(Manager *m, const char *unit, sd_id128_t invocation)
{
	Recording *r = manager_find(m, unit, SD_ID128_NULL);

	if (sd_id128_is_null(invocation) || !r || manager_find(m, unit, invocation))
		return;
	if (!sd_id128_is_null(r->invocation) && !recording_is_running(r))
		return;
	if (is_outdated(unit, invocation))
		return;
	r->invocation = invocation;
	r->state = recording_is_running(r) ? RECORDING_RECORDING : r->state;
	manager_bus_changed(m, r);
}

static void on_unit_signal(const char *unit, sd_id128_t invocation, const char *active_state, void *userdata)
{
	Manager *m = userdata;
	UnitState *s = unit_state_get(m, unit);
	bool waited;
	int action;

	if (!s)
		return (void) log_oom();
	/* The kernel side has told of this run before PID 1 did, but it may not have been read yet. */
	manager_dispatch(m);
	bind_invocation(m, unit, invocation);
	waited = s->watch.waiting;
	do {
		action = failure_unit_signal(&s->watch, invocation, active_state, monotonic_now() / NSEC_PER_USEC);
		if (action == FAILURE_DUMP)
			dump(m, s);
		else if (action == FAILURE_SNAPSHOT)
			keep_blocked(m, s);
		else if (action < 0)
			(void) log_oom();
	} while (action == FAILURE_DUMP);
	if (waited != s->watch.waiting)
		set_deadline(m);
}

/* What had failed before we listened is old: it was not recorded by us. */
static void on_reset(void *userdata)
{
	log_debug("PID 1 has left the bus: failures until it is back go without a dump");
}

static void on_reloaded(void *userdata)
{
	manager_reload_unit_files(userdata);
}

const UnitsCallbacks manager_units_callbacks = {
	.type_signal = on_type_signal,
	.unit_signal = on_unit_signal,
	.removed = on_removed,
	.reloaded = on_reloaded,
	.reset = on_reset,
};
