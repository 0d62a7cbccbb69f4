/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include <fcntl.h>

#include "trace/names.h"
#include "util/macro.h"

/* Bits of x86-64; those of arm64 are exchanged in pairs, see native_open_flags(). */
#define FLAG_ACCMODE 03U
#define FLAG_CREAT 0100U
#define FLAG_TMPFILE 020000000U

#define FILE_TYPE_MASK 0170000U
#define FILE_TYPE_CHR 0020000U
#define FILE_TYPE_BLK 0060000U

#define MMAP_SHARING_MASK 0xfU
#define HUGE_SHIFT 26 /* MAP_HUGE_SHIFT and MFD_HUGE_SHIFT: six bits with the logarithm of the page size */
#define HUGE_MASK 0x3fULL
#define FLAG_MAP_HUGETLB 0x40000U
#define FLAG_MFD_HUGETLB 0x4U

#define FLAG_MREMAP_FIXED 0x2U
#define FLAG_MREMAP_DONTUNMAP 0x4U

#define SOCKET_TYPE_MASK 0xfU
#define STATX_SYNC_MASK 0x6000U

#define MOUNT_MAGIC 0xc0ed0000U /* of flags from before Linux 2.4; ignored since */
#define MOUNT_MAGIC_MASK 0xffff0000U

#define IPC_MODE_MASK 0777U

bool call_has_failed(const Call *c)
{
	return !(c->flags & RECORD_UNFINISHED) && c->result < 0 && c->result >= -ERROR_MAX;
}

uint64_t arg_value(const Decoder *d, unsigned i)
{
	return i < d->call->n_args ? d->call->args[i] : 0;
}

void decode_file(Text *t, const Decoder *d, unsigned of)
{
	file_put_name(t, call_file(d->call, of), d->names);
}

void decode_hex(Text *t, uint64_t value)
{
	if (value == 0)
		text_put_char(t, '0');
	else
		text_put_hex(t, value);
}

void decode_pointer(Text *t, uint64_t value)
{
	if (value == 0)
		text_put_bytes(t, "NULL", 4);
	else
		text_put_hex(t, value);
}

void decode_octal(Text *t, uint64_t value)
{
	char digits[24], *end = digits + sizeof(digits), *p = end;

	do {
		*--p = (char) ('0' + (value & 7));
		value >>= 3;
	} while (value > 0 || end - p < 2);
	*--p = '0';
	text_put_bytes(t, p, (size_t) (end - p));
}

/* arm64 has O_DIRECTORY and O_NOFOLLOW where x86 has O_DIRECT and O_LARGEFILE, and the other way round. */
static uint64_t native_open_flags(uint64_t flags, Machine machine)
{
	const uint64_t low = 0140000, high = 0600000;

	if (machine != MACHINE_ARM64)
		return flags;
	return (flags & ~(low | high)) | (flags & low) << 2 | (flags & high) >> 2;
}

void decode_open_flags(Text *t, const Decoder *d, uint64_t value)
{
	static const char *const modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE" };

	value = native_open_flags((uint32_t) value, d->machine);
	text_put(t, modes[value & FLAG_ACCMODE]);
	value_put_more(t, ARG_OPEN_FLAGS, value & ~(uint64_t) FLAG_ACCMODE);
}

/* Put the part of @value in @mask by a list of its own, then "|" and the rest, if any, by @list. */
static void put_parts(Text *t, ArgKind part, uint64_t mask, ArgKind list, uint64_t value)
{
	value_put(t, part, value & mask);
	if ((value & ~mask) == 0)
		return;
	text_put_char(t, '|');
	value_put(t, list, value & ~mask);
}

static void put_huge(Text *t, uint64_t size, const char *shift)
{
	if (size == 0)
		return;
	text_put_char(t, '|');
	text_put_unsigned(t, size);
	text_put(t, shift);
}

static void put_mmap_flags(Text *t, uint64_t value)
{
	uint64_t size = value & FLAG_MAP_HUGETLB ? value >> HUGE_SHIFT & HUGE_MASK : 0;

	put_parts(t, ARG_MMAP_SHARING, MMAP_SHARING_MASK, ARG_MMAP_FLAGS, value & ~(size << HUGE_SHIFT));
	put_huge(t, size, "<<MAP_HUGE_SHIFT");
}

static void put_memfd_flags(Text *t, uint32_t value)
{
	uint32_t size = value & FLAG_MFD_HUGETLB ? (uint32_t) (value >> HUGE_SHIFT & HUGE_MASK) : 0;

	value_put(t, ARG_MEMFD_FLAGS, value & ~(size << HUGE_SHIFT));
	put_huge(t, size, "<<MFD_HUGE_SHIFT");
}

static void put_mount_flags(Text *t, uint32_t value)
{
	if ((value & MOUNT_MAGIC_MASK) == MOUNT_MAGIC) {
		text_put(t, "MS_MGC_VAL");
		value_put_more(t, ARG_MOUNT_FLAGS, value & ~MOUNT_MAGIC_MASK);
	} else
		value_put(t, ARG_MOUNT_FLAGS, value);
}

static void put_file_mode(Text *t, uint32_t value)
{
	const char *type = value_name(ARG_FILE_TYPE, value & FILE_TYPE_MASK);

	if (type) {
		text_put(t, type);
		text_put_char(t, '|');
		value &= ~FILE_TYPE_MASK;
	}
	decode_octal(t, value);
}

static void put_device(Text *t, uint32_t device)
{
	text_put(t, "makedev(");
	decode_hex(t, device >> 8 & 0xfff);
	text_put(t, ", ");
	decode_hex(t, (device & 0xff) | (device >> 12 & 0xfff00));
	text_put_char(t, ')');
}

static void put_ipc_flags(Text *t, uint32_t value)
{
	if (value & ~IPC_MODE_MASK) {
		value_put(t, ARG_IPC_FLAGS, value & ~IPC_MODE_MASK);
		text_put_char(t, '|');
	}
	decode_octal(t, value & IPC_MODE_MASK);
}

static void put_protocol(Text *t, uint32_t family, uint64_t value)
{
	enum { INET = 2, INET6 = 10, NETLINK = 16, PACKET = 17 };

	switch (family) {
	case INET:
	case INET6:
		value_put(t, ARG_IP_PROTOCOL, value);
		break;
	case NETLINK:
		value_put(t, ARG_NETLINK_PROTOCOL, value);
		break;
	case PACKET: /* in network byte order */
		text_put(t, "htons(");
		decode_hex(t, __builtin_bswap16((uint16_t) value));
		text_put_char(t, ')');
		break;
	default:
		text_put_signed(t, (int32_t) value);
	}
}

static void put_socket_option(Text *t, uint32_t level, uint64_t value)
{
	enum { IP = 0, SOCKET = 1, TCP = 6, IPV6 = 41 };

	switch (level) {
	case IP:
		value_put(t, ARG_IP_OPTION, value);
		break;
	case SOCKET:
		value_put(t, ARG_SOCKET_OPTION, value);
		break;
	case TCP:
		value_put(t, ARG_TCP_OPTION, value);
		break;
	case IPV6:
		value_put(t, ARG_IPV6_OPTION, value);
		break;
	default:
		text_put_signed(t, (int32_t) value);
	}
}

static void put_dirfd(Text *t, int32_t fd)
{
	if (fd == AT_FDCWD)
		text_put(t, "AT_FDCWD");
	else
		text_put_signed(t, fd);
}

static void put_id(Text *t, uint32_t id)
{
	if (id == UINT32_MAX)
		text_put(t, "-1"); /* leave as it is */
	else
		text_put_unsigned(t, id);
}

/* Values that are a number, whatever the other arguments are. Return: whether @kind is such a one. */
static bool put_number(Text *t, const Decoder *d, ArgKind kind, uint64_t value)
{
	bool compat = d->machine == MACHINE_I386;

	switch (kind) {
	case ARG_HEX:
		decode_hex(t, value);
		return true;
	case ARG_POINTER:
		decode_pointer(t, value);
		return true;
	case ARG_INT:
	case ARG_PID:
	case ARG_FD:
		text_put_signed(t, (int32_t) value);
		return true;
	case ARG_DIRFD:
		put_dirfd(t, (int32_t) value);
		return true;
	case ARG_UNSIGNED:
		text_put_unsigned(t, (uint32_t) value);
		return true;
	case ARG_UID:
		put_id(t, (uint32_t) value);
		return true;
	case ARG_LONG:
		text_put_signed(t, compat ? (int32_t) value : (int64_t) value);
		return true;
	case ARG_SIZE:
		text_put_unsigned(t, compat ? (uint32_t) value : value);
		return true;
	case ARG_SIGNAL:
		signal_put(t, (int32_t) value);
		return true;
	case ARG_MODE:
		decode_octal(t, (uint16_t) value);
		return true;
	default:
		return false;
	}
}

/* Values with names that are made of parts, or that depend on an argument before them. */
static void put_value(Text *t, const Decoder *d, unsigned i, ArgKind kind, uint64_t value)
{
	switch (kind) {
	case ARG_OPEN_FLAGS:
		decode_open_flags(t, d, value);
		break;
	case ARG_PIPE_FLAGS:
		value_put(t, kind, native_open_flags(value, d->machine));
		break;
	case ARG_MMAP_FLAGS:
		put_mmap_flags(t, value);
		break;
	case ARG_MEMFD_FLAGS:
		put_memfd_flags(t, (uint32_t) value);
		break;
	case ARG_MOUNT_FLAGS:
		put_mount_flags(t, (uint32_t) value);
		break;
	case ARG_FILE_MODE:
		put_file_mode(t, (uint16_t) value);
		break;
	case ARG_DEVICE:
		put_device(t, (uint32_t) value);
		break;
	case ARG_IPC_FLAGS:
		put_ipc_flags(t, (uint32_t) value);
		break;
	case ARG_STATX_FLAGS:
		put_parts(t, ARG_STATX_SYNC, STATX_SYNC_MASK, ARG_AT_FLAGS, (uint32_t) value);
		break;
	case ARG_SOCKET_TYPE:
		put_parts(t, kind, SOCKET_TYPE_MASK, ARG_SOCKET_FLAGS, (uint32_t) value);
		break;
	case ARG_SOCKET_PROTOCOL:
		put_protocol(t, (uint32_t) arg_value(d, i - 2), value);
		break;
	case ARG_SOCKET_OPTION:
		put_socket_option(t, (uint32_t) arg_value(d, i - 1), value);
		break;
	case ARG_KEY:
		if (value == 0)
			text_put(t, "IPC_PRIVATE");
		else
			text_put_hex(t, (uint32_t) value);
		break;
	default:
		if (kind_has_names(kind))
			value_put(t, kind, value);
		else
			decode_hex(t, value);
	}
}

void decode_arg(Text *t, const Decoder *d, unsigned i)
{
	ArgKind kind = d->syscall->args[i].kind;
	uint64_t value = arg_value(d, i);

	if (kind == ARG_FD || kind == ARG_DIRFD) {
		(void) put_number(t, d, kind, value);
		decode_file(t, d, i);
	} else if (!put_number(t, d, kind, value) && !decode_memory(t, d, i))
		put_value(t, d, i, kind, value);
}

/* Return: whether argument @i means nothing, because of the one before it. */
static bool is_unused(const Decoder *d, unsigned i)
{
	const SyscallArg *args = d->syscall->args;
	uint64_t before = i > 0 ? arg_value(d, i - 1) : 0;

	if (i == 0)
		return false;
	if (args[i - 1].kind == ARG_OPEN_FLAGS && args[i].kind == ARG_MODE)
		return !(before & (FLAG_CREAT | FLAG_TMPFILE));
	if (args[i - 1].kind == ARG_FILE_MODE && args[i].kind == ARG_DEVICE)
		return (before & FILE_TYPE_MASK) != FILE_TYPE_CHR && (before & FILE_TYPE_MASK) != FILE_TYPE_BLK;
	if (args[i - 1].kind == ARG_MREMAP_FLAGS)
		return !(before & (FLAG_MREMAP_FIXED | FLAG_MREMAP_DONTUNMAP));
	return false;
}

void decode_args(Text *t, const Decoder *d)
{
	if (decode_special(t, d))
		return;
	for (unsigned i = 0; i < d->syscall->n_args && !is_unused(d, i); i++) {
		if (i > 0)
			text_put_bytes(t, ", ", 2);
		decode_arg(t, d, i);
	}
}
