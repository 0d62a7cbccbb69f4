/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What processes are told of themselves and of the machine: limits, use, names, capabilities. */

#include "trace/decode.h"

#include <string.h>

#include "trace/names.h"
#include "util/macro.h"

#define RLIM_INFINITY32 UINT32_MAX

/* Some multiples of 1024 are easier read as such. */
static void put_limit(Writer *w, uint64_t value, uint64_t infinity, const char *name)
{
	_cleanup_text_ Text form = {};

	if (value == infinity)
		text_put(&form, name);
	else if (value > 1024 && value % 1024 == 0)
		text_printf(&form, "%llu*1024", (unsigned long long) (value / 1024));
	if (form.size > 0)
		writer_formed(w, value, BASE_UNSIGNED, text_string(&form));
	else
		writer_unsigned(w, value);
}

static void put_limits(Writer *w, uint64_t soft, uint64_t hard, uint64_t infinity, const char *name)
{
	writer_struct_begin(w);
	writer_member(w, "rlim_cur");
	put_limit(w, soft, infinity, name);
	writer_member(w, "rlim_max");
	put_limit(w, hard, infinity, name);
	writer_struct_end(w);
}

void decode_rlimit(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	if (d->machine == MACHINE_I386)
		put_limits(w, memory32(m, 0), memory32(m, 4), RLIM_INFINITY32, "RLIM_INFINITY");
	else
		decode_rlimit64(w, d, i, m);
}

void decode_rlimit64(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_limits(w, memory64(m, 0), memory64(m, 8), UINT64_MAX, "RLIM64_INFINITY");
}

/* Behind the two times, one word each. */
static const char *const usage_members[] = {
	"ru_maxrss",  "ru_ixrss",   "ru_idrss",  "ru_isrss",  "ru_minflt",   "ru_majflt", "ru_nswap",
	"ru_inblock", "ru_oublock", "ru_msgsnd", "ru_msgrcv", "ru_nsignals", "ru_nvcsw",  "ru_nivcsw",
};

/* Of wait4() it is filled in only if a child was found. */
void decode_rusage(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	unsigned width = d->machine == MACHINE_I386 ? 4 : 8;

	if (d->syscall->result == RESULT_PID && d->call->result == 0) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	writer_member(w, "ru_utime");
	decode_timeval_at(w, d, m, 0);
	writer_member(w, "ru_stime");
	decode_timeval_at(w, d, m, 2 * width);
	if (!w->style.verbose)
		writer_more(w);
	for (unsigned n = 0; w->style.verbose && n < ELEMENTS(usage_members); n++)
		writer_member_unsigned(w, usage_members[n], memory_word(d, m, 4 + n));
	writer_struct_end(w);
}

void decode_utsname(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const members[] = { "sysname", "nodename", "release", "version", "machine", "domainname" };
	enum { MEMBER_SIZE = 65, SHOWN = 2 };

	(void) d;
	(void) i;
	writer_struct_begin(w);
	for (unsigned n = 0; n < ELEMENTS(members) && (n < SHOWN || w->style.verbose); n++) {
		const char *s = (const char *) m->bytes + (size_t) n * MEMBER_SIZE;

		writer_member(w, members[n]);
		writer_path(w, s, strnlen(s, MEMBER_SIZE), false); /* which no size of strings cuts */
	}
	if (!w->style.verbose)
		writer_more(w);
	writer_struct_end(w);
}

/* Numbered by words; a number of 16 bits and one of 32 are among them. */
void decode_sysinfo(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const members[] = { "totalram", "freeram", "sharedram", "bufferram", "totalswap",
					       "freeswap", "procs",   "totalhigh", "freehigh" };
	enum { LOADS = 1, FIRST = 4, PROCESSES = 10, UNIT = 13 };
	unsigned width = d->machine == MACHINE_I386 ? 4 : 8;

	(void) i;
	writer_struct_begin(w);
	writer_member_unsigned(w, "uptime", memory_word(d, m, 0));
	writer_member(w, "loads");
	writer_array_begin(w);
	for (unsigned n = LOADS; n < FIRST; n++) {
		writer_element(w);
		writer_unsigned(w, memory_word(d, m, n));
	}
	writer_array_end(w);
	for (unsigned n = 0; n < ELEMENTS(members); n++) {
		writer_member(w, members[n]);
		if (FIRST + n == PROCESSES)
			writer_unsigned(w, memory16(m, PROCESSES * width));
		else
			writer_unsigned(w, memory_word(d, m, FIRST + n));
	}
	writer_member_unsigned(w, "mem_unit", memory32(m, UNIT * width));
	writer_struct_end(w);
}

/* Names longer than this are refused before they are read. */
void decode_hostname(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	enum { NAME_MAX_LENGTH = 64 };

	if (m->requested > NAME_MAX_LENGTH)
		decode_address(w, d, i);
	else
		decode_data(w, d, i, m);
}

/* At most 15 bytes count. */
void decode_comm(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	enum { COMM_LENGTH = 15 };
	size_t size = strnlen((const char *) m->bytes, m->captured);

	(void) d;
	(void) i;
	writer_string(w, m->bytes, MIN(size, (size_t) COMM_LENGTH), size > COMM_LENGTH || memory_is_cut(m));
}

#define CAPABILITY_VERSION_1 0x19980330U /* of 32 bits, as those after it are not */

void decode_cap_header(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_struct_begin(w);
	writer_member_flags(w, "version", ARG_CAPABILITY_VERSION, memory32(m, 0));
	writer_member_signed(w, "pid", (int32_t) memory32(m, 4));
	writer_struct_end(w);
}

/* Those of 32 bits, from @first on. */
static void put_capability_names(Writer *w, uint32_t set, unsigned first)
{
	_cleanup_text_ Text name = {};
	uint32_t unnamed = set;

	for (unsigned n = 0; n < 32; n++) {
		const char *capability = set >> n & 1 ? value_name(ARG_CAPABILITY, first + n) : NULL;

		if (!capability)
			continue;
		text_clear(&name);
		text_put(&name, "1<<");
		text_put(&name, capability);
		writer_value_name(w, text_string(&name));
		unnamed &= ~(1U << n);
	}
	if (unnamed > 0 && unnamed == set)
		writer_value_unknown(w, ARG_CAPABILITY, unnamed);
	else if (unnamed > 0)
		writer_value_number(w, unnamed, BASE_HEX);
}

static void put_half(Writer *w, uint32_t set, unsigned first)
{
	if (set == 0) {
		writer_hex(w, 0);
		return;
	}
	writer_value_begin(w, set, BASE_HEX);
	put_capability_names(w, set, first);
	writer_value_end(w);
}

/* In JSON one value; in text two, as the caller has them. */
static void put_capabilities(Writer *w, uint64_t set)
{
	uint32_t low = (uint32_t) set, high = (uint32_t) (set >> 32);

	if (!w->style.json) {
		if (low > 0 || high == 0)
			put_half(w, low, 0);
		if (low > 0 && high > 0)
			writer_punctuation(w, "|");
		if (high > 0)
			put_half(w, high, 32);
		return;
	}
	writer_value_begin(w, set, BASE_HEX);
	put_capability_names(w, low, 0);
	put_capability_names(w, high, 32);
	writer_value_end(w);
}

/* Three sets of 32 bits, and all versions but the first have them once more, for the high bits. */
void decode_cap_data(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const members[] = { "effective", "permitted", "inheritable" };
	const CallMemory *header = call_memory(d->call, 0);
	bool wide;

	if (!header || header->captured < sizeof(uint32_t)) {
		decode_address(w, d, i);
		return;
	}
	wide = memory32(header, 0) != CAPABILITY_VERSION_1 && value_name(ARG_CAPABILITY_VERSION, memory32(header, 0));
	writer_struct_begin(w);
	for (unsigned n = 0; n < ELEMENTS(members); n++) {
		uint64_t high = wide ? memory32(m, 12 + 4 * n) : 0;

		writer_member(w, members[n]);
		put_capabilities(w, memory32(m, 4 * n) | high << 32);
	}
	writer_struct_end(w);
}

/* struct sock_fprog; what the filter itself is, is not captured. */
void decode_sock_fprog(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	writer_struct_begin(w);
	writer_member_unsigned(w, "len", memory16(m, 0));
	writer_member_pointer(w, "filter", memory_word(d, m, 1));
	writer_struct_end(w);
}

/* struct seccomp_notif_sizes */
void decode_notification_sizes(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const members[] = { "seccomp_notif", "seccomp_notif_resp", "seccomp_data" };

	(void) d;
	(void) i;
	writer_struct_begin(w);
	for (unsigned n = 0; n < ELEMENTS(members); n++)
		writer_member_unsigned(w, members[n], memory16(m, 2 * n));
	writer_struct_end(w);
}

void decode_seccomp_action(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_reference_begin(w);
	writer_flags(w, ARG_SECCOMP_ACTION, memory32(m, 0));
	writer_reference_end(w);
}
