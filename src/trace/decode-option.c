/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Options of sockets: their names, by level, and their values. What an option holds is in a table; what that has not is
 * a number if it is as long as one, else a string, as strace has it. A value that was got may be shorter than its type.
 */

#include "trace/decode.h"

#include <string.h>

#include "trace/names.h"
#include "util/macro.h"

enum { IP = 0, SOCKET = 1, VSOCK = 40, IPV6 = 41, RAW = 255, PACKET = 263, NETLINK = 270 };

#define INT_SIZE 4U
#define SOCKET_OPTION_LAST 75U /* of those that hold numbers unless the table says otherwise */
#define ICMP_TYPES 32U
#define HARDWARE_ADDRESS_MAX 8U

/* Names of the options of a level; of some there are two for one number, one for each direction. */
static const struct {
	uint16_t level;
	ArgKind names;
	ArgKind set;
	ArgKind get;
} levels[] = {
	{ IP, ARG_IP_OPTION, ARG_IP_OPTION_SET, ARG_IP_OPTION_GET },
	{ SOCKET, ARG_SOCKET_OPTION, ARG_SOCKET_OPTION_SET, ARG_SOCKET_OPTION_GET },
	{ 6, ARG_TCP_OPTION, 0, 0 },
	{ 17, ARG_UDP_OPTION, 0, 0 },
	{ VSOCK, ARG_VSOCK_OPTION, 0, 0 },
	{ IPV6, ARG_IPV6_OPTION, ARG_IPV6_OPTION_SET, ARG_IPV6_OPTION_GET },
	{ 132, ARG_SCTP_OPTION, 0, 0 },
	{ RAW, ARG_RAW_OPTION, 0, 0 },
	{ PACKET, ARG_PACKET_OPTION, 0, 0 },
	{ 268, ARG_LLC_OPTION, 0, 0 },
	{ 269, ARG_DCCP_OPTION, 0, 0 },
	{ NETLINK, ARG_NETLINK_OPTION, 0, 0 },
	{ 271, ARG_TIPC_OPTION, 0, 0 },
	{ 272, ARG_RXRPC_OPTION, 0, 0 },
	{ 273, ARG_PPPOL2TP_OPTION, 0, 0 },
	{ 274, ARG_BLUETOOTH_OPTION, 0, 0 },
	{ 276, ARG_RDS_OPTION, 0, 0 },
	{ 279, ARG_ALG_OPTION, 0, 0 },
	{ 281, ARG_KCM_OPTION, 0, 0 },
	{ 282, ARG_TLS_OPTION, 0, 0 },
	{ 283, ARG_XDP_OPTION, 0, 0 },
};

typedef enum Value {
	VALUE_TEXT, /* or a number, by its length */
	VALUE_INT,
	VALUE_ERROR,
	VALUE_REHASH,
	VALUE_LINGER,
	VALUE_CREDENTIALS,
	VALUE_PROGRAM,
	VALUE_MEMBERSHIP,
	VALUE_MEMBERSHIP6,
	VALUE_GROUP,
	VALUE_PACKET_MEMBERSHIP,
	VALUE_RING,
	VALUE_STATISTICS,
	VALUE_ICMP_FILTER,
	VALUE_ADDRESS, /* nothing is said */
} Value;

/* Options of SOL_SOCKET and SOL_NETLINK hold a number if they are not here, those of others text. */
static const struct {
	uint16_t level;
	uint16_t option;
	Value set;
	Value get;
} values[] = {
	{ SOCKET, 3, VALUE_TEXT, VALUE_TEXT },           /* SO_TYPE */
	{ SOCKET, 4, VALUE_TEXT, VALUE_ERROR },          /* SO_ERROR */
	{ SOCKET, 13, VALUE_LINGER, VALUE_LINGER },      /* SO_LINGER */
	{ SOCKET, 17, VALUE_TEXT, VALUE_CREDENTIALS },   /* SO_PEERCRED */
	{ SOCKET, 20, VALUE_TEXT, VALUE_TEXT },          /* SO_RCVTIMEO_OLD */
	{ SOCKET, 21, VALUE_TEXT, VALUE_TEXT },          /* SO_SNDTIMEO_OLD */
	{ SOCKET, 22, VALUE_TEXT, VALUE_TEXT },          /* SO_SECURITY_AUTHENTICATION */
	{ SOCKET, 23, VALUE_TEXT, VALUE_TEXT },          /* SO_SECURITY_ENCRYPTION_TRANSPORT */
	{ SOCKET, 24, VALUE_TEXT, VALUE_TEXT },          /* SO_SECURITY_ENCRYPTION_NETWORK */
	{ SOCKET, 25, VALUE_TEXT, VALUE_TEXT },          /* SO_BINDTODEVICE */
	{ SOCKET, 26, VALUE_PROGRAM, VALUE_ADDRESS },    /* SO_ATTACH_FILTER, SO_GET_FILTER */
	{ SOCKET, 28, VALUE_TEXT, VALUE_TEXT },          /* SO_PEERNAME */
	{ SOCKET, 31, VALUE_TEXT, VALUE_TEXT },          /* SO_PEERSEC */
	{ SOCKET, 38, VALUE_TEXT, VALUE_TEXT },          /* SO_PROTOCOL */
	{ SOCKET, 39, VALUE_TEXT, VALUE_TEXT },          /* SO_DOMAIN */
	{ SOCKET, 47, VALUE_TEXT, VALUE_TEXT },          /* SO_MAX_PACING_RATE */
	{ SOCKET, 48, VALUE_TEXT, VALUE_TEXT },          /* SO_BPF_EXTENSIONS */
	{ SOCKET, 50, VALUE_TEXT, VALUE_TEXT },          /* SO_ATTACH_BPF */
	{ SOCKET, 51, VALUE_PROGRAM, VALUE_INT },        /* SO_ATTACH_REUSEPORT_CBPF */
	{ SOCKET, 52, VALUE_TEXT, VALUE_TEXT },          /* SO_ATTACH_REUSEPORT_EBPF */
	{ SOCKET, 55, VALUE_TEXT, VALUE_TEXT },          /* SO_MEMINFO */
	{ SOCKET, 57, VALUE_TEXT, VALUE_TEXT },          /* SO_COOKIE */
	{ SOCKET, 58, VALUE_TEXT, VALUE_TEXT },
	{ SOCKET, 59, VALUE_TEXT, VALUE_TEXT },          /* SO_PEERGROUPS */
	{ SOCKET, 61, VALUE_TEXT, VALUE_TEXT },          /* SO_TXTIME */
	{ SOCKET, 62, VALUE_TEXT, VALUE_TEXT },          /* SO_BINDTOIFINDEX */
	{ SOCKET, 66, VALUE_TEXT, VALUE_TEXT },          /* SO_RCVTIMEO_NEW */
	{ SOCKET, 67, VALUE_TEXT, VALUE_TEXT },          /* SO_SNDTIMEO_NEW */
	{ SOCKET, 71, VALUE_TEXT, VALUE_TEXT },          /* SO_NETNS_COOKIE */
	{ SOCKET, 72, VALUE_TEXT, VALUE_TEXT },          /* SO_BUF_LOCK */
	{ SOCKET, 74, VALUE_REHASH, VALUE_REHASH },      /* SO_TXREHASH */
	{ IP, 35, VALUE_MEMBERSHIP, VALUE_TEXT },        /* IP_ADD_MEMBERSHIP */
	{ IP, 36, VALUE_MEMBERSHIP, VALUE_TEXT },        /* IP_DROP_MEMBERSHIP */
	{ IP, 42, VALUE_GROUP, VALUE_TEXT },             /* MCAST_JOIN_GROUP */
	{ IP, 45, VALUE_GROUP, VALUE_TEXT },             /* MCAST_LEAVE_GROUP */
	{ IPV6, 20, VALUE_MEMBERSHIP6, VALUE_TEXT },     /* IPV6_ADD_MEMBERSHIP */
	{ IPV6, 21, VALUE_MEMBERSHIP6, VALUE_TEXT },     /* IPV6_DROP_MEMBERSHIP */
	{ IPV6, 27, VALUE_MEMBERSHIP6, VALUE_TEXT },     /* IPV6_JOIN_ANYCAST */
	{ IPV6, 28, VALUE_MEMBERSHIP6, VALUE_TEXT },     /* IPV6_LEAVE_ANYCAST */
	{ IPV6, 42, VALUE_GROUP, VALUE_TEXT },           /* MCAST_JOIN_GROUP */
	{ IPV6, 45, VALUE_GROUP, VALUE_TEXT },           /* MCAST_LEAVE_GROUP */
	{ RAW, 1, VALUE_ICMP_FILTER, VALUE_ICMP_FILTER }, /* ICMP_FILTER */
	{ PACKET, 1, VALUE_PACKET_MEMBERSHIP, VALUE_TEXT }, /* PACKET_ADD_MEMBERSHIP */
	{ PACKET, 2, VALUE_PACKET_MEMBERSHIP, VALUE_TEXT }, /* PACKET_DROP_MEMBERSHIP */
	{ PACKET, 5, VALUE_RING, VALUE_TEXT },           /* PACKET_RX_RING */
	{ PACKET, 6, VALUE_TEXT, VALUE_STATISTICS },     /* PACKET_STATISTICS */
	{ PACKET, 13, VALUE_RING, VALUE_TEXT },          /* PACKET_TX_RING */
};

static Value value_of(uint32_t level, uint32_t option, bool set)
{
	for (size_t i = 0; i < ELEMENTS(values); i++)
		if (values[i].level == level && values[i].option == option)
			return set ? values[i].set : values[i].get;
	if (level == NETLINK || (level == SOCKET && option > 0 && option <= SOCKET_OPTION_LAST))
		return VALUE_INT;
	return VALUE_TEXT;
}

void decode_socket_option(Writer *w, uint32_t level, uint32_t option, bool set)
{
	for (size_t i = 0; i < ELEMENTS(levels); i++) {
		ArgKind own = set ? levels[i].set : levels[i].get;

		if (levels[i].level != level)
			continue;
		writer_choice(w, own && value_name(own, option) ? own : levels[i].names, option);
		return;
	}
	writer_unsigned(w, option);
}

/* A member that may be there in part, or not at all. Return: whether the next one may follow */
static bool put_int_member(Writer *w, const CallMemory *m, unsigned index, const char *name, bool is_signed)
{
	unsigned at = index * INT_SIZE;

	if (m->captured <= at)
		return false;
	writer_member(w, name);
	if (m->captured < at + INT_SIZE) {
		writer_bytes(w, m->bytes + at, m->captured - at, false);
		return false;
	}
	if (is_signed)
		writer_signed(w, (int32_t) memory32(m, at));
	else
		writer_unsigned(w, memory32(m, at));
	return true;
}

static void put_ints(Writer *w, const CallMemory *m, const char *const *names, unsigned n, bool is_signed)
{
	writer_struct_begin(w);
	for (unsigned i = 0; i < n && put_int_member(w, m, i, names[i], is_signed); i++)
		;
	writer_struct_end(w);
}

static void put_program(Writer *w, const Decoder *d, const CallMemory *m)
{
	writer_struct_begin(w);
	writer_member(w, "len");
	writer_unsigned(w, memory16(m, 0));
	writer_member(w, "filter");
	writer_pointer(w, memory_word(d, m, 1));
	writer_struct_end(w);
}

static void put_membership(Writer *w, const CallMemory *m)
{
	writer_struct_begin(w);
	writer_member(w, "imr_multiaddr");
	decode_inet_at(w, m->bytes);
	writer_member(w, "imr_interface");
	decode_inet_at(w, m->bytes + 4);
	writer_struct_end(w);
}

static void put_membership6(Writer *w, const CallMemory *m)
{
	writer_struct_begin(w);
	decode_inet6_member(w, "ipv6mr_multiaddr", m->bytes);
	writer_member(w, "ipv6mr_interface");
	decode_interface(w, memory32(m, 16));
	writer_struct_end(w);
}

/* A sockaddr_storage behind an index, aligned as a word. */
static void put_group(Writer *w, const Decoder *d, const CallMemory *m)
{
	unsigned at = d->machine == MACHINE_I386 ? 4 : 8;

	writer_struct_begin(w);
	writer_member(w, "gr_interface");
	decode_interface(w, memory32(m, 0));
	writer_member(w, "gr_group");
	decode_sockaddr_bytes(w, m->bytes + at, 128);
	writer_struct_end(w);
}

static void put_packet_membership(Writer *w, const CallMemory *m)
{
	_cleanup_text_ Text address = {};
	uint16_t size = memory16(m, 6);

	for (unsigned i = 0; i < size && i < HARDWARE_ADDRESS_MAX; i++)
		text_printf(&address, "%s%02x", i > 0 ? ":" : "", m->bytes[8 + i]);
	writer_struct_begin(w);
	writer_member(w, "mr_ifindex");
	decode_interface(w, memory32(m, 0));
	writer_member(w, "mr_type");
	writer_choice(w, ARG_PACKET_MEMBERSHIP, memory16(m, 4));
	writer_member(w, "mr_alen");
	writer_unsigned(w, size);
	writer_member(w, "mr_address");
	writer_word(w, text_string(&address));
	writer_struct_end(w);
}

/* Types that are filtered, or where they are more than half, "~" and the others. */
static void put_icmp_filter(Writer *w, const CallMemory *m)
{
	uint32_t bits = 0;
	bool others;
	const char *between = "";

	memcpy(&bits, m->bytes, MIN(m->captured, sizeof(bits)));
	if (w->style.json) {
		writer_unsigned(w, bits);
		return;
	}
	others = __builtin_popcount(bits) > (int) ICMP_TYPES / 2;
	writer_punctuation(w, others ? "~[" : "[");
	for (unsigned i = 0; i < ICMP_TYPES; i++)
		if ((bits >> i & 1) != others) {
			writer_punctuation(w, between);
			writer_choice(w, ARG_ICMP_TYPE, i);
			between = " ";
		}
	writer_punctuation(w, "]");
}

static void put_number(Writer *w, const CallMemory *m, Value value)
{
	int32_t number = (int32_t) memory32(m, 0);
	const char *error = value == VALUE_ERROR ? errno_name(number) : NULL;

	writer_reference_begin(w);
	if (value == VALUE_REHASH)
		writer_choice(w, ARG_TX_REHASH, (uint32_t) number);
	else if (error)
		writer_named(w, (uint64_t) (int64_t) number, BASE_DECIMAL, error);
	else
		writer_signed(w, number);
	writer_reference_end(w);
}

/* Return: bytes that a value to be set must have; 0 if it may have any */
static unsigned value_size(const Decoder *d, Value value)
{
	bool i386 = d->machine == MACHINE_I386;

	switch (value) {
	case VALUE_INT:
	case VALUE_REHASH:
		return INT_SIZE;
	case VALUE_LINGER:
	case VALUE_MEMBERSHIP:
		return 8;
	case VALUE_MEMBERSHIP6:
		return 20;
	case VALUE_PROGRAM:
		return i386 ? 8 : 16;
	case VALUE_PACKET_MEMBERSHIP:
	case VALUE_RING:
		return 16;
	case VALUE_GROUP:
		return i386 ? 132 : 136;
	default:
		return 0;
	}
}

/* Return: whether the kernel, or strace, would have taken one of that length. */
static bool may_be_set(const Decoder *d, Value value, int32_t length)
{
	int32_t size = (int32_t) value_size(d, value);

	if (value == VALUE_TEXT)
		return true;
	if (value == VALUE_PROGRAM || value == VALUE_PACKET_MEMBERSHIP || value == VALUE_RING)
		return length == size;
	return length >= size && length > 0;
}

static void put_value(Writer *w, const Decoder *d, const CallMemory *m, Value value)
{
	static const char *const linger[] = { "l_onoff", "l_linger" };
	static const char *const statistics[] = { "tp_packets", "tp_drops" };
	static const char *const ring[] = { "tp_block_size", "tp_block_nr", "tp_frame_size", "tp_frame_nr" };
	static const char *const credentials[] = { "pid", "uid", "gid" };

	switch (value) {
	case VALUE_LINGER:
		put_ints(w, m, linger, ELEMENTS(linger), true);
		break;
	case VALUE_CREDENTIALS:
		put_ints(w, m, credentials, ELEMENTS(credentials), true);
		break;
	case VALUE_STATISTICS:
		put_ints(w, m, statistics, ELEMENTS(statistics), false);
		break;
	case VALUE_RING:
		put_ints(w, m, ring, ELEMENTS(ring), false);
		break;
	case VALUE_PROGRAM:
		put_program(w, d, m);
		break;
	case VALUE_MEMBERSHIP:
		put_membership(w, m);
		break;
	case VALUE_MEMBERSHIP6:
		put_membership6(w, m);
		break;
	case VALUE_GROUP:
		put_group(w, d, m);
		break;
	case VALUE_PACKET_MEMBERSHIP:
		put_packet_membership(w, m);
		break;
	case VALUE_ICMP_FILTER:
		put_icmp_filter(w, m);
		break;
	case VALUE_TEXT:
		writer_string(w, m->bytes, m->captured, memory_is_cut(m));
		break;
	default:
		writer_bytes(w, m->bytes, m->captured, false);
	}
}

static bool is_number(Value value, uint32_t size)
{
	if (value == VALUE_TEXT)
		return size == INT_SIZE;
	return (value == VALUE_INT || value == VALUE_ERROR || value == VALUE_REHASH) && size >= INT_SIZE;
}

void decode_option_in(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	Value value = value_of((uint32_t) arg_value(d, i - 2), (uint32_t) arg_value(d, i - 1), true);

	if (!may_be_set(d, value, (int32_t) arg_value(d, i + 1)) || m->captured < value_size(d, value))
		decode_address(w, d, i);
	else if (is_number(value, m->captured))
		put_number(w, m, value);
	else
		put_value(w, d, m, value);
}

/* -1 is a length that some protocols take. */
void decode_option_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	Value value = value_of((uint32_t) arg_value(d, i - 2), (uint32_t) arg_value(d, i - 1), false);
	const CallMemory *length = call_memory(d->call, i + 1);

	if (m->captured == 0 || value == VALUE_ADDRESS || (length && (int32_t) memory32(length, 0) < 0))
		decode_address(w, d, i);
	else if (is_number(value, m->captured))
		put_number(w, m, value);
	else
		put_value(w, d, m, value);
}
