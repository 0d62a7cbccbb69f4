/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * What differs between machines, one file for each:
 *
 *   struct pt_regs       registers of user space, as they are at the top of a thread's kernel stack
 *   STACK_SHIFT          stacks lie at least this many bits apart. Where they are larger, as with KASAN or large pages,
 *                        they still have keys of their own, which are only less dense.
 *   machine_args()       the arguments of the call, at its enter and at its exit
 *   machine_number()     the number of the call at its exit, where the tracepoint has the result only
 *   machine_is_compat()  whether the call that a task is in was made with the 32-bit numbers
 *   machine_compat_args() the arguments of such a call
 *   PUBLISH()            a store that is seen after all those before it, and before those after it
 */

#include "kernel.bpf.h"

#if defined(__TARGET_ARCH_x86)
#include "machine-x86.bpf.h"
#elif defined(__TARGET_ARCH_arm64)
#include "machine-arm64.bpf.h"
#else
#error "no such machine"
#endif
