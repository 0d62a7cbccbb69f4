/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* clone() and clone3(): which members and arguments count, and which the kernel writes, the flags say. */

#include "trace/decode.h"

#include "trace/names.h"
#include "util/macro.h"

/* Of <linux/sched.h>. */
enum {
	CLONE_SIGNAL_MASK = 0xff,
	CLONE_PIDFD = 0x1000,
	CLONE_SETTLS = 0x80000,
	CLONE_PARENT_SETTID = 0x100000,
	CLONE_CHILD_TID = 0x1200000, /* CLONE_CHILD_SETTID and CLONE_CHILD_CLEARTID */
};
#define CLONE_INTO_CGROUP 0x200000000ULL

/* Members of struct clone_args, by index: all are 64 bits wide. */
enum {
	CLONE_ARGS_FLAGS,
	CLONE_ARGS_PIDFD,
	CLONE_ARGS_CHILD_TID,
	CLONE_ARGS_PARENT_TID,
	CLONE_ARGS_EXIT_SIGNAL,
	CLONE_ARGS_STACK,
	CLONE_ARGS_STACK_SIZE,
	CLONE_ARGS_TLS, /* the last of the first version */
	CLONE_ARGS_SET_TID,
	CLONE_ARGS_SET_TID_SIZE,
	CLONE_ARGS_CGROUP,
	_CLONE_ARGS_MAX,
};

/* What members of it point to; trace/memory-steps.c has them captured. */
#define CLONE_SET_TIDS MEMORY_PART(0, PART_4)
#define CLONE_PIDFD_AFTER MEMORY_PART(0, PART_5)
#define CLONE_PARENT_TID_AFTER MEMORY_PART(0, PART_6)

/* In JSON one value; in text the signal is a number of its own, which no flag is. */
static void put_flags_value(Writer *w, uint64_t flags, int signal)
{
	writer_value_begin(w, flags | (uint64_t) signal, BASE_HEX);
	writer_value_flags(w, ARG_CLONE_FLAGS, flags);
	if (signal_name(signal))
		writer_value_name(w, signal_name(signal));
	writer_value_end(w);
}

static void put_flags(Writer *w, uint64_t value)
{
	uint64_t flags = value & ~(uint64_t) CLONE_SIGNAL_MASK;
	int signal = (int) (value & CLONE_SIGNAL_MASK);

	if (w->style.json) {
		put_flags_value(w, flags, signal);
		return;
	}
	if (flags != 0 || signal == 0)
		writer_flags(w, ARG_CLONE_FLAGS, flags);
	if (flags != 0 && signal != 0)
		writer_punctuation(w, "|");
	if (signal != 0)
		writer_signal(w, signal);
}

static void put_child(Writer *w, const CallMemory *m, bool fd)
{
	writer_reference_begin(w);
	if (fd)
		writer_fd(w, (int32_t) memory32(m, 0), NULL);
	else
		writer_pid(w, (int32_t) memory32(m, 0));
	writer_reference_end(w);
}

/* The pid of the child, or with CLONE_PIDFD a descriptor of it. */
static void put_parent_tid(Writer *w, const Decoder *d)
{
	const CallMemory *m = call_has_succeeded(d->call) ? call_memory(d->call, 2) : NULL;

	writer_argument(w, "parent_tid", true);
	if (m && m->captured >= sizeof(uint32_t))
		put_child(w, m, arg_value(d, 0) & CLONE_PIDFD);
	else
		writer_pointer(w, arg_value(d, 2));
}

/* The order of the last two arguments depends on the machine; only one of them is a pointer in the table. */
void decode_clone(Writer *w, const Decoder *d)
{
	unsigned child = d->syscall->args[3].kind == ARG_POINTER ? 3 : 4, tls = child == 3 ? 4 : 3;
	uint64_t flags = (uint32_t) arg_value(d, 0);

	writer_argument(w, "child_stack", true);
	writer_pointer(w, arg_value(d, 1));
	writer_argument(w, "flags", true);
	put_flags(w, flags);
	if (flags & (CLONE_PARENT_SETTID | CLONE_PIDFD))
		put_parent_tid(w, d);
	if (flags & CLONE_SETTLS) {
		writer_argument(w, "tls", true);
		writer_pointer(w, arg_value(d, tls));
	}
	if (flags & CLONE_CHILD_TID) {
		writer_argument(w, "child_tidptr", true);
		writer_pointer(w, arg_value(d, child));
	}
}

static void put_set_tids(Writer *w, const Decoder *d, const uint64_t v[static _CLONE_ARGS_MAX])
{
	const CallMemory *m = call_memory(d->call, CLONE_SET_TIDS);
	enum { LEVELS_MAX = 32 }; /* of PID namespaces: more are refused before they are read */

	if (v[CLONE_ARGS_SET_TID] == 0 && v[CLONE_ARGS_SET_TID_SIZE] == 0)
		return;
	writer_member(w, "set_tid");
	if (m && m->status != MEMORY_UNREADABLE && v[CLONE_ARGS_SET_TID_SIZE] <= LEVELS_MAX)
		decode_ints(w, d, 0, m);
	else
		writer_pointer(w, v[CLONE_ARGS_SET_TID]);
	writer_member_unsigned(w, "set_tid_size", v[CLONE_ARGS_SET_TID_SIZE]);
}

static void put_members(Writer *w, const Decoder *d, const uint64_t v[static _CLONE_ARGS_MAX])
{
	uint64_t flags = v[CLONE_ARGS_FLAGS];

	writer_member_flags(w, "flags", ARG_CLONE_FLAGS, flags);
	if (flags & CLONE_PIDFD)
		writer_member_pointer(w, "pidfd", v[CLONE_ARGS_PIDFD]);
	if (flags & CLONE_CHILD_TID)
		writer_member_pointer(w, "child_tid", v[CLONE_ARGS_CHILD_TID]);
	if (flags & CLONE_PARENT_SETTID)
		writer_member_pointer(w, "parent_tid", v[CLONE_ARGS_PARENT_TID]);
	writer_member(w, "exit_signal");
	writer_signal(w, (int) v[CLONE_ARGS_EXIT_SIGNAL]);
	writer_member_pointer(w, "stack", v[CLONE_ARGS_STACK]);
	writer_member_hex(w, "stack_size", v[CLONE_ARGS_STACK_SIZE]);
	if (flags & CLONE_SETTLS)
		writer_member_pointer(w, "tls", v[CLONE_ARGS_TLS]);
	put_set_tids(w, d, v);
	if (flags & CLONE_INTO_CGROUP || v[CLONE_ARGS_CGROUP] > 0)
		writer_member_unsigned(w, "cgroup", v[CLONE_ARGS_CGROUP]);
}

static void put_given(Writer *w, const char *name, const CallMemory *m, bool fd)
{
	if (!m || m->captured < sizeof(uint32_t))
		return;
	writer_member(w, name);
	put_child(w, m, fd);
}

/* What the kernel has written where members point to. */
static void put_after(Writer *w, const Decoder *d, uint64_t flags)
{
	writer_struct_begin(w);
	if (flags & CLONE_PIDFD)
		put_given(w, "pidfd", call_memory(d->call, CLONE_PIDFD_AFTER), true);
	if (flags & CLONE_PARENT_SETTID)
		put_given(w, "parent_tid", call_memory(d->call, CLONE_PARENT_TID_AFTER), false);
	writer_struct_end(w);
}

void decode_clone_args(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint64_t v[_CLONE_ARGS_MAX];
	bool changed;

	if (m->captured < (CLONE_ARGS_TLS + 1) * 8) {
		decode_address(w, d, i);
		return;
	}
	for (unsigned k = 0; k < ELEMENTS(v); k++)
		v[k] = memory64(m, k * 8);
	changed = call_has_succeeded(d->call) && v[CLONE_ARGS_FLAGS] & (CLONE_PIDFD | CLONE_PARENT_SETTID);
	if (changed)
		writer_change_begin(w);
	writer_struct_begin(w);
	put_members(w, d, v);
	writer_struct_end(w);
	if (changed) {
		writer_change_after(w);
		put_after(w, d, v[CLONE_ARGS_FLAGS]);
		writer_change_end(w);
	}
}
