/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include <arpa/inet.h>
#include <string.h>

#include "trace/names.h"
#include "util/macro.h"

/* Offsets and sizes are those of <linux/un.h>, <linux/in.h>, <linux/in6.h> and <linux/netlink.h>. */
enum {
	FAMILY_SIZE = 2,
	UNIX = 1,
	INET = 2,
	INET_SIZE = 16,
	INET6 = 10,
	INET6_SIZE = 24, /* without the scope, which came later */
	INET6_SCOPE_SIZE = 28,
	NETLINK = 16,
	NETLINK_SIZE = 12,
};

static uint16_t read16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint32_t read32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void put_port(Text *t, const char *name, const uint8_t *port)
{
	text_put(t, name);
	text_put_unsigned(t, ntohs(read16(port)));
	text_put_char(t, ')');
}

static void put_unix(Text *t, const uint8_t *path, unsigned size)
{
	bool abstract;

	if (size == 0)
		return;
	abstract = path[0] == '\0';
	text_put(t, abstract ? ", sun_path=@\"" : ", sun_path=\"");
	if (abstract)
		text_put_escaped(t, path + 1, size - 1);
	else
		text_put_escaped(t, path, strnlen((const char *) path, size));
	text_put_char(t, '"');
}

static void put_inet(Text *t, const uint8_t *bytes)
{
	put_port(t, ", sin_port=htons(", bytes + 2);
	text_put(t, ", sin_addr=inet_addr(\"");
	for (unsigned i = 0; i < 4; i++) {
		if (i > 0)
			text_put_char(t, '.');
		text_put_unsigned(t, bytes[4 + i]);
	}
	text_put(t, "\")");
}

static void put_inet6(Text *t, const uint8_t *bytes, unsigned size)
{
	char address[INET6_ADDRSTRLEN];

	put_port(t, ", sin6_port=htons(", bytes + 2);
	text_put(t, ", sin6_flowinfo=htonl(");
	text_put_unsigned(t, ntohl(read32(bytes + 4)));
	text_put(t, "), inet_pton(AF_INET6, \"");
	if (inet_ntop(AF_INET6, bytes + 8, address, sizeof(address)))
		text_put(t, address);
	text_put(t, "\", &sin6_addr)");
	if (size < INET6_SCOPE_SIZE)
		return;
	text_put(t, ", sin6_scope_id=");
	text_put_unsigned(t, read32(bytes + INET6_SIZE));
}

/* Groups as strace has them, eight characters wide: 0x000011, 00000000. */
static void put_netlink(Text *t, const uint8_t *bytes)
{
	uint32_t groups = read32(bytes + 8);
	unsigned digits = 6;

	text_put(t, ", nl_pid=");
	text_put_signed(t, (int32_t) read32(bytes + 4));
	text_put(t, ", nl_groups=");
	text_put(t, groups > 0 ? "0x" : "00");
	while (digits < 8 && groups >> (digits * 4))
		digits++;
	while (digits-- > 0)
		text_put_char(t, "0123456789abcdef"[groups >> (digits * 4) & 0xf]);
}

static void put_data(Text *t, const uint8_t *data, unsigned size)
{
	if (size == 0)
		return;
	text_put(t, ", sa_data=\"");
	text_put_escaped(t, data, size);
	text_put_char(t, '"');
}

void decode_sockaddr(Text *t, const uint8_t *bytes, unsigned size)
{
	uint16_t family = read16(bytes);

	text_put(t, "{sa_family=");
	value_put(t, ARG_SOCKET_FAMILY, family);
	if (family == UNIX)
		put_unix(t, bytes + FAMILY_SIZE, size - FAMILY_SIZE);
	else if (family == INET && size >= INET_SIZE)
		put_inet(t, bytes);
	else if (family == INET6 && size >= INET6_SIZE)
		put_inet6(t, bytes, size);
	else if (family == NETLINK && size >= NETLINK_SIZE)
		put_netlink(t, bytes);
	else
		put_data(t, bytes + FAMILY_SIZE, size - FAMILY_SIZE);
	text_put_char(t, '}');
}
