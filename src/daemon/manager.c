/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/manager.h"

#include <fcntl.h>
#include <systemd/sd-daemon.h>

#include "util/cgroup.h"
#include "util/log.h"
#include "util/macro.h"

#define ENDED_KEPT_USEC (3600 * USEC_PER_SEC) /* so long traceloopctl dump answers for a unit that has ended */
#define EVICTED_AT_ONCE 8U                    /* recordings that share a grace period of the kernel when room is made */

static bool manager_is_followed(const Manager *m, const Recording *r)
{
	for (const FollowerEntry *f = m->followers; f; f = f->next)
		if (follower_recording(f->follower) == r)
			return true;
	return false;
}

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

static Recording *manager_oldest_ended(Manager *m)
{
	Recording *oldest = NULL;

	for (Recording *r = m->first; r; r = r->next)
		if (!recording_is_running(r) && !manager_is_followed(m, r) && (!oldest || r->ended < oldest->ended))
			oldest = r;
	return oldest;
}

int manager_make_room(Manager *m)
{
	uint32_t rings[EVICTED_AT_ONCE];
	unsigned n = 0;
	Recording *r;

	while (n < EVICTED_AT_ONCE && (r = manager_oldest_ended(m)))
		rings[n++] = manager_forget(m, r);
	recorder_ring_free(m->recorder, rings, n);
	return n > 0 ? 1 : -ENOBUFS;
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
	uint64_t now = monotonic_now() / NSEC_PER_USEC;
	Recording *r;

	while ((r = manager_oldest_ended(m)) && r->ended / NSEC_PER_USEC + ENDED_KEPT_USEC <= now) {
		uint32_t ring = manager_forget(m, r);

		recorder_ring_free(m->recorder, &ring, 1);
	}
	manager_set_expiry(m);
	return 0;
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
	manager_bus_added(m, r);
	for (FollowerEntry *f = m->followers; f; f = f->next)
		if (follower_is_waiting(f->follower) && streq(follower_unit(f->follower), unit)) {
			e = follower_attach(f->follower, r, true);
			if (e < 0)
				(void) log_warning_errno(e, "Failed to follow %s, ignoring: %m", unit);
		}
	*ret = r;
	return 0;
}

void manager_ended(Manager *m, Recording *r, const char *reason)
{
	if (!recording_is_running(r))
		return;
	recording_set_ended(r);
	manager_bus_changed(m, r);
	for (FollowerEntry *f = m->followers, *next; f; f = next) {
		next = f->next;
		if (follower_recording(f->follower) == r)
			follower_end(f->follower, reason);
	}
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
	bool wanted = m->settings.n_patterns > 0 || m->n_wanted > 0 || manager_has_running(m);
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

/* The names asked for by Record(), which no `!` holds off, and the settings' patterns as one table. */
static int manager_apply_patterns(Manager *m)
{
	struct Pattern patterns[PATTERNS_MAX];

	if (m->n_wanted + m->settings.n_patterns > PATTERNS_MAX)
		return -ENOBUFS;
	for (unsigned i = 0; i < m->n_wanted; i++) {
		patterns[i] = (struct Pattern){ .always = 1 };
		strncpy(patterns[i].text, m->wanted[i], NAME_SIZE - 1);
	}
	memcpy(patterns + m->n_wanted, m->settings.patterns, m->settings.n_patterns * sizeof(*patterns));
	return recorder_set_patterns(m->recorder, patterns, m->n_wanted + m->settings.n_patterns);
}

static bool manager_is_wanted(const Manager *m, const char *unit)
{
	for (unsigned i = 0; i < m->n_wanted; i++)
		if (streq(m->wanted[i], unit))
			return true;
	return settings_matches(&m->settings, unit);
}

static int manager_want(Manager *m, const char *unit)
{
	int e;

	if (strlen(unit) >= NAME_SIZE)
		return -ENAMETOOLONG;
	if (m->n_wanted >= WANTED_MAX)
		return -ENOBUFS;
	m->wanted[m->n_wanted] = strdup(unit);
	if (!m->wanted[m->n_wanted])
		return -ENOMEM;
	m->n_wanted++;
	e = manager_apply_patterns(m);
	if (e < 0)
		free(m->wanted[--m->n_wanted]);
	return e;
}

static bool manager_unwant(Manager *m, const char *unit)
{
	for (unsigned i = 0; i < m->n_wanted; i++)
		if (streq(m->wanted[i], unit)) {
			free(m->wanted[i]);
			m->wanted[i] = m->wanted[--m->n_wanted];
			(void) manager_apply_patterns(m);
			return true;
		}
	return false;
}

int manager_record(Manager *m, const char *unit, uint64_t buffer_size)
{
	Recording *r = manager_find(m, unit, SD_ID128_NULL);
	int e;

	if (!manager_is_wanted(m, unit)) {
		e = manager_want(m, unit);
		if (e < 0)
			return e;
	}
	e = manager_update_attached(m);
	if (e < 0)
		return e;
	if (!r || !recording_is_running(r))
		e = manager_arm_running(m, unit, buffer_size);
	else if (buffer_size > 0)
		e = rings_grow(recorder_rings(m->recorder), r->ring, buffer_size);
	if (e == -ENOENT)
		return 0;
	return e < 0 ? e : 1;
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
	return manager_update_attached(m);
}

static void on_follower_closed(Follower *follower, void *userdata)
{
	Manager *m = userdata;

	for (FollowerEntry **f = &m->followers; *f; f = &(*f)->next)
		if ((*f)->follower == follower) {
			FollowerEntry *entry = *f;

			*f = entry->next;
			m->n_followers--;
			follower_free(follower);
			free(entry);
			return;
		}
}

int manager_follow(Manager *m, const char *unit, int *ret_fd)
{
	Recording *r = manager_find(m, unit, SD_ID128_NULL);
	_cleanup_(follower_freep) Follower *follower = NULL;
	_cleanup_close_ int reading = -EBADF, writing = -EBADF;
	_cleanup_free_ FollowerEntry *entry = NULL;
	bool running = r && recording_is_running(r);
	int fds[2], e;

	if (!running && !manager_is_wanted(m, unit))
		return -ENODATA;
	if (m->n_followers >= FOLLOWERS_MAX)
		return -ENOBUFS;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	reading = fds[0];
	writing = fds[1];
	e = follower_new(&follower, m->event, unit, writing, on_follower_closed, m);
	if (e < 0)
		return e;
	TAKE_FD(writing);
	if (running)
		e = follower_attach(follower, r, false);
	if (e < 0)
		return e;
	entry = malloc(sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	*entry = (FollowerEntry){ .next = m->followers, .follower = TAKE_PTR(follower) };
	m->followers = TAKE_PTR(entry);
	m->n_followers++;
	*ret_fd = TAKE_FD(reading);
	return 0;
}

int manager_reload(Manager *m)
{
	Settings settings;
	int e;

	e = settings_load(&settings);
	if (e < 0)
		return log_error_errno(e, "Failed to read the configuration, keeping the old one: %m");
	if (settings.string_size != m->settings.string_size || settings.memory_max != m->settings.memory_max)
		log_notice("StringSize= and MemoryMax= take effect when traceloopd is restarted");
	m->settings = settings;
	recorder_set_buffer_size(m->recorder, settings.buffer_size);
	e = manager_apply_patterns(m);
	if (e < 0)
		return log_error_errno(e, "Failed to apply Units=: %m");
	manager_bus_reloaded(m);
	return manager_update_attached(m);
}

static int on_control_fd(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	Manager *m = userdata;

	(void) recorder_dispatch(m->recorder, manager_on_control, m);
	return 0;
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
							 .string_size = m->settings.string_size });
	if (e < 0)
		return e;
	*ret = TAKE_PTR(m);
	return 0;
}

int manager_start(Manager *m)
{
	int e;

	e = sd_event_add_io(m->event, &m->control, recorder_control_fd(m->recorder), EPOLLIN, on_control_fd, m);
	if (e < 0)
		return log_error_errno(e, "Failed to watch the control ring: %m");
	e = manager_apply_patterns(m);
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
	while (m->followers) {
		FollowerEntry *f = m->followers;

		m->followers = f->next;
		follower_free(f->follower);
		free(f);
	}
	while (m->first) {
		Recording *r = m->first;

		manager_unlink(m, r);
		recording_free(r);
	}
	manager_unit_states_done(m);
	units_free(m->units);
	recorder_free(m->recorder);
	journal_worker_free(m->journal);
	close_fd(m->cgroup_root);
	for (unsigned i = 0; i < m->n_wanted; i++)
		free(m->wanted[i]);
	sd_event_source_disable_unref(m->control);
	sd_event_source_disable_unref(m->expiry);
	sd_event_source_disable_unref(m->deadline);
	sd_event_source_disable_unref(m->reconnect);
	sd_bus_flush_close_unref(m->bus);
	sd_event_unref(m->event);
	free(m);
	return NULL;
}
