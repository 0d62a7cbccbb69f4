/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The kernel side as libbpf opens it, in the build that fits the running kernel. */

struct recorder_bpf;

/** skeleton_open() - as recorder_bpf__open(); Return: NULL with errno set if it failed */
struct recorder_bpf *skeleton_open(void);
