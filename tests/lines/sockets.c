/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sockets and their addresses; socket-options.c has the options, messages.c what is sent. */

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

static void sockets(void)
{
	static const int types[] = { SOCK_STREAM,
				     SOCK_DGRAM | SOCK_CLOEXEC,
				     SOCK_RAW | SOCK_NONBLOCK,
				     SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
				     SOCK_PACKET,
				     0,
				     9,
				     SOCK_STREAM | 0x100,
				     SOCK_CLOEXEC | 15,
				     -1 };
	static const int protocols[] = {
		0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_SCTP, IPPROTO_MPTCP, 200, -1
	};
	int pair[2];

	for (int family = 0; family < 50; family++)
		(void) syscall(SYS_socket, family, 15, 0);
	for (size_t i = 0; i < ELEMENTS(types); i++)
		(void) syscall(SYS_socket, AF_INET, types[i], 200);
	for (size_t i = 0; i < ELEMENTS(protocols); i++) {
		(void) syscall(SYS_socket, AF_INET, 15, protocols[i]);
		(void) syscall(SYS_socket, AF_INET6, 15, protocols[i]);
		(void) syscall(SYS_socket, AF_UNIX, 15, protocols[i]);
		(void) syscall(SYS_socket, AF_NETLINK, 15, protocols[i]);
		(void) syscall(SYS_socket, AF_PACKET, 15, protocols[i]);
	}
	(void) syscall(SYS_socket, AF_PACKET, 15, htons(0x800));
	(void) syscall(SYS_socket, AF_PACKET, 15, htons(3));
	(void) syscall(SYS_socket, -1, SOCK_STREAM, 0);
	(void) syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
	(void) syscall(SYS_shutdown, pair[0], SHUT_RD);
	(void) syscall(SYS_shutdown, pair[0], SHUT_WR);
	(void) syscall(SYS_shutdown, pair[0], SHUT_RDWR);
	(void) syscall(SYS_shutdown, pair[0], 3);
	(void) syscall(SYS_shutdown, NO_FD, -1);
	(void) syscall(SYS_close, pair[0]);
	(void) syscall(SYS_close, pair[1]);
	(void) syscall(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, NULL);
	(void) syscall(SYS_socketpair, AF_INET, SOCK_DGRAM, 0, unreadable());
	(void) syscall(SYS_socketpair, 77, SOCK_DGRAM, 7, pair);
	(void) syscall(SYS_listen, NO_FD, 5);
	(void) syscall(SYS_listen, NO_FD, -1);
}

static void bind_bytes(const void *address, size_t size)
{
	(void) syscall(SYS_bind, NO_FD, page_end(address, size), size);
}

static void unix_addresses(void)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 4, 10, sizeof(struct sockaddr_un), 128 };
	char bytes[130] = {};
	struct sockaddr_un *un = (struct sockaddr_un *) bytes;

	un->sun_family = AF_UNIX;
	strcpy(un->sun_path, "/run/a socket\n");
	for (size_t i = 0; i < ELEMENTS(sizes); i++)
		bind_bytes(un, sizes[i]);
	memset(un->sun_path, 'x', sizeof(un->sun_path));
	bind_bytes(un, sizeof(*un));
	memcpy(un->sun_path, "\0abc\0d\xff", 7);
	for (size_t i = 0; i < ELEMENTS(sizes); i++)
		bind_bytes(un, sizes[i]);
	memset(un->sun_path, 0, sizeof(un->sun_path));
	bind_bytes(un, sizeof(*un));
	bind_bytes(bytes, sizeof(bytes));
	(void) syscall(SYS_connect, NO_FD, un, -1);
	(void) syscall(SYS_connect, NO_FD, NULL, sizeof(*un));
	(void) syscall(SYS_connect, NO_FD, unreadable(), sizeof(*un));
	(void) syscall(SYS_connect, NO_FD, page_end(un, 5), sizeof(*un));
}

static void inet_addresses(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(5432),
				  .sin_addr.s_addr = htonl(0x7f000001) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons(80),
				    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	char room[40] = {};

	bind_bytes(&in, sizeof(in));
	bind_bytes(&in, sizeof(in) - 1);
	bind_bytes(&in, 8);
	memcpy(room, &in, sizeof(in));
	bind_bytes(room, sizeof(room));
	in.sin_addr.s_addr = INADDR_BROADCAST;
	bind_bytes(&in, sizeof(in));
	bind_bytes(&in6, sizeof(in6));
	bind_bytes(&in6, 24);
	bind_bytes(&in6, 27);
	bind_bytes(&in6, 16);
	in6.sin6_flowinfo = htonl(0x12345);
	in6.sin6_scope_id = 1;
	bind_bytes(&in6, sizeof(in6));
	in6.sin6_addr = (struct in6_addr){ { { 0xfe, 0x80, [15] = 1 } } };
	bind_bytes(&in6, sizeof(in6));
	in6.sin6_scope_id = 0x12345;
	bind_bytes(&in6, sizeof(in6));
	in6.sin6_addr = (struct in6_addr){ { { [10] = 0xff, [11] = 0xff, [12] = 1, [15] = 9 } } };
	bind_bytes(&in6, sizeof(in6));
	in6.sin6_addr = (struct in6_addr){ { { 0xff, 0x02, [15] = 1 } } };
	bind_bytes(&in6, sizeof(in6));
}

static void other_addresses(void)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_pid = 5, .nl_groups = 0x11 };
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(0x800),
		.sll_ifindex = 1,
		.sll_hatype = 1,
		.sll_pkttype = PACKET_HOST,
		.sll_halen = 6,
		.sll_addr = { 1, 2, 3, 4, 5, 0xff, 7, 8 },
	};
	struct sockaddr_vm vm = { .svm_family = AF_VSOCK, .svm_port = 1234, .svm_cid = VMADDR_CID_HOST };
	static const unsigned cids[] = { VMADDR_CID_ANY, VMADDR_CID_HYPERVISOR, VMADDR_CID_LOCAL, 77 };
	char other[20] = "\x4d\0ab\0\1\xff";

	bind_bytes(&nl, sizeof(nl));
	bind_bytes(&nl, sizeof(nl) - 1);
	nl = (struct sockaddr_nl){ .nl_family = AF_NETLINK, .nl_pid = 0xfffffffe, .nl_pad = 7 };
	bind_bytes(&nl, sizeof(nl));
	nl.nl_groups = 0x12345678;
	bind_bytes(&nl, sizeof(nl));
	bind_bytes(&ll, sizeof(ll));
	bind_bytes(&ll, sizeof(ll) - 1);
	bind_bytes(&ll, 12);
	ll.sll_halen = 8;
	ll.sll_protocol = htons(3);
	ll.sll_pkttype = PACKET_OUTGOING;
	ll.sll_hatype = 772;
	ll.sll_ifindex = 12345;
	bind_bytes(&ll, sizeof(ll));
	ll.sll_halen = 20;
	ll.sll_protocol = 0x7777;
	ll.sll_pkttype = 99;
	ll.sll_hatype = 9999;
	bind_bytes(&ll, sizeof(ll));
	ll.sll_halen = 0;
	ll.sll_ifindex = 0;
	bind_bytes(&ll, sizeof(ll));
	bind_bytes(&vm, sizeof(vm));
	bind_bytes(&vm, sizeof(vm) - 1);
	vm.svm_port = VMADDR_PORT_ANY;
	for (size_t i = 0; i < ELEMENTS(cids); i++) {
		vm.svm_cid = cids[i];
		bind_bytes(&vm, sizeof(vm));
	}
	bind_bytes(other, sizeof(other));
	bind_bytes(other, 2);
	bind_bytes(other, 3);
	other[0] = AF_UNSPEC;
	bind_bytes(other, 16);
	bind_bytes(other, 2);
}

/* Addresses that the kernel fills in, with all that the room for them may be. */
static void with_lengths(long call, long fd)
{
	static const int lengths[] = { 128, 110, 16, 2, 1, 0, 5, 7, -1, 1000 };
	socklen_t length = 128;

	for (size_t i = 0; i < ELEMENTS(lengths); i++) {
		socklen_t *len = page_end(&lengths[i], sizeof(lengths[i]));

		(void) syscall(call, fd, room_end(lengths[i] > 0 ? (size_t) lengths[i] : 8), len, 0);
	}
	(void) syscall(call, fd, NULL, NULL, 0);
	(void) syscall(call, fd, NULL, page_end(&length, sizeof(length)), 0);
	(void) syscall(call, fd, room_end(128), NULL, 0);
	(void) syscall(call, fd, room_end(128), unreadable(), 0);
	(void) syscall(call, fd, unreadable(), page_end(&length, sizeof(length)), 0);
}

static void accept_all(long server, int family, int type)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	long client, accepted;
	static const int rooms[] = { 128, 16, 4, 2, 0, -1 };

	(void) syscall(SYS_getsockname, server, &address, &length);
	for (size_t i = 0; i < ELEMENTS(rooms); i++) {
		client = syscall(SYS_socket, family, type, 0);
		(void) syscall(SYS_connect, client, page_end(&address, length), length);
		accepted = syscall(SYS_accept4, server, room_end(128), page_end(&rooms[i], sizeof(rooms[i])),
				   SOCK_CLOEXEC);
		with_lengths(SYS_getpeername, client);
		(void) syscall(SYS_close, accepted);
		(void) syscall(SYS_close, client);
	}
	client = syscall(SYS_socket, family, type, 0);
	(void) syscall(SYS_connect, client, page_end(&address, length), length);
	accepted = syscall(SYS_accept, server, NULL, NULL);
	(void) syscall(SYS_close, accepted);
	(void) syscall(SYS_close, client);
	(void) syscall(SYS_accept4, server, room_end(128), page_end(&rooms[0], sizeof(rooms[0])), SOCK_NONBLOCK);
	(void) syscall(SYS_accept4, server, NULL, NULL, 0x1234);
}

static void talk(int family, const void *address, size_t size)
{
	long server = syscall(SYS_socket, family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	with_lengths(SYS_getsockname, server);
	with_lengths(SYS_getpeername, server);
	(void) syscall(SYS_bind, server, page_end(address, size), size);
	(void) syscall(SYS_listen, server, 8);
	with_lengths(SYS_getsockname, server);
	with_lengths(SYS_accept4, server);
	accept_all(server, family, SOCK_STREAM);
	(void) syscall(SYS_close, server);
}

static void talks(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "socket" };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK };
	long fd;

	talk(AF_UNIX, &un, sizeof(un));
	un.sun_path[0] = '\0';
	talk(AF_UNIX, &un, offsetof(struct sockaddr_un, sun_path) + 6);
	talk(AF_UNIX, &un, sizeof(sa_family_t));
	talk(AF_INET, &in, sizeof(in));
	talk(AF_INET6, &in6, sizeof(in6));
	fd = syscall(SYS_socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	(void) syscall(SYS_bind, fd, page_end(&nl, sizeof(nl)), sizeof(nl));
	with_lengths(SYS_getsockname, fd);
	with_lengths(SYS_getpeername, fd);
	(void) syscall(SYS_close, fd);
	with_lengths(SYS_getsockname, NO_FD);
	with_lengths(SYS_accept, NO_FD);
	with_lengths(SYS_accept4, 0);
}

int main(void)
{
	lines_begin();
	checked("network");
	sockets();
	unix_addresses();
	inet_addresses();
	other_addresses();
	talks();
	return lines_end();
}
