/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode-siginfo.h"

#include <signal.h>
#include <string.h>

#include "trace/decode.h"
#include "trace/names.h"
#include "util/macro.h"

/* include/uapi/linux/audit.h */
#define ARCH_X86_64 0xc000003eU
#define ARCH_I386 0x40000003U
#define ARCH_AARCH64 0xc00000b7U

typedef enum SignalLayout {
	LAYOUT_KILL,
	LAYOUT_TIMER,
	LAYOUT_QUEUE,
	LAYOUT_CHILD,
	LAYOUT_FAULT,
	LAYOUT_POLL,
	LAYOUT_SYSCALL,
	LAYOUT_UNKNOWN,
} SignalLayout;

static SignalLayout layout_of(int number, int code)
{
	if (code == SI_TIMER)
		return LAYOUT_TIMER;
	if (code == SI_SIGIO)
		return LAYOUT_POLL;
	if (code < 0 && code != SI_TKILL)
		return LAYOUT_QUEUE;
	if (code > 0 && (number == SIGILL || number == SIGFPE || number == SIGSEGV || number == SIGBUS))
		return LAYOUT_FAULT;
	if (code <= 0 || code == SI_KERNEL)
		return LAYOUT_KILL;
	switch (number) {
	case SIGTRAP:
		return LAYOUT_FAULT;
	case SIGCHLD:
		return LAYOUT_CHILD;
	case SIGSYS:
		return LAYOUT_SYSCALL;
	default:
		return code <= POLL_HUP ? LAYOUT_POLL : LAYOUT_UNKNOWN;
	}
}

static uint32_t field32(const Siginfo *s, unsigned offset)
{
	uint32_t value;

	memcpy(&value, s->fields + offset, sizeof(value));
	return value;
}

/* A word, which is at another place where words are narrow. */
static uint64_t field_word(const Siginfo *s, unsigned wide, unsigned narrow)
{
	uint64_t value;

	if (s->narrow)
		return field32(s, narrow);
	memcpy(&value, s->fields + wide, sizeof(value));
	return value;
}

static int64_t field_long(const Siginfo *s, unsigned wide, unsigned narrow)
{
	return s->narrow ? (int32_t) field32(s, narrow) : (int64_t) field_word(s, wide, narrow);
}

/* By what the recorder has seen, if it has: its pid is ours, and nobody can make it up. */
static void put_sender(Writer *w, const Siginfo *s)
{
	const struct EventRecord *known = s->event && s->event->other_pid > 0 ? s->event : NULL;

	if (s->code == SI_KERNEL)
		return;
	writer_member(w, "si_pid");
	writer_process(w, known ? (int32_t) known->other_pid : (int32_t) field32(s, 0),
		       known ? known->other_comm : NULL);
	writer_member_signed(w, "si_uid", known ? known->other_uid : field32(s, 4));
}

static void put_value(Writer *w, const Siginfo *s)
{
	writer_member_signed(w, "si_int", (int32_t) field32(s, 8));
	writer_member_pointer(w, "si_ptr", field_word(s, 8, 8));
}

static void put_ticks(Writer *w, const char *name, uint64_t ticks)
{
	writer_member(w, name);
	decode_ticks(w, ticks);
}

static void put_child(Writer *w, const Siginfo *s)
{
	int status = (int) field32(s, 8);

	put_sender(w, s);
	writer_member(w, "si_status");
	if (s->code == CLD_EXITED)
		writer_signed(w, status);
	else
		writer_signal(w, status);
	put_ticks(w, "si_utime", field_word(s, 16, 12));
	put_ticks(w, "si_stime", field_word(s, 24, 16));
}

static void put_syscall(Writer *w, const Siginfo *s)
{
	static const struct {
		uint32_t arch;
		Machine machine;
	} machines[] = {
		{ ARCH_X86_64, MACHINE_X86_64 },
		{ ARCH_I386, MACHINE_I386 },
		{ ARCH_AARCH64, MACHINE_ARM64 },
	};
	unsigned at = s->narrow ? 4 : 8;
	uint32_t number = field32(s, at), arch = field32(s, at + 4);
	_cleanup_text_ Text called = {};
	const Syscall *syscall = NULL;

	for (size_t i = 0; i < ELEMENTS(machines); i++)
		if (machines[i].arch == arch)
			syscall = syscall_by_number(machines[i].machine, number);
	if (syscall)
		text_printf(&called, "__NR_%s", syscall->name);
	writer_member_pointer(w, "si_call_addr", field_word(s, 0, 0));
	writer_member(w, "si_syscall");
	writer_named(w, number, BASE_DECIMAL, syscall ? text_string(&called) : NULL);
	writer_member_flags(w, "si_arch", ARG_AUDIT_ARCH, arch);
}

/* What is not zero, of a code that only who has made it up knows. */
static void put_unknown(Writer *w, const Siginfo *s)
{
	if (field32(s, 0) > 0 || field32(s, 4) > 0)
		put_sender(w, s);
	if (field_word(s, 8, 8) > 0)
		put_value(w, s);
}

/* Why an address is wrong: it is out of bounds, or has another key. */
static void put_fault(Writer *w, const Siginfo *s)
{
	enum { BOUNDS = 3, KEY = 4 };

	writer_member_pointer(w, "si_addr", field_word(s, 0, 0));
	if (s->signal == SIGSEGV && s->code == BOUNDS) {
		writer_member_pointer(w, "si_lower", field_word(s, 16, 8));
		writer_member_pointer(w, "si_upper", field_word(s, 24, 12));
	} else if (s->signal == SIGSEGV && s->code == KEY)
		writer_member_signed(w, "si_pkey", field32(s, s->narrow ? 8 : 16));
}

static void put_fields(Writer *w, const Siginfo *s, SignalLayout layout)
{
	switch (layout) {
	case LAYOUT_TIMER:
		writer_member_hex(w, "si_timerid", field32(s, 0));
		writer_member_signed(w, "si_overrun", (int32_t) field32(s, 4));
		put_value(w, s);
		break;
	case LAYOUT_QUEUE:
		put_sender(w, s);
		if (field_word(s, 8, 8) > 0)
			put_value(w, s);
		break;
	case LAYOUT_CHILD:
		put_child(w, s);
		break;
	case LAYOUT_FAULT:
		put_fault(w, s);
		break;
	case LAYOUT_POLL:
		writer_member_signed(w, "si_band", field_long(s, 0, 0));
		writer_member_signed(w, "si_fd", (int32_t) field32(s, s->narrow ? 4 : 8));
		break;
	case LAYOUT_SYSCALL:
		put_syscall(w, s);
		break;
	case LAYOUT_UNKNOWN:
		put_unknown(w, s);
		break;
	default:
		put_sender(w, s);
	}
}

/* Without a sign in text, whatever it has in truth. F_SETSIG gives the codes of SIGIO to other signals too. */
static void put_code(Writer *w, const Siginfo *s, SignalLayout layout)
{
	const char *name = signal_code_name(layout == LAYOUT_POLL ? SIGIO : s->signal, s->code);

	if (w->style.json)
		writer_named(w, (uint64_t) (int64_t) s->code, BASE_DECIMAL, name);
	else
		writer_named(w, (uint32_t) s->code, BASE_HEX, name);
}

/* Of no signal nothing is there: waitid() has found no child. */
void decode_siginfo(Writer *w, const Siginfo *s)
{
	SignalLayout layout = layout_of(s->signal, s->code);

	writer_struct_begin(w);
	if (s->signal == 0) {
		writer_struct_end(w);
		return;
	}
	writer_member(w, "si_signo");
	writer_signal(w, s->signal);
	writer_member(w, "si_code");
	put_code(w, s, layout);
	if (s->error != 0) {
		writer_member(w, "si_errno");
		writer_named(w, (uint64_t) (int64_t) s->error, BASE_DECIMAL, errno_name(s->error));
	}
	put_fields(w, s, layout);
	writer_struct_end(w);
}
