/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/manager.h"

#include "daemon/snapshot.h"
#include "util/cgroup.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/macro.h"

#define ENDED_KEPT_USEC (3600 * USEC_PER_SEC) /* so long traceloopctl dump answers for a unit that has ended */
#define EVICTED_AT_ONCE 8U                    /* recordings that share a grace period of the kernel when room is made */

static void manager_unlink(Manager *m, Recording *r)
{
	*(r->prev ? &r->prev->next : &m->first) = r->next;
	*(r->next ? &r->next->prev : &m->last) = r->prev;
	m->by_ring[r->ring] = NULL;
	m->n_recordings--;
}

/* Takes a recording out of the books; its ring is freed by the caller. Return: the ring */
static uint32_t manager_forget(Manager *m, Recording *r)
{
	uint32_t ring = r->ring;

	manager_unlink(m, r);
	manager_bus_removed(m, r);
	recording_free(r);
	return ring;
}

/* Those that are followed have not ended: a stream ends with its recording. */
static Recording *manager_oldest_ended(Manager *m)
{
	Recording *oldest = NULL;

	for (Recording *r = m->first; r; r = r->next)
		if (!recording_is_running(r) && (!oldest || r->ended < oldest->ended))
			oldest = r;
	return oldest;
}

/* Gives up the oldest of the recordings that ended by @time, as many as share a grace period. Return: how many */
static unsigned manager_give_up(Manager *m, uint64_t time)
{
	uint32_t rings[EVICTED_AT_ONCE];
	unsigned n = 0;
	Recording *r;

	while (n < EVICTED_AT_ONCE && (r = manager_oldest_ended(m)) && r->ended <= time)
		rings[n++] = manager_forget(m, r);
	recorder_ring_free(m->recorder, rings, n);
	return n;
}

/* Return: bytes for new rings, were all ended recordings given up */
static uint64_t manager_room(Manager *m)
{
	Rings *rings = recorder_rings(m->recorder);
	uint64_t room = rings_memory_max(rings) - rings_memory(rings);

	for (const Recording *r = m->first; r; r = r->next)
		if (!recording_is_running(r))
			room += rings_size(rings, r->ring);
	return room;
}

int manager_make_room(Manager *m, uint64_t buffer_size)
{
	if ((uint64_t) rings_chunks(buffer_size) * CHUNK_SIZE > manager_room(m))
		return -ENOBUFS;
	return manager_give_up(m, UINT64_MAX) > 0 ? 1 : -ENOBUFS;
}

static int on_expiry(sd_event_source *source, uint64_t usec, void *userdata);

/* The timer is set only while an ended recording is waiting for it: an idle daemon does not wake up. */
static void manager_set_expiry(Manager *m)
{
	Recording *r = manager_oldest_ended(m);
	int e = 0;

	m->expiry = sd_event_source_disable_unref(m->expiry);
	if (r)
		e = sd_event_add_time(m->event, &m->expiry, CLOCK_MONOTONIC,
				      r->ended / NSEC_PER_USEC + ENDED_KEPT_USEC, USEC_PER_SEC, on_expiry, m);
	if (e < 0)
		(void) log_warning_errno(e, "Failed to set the timer of ended recordings, ignoring: %m");
}

static int on_expiry(sd_event_source *source, uint64_t usec, void *userdata)
{
	Manager *m = userdata;
	uint64_t kept = ENDED_KEPT_USEC * NSEC_PER_USEC, now = monotonic_now();

	while (now > kept && manager_give_up(m, now - kept) > 0)
		;
	manager_set_expiry(m);
	return 0;
}

int manager_reserve(Manager *m, uint64_t buffer_size)
{
	int e;

	if (buffer_size == 0)
		return 0;
	do
		e = rings_reserve(recorder_rings(m->recorder), buffer_size);
	while (e == -ENOBUFS && manager_make_room(m, buffer_size) > 0);
	return e;
}

int manager_grow(Manager *m, const Recording *r, uint64_t buffer_size)
{
	Rings *rings = recorder_rings(m->recorder);
	int e;

	if (buffer_size == 0)
		return 0;
	do
		e = rings_grow(rings, r->ring, buffer_size);
	while (e == -ENOBUFS && manager_make_room(m, buffer_size - rings_size(rings, r->ring)) > 0);
	if (e < 0)
		(void) log_warning_errno(e, "Failed to give %s a ring of the size that was asked for: %m", r->unit);
	return e;
}

/* A unit is armed with a ring of the default size; what was asked for it comes right after. */
static void manager_grow_as_wanted(Manager *m, const Recording *r)
{
	(void) manager_grow(m, r, manager_buffer_size(m, r->unit));
}

int manager_add(Manager *m, const char *unit, uint64_t cgroup, uint32_t ring, bool complete, Recording **ret)
{
	Recording *r;
	int e;

	e = recording_new(&r, m->recorder, unit, cgroup, ring, complete);
	if (e < 0)
		return e;
	r->manager = m;
	r->prev = m->last;
	*(m->last ? &m->last->next : &m->first) = r;
	m->last = r;
	m->by_ring[ring] = r;
	m->n_recordings++;
	manager_apply_filter(m, r);
	manager_grow_as_wanted(m, r);
	manager_bus_added(m, r);
	manager_followers_attach(m, r);
	*ret = r;
	return 0;
}

void manager_ended(Manager *m, Recording *r, const char *reason)
{
	if (!recording_is_running(r))
		return;
	recording_set_ended(r);
	manager_bus_changed(m, r);
	manager_followers_end(m, r, reason);
	manager_set_expiry(m);
	(void) manager_update_attached(m);
}

Recording *manager_find(Manager *m, const char *unit, sd_id128_t invocation)
{
	for (Recording *r = m->last; r; r = r->prev)
		if (streq(r->unit, unit) &&
		    (sd_id128_is_null(invocation) || sd_id128_equal(r->invocation, invocation)))
			return r;
	return NULL;
}

static bool manager_has_running(const Manager *m)
{
	for (const Recording *r = m->first; r; r = r->next)
		if (recording_is_running(r))
			return true;
	return false;
}

/* Attached programs cost every process of the machine something, so only while there is something to record. */
int manager_update_attached(Manager *m)
{
	bool wanted = manager_has_patterns(m) || manager_has_running(m);
	int e;

	if (wanted == recorder_is_attached(m->recorder))
		return 0;
	if (!wanted)
		return recorder_set_attached(m->recorder, false);
	manager_restock(m);
	e = recorder_set_attached(m->recorder, true);
	if (e < 0)
		return e;
	e = manager_seed(m);
	return e < 0 ? log_error_errno(e, "Failed to read the cgroups of PID 1's units: %m") : 0;
}

bool manager_is_wanted(const Manager *m, const char *unit)
{
	return wanted_find(&m->wanted, unit) || manager_records_by_itself(m, unit);
}

/* Return: 1 if it is new, 0 if it was wanted already, or as wanted_add() */
static int manager_want(Manager *m, const char *unit, const RecordOptions *options)
{
	int added = wanted_add(&m->wanted, unit, options), e;

	if (added < 0)
		return added;
	e = manager_apply_patterns(m, &m->settings);
	if (e < 0 && added > 0)
		(void) wanted_remove(&m->wanted, unit);
	return e < 0 ? e : added;
}

static bool manager_unwant(Manager *m, const char *unit)
{
	if (!wanted_remove(&m->wanted, unit))
		return false;
	(void) manager_apply_patterns(m, &m->settings);
	return true;
}

static int record_more(Manager *m, Recording *r, const RecordOptions *options)
{
	if (options->filter)
		manager_apply_filter(m, r);
	return manager_grow(m, r, options->buffer_size);
}

/* Return: 1 if it is recorded now, 0 if there is memory for it when it starts */
static int record_now(Manager *m, const char *unit, const RecordOptions *options)
{
	Recording *r = manager_find(m, unit, SD_ID128_NULL);
	int e;

	e = manager_update_attached(m);
	if (e < 0)
		return e;
	if (r && recording_is_running(r))
		e = record_more(m, r, options);
	else
		e = manager_arm_running(m, unit, options->buffer_size);
	if (e == -ENOENT)
		return manager_reserve(m, options->buffer_size);
	return e < 0 && e != -EEXIST ? e : 1;
}

int manager_record(Manager *m, const char *unit, const RecordOptions *options)
{
	int added = 0, e;

	/* A name that Units= has too is noted only to keep the options for its next start. */
	if (!manager_is_wanted(m, unit) || options->buffer_size > 0 || options->filter)
		added = manager_want(m, unit, options);
	if (added < 0)
		return added;
	e = record_now(m, unit, options);
	if (e < 0 && added > 0) {
		(void) manager_unwant(m, unit);
		(void) manager_update_attached(m);
	}
	return e;
}

int manager_stop(Manager *m, const char *unit)
{
	Recording *r = manager_find(m, unit, SD_ID128_NULL);
	bool wanted = manager_unwant(m, unit);

	if (r && recording_is_running(r)) {
		recorder_ring_stop(m->recorder, r->ring);
		manager_ended(m, r, "stopped");
	} else if (!wanted)
		return -ENODATA;
	if (!manager_is_wanted(m, unit))
		manager_followers_give_up(m, unit);
	return manager_update_attached(m);
}

/* The kernel side was loaded with these. */
static void keep_fixed_settings(const Settings *from, Settings *to)
{
	if (to->string_size != from->string_size || to->memory_max != from->memory_max ||
	    to->buffer_size != from->buffer_size || to->names != from->names || to->durations != from->durations)
		log_notice("BufferSize=, MemoryMax=, StringSize=, FileNames= and Durations= take effect when traceloopd "
			   "is restarted");
	to->string_size = from->string_size;
	to->names = from->names;
	to->durations = from->durations;
	to->memory_max = from->memory_max;
	to->buffer_size = from->buffer_size;
}

int manager_reload(Manager *m)
{
	bool attached = recorder_is_attached(m->recorder);
	Settings settings;
	int e;

	e = settings_load(&settings);
	if (e < 0)
		return log_error_errno(e, "Failed to read the configuration, keeping the old one: %m");
	keep_fixed_settings(&m->settings, &settings);
	manager_load_unit_files(m);
	e = manager_apply_patterns(m, &settings);
	if (e < 0) {
		settings_done(&settings);
		return log_error_errno(e, "Failed to apply Units=, keeping the old configuration: %m");
	}
	settings_done(&m->settings);
	m->settings = settings;
	manager_apply_filters(m);
	manager_bus_reloaded(m);
	e = manager_update_attached(m);
	if (e >= 0 && attached && recorder_is_attached(m->recorder))
		e = manager_seed(m); /* which attaching does by itself: arm what runs and matches now */
	return e;
}

static int on_control_fd(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	Manager *m = userdata;

	manager_dispatch(m);
	return 0;
}

/* For tests, and for a kernel on which the probe is mistaken. */
static ThreadKey thread_key_of_environment(void)
{
	const char *s = getenv("TRACELOOP_THREADS");
	ThreadKey key = s ? thread_key_from_string(s) : THREAD_KEY_PROBED;

	if (key >= 0)
		return key;
	log_warning("TRACELOOP_THREADS= is neither stack nor pid, ignoring: %s", s);
	return THREAD_KEY_PROBED;
}

int manager_new(Manager **ret)
{
	_cleanup_(manager_freep) Manager *m = calloc(1, sizeof(*m));
	int e;

	if (!m)
		return log_oom();
	m->cgroup_root = -EBADF;
	e = sd_event_default(&m->event);
	if (e < 0)
		return log_error_errno(e, "Failed to make an event loop: %m");
	e = settings_load(&m->settings);
	if (e < 0)
		return log_error_errno(e, "Failed to read the configuration: %m");
	e = journal_worker_new(&m->journal, m->event, NULL, NULL, NULL);
	if (e < 0)
		return log_error_errno(e, "Failed to start the journal's process: %m");
	m->cgroup_root = cgroup_open_manager();
	if (m->cgroup_root < 0)
		return log_error_errno(m->cgroup_root, "Failed to find PID 1's units on cgroup2: boot with the unified "
						       "hierarchy, or mount cgroup2 where this process can see it: %m");
	e = recorder_new(&m->recorder, &(RecorderConfig){ .buffer_size = m->settings.buffer_size,
							 .memory_max = m->settings.memory_max,
							 .string_size = m->settings.string_size,
							 .files = m->settings.names != NAMES_NO,
							 .files_dear = m->settings.names == NAMES_YES,
							 .no_durations = !m->settings.durations,
							 .thread_key = thread_key_of_environment() });
	if (e < 0)
		return e;
	*ret = TAKE_PTR(m);
	return 0;
}

static int on_files_fd(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	Manager *m = userdata;

	files_bound(m->recorder);
	return 0;
}

int manager_start(Manager *m)
{
	int e;

	e = sd_event_add_io(m->event, &m->control, recorder_control_fd(m->recorder), EPOLLIN, on_control_fd, m);
	if (e < 0)
		return log_error_errno(e, "Failed to watch the control ring: %m");
	e = sd_event_add_io(m->event, &m->files, recorder_files_fd(m->recorder), EPOLLIN, on_files_fd, m);
	if (e < 0)
		return log_error_errno(e, "Failed to watch the ring of names: %m");
	manager_load_unit_files(m);
	e = manager_apply_patterns(m, &m->settings);
	if (e < 0)
		return log_error_errno(e, "Failed to apply Units=: %m");
	e = manager_update_attached(m);
	if (e < 0)
		return e;
	return manager_bus_connect(m);
}

Manager *manager_free(Manager *m)
{
	if (!m)
		return NULL;
	manager_followers_done(m);
	while (m->first) {
		Recording *r = m->first;

		manager_unlink(m, r);
		recording_free(r);
	}
	manager_unit_states_done(m);
	units_free(m->units);
	free(m->facts);
	recorder_free(m->recorder);
	journal_worker_free(m->journal);
	close_fd(m->cgroup_root);
	wanted_done(&m->wanted);
	unit_files_done(&m->unit_files);
	settings_done(&m->settings);
	sd_event_source_disable_unref(m->control);
	sd_event_source_disable_unref(m->files);
	sd_event_source_disable_unref(m->expiry);
	sd_event_source_disable_unref(m->deadline);
	sd_event_source_disable_unref(m->reconnect);
	sd_bus_flush_close_unref(m->bus);
	sd_event_unref(m->event);
	free(m);
	return NULL;
}
