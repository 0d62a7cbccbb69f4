/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A dump as a journal entry: a message for people, fields to search by, and the trace, as text and as a capture.
 *
 * What may be secret is taken out of the records first, and all that goes into the entry is made of the rest. The
 * trace and the capture together are bounded by MaxSize=; what does not fit is the oldest part, and the entry says so.
 * Beyond the rate limit an entry has neither, nor lines of them in its message.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "daemon/failure.h"
#include "daemon/settings.h"
#include "trace/capture.h"

typedef struct JournalDump {
	const CaptureInfo *info;
	const CaptureEnd *end;
	const Failure *failure;
	const void *records; /* whole records in the order they are to be shown, aligned to 8 */
	size_t size;
	const void *files; /* the names of their files, as capture_put_files() takes them */
	size_t files_size;
	bool late;    /* as in FailureWatch */
	bool limited; /* beyond the rate limit */
} JournalDump;

typedef struct JournalEntry JournalEntry;

/** journal_entry_new() - compose an entry; Return: 0 or -ENOMEM */
int journal_entry_new(JournalEntry **ret, const JournalDump *dump, const Settings *settings);
JournalEntry *journal_entry_free(JournalEntry *e);
DEFINE_CLEANUP(JournalEntry, journal_entry_free);

/** journal_entry_fields() - Return: KEY=VALUE each, as sd_journal_sendv() takes them; and in @ret_n how many */
const struct iovec *journal_entry_fields(const JournalEntry *e, size_t *ret_n);

/** exec_code_to_string() - Return: "exited", "killed" or "dumped" for CLD_...; NULL */
const char *exec_code_to_string(int code);
