/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Times: moments, spans, timers and the clock's own state.
 *
 * Seconds are signed and their fractions are not, as strace has them; so a wrong fraction of -1 shows as what the kernel
 * compares. A moment that a file gets is told as a date, too.
 */

#include "trace/decode.h"

#include <inttypes.h>

#include "trace/names.h"

/* Of utimensat(), in place of nanoseconds. */
#define NANOSECONDS_NOW 0x3fffffffU
#define NANOSECONDS_OMIT 0x3ffffffeU

typedef struct Fraction {
	const char *member;
	unsigned digits;
	uint64_t unit; /* so many are a second */
} Fraction;

static const Fraction nanoseconds = { "tv_nsec", 9, 1000000000 };
static const Fraction microseconds = { "tv_usec", 6, 1000000 };

typedef struct Moment {
	int64_t seconds;
	uint64_t fraction;
} Moment;

static void put_moment(Writer *w, Moment moment, const Fraction *fraction)
{
	writer_struct_begin(w);
	writer_member_signed(w, "tv_sec", moment.seconds);
	writer_member_unsigned(w, fraction->member, moment.fraction);
	writer_struct_end(w);
}

/* Both are words of the caller's. */
static Moment moment_at(const Decoder *d, const CallMemory *m, unsigned offset)
{
	if (d->machine == MACHINE_I386)
		return (Moment){ (int32_t) memory32(m, offset), memory32(m, offset + 4) };
	return (Moment){ (int64_t) memory64(m, offset), memory64(m, offset + 8) };
}

static Moment moment64_at(const CallMemory *m, unsigned offset)
{
	return (Moment){ (int64_t) memory64(m, offset), memory64(m, offset + 8) };
}

void decode_timespec_at(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	put_moment(w, moment_at(d, m, offset), &nanoseconds);
}

void decode_timespec64_at(Writer *w, const CallMemory *m, unsigned offset)
{
	put_moment(w, moment64_at(m, offset), &nanoseconds);
}

void decode_timeval_at(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	put_moment(w, moment_at(d, m, offset), &microseconds);
}

/* Nothing for a fraction that is none, for which there is no date. */
static void put_date(Writer *w, Moment moment, const Fraction *fraction)
{
	if (moment.fraction < fraction->unit)
		writer_time(w, moment.seconds, moment.fraction, fraction->digits);
}

/* A time of a file, by utimensat(). */
static void put_file_time(Writer *w, Moment moment)
{
	const char *name = moment.fraction == NANOSECONDS_NOW    ? "UTIME_NOW"
			   : moment.fraction == NANOSECONDS_OMIT ? "UTIME_OMIT"
								 : NULL;

	if (name && !w->style.json && w->style.constants == CONSTANTS_ABBREV) {
		writer_word(w, name);
		return;
	}
	put_moment(w, moment, &nanoseconds);
	if (!name)
		put_date(w, moment, &nanoseconds);
	else if (w->style.constants == CONSTANTS_VERBOSE)
		writer_comment(w, name);
}

static void put_file_times(Writer *w, Moment access, Moment change)
{
	writer_array_begin(w);
	writer_element(w);
	put_file_time(w, access);
	writer_element(w);
	put_file_time(w, change);
	writer_array_end(w);
}

static void put_interval(Writer *w, Moment interval, Moment value, const Fraction *fraction)
{
	writer_struct_begin(w);
	writer_member(w, "it_interval");
	put_moment(w, interval, fraction);
	writer_member(w, "it_value");
	put_moment(w, value, fraction);
	writer_struct_end(w);
}

static unsigned half(const CallMemory *m)
{
	return m->captured / 2;
}

void decode_timespec(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_timespec_at(w, d, m, 0);
}

void decode_timespec64(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	decode_timespec64_at(w, m, 0);
}

/* What is left of a sleep is told to the caller only when it is interrupted. */
static bool was_interrupted(const Decoder *d)
{
	enum { RESTART_BLOCK = 516 };

	return d->call->result == -RESTART_BLOCK;
}

void decode_timespec_left(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	if (was_interrupted(d))
		decode_timespec_at(w, d, m, 0);
	else
		decode_address(w, d, i);
}

void decode_timespec64_left(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	if (was_interrupted(d))
		decode_timespec64_at(w, m, 0);
	else
		decode_address(w, d, i);
}

void decode_timespecs(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	put_file_times(w, moment_at(d, m, 0), moment_at(d, m, half(m)));
}

void decode_timespecs64(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_file_times(w, moment64_at(m, 0), moment64_at(m, half(m)));
}

void decode_timeval(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_timeval_at(w, d, m, 0);
}

void decode_timevals(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	writer_array_begin(w);
	for (unsigned n = 0; n < 2; n++) {
		Moment moment = moment_at(d, m, n * half(m));

		writer_element(w);
		put_moment(w, moment, &microseconds);
		put_date(w, moment, &microseconds);
	}
	writer_array_end(w);
}

void decode_utimbuf(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const members[] = { "actime", "modtime" };

	(void) i;
	writer_struct_begin(w);
	for (unsigned n = 0; n < 2; n++) {
		writer_member_signed(w, members[n], memory_long(d, m, n));
		writer_time(w, memory_long(d, m, n), 0, 0);
	}
	writer_struct_end(w);
}

void decode_time_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	writer_reference_begin(w);
	writer_signed(w, memory_long(d, m, 0));
	writer_time(w, memory_long(d, m, 0), 0, 0);
	writer_reference_end(w);
}

void decode_timezone(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_struct_begin(w);
	writer_member_signed(w, "tz_minuteswest", (int32_t) memory32(m, 0));
	writer_member_signed(w, "tz_dsttime", (int32_t) memory32(m, 4));
	writer_struct_end(w);
}

void decode_itimerval(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	put_interval(w, moment_at(d, m, 0), moment_at(d, m, half(m)), &microseconds);
}

void decode_itimerspec(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	put_interval(w, moment_at(d, m, 0), moment_at(d, m, half(m)), &nanoseconds);
}

void decode_itimerspec64(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_interval(w, moment64_at(m, 0), moment64_at(m, half(m)), &nanoseconds);
}

void decode_ticks(Writer *w, uint64_t ticks)
{
	enum { PER_SECOND = 100 }; /* that user space sees, on each machine */
	_cleanup_text_ Text said = {};

	writer_unsigned(w, ticks);
	if (ticks == 0 || w->style.constants == CONSTANTS_RAW)
		return;
	text_printf(&said, "%" PRIu64 ".%02" PRIu64 " s", ticks / PER_SECOND, ticks % PER_SECOND);
	writer_comment(w, text_string(&said));
}

void decode_tms(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const members[] = { "tms_utime", "tms_stime", "tms_cutime", "tms_cstime" };

	(void) i;
	writer_struct_begin(w);
	for (unsigned n = 0; n < 4; n++) {
		writer_member(w, members[n]);
		decode_ticks(w, memory_word(d, m, n));
	}
	writer_struct_end(w);
}
