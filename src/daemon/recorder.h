/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The kernel side as the daemon handles it: loaded, attached, told which units to arm, and asked for memory.
 *
 * It knows cgroups and rings, no units: whom a ring belongs to is the manager's matter. Nothing here waits for a record;
 * the only thing that wakes the daemon is the control descriptor, when a cgroup comes or goes or a followed ring fills.
 */

#include <stdbool.h>
#include <stdint.h>

#include "bpf/record.h"
#include "daemon/ring-files.h"
#include "daemon/rings.h"
#include "daemon/thread-key.h"
#include "trace/call-set.h"
#include "util/cleanup.h"

typedef struct Recorder Recorder;

typedef struct RecorderConfig {
	uint64_t buffer_size; /* bytes of a ring in the stock */
	uint64_t memory_max;  /* bytes of all rings */
	unsigned string_size; /* bytes of payload kept */
	unsigned n_cpus;      /* 0: as many as this machine can have; more: memory as for a larger one */
	bool files;           /* take the identity of descriptors' files, and their names */
	bool files_dear;      /* also where that costs a call much: before Linux 6.2 */
	bool no_durations;    /* look at the clock only when a call returns */
	ThreadKey thread_key;
} RecorderConfig;

/**
 * recorder_new() - load the programs; nothing is attached yet
 *
 * What is missing (privilege, BTF, memory) is logged in a line that says what to do.
 *
 * Return: 0 or a negative errno.
 */
int recorder_new(Recorder **ret, const RecorderConfig *config);
Recorder *recorder_free(Recorder *r);
DEFINE_CLEANUP(Recorder, recorder_free);

Rings *recorder_rings(Recorder *r);

/** recorder_thread_key() - Return: what threads are told apart by, and in @ret_why the reason, owned by the recorder */
ThreadKey recorder_thread_key(const Recorder *r, const char **ret_why);

/** recorder_set_attached() - attach or detach all programs; Return: 0 or a negative errno */
int recorder_set_attached(Recorder *r, bool attached);
bool recorder_is_attached(const Recorder *r);

/**
 * recorder_set_patterns() - which new units are armed
 *
 * Takes effect at once for units born from now on.
 *
 * Return: 0, -E2BIG for more than PATTERNS_MAX.
 */
int recorder_set_patterns(Recorder *r, const struct Pattern *patterns, unsigned n);

/**
 * recorder_calls() - a set of calls for rings and patterns
 *
 * The same set has the same number, which is valid as long as the recorder lives.
 *
 * Return: its number, 0 for all calls; -ENOBUFS if there were CALL_SETS_MAX different ones
 */
int recorder_calls(Recorder *r, const CallSet *set);

/** recorder_set_calls() - record only the calls of set @calls from now on; recorder_rescan() makes threads take it over */
void recorder_set_calls(Recorder *r, uint32_t ring, unsigned calls);

/** recorder_add_slice() - units are born below the cgroup @id; Return: 0 or a negative errno */
int recorder_add_slice(Recorder *r, uint64_t id);

/** recorder_add_cgroup() - what runs in cgroup @id belongs to @ring; @own: it is the unit's own, topmost cgroup */
int recorder_add_cgroup(Recorder *r, uint64_t id, uint32_t ring, bool own);

/** recorder_ring_of_cgroup() - Return: the ring of cgroup @id, 0 if it has none */
uint32_t recorder_ring_of_cgroup(Recorder *r, uint64_t id);

/** recorder_rescan() - every thread is asked for its cgroup again: after adding cgroups that have processes */
void recorder_rescan(Recorder *r);

/**
 * recorder_fill_blocked() - note what threads that were not seen yet are blocked in, and what files they have open
 *
 * Return: 0 or a negative errno
 */
int recorder_fill_blocked(Recorder *r);

/**
 * recorder_restock() - have rings ready for units to come
 *
 * Return: 0 if the stock is full; -ENOBUFS if memory is short, and it holds what there was memory for; another errno.
 */
int recorder_restock(Recorder *r);

/** recorder_stock() - Return: rings that are ready */
unsigned recorder_stock(Recorder *r);

/** recorder_ring_new() - a ring that is not in the stock; Return: its number, or as rings_alloc() */
int recorder_ring_new(Recorder *r, uint64_t size);

/** recorder_ring_stop() - no more calls go to @ring; what it has stays */
void recorder_ring_stop(Recorder *r, uint32_t ring);

/**
 * recorder_ring_free() - take rings out of use and their memory back
 *
 * Forgets their cgroups, waits until no program can be writing to them (a grace period, tens of milliseconds, for all
 * together), and frees their threads' slots.
 */
void recorder_ring_free(Recorder *r, const uint32_t *rings, unsigned n);

/* Losses that belong to no ring. */
typedef struct RecorderLosses {
	uint64_t skipped;  /* runs of the syscall programs that the kernel skipped (recursion) */
	uint64_t misnamed; /* threads that the stack rule does not fit */
} RecorderLosses;

void recorder_losses(Recorder *r, RecorderLosses *ret);

/** recorder_control_lost() - Return: control events that did not fit, ever: what recorder_dispatch() will never hand on */
uint64_t recorder_control_lost(Recorder *r);

/** recorder_slots() - Return: the threads' slots, and in @ret_n how many have ever been used; slot 0 is none */
const struct Slot *recorder_slots(Recorder *r, unsigned *ret_n);

/** recorder_files() - Return: the names of files by ring, with all that was told up to now */
RingFiles *recorder_files(Recorder *r);

/** recorder_has_tracepoint() - Return: whether a program for that tracepoint is loaded: the kernel may lack it */
bool recorder_has_tracepoint(const Recorder *r, const char *tracepoint);

/** recorder_has_files() - Return: whether identities and names of files are taken: the kernel may lack what it needs */
bool recorder_has_files(const Recorder *r);

/** recorder_forget_file() - have a name told once more when @ring meets the file again */
void recorder_forget_file(Recorder *r, uint32_t ring, const struct FileRef *file);

/** recorder_files_forgotten() - make it known that names were forgotten, after all of them */
void recorder_files_forgotten(Recorder *r);

/** recorder_files_fd() - Return: a descriptor that is readable when so many names wait that they should be taken */
int recorder_files_fd(Recorder *r);

/** recorder_control_fd() - Return: a descriptor that is readable when recorder_dispatch() has something */
int recorder_control_fd(Recorder *r);

typedef void (*RecorderHandler)(const struct ControlEvent *event, void *userdata);

/** recorder_dispatch() - hand each waiting control event to @handler; Return: how many, or a negative errno */
int recorder_dispatch(Recorder *r, RecorderHandler handler, void *userdata);
