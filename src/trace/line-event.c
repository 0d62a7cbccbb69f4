/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Events as strace prints them: "--- SIGTERM {...} ---" for a signal that is delivered, "+++ exited with 0 +++". What
 * strace cannot see is between plus signs too.
 *
 * The union in siginfo is read as the kernel does (siginfo_layout(), kernel/signal.c), by signal and si_code. All its
 * bytes are untrusted, and each way to read them is good for any.
 */

#include "trace/line.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include "trace/decode.h"
#include "util/macro.h"

#define STATUS_SIGNAL 0x7f
#define STATUS_CORE 0x80
#define FLAG_THREAD 0x10000 /* CLONE_THREAD */

/* include/uapi/linux/audit.h */
#define ARCH_X86_64 0xc000003eU
#define ARCH_I386 0x40000003U
#define ARCH_AARCH64 0xc00000b7U

static void put_signal_name(Text *t, int signal)
{
	writer_signal(&(Writer){ .text = t }, signal);
}

static void put_status(Text *t, int status)
{
	if (status & STATUS_SIGNAL) {
		text_put(t, "killed by ");
		put_signal_name(t, status & STATUS_SIGNAL);
		if (status & STATUS_CORE)
			text_put(t, " (core dumped)");
	} else {
		text_put(t, "exited with ");
		text_put_unsigned(t, (unsigned) status >> 8 & 0xff);
	}
}

/* The last thread ends with what the process does, if that was not decided by another one. */
static void put_exit(Text *t, const struct EventRecord *event)
{
	text_put(t, "+++ ");
	put_status(t, event->code);
	if (event->signal == 1 && event->group_code != event->code) {
		text_put(t, ", the process ");
		put_status(t, event->group_code);
	}
	text_put(t, " +++");
}

typedef enum SignalLayout {
	LAYOUT_KILL,
	LAYOUT_TIMER,
	LAYOUT_QUEUE,
	LAYOUT_CHILD,
	LAYOUT_FAULT,
	LAYOUT_POLL,
	LAYOUT_SYSCALL,
} SignalLayout;

static SignalLayout signal_layout(int number, int code)
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
		return code <= POLL_HUP ? LAYOUT_POLL : LAYOUT_KILL;
	}
}

static uint32_t field32(const struct EventRecord *event, unsigned offset)
{
	uint32_t value;

	memcpy(&value, event->info.fields + offset, sizeof(value));
	return value;
}

static uint64_t field64(const struct EventRecord *event, unsigned offset)
{
	uint64_t value;

	memcpy(&value, event->info.fields + offset, sizeof(value));
	return value;
}

static void put_comm(Text *t, const char *comm)
{
	text_put_escaped(t, comm, strnlen(comm, COMM_SIZE));
}

static void put_number(Text *t, const char *name, int64_t value)
{
	text_put(t, name);
	text_put_signed(t, value);
}

static void put_address(Text *t, const char *name, uint64_t value)
{
	text_put(t, name);
	writer_pointer(&(Writer){ .text = t }, value);
}

/* By what the recorder has seen, if it has: its pid is ours, and nobody can make it up. */
static void put_sender(Text *t, const struct EventRecord *event)
{
	bool known = event->other_pid > 0;

	if (event->code == SI_KERNEL)
		return;
	put_number(t, ", si_pid=", known ? event->other_pid : field32(event, 0));
	if (known && event->other_comm[0]) {
		text_put_char(t, '<');
		put_comm(t, event->other_comm);
		text_put_char(t, '>');
	}
	put_number(t, ", si_uid=", known ? event->other_uid : field32(event, 4));
}

/* The kernel has sent it while it ran in a task, which may be why. */
static void put_kernel(Text *t, const struct EventRecord *event)
{
	if (event->code != SI_KERNEL || event->other_pid == 0 || event->other_pid == event->pid)
		return;
	text_put(t, " by the kernel, in ");
	put_comm(t, event->other_comm);
	text_put_char(t, '[');
	text_put_unsigned(t, event->other_pid);
	text_put_char(t, ']');
}

static void put_value(Text *t, const struct EventRecord *event)
{
	put_number(t, ", si_int=", (int32_t) field32(event, 8));
	put_address(t, ", si_ptr=", field64(event, 8));
}

/* Clock ticks, of which user space sees a hundred a second on each machine; strace adds what that is. */
static void put_ticks(Text *t, const char *name, int64_t ticks)
{
	put_number(t, name, ticks);
	if (ticks > 0)
		text_printf(t, " /* %" PRId64 ".%02" PRId64 " s */", ticks / 100, ticks % 100);
}

static void put_child(Text *t, const struct EventRecord *event)
{
	int status = (int) field32(event, 8);

	put_sender(t, event);
	text_put(t, ", si_status=");
	if (event->code == CLD_EXITED)
		text_put_signed(t, status);
	else
		put_signal_name(t, status);
	put_ticks(t, ", si_utime=", (int64_t) field64(event, 16));
	put_ticks(t, ", si_stime=", (int64_t) field64(event, 24));
}

static void put_syscall(Text *t, const struct EventRecord *event)
{
	static const struct {
		uint32_t arch;
		Machine machine;
		const char *name;
	} machines[] = {
		{ ARCH_X86_64, MACHINE_X86_64, "AUDIT_ARCH_X86_64" },
		{ ARCH_I386, MACHINE_I386, "AUDIT_ARCH_I386" },
		{ ARCH_AARCH64, MACHINE_ARM64, "AUDIT_ARCH_AARCH64" },
	};
	uint32_t number = field32(event, 8), arch = field32(event, 12);
	const Syscall *syscall = NULL;
	const char *name = NULL;

	for (size_t i = 0; i < ELEMENTS(machines); i++)
		if (machines[i].arch == arch) {
			name = machines[i].name;
			syscall = syscall_by_number(machines[i].machine, number);
		}
	put_address(t, ", si_call_addr=", field64(event, 0));
	text_put(t, ", si_syscall=");
	if (syscall) {
		text_put(t, "__NR_");
		text_put(t, syscall->name);
	} else
		writer_hex(&(Writer){ .text = t }, number);
	text_put(t, ", si_arch=");
	if (name)
		text_put(t, name);
	else
		writer_hex(&(Writer){ .text = t }, arch);
}

static void put_fields(Text *t, const struct EventRecord *event, SignalLayout layout)
{
	switch (layout) {
	case LAYOUT_TIMER:
		text_put(t, ", si_timerid=");
		writer_hex(&(Writer){ .text = t }, field32(event, 0));
		put_number(t, ", si_overrun=", (int32_t) field32(event, 4));
		put_value(t, event);
		break;
	case LAYOUT_QUEUE:
		put_sender(t, event);
		if (field64(event, 8) > 0)
			put_value(t, event);
		break;
	case LAYOUT_CHILD:
		put_child(t, event);
		break;
	case LAYOUT_FAULT:
		put_address(t, ", si_addr=", field64(event, 0));
		break;
	case LAYOUT_POLL:
		put_number(t, ", si_band=", (int64_t) field64(event, 0));
		put_number(t, ", si_fd=", (int32_t) field32(event, 8));
		break;
	case LAYOUT_SYSCALL:
		put_syscall(t, event);
		break;
	default:
		put_sender(t, event);
	}
}

static void put_signal(Text *t, const struct EventRecord *event)
{
	static const char *const states[] = { [SIGNAL_SENT] = " sent", [SIGNAL_PENDING] = " pending" };
	bool delivered = event->info.state == SIGNAL_DELIVERED;
	SignalLayout layout = signal_layout((int) event->signal, event->code);
	/* F_SETSIG gives these codes to other signals too */
	const char *code = signal_code_name(layout == LAYOUT_POLL ? SIGIO : (int) event->signal, event->code);

	text_put(t, delivered ? "--- " : "+++ ");
	put_signal_name(t, (int) event->signal);
	if (!delivered && event->info.state < ELEMENTS(states))
		text_put(t, states[event->info.state]);
	text_put(t, " {si_signo=");
	put_signal_name(t, (int) event->signal);
	text_put(t, ", si_code=");
	if (code)
		text_put(t, code);
	else
		text_put_signed(t, event->code);
	if (event->info.error != 0)
		put_number(t, ", si_errno=", event->info.error);
	put_fields(t, event, layout);
	text_put_char(t, '}');
	put_kernel(t, event);
	text_put(t, delivered ? " ---" : " +++");
}

static void put_fork(Text *t, const struct EventRecord *event)
{
	text_put(t, event->code & FLAG_THREAD ? "+++ new thread of " : "+++ new process, child of ");
	text_put_unsigned(t, event->other_pid);
	text_put(t, " +++");
}

static void put_exec(Text *t, const Item *item)
{
	const CallMemory *file = event_memory(item, PIECE_FILE), *argv = event_memory(item, PIECE_ARGV);
	const char *text = item->event->text;
	Writer w = { .text = t };

	if (item->event->other_pid != 0) {
		text_put(t, "+++ superseded by execve in pid ");
		text_put_unsigned(t, item->event->other_pid);
		text_put(t, " ");
	}
	text_put(t, "+++ executing ");
	if (file)
		writer_path(&w, file->bytes, file->captured, memory_is_cut(file));
	else
		writer_path(&w, text, strlen(text), false);
	if (argv) {
		text_put_bytes(t, ", ", 2);
		decode_strings(&w, NULL, 0, argv);
	}
	text_put(t, " +++");
}

static void put_oom(Text *t, const struct EventRecord *event)
{
	text_put(t, "+++ out of memory: chosen by the OOM killer, in ");
	put_comm(t, event->other_comm);
	text_put_char(t, '[');
	text_put_unsigned(t, event->other_pid);
	text_put(t, "] +++");
}

void line_put_event(Text *t, const Item *item)
{
	const struct EventRecord *event = item->event;

	switch (event->header.count) {
	case EVENT_FORK:
		put_fork(t, event);
		break;
	case EVENT_EXEC:
		put_exec(t, item);
		break;
	case EVENT_EXIT:
		put_exit(t, event);
		break;
	case EVENT_SIGNAL:
		put_signal(t, event);
		break;
	case EVENT_OOM:
		put_oom(t, event);
		break;
	default:
		text_put(t, "+++ event ");
		text_put_unsigned(t, event->header.count);
		text_put(t, " +++");
	}
}
