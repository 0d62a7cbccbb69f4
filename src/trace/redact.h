/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a service reads, writes, sends and receives may hold secrets, and is left out of what goes to the journal.
 * Paths, addresses and arguments stay: without them a dump says nothing. The environment of a process is never captured
 * at all.
 *
 * What may stay is decided by the table of system calls, and only by it: memory of a call or an argument that is not in
 * the table is taken for a secret.
 */

#include <stdbool.h>
#include <stddef.h>

#include "trace/item.h"
#include "util/text.h"

/**
 * redact_call() - which memory of a call may be shown
 * @machine: uname's, as in CaptureInfo
 * @ret_keep: as call_put_record() wants it; false for memory that the call does not have
 */
void redact_call(const Call *call, const char *machine, bool ret_keep[CALL_MEMORY_MAX]);

/**
 * redact_records() - append a run of records without what may be secret
 * @records: whole records one after the other, aligned to 8
 *
 * Records are written anew and not copied, so nothing slips through in padding.
 *
 * Return: 0, -EBADMSG if the bytes are no whole records (those before are written), -ENOMEM
 */
int redact_records(Text *t, const void *records, size_t size, const char *machine);
