/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The kernel side without a kernel: daemon/recorder.h over rings in ordinary shared memory. Its maps are memfds, which
 * daemon/rings.c takes for BPF maps (fake-maps.c), so that the books of the rings and all that reads them are real.
 *
 * A test plays the kernel: units are born and end, threads call. The writer follows bpf/ring.bpf.h, with one CPU.
 */

#include "daemon/recorder.h"
#include "trace/item.h"

/**
 * fake_unit_born() - a unit's cgroup appears: a ring out of the stock is armed if a pattern wants it
 *
 * Return: its ring; 0 if no pattern wants it, or if the stock is empty, which is told as CONTROL_MISSED
 */
uint32_t fake_unit_born(Recorder *r, const char *unit);

/** fake_unit_bound() - its first process arrives; @run as in fake_invocation(), 0: the kernel side cannot tell */
void fake_unit_bound(Recorder *r, uint32_t ring, uint8_t run);

/** fake_unit_ended() - its cgroup goes */
void fake_unit_ended(Recorder *r, uint32_t ring);

/** fake_deafen() - while @deaf, there is no room for control events */
void fake_deafen(Recorder *r, bool deaf);

/** fake_call() - a call returns now; what @c leaves 0 of start, pid and tid is filled in */
void fake_call(Recorder *r, uint32_t ring, Call c);

/** fake_open() - the same, of openat(2) */
void fake_open(Recorder *r, uint32_t ring, const char *path, int64_t result);

/** fake_name() - a file is met for the first time, a @name in the root directory */
void fake_name(Recorder *r, uint32_t ring, const struct FileRef *file, const char *name);

/** fake_late_name() - the same, for the recording that had the ring before */
void fake_late_name(Recorder *r, uint32_t ring, const struct FileRef *file, const char *name);

/** fake_forgotten() - Return: names that were to be told once more */
unsigned fake_forgotten(const Recorder *r);

/** fake_exit() - the last thread of a process ends */
void fake_exit(Recorder *r, uint32_t ring, int wait_status);

/** fake_blocked() - a thread is in openat(2), until fake_blocked() is called with NULL */
void fake_blocked(Recorder *r, uint32_t ring, const char *path);

/** fake_hold() - a CPU that is writing to the ring is stopped by the host of its machine */
void fake_hold(Recorder *r, uint32_t ring);

/** fake_ring_lost() - calls found no room */
void fake_ring_lost(Recorder *r, uint32_t ring, unsigned n);

/** fake_wants() - Return: whether a unit of that name would be armed */
bool fake_wants(const Recorder *r, const char *unit);
