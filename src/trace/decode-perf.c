/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What perf_event_open() is given: struct perf_event_attr of <linux/perf_event.h>, up to the size that it says. */

#include "trace/decode.h"

#include "trace/names.h"
#include "util/macro.h"

enum {
	HARDWARE,
	SOFTWARE,
	TRACEPOINT,
	HW_CACHE,
	RAW,
	BREAKPOINT,
};

/* Where members are. */
enum {
	TYPE = 0,
	SIZE = 4,
	CONFIG = 8,
	SAMPLE_PERIOD = 16,
	SAMPLE_TYPE = 24,
	READ_FORMAT = 32,
	BITS = 40,
	WAKEUP = 48,
	BP_TYPE = 52,
	CONFIG1 = 56,
	SIZE_MIN = 64, /* of the first version, which a size of 0 stands for */
	CONFIG2 = 64,
	BRANCH_SAMPLE_TYPE = 72,
	SAMPLE_REGS_USER = 80,
	SAMPLE_STACK_USER = 88,
	CLOCK_ID = 92,
	SAMPLE_REGS_INTR = 96,
	AUX_WATERMARK = 104,
	SAMPLE_MAX_STACK = 108,
	RESERVED_2 = 110,
	AUX_SAMPLE_SIZE = 112,
	RESERVED_3 = 116,
	SIG_DATA = 120,
	CONFIG3 = 128,
	SIZE_KNOWN = 136,
	SIZE_MAX_KERNEL = 4096,
};

enum {
	BIT_FREQ = 10,
	BIT_WATERMARK = 14,
	BIT_PRECISE = 15, /* two of them */
	BIT_USE_CLOCK = 25,
	BITS_KNOWN = 38,
};

static const char *const bit_names[BITS_KNOWN] = {
	"disabled", "inherit", "pinned", "exclusive", "exclude_user", "exclude_kernel", "exclude_hv", "exclude_idle", "mmap",
	"comm", "freq", "inherit_stat", "enable_on_exec", "task", "watermark", "precise_ip", NULL, "mmap_data",
	"sample_id_all", "exclude_host", "exclude_guest", "exclude_callchain_kernel", "exclude_callchain_user", "mmap2",
	"comm_exec", "use_clockid", "context_switch", "write_backward", "namespaces", "ksymbol", "bpf_event", "aux_output",
	"cgroup", "text_poke", "build_id", "inherit_thread", "remove_on_exec", "sigtrap",
};

static void put_shifted(Writer *w, uint64_t part, const char *shift)
{
	writer_hex(w, part);
	writer_punctuation(w, shift);
}

/* In JSON the number: it is several values, and these have no names of their own. */
static void put_hardware(Writer *w, uint64_t config)
{
	if (config >> 32)
		put_shifted(w, config >> 32, "<<32|");
	writer_choice(w, ARG_PERF_HARDWARE, (uint32_t) config);
}

static void put_cache(Writer *w, uint64_t config)
{
	if (config >> 32)
		put_shifted(w, config >> 32, "<<32|");
	if (config >> 24 & 0xff)
		put_shifted(w, config >> 24 & 0xff, "<<24|");
	writer_choice(w, ARG_PERF_CACHE_RESULT, config >> 16 & 0xff);
	writer_punctuation(w, "<<16|");
	writer_choice(w, ARG_PERF_CACHE_OP, config >> 8 & 0xff);
	writer_punctuation(w, "<<8|");
	writer_choice(w, ARG_PERF_CACHE, config & 0xff);
}

static void put_config(Writer *w, uint32_t type, uint64_t config)
{
	writer_member(w, "config");
	if (type == SOFTWARE)
		writer_choice(w, ARG_PERF_SOFTWARE, config);
	else if (type == TRACEPOINT || (w->style.json && type == HW_CACHE))
		writer_unsigned(w, config);
	else if (type == HARDWARE && !(w->style.json && config >> 32))
		put_hardware(w, config);
	else if (type == HW_CACHE)
		put_cache(w, config);
	else
		writer_hex(w, config);
}

static void put_precise(Writer *w, unsigned value)
{
	static const char *const skids[] = {
		"arbitrary skid", "constant skid", "requested to have 0 skid", "must have 0 skid",
	};

	writer_member_unsigned(w, "precise_ip", value);
	writer_comment(w, skids[value]);
}

/* Those that are set, and always how precise it is to be. */
static void put_bits(Writer *w, uint64_t bits)
{
	uint64_t reserved = bits >> BITS_KNOWN;

	for (unsigned i = 0; i < BITS_KNOWN; i++) {
		if (i == BIT_PRECISE)
			put_precise(w, bits >> i & 3);
		else if (bit_names[i] && (w->style.verbose || bits >> i & 1))
			writer_member_unsigned(w, bit_names[i], bits >> i & 1);
	}
	if (reserved) {
		writer_member_hex(w, "__reserved_1", reserved);
		writer_comment(w, "Bits 63..38");
	}
}

static void put_reserved(Writer *w, unsigned offset, unsigned size, uint32_t value)
{
	_cleanup_text_ Text said = {};

	if (value == 0)
		return;
	text_printf(&said, "bytes %u..%u: %#x", offset, offset + size - 1, value);
	writer_comment(w, text_string(&said));
}

static void put_configs(Writer *w, const CallMemory *m, uint32_t type, uint32_t size)
{
	bool breakpoint = type == BREAKPOINT;

	writer_member_unsigned(w, memory64(m, BITS) >> BIT_WATERMARK & 1 ? "wakeup_watermark" : "wakeup_events",
			       memory32(m, WAKEUP));
	if (breakpoint)
		writer_member_flags(w, "bp_type", ARG_PERF_BREAKPOINT, memory32(m, BP_TYPE));
	writer_member_hex(w, breakpoint ? "bp_addr" : "config1", memory64(m, CONFIG1));
	if (size <= CONFIG2)
		return;
	if (breakpoint)
		writer_member_unsigned(w, "bp_len", memory64(m, CONFIG2));
	else
		writer_member_hex(w, "config2", memory64(m, CONFIG2));
}

static void put_samples(Writer *w, const CallMemory *m, uint32_t size)
{
	const uint64_t branch_stack = 1 << 11, stack_user = 1 << 13, sample = memory64(m, SAMPLE_TYPE);

	if (size > BRANCH_SAMPLE_TYPE && sample & branch_stack)
		writer_member_flags(w, "branch_sample_type", ARG_PERF_BRANCH, memory64(m, BRANCH_SAMPLE_TYPE));
	if (size > SAMPLE_REGS_USER)
		writer_member_hex(w, "sample_regs_user", memory64(m, SAMPLE_REGS_USER));
	if (size > SAMPLE_STACK_USER && sample & stack_user)
		writer_member_hex(w, "sample_stack_user", memory32(m, SAMPLE_STACK_USER));
	if (size > CLOCK_ID && memory64(m, BITS) >> BIT_USE_CLOCK & 1)
		writer_member_flags(w, "clockid", ARG_CLOCK, memory32(m, CLOCK_ID));
	if (size > SAMPLE_REGS_INTR)
		writer_member_hex(w, "sample_regs_intr", memory64(m, SAMPLE_REGS_INTR));
	if (size > AUX_WATERMARK)
		writer_member_unsigned(w, "aux_watermark", memory32(m, AUX_WATERMARK));
	if (size > SAMPLE_MAX_STACK) {
		writer_member_unsigned(w, "sample_max_stack", memory16(m, SAMPLE_MAX_STACK));
		put_reserved(w, RESERVED_2, sizeof(uint16_t), memory16(m, RESERVED_2));
	}
	if (size > AUX_SAMPLE_SIZE) {
		writer_member_unsigned(w, "aux_sample_size", memory32(m, AUX_SAMPLE_SIZE));
		put_reserved(w, RESERVED_3, sizeof(uint32_t), memory32(m, RESERVED_3));
	}
	if (size > SIG_DATA)
		writer_member_hex(w, "sig_data", memory64(m, SIG_DATA));
	if (size >= SIZE_KNOWN && memory64(m, CONFIG3))
		writer_member_hex(w, "config3", memory64(m, CONFIG3));
}

void decode_perf_attr(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint32_t said = memory32(m, SIZE), size = said == 0 ? SIZE_MIN : said, type = memory32(m, TYPE);

	if (size < SIZE_MIN || size > SIZE_MAX_KERNEL || m->captured < SIZE_MIN) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	writer_member_flags(w, "type", ARG_PERF_TYPE, type);
	writer_member_flags(w, "size", ARG_PERF_ATTR_SIZE, said);
	put_config(w, type, memory64(m, CONFIG));
	writer_member_unsigned(w, memory64(m, BITS) >> BIT_FREQ & 1 ? "sample_freq" : "sample_period",
			       memory64(m, SAMPLE_PERIOD));
	writer_member_flags(w, "sample_type", ARG_PERF_SAMPLE, memory64(m, SAMPLE_TYPE));
	writer_member_flags(w, "read_format", ARG_PERF_FORMAT, memory64(m, READ_FORMAT));
	put_bits(w, memory64(m, BITS));
	if (w->style.verbose) {
		put_configs(w, m, type, size);
		put_samples(w, m, size);
	}
	if (!w->style.verbose || size > SIZE_KNOWN)
		writer_more(w);
	writer_struct_end(w);
}
