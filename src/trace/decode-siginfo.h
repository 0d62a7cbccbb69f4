/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What comes with a signal: of its delivery, and wherever a call reads or writes it. */

#include <stdbool.h>
#include <stdint.h>

#include "trace/writer.h"

/* The parts of a siginfo_t. */
typedef struct Siginfo {
	int32_t signal;
	int32_t error;
	int32_t code;
	const uint8_t *fields; /* SIGNAL_FIELDS_SIZE bytes: the union */
	bool narrow;           /* which is that of a 32-bit machine: of a signal that is delivered it never is */
	const struct EventRecord *event; /* if that tells more of the sender; or NULL */
} Siginfo;

/**
 * decode_siginfo() - {si_signo=SIGTERM, si_code=SI_USER, si_pid=1, si_uid=0}
 *
 * The union is read as the kernel does (siginfo_layout(), kernel/signal.c), by signal and si_code. All its bytes are
 * untrusted, and each way to read them is good for any.
 */
void decode_siginfo(Writer *w, const Siginfo *s);
