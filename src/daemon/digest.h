/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a run of records comes to: how much there is of it, how the process that failed has ended, and which call was
 * the last to fail before that. It is what a headline has room for.
 *
 * The last failure is a guess, made by a small rule. Looked at are, from the end backwards, calls that returned an
 * errno. Passed over are those that fail as a matter of course: to say "not yet", "again" or "no more" (EAGAIN, EINTR,
 * ERESTART..., EINPROGRESS, ECHILD), to ask whether a descriptor is a terminal or can seek (ENOTTY, ESPIPE), and what
 * the dynamic loader and the C library look for on every start. So are calls that the same process made before its
 * last exec: it is the new program that failed, and the old one may have been PID 1's; and looks for a file in one
 * directory after the other, if it was found in the end. The first that is left is taken, if there is one of the process
 * that failed or of one that had ended badly before it, as children of a shell do; if not, of any process.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/item.h"
#include "util/text.h"

typedef struct Digest {
	const char *records;
	Text offsets; /* a size_t for each record */
	Text execs;   /* a pointer to each EVENT_EXEC */
	Text bad_exits; /* and to each EVENT_EXIT of a process with a status other than 0 */
	size_t n;     /* records */
	size_t n_calls, n_processes;
	uint64_t begin, end;              /* ns: of the first record, of the last to end */
	const struct EventRecord *exit;   /* of the process that failed; NULL if there is none to be seen */
	const struct EventRecord *killer; /* who ended it: the signal of another process, or EVENT_OOM; NULL */
	bool has_last_failure;
	Call last_failure;
	uint64_t last_failure_before;     /* ns from its return to the exit, or without one to the end */
} Digest;

/**
 * digest_new() - read a run of records once
 * @records: whole records one after the other, aligned to 8; they must outlive the object
 * @exec_code: CLD_EXITED, CLD_KILLED or CLD_DUMPED of the unit's main process, 0 if unknown
 * @exec_status: exit status or signal
 *
 * Records behind one that is malformed are not seen.
 *
 * Return: 0 or -ENOMEM
 */
int digest_new(Digest *ret, const void *records, size_t size, int exec_code, int exec_status);
void digest_done(Digest *d);

/** digest_item() - record number @i, below n */
void digest_item(const Digest *d, size_t i, Item *ret);

/** digest_offset() - Return: where record number @i begins, or for n where the last one ends */
size_t digest_offset(const Digest *d, size_t i);

/** digest_exit() - the exit seen, in the terms of ExecMainCode and ExecMainStatus; Return: whether there is one */
bool digest_exit(const Digest *d, int *ret_code, int *ret_status);
