/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Beginning and end of recordings: as the kernel side tells them, and by hand for units that were running before us.
 *
 * A unit is recorded late by giving its whole cgroup subtree a ring and asking every thread for its cgroup anew. Each
 * cgroup is told before those below it are listed, so one that is made meanwhile inherits.
 */

#include <inttypes.h>

#include "daemon/manager.h"
#include "util/cgroup.h"
#include "util/log.h"
#include "util/macro.h"

/* systemd puts "_" before a name that the kernel or it could mistake for a file of the cgroup file system. */
static const char *unit_of_cgroup(const char *name)
{
	return name[0] == '_' ? name + 1 : name;
}

static bool is_slice(const char *name)
{
	size_t n = strlen(name), suffix = strlen(".slice");

	return n > suffix && streq(name + n - suffix, ".slice");
}

typedef struct Subtree {
	Manager *manager;
	uint32_t ring;
} Subtree;

static int visit_subtree(int fd, const char *name, void *userdata)
{
	Subtree *s = userdata;
	uint64_t id;
	int e = cgroup_id(fd, &id);

	if (e >= 0)
		e = recorder_add_cgroup(s->manager->recorder, id, s->ring, false);
	return e < 0 ? e : 1;
}

static int ring_new(Manager *m, uint64_t size)
{
	int ring;

	do
		ring = recorder_ring_new(m->recorder, size);
	while (ring == -ENOBUFS && manager_make_room(m, size) > 0);
	return ring;
}

static void recording_bind_late(Recording *r, int fd)
{
	char invocation[CGROUP_INVOCATION_SIZE];

	if (cgroup_invocation(fd, invocation) >= 0)
		(void) sd_id128_from_string(invocation, &r->invocation);
}

/* Return: 0; -EEXIST if the unit was armed when it was born, whether we have been told or not; another errno */
static int arm_late(Manager *m, int fd, const char *unit, uint64_t buffer_size)
{
	Subtree subtree = { .manager = m };
	Recording *r;
	uint64_t id;
	int ring, e;

	e = cgroup_id(fd, &id);
	if (e < 0)
		return e;
	if (recorder_ring_of_cgroup(m->recorder, id) != 0)
		return -EEXIST;
	ring = ring_new(m, buffer_size ? buffer_size : m->settings.buffer_size);
	if (ring < 0)
		return ring;
	subtree.ring = (uint32_t) ring;
	e = recorder_add_cgroup(m->recorder, id, subtree.ring, true);
	if (e >= 0)
		e = cgroup_walk(fd, visit_subtree, &subtree);
	if (e >= 0)
		e = manager_add(m, unit, id, subtree.ring, false, &r);
	if (e < 0) {
		recorder_ring_free(m->recorder, &subtree.ring, 1);
		return e;
	}
	recording_bind_late(r, fd);
	recorder_rescan(m->recorder);
	return 0;
}

static void fill_blocked(Manager *m)
{
	int e = recorder_fill_blocked(m->recorder);

	if (e < 0)
		(void) log_warning_errno(e, "Failed to see what running units are blocked in, ignoring: %m");
}

static int visit_seed(int fd, const char *name, void *userdata)
{
	const char *unit = unit_of_cgroup(name);
	Manager *m = userdata;
	uint64_t id;
	int e = cgroup_id(fd, &id);

	if (e < 0)
		return e;
	if (is_slice(name)) {
		e = recorder_add_slice(m->recorder, id);
		return e < 0 ? e : 1;
	}
	if (!manager_records_by_itself(m, unit))
		return 0;
	e = arm_late(m, fd, unit, manager_buffer_size(m, unit));
	if (e < 0 && e != -EEXIST)
		(void) log_warning_errno(e, "Failed to record %s, ignoring: %m", unit);
	return 0;
}

/* After attaching: the programs see what is made below a slice from when they know it, the walk what was there before. */
int manager_seed(Manager *m)
{
	uint64_t id;
	int e;

	e = cgroup_id(m->cgroup_root, &id);
	if (e >= 0)
		e = recorder_add_slice(m->recorder, id);
	if (e >= 0)
		e = cgroup_walk(m->cgroup_root, visit_seed, m);
	if (e >= 0)
		fill_blocked(m);
	return e;
}

typedef struct Search {
	const char *unit;
	int found;
} Search;

static int visit_search(int fd, const char *name, void *userdata)
{
	Search *s = userdata;

	if (!streq(unit_of_cgroup(name), s->unit))
		return is_slice(name);
	s->found = cgroup_open(fd, ".");
	return -ECANCELED;
}

int manager_find_cgroup(Manager *m, const char *unit)
{
	Search s = { .unit = unit, .found = -ENOENT };
	int e = cgroup_walk(m->cgroup_root, visit_search, &s);

	return e < 0 && e != -ECANCELED ? e : s.found;
}

int manager_cgroup_path(Manager *m, const char *unit, char **ret)
{
	_cleanup_close_ int fd = manager_find_cgroup(m, unit);
	char link[sizeof("/proc/self/fd/") + 10], *path;

	if (fd < 0)
		return fd;
	(void) snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	path = realpath(link, NULL);
	if (!path)
		return -errno;
	*ret = path;
	return 0;
}

int manager_arm_running(Manager *m, const char *unit, uint64_t buffer_size)
{
	_cleanup_close_ int fd = manager_find_cgroup(m, unit);

	int e = fd < 0 ? fd : arm_late(m, fd, unit, buffer_size);

	if (e >= 0)
		fill_blocked(m);
	return e;
}

void manager_restock(Manager *m)
{
	int e;

	do
		e = recorder_restock(m->recorder);
	while (e == -ENOBUFS && manager_make_room(m, m->settings.buffer_size) > 0);
	if (e < 0 && (e != -ENOBUFS || recorder_stock(m->recorder) == 0))
		(void) log_warning_errno(e, "No ring is left for the next unit (MemoryMax=): %m");
}

static void on_armed(Manager *m, const struct ControlEvent *event)
{
	const char *unit = unit_of_cgroup(event->name);
	Recording *r;
	int e;

	e = manager_add(m, unit, event->cgroup, event->ring, true, &r);
	if (e < 0) {
		(void) log_warning_errno(e, "Failed to record %s, ignoring: %m", unit);
		recorder_ring_free(m->recorder, &event->ring, 1);
	} else
		log_debug("%s is armed with ring %u", r->unit, r->ring);
	manager_restock(m);
}

static void on_missed(Manager *m, const struct ControlEvent *event)
{
	const char *unit = unit_of_cgroup(event->name);
	int e;

	manager_restock(m);
	e = manager_arm_running(m, unit, 0);
	if (e == -EEXIST)
		return; /* it has been started again, with a ring */
	if (e == -ENOENT)
		log_notice("%s came and went while no ring was ready: it is not recorded", unit);
	else if (e < 0)
		(void) log_warning_errno(e, "%s is not recorded: no ring was ready, and none can be made: %m", unit);
	else
		log_notice("%s was born while no ring was ready: its first calls are not recorded", unit);
}

static void on_bound(Manager *m, Recording *r, const struct ControlEvent *event)
{
	char invocation[CGROUP_INVOCATION_SIZE] = {};

	memcpy(invocation, event->invocation, sizeof(event->invocation));
	if (invocation[0])
		(void) sd_id128_from_string(invocation, &r->invocation);
	if (r->state == RECORDING_ARMED)
		r->state = RECORDING_RECORDING;
	log_debug("%s has its first process, invocation %s", r->unit, invocation[0] ? invocation : "unknown");
	manager_bus_changed(m, r);
}

static void on_control(const struct ControlEvent *event, void *userdata)
{
	Manager *m = userdata;
	Recording *r = event->ring < RINGS_MAX ? m->by_ring[event->ring] : NULL;

	if (event->kind == CONTROL_ARMED)
		on_armed(m, event);
	else if (event->kind == CONTROL_MISSED)
		on_missed(m, event);
	else if (!r || (event->kind != CONTROL_WAKE && r->cgroup != event->cgroup))
		return; /* of a ring that has been given to another since */
	else if (event->kind == CONTROL_BOUND)
		on_bound(m, r, event);
	else if (event->kind == CONTROL_ENDED)
		manager_ended(m, r, "ended");
	else if (event->kind == CONTROL_WAKE)
		manager_followers_pump(m, r);
}

/*
 * Control events did not fit while we were busy or stopped. A unit whose birth was not told has no ring, so it is
 * recorded late if it still runs; one whose end was not told would be taken for running for ever.
 */
static void make_up(Manager *m)
{
	int e;

	for (Recording *r = m->first; r; r = r->next)
		if (recorder_ring_of_cgroup(m->recorder, r->cgroup) != r->ring)
			manager_ended(m, r, "ended");
	if (!recorder_is_attached(m->recorder))
		return;
	e = manager_seed(m);
	if (e < 0)
		(void) log_warning_errno(e, "Failed to look for units that run, ignoring: %m");
	for (unsigned i = 0; i < m->wanted.n; i++)
		(void) manager_arm_running(m, m->wanted.entries[i].unit,
					   m->wanted.entries[i].options.buffer_size);
}

void manager_dispatch(Manager *m)
{
	uint64_t lost;

	(void) recorder_dispatch(m->recorder, on_control, m);
	lost = recorder_control_lost(m->recorder);
	if (lost == m->control_lost)
		return;
	log_notice("%" PRIu64 " beginnings and ends of units were not told in time, looking at all units",
		   lost - m->control_lost);
	m->control_lost = lost;
	make_up(m);
}
