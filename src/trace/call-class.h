/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Classes of system calls: those of strace ("network") and the sets of systemd ("@network-io"). What they are called
 * stands in syscall-classes.def, their members in the lines of syscalls.def.
 */

#include <stdbool.h>

#include "trace/syscall-table.h"

typedef struct CallClass {
	const char *name;  /* without the "%" that an expression has before strace's */
	const char *about; /* what its members have in common */
	const char *parts; /* classes whose members are members too, with blanks between; NULL: all calls are */
} CallClass;

/** call_class_all() - Return: all of them, and in @ret_n how many */
const CallClass *call_class_all(unsigned *ret_n);

/** call_class_by_name() - Return: the class, or NULL */
const CallClass *call_class_by_name(const char *name);

/** call_class_has() - Return: whether the call is a member, by itself or by a part of the class */
bool call_class_has(const CallClass *c, const Syscall *s);
