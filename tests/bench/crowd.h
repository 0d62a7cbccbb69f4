/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Many threads, or many processes in a cgroup each, that take turns: one makes a few calls and times them, all others
 * are blocked. What is timed is what a call costs when the thread's part of the recorder has not been looked at since
 * its last turn; waking the next one is left out.
 *
 * A crowd ends with the process that made it.
 */

typedef struct Crowd Crowd;

/** crowd_new_threads() - @n threads of this process, with its CPU and priority; Return: 0 or a negative errno, logged */
int crowd_new_threads(Crowd **ret, unsigned n);

/** crowd_new_processes() - @n processes, in the cgroups 0, 1, ... below @directory; Return: as above */
int crowd_new_processes(Crowd **ret, unsigned n, const char *directory);

/** crowd_time() - let everybody have turns; Return: ns per call */
double crowd_time(Crowd *c);

/** crowd_calls() - Return: how many of the timed calls a crowd_time() makes */
unsigned crowd_calls(const Crowd *c);
