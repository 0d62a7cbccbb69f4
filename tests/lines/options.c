/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Options of sockets: their names at every level, and their values. */

#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

#define UDP_SEGMENT 103
#define SOL_UDP 17
#define SOL_SCTP 132
#define SOL_MPTCP 284
#define SO_RESERVE_MEM 73

static void names(void)
{
	static const int both[] = { SOL_IP, SOL_SOCKET, SOL_IPV6 };
	static const int levels[] = { SOL_TCP, SOL_UDP, SOL_SCTP, SOL_RAW, SOL_PACKET, SOL_TIPC,
				      SOL_ALG, SOL_TLS, SOL_XDP,  40,      -1 };

	for (size_t i = 0; i < ELEMENTS(both); i++)
		for (int option = -1; option < 76; option++) {
			(void) syscall(SYS_setsockopt, NO_FD, both[i], option, NULL, 0);
			(void) syscall(SYS_getsockopt, NO_FD, both[i], option, NULL, NULL);
		}
	for (size_t i = 0; i < ELEMENTS(levels); i++)
		for (int option = -1; option < 40; option++)
			(void) syscall(SYS_setsockopt, NO_FD, levels[i], option, NULL, 0);
	for (int option = 0; option < 14; option++)
		(void) syscall(SYS_setsockopt, NO_FD, SOL_NETLINK, option, NULL, 0);
	for (int option = 100; option < 135; option++) {
		(void) syscall(SYS_setsockopt, NO_FD, SOL_SCTP, option, NULL, 0);
		(void) syscall(SYS_setsockopt, NO_FD, SOL_UDP, option, NULL, 0);
	}
	for (int level = 4; level < 150; level += 2)
		(void) syscall(SYS_setsockopt, NO_FD, level, 200000, NULL, 0);
}

static void set(int level, int option, const void *value, size_t size)
{
	(void) syscall(SYS_setsockopt, NO_FD, level, option, page_end(value, size), size);
}

/* One byte less than it should be, and more. */
static void set_about(int level, int option, const void *value, size_t size)
{
	char more[256] = {};

	memcpy(more, value, size);
	set(level, option, value, size);
	set(level, option, value, size - 1);
	set(level, option, more, size + 4);
	(void) syscall(SYS_setsockopt, NO_FD, level, option, unreadable(), size);
	(void) syscall(SYS_setsockopt, NO_FD, level, option, NULL, size);
	(void) syscall(SYS_setsockopt, NO_FD, level, option, page_end(value, size), -1);
}

static void set_numbers(void)
{
	static const struct {
		int level, option;
	} options[] = { { SOL_SOCKET, SO_REUSEADDR },
			{ SOL_SOCKET, SO_RCVBUF },
			{ SOL_SOCKET, SO_MARK },
			{ SOL_SOCKET, SO_PRIORITY },
			{ SOL_SOCKET, SO_BUSY_POLL },
			{ SOL_SOCKET, SO_ERROR },
			{ SOL_IP, IP_TOS },
			{ SOL_IP, IP_MTU_DISCOVER },
			{ SOL_IP, IP_TTL },
			{ SOL_IPV6, IPV6_V6ONLY },
			{ SOL_TCP, TCP_NODELAY },
			{ SOL_TCP, TCP_KEEPIDLE },
			{ SOL_UDP, UDP_SEGMENT },
			{ SOL_NETLINK, NETLINK_ADD_MEMBERSHIP },
			{ SOL_RAW, ICMP_FILTER },
			{ SOL_PACKET, PACKET_VERSION },
			{ SOL_PACKET, PACKET_FANOUT },
			{ SOL_MPTCP, 1 },
			{ 77, 9 } };
	static const int values[] = { 0, 1, 0x12345, -1 };

	for (size_t i = 0; i < ELEMENTS(options); i++) {
		for (size_t k = 0; k < ELEMENTS(values); k++)
			set(options[i].level, options[i].option, &values[k], sizeof(values[k]));
		set(options[i].level, options[i].option, values, 8);
		set(options[i].level, options[i].option, "abc", 3);
		set(options[i].level, options[i].option, "", 1);
		set(options[i].level, options[i].option, "", 0);
		(void) syscall(SYS_setsockopt, NO_FD, options[i].level, options[i].option, unreadable(), 4);
		(void) syscall(SYS_setsockopt, NO_FD, options[i].level, options[i].option, &values[1], -1);
	}
}

static void set_strings(void)
{
	set(SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
	set(SOL_SOCKET, SO_BINDTODEVICE, "lo", 2);
	set(SOL_SOCKET, SO_BINDTODEVICE, "eth0\0\0\0\0\0\0\0\0\0\0", 16);
	set(SOL_SOCKET, SO_BINDTODEVICE, "eth", 4);
	set(SOL_TCP, TCP_CONGESTION, "cubic", 5);
	set(SOL_TCP, TCP_CONGESTION, "reno", 4);
	set(SOL_TCP, TCP_ULP, "tls", 4);
	set(SOL_ALG, 1, "0123456789abcdef", 16);
	set(SOL_IP, IP_OPTIONS, "\x83\3\4\0", 4);
	set(SOL_IP, IP_OPTIONS, "0123456789012345678901234567890123456789", 40);
}

static void set_structures(void)
{
	struct linger linger = { 1, 5 };
	struct timeval time = { 3, 500000 }, odd = { -1, 1000001 };
	struct ip_mreq mreq = { .imr_multiaddr.s_addr = htonl(0xe0000009), .imr_interface.s_addr = htonl(0x7f000001) };
	struct ip_mreqn mreqn = { .imr_multiaddr.s_addr = htonl(0xe0000009), .imr_ifindex = 1 };
	struct ipv6_mreq mreq6 = { .ipv6mr_multiaddr = { { { 0xff, 2, [15] = 9 } } }, .ipv6mr_ifindex = 1 };
	struct group_req group = { .gr_interface = 1, .gr_group.ss_family = AF_INET };
	struct ip_mreq_source source = { .imr_multiaddr.s_addr = htonl(0xe0000009) };
	struct packet_mreq packet = {
		.mr_ifindex = 1, .mr_type = PACKET_MR_PROMISC, .mr_alen = 6, .mr_address = { 1, 2 }
	};
	struct tpacket_req ring = { 4096, 8, 2048, 16 };
	struct tpacket_req3 ring3 = { 4096, 8, 2048, 16, 60, 0, 1 };
	struct icmp_filter icmp = { .data = ~(1U << ICMP_ECHOREPLY | 1U << ICMP_DEST_UNREACH) };
	struct sock_filter code[] = { { 0x28, 0, 0, 12 },  { 0x15, 1, 2, 0x800 },      { 6, 0, 0, 0x40000 },
				      { 6, 0, 0, 0 },      { 0x30, 0, 0, 0xfffff000 }, { 0x87, 0, 0, 0 },
				      { 0xffff, 3, 4, 5 }, { 0x54, 0, 0, 0xf0 } };
	struct sock_fprog program = { ELEMENTS(code), code };

	set_about(SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	set_about(SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
	set_about(SOL_SOCKET, SO_SNDTIMEO, &odd, sizeof(odd));
	set_about(SOL_SOCKET, SO_RCVTIMEO_NEW, &time, sizeof(time));
	set_about(SOL_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof(mreq));
	set_about(SOL_IP, IP_DROP_MEMBERSHIP, &mreqn, sizeof(mreqn));
	set_about(SOL_IP, IP_MULTICAST_IF, &mreqn, sizeof(mreqn));
	set_about(SOL_IP, IP_MULTICAST_IF, &mreqn, 4);
	set_about(SOL_IP, IP_ADD_SOURCE_MEMBERSHIP, &source, sizeof(source));
	set_about(SOL_IPV6, IPV6_JOIN_GROUP, &mreq6, sizeof(mreq6));
	set_about(SOL_IPV6, IPV6_LEAVE_GROUP, &mreq6, sizeof(mreq6));
	set_about(SOL_IPV6, IPV6_JOIN_ANYCAST, &mreq6, sizeof(mreq6));
	mreq6.ipv6mr_ifindex = 12345;
	set(SOL_IPV6, IPV6_JOIN_GROUP, &mreq6, sizeof(mreq6));
	set_about(SOL_IP, MCAST_JOIN_GROUP, &group, sizeof(group));
	set_about(SOL_IPV6, MCAST_LEAVE_GROUP, &group, sizeof(group));
	set_about(SOL_PACKET, PACKET_ADD_MEMBERSHIP, &packet, sizeof(packet));
	packet.mr_type = 77;
	packet.mr_alen = 20;
	set_about(SOL_PACKET, PACKET_DROP_MEMBERSHIP, &packet, sizeof(packet));
	set_about(SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring));
	set_about(SOL_PACKET, PACKET_TX_RING, &ring, sizeof(ring));
	set_about(SOL_PACKET, PACKET_RX_RING, &ring3, sizeof(ring3));
	set_about(SOL_RAW, ICMP_FILTER, &icmp, sizeof(icmp));
	set_about(SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
	set_about(SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program));
	program.filter = NULL;
	set(SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
	program = (struct sock_fprog){ 0, code };
	set(SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
	program = (struct sock_fprog){ 2, unreadable() };
	set(SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static void get(long fd, int level, int option)
{
	static const int lengths[] = { 4, 0, 1, 5, 16, 256, -1 };

	for (size_t i = 0; i < ELEMENTS(lengths); i++)
		(void) syscall(SYS_getsockopt, fd, level, option, room_end(lengths[i] > 0 ? (size_t) lengths[i] : 8),
			       page_end(&lengths[i], sizeof(lengths[i])));
	(void) syscall(SYS_getsockopt, fd, level, option, NULL, page_end(&lengths[0], 4));
	(void) syscall(SYS_getsockopt, fd, level, option, room_end(16), NULL);
	(void) syscall(SYS_getsockopt, fd, level, option, room_end(16), unreadable());
	(void) syscall(SYS_getsockopt, fd, level, option, unreadable(), page_end(&lengths[0], 4));
}

static void gets_of(long fd)
{
	static const struct {
		int level, option;
	} options[] = { { SOL_SOCKET, SO_TYPE },
			{ SOL_SOCKET, SO_DOMAIN },
			{ SOL_SOCKET, SO_PROTOCOL },
			{ SOL_SOCKET, SO_ERROR },
			{ SOL_SOCKET, SO_PEERCRED },
			{ SOL_SOCKET, SO_LINGER },
			{ SOL_SOCKET, SO_RCVTIMEO },
			{ SOL_SOCKET, SO_PEERGROUPS },
			{ SOL_SOCKET, SO_BINDTODEVICE },
			{ SOL_SOCKET, SO_COOKIE },
			{ SOL_SOCKET, SO_GET_FILTER },
			{ SOL_SOCKET, SO_PEERNAME },
			{ SOL_SOCKET, SO_PEERSEC },
			{ SOL_SOCKET, SO_MEMINFO },
			{ SOL_SOCKET, SO_SNDBUF },
			{ SOL_SOCKET, SO_ACCEPTCONN },
			{ SOL_SOCKET, 9999 },
			{ SOL_IP, IP_TOS },
			{ SOL_IP, IP_OPTIONS },
			{ SOL_IP, IP_MULTICAST_IF },
			{ SOL_IPV6, IPV6_V6ONLY },
			{ SOL_IPV6, IPV6_PATHMTU },
			{ SOL_TCP, TCP_NODELAY },
			{ SOL_TCP, TCP_CONGESTION },
			{ SOL_TCP, TCP_MAXSEG },
			{ 77, 1 } };

	for (size_t i = 0; i < ELEMENTS(options); i++)
		get(fd, options[i].level, options[i].option);
}

static void more_gets(void)
{
	struct sock_filter code[] = { { 0x28, 0, 0, 12 }, { 6, 0, 0, 0x40000 } };
	struct sock_fprog program = { ELEMENTS(code), code };
	struct linger linger = { 1, 5 };
	struct timeval time = { 3, 500000 };
	long fd = syscall(SYS_socket, AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), pair[2] = { -1 };

	(void) syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
	(void) syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	(void) syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
	(void) syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
	gets_of(fd);
	get(fd, SOL_PACKET, PACKET_STATISTICS);
	get(fd, SOL_PACKET, PACKET_VERSION);
	(void) syscall(SYS_close, fd);
	fd = syscall(SYS_socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	get(fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS);
	get(fd, SOL_NETLINK, NETLINK_EXT_ACK);
	(void) syscall(SYS_close, fd);
	fd = syscall(SYS_socket, AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	get(fd, SOL_RAW, ICMP_FILTER);
	(void) syscall(SYS_close, fd);
	(void) syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair);
	gets_of((int) pair[0]);
	get(NO_FD, SOL_SOCKET, SO_TYPE);
}

int main(void)
{
	static const int families[] = { AF_INET, AF_INET6 };

	lines_begin();
	checked("network");
	names();
	set_numbers();
	set_strings();
	set_structures();
	for (size_t i = 0; i < ELEMENTS(families); i++) {
		long fd = syscall(SYS_socket, families[i], SOCK_STREAM | SOCK_CLOEXEC, 0);

		gets_of(fd);
		(void) syscall(SYS_close, fd);
	}
	more_gets();
	return lines_end();
}
