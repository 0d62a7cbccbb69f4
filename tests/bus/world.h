/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * All that a test of the bus has around it: a bus, the daemon's manager on it, a fake PID 1, kernel side and journal,
 * a tree of directories that stands for cgroups, and a client. One process and one event loop; only dbus-daemon and
 * the journal's worker run beside it. So the client's calls go out asynchronously, and the loop runs until they are
 * answered.
 *
 * Nothing here waits for time to pass. WAIT() runs the loop until something is so. To show that something does not
 * happen, world_settle() ends when the manager has handled all that was sent to it before.
 */

#include "bus/bus.h"
#include "bus/fake-journal.h"
#include "bus/fake-recorder.h"
#include "bus/fake-systemd.h"
#include "daemon/manager.h"
#include "trace/bus-names.h"
#include "util/text.h"

#define WORLD_TIMEOUT_USEC (20 * 1000000ULL) /* far beyond what the slowest machine needs: it is only met by failures */

typedef struct World {
	Bus *bus;
	sd_event *event;
	FakeSystemd *systemd;
	Manager *manager;
	sd_bus *client;
	Text signals; /* of the daemon, as the client heard them: "RecordingAdded(a.service) ..." */
	char error[128], message[256]; /* name and words of the error that the last call met, or "" */
	uint8_t present; /* of the run that PID 1 says each unit is at; 0: it does not say */
	bool expired;
} World;

/**
 * world_new() - everything started, the daemon with its name on the bus and subscribed to PID 1
 * @settings: text of traceloopd.conf
 *
 * Return: NULL if it cannot be, after saying why.
 */
World *world_new(const char *settings);
World *world_free(World *w);
DEFINE_CLEANUP(World, world_free);

/** world_is_possible() - Return: whether there is a dbus-daemon */
bool world_is_possible(void);

/** world_configure() - replace traceloopd.conf; Return: 0 or an errno */
int world_configure(World *w, const char *settings);

/** world_cgroup() - a unit runs: a directory below system.slice; @run as in fake_invocation(); Return: its id or 0 */
uint64_t world_cgroup(World *w, const char *unit, uint8_t run);

/** world_start() - a unit is born, its first process arrives, and the manager knows; Return: its ring */
uint32_t world_start(World *w, const char *unit, uint8_t run);

/** world_change() - a state of a unit is signalled, and the manager knows it; Return: 0 or an errno */
int world_change(World *w, FakeChange change);

/** world_connect_client() - Return: 0 or an errno */
int world_connect_client(World *w);

/** world_run() - one round of the loop; Return: false if the deadline of the wait has passed */
bool world_run(World *w, uint64_t until);
uint64_t world_deadline(void);

/** world_settle() - until manager, client and journal have all that was sent before; Return: 0 or an errno */
int world_settle(World *w);

/** world_journal() - fake_journal_summary() when all entries are there; valid until the next one */
const char *world_journal(World *w);

/* Runs the loop until @condition holds, and fails the test if it never does. */
#define WAIT(w, condition)                                      \
	do {                                                    \
		uint64_t _until = world_deadline();             \
		while (!(condition) && world_run((w), _until))  \
			;                                       \
		CHECK(condition);                               \
	} while (0)

/* The beginning of each test; @settings as above, "" for the defaults of these tests. */
#define WORLD(settings)                                          \
	_cleanup_(world_freep) World *w = world_new(settings);   \
	CHECK(w)
