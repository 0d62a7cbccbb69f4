/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A journal that can be read: the worker process that sends entries writes them to memory shared with the test. */

#include <stddef.h>

#include "daemon/journal-worker.h"
#include "util/text.h"

/** fake_journal - what to give to journal_worker_new() */
extern const JournalSink fake_journal;

/** fake_journal_clear() - empty it, before the worker is started; Return: 0 or an errno */
int fake_journal_clear(void);

/** fake_journal_entries() - Return: how many were sent */
unsigned fake_journal_entries(void);

/** fake_journal_field() - Return: a field of entry number @i with its size, not terminated; NULL if it has none */
const char *fake_journal_field(unsigned i, const char *name, size_t *ret_size);

/** fake_journal_summary() - "unit:result:code:status" of each, those that are missing as "-", separated by blanks */
void fake_journal_summary(Text *t);
