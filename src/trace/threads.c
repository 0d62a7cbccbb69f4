/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/threads.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace/syscall-table.h"
#include "util/macro.h"

#define RESTARTBLOCK (-516) /* ERESTART_RESTARTBLOCK: made again by restart_syscall(), unless a handler runs */

typedef struct Thread {
	uint32_t tid; /* 0: none */
	const Syscall *interrupted;
	char comm[COMM_SIZE];
} Thread;

struct Threads {
	Thread threads[THREADS_KEPT];
};

int threads_new(Threads **ret)
{
	Threads *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	*ret = t;
	return 0;
}

Threads *threads_free(Threads *t)
{
	free(t);
	return NULL;
}

/* Return: the place of that thread, which is another's no longer. */
static Thread *take(Threads *t, uint32_t tid)
{
	Thread *thread = &t->threads[tid % THREADS_KEPT];

	if (thread->tid != tid)
		*thread = (Thread){ .tid = tid };
	return thread;
}

static const Thread *find(const Threads *t, uint32_t tid)
{
	const Thread *thread = t ? &t->threads[tid % THREADS_KEPT] : NULL;

	return thread && tid > 0 && thread->tid == tid ? thread : NULL;
}

static void name(Threads *t, uint32_t tid, const char *comm, bool again)
{
	Thread *thread;

	if (tid == 0 || !comm || !comm[0] || (!again && threads_comm(t, tid)))
		return;
	thread = take(t, tid);
	memset(thread->comm, 0, sizeof(thread->comm));
	memcpy(thread->comm, comm, strnlen(comm, COMM_SIZE));
}

/* A call's own thread, an event's, and the sender of a signal: its name holds until it has an item itself. */
static void name_all(Threads *t, const Item *item, bool again)
{
	switch (item->kind) {
	case ITEM_CALL:
		name(t, item->call.tid, item->call.comm, again);
		break;
	case ITEM_EVENT:
		name(t, item->event->tid, item->event->comm, again);
		if (item->event->header.count == EVENT_SIGNAL)
			name(t, item->event->other_pid, item->event->other_comm, false);
		break;
	case ITEM_URING:
		name(t, item->uring->tid, item->uring->comm, again);
		break;
	default:
		break;
	}
}

void threads_meet(Threads *t, const Item *item)
{
	name_all(t, item, false);
}

static bool resumes(const Syscall *syscall)
{
	return syscall && streq(syscall->name, "restart_syscall");
}

/* What resumes a call says only then that it was interrupted itself when that has happened again. */
static void see_call(Threads *t, const Call *c, const char *machine)
{
	const Thread *known = find(t, c->tid);
	const Syscall *syscall;

	if (c->result != RESTARTBLOCK && (!known || !known->interrupted))
		return;
	syscall = syscall_by_number(machine_from_string(machine, c->flags & RECORD_COMPAT), c->nr);
	if (!resumes(syscall))
		take(t, c->tid)->interrupted = c->result == RESTARTBLOCK ? syscall : NULL;
}

void threads_see(Threads *t, const Item *item, const char *machine)
{
	name_all(t, item, true);
	if (item->kind == ITEM_CALL && item->call.tid > 0)
		see_call(t, &item->call, machine);
}

const char *threads_comm(const Threads *t, uint32_t tid)
{
	const Thread *thread = find(t, tid);

	return thread && thread->comm[0] ? thread->comm : NULL;
}

const char *threads_interrupted(const Threads *t, uint32_t tid)
{
	const Thread *thread = find(t, tid);

	return thread && thread->interrupted ? thread->interrupted->name : NULL;
}
