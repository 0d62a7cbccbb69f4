/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/made.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

TEST(unix_addresses_end_where_the_kernel_says)
{
	_cleanup_text_ Text t = {};
	struct sockaddr_un path = { .sun_family = AF_UNIX, .sun_path = "/run/x" };
	struct sockaddr_un abstract = { .sun_family = AF_UNIX, .sun_path = "\0abc\0d" };

	CHECK_STRING(MADE(&t, "connect", NOWHERE, P(&path), sizeof(path)),
		     "connect(77, {sa_family=AF_UNIX, sun_path=\"/run/x\"}, 110)" BADF);
	CHECK_STRING(MADE(&t, "connect", NOWHERE, P(&path), 5),
		     "connect(77, {sa_family=AF_UNIX, sun_path=\"/ru\"}, 5)" BADF);
	CHECK_STRING(MADE(&t, "connect", NOWHERE, P(&path), 2), "connect(77, {sa_family=AF_UNIX}, 2)" BADF);
	CHECK_STRING(MADE(&t, "connect", NOWHERE, P(&abstract), 8),
		     "connect(77, {sa_family=AF_UNIX, sun_path=@\"abc\\0d\"}, 8)" BADF);
	CHECK_STRING(MADE(&t, "connect", NOWHERE, P(&abstract), 3),
		     "connect(77, {sa_family=AF_UNIX, sun_path=@\"\"}, 3)" BADF);
	CHECK(startswith(MADE(&t, "connect", NOWHERE, P(&path), -1ULL), "connect(77, 0x"));
	CHECK_STRING(MADE(&t, "connect", NOWHERE, 0, 16), "connect(77, NULL, 16)" BADF);
	CHECK_STRING(MADE(&t, "connect", NOWHERE, 0x1000, 16), "connect(77, 0x1000, 16)" BADF);
}

TEST(internet_addresses_are_spelled_out)
{
	_cleanup_text_ Text t = {};
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(5432), .sin_addr.s_addr = htonl(0x0a000007),
	};
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(80), .sin6_flowinfo = htonl(5), .sin6_scope_id = 2,
		.sin6_addr = { { { 0xfe, 0x80, [15] = 1 } } },
	};

	CHECK_STRING(MADE(&t, "bind", NOWHERE, P(&in), sizeof(in)),
		     "bind(77, {sa_family=AF_INET, sin_port=htons(5432), sin_addr=inet_addr(\"10.0.0.7\")}, 16)" BADF);
	in.sin_port = htons(80);
	CHECK_STRING(MADE(&t, "bind", NOWHERE, P(&in), 8),
		     "bind(77, {sa_family=AF_INET, sa_data=\"\\0P\\n\\0\\0\\7\"}, 8)" BADF);
	in.sin_port = htons(5432);
	CHECK_STRING(MADE(&t, "bind", NOWHERE, P(&in6), sizeof(in6)),
		     "bind(77, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(5), "
		     "inet_pton(AF_INET6, \"fe80::1\", &sin6_addr), sin6_scope_id=2}, 28)" BADF);
	CHECK_STRING(MADE(&t, "bind", NOWHERE, P(&in6), 24),
		     "bind(77, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(5), "
		     "inet_pton(AF_INET6, \"fe80::1\", &sin6_addr)}, 24)" BADF);
	CHECK_STRING(MADE(&t, "sendto", NOWHERE, P("hello"), 5, MSG_NOSIGNAL, P(&in), sizeof(in)),
		     "sendto(77, \"hello\", 5, MSG_NOSIGNAL, {sa_family=AF_INET, sin_port=htons(5432), "
		     "sin_addr=inet_addr(\"10.0.0.7\")}, 16)" BADF);
}

TEST(other_addresses_show_their_bytes)
{
	_cleanup_text_ Text t = {};
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_pid = 5, .nl_groups = 0x11 };
	uint16_t other[4] = { 77, 0x0201 };

	CHECK_STRING(MADE(&t, "bind", NOWHERE, P(&nl), sizeof(nl)),
		     "bind(77, {sa_family=AF_NETLINK, nl_pid=5, nl_groups=0x000011}, 12)" BADF);
	nl.nl_groups = 0;
	CHECK_STRING(MADE(&t, "bind", NOWHERE, P(&nl), sizeof(nl)),
		     "bind(77, {sa_family=AF_NETLINK, nl_pid=5, nl_groups=00000000}, 12)" BADF);
	nl.nl_groups = 0x12345678;
	CHECK_STRING(MADE(&t, "bind", NOWHERE, P(&nl), sizeof(nl)),
		     "bind(77, {sa_family=AF_NETLINK, nl_pid=5, nl_groups=0x12345678}, 12)" BADF);
	CHECK_STRING(MADE(&t, "bind", NOWHERE, P(other), 8),
		     "bind(77, {sa_family=0x4d /* AF_??? */, sa_data=\"\\1\\2\\0\\0\\0\\0\"}, 8)" BADF);
}

int main(void)
{
	if (uname(&host) < 0)
		return EXIT_FAILURE;
	RUN(unix_addresses_end_where_the_kernel_says);
	RUN(internet_addresses_are_spelled_out);
	RUN(other_addresses_show_their_bytes);
	return test_done();
}
