/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What traceloopctl can do, one file each. A verb returns 0, a positive exit status, or a negative errno, which is exit
 * status 1; what went wrong has been logged. With several units all but trace go on after a failure, and return the
 * first.
 */

#include "ctl/arguments.h"

int verb_list(const Arguments *a);
int verb_status(const Arguments *a);
int verb_trace(const Arguments *a);
int verb_dump(const Arguments *a);
int verb_read(const Arguments *a);
int verb_record(const Arguments *a);
int verb_stop(const Arguments *a);
int verb_verify(const Arguments *a);
int verb_syscalls(const Arguments *a);
