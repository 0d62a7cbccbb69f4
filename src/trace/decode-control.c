/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Control messages: a header with length, level and type, and data that depends on the two. Lengths are the caller's,
 * and any number; the kernel's rules say where the next one begins, and that it is the last if there is no room for
 * another.
 */

#include "trace/decode.h"

#include <string.h>

#include "trace/names.h"
#include "util/macro.h"

enum { LEVEL_IP = 0, LEVEL_SOCKET = 1 };

/* Types of SOL_SOCKET and of SOL_IP, <linux/socket.h> and <linux/in.h>. */
enum {
	RIGHTS = 1,
	CREDENTIALS = 2,
	SECURITY = 3,
	PIDFD = 4,
	TIMESTAMP_OLD = 29,
	TIMESTAMPNS_OLD = 35,
	TIMESTAMPING_OLD = 37,
	TIMESTAMP_NEW = 63,
	TIMESTAMPNS_NEW = 64,
	TIMESTAMPING_NEW = 65,
	TOS = 1,
	TTL = 2,
	RECVOPTS = 6,
	RETOPTS = 7,
	PKTINFO = 8,
	RECVERR = 11,
	ORIGDSTADDR = 20,
	CHECKSUM = 23,
};

enum {
	CREDENTIALS_SIZE = 12,
	PKTINFO_SIZE = 12,
	EXTENDED_ERROR_SIZE = 16,
	SOCKADDR_IN_SIZE = 16,
	TIMES = 3, /* in those of TIMESTAMPING */
};

/* One message: the data of it that was captured. */
typedef struct Control {
	const CallMemory *m;
	uint32_t at;
	uint32_t size;
	int32_t type;
} Control;

static uint32_t data32(const Control *c, unsigned offset)
{
	return offset + sizeof(uint32_t) <= c->size ? memory32(c->m, c->at + offset) : 0;
}

static void data_begin(Writer *w)
{
	writer_member(w, "cmsg_data");
}

static void put_ints(Writer *w, const Control *c, bool fds)
{
	unsigned n = c->size / (unsigned) sizeof(int32_t), max = decode_elements_max(w);

	if (n == 0)
		return;
	data_begin(w);
	writer_array_begin(w);
	for (unsigned i = 0; i < n && i < max; i++) {
		writer_element(w);
		if (fds)
			writer_fd(w, (int32_t) data32(c, i * 4), NULL);
		else
			writer_signed(w, (int32_t) data32(c, i * 4));
	}
	if (n > max)
		writer_more(w);
	writer_array_end(w);
}

static void put_bytes(Writer *w, const Control *c)
{
	unsigned max = decode_elements_max(w);

	if (c->size == 0)
		return;
	data_begin(w);
	writer_array_begin(w);
	for (unsigned i = 0; i < c->size && i < max; i++) {
		writer_element(w);
		writer_hex(w, c->m->bytes[c->at + i]);
	}
	if (c->size > max)
		writer_more(w);
	writer_array_end(w);
}

static void put_credentials(Writer *w, const Control *c)
{
	static const char *const names[] = { "pid", "uid", "gid" };

	if (c->size < CREDENTIALS_SIZE)
		return;
	data_begin(w);
	writer_struct_begin(w);
	for (unsigned i = 0; i < ELEMENTS(names); i++) {
		writer_member(w, names[i]);
		if (i == 0)
			writer_pid(w, (int32_t) data32(c, 0));
		else
			decode_id(w, data32(c, i * 4));
	}
	writer_struct_end(w);
}

/* @fraction: "tv_usec" or "tv_nsec"; @width: bytes of a number */
static void put_time_at(Writer *w, const Control *c, unsigned offset, unsigned width, const char *fraction)
{
	uint32_t at = c->at + offset;

	writer_struct_begin(w);
	writer_member_signed(w, "tv_sec", width == 4 ? (int32_t) memory32(c->m, at) : (int64_t) memory64(c->m, at));
	writer_member_unsigned(w, fraction, width == 4 ? memory32(c->m, at + width) : memory64(c->m, at + width));
	writer_struct_end(w);
}

/* One time, or several of them in an array. */
static void put_times(Writer *w, const Control *c, unsigned n, unsigned width, const char *fraction)
{
	if (c->size == 0)
		return;
	data_begin(w);
	if (c->size < n * 2 * width) {
		writer_word(w, "???");
		return;
	}
	if (n == 1) {
		put_time_at(w, c, 0, width, fraction);
		return;
	}
	writer_array_begin(w);
	for (unsigned i = 0; i < n; i++) {
		writer_element(w);
		put_time_at(w, c, i * 2 * width, width, fraction);
	}
	writer_array_end(w);
}

static void put_socket_data(Writer *w, const Decoder *d, const Control *c)
{
	unsigned old = d->machine == MACHINE_I386 ? 4 : 8;

	switch (c->type) {
	case RIGHTS:
	case PIDFD:
		put_ints(w, c, true);
		break;
	case CREDENTIALS:
		put_credentials(w, c);
		break;
	case SECURITY:
		if (c->size == 0)
			break;
		data_begin(w);
		writer_path(w, c->m->bytes + c->at, c->size, false);
		break;
	case TIMESTAMP_OLD:
	case TIMESTAMP_NEW:
		put_times(w, c, 1, c->type == TIMESTAMP_OLD ? old : 8, "tv_usec");
		break;
	case TIMESTAMPNS_OLD:
	case TIMESTAMPNS_NEW:
		put_times(w, c, 1, c->type == TIMESTAMPNS_OLD ? old : 8, "tv_nsec");
		break;
	case TIMESTAMPING_OLD:
	case TIMESTAMPING_NEW:
		put_times(w, c, TIMES, c->type == TIMESTAMPING_OLD ? old : 8, "tv_nsec");
		break;
	}
}

static void put_packet_info(Writer *w, const Control *c)
{
	if (c->size < PKTINFO_SIZE)
		return;
	data_begin(w);
	writer_struct_begin(w);
	writer_member(w, "ipi_ifindex");
	decode_interface(w, data32(c, 0));
	writer_member(w, "ipi_spec_dst");
	decode_inet_at(w, c->m->bytes + c->at + 4);
	writer_member(w, "ipi_addr");
	decode_inet_at(w, c->m->bytes + c->at + 8);
	writer_struct_end(w);
}

static void put_extended_error(Writer *w, const Control *c)
{
	static const char *const bytes[] = { "ee_origin", "ee_type", "ee_code" };

	if (c->size < EXTENDED_ERROR_SIZE + SOCKADDR_IN_SIZE)
		return;
	data_begin(w);
	writer_struct_begin(w);
	writer_member_unsigned(w, "ee_errno", data32(c, 0));
	for (unsigned i = 0; i < ELEMENTS(bytes); i++)
		writer_member_unsigned(w, bytes[i], c->m->bytes[c->at + 4 + i]);
	writer_member_unsigned(w, "ee_info", data32(c, 8));
	writer_member_unsigned(w, "ee_data", data32(c, 12));
	writer_member(w, "offender");
	decode_sockaddr_bytes(w, c->m->bytes + c->at + EXTENDED_ERROR_SIZE, SOCKADDR_IN_SIZE);
	writer_struct_end(w);
}

static void put_ip_data(Writer *w, const Control *c)
{
	switch (c->type) {
	case TOS:
	case RECVOPTS:
	case RETOPTS:
		put_bytes(w, c);
		break;
	case TTL:
	case CHECKSUM:
		put_ints(w, c, false);
		break;
	case PKTINFO:
		put_packet_info(w, c);
		break;
	case RECVERR:
		put_extended_error(w, c);
		break;
	case ORIGDSTADDR:
		if (c->size < SOCKADDR_IN_SIZE)
			break;
		data_begin(w);
		decode_sockaddr_bytes(w, c->m->bytes + c->at, c->size);
		break;
	}
}

static void put_control(Writer *w, const Decoder *d, const Control *c, uint64_t length, uint32_t level)
{
	writer_struct_begin(w);
	writer_member_unsigned(w, "cmsg_len", length);
	writer_member(w, "cmsg_level");
	writer_choice(w, value_name(ARG_SOCKET_LEVEL, level) ? ARG_SOCKET_LEVEL : ARG_CONTROL_LEVEL, level);
	writer_member(w, "cmsg_type");
	if (level == LEVEL_SOCKET) {
		writer_choice(w, ARG_SOCKET_CONTROL, (uint32_t) c->type);
		put_socket_data(w, d, c);
	} else if (level == LEVEL_IP) {
		writer_choice(w, ARG_IP_CONTROL, (uint32_t) c->type);
		put_ip_data(w, c);
	} else
		writer_hex(w, (uint32_t) c->type);
	writer_struct_end(w);
}

/* Not all is known; it goes on at an address. */
static void put_rest(Writer *w, uint64_t address)
{
	_cleanup_text_ Text text = {};

	writer_more(w);
	text_put_hex(&text, address);
	writer_comment(w, text_string(&text));
}

void decode_control(Writer *w, const Decoder *d, const CallMemory *m, uint64_t address, uint64_t size)
{
	uint32_t word = d->machine == MACHINE_I386 ? 4 : 8, header = word + 8;
	uint32_t at = 0, end = (uint32_t) MIN(m->captured, size);

	if (end < header) {
		writer_pointer(w, address);
		return;
	}
	writer_array_begin(w);
	while (end - at >= header) {
		uint64_t length = word == 4 ? memory32(m, at) : memory64(m, at);
		uint32_t left = end - at, whole = (uint32_t) MIN(length, left);
		Control c = { .m = m, .at = at + header, .size = whole > header ? whole - header : 0 };

		c.type = (int32_t) memory32(m, at + word + 4);
		writer_element(w);
		put_control(w, d, &c, length, memory32(m, at + word));
		if (length < header) {
			at += header;
			break;
		}
		at += MIN((whole + word - 1) / word * word, left);
	}
	if (end < size)
		writer_more(w);
	else if (at < end)
		put_rest(w, address + at);
	writer_array_end(w);
}
