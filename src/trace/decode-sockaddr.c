/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include <arpa/inet.h>
#include <string.h>


/* Offsets and sizes are those of <linux/un.h>, <linux/in.h>, <linux/in6.h> and <linux/netlink.h>. */
enum {
	SOCKADDR_SIZE_MAX = 128, /* sockaddr_storage */
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

static void put_port(Writer *w, const char *name, const uint8_t *port)
{
	unsigned number = ntohs(read16(port));

	writer_member(w, name);
	writer_punctuation(w, "htons(");
	writer_unsigned(w, number);
	writer_punctuation(w, ")");
}

static void put_unix(Writer *w, const uint8_t *path, unsigned size)
{
	if (size == 0)
		return;
	writer_member(w, "sun_path");
	if (path[0] == '\0') {
		writer_abstract(w, path + 1, size - 1);
		return;
	}
	writer_path(w, path, strnlen((const char *) path, size), false);
}

static void put_inet(Writer *w, const uint8_t *bytes)
{
	char address[INET_ADDRSTRLEN];

	put_port(w, "sin_port", bytes + 2);
	writer_member(w, "sin_addr");
	writer_punctuation(w, "inet_addr(");
	if (inet_ntop(AF_INET, bytes + 4, address, sizeof(address)))
		writer_path(w, address, strlen(address), false);
	writer_punctuation(w, ")");
}

static void put_inet6(Writer *w, const uint8_t *bytes, unsigned size)
{
	char address[INET6_ADDRSTRLEN];

	put_port(w, "sin6_port", bytes + 2);
	writer_member(w, "sin6_flowinfo");
	writer_punctuation(w, "htonl(");
	writer_unsigned(w, ntohl(read32(bytes + 4)));
	writer_punctuation(w, ")");
	writer_member_form(w, "sin6_addr", "inet_pton(AF_INET6, ");
	if (inet_ntop(AF_INET6, bytes + 8, address, sizeof(address)))
		writer_path(w, address, strlen(address), false);
	writer_punctuation(w, ", &sin6_addr)");
	if (size < INET6_SCOPE_SIZE)
		return;
	writer_member(w, "sin6_scope_id");
	writer_unsigned(w, read32(bytes + INET6_SIZE));
}

/* Groups as strace has them, eight characters wide: 0x000011, 00000000. */
static void put_netlink(Writer *w, const uint8_t *bytes)
{
	uint32_t groups = read32(bytes + 8);
	_cleanup_text_ Text form = {};

	writer_member(w, "nl_pid");
	writer_signed(w, (int32_t) read32(bytes + 4));
	writer_member(w, "nl_groups");
	text_printf(&form, "%#08x", groups);
	if (w->style.json)
		writer_unsigned(w, groups);
	else
		writer_punctuation(w, text_string(&form));
}

static void put_data(Writer *w, const uint8_t *data, unsigned size)
{
	if (size == 0)
		return;
	writer_member(w, "sa_data");
	writer_path(w, data, size, false);
}

void decode_sockaddr_bytes(Writer *w, const uint8_t *bytes, unsigned size)
{
	uint16_t family = read16(bytes);

	writer_struct_begin(w);
	writer_member(w, "sa_family");
	writer_choice(w, ARG_SOCKET_FAMILY, family);
	if (family == UNIX)
		put_unix(w, bytes + FAMILY_SIZE, size - FAMILY_SIZE);
	else if (family == INET && size >= INET_SIZE)
		put_inet(w, bytes);
	else if (family == INET6 && size >= INET6_SIZE)
		put_inet6(w, bytes, size);
	else if (family == NETLINK && size >= NETLINK_SIZE)
		put_netlink(w, bytes);
	else
		put_data(w, bytes + FAMILY_SIZE, size - FAMILY_SIZE);
	writer_struct_end(w);
}

/* The kernel refuses longer ones unread. */
void decode_sockaddr(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint32_t size = (uint32_t) arg_value(d, d->syscall->args[i].length);

	if (size > SOCKADDR_SIZE_MAX || m->captured < FAMILY_SIZE)
		decode_address(w, d, i);
	else
		decode_sockaddr_bytes(w, m->bytes, m->captured);
}
