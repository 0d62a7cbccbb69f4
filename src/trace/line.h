/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Items as text, in strace's syntax, one line each:
 *
 *   14:02:11.042266 sshd[2110/2110] openat(AT_FDCWD, "/etc/x", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory) <0.000012>
 */

#include <stdbool.h>
#include <stdint.h>

#include "trace/capture.h"
#include "trace/item.h"
#include "trace/syscall-table.h"
#include "util/text.h"

typedef struct LineStyle {
	const CaptureInfo *info; /* for wall-clock times and the machine */
	unsigned string_size;    /* bytes of a string or buffer to show; 0: all that was captured */
	bool no_prefix;          /* without time, comm, pid and tid */
	bool no_tid;             /* comm[pid], as in the journal */
	bool no_duration;
} LineStyle;

/**
 * line_put() - append one item and a newline
 *
 * A call of an unknown number prints as syscall_0xNNN(six arguments); nothing is ever left out.
 */
void line_put(Text *t, const Item *item, const LineStyle *style);

/** call_put_summary() - append name("path") = ERRNO, for headlines: the call with its first path or address only */
void call_put_summary(Text *t, const Call *call, Machine machine);

/** errno_name() - Return: "ENOENT", or NULL for a number without a name; ERESTARTSYS and the like included */
const char *errno_name(int error);

/** signal_name() - Return: "SIGTERM", or NULL; real-time signals are "SIGRTMIN+n", in static storage */
const char *signal_name(int signal);
