/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The kernel side as libbpf has it: of the builds and variants of programs those that fit the running kernel, with
 * constants and sizes as configured, loaded and not attached.
 */

#include "daemon/recorder.h"
#include "daemon/thread-key.h"

struct recorder_bpf;

/** skeleton_open() - as recorder_bpf__open(), of the build that fits; Return: NULL with errno set if it failed */
struct recorder_bpf *skeleton_open(void);

/**
 * skeleton_load() - open and load
 * @thread_key: by what the programs tell threads apart; no longer THREAD_KEY_PROBED
 * @ret: to be released with recorder_bpf__destroy()
 *
 * What is missing (privilege, BTF, memory) is logged in a line that says what to do.
 *
 * Return: 0 or a negative errno.
 */
int skeleton_load(struct recorder_bpf **ret, const RecorderConfig *config, ThreadKey thread_key);
