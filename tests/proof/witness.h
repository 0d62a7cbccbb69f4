/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A program of its own beside the recorder's on the tracepoint of signals that are sent (witness.bpf.c): what the kernel
 * has run no program for, no program can have recorded.
 */

#include <stdint.h>

typedef struct Witness Witness;

/**
 * witness_new() - count the signals @signal of timers whose targets are in @cgroup, from now on
 *
 * Return: 0, or a negative errno, logged
 */
int witness_new(Witness **ret, uint64_t cgroup, int signal);

/** witness_sent() - Return: how many of @caller's signals a program was run for up to now */
uint64_t witness_sent(const Witness *w, uint32_t caller);
