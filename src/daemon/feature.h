/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What of the kernel and the system there is to work with, each with what it means when it is not: the table behind
 * "traceloopctl verify". To add a feature, add its fact, find it, and give it a line in the table.
 */

#include <stdbool.h>

#include "daemon/recorder.h"

/* Whether each is there. */
typedef struct Facts {
	bool types, cgroup2, programs;
	bool thread_stacks, blocked_threads, invocation_ids;
	bool file_names, signal_delivery, oom_victims, uring_submissions, uring_completions;
	bool journal, systemd;
} Facts;

typedef struct Feature {
	const char *name;
	bool needed; /* without it the daemon does not do what it is for */
	bool present;
	const char *why;
} Feature;

/** facts_find() - look at the kernel, which does not change, and at how the recorder was loaded */
void facts_find(const Recorder *r, Facts *ret);

/** facts_update() - look at the system; @systemd: whether PID 1 is heard */
void facts_update(Facts *facts, bool systemd);

/** feature_get() - Return: whether there is a feature of that index, from 0 on, with @ret as the facts have it */
bool feature_get(const Facts *facts, unsigned index, Feature *ret);
