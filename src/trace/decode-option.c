/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Options of sockets: their names, by level, and in a table what they hold. What that has not is a number if it is as
 * long as one, else a string, as strace has it.
 */

#include "trace/decode-option.h"

#include "trace/decode.h"
#include "trace/names.h"
#include "util/macro.h"

enum { IP = 0, SOCKET = 1, VSOCK = 40, IPV6 = 41, RAW = 255, PACKET = 263, NETLINK = 270 };

#define SOCKET_OPTION_LAST 75U /* of those that hold numbers unless the table says otherwise */

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

/* Options of SOL_SOCKET and SOL_NETLINK hold a number if they are not here, those of others text. */
static const struct {
	uint16_t level;
	uint16_t option;
	OptionValue set;
	OptionValue get;
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

OptionValue option_value(uint32_t level, uint32_t option, bool set)
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
