/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests of ioctl() with memory made by hand: the layouts of i386, and memory of any size. Real ones: tests/lines. */

#include "unit/made.h"

#include <sys/ioctl.h>

#define SOCKADDR "\2\0\0\0\12\0\0\1\0\0\0\0\0\0\0\0"

/* Argument 2 of a request, before the call, and if @after is not NULL behind it. */
static Call request(uint32_t number, int64_t result, const void *bytes, const void *after, unsigned size)
{
	Call c = {
		.nr = 16, .n_args = 3, .args = { 3, number, 0x1000 }, .result = result, .n_memory = after ? 2 : 1,
		.memory = {
			{ .arg = 2, .captured = size, .requested = size, .bytes = bytes },
			{ .arg = MEMORY_AFTER(2), .captured = size, .requested = size, .bytes = after },
		},
	};

	return c;
}

static Call compat(Call c)
{
	c.nr = 54;
	c.flags |= RECORD_COMPAT;
	return c;
}

TEST(interface_is_shown_by_the_request)
{
	static const uint8_t asked[40] = "lo";
	static const uint8_t address[40] = "lo\0\0\0\0\0\0\0\0\0\0\0\0\0\0" SOCKADDR;
	static const uint8_t index[40] = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\5";
	_cleanup_text_ Text t = {};

	CHECK_STRING(line_of(&t, request(0x8915, 0, asked, address, 40)),
		     "ioctl(3, SIOCGIFADDR, {ifr_name=\"lo\", ifr_addr={sa_family=AF_INET, sin_port=htons(0), "
		     "sin_addr=inet_addr(\"10.0.0.1\")}}) = 0");
	CHECK_STRING(line_of(&t, request(0x8915, -19, asked, NULL, 40)),
		     "ioctl(3, SIOCGIFADDR, {ifr_name=\"lo\"}) = -1 ENODEV (No such device)");
	CHECK_STRING(line_of(&t, compat(request(0x8915, 0, asked, address, 32))),
		     "ioctl(3, SIOCGIFADDR, {ifr_name=\"lo\", ifr_addr={sa_family=AF_INET, sin_port=htons(0), "
		     "sin_addr=inet_addr(\"10.0.0.1\")}}) = 0");
	CHECK_STRING(line_of(&t, request(0x8910, 0, index, asked, 40)),
		     "ioctl(3, SIOCGIFNAME, {ifr_ifindex=5, ifr_name=\"lo\"}) = 0");
	CHECK_STRING(line_of(&t, request(0x8915, 0, asked, address, 39)), "ioctl(3, SIOCGIFADDR, 0x1000) = 0");
	CHECK_STRING(line_of(&t, request(0x8913, 0, asked, asked, 8)), "ioctl(3, SIOCGIFFLAGS, 0x1000) = 0");
}

TEST(map_of_an_interface_has_longs)
{
	static const uint8_t map[40] = "lo\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "\1\0\0\0\2\0\0\0\3\0\4\5\6";
	_cleanup_text_ Text t = {};

	CHECK_STRING(line_of(&t, compat(request(0x8970, 0, map, map, 32))),
		     "ioctl(3, SIOCGIFMAP, {ifr_name=\"lo\", ifr_map={mem_start=0x1, mem_end=0x2, base_addr=0x3, irq=0x4, "
		     "dma=0x5, port=0x6}}) = 0");
	CHECK_STRING(line_of(&t, request(0x8970, 0, map, map, 40)),
		     "ioctl(3, SIOCGIFMAP, {ifr_name=\"lo\", ifr_map={mem_start=0x200000001, mem_end=0x605040003, "
		     "base_addr=0, irq=0, dma=0, port=0}}) = 0");
}

TEST(interfaces_are_as_many_as_were_captured)
{
	static const uint8_t asked[16] = "\240\0\0\0\0\0\0\0\0\20", got[16] = "\120\0\0\0\0\0\0\0\0\20";
	static const uint8_t interfaces[80] = "lo\0\0\0\0\0\0\0\0\0\0\0\0\0\0" SOCKADDR "\0\0\0\0\0\0\0\0" "eth0";
	_cleanup_text_ Text t = {};
	Call c = request(0x8912, 0, asked, got, 16);

	CHECK_STRING(line_of(&t, c),
		     "ioctl(3, SIOCGIFCONF, {ifc_len=160 /* 4 * sizeof(struct ifreq) */ => 80 /* 2 * sizeof(struct ifreq) */, "
		     "ifc_buf=0x1000}) = 0");
	c.memory[c.n_memory++] = (CallMemory){
		.arg = MEMORY_PART(0, PART_4), .captured = 79, .requested = 80, .bytes = interfaces,
	};
	CHECK_STRING(line_of(&t, c),
		     "ioctl(3, SIOCGIFCONF, {ifc_len=160 /* 4 * sizeof(struct ifreq) */ => 80 /* 2 * sizeof(struct ifreq) */, "
		     "ifc_buf=[{ifr_name=\"lo\", ifr_addr={sa_family=AF_INET, sin_port=htons(0), "
		     "sin_addr=inet_addr(\"10.0.0.1\")}}, ...]}) = 0");
}

TEST(terminal_that_was_cut_shows_its_address)
{
	static const uint8_t attributes[36] = "\0\5\0\0\5\0\0\0\277\0\0\0\73\212\0\0";
	_cleanup_text_ Text t = {};

	CHECK_STRING(line_of(&t, request(TCGETS, 0, attributes, NULL, 36)),
		     "ioctl(3, TCGETS, {c_iflag=ICRNL|IXON, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|OPOST|ONLCR, "
		     "c_cflag=B38400|CS8|CREAD, c_lflag=ISIG|ICANON|ECHO|ECHOE|ECHOK|IEXTEN|ECHOCTL|ECHOKE, ...}) = 0");
	CHECK_STRING(line_of(&t, request(TCGETS, 0, attributes, NULL, 35)), "ioctl(3, TCGETS, 0x1000) = 0");
	CHECK_STRING(line_of(&t, request(TCGETS, -25, attributes, NULL, 36)),
		     "ioctl(3, TCGETS, 0x1000) = -1 ENOTTY (Inappropriate ioctl for device)");
}

TEST(name_that_fills_its_array_has_more)
{
	uint8_t label[256], loop[120] = {};
	_cleanup_text_ Text t = {}, expected = {};

	memset(label, 'x', sizeof(label));
	memset(loop + 56, 'y', 64);
	text_printf(&expected, "ioctl(3, FS_IOC_GETFSLABEL, \"%.256s\"...) = 0", (const char *) label);
	CHECK_STRING(line_of(&t, request(0x81009431, 0, label, NULL, sizeof(label))), text_string(&expected));
	text_clear(&expected);
	text_printf(&expected, "ioctl(3, LOOP_GET_STATUS64, {lo_offset=0, lo_number=0, lo_flags=0, lo_file_name=\"%.63s\"..., "
		    "...}) = 0", (const char *) loop + 56);
	CHECK_STRING(line_of(&t, request(0x4c05, 0, loop, NULL, sizeof(loop))), text_string(&expected));
}

int main(void)
{
	RUN(interface_is_shown_by_the_request);
	RUN(map_of_an_interface_has_longs);
	RUN(interfaces_are_as_many_as_were_captured);
	RUN(terminal_that_was_cut_shows_its_address);
	RUN(name_that_fills_its_array_has_more);
	return test_done();
}
