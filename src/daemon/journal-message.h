/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The MESSAGE= of a dump: a headline, the last call that failed, the last lines of the trace, and where the rest is.
 * systemctl status and journalctl print it in full, so it is as short as it can be.
 */

#include "daemon/digest.h"
#include "daemon/journal.h"

/**
 * message_put() - append the message
 * @d: of the redacted records
 * @code: how the process that failed ended, CLD_... or 0 if unknown
 * @status: its exit status or signal
 */
void message_put(Text *t, const JournalDump *dump, const Settings *settings, const Digest *d, int code, int status);

/** message_put_span() - append a duration in the largest unit it fills, with two digits at least: "38 ms", "4.2 s" */
void message_put_span(Text *t, uint64_t ns);
