/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include <arpa/inet.h>
#include <string.h>

#include "trace/names.h"
#include "util/macro.h"

/*
 * Offsets and sizes are those of <linux/un.h>, <linux/in.h>, <linux/in6.h>, <linux/netlink.h>, <linux/if_packet.h> and
 * <linux/vm_sockets.h>.
 */
enum {
	SOCKADDR_SIZE_MAX = 128, /* sockaddr_storage */
	FAMILY_SIZE = 2,
	UNIX = 1,
	UNIX_PATH_SIZE = 108,
	INET = 2,
	INET_SIZE = 16,
	INET6 = 10,
	INET6_SIZE = 24, /* without the scope, which came later */
	NETLINK = 16,
	NETLINK_SIZE = 12,
	PACKET = 17,
	PACKET_SIZE = 20,
	PACKET_ADDRESS_MAX = 8,
	VSOCK = 40,
	VSOCK_SIZE = 16,
	LOOPBACK_INDEX = 1, /* the kernel gives that number to nothing else */
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

/*
 * What is in the byte order of the network has a form that says so. Where constants are shown as numbers, their bytes
 * are before it. Return: whether the form is wanted
 */
static bool form_begin(Writer *w, const uint8_t *bytes, unsigned size)
{
	if (w->style.json || w->style.constants == CONSTANTS_ABBREV)
		return true;
	writer_bytes(w, bytes, size, false);
	if (w->style.constants == CONSTANTS_VERBOSE)
		writer_punctuation(w, " /* ");
	return w->style.constants == CONSTANTS_VERBOSE;
}

static void form_end(Writer *w)
{
	if (w->style.constants == CONSTANTS_VERBOSE)
		writer_punctuation(w, " */");
}

static void put_port(Writer *w, const char *name, const uint8_t *port)
{
	writer_member(w, name);
	if (!form_begin(w, port, sizeof(uint16_t)))
		return;
	writer_punctuation(w, "htons(");
	writer_unsigned(w, ntohs(read16(port)));
	writer_punctuation(w, ")");
	form_end(w);
}

static void put_unix(Writer *w, const uint8_t *path, unsigned size)
{
	size = MIN(size, (unsigned) UNIX_PATH_SIZE);
	if (size == 0)
		return;
	writer_member(w, "sun_path");
	if (path[0] == '\0') {
		writer_abstract(w, path + 1, size - 1);
		return;
	}
	writer_path(w, path, strnlen((const char *) path, size), false);
}

void decode_interface(Writer *w, uint32_t index)
{
	if (index != LOOPBACK_INDEX || w->style.json || w->style.constants == CONSTANTS_RAW) {
		writer_unsigned(w, index);
		return;
	}
	if (w->style.constants == CONSTANTS_VERBOSE) {
		writer_unsigned(w, index);
		writer_punctuation(w, " /* ");
	}
	writer_punctuation(w, "if_nametoindex(");
	writer_path(w, "lo", 2, false);
	writer_punctuation(w, ")");
	form_end(w);
}

void decode_inet_at(Writer *w, const uint8_t *bytes)
{
	char address[INET_ADDRSTRLEN];

	if (!form_begin(w, bytes, sizeof(struct in_addr)))
		return;
	writer_punctuation(w, "inet_addr(");
	if (inet_ntop(AF_INET, bytes, address, sizeof(address)))
		writer_path(w, address, strlen(address), false);
	writer_punctuation(w, ")");
	form_end(w);
}

void decode_inet6_member(Writer *w, const char *name, const uint8_t *bytes)
{
	char address[INET6_ADDRSTRLEN];

	if (w->style.json || w->style.constants == CONSTANTS_ABBREV)
		writer_member_form(w, name, "");
	else
		writer_member(w, name);
	if (!form_begin(w, bytes, sizeof(struct in6_addr)))
		return;
	writer_punctuation(w, "inet_pton(AF_INET6, ");
	if (inet_ntop(AF_INET6, bytes, address, sizeof(address)))
		writer_path(w, address, strlen(address), false);
	if (w->style.constants == CONSTANTS_ABBREV) {
		writer_punctuation(w, ", &");
		writer_punctuation(w, name);
	}
	writer_punctuation(w, ")");
	form_end(w);
}

static void put_inet(Writer *w, const uint8_t *bytes)
{
	put_port(w, "sin_port", bytes + 2);
	writer_member(w, "sin_addr");
	decode_inet_at(w, bytes + 4);
}

/* Of addresses that mean something on one link alone. */
static bool is_link_local(const uint8_t *address)
{
	return (address[0] == 0xfe && (address[1] & 0xc0) == 0x80) || (address[0] == 0xff && (address[1] & 0xf) == 2);
}

static void put_flow(Writer *w, const uint8_t *bytes)
{
	if (!form_begin(w, bytes, sizeof(uint32_t)))
		return;
	writer_punctuation(w, "htonl(");
	writer_unsigned(w, ntohl(read32(bytes)));
	writer_punctuation(w, ")");
	form_end(w);
}

static void put_inet6(Writer *w, const uint8_t *bytes, unsigned size)
{
	uint32_t scope = 0;

	put_port(w, "sin6_port", bytes + 2);
	writer_member(w, "sin6_flowinfo");
	put_flow(w, bytes + 4);
	decode_inet6_member(w, "sin6_addr", bytes + 8);
	if (size == INET6_SIZE)
		return;
	memcpy(&scope, bytes + INET6_SIZE, MIN(size - INET6_SIZE, sizeof(scope)));
	writer_member(w, "sin6_scope_id");
	if (is_link_local(bytes + 8))
		decode_interface(w, scope);
	else
		writer_unsigned(w, scope);
}

/* Groups as strace has them, eight characters wide: 0x000011, 00000000. */
static void put_netlink(Writer *w, const uint8_t *bytes)
{
	uint32_t groups = read32(bytes + 8);
	_cleanup_text_ Text form = {};

	if (read16(bytes + 2) != 0)
		writer_member_hex(w, "nl_pad", read16(bytes + 2));
	writer_member(w, "nl_pid");
	writer_pid(w, (int32_t) read32(bytes + 4));
	writer_member(w, "nl_groups");
	text_printf(&form, "%#08x", groups);
	if (w->style.json)
		writer_unsigned(w, groups);
	else
		writer_punctuation(w, text_string(&form));
}

void decode_ether_protocol(Writer *w, uint16_t value)
{
	writer_punctuation(w, "htons(");
	writer_choice(w, ARG_ETHER_PROTOCOL, ntohs(value));
	writer_punctuation(w, ")");
}

static void put_packet_address(Writer *w, const uint8_t *address, unsigned size)
{
	writer_member(w, "sll_addr");
	writer_array_begin(w);
	for (unsigned i = 0; i < size && i < PACKET_ADDRESS_MAX; i++) {
		writer_element(w);
		writer_hex(w, address[i]);
	}
	if (size > PACKET_ADDRESS_MAX)
		writer_more(w);
	writer_array_end(w);
}

/* In a comment the name is without another one around its number. */
static void put_protocol(Writer *w, const uint8_t *bytes)
{
	Constants constants = w->style.constants;

	if (!form_begin(w, bytes, sizeof(uint16_t)))
		return;
	w->style.constants = CONSTANTS_ABBREV;
	decode_ether_protocol(w, read16(bytes));
	w->style.constants = constants;
	form_end(w);
}

static void put_packet(Writer *w, const uint8_t *bytes)
{
	uint8_t size = bytes[11];

	writer_member(w, "sll_protocol");
	put_protocol(w, bytes + 2);
	writer_member(w, "sll_ifindex");
	decode_interface(w, read32(bytes + 4));
	writer_member(w, "sll_hatype");
	writer_choice(w, ARG_HARDWARE_TYPE, read16(bytes + 8));
	writer_member(w, "sll_pkttype");
	writer_choice(w, ARG_PACKET_TYPE, bytes[10]);
	writer_member_unsigned(w, "sll_halen", size);
	if (size > 0)
		put_packet_address(w, bytes + 12, size);
}

static void put_vsock(Writer *w, const uint8_t *bytes)
{
	uint32_t port = read32(bytes + 4), cid = read32(bytes + 8);

	writer_member(w, "svm_cid");
	writer_named(w, cid, BASE_HEX, value_name(ARG_VSOCK_CID, cid));
	writer_member(w, "svm_port");
	writer_named(w, port, BASE_HEX, port == UINT32_MAX ? "VMADDR_PORT_ANY" : NULL);
	writer_member_flags(w, "svm_flags", ARG_VSOCK_FLAGS, bytes[12]);
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
	else if (family == PACKET && size >= PACKET_SIZE)
		put_packet(w, bytes);
	else if (family == VSOCK && size >= VSOCK_SIZE)
		put_vsock(w, bytes);
	else
		put_data(w, bytes + FAMILY_SIZE, size - FAMILY_SIZE);
	writer_struct_end(w);
}

/* The kernel refuses longer ones unread. One that cannot be read to its end is no address. */
void decode_sockaddr(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	int32_t size = (int32_t) arg_value(d, LENGTH_INDEX(d->syscall->args[i].length));

	if (size < (int32_t) FAMILY_SIZE || m->captured < MIN((uint32_t) size, (uint32_t) SOCKADDR_SIZE_MAX))
		decode_address(w, d, i);
	else
		decode_sockaddr_bytes(w, m->bytes, m->captured);
}

/* What was captured is no longer than the caller's room, and than the kernel says that the address is. */
void decode_sockaddr_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	if (m->captured < FAMILY_SIZE)
		decode_address(w, d, i);
	else
		decode_sockaddr_bytes(w, m->bytes, m->captured);
}

void decode_change(Writer *w, int64_t before, int64_t after)
{
	if (before == after) {
		writer_signed(w, before);
		return;
	}
	writer_change_begin(w);
	writer_signed(w, before);
	writer_change_after(w);
	writer_signed(w, after);
	writer_change_end(w);
}

/* The length of what the argument before points to. Where nobody wants an address, none of its length is said. */
void decode_socklen(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *after = call_memory(d->call, MEMORY_AFTER(i));
	int32_t before = (int32_t) memory32(m, 0);

	if (arg_value(d, i - 1) == 0 && d->syscall->args[i - 1].kind == ARG_SOCKADDR_OUT) {
		decode_address(w, d, i);
		return;
	}
	writer_reference_begin(w);
	decode_change(w, before, after && after->captured >= sizeof(uint32_t) ? (int32_t) memory32(after, 0) : before);
	writer_reference_end(w);
}
