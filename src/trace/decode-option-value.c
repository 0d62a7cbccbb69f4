/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The values of options of sockets. One that was got may be shorter than its type, and shows as much as there is. */

#include "trace/decode-option.h"

#include <string.h>

#include "trace/decode.h"
#include "trace/names.h"
#include "util/macro.h"

#define INT_SIZE 4U
#define ICMP_TYPES 32U
#define HARDWARE_ADDRESS_MAX 8U

/* A member that may be there in part, or not at all. Return: whether the next one may follow */
static bool put_int_member(Writer *w, const CallMemory *m, unsigned index, const char *name, bool is_signed)
{
	unsigned at = index * INT_SIZE;

	if (m->captured <= at)
		return false;
	writer_member(w, name);
	if (m->captured < at + INT_SIZE) {
		writer_bytes(w, m->bytes + at, m->captured - at, false);
		return false;
	}
	if (streq(name, "pid"))
		writer_pid(w, (int32_t) memory32(m, at));
	else if (is_signed)
		writer_signed(w, (int32_t) memory32(m, at));
	else
		writer_unsigned(w, memory32(m, at));
	return true;
}

static void put_ints(Writer *w, const CallMemory *m, const char *const *names, unsigned n, bool is_signed)
{
	writer_struct_begin(w);
	for (unsigned i = 0; i < n && put_int_member(w, m, i, names[i], is_signed); i++)
		;
	writer_struct_end(w);
}

static void put_membership(Writer *w, const CallMemory *m)
{
	writer_struct_begin(w);
	writer_member(w, "imr_multiaddr");
	decode_inet_at(w, m->bytes);
	writer_member(w, "imr_interface");
	decode_inet_at(w, m->bytes + 4);
	writer_struct_end(w);
}

static void put_membership6(Writer *w, const CallMemory *m)
{
	writer_struct_begin(w);
	decode_inet6_member(w, "ipv6mr_multiaddr", m->bytes);
	writer_member(w, "ipv6mr_interface");
	decode_interface(w, memory32(m, 16));
	writer_struct_end(w);
}

/* A sockaddr_storage behind an index, aligned as a word. */
static void put_group(Writer *w, const Decoder *d, const CallMemory *m)
{
	unsigned at = d->machine == MACHINE_I386 ? 4 : 8;

	writer_struct_begin(w);
	writer_member(w, "gr_interface");
	decode_interface(w, memory32(m, 0));
	writer_member(w, "gr_group");
	decode_sockaddr_bytes(w, m->bytes + at, 128);
	writer_struct_end(w);
}

static void put_packet_membership(Writer *w, const CallMemory *m)
{
	_cleanup_text_ Text address = {};
	uint16_t size = memory16(m, 6);

	for (unsigned i = 0; i < size && i < HARDWARE_ADDRESS_MAX; i++)
		text_printf(&address, "%s%02x", i > 0 ? ":" : "", m->bytes[8 + i]);
	writer_struct_begin(w);
	writer_member(w, "mr_ifindex");
	decode_interface(w, memory32(m, 0));
	writer_member(w, "mr_type");
	writer_choice(w, ARG_PACKET_MEMBERSHIP, memory16(m, 4));
	writer_member_unsigned(w, "mr_alen", size);
	writer_member(w, "mr_address");
	if (!w->style.json && w->style.constants != CONSTANTS_ABBREV)
		writer_bytes(w, m->bytes + 8, MIN(size, HARDWARE_ADDRESS_MAX), false);
	if (w->style.json || w->style.constants == CONSTANTS_ABBREV)
		writer_word(w, text_string(&address));
	else if (w->style.constants == CONSTANTS_VERBOSE)
		writer_comment(w, text_string(&address));
	writer_struct_end(w);
}

/* Types that are filtered, or where they are more than half, "~" and the others. */
static void put_icmp_filter(Writer *w, const CallMemory *m)
{
	uint32_t bits = 0;
	bool others;
	const char *between = "";

	memcpy(&bits, m->bytes, MIN(m->captured, sizeof(bits)));
	if (w->style.json) {
		writer_unsigned(w, bits);
		return;
	}
	others = __builtin_popcount(bits) > (int) ICMP_TYPES / 2;
	writer_punctuation(w, others ? "~[" : "[");
	for (unsigned i = 0; i < ICMP_TYPES; i++)
		if ((bits >> i & 1) != others) {
			writer_punctuation(w, between);
			writer_choice(w, ARG_ICMP_TYPE, i);
			between = " ";
		}
	writer_punctuation(w, "]");
}

static void put_number(Writer *w, const CallMemory *m, OptionValue value)
{
	int32_t number = (int32_t) memory32(m, 0);
	const char *error = value == VALUE_ERROR ? errno_name(number) : NULL;

	writer_reference_begin(w);
	if (value == VALUE_REHASH)
		writer_choice(w, ARG_TX_REHASH, (uint32_t) number);
	else if (error)
		writer_named(w, (uint64_t) (int64_t) number, BASE_DECIMAL, error);
	else
		writer_signed(w, number);
	writer_reference_end(w);
}

/* Return: bytes that a value to be set must have; 0 if it may have any */
static unsigned value_size(const Decoder *d, OptionValue value)
{
	bool i386 = d->machine == MACHINE_I386;

	switch (value) {
	case VALUE_INT:
	case VALUE_REHASH:
		return INT_SIZE;
	case VALUE_LINGER:
	case VALUE_MEMBERSHIP:
		return 8;
	case VALUE_MEMBERSHIP6:
		return 20;
	case VALUE_PROGRAM:
		return i386 ? 8 : 16;
	case VALUE_PACKET_MEMBERSHIP:
	case VALUE_RING:
		return 16;
	case VALUE_GROUP:
		return i386 ? 132 : 136;
	default:
		return 0;
	}
}

/* Return: whether the kernel, or strace, would have taken one of that length. */
static bool may_be_set(const Decoder *d, OptionValue value, int32_t length)
{
	int32_t size = (int32_t) value_size(d, value);

	if (value == VALUE_TEXT)
		return true;
	if (value == VALUE_PROGRAM || value == VALUE_PACKET_MEMBERSHIP || value == VALUE_RING)
		return length == size;
	return length >= size && length > 0;
}

static void put_value(Writer *w, const Decoder *d, const CallMemory *m, OptionValue value)
{
	static const char *const linger[] = { "l_onoff", "l_linger" };
	static const char *const statistics[] = { "tp_packets", "tp_drops" };
	static const char *const ring[] = { "tp_block_size", "tp_block_nr", "tp_frame_size", "tp_frame_nr" };
	static const char *const credentials[] = { "pid", "uid", "gid" };

	switch (value) {
	case VALUE_LINGER:
		put_ints(w, m, linger, ELEMENTS(linger), true);
		break;
	case VALUE_CREDENTIALS:
		put_ints(w, m, credentials, ELEMENTS(credentials), true);
		break;
	case VALUE_STATISTICS:
		put_ints(w, m, statistics, ELEMENTS(statistics), false);
		break;
	case VALUE_RING:
		put_ints(w, m, ring, ELEMENTS(ring), false);
		break;
	case VALUE_PROGRAM:
		decode_sock_fprog(w, d, 3, m); /* of the value, the fourth argument */
		break;
	case VALUE_MEMBERSHIP:
		put_membership(w, m);
		break;
	case VALUE_MEMBERSHIP6:
		put_membership6(w, m);
		break;
	case VALUE_GROUP:
		put_group(w, d, m);
		break;
	case VALUE_PACKET_MEMBERSHIP:
		put_packet_membership(w, m);
		break;
	case VALUE_ICMP_FILTER:
		put_icmp_filter(w, m);
		break;
	case VALUE_TEXT:
		writer_string(w, m->bytes, m->captured, memory_is_cut(m));
		break;
	default:
		writer_bytes(w, m->bytes, m->captured, false);
	}
}

static bool is_number(OptionValue value, uint32_t size)
{
	if (value == VALUE_TEXT)
		return size == INT_SIZE;
	return (value == VALUE_INT || value == VALUE_ERROR || value == VALUE_REHASH) && size >= INT_SIZE;
}

void decode_option_in(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	OptionValue value = option_value((uint32_t) arg_value(d, i - 2), (uint32_t) arg_value(d, i - 1), true);

	if (!may_be_set(d, value, (int32_t) arg_value(d, i + 1)) || m->captured < value_size(d, value))
		decode_address(w, d, i);
	else if (is_number(value, m->captured))
		put_number(w, m, value);
	else
		put_value(w, d, m, value);
}

/* -1 is a length that some protocols take. */
void decode_option_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	OptionValue value = option_value((uint32_t) arg_value(d, i - 2), (uint32_t) arg_value(d, i - 1), false);
	const CallMemory *length = call_memory(d->call, i + 1);

	if (m->captured == 0 || value == VALUE_ADDRESS || (length && (int32_t) memory32(length, 0) < 0))
		decode_address(w, d, i);
	else if (is_number(value, m->captured))
		put_number(w, m, value);
	else
		put_value(w, d, m, value);
}
