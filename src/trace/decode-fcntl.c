/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fcntl(): what its last argument is depends on the command; locks, and who is told. */

#include "trace/decode.h"

#include "trace/command.h"
#include "trace/names.h"

/* Return: what the command's argument is, if it is no memory; _ARG_KIND_MAX if it has none. */
static ArgKind fcntl_arg_kind(uint32_t command)
{
	switch (command) {
	case 0:    /* F_DUPFD */
	case 1030: /* F_DUPFD_CLOEXEC */
	case 1031: /* F_SETPIPE_SZ */
		return ARG_LONG;
	case 8: /* F_SETOWN */
		return ARG_PID;
	case 1027: /* F_DUPFD_QUERY */
		return ARG_FD;
	case 1:    /* F_GETFD */
	case 3:    /* F_GETFL */
	case 9:    /* F_GETOWN */
	case 11:   /* F_GETSIG */
	case 1025: /* F_GETLEASE */
	case 1028: /* F_CREATED_QUERY */
	case 1032: /* F_GETPIPE_SZ */
	case 1034: /* F_GET_SEALS */
		return _ARG_KIND_MAX;
	case 2: /* F_SETFD */
		return ARG_FD_FLAGS;
	case 4: /* F_SETFL */
		return ARG_OPEN_FLAGS;
	case 10: /* F_SETSIG */
		return ARG_SIGNAL;
	case 1024: /* F_SETLEASE */
		return ARG_LOCK_TYPE;
	case 1026: /* F_NOTIFY */
		return ARG_NOTIFY_EVENTS;
	case 1029: /* F_CANCELLK */
		return ARG_HEX;
	case 1033: /* F_ADD_SEALS */
		return ARG_SEALS;
	default:
		return value_name(ARG_FCNTL_COMMAND, command) ? ARG_POINTER : ARG_HEX;
	}
}

void decode_fcntl(Writer *w, const Decoder *d)
{
	ArgKind kind = command_arg(d->syscall, d->call->args, 2).kind;

	if (kind_when(kind) == WHEN_NEVER)
		kind = fcntl_arg_kind((uint32_t) arg_value(d, 1));
	decode_next(w, d, 0, ARG_FD);
	decode_next(w, d, 1, ARG_FCNTL_COMMAND);
	if (kind != _ARG_KIND_MAX)
		decode_next(w, d, 2, kind);
}

/* A struct flock: @offset of what is behind type and whence, each of @size bytes; @pid: what a lock in the way belongs to */
static void put_lock(Writer *w, const CallMemory *m, unsigned offset, unsigned size, bool pid)
{
	int64_t start = size == 8 ? (int64_t) memory64(m, offset) : (int32_t) memory32(m, offset);
	int64_t length = size == 8 ? (int64_t) memory64(m, offset + size) : (int32_t) memory32(m, offset + size);

	writer_struct_begin(w);
	writer_member(w, "l_type");
	writer_choice(w, ARG_LOCK_TYPE, memory16(m, 0));
	writer_member(w, "l_whence");
	writer_choice(w, ARG_WHENCE, memory16(m, 2));
	writer_member_signed(w, "l_start", start);
	writer_member_signed(w, "l_len", length);
	if (pid) {
		writer_member(w, "l_pid");
		writer_pid(w, (int32_t) memory32(m, offset + 2 * size));
	}
	writer_struct_end(w);
}

static void put_flock(Writer *w, const Decoder *d, const CallMemory *m, bool pid)
{
	unsigned size = d->machine == MACHINE_I386 ? 4 : 8;

	put_lock(w, m, size, size, pid);
}

void decode_flock(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	put_flock(w, d, m, false);
}

/* Of a question the answer is what counts. */
void decode_flock_inout(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	m = memory_after(d, i, kind_size(ARG_FLOCK_INOUT, d->machine));
	if (m)
		put_flock(w, d, m, true);
	else
		decode_address(w, d, i);
}

/* i386 aligns 64 bits to 4 bytes. */
void decode_flock64(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_lock(w, m, 4, 8, false);
}

void decode_flock64_inout(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	m = memory_after(d, i, kind_size(ARG_FLOCK64_INOUT, d->machine));
	if (m)
		put_lock(w, m, 4, 8, true);
	else
		decode_address(w, d, i);
}

void decode_owner(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_struct_begin(w);
	writer_member(w, "type");
	writer_choice(w, ARG_OWNER_TYPE, memory32(m, 0));
	writer_member(w, "pid");
	writer_pid(w, (int32_t) memory32(m, 4));
	writer_struct_end(w);
}

/* How long what is written is going to live. */
void decode_rw_hint(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_reference_begin(w);
	writer_choice(w, ARG_WRITE_LIFE, memory64(m, 0));
	writer_reference_end(w);
}
