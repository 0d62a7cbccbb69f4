/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is sent and received: data, vectors of it, messages with addresses and control messages, several at once. */

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

#define LONG_TEXT "0123456789abcdefghijklmnopqrstuvwxyz"
#define N_MANY 70

static int pair[2]; /* UNIX, datagrams, that do not block */
static long udp[2]; /* connected to each other */

static void open_sockets(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(in);
	int on = 1;

	(void) syscall(SYS_socketpair, AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair);
	(void) syscall(SYS_setsockopt, pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	for (unsigned i = 0; i < 2; i++) {
		udp[i] = syscall(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		(void) syscall(SYS_bind, udp[i], &in, sizeof(in));
	}
	for (unsigned i = 0; i < 2; i++) {
		(void) syscall(SYS_getsockname, udp[!i], &in, &size);
		(void) syscall(SYS_connect, udp[i], &in, sizeof(in));
	}
}

static void datagrams(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(9),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	static const int lengths[] = { 128, 16, 4, 0, -1 };

	for (size_t i = 0; i < ELEMENTS(lengths); i++) {
		(void) syscall(SYS_sendto, udp[0], page_end(LONG_TEXT, 36), i == 1 ? 36UL : 5UL, MSG_NOSIGNAL, NULL, 0);
		(void) syscall(SYS_recvfrom, udp[1], room_end(64), 64, MSG_DONTWAIT, room_end(128),
			       page_end(&lengths[i], sizeof(int)));
	}
	(void) syscall(SYS_sendto, udp[0], "", 0, 0, NULL, 0);
	(void) syscall(SYS_recvfrom, udp[1], room_end(64), 64, 0, NULL, NULL);
	(void) syscall(SYS_sendto, udp[0], "abc", 3, MSG_MORE, NULL, 0);
	(void) syscall(SYS_sendto, udp[0], "def", 3, MSG_CONFIRM | MSG_DONTROUTE, page_end(&in, sizeof(in)),
		       sizeof(in));
	(void) syscall(SYS_recvfrom, udp[1], room_end(2), 2, MSG_TRUNC | MSG_PEEK, room_end(128), NULL);
	(void) syscall(SYS_sendto, udp[0], "abcdef", 6, 0, NULL, 0);
	while (syscall(SYS_recvfrom, udp[1], room_end(64), 2, MSG_TRUNC, NULL, NULL) >= 0)
		;
	(void) syscall(SYS_recvfrom, udp[1], room_end(64), 64, MSG_WAITALL, room_end(128), unreadable());
	(void) syscall(SYS_recvfrom, udp[1], room_end(64), 64, 0, room_end(128), page_end(&lengths[0], 4));
	(void) syscall(SYS_sendto, NO_FD, page_end(LONG_TEXT, 36), 36, 0xffffffff, page_end(&in, sizeof(in)),
		       sizeof(in));
	(void) syscall(SYS_sendto, NO_FD, unreadable(), 5, 0, NULL, 5);
	(void) syscall(SYS_recvfrom, NO_FD, unreadable(), 5, 0x100000, room_end(8), page_end(&lengths[1], 4));
	(void) syscall(SYS_sendto, pair[0], "to a pair", 9, 0, NULL, 0);
	(void) syscall(SYS_recvfrom, pair[1], room_end(64), 64, 0, room_end(128), page_end(&lengths[0], 4));
}

static void set_vector(struct iovec *v, const char *text, size_t size)
{
	*v = (struct iovec){ page_end(text, size), size };
}

static struct iovec *vectors(unsigned n)
{
	struct iovec v[4];

	set_vector(&v[0], "abc", 3);
	set_vector(&v[1], "", 0);
	set_vector(&v[2], LONG_TEXT, 36);
	set_vector(&v[3], "\0\1\n\"\377", 5);
	return page_end(v, n * sizeof(*v));
}

static struct iovec *rooms(void)
{
	struct iovec v[] = { { room_end(2), 2 }, { room_end(5), 5 }, { room_end(40), 40 }, { room_end(9), 9 } };

	return page_end(v, sizeof(v));
}

static void vectored_io(void)
{
	struct iovec odd[] = { { NULL, 0 }, { NULL, 5 }, { unreadable(), 5 }, { (void *) "abc", SIZE_MAX } };
	struct iovec many[N_MANY];
	long fd = syscall(SYS_openat, AT_FDCWD, "data", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	for (unsigned n = 0; n <= 4; n++)
		(void) syscall(SYS_writev, fd, vectors(n), n);
	(void) syscall(SYS_lseek, fd, 0, SEEK_SET);
	for (unsigned n = 0; n <= 4; n++)
		(void) syscall(SYS_readv, fd, rooms(), n);
	(void) syscall(SYS_pwritev, fd, vectors(4), 4, 3, 0);
	(void) syscall(SYS_preadv, fd, rooms(), 4, 1, 0);
	(void) syscall(SYS_preadv, fd, rooms(), 4, 1000000, 0);
	(void) syscall(SYS_preadv, fd, rooms(), 4, -1L, 0);
	(void) syscall(SYS_pwritev2, fd, vectors(2), 2, -1L, -1L, RWF_DSYNC | RWF_APPEND);
	(void) syscall(SYS_preadv2, fd, rooms(), 2, 0, 0, RWF_NOWAIT | RWF_HIPRI);
	(void) syscall(SYS_preadv2, fd, rooms(), 2, 5, 0, 0);
	(void) syscall(SYS_preadv2, fd, rooms(), 2, 0, 0, 0x1000);
	for (size_t i = 0; i < ELEMENTS(odd); i++) {
		(void) syscall(SYS_writev, fd, page_end(&odd[i], sizeof(odd[i])), 1);
		(void) syscall(SYS_readv, fd, page_end(&odd[i], sizeof(odd[i])), 1);
	}
	(void) syscall(SYS_writev, fd, page_end(odd, sizeof(odd)), 4);
	(void) syscall(SYS_writev, fd, NULL, 0);
	(void) syscall(SYS_writev, fd, NULL, 2);
	(void) syscall(SYS_writev, fd, unreadable(), 2);
	(void) syscall(SYS_writev, fd, vectors(2), 3);
	(void) syscall(SYS_writev, fd, vectors(2), -1);
	(void) syscall(SYS_writev, NO_FD, vectors(4), 4);
	(void) syscall(SYS_readv, NO_FD, rooms(), 4);
	for (unsigned i = 0; i < N_MANY; i++)
		many[i] = (struct iovec){ (void *) "many", 1 + i % 4 };
	(void) syscall(SYS_writev, fd, page_end(many, sizeof(many)), N_MANY);
	(void) syscall(SYS_writev, fd, page_end(many, 33 * sizeof(many[0])), 33);
	(void) syscall(SYS_writev, fd, page_end(many, 32 * sizeof(many[0])), 32);
	(void) syscall(SYS_close, fd);
}

static void other_vectors(void)
{
	int pipe_fds[2];
	pid_t self = getpid();

	(void) syscall(SYS_pipe2, pipe_fds, O_NONBLOCK);
	(void) syscall(SYS_vmsplice, pipe_fds[1], vectors(4), 4, SPLICE_F_GIFT | SPLICE_F_NONBLOCK);
	(void) syscall(SYS_vmsplice, pipe_fds[0], rooms(), 4, 0);
	(void) syscall(SYS_vmsplice, pipe_fds[0], rooms(), 4, 0x10);
	(void) syscall(SYS_vmsplice, NO_FD, vectors(1), 1, 0);
	(void) syscall(SYS_vmsplice, pipe_fds[0], unreadable(), 1, 0);
	(void) syscall(SYS_process_vm_readv, self, rooms(), 4, vectors(3), 3, 0);
	(void) syscall(SYS_process_vm_readv, self, rooms(), 1, vectors(3), 3, 0);
	(void) syscall(SYS_process_vm_writev, self, vectors(3), 3, rooms(), 4, 0);
	(void) syscall(SYS_process_vm_readv, 0x7fffffff, rooms(), 4, vectors(3), 3, 1);
	(void) syscall(SYS_process_vm_writev, -1, vectors(3), 3, NULL, 0, 0);
	(void) syscall(SYS_process_vm_writev, self, unreadable(), 3, unreadable(), 1, 0);
	(void) syscall(SYS_process_madvise, NO_FD, vectors(2), 2, MADV_COLD, 0);
	(void) syscall(SYS_process_madvise, NO_FD, NULL, 0, MADV_PAGEOUT, 1);
	(void) syscall(SYS_close, pipe_fds[0]);
	(void) syscall(SYS_close, pipe_fds[1]);
}

static void try_message(const struct msghdr *message, int flags)
{
	(void) syscall(SYS_sendmsg, NO_FD, page_end(message, sizeof(*message)), flags);
	(void) syscall(SYS_recvmsg, NO_FD, page_end(message, sizeof(*message)), flags);
}

static void plain_messages(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(80),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct msghdr message = { .msg_flags = MSG_CTRUNC };

	try_message(&message, 0);
	message.msg_iov = vectors(4);
	message.msg_iovlen = 4;
	try_message(&message, MSG_NOSIGNAL);
	message.msg_name = page_end(&in, sizeof(in));
	message.msg_namelen = sizeof(in);
	message.msg_flags = -1;
	try_message(&message, MSG_DONTWAIT | MSG_PEEK);
	message.msg_namelen = 1;
	try_message(&message, 0);
	message.msg_namelen = 129;
	try_message(&message, 0);
	message.msg_name = unreadable();
	message.msg_namelen = 16;
	message.msg_iov = unreadable();
	message.msg_control = unreadable();
	message.msg_controllen = 24;
	try_message(&message, 0);
	message = (struct msghdr){ .msg_namelen = 5, .msg_iovlen = 2, .msg_controllen = 7 };
	try_message(&message, 0);
	message = (struct msghdr){ .msg_control = page_end("abc", 3), .msg_controllen = 3 };
	try_message(&message, 0);
	(void) syscall(SYS_sendmsg, NO_FD, NULL, 0);
	(void) syscall(SYS_recvmsg, NO_FD, unreadable(), 0);
	(void) syscall(SYS_sendmsg, udp[0], page_end(&message, 8), 0);
}

/* Append a control message. Return: the bytes that are used then. */
static size_t put_control(char *control, size_t used, int level, int type, const void *data, size_t size)
{
	struct cmsghdr *c = (struct cmsghdr *) (control + used);

	*c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(size), .cmsg_level = level, .cmsg_type = type };
	memcpy(CMSG_DATA(c), data, size);
	return used + CMSG_SPACE(size);
}

static void try_control(const char *control, size_t size)
{
	struct msghdr message = { .msg_control = page_end(control, size), .msg_controllen = size };

	try_message(&message, 0);
}

static void one_control(int level, int type, const void *data, size_t size)
{
	char control[512] = {};

	try_control(control, put_control(control, 0, level, type, data, size));
	try_control(control, CMSG_LEN(size));
}

static void control_messages(void)
{
	char control[512] = {}, data[128] = "\1\2\3\4\5\6\7\10\11";
	static const int types[] = { 0, 1, 2, 3, 29, 35, 37, 40, 61, 63, 64, 65, 77 };
	static const int ip_types[] = { 0, 1, 2, 4, 6, 7, 8, 11, 12, 13, 18, 20, 23, 25, 99 };
	static const int ip6_types[] = { 2, 8, 25, 49, 50, 51, 52, 54, 61, 66, 67, 74, 99 };
	static const size_t sizes[] = { 0, 1, 3, 4, 8, 12, 16, 20, 24, 48 };
	size_t size;
	int fds[] = { 0, NO_FD, -1 };
	uint16_t segment = 1200;

	one_control(SOL_SOCKET, SCM_RIGHTS, fds, sizeof(fds));
	for (size_t i = 0; i < ELEMENTS(types); i++)
		for (size_t k = 0; k < ELEMENTS(sizes); k++)
			one_control(SOL_SOCKET, types[i], data, sizes[k]);
	for (size_t i = 0; i < ELEMENTS(ip_types); i++)
		for (size_t k = 0; k < ELEMENTS(sizes); k++)
			one_control(SOL_IP, ip_types[i], data, sizes[k]);
	for (size_t i = 0; i < ELEMENTS(ip6_types); i++)
		one_control(SOL_IPV6, ip6_types[i], data, 20);
	one_control(17, 103, &segment, sizeof(segment));
	one_control(17, 104, &fds[1], sizeof(int));
	one_control(IPPROTO_TCP, 1, data, 4);
	one_control(SOL_PACKET, 8, data, 20);
	one_control(SOL_NETLINK, 3, data, 4);
	one_control(-1, -1, data, 4);
	size = put_control(control, 0, SOL_SOCKET, SCM_RIGHTS, fds, 4);
	size = put_control(control, size, SOL_SOCKET, SCM_CREDENTIALS, data, sizeof(struct ucred));
	try_control(control, size);
	try_control(control, size - 1);
	try_control(control, size + 5);
	try_control(control, size + 16);
	((struct cmsghdr *) control)->cmsg_len = 3;
	try_control(control, size);
	((struct cmsghdr *) control)->cmsg_len = 1 << 20;
	try_control(control, size);
	((struct cmsghdr *) control)->cmsg_len = size + 8;
	try_control(control, size);
}

static void message_round(int from, int to, const struct msghdr *sent, size_t room, int flags)
{
	struct msghdr got = {
		.msg_name = room_end(128),
		.msg_namelen = 128,
		.msg_iov = rooms(),
		.msg_iovlen = 4,
		.msg_control = room_end(room),
		.msg_controllen = room,
		.msg_flags = 0x77,
	};

	(void) syscall(SYS_sendmsg, from, page_end(sent, sizeof(*sent)), flags);
	(void) syscall(SYS_recvmsg, to, page_end(&got, sizeof(got)), MSG_CMSG_CLOEXEC);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&got); c; c = NULL)
		if (got.msg_controllen && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			(void) close(*(int *) CMSG_DATA(c));
}

static void messages(void)
{
	char control[128] = {};
	int on = 1;
	struct ucred cred = { getpid(), 0, 0 };
	struct msghdr message = { .msg_iov = vectors(4), .msg_iovlen = 4 };
	static const size_t room[] = { 256, 64, 32, 24, 20, 8, 0 };
	static const int options[] = { IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVERR, IP_RECVORIGDSTADDR };

	for (size_t i = 0; i < ELEMENTS(room); i++) {
		message.msg_control = control;
		message.msg_controllen = put_control(control, 0, SOL_SOCKET, SCM_RIGHTS, &pair[0], sizeof(int));
		message.msg_controllen =
			put_control(control, message.msg_controllen, SOL_SOCKET, SCM_CREDENTIALS, &cred, sizeof(cred));
		message_round(pair[0], pair[1], &message, room[i], 0);
	}
	message.msg_control = NULL;
	message.msg_controllen = 0;
	message_round(pair[0], pair[1], &message, 256, MSG_NOSIGNAL);
	message_round((int) udp[0], (int) udp[1], &message, 256, 0);
	for (size_t i = 0; i < ELEMENTS(options); i++)
		(void) syscall(SYS_setsockopt, udp[1], SOL_IP, options[i], &on, sizeof(on));
	message_round((int) udp[0], (int) udp[1], &message, 256, 0);
	message_round((int) udp[0], (int) udp[1], &message, 40, 0);
	(void) syscall(SYS_recvmsg, udp[1], page_end(&message, sizeof(message)), 0);
	message.msg_iovlen = 0;
	message_round((int) udp[0], (int) udp[1], &message, 256, 0);
}

static void several_messages(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(9),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct mmsghdr sent[5] = {}, got[5] = {};
	struct timespec timeout = { 0, 5000000 };

	for (unsigned n = 0; n <= 4; n++) {
		for (unsigned i = 0; i < 5; i++) {
			sent[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = vectors(i % 4), .msg_iovlen = i % 4 } };
			got[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = rooms(), .msg_iovlen = 4 }, .msg_len = 9 };
		}
		if (n == 1) {
			sent[0].msg_hdr.msg_name = &in;
			sent[0].msg_hdr.msg_namelen = sizeof(in);
		}
		got[0].msg_hdr.msg_name = room_end(128);
		got[0].msg_hdr.msg_namelen = 128;
		got[0].msg_hdr.msg_control = room_end(128);
		got[0].msg_hdr.msg_controllen = 128;
		(void) syscall(SYS_sendmmsg, udp[0], page_end(sent, n * sizeof(sent[0])), n, MSG_DONTWAIT);
		(void) syscall(SYS_recvmmsg, udp[1], page_end(got, n * sizeof(got[0])), n, MSG_DONTWAIT,
			       n == 3 ? page_end(&timeout, sizeof(timeout)) : NULL);
	}
	(void) syscall(SYS_recvmmsg, udp[1], page_end(got, sizeof(got)), 5, 0, page_end(&timeout, sizeof(timeout)));
	(void) syscall(SYS_recvmmsg, udp[1], page_end(got, sizeof(got)), 2, MSG_WAITFORONE, unreadable());
	(void) syscall(SYS_sendmmsg, NO_FD, page_end(sent, sizeof(sent)), 5, MSG_DONTWAIT);
	(void) syscall(SYS_recvmmsg, NO_FD, page_end(got, sizeof(got)), 5, 0, page_end(&timeout, sizeof(timeout)));
	(void) syscall(SYS_sendmmsg, NO_FD, NULL, 5, 0);
	(void) syscall(SYS_sendmmsg, udp[0], unreadable(), 5, 0);
	(void) syscall(SYS_sendmmsg, udp[0], page_end(sent, sizeof(sent[0])), 2, 0);
	(void) syscall(SYS_recvmmsg, NO_FD, unreadable(), -1, 0, NULL);
}

int main(void)
{
	lines_begin();
	checked("network");
	open_sockets();
	datagrams();
	plain_messages();
	control_messages();
	messages();
	several_messages();
	unchecked();
	checked("desc");
	vectored_io();
	other_vectors();
	return lines_end();
}
