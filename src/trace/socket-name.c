/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/socket-name.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "trace/names.h"
#include "trace/syscall-table.h"
#include "util/macro.h"

static bool is_zero(const uint8_t bytes[static 16])
{
	static const uint8_t zeros[16];

	return memcmp(bytes, zeros, sizeof(zeros)) == 0;
}

static void put_end(Text *t, int family, const uint8_t address[static 16], uint16_t port)
{
	char text[INET6_ADDRSTRLEN] = "";

	(void) inet_ntop(family, address, text, sizeof(text));
	if (family == AF_INET6)
		text_put_char(t, '[');
	text_put(t, text);
	if (family == AF_INET6)
		text_put_char(t, ']');
	text_put_char(t, ':');
	text_put_unsigned(t, port);
}

static bool put_inet(Text *t, const struct FileTold *told)
{
	if (told->local_port == 0 && told->remote_port == 0)
		return false;
	put_end(t, told->family, told->local, told->local_port);
	if (told->remote_port != 0 || !is_zero(told->remote)) {
		text_put(t, "->");
		put_end(t, told->family, told->remote, told->remote_port);
	}
	return true;
}

/* Abstract names begin with a NUL, and have no end but that of the address. */
static void put_unix(Text *t, const struct FileTold *told, const char *address, size_t size)
{
	bool abstract = size > 0 && address[0] == '\0';

	text_put_unsigned(t, told->file.inode);
	if (told->peer != 0) {
		text_put(t, "->");
		text_put_unsigned(t, told->peer);
	}
	if (size == 0)
		return;
	text_put(t, abstract ? ",@\"" : ",\"");
	if (abstract)
		text_put_escaped(t, address + 1, size - 1);
	else
		text_put_escaped(t, address, strnlen(address, size));
	text_put_char(t, '"');
}

static bool put_netlink(Text *t, const struct FileTold *told)
{
	const char *name = value_name(ARG_NETLINK_PROTOCOL, told->protocol);
	const char *brief = name ? startswith(name, "NETLINK_") : NULL;

	if (told->peer == 0)
		return false;
	if (brief)
		text_put(t, brief);
	else
		text_put_unsigned(t, told->protocol);
	text_put_char(t, ':');
	text_put_unsigned(t, told->peer);
	return true;
}

static bool put_address(Text *t, const struct FileTold *told, const char *address, size_t size)
{
	switch (told->family) {
	case AF_INET:
	case AF_INET6:
		return put_inet(t, told);
	case AF_UNIX:
		put_unix(t, told, address, size);
		return true;
	case AF_NETLINK:
		return put_netlink(t, told);
	default:
		return false;
	}
}

void socket_put_name(Text *t, const struct FileTold *told, const char *address, size_t size)
{
	size_t length = strnlen(told->protocol_name, sizeof(told->protocol_name));

	if (length == 0)
		text_put(t, "socket");
	else
		text_put_escaped(t, told->protocol_name, length);
	text_put(t, ":[");
	if (!put_address(t, told, address, size))
		text_put_unsigned(t, told->file.inode);
	text_put_char(t, ']');
}
