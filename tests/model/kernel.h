/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The recorder's programs (bpf/recorder.bpf.c) as functions, over memory of this process, with a step (turns.h) at each
 * helper, atomic operation and published store. There are a few tasks, each in one of two cgroups, and one ring of a few
 * chunks, to which calls in the first cgroup are recorded. Time is a number that each look at the clock raises.
 */

#include <stdint.h>

#include "bpf/record.h"

#define TASKS 4U  /* 0: none */
#define CHUNKS 4U /* so that two CPUs may have one each: a chunk is left when it is older than half the ring */
#define SLOTS 4U
#define THE_RING 1U

typedef struct Kernel {
	struct Chunk {
		struct ChunkHeader header;
		char records[CHUNK_SIZE - sizeof(struct ChunkHeader)];
	} chunks[CHUNKS + 1]; /* the last one is that of the events */
	uint64_t list[CHUNKS];
	struct Slot slots[SLOTS];
	uint64_t clock;
	uint64_t read[TASKS]; /* by each task, the last time */
} Kernel;

extern Kernel kernel;

enum { CGROUP_RECORDED, CGROUP_OTHER, _CGROUPS_MAX };

/** kernel_reset() - all is new: each task is in the cgroup that is recorded, and was not seen; up to CHUNKS @chunks */
void kernel_reset(unsigned chunks);

/** kernel_save(), _restore() - as it was: what is in flight and what has been seen included */
void kernel_save(void);
void kernel_restore(void);

/** kernel_enter(), _exit() - the current task makes a call that no kernel has, whose first argument is @number */
void kernel_enter(uint64_t number);
void kernel_exit(uint64_t number);

/** kernel_move() - another CPU moves @task to @cgroup */
void kernel_move(unsigned task, unsigned cgroup);

/** kernel_run_as() - what is done outside of turns is done by @task, on CPU @task - 1 */
void kernel_run_as(unsigned task);

/** kernel_ring() - Return: the ring */
struct Ring *kernel_ring(void);

/** kernel_clock() - look at the clock */
uint64_t kernel_clock(void);
