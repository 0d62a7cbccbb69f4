/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * By what the kernel side can tell threads apart on this kernel.
 *
 * The kernel stack costs nothing and is an assumption: that the tracepoints are given the registers at its top. So it is
 * tried with a pair of programs that compare what they are given, and that are gone again before anything is recorded.
 */

typedef enum ThreadKey {
	THREAD_KEY_PROBED, /* the first of the others that works on this kernel */
	THREAD_KEY_STACK,
	THREAD_KEY_PID, /* dearer for each call of each process, and assumes nothing */
	_THREAD_KEY_MAX,
	_THREAD_KEY_INVALID = -22,
} ThreadKey;

/** thread_key_from_string() - Return: what "stack" and "pid" stand for, or _THREAD_KEY_INVALID */
ThreadKey thread_key_from_string(const char *s);

/** thread_key_probe() - Return: THREAD_KEY_STACK or THREAD_KEY_PID, and in @ret_why a static string */
ThreadKey thread_key_probe(const char **ret_why);
