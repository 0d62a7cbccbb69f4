/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What bpf(), io_uring, perf and kexec are given, with memory made by hand: any size, and i386. Real ones: tests/lines. */

#include "unit/made.h"

/* A call with one argument captured. */
static Call with(uint32_t nr, unsigned arg, const void *bytes, uint32_t captured, uint32_t requested)
{
	Call c = {
		.nr = nr, .n_args = 6, .args = { 5, 2, 3, 4, 0, 0 }, .result = -22, .n_memory = 1,
		.memory = { { .arg = (uint8_t) arg, .captured = captured, .requested = requested, .bytes = bytes } },
	};

	c.args[arg] = 0x1000;
	return c;
}

static Call bpf(uint32_t command, const void *attr, uint32_t captured, uint32_t size)
{
	Call c = with(321, 1, attr, captured, size);

	c.args[0] = command;
	c.args[2] = size;
	return c;
}

TEST(bpf_shows_as_much_as_it_was_given)
{
	static const uint8_t attr[160] = "\2\0\0\0\4\0\0\0\10\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "0123456789abcdef";
	_cleanup_text_ Text t = {};

	CHECK_STRING(line_of(&t, bpf(0, attr, 16, 16)),
		     "bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY, key_size=4, value_size=8, max_entries=1}, 16)" INVAL);
	CHECK_STRING(line_of(&t, bpf(0, attr, 32, 32)),
		     "bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY, key_size=4, value_size=8, max_entries=1, map_flags=0, "
		     "inner_map_fd=0, map_name=\"0123\"}, 32)" INVAL);
	CHECK(strstr(line_of(&t, bpf(0, attr, 160, 160)), ", map_name=\"0123456789abcde\"..., map_ifindex=0, "));
	CHECK_STRING(line_of(&t, bpf(0, attr, 1, 1)),
		     "bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_UNSPEC, key_size=0, value_size=0, max_entries=0}, 1)" INVAL);
	CHECK_STRING(line_of(&t, bpf(0, attr, 0, 0)), "bpf(BPF_MAP_CREATE, 0x1000, 0)" INVAL);
	CHECK_STRING(line_of(&t, bpf(0, attr, 160, 5000)), "bpf(BPF_MAP_CREATE, 0x1000, 5000)" INVAL);
	CHECK_STRING(line_of(&t, bpf(22, attr + 12, 8, 8)), "bpf(BPF_MAP_FREEZE, {map_fd=1}, 8)" INVAL);
	CHECK_STRING(line_of(&t, bpf(22, attr, 8, 8)), "bpf(BPF_MAP_FREEZE, {map_fd=2, ...}, 8)" INVAL);
}

TEST(bpf_shows_what_it_has_written)
{
	static const uint8_t before[12] = "\1", after[12] = "\1\0\0\0\7";
	_cleanup_text_ Text t = {};
	Call c = bpf(11, before, 12, 12);

	c.result = 0;
	CHECK_STRING(line_of(&t, c), "bpf(BPF_PROG_GET_NEXT_ID, {start_id=1, next_id=0, open_flags=0}, 12) = 0");
	c.memory[c.n_memory++] = (CallMemory){
		.arg = MEMORY_AFTER(1), .captured = 12, .requested = 12, .bytes = after,
	};
	CHECK_STRING(line_of(&t, c), "bpf(BPF_PROG_GET_NEXT_ID, {start_id=1, next_id=0 => 7, open_flags=0}, 12) = 0");
}

TEST(perf_attributes_end_where_they_say)
{
	uint8_t attr[144] = { [4] = 64, [8] = 1 };
	_cleanup_text_ Text t = {};

	CHECK_STRING(line_of(&t, with(298, 0, attr, 64, 64)),
		     "perf_event_open({type=PERF_TYPE_HARDWARE, size=PERF_ATTR_SIZE_VER0, config=PERF_COUNT_HW_INSTRUCTIONS, "
		     "sample_period=0, sample_type=0, read_format=0, precise_ip=0 /* arbitrary skid */, ...}, 2, 3, 4, 0)" INVAL);
	CHECK_STRING(line_of(&t, with(298, 0, attr, 63, 63)), "perf_event_open(0x1000, 2, 3, 4, 0)" INVAL);
	attr[4] = 8;
	CHECK_STRING(line_of(&t, with(298, 0, attr, 144, 144)), "perf_event_open(0x1000, 2, 3, 4, 0)" INVAL);
}

TEST(segments_are_of_the_callers_longs)
{
	static const uint32_t segments[] = { 0x1000, 5, 0x2000, 6, 0x3000, 7, 0x4000, 8 };
	_cleanup_text_ Text t = {};
	Call c = with(283, 2, segments, 32, 32);

	c.flags |= RECORD_COMPAT;
	CHECK_STRING(line_of(&t, c),
		     "kexec_load(0x5, 2, [{buf=0x1000, bufsz=5, mem=0x2000, memsz=6}, "
		     "{buf=0x3000, bufsz=7, mem=0x4000, memsz=8}], "
		     "KEXEC_ARCH_DEFAULT|KEXEC_UPDATE_ELFCOREHDR)" INVAL);
}

TEST(probe_of_a_ring_that_is_cut_shows_its_address)
{
	static const uint8_t probe[24] = { 62, 63, [16] = 1, [18] = 1 };
	_cleanup_text_ Text t = {};
	Call c = with(427, 2, probe, 24, 40);

	c.args[1] = 8;
	c.result = 0;
	CHECK_STRING(line_of(&t, c), "io_uring_register(5, IORING_REGISTER_PROBE, {last_op=IORING_OP_PIPE, ops_len=63, "
				     "ops=[{op=IORING_OP_READV, flags=IO_URING_OP_SUPPORTED}, ...]}, 4) = 0");
	c.memory[0].captured = 15;
	CHECK_STRING(line_of(&t, c), "io_uring_register(5, IORING_REGISTER_PROBE, 0x1000, 4) = 0");
}

int main(void)
{
	RUN(bpf_shows_as_much_as_it_was_given);
	RUN(bpf_shows_what_it_has_written);
	RUN(perf_attributes_end_where_they_say);
	RUN(segments_are_of_the_callers_longs);
	RUN(probe_of_a_ring_that_is_cut_shows_its_address);
	return test_done();
}
