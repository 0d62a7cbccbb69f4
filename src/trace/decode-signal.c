/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sets of signals and what is done about them. */

#include "trace/decode.h"

#include <signal.h>

#include "trace/names.h"
#include "util/macro.h"

#define SET_SIZE 8U /* bytes of the kernel's sigset_t */
#define FLAG_RESTORER 0x04000000U

/* In text a signal has neither "SIG" nor a comma before it. */
static void put_member(Writer *w, int signal, bool first)
{
	const char *name = signal_name(signal);

	if (w->style.json) {
		writer_element(w);
		writer_signal(w, signal);
		return;
	}
	if (!first)
		writer_punctuation(w, " ");
	writer_named(w, (uint64_t) signal, BASE_DECIMAL, name ? name + 3 : NULL);
}

/* One that has two thirds of the signals is told by those it has not; not in JSON, where nothing says so. */
void decode_signal_set(Writer *w, uint64_t set, unsigned size)
{
	unsigned n = size * 8;
	uint64_t all = n < 64 ? (1ULL << n) - 1 : UINT64_MAX;
	bool first = true;

	set &= all;
	if ((unsigned) __builtin_popcountll(set) >= n * 2 / 3 && !w->style.json) {
		set ^= all;
		writer_punctuation(w, "~");
	}
	writer_array_begin(w);
	for (unsigned i = 0; i < n; i++)
		if (set >> i & 1) {
			put_member(w, (int) i + 1, first);
			first = false;
		}
	writer_array_end(w);
}

static uint64_t set_at(const CallMemory *m, unsigned offset, unsigned size)
{
	return size < SET_SIZE ? memory32(m, offset) : memory64(m, offset);
}

/* Its size is an argument, and the kernel takes only one; what it gives may be the beginning of a set. */
void decode_sigset(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	bool given = kind_when(d->syscall->args[i].kind) != WHEN_OUT;

	if (m->requested > SET_SIZE || (given && m->requested < SET_SIZE) || m->captured < m->requested)
		decode_address(w, d, i);
	else
		decode_signal_set(w, set_at(m, 0, m->captured), m->captured);
}

/* Of a word, before there were more than 32 signals. */
void decode_old_sigset(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_signal_set(w, memory_word(d, m, 0), d->machine == MACHINE_I386 ? 4 : 8);
}

typedef struct SignalAction {
	uint64_t handler;
	uint64_t set;
	unsigned set_size;
	uint64_t flags;
	uint64_t restorer;
} SignalAction;

static void put_action(Writer *w, const SignalAction *action)
{
	writer_struct_begin(w);
	writer_member(w, "sa_handler");
	decode_signal_handler(w, action->handler);
	writer_member(w, "sa_mask");
	decode_signal_set(w, action->set, action->set_size);
	writer_member_flags(w, "sa_flags", ARG_SIGACTION_FLAGS, action->flags);
	if (action->flags & FLAG_RESTORER)
		writer_member_pointer(w, "sa_restorer", action->restorer);
	writer_struct_end(w);
}

void decode_signal_handler(Writer *w, uint64_t handler)
{
	const char *name = value_name(ARG_SIGNAL_HANDLER, handler);

	if (name)
		writer_named(w, handler, BASE_HEX, name);
	else
		writer_pointer(w, handler);
}

void decode_sigaction(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	unsigned width = d->machine == MACHINE_I386 ? 4 : 8;

	(void) i;
	put_action(w, &(SignalAction){
			      .handler = memory_word(d, m, 0),
			      .flags = memory_word(d, m, 1),
			      .restorer = memory_word(d, m, 2),
			      .set = memory64(m, 3 * width),
			      .set_size = SET_SIZE,
		      });
}

/* i386 alone has it. */
void decode_old_sigaction(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	put_action(w, &(SignalAction){
			      .handler = memory32(m, 0),
			      .set = memory32(m, 4),
			      .set_size = 4,
			      .flags = memory32(m, 8),
			      .restorer = memory32(m, 12),
		      });
}

void decode_signal_stack(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	unsigned width = d->machine == MACHINE_I386 ? 4 : 8;

	(void) i;
	writer_struct_begin(w);
	writer_member_pointer(w, "ss_sp", memory_word(d, m, 0));
	writer_member_flags(w, "ss_flags", ARG_STACK_FLAGS, memory32(m, width));
	writer_member_unsigned(w, "ss_size", memory_word(d, m, 2));
	writer_struct_end(w);
}

/* What the signal is depends on how it is told; of most ways it is a number without a meaning. */
void decode_sigevent(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	enum { NOTIFY_SIGNAL, NOTIFY_NONE, NOTIFY_THREAD, NOTIFY_THREAD_ID = 4 };
	unsigned width = d->machine == MACHINE_I386 ? 4 : 8;
	uint32_t notify = memory32(m, width + 4), signal = memory32(m, width);

	(void) i;
	writer_struct_begin(w);
	if (memory_word(d, m, 0) != 0) {
		writer_member(w, "sigev_value");
		decode_signal_value(w, memory32(m, 0), memory_word(d, m, 0));
	}
	writer_member(w, "sigev_signo");
	if (notify == NOTIFY_SIGNAL || notify == NOTIFY_THREAD || notify == NOTIFY_THREAD_ID)
		writer_signal(w, (int32_t) signal);
	else
		writer_unsigned(w, signal);
	writer_member_flags(w, "sigev_notify", ARG_SIGEVENT_NOTIFY, notify);
	if (notify == NOTIFY_THREAD_ID) {
		writer_member_signed(w, "sigev_notify_thread_id", (int32_t) memory32(m, width + 8));
	} else if (notify == NOTIFY_THREAD) {
		writer_member_pointer(w, "sigev_notify_function", memory_word(d, m, 8 / width + 1));
		writer_member_pointer(w, "sigev_notify_attributes", memory_word(d, m, 8 / width + 2));
	}
	writer_struct_end(w);
}

/* union sigval */
void decode_signal_value(Writer *w, uint32_t number, uint64_t pointer)
{
	writer_struct_begin(w);
	writer_member_signed(w, "sival_int", (int32_t) number);
	writer_member_pointer(w, "sival_ptr", pointer);
	writer_struct_end(w);
}
