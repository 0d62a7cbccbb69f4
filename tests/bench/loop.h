/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The calls that are timed. The same loop runs in every case, so all but the tracepoints' programs cancels out.
 *
 * One loop is made by two processes at once; the other one, the companion, has a CPU of its own and rests meanwhile.
 */

#include <stdbool.h>

#include "util/cleanup.h"

typedef struct Loops Loops;

typedef struct Loop {
	const char *name;
	void (*calls)(const Loops *l, unsigned n);
	bool on_two_cpus;
} Loop;

#define LOOP_BATCHES 12U /* the first one warms up */
#define LOOP_BATCH_CALLS 2000U

/** loop_find() - Return: the loop of that name, or NULL */
const Loop *loop_find(const char *name);

/**
 * loops_new() - prepare all loops; without BPF descriptors, which the companion must not hold
 * @with_companion: it stays on the CPU and at the priority that the caller has now
 *
 * Return: 0 or a negative errno, logged.
 */
int loops_new(Loops **ret, bool with_companion);
Loops *loops_free(Loops *l);
DEFINE_CLEANUP(Loops, loops_free);

/** loops_has() - Return: whether @loop can be made here, with the CPUs that there are */
bool loops_has(const Loops *l, const Loop *loop);

/**
 * loop_time() - make LOOP_BATCHES batches of @n calls
 *
 * Return: ns per call, the median of batches: a timer's interrupt falls into few of them
 */
double loop_time(const Loops *l, const Loop *loop, unsigned n);
