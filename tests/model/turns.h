/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Actors that run by turns in one thread, each from one step to the next, where another may go on instead of it. In which
 * order they do is said before, so that all orders with few changes can be tried, one after the other.
 *
 * An actor is what a CPU does: what it has stored at a step is seen by who comes next, as on a machine that keeps stores in
 * order. One that interrupts may come at any step of those of its CPU, which go on when it has ended. Where no actor runs,
 * steps are none.
 */

#include <stdbool.h>

#define ACTORS_MAX 4U
#define TURNS_STEPS_MAX 4096U
#define SWITCHES_MAX 3U

/* At that step of all, counted from 1, actor @to goes on. Before, each actor runs until it has ended. */
typedef struct Switch {
	unsigned step, to;
} Switch;

typedef struct Actor {
	void (*run)(unsigned task); /* task: what is current on its CPU, if that is one that calls */
	unsigned task;
	unsigned cpu;
	bool interrupts;
} Actor;

typedef struct Turns {
	const Actor *actors;
	unsigned n_actors;
	Switch switches[SWITCHES_MAX];
	unsigned n_switches;
	unsigned steps;                     /* of the last run */
	unsigned char who[TURNS_STEPS_MAX]; /* took them */
} Turns;

/** turns_run() - run all actors to their ends */
void turns_run(Turns *t);

/** turn() - a step: between what was before and what is after, others may run */
void turn(void);

/** turn_asking() - the same, of who asks again and again for what another has to do: after a while that one goes on */
void turn_asking(void);

/** turns_cpu() - Return: the CPU of the actor that runs, 0 if none does */
unsigned turns_cpu(void);

/** turns_task() - Return: the task that is current */
unsigned turns_task(void);
