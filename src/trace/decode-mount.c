/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mounts, by the calls that are old and those that are new, and swap. */

#include "trace/decode.h"

#include "trace/names.h"

#define MOUNT_MAGIC 0xc0ed0000U /* of flags from before Linux 2.4; ignored since */
#define MOUNT_MAGIC_MASK 0xffff0000U

/* Flags of mount() with which it takes no type, and with some of them no data either. */
#define FLAG_REMOUNT 0x20U
#define FLAGS_WITHOUT_DATA 0x1e3000U /* MS_BIND, MS_MOVE, MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE, MS_SHARED */

#define MOUNT_ATTR_SIZE 32U
#define REQUEST_SIZE 24U

#define SWAP_PRIORITY_MASK 0x7fffU

void decode_mount_flags(Writer *w, uint64_t value)
{
	if ((value & MOUNT_MAGIC_MASK) != MOUNT_MAGIC) {
		writer_flags(w, ARG_MOUNT_FLAGS, value);
		return;
	}
	writer_value_begin(w, value, BASE_HEX);
	writer_value_name(w, "MS_MGC_VAL");
	writer_value_flags(w, ARG_MOUNT_FLAGS, value & ~(uint64_t) MOUNT_MAGIC_MASK);
	writer_value_end(w);
}

/* Of what the kernel does not look at only the address is of interest. */
void decode_mount(Writer *w, const Decoder *d)
{
	uint64_t flags = arg_value(d, 3);
	bool magic = (flags & MOUNT_MAGIC_MASK) == MOUNT_MAGIC, no_data, no_type;

	flags = magic ? flags & ~(uint64_t) MOUNT_MAGIC_MASK : flags;
	no_data = flags & FLAGS_WITHOUT_DATA;
	no_type = no_data || flags & FLAG_REMOUNT;
	decode_next(w, d, 0, d->syscall->args[0].kind);
	decode_next(w, d, 1, d->syscall->args[1].kind);
	decode_next(w, d, 2, no_type ? ARG_POINTER : d->syscall->args[2].kind);
	decode_next(w, d, 3, ARG_MOUNT_FLAGS);
	decode_next(w, d, 4, no_data ? ARG_POINTER : d->syscall->args[4].kind);
}

void decode_swap_flags(Writer *w, uint32_t value)
{
	if (!(value & ~SWAP_PRIORITY_MASK)) {
		writer_unsigned(w, value);
		return;
	}
	writer_sum_begin(w, value);
	writer_sum_flags(w, ARG_SWAP_FLAGS, value & ~SWAP_PRIORITY_MASK);
	writer_sum_number(w, value & SWAP_PRIORITY_MASK, BASE_UNSIGNED);
	writer_sum_end(w);
}

void decode_fsconfig(Writer *w, const Decoder *d)
{
	enum { SET_FLAG, SET_STRING, SET_BINARY, SET_PATH, SET_PATH_EMPTY, SET_FD };
	static const ArgKind values[] = { [SET_FLAG] = ARG_POINTER, [SET_STRING] = ARG_STRING,
					  [SET_BINARY] = ARG_BINARY, [SET_PATH] = ARG_PATH,
					  [SET_PATH_EMPTY] = ARG_PATH, [SET_FD] = ARG_POINTER };
	uint32_t command = (uint32_t) arg_value(d, 1);
	bool sets = command <= SET_FD, path = command == SET_PATH || command == SET_PATH_EMPTY;

	decode_next(w, d, 0, ARG_FD);
	decode_next(w, d, 1, ARG_FSCONFIG_COMMAND);
	decode_next(w, d, 2, sets ? d->syscall->args[2].kind : ARG_POINTER);
	decode_next(w, d, 3, sets ? values[command] : ARG_POINTER);
	decode_next(w, d, 4, path ? ARG_DIRFD : command == SET_FD ? ARG_FD : ARG_INT);
}

void decode_mount_attr(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	if (m->captured < MOUNT_ATTR_SIZE) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	writer_member_flags(w, "attr_set", ARG_MOUNT_ATTRIBUTES, memory64(m, 0));
	writer_member_flags(w, "attr_clr", ARG_MOUNT_ATTRIBUTES, memory64(m, 8));
	writer_member(w, "propagation");
	writer_choice(w, ARG_PROPAGATION, memory64(m, 16));
	writer_member_unsigned(w, "userns_fd", memory64(m, 24));
	decode_rest(w, m, MOUNT_ATTR_SIZE);
	writer_struct_end(w);
}

/* What statmount() is asked for is a mask, what listmount() is asked for the last one it has told. */
void decode_mount_request(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	if (m->captured < REQUEST_SIZE) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	writer_member_unsigned(w, "size", memory32(m, 0));
	writer_member_hex(w, "mnt_id", memory64(m, 8));
	writer_member(w, "param");
	if (d->syscall->args[1].kind == ARG_MOUNT_IDS)
		writer_hex(w, memory64(m, 16));
	else
		writer_flags(w, ARG_STATMOUNT_MASK, memory64(m, 16));
	if (m->captured >= REQUEST_SIZE + 8)
		writer_member_hex(w, "mnt_ns_id", memory64(m, REQUEST_SIZE));
	writer_struct_end(w);
}

static void put_mount_id(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	(void) d;
	writer_hex(w, memory64(m, offset));
}

void decode_mount_ids(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_array(w, d, m, sizeof(uint64_t), put_mount_id);
}
