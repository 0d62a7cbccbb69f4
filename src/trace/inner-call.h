/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Calls of i386 that have another one in them, which is what people mean and strace(1) shows. */

#include "trace/item.h"
#include "trace/syscall-table.h"

/**
 * inner_call() - the call that is in another one
 * @syscall: of @call, which is of i386; NULL if it is not known
 * @ret: filled in only on success; points to the memory of @call
 *
 * Return: what that is in the table; NULL if there is none, or its arguments are in memory that was not captured
 */
const Syscall *inner_call(const Call *call, const Syscall *syscall, Call *ret);
