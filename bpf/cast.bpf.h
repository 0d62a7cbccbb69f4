/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * bpf_rdonly_cast(): plain loads behind a pointer that the verifier knows nothing of. The kernel has it since 6.2
 * (a35b9af4ec2c).
 *
 * The object is built twice, with it and without, and the daemon takes the one that fits (src/daemon/skeleton.c). That
 * the reference is weak is not enough: for a function that the kernel lacks, libbpf 1.1 looks into its modules, fails for
 * want of CAP_SYS_ADMIN, and gives up.
 */

#include <bpf/bpf_helpers.h>

#include "kernel.bpf.h"

#ifdef WITHOUT_RDONLY_CAST
#define bpf_rdonly_cast ((void *(*)(const void *, u32)) NULL)
#else
extern void *bpf_rdonly_cast(const void *object, u32 type) __ksym __weak;
#endif
