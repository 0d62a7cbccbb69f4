/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The state of the system's clock, as adjtimex() and clock_adjtime() return it. */

#include "trace/decode.h"

#include "trace/names.h"
#include "util/macro.h"

/* Members of struct timex, by index: each has a word of its own, even those of 32 bits. */
enum {
	TIMEX_MODES,
	TIMEX_STATUS = 5,
	TIMEX_SECONDS = 9,
	TIMEX_FRACTION,
	TIMEX_SHIFT = 14,
	TIMEX_TAI = 20,
	_TIMEX_MAX,
};

static const char *const members[] = {
	"modes",     "offset",    "freq",   "maxerror", "esterror", "status",  "constant",
	"precision", "tolerance", "time",   NULL,       "tick",     "ppsfreq", "jitter",
	"shift",     "stabil",    "jitcnt", "calcnt",   "errcnt",   "stbcnt",  "tai",
};
_Static_assert(ELEMENTS(members) == _TIMEX_MAX, "one name for each");

static int64_t timex_word(const CallMemory *m, unsigned width, unsigned n)
{
	return width == 4 || n == TIMEX_STATUS || n == TIMEX_SHIFT || n == TIMEX_TAI ? (int32_t) memory32(m, n * width)
										     : (int64_t) memory64(m, n * width);
}

static void put_timex(Writer *w, const CallMemory *m, unsigned width)
{
	writer_struct_begin(w);
	for (unsigned n = 0; n < _TIMEX_MAX; n++) {
		int64_t value = timex_word(m, width, n);

		if (!members[n])
			continue;
		writer_member(w, members[n]);
		if (n == TIMEX_MODES)
			writer_flags(w, ARG_TIMEX_MODES, memory32(m, 0));
		else if (n == TIMEX_STATUS)
			writer_flags(w, ARG_TIMEX_STATUS, (uint32_t) value);
		else if (n == TIMEX_SECONDS) {
			writer_struct_begin(w);
			writer_member_signed(w, "tv_sec", value);
			writer_member_unsigned(w, "tv_usec", (uint64_t) timex_word(m, width, TIMEX_FRACTION));
			writer_struct_end(w);
		} else
			writer_signed(w, value);
	}
	writer_struct_end(w);
}

/* Of interest is what the kernel has made of it. */
static void put_timex_after(Writer *w, const Decoder *d, unsigned i, unsigned width)
{
	const CallMemory *after = call_memory(d->call, MEMORY_AFTER(i));

	if (after && after->captured >= _TIMEX_MAX * width)
		put_timex(w, after, width);
	else
		decode_address(w, d, i);
}

void decode_timex(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) m;
	put_timex_after(w, d, i, d->machine == MACHINE_I386 ? 4 : 8);
}

void decode_timex64(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) m;
	put_timex_after(w, d, i, 8);
}
