/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * When a unit has failed: the rule, as a state machine fed with what PID 1 signals about one unit. It does no I/O.
 *
 * A change of a unit comes as two signals: the one of its type's interface (Service, Mount, ...), which has the
 * Result, and right after it the one of Unit, which has the invocation and the states. The second is where we decide:
 *
 *   Result is success or exec-condition         nothing
 *   this invocation has been told before        nothing: reload and reexec announce old failures again, and so does
 *                                               a start that is refused for the start limit
 *   ActiveState is deactivating                 a snapshot now, while the processes are there; the entry when
 *                                               that ends, for only then are the exit code and status known
 *   anything else                               the entry now
 *
 * ActiveState=failed is not asked for: RestartMode=direct never gets there, and a failed unit that is started again
 * says failed with its new invocation. A Result with a name that is new to us is a failure.
 *
 * The object outlives the unit in PID 1, since reexec unloads all units without a word about their coming back.
 */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-id128.h>

#define FAILURE_WAIT_USEC (100 * 1000000ULL) /* over TimeoutStopSec='s default of 90 s */

typedef enum FailureAction {
	FAILURE_NOTHING,
	FAILURE_SNAPSHOT, /* keep what the threads are blocked in */
	FAILURE_DUMP,     /* write the entry */
} FailureAction;

typedef struct Failure {
	sd_id128_t invocation;
	char *result;    /* as PID 1 calls it: "exit-code" */
	int exec_code;   /* CLD_EXITED, CLD_KILLED, CLD_DUMPED; 0: no main process has exited */
	int exec_status; /* exit status or signal */
} Failure;

typedef struct FailureWatch {
	Failure last;    /* of the type's signal; its invocation is not known yet */
	Failure failure; /* what the last action other than FAILURE_NOTHING is about */
	sd_id128_t told; /* the invocation that needs no more entries */
	uint64_t deadline;
	bool waiting;    /* there was a snapshot, and the entry is due */
	bool late;       /* the entry was written while the unit was still deactivating */
} FailureWatch;

void failure_watch_done(FailureWatch *w);

/** failure_type_signal() - the values of the type's interface; Return: 0 or -ENOMEM */
int failure_type_signal(FailureWatch *w, const char *result, int exec_code, int exec_status);

/**
 * failure_unit_signal() - the values of Unit, and the decision
 * @now: usec of CLOCK_MONOTONIC
 *
 * If a new invocation begins while the entry of the one before is due, that comes first: call again with the same
 * values until FAILURE_NOTHING is returned, or FAILURE_SNAPSHOT.
 *
 * Return: enum FailureAction, described in @w->failure; -ENOMEM
 */
int failure_unit_signal(FailureWatch *w, sd_id128_t invocation, const char *active_state, uint64_t now);

/** failure_deadline() - Return: when failure_timeout() is to be called, usec; UINT64_MAX for never */
uint64_t failure_deadline(const FailureWatch *w);

/** failure_timeout() - Return: FAILURE_DUMP if the entry has been due for FAILURE_WAIT_USEC, else FAILURE_NOTHING */
FailureAction failure_timeout(FailureWatch *w, uint64_t now);
