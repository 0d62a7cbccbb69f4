/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/* Strings in the memory of the current process, arrays of pointers to them, and where memory may end. */

#include <bpf/bpf_helpers.h>

#include "kernel.bpf.h"

#define PAGE 4096U /* at least: what begins and ends in one is mapped as a whole or not at all */

/*
 * Return: bytes with the NUL, or a negative errno. On 6.1 and 6.12 the helper says 0 of an empty string, and may write
 * nothing.
 */
static __always_inline long string_copy(void *to, u32 room, const void *from)
{
	long n = bpf_probe_read_user_str(to, room, from);

	if (n != 0)
		return n;
	*(char *) to = '\0';
	return 1;
}

/* Entry @i of an array of pointers of @width bytes, 4 or 8. Return: whether it could be read */
static __always_inline bool pointer_read(u64 *ret, u64 array, u32 i, u32 width)
{
	u64 pointer = 0;

	if (bpf_probe_read_user(&pointer, width == sizeof(u32) ? sizeof(u32) : sizeof(u64),
				(const void *) array + i * width) < 0)
		return false;
	*ret = pointer;
	return true;
}
