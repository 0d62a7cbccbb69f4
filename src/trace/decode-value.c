/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include "trace/names.h"
#include "util/macro.h"

/* Bits of x86-64; those of arm64 are exchanged in pairs, see native_open_flags(). */
#define FLAG_ACCMODE 03U

#define FILE_TYPE_MASK 0170000U

#define MMAP_SHARING_MASK 0xfU
#define HUGE_SHIFT 26 /* MAP_HUGE_SHIFT and MFD_HUGE_SHIFT: six bits with the logarithm of the page size */
#define HUGE_MASK 0x3fULL
#define FLAG_MAP_HUGETLB 0x40000U
#define FLAG_MFD_HUGETLB 0x4U

#define SOCKET_TYPE_MASK 0xfU
#define STATX_SYNC_MASK 0x6000U
#define FANOTIFY_CLASS_MASK 0xcU

#define FILE_BITS_MASK 07000U

/* arm64 has O_DIRECTORY and O_NOFOLLOW where x86 has O_DIRECT and O_LARGEFILE, and the other way round. */
static uint64_t native_open_flags(uint64_t flags, Machine machine)
{
	const uint64_t low = 0140000, high = 0600000;

	if (machine != MACHINE_ARM64)
		return flags;
	return (flags & ~(low | high)) | (flags & low) << 2 | (flags & high) >> 2;
}

void decode_open_flags(Writer *w, const Decoder *d, uint64_t value)
{
	static const char *const modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE" };
	uint64_t native = native_open_flags(value, d->machine);

	writer_value_begin(w, value, BASE_HEX);
	writer_value_name(w, modes[native & FLAG_ACCMODE]);
	writer_value_flags(w, ARG_OPEN_FLAGS, native & ~(uint64_t) FLAG_ACCMODE);
	writer_value_end(w);
}

/* The part of @value in @mask by a list of its own, a choice, then the rest, if any, by @list. */
static void put_parts(Writer *w, ArgKind part, uint64_t mask, ArgKind list, uint64_t value)
{
	const char *name = value_name(part, value & mask);

	if (!name && (value & ~mask) == 0) {
		writer_choice(w, part, value);
		return;
	}
	writer_value_begin(w, value, BASE_HEX);
	if (name)
		writer_value_name(w, name);
	else
		writer_value_unknown(w, part, value & mask);
	if (kind_names_any(list, value & ~mask) || !(value & ~mask))
		writer_value_flags(w, list, value & ~mask);
	else
		writer_value_unknown(w, list, value & ~mask);
	writer_value_end(w);
}

/* How much the file system is to be asked for goes before the flags that other calls have, too. */
static void put_statx_flags(Writer *w, uint32_t value)
{
	uint32_t sync = value & STATX_SYNC_MASK;

	writer_sum_begin(w, value);
	if (value_name(ARG_STATX_SYNC, sync))
		writer_sum_choice(w, ARG_STATX_SYNC, sync);
	else
		writer_sum_flags(w, ARG_STATX_SYNC, sync);
	writer_sum_flags(w, ARG_AT_FLAGS, value & ~STATX_SYNC_MASK);
	writer_sum_end(w);
}

/* The same, but where constants are shown as numbers they are two. */
static void put_pair(Writer *w, ArgKind part, uint64_t mask, ArgKind list, uint64_t value)
{
	if (w->style.json || w->style.constants == CONSTANTS_ABBREV || !(value & ~mask)) {
		put_parts(w, part, mask, list, value);
		return;
	}
	writer_choice(w, part, value & mask);
	writer_punctuation(w, "|");
	writer_flags(w, list, value & ~mask);
}

/* Of a type that is not known nothing but flags is said. */
static void put_socket_type(Writer *w, uint32_t value)
{
	if (value_name(ARG_SOCKET_TYPE, value & SOCKET_TYPE_MASK))
		put_pair(w, ARG_SOCKET_TYPE, SOCKET_TYPE_MASK, ARG_SOCKET_FLAGS, value);
	else
		writer_flags(w, ARG_SOCKET_FLAGS, value);
}

/* The size of huge pages, as the logarithm in the high bits: "21<<MAP_HUGE_SHIFT". */
static void put_huge(Writer *w, uint64_t size, const char *shift)
{
	_cleanup_text_ Text text = {};

	if (size == 0)
		return;
	text_put_unsigned(&text, size);
	text_put(&text, shift);
	writer_value_name(w, text_string(&text));
}

static void put_mmap_flags(Writer *w, uint64_t value)
{
	uint64_t size = value & FLAG_MAP_HUGETLB ? value >> HUGE_SHIFT & HUGE_MASK : 0;
	const char *sharing = value_name(ARG_MMAP_SHARING, value & MMAP_SHARING_MASK);

	writer_value_begin(w, value, BASE_HEX);
	if (sharing)
		writer_value_name(w, sharing);
	else
		writer_value_unknown(w, ARG_MMAP_SHARING, value & MMAP_SHARING_MASK);
	writer_value_flags(w, ARG_MMAP_FLAGS, value & ~(uint64_t) MMAP_SHARING_MASK & ~(size << HUGE_SHIFT));
	put_huge(w, size, "<<MAP_HUGE_SHIFT");
	writer_value_end(w);
}

static void put_memfd_flags(Writer *w, uint32_t value)
{
	uint32_t size = value & FLAG_MFD_HUGETLB ? (uint32_t) (value >> HUGE_SHIFT & HUGE_MASK) : 0;

	if (size == 0) {
		writer_flags(w, ARG_MEMFD_FLAGS, value);
		return;
	}
	writer_value_begin(w, value, BASE_HEX);
	writer_value_flags(w, ARG_MEMFD_FLAGS, value & ~(size << HUGE_SHIFT));
	put_huge(w, size, "<<MFD_HUGE_SHIFT");
	writer_value_end(w);
}

void decode_file_mode(Writer *w, uint32_t mode)
{
	const char *type = value_name(ARG_FILE_TYPE, mode & FILE_TYPE_MASK);

	if (!type) {
		writer_octal(w, mode);
		return;
	}
	writer_value_begin(w, mode, BASE_OCTAL);
	writer_value_name(w, type);
	writer_value_flags(w, ARG_FILE_MODE_BITS, mode & FILE_BITS_MASK);
	writer_value_number(w, mode & ~(FILE_TYPE_MASK | FILE_BITS_MASK), BASE_OCTAL);
	writer_value_end(w);
}

void decode_device(Writer *w, uint64_t device)
{
	_cleanup_text_ Text form = {};

	text_printf(&form, "makedev(%#llx, %#llx)",
		    (unsigned long long) ((device >> 8 & 0xfff) | (device >> 32 & 0xfffff000)),
		    (unsigned long long) ((device & 0xff) | (device >> 12 & 0xffffff00)));
	writer_formed(w, device, BASE_HEX, text_string(&form));
}

static void put_protocol(Writer *w, uint32_t family, uint64_t value)
{
	enum { INET = 2, INET6 = 10, NETLINK = 16, PACKET = 17, CAN = 29, BLUETOOTH = 31 };

	switch (family) {
	case INET:
	case INET6:
		writer_choice(w, ARG_IP_PROTOCOL, (uint32_t) value);
		break;
	case NETLINK:
		writer_choice(w, ARG_NETLINK_PROTOCOL, (uint32_t) value);
		break;
	case CAN:
		writer_choice(w, ARG_CAN_PROTOCOL, (uint32_t) value);
		break;
	case BLUETOOTH:
		writer_choice(w, ARG_BLUETOOTH_PROTOCOL, (uint32_t) value);
		break;
	case PACKET: /* in network byte order */
		decode_ether_protocol(w, (uint16_t) value);
		break;
	default:
		writer_unsigned(w, (uint32_t) value);
	}
}

void decode_id(Writer *w, uint32_t id)
{
	if (id == UINT32_MAX)
		writer_signed(w, -1); /* leave as it is */
	else
		writer_unsigned(w, id);
}

bool decode_number(Writer *w, const Decoder *d, ArgKind kind, uint64_t value)
{
	bool compat = d->machine == MACHINE_I386;

	switch (kind) {
	case ARG_HEX:
		writer_hex(w, value);
		return true;
	case ARG_POINTER:
		writer_pointer(w, value);
		return true;
	case ARG_INT:
		writer_signed(w, (int32_t) value);
		return true;
	case ARG_PID:
		writer_pid(w, (int32_t) value);
		return true;
	case ARG_UNSIGNED:
		writer_unsigned(w, (uint32_t) value);
		return true;
	case ARG_SHORT_UID:
		decode_id(w, !compat ? (uint32_t) value : (uint16_t) value == UINT16_MAX ? UINT32_MAX : (uint16_t) value);
		return true;
	case ARG_UID:
		decode_id(w, (uint32_t) value);
		return true;
	case ARG_LONG:
		writer_signed(w, compat ? (int32_t) value : (int64_t) value);
		return true;
	case ARG_SIZE:
		writer_unsigned(w, compat ? (uint32_t) value : value);
		return true;
	case ARG_SIGNAL:
		writer_signal(w, (int32_t) value);
		return true;
	case ARG_MODE:
		writer_octal(w, (uint16_t) value);
		return true;
	default:
		return false;
	}
}

/* A number in two arguments: one of 64 bits has no need for the second. */
static uint64_t joined(const Decoder *d, unsigned i, bool high_first)
{
	uint32_t first = (uint32_t) arg_value(d, i), second = (uint32_t) arg_value(d, i + 1);

	if (d->machine != MACHINE_I386)
		return arg_value(d, i);
	return high_first ? (uint64_t) first << 32 | second : (uint64_t) second << 32 | first;
}

void decode_value(Writer *w, const Decoder *d, unsigned i, ArgKind kind, uint64_t value)
{
	switch (kind) {
	case ARG_OPEN_FLAGS:
		decode_open_flags(w, d, (uint32_t) value);
		break;
	case ARG_PIPE_FLAGS:
		writer_flags(w, ARG_OPEN_FLAGS, native_open_flags((uint32_t) value, d->machine));
		break;
	case ARG_MMAP_FLAGS:
		put_mmap_flags(w, value);
		break;
	case ARG_MEMFD_FLAGS:
		put_memfd_flags(w, (uint32_t) value);
		break;
	case ARG_MOUNT_FLAGS:
		decode_mount_flags(w, value);
		break;
	case ARG_FILE_MODE:
		decode_file_mode(w, (uint16_t) value);
		break;
	case ARG_DEVICE:
		decode_device(w, (uint32_t) value);
		break;
	case ARG_IPC_FLAGS:
	case ARG_SHM_FLAGS:
		decode_ipc_flags(w, kind, (uint32_t) value);
		break;
	case ARG_SHM_COMMAND:
	case ARG_SEM_COMMAND:
	case ARG_QUEUE_COMMAND:
		decode_ipc_command(w, kind, (uint32_t) value);
		break;
	case ARG_SWAP_FLAGS:
		decode_swap_flags(w, (uint32_t) value);
		break;
	case ARG_POSITION:
	case ARG_POSITION_HIGH_FIRST:
		writer_signed(w, (int64_t) joined(d, i, kind == ARG_POSITION_HIGH_FIRST));
		break;
	case ARG_POSITION_UNSIGNED:
		writer_unsigned(w, joined(d, i, false));
		break;
	case ARG_POSITION_MASK:
		writer_flags(w, ARG_FANOTIFY_MASK, joined(d, i, false));
		break;
	case ARG_STATX_FLAGS:
		put_statx_flags(w, (uint32_t) value);
		break;
	case ARG_SOCKET_TYPE:
		put_socket_type(w, (uint32_t) value);
		break;
	case ARG_SOCKET_PROTOCOL:
		put_protocol(w, (uint32_t) arg_value(d, i - 2), value);
		break;
	case ARG_SOCKET_OPTION:
		decode_socket_option(w, (uint32_t) arg_value(d, i - 1), (uint32_t) value,
				     d->syscall->args[i + 1].kind == ARG_OPTION_IN);
		break;
	case ARG_FANOTIFY_FLAGS:
		put_pair(w, ARG_FANOTIFY_CLASS, FANOTIFY_CLASS_MASK, kind, (uint32_t) value);
		break;
	case ARG_IOPRIO:
		decode_io_priority(w, (uint32_t) value);
		break;
	case ARG_PERSONALITY:
		decode_personality(w, (uint32_t) value);
		break;
	case ARG_POLICY_MODE:
		decode_memory_policy(w, (uint32_t) value);
		break;
	case ARG_KEXEC_LOAD_FLAGS:
		decode_kexec_flags(w, value);
		break;
	case ARG_FUTEX2:
		decode_futex2_flags(w, (uint32_t) value);
		break;
	case ARG_KEY_SERIAL:
		decode_key_serial(w, (uint32_t) value);
		break;
	case ARG_KEY_ERROR:
		decode_key_error(w, (uint32_t) value);
		break;
	case ARG_KEY:
		writer_named(w, (uint32_t) value, BASE_HEX, (uint32_t) value == 0 ? "IPC_PRIVATE" : NULL);
		break;
	default:
		if (kind_has_names(kind))
			writer_flags(w, kind, value);
		else
			writer_hex(w, value);
	}
}
