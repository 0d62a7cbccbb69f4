/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The first signal of a number in ten seconds is told in a slot for events, and is not among the calls. There are 127 slots
 * for all events, and a follower that shows calls too may have no turn for longer than they last. So a process that does
 * nothing else looks at them, before all others have their turn.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/recorder.h"

#define RARE_MAX 4096U

/* In memory shared with it. */
typedef struct Rare {
	volatile bool stop;
	volatile uint64_t lost; /* events that were gone when it looked: there may be more signals then */
	uint64_t next;          /* number of the first event that it has not looked at */
	uint64_t times[RARE_MAX];
	volatile unsigned n;
} Rare;

/** rare_run() - look at the events of @ring until @r->stop, in a process of its own */
void rare_run(Rare *r, Recorder *recorder, uint32_t ring) __attribute__((noreturn));

/** rare_until() - Return: how many there were up to @cut, which has passed */
uint64_t rare_until(const Rare *r, Recorder *recorder, uint32_t ring, uint64_t cut);
