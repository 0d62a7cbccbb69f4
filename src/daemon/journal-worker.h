/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The process that writes to the journal, for sd_journal_sendv() blocks while journald hangs, and the daemon must not.
 *
 * It is forked at start, before the daemon has grown, and takes entries as sealed memfds over a socket; the daemon
 * never waits for it. What cannot be queued is dropped, counted and said. It answers each entry with the result, so
 * that a journal that is not there is said too: sd_journal_sendv() itself reports a missing socket as success.
 *
 * When the daemon ends, by whatever way, the worker still sends what is queued, for JOURNAL_DRAIN_SEC at most: a unit
 * that fails while the machine goes down is one that somebody will ask about. When the worker ends, the next entry
 * starts another one; starting it at once could become a loop.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>
#include <systemd/sd-event.h>

#include "util/cleanup.h"

#define JOURNAL_QUEUE_MAX 16U /* entries of MaxSize= each; a journald that is behind by more is not coming back soon */
#define JOURNAL_DRAIN_SEC 5U  /* well below the TimeoutStopSec= of our unit */

typedef struct JournalWorker JournalWorker;

/* Where the worker writes to; tests have their own. */
typedef struct JournalSink {
	const char *socket; /* must exist */
	int (*send)(const struct iovec *fields, int n);
} JournalSink;

/**
 * JournalWorkerDone - what became of an entry
 * @label: as it was given to journal_worker_send()
 * @result: 0 or a negative errno, already logged
 */
typedef void (*JournalWorkerDone)(const char *label, int result, void *userdata);

/**
 * journal_worker_new() - start the process
 * @sink: NULL for the system's journal
 * @done: may be NULL
 */
int journal_worker_new(JournalWorker **ret, sd_event *event, const JournalSink *sink, JournalWorkerDone done,
		       void *userdata);

/** journal_worker_free() - let go of the process, which ends by itself when it has sent what is queued */
JournalWorker *journal_worker_free(JournalWorker *w);
DEFINE_CLEANUP(JournalWorker, journal_worker_free);

/**
 * journal_worker_send() - queue an entry
 * @label: what the entry is about, for messages: the unit
 * @fields: KEY=VALUE each; copied
 *
 * Return: 0; -ENOBUFS if JOURNAL_QUEUE_MAX entries are waiting; another errno if there is no handing over. A failure is
 * logged and counted here.
 */
int journal_worker_send(JournalWorker *w, const char *label, const struct iovec *fields, size_t n);

/** journal_worker_pending() - Return: entries that have no answer yet */
unsigned journal_worker_pending(const JournalWorker *w);

/** journal_worker_dropped() - Return: entries that did not get into the journal, for whatever reason */
uint64_t journal_worker_dropped(const JournalWorker *w);
