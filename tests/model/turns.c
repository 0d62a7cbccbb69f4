/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/model/turns.h"

#include <stdlib.h>
#include <ucontext.h>

#define STACK_SIZE (1024UL * 1024) /* a reader has slots and tables of names on it */
#define ASKED_MAX 16U              /* times, before another goes on: more than there are chunks and slots to look at */

static struct {
	Turns *turns;
	ucontext_t outside, contexts[ACTORS_MAX];
	bool begun[ACTORS_MAX], ended[ACTORS_MAX];
	unsigned now, next, asked;
} state;

static char stacks[ACTORS_MAX][STACK_SIZE] __attribute__((aligned(64)));

unsigned turns_cpu(void)
{
	return state.turns ? state.turns->actors[state.now].cpu : 0;
}

unsigned turns_task(void)
{
	return state.turns ? state.turns->actors[state.now].task : 0;
}

static void go_on(unsigned to)
{
	unsigned before = state.now;

	state.now = to;
	state.asked = 0;
	(void) swapcontext(&state.contexts[before], &state.contexts[to]);
}

/* Return: whether it has not ended, and nothing that has interrupted its CPU has still to end */
static bool can_run(unsigned actor)
{
	const Actor *actors = state.turns->actors;

	for (unsigned i = 0; i < state.turns->n_actors; i++)
		if (i != actor && actors[i].interrupts && actors[i].cpu == actors[actor].cpu && state.begun[i] &&
		    !state.ended[i])
			return false;
	return !state.ended[actor];
}

/* Return: an actor that can run, another one than the one that does if there is any; ACTORS_MAX if all have ended */
static unsigned another(void)
{
	for (unsigned i = 1; i <= state.turns->n_actors; i++) {
		unsigned to = (state.now + i) % state.turns->n_actors;

		if (can_run(to))
			return to;
	}
	return ACTORS_MAX;
}

void turn(void)
{
	Turns *t = state.turns;
	const Switch *s;

	if (!t)
		return;
	if (t->steps + 1 >= TURNS_STEPS_MAX)
		abort();
	t->who[++t->steps] = (unsigned char) state.now;
	s = &t->switches[state.next];
	if (state.next == t->n_switches || s->step != t->steps)
		return;
	state.next++;
	if (can_run(s->to) && s->to != state.now)
		go_on(s->to);
}

void turn_asking(void)
{
	if (!state.turns)
		return;
	if (++state.asked <= ASKED_MAX)
		turn();
	else
		go_on(another());
}

static void actor_run(void)
{
	unsigned self = state.now, to;

	turn();
	state.begun[self] = true;
	state.turns->actors[self].run(state.turns->actors[self].task);
	state.ended[self] = true;
	to = another();
	if (to == ACTORS_MAX)
		(void) setcontext(&state.outside);
	state.now = to;
	state.asked = 0;
	(void) setcontext(&state.contexts[to]);
}

/* Not in the loop: getcontext() returns twice in the compiler's eyes, and might not keep what that counts with. */
static __attribute__((noinline)) void actor_make(unsigned i)
{
	state.begun[i] = state.ended[i] = false;
	(void) getcontext(&state.contexts[i]);
	state.contexts[i].uc_stack.ss_sp = stacks[i];
	state.contexts[i].uc_stack.ss_size = STACK_SIZE;
	makecontext(&state.contexts[i], actor_run, 0);
}

void turns_run(Turns *t)
{
	state.turns = t;
	state.now = state.next = state.asked = 0;
	t->steps = 0;
	for (unsigned i = 0; i < t->n_actors; i++)
		actor_make(i);
	(void) swapcontext(&state.outside, &state.contexts[0]);
	state.turns = NULL;
}
