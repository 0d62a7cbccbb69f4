/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The root object of traceloopd: which units are recorded, whose ring is whose, what is followed, what has failed.
 *
 * Facts come from two sides. The kernel side tells when a unit's cgroup is born, gets its first process and goes
 * (control events): that is what begins and ends a recording. PID 1 tells over the bus how a run ended: that is what
 * makes a dump. The two meet by unit name and invocation ID; the bus may be late, absent or restarted, and recording goes
 * on without it.
 */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "daemon/failure.h"
#include "daemon/feature.h"
#include "daemon/follow.h"
#include "daemon/journal-worker.h"
#include "daemon/rate-limit.h"
#include "daemon/recorder.h"
#include "daemon/recording.h"
#include "daemon/settings.h"
#include "daemon/unit-files.h"
#include "daemon/units.h"
#include "daemon/wanted.h"
#include "util/cleanup.h"

#define FOLLOWERS_MAX 64U              /* streams at once: each has a pipe of 1 MiB */

/* What is kept about a unit across its invocations. */
typedef struct UnitState {
	char *name;
	FailureWatch watch;
	RateLimit limit;
} UnitState;

typedef struct FollowerEntry FollowerEntry;
struct FollowerEntry {
	FollowerEntry *next;
	Follower *follower;
	uint64_t buffer_size; /* for the ring of a unit that is waited for, bytes; 0: the default */
};

typedef struct Manager Manager;

struct Manager {
	sd_event *event;
	sd_bus *bus; /* NULL while there is none */
	Settings settings;
	Recorder *recorder;
	Facts *facts; /* of the kernel, once somebody has asked; NULL before */
	Units *units;
	JournalWorker *journal;
	int cgroup_root; /* the directory of PID 1's units */

	Recording *first, *last; /* oldest first */
	unsigned n_recordings;
	Recording *by_ring[RINGS_MAX];

	WantedList wanted;
	UnitFiles unit_files;

	void *unit_states; /* tsearch(3) tree of UnitState, by name */
	unsigned n_unit_states;
	FollowerEntry *followers;
	unsigned n_followers;

	uint64_t control_lost; /* of the recorder's counter, made up for so far */
	sd_event_source *control, *files, *expiry, *deadline, *reconnect;
};

/**
 * manager_new() - load settings and the kernel side; nothing is recorded yet
 *
 * Return: 0 or a negative errno, which has been logged.
 */
int manager_new(Manager **ret);
Manager *manager_free(Manager *m);
DEFINE_CLEANUP(Manager, manager_free);

/** manager_start() - attach, arm what is already running, join the bus when it is there; Return: 0 or a logged errno */
int manager_start(Manager *m);

/** manager_reload() - read the configuration again; recordings stay */
int manager_reload(Manager *m);

/** manager_find() - Return: the recording of that invocation, the running or newest one for the null ID, or NULL */
Recording *manager_find(Manager *m, const char *unit, sd_id128_t invocation);

/**
 * manager_record() - record a unit, now if it runs, else from its next start on
 * @options: a ring that is smaller than asked for grows; a filter is in effect at once
 *
 * Return: 1 if it runs, 0 if it will be armed when it starts; -ENOBUFS if a limit is reached; another errno
 */
int manager_record(Manager *m, const char *unit, const RecordOptions *options);

/** manager_stop() - end the recording and do not arm it by name any more; Return: 0, or -ENODATA if there is none */
int manager_stop(Manager *m, const char *unit);

/**
 * manager_follow() - a live stream of a unit that runs, or of one that Record() waits for
 * @buffer_size: bytes of its ring, 0 for the default; a ring that is smaller grows
 * @ret_fd: reading end of a pipe
 *
 * Return: 0, -ENODATA if it is neither, -ENOBUFS for too many streams, another errno
 */
int manager_follow(Manager *m, const char *unit, uint64_t buffer_size, int *ret_fd);

/* manager-arm.c: what the kernel side tells, and units that were running before us */
int manager_seed(Manager *m);

/** manager_arm_running() - record a unit late; Return: 0, -ENOENT if it does not run, -EEXIST if it has a ring, an errno */
int manager_arm_running(Manager *m, const char *unit, uint64_t buffer_size);

/** manager_dispatch() - handle what the kernel side has told, and look for what it could not tell */
void manager_dispatch(Manager *m);
void manager_restock(Manager *m);

/**
 * manager_make_room() - give up the oldest ended recordings
 * @buffer_size: bytes that a ring needs, or needs more
 *
 * Return: 1; -ENOBUFS if there are none, or if giving up all of them would not be enough, and then none is
 */
int manager_make_room(Manager *m, uint64_t buffer_size);

/** manager_find_cgroup() - Return: a descriptor of a running unit's cgroup, -ENOENT if it has none */
int manager_find_cgroup(Manager *m, const char *unit);

/** manager_cgroup_path() - where that is in the file system; Return: 0, -ENOENT, or another errno */
int manager_cgroup_path(Manager *m, const char *unit, char **ret);

/* manager-follow.c: the streams */
void manager_followers_attach(Manager *m, Recording *r);
void manager_followers_pump(Manager *m, const Recording *r);
void manager_followers_end(Manager *m, const Recording *r, const char *reason);

/** manager_followers_give_up() - end the streams that wait for a unit which will not be recorded */
void manager_followers_give_up(Manager *m, const char *unit);
void manager_followers_done(Manager *m);

/* manager-filter.c: which units are armed, and which of their calls are recorded */

/** manager_apply_patterns() - the names asked for by Record() and the patterns of @settings as the kernel side's table */
int manager_apply_patterns(Manager *m, const Settings *settings);

/** manager_load_unit_files() - read what unit files say of recording */
void manager_load_unit_files(Manager *m);

/** manager_reload_unit_files() - likewise, and have it in force */
void manager_reload_unit_files(Manager *m);

/** manager_apply_filters() - manager_apply_filter() for all recordings that run */
void manager_apply_filters(Manager *m);

/** manager_buffer_size() - Return: bytes that a unit's ring was asked to have, 0: the default */
uint64_t manager_buffer_size(const Manager *m, const char *unit);

/** manager_records_by_itself() - Return: whether a unit is recorded when nobody has asked for it */
bool manager_records_by_itself(const Manager *m, const char *unit);

/** manager_has_patterns() - Return: whether some unit may be recorded by itself */
bool manager_has_patterns(const Manager *m);

/** manager_apply_filter() - have only those calls recorded that @r is to have, from now on */
void manager_apply_filter(Manager *m, Recording *r);

/* manager-failure.c: what PID 1 tells */
extern const UnitsCallbacks manager_units_callbacks;
void manager_unit_states_done(Manager *m);

/* manager-bus.c: what clients see */
int manager_bus_connect(Manager *m);
void manager_bus_added(Manager *m, Recording *r);
void manager_bus_removed(Manager *m, Recording *r);
void manager_bus_changed(Manager *m, Recording *r);
void manager_bus_reloaded(Manager *m);
void manager_bus_dumped(Manager *m, const Recording *r, const char *result);

/* manager.c: the list of recordings */
int manager_add(Manager *m, const char *unit, uint64_t cgroup, uint32_t ring, bool complete, Recording **ret);
void manager_ended(Manager *m, Recording *r, const char *reason);
int manager_update_attached(Manager *m);

/** manager_reserve() - have the memory at hand for a ring of that size, 0: none; Return: as rings_reserve() */
int manager_reserve(Manager *m, uint64_t buffer_size);

/** manager_grow() - enlarge a recording's ring; @buffer_size in bytes, 0: leave it. Return: as rings_grow() */
int manager_grow(Manager *m, const Recording *r, uint64_t buffer_size);

/** manager_is_wanted() - Return: whether a unit is recorded when it starts */
bool manager_is_wanted(const Manager *m, const char *unit);
