/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Items as text, in strace's syntax, one line each:
 *
 *   14:02:11.042266 sshd[2110/2110] openat(AT_FDCWD, "/x", O_RDONLY) = -1 ENOENT (No such file or directory) <0.000012>
 */

#include <stdbool.h>
#include <stdint.h>

#include "trace/capture.h"
#include "trace/item.h"
#include "trace/names.h"
#include "trace/syscall-table.h"
#include "trace/writer.h"
#include "util/text.h"

typedef struct LineStyle {
	const CaptureInfo *info; /* for wall-clock times and the machine; NULL: seconds since boot, and x86-64 */
	WriterStyle values;      /* how the values of arguments look */
	bool no_prefix;          /* without time, comm, pid and tid */
	bool no_tid;             /* comm[pid], as in the journal */
	bool no_duration;
	bool cpu;                /* [N] behind the time: on which CPU the call returned or the event happened */
} LineStyle;

/**
 * line_put() - append one item and a newline
 *
 * A call of an unknown number prints as syscall_0xNNN(six arguments); nothing is ever left out.
 */
void line_put(Text *t, const Item *item, const LineStyle *style);

/** line_put_event() - append an event, without prefix and newline */
void line_put_event(Text *t, const Item *item);

/** line_put_uring() - append what io_uring did, without prefix and newline */
void line_put_uring(Text *t, const struct UringRecord *uring);

/** line_put_error() - append "-1 ENOENT (No such file or directory)" */
void line_put_error(Text *t, int error);

/**
 * call_put_summary() - append name("path") = ERRNO, for headlines: the call with its first path or address only
 *
 * A call without any has its first argument if that is a descriptor, with the name of its file if that is known.
 */
void call_put_summary(Text *t, const Call *call, Machine machine);
