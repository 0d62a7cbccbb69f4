/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the items of a capture have told of its threads so far: what they are called, and in which call a signal has
 * interrupted them that is made again.
 *
 * It keeps as much however long the capture is: THREADS_KEPT threads, of which those with equal remainders push each
 * other out. Numbers are given out one after the other, so that happens to threads that are long over.
 */

#include <stdbool.h>
#include <stdint.h>

#include "trace/item.h"
#include "util/cleanup.h"

#define THREADS_KEPT 8192U /* a quarter of a MiB; what systemd allows a unit on a machine of 4 GiB */

typedef struct Threads Threads;

/** threads_new() - nothing is known; Return: 0 or -ENOMEM */
int threads_new(Threads **ret);
Threads *threads_free(Threads *t);
DEFINE_CLEANUP(Threads, threads_free);

/**
 * threads_meet() - learn what the threads of an item are called, if that is not known yet
 *
 * Who can read a capture twice meets all of its threads first: a process is named by its parent before it has done
 * anything.
 */
void threads_meet(Threads *t, const Item *item);

/** threads_see() - what holds from this item on; before it is printed. @machine: as the capture's info says */
void threads_see(Threads *t, const Item *item, const char *machine);

/** threads_comm() - Return: COMM_SIZE bytes, NUL-padded, or NULL if that thread, or any at all (@t is NULL), is unknown */
const char *threads_comm(const Threads *t, uint32_t tid);

/** threads_interrupted() - Return: the name of the call that restart_syscall() resumes in that thread, or NULL */
const char *threads_interrupted(const Threads *t, uint32_t tid);
