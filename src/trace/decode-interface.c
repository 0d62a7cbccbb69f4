/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What requests of ioctl() to network interfaces have in memory: struct ifreq and struct ifconf of <linux/if.h>. */

#include "trace/decode.h"

#include <string.h>

#include "util/macro.h"

enum {
	NAME_BYTES = 16,
	ADDRESS_SIZE = 16,
	HARDWARE_SIZE = 14, /* sa_data */
	IFREQ_SIZE = 40,
	IFREQ_SIZE_I386 = 32,
};

typedef enum Member {
	MEMBER_NONE, /* the name alone */
	MEMBER_ADDRESS,
	MEMBER_FLAGS,
	MEMBER_NUMBER,
	MEMBER_HARDWARE,
	MEMBER_NAME,
	MEMBER_MAP,
} Member;

/* What is behind the name. Of what is asked for, it is there once the call has succeeded. */
static const struct {
	uint16_t request;
	bool asked;
	Member member;
	const char *name;
} requests[] = {
	{ 0x8913, true, MEMBER_FLAGS, "ifr_flags" },        /* SIOCGIFFLAGS */
	{ 0x8914, false, MEMBER_FLAGS, "ifr_flags" },       /* SIOCSIFFLAGS */
	{ 0x8915, true, MEMBER_ADDRESS, "ifr_addr" },       /* SIOCGIFADDR */
	{ 0x8916, false, MEMBER_ADDRESS, "ifr_addr" },      /* SIOCSIFADDR */
	{ 0x8917, true, MEMBER_ADDRESS, "ifr_dstaddr" },    /* SIOCGIFDSTADDR */
	{ 0x8918, false, MEMBER_ADDRESS, "ifr_dstaddr" },   /* SIOCSIFDSTADDR */
	{ 0x8919, true, MEMBER_ADDRESS, "ifr_broadaddr" },  /* SIOCGIFBRDADDR */
	{ 0x891a, false, MEMBER_ADDRESS, "ifr_broadaddr" }, /* SIOCSIFBRDADDR */
	{ 0x891b, true, MEMBER_ADDRESS, "ifr_netmask" },    /* SIOCGIFNETMASK */
	{ 0x891c, false, MEMBER_ADDRESS, "ifr_netmask" },   /* SIOCSIFNETMASK */
	{ 0x891d, true, MEMBER_NUMBER, "ifr_metric" },      /* SIOCGIFMETRIC */
	{ 0x891e, false, MEMBER_NUMBER, "ifr_metric" },     /* SIOCSIFMETRIC */
	{ 0x8921, true, MEMBER_NUMBER, "ifr_mtu" },         /* SIOCGIFMTU */
	{ 0x8922, false, MEMBER_NUMBER, "ifr_mtu" },        /* SIOCSIFMTU */
	{ 0x8923, false, MEMBER_NAME, "ifr_newname" },      /* SIOCSIFNAME */
	{ 0x8924, false, MEMBER_HARDWARE, "ifr_hwaddr" },   /* SIOCSIFHWADDR */
	{ 0x8927, true, MEMBER_HARDWARE, "ifr_hwaddr" },    /* SIOCGIFHWADDR */
	{ 0x8929, true, MEMBER_NAME, "ifr_slave" },         /* SIOCGIFSLAVE */
	{ 0x8930, false, MEMBER_NAME, "ifr_slave" },        /* SIOCSIFSLAVE */
	{ 0x8931, false, MEMBER_HARDWARE, "ifr_hwaddr" },   /* SIOCADDMULTI */
	{ 0x8932, false, MEMBER_HARDWARE, "ifr_hwaddr" },   /* SIOCDELMULTI */
	{ 0x8933, true, MEMBER_NUMBER, "ifr_ifindex" },     /* SIOCGIFINDEX */
	{ 0x8937, false, MEMBER_HARDWARE, "ifr_hwaddr" },   /* SIOCSIFHWBROADCAST */
	{ 0x8942, true, MEMBER_NUMBER, "ifr_qlen" },        /* SIOCGIFTXQLEN */
	{ 0x8943, false, MEMBER_NUMBER, "ifr_qlen" },       /* SIOCSIFTXQLEN */
	{ 0x8970, true, MEMBER_MAP, "ifr_map" },            /* SIOCGIFMAP */
	{ 0x8971, false, MEMBER_MAP, "ifr_map" },           /* SIOCSIFMAP */
};

/* The kernel reads one byte less. */
static void put_name(Writer *w, const char *member, const uint8_t *bytes)
{
	size_t size = strnlen((const char *) bytes, NAME_BYTES);

	writer_member(w, member);
	writer_path(w, bytes, MIN(size, (size_t) NAME_BYTES - 1), size == NAME_BYTES);
}

static unsigned hardware_size(uint16_t type)
{
	enum { NETROM = 0, ETHER = 1, LOOPBACK = 772, ETHER_SIZE = 6, NETROM_SIZE = 7 };

	return type == ETHER || type == LOOPBACK ? ETHER_SIZE : type == NETROM ? NETROM_SIZE : HARDWARE_SIZE;
}

static void put_hardware(Writer *w, const CallMemory *m)
{
	uint16_t type = memory16(m, NAME_BYTES);
	_cleanup_text_ Text address = {};

	for (unsigned i = 0; i < hardware_size(type); i++)
		text_printf(&address, "%s%02x", i > 0 ? ":" : "", m->bytes[NAME_BYTES + 2 + i]);
	writer_struct_begin(w);
	writer_member(w, "sa_family");
	writer_choice(w, ARG_HARDWARE_TYPE, type);
	writer_member(w, "sa_data");
	if (w->style.json || w->style.constants == CONSTANTS_ABBREV)
		writer_word(w, text_string(&address));
	else
		writer_bytes(w, m->bytes + NAME_BYTES + 2, HARDWARE_SIZE, false);
	if (w->style.constants == CONSTANTS_VERBOSE)
		writer_comment(w, text_string(&address));
	writer_struct_end(w);
}

static void put_map(Writer *w, const Decoder *d, const CallMemory *m)
{
	unsigned word = d->machine == MACHINE_I386 ? 4 : 8, at = NAME_BYTES + 2 * word;

	writer_struct_begin(w);
	writer_member_hex(w, "mem_start", memory_word(d, m, NAME_BYTES / word));
	writer_member_hex(w, "mem_end", memory_word(d, m, NAME_BYTES / word + 1));
	writer_member_hex(w, "base_addr", memory16(m, at));
	writer_member_hex(w, "irq", m->bytes[at + 2]);
	writer_member_hex(w, "dma", m->bytes[at + 3]);
	writer_member_hex(w, "port", m->bytes[at + 4]);
	writer_struct_end(w);
}

static void put_member(Writer *w, const Decoder *d, const CallMemory *m, size_t i)
{
	if (requests[i].member == MEMBER_NAME) {
		put_name(w, requests[i].name, m->bytes + NAME_BYTES);
		return;
	}
	writer_member(w, requests[i].name);
	switch (requests[i].member) {
	case MEMBER_ADDRESS:
		decode_sockaddr_bytes(w, m->bytes + NAME_BYTES, ADDRESS_SIZE);
		break;
	case MEMBER_FLAGS:
		writer_flags(w, ARG_INTERFACE_FLAGS, memory16(m, NAME_BYTES));
		break;
	case MEMBER_HARDWARE:
		put_hardware(w, m);
		break;
	case MEMBER_MAP:
		put_map(w, d, m);
		break;
	default:
		writer_signed(w, (int32_t) memory32(m, NAME_BYTES));
	}
}

void decode_ifreq(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint32_t request = (uint32_t) arg_value(d, 1);
	const CallMemory *after = memory_after(d, i, NAME_BYTES + ADDRESS_SIZE);

	writer_struct_begin(w);
	put_name(w, "ifr_name", m->bytes);
	for (size_t k = 0; k < ELEMENTS(requests); k++) {
		if (requests[k].request != request)
			continue;
		if (!requests[k].asked)
			put_member(w, d, m, k);
		else if (after)
			put_member(w, d, after, k);
	}
	writer_struct_end(w);
}

/* SIOCGIFNAME, and those in which the name is no matter. */
void decode_ifindex(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *after = memory_after(d, i, NAME_BYTES + ADDRESS_SIZE);

	writer_struct_begin(w);
	writer_member_signed(w, "ifr_ifindex", (int32_t) memory32(m, NAME_BYTES));
	if (after)
		put_name(w, "ifr_name", after->bytes);
	writer_struct_end(w);
}

static unsigned ifreq_size(const Decoder *d)
{
	return d->machine == MACHINE_I386 ? IFREQ_SIZE_I386 : IFREQ_SIZE;
}

static void put_length(Writer *w, const Decoder *d, uint32_t length)
{
	_cleanup_text_ Text said = {};

	writer_signed(w, (int32_t) length);
	if (length < ifreq_size(d))
		return;
	text_printf(&said, "%u * sizeof(struct ifreq)", length / ifreq_size(d));
	writer_comment(w, text_string(&said));
}

static void put_interface(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	(void) d;
	writer_struct_begin(w);
	put_name(w, "ifr_name", m->bytes + offset);
	writer_member(w, "ifr_addr");
	decode_sockaddr_bytes(w, m->bytes + offset + NAME_BYTES, ADDRESS_SIZE);
	writer_struct_end(w);
}

/* A length of the interfaces, and after the call of those that there are. */
void decode_ifconf(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const CallMemory nothing = { .bytes = (const uint8_t *) "" };
	const CallMemory *after = memory_after(d, i, kind_size(ARG_IFCONF, d->machine));
	const CallMemory *there = call_memory(d->call, MEMORY_PART(0, PART_4));
	uint64_t buffer = memory_word(d, m, 1);
	uint32_t length = memory32(m, 0), got = after ? memory32(after, 0) : length;

	writer_struct_begin(w);
	writer_member(w, "ifc_len");
	if (got != length && buffer) {
		writer_change_begin(w);
		put_length(w, d, length);
		writer_change_after(w);
		put_length(w, d, got);
		writer_change_end(w);
	} else
		put_length(w, d, got);
	writer_member(w, "ifc_buf");
	if (buffer && after && (there || got == 0))
		decode_array(w, d, got == 0 ? &nothing : there, ifreq_size(d), put_interface);
	else
		writer_pointer(w, buffer);
	writer_struct_end(w);
}

/* A name of an interface that is the argument itself. */
void decode_interface_name(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_string(w, m->bytes, strnlen((const char *) m->bytes, m->captured), memory_is_cut(m));
}
