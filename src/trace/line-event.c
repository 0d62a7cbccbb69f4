/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Events as strace prints them: "--- SIGTERM {...} ---" for a signal that is delivered, "+++ exited with 0 +++". What
 * strace cannot see is between plus signs too.
 */

#include "trace/line.h"

#include <signal.h>
#include <string.h>

#include "trace/decode-siginfo.h"
#include "util/macro.h"

#define STATUS_SIGNAL 0x7f
#define STATUS_CORE 0x80
#define FLAG_THREAD 0x10000 /* CLONE_THREAD */

/* What an event is: its beginning in text. */
static void begin(Writer *w, const char *name, const char *form)
{
	if (w->style.json) {
		writer_member(w, "event");
		writer_word(w, name);
	} else
		text_put(w->text, form);
}

static void put_status(Writer *w, int status)
{
	int signal = status & STATUS_SIGNAL;

	if (w->style.json)
		writer_struct_begin(w);
	writer_part(w, signal ? "killed" : "exited", signal ? "killed by " : "exited with ");
	if (signal)
		writer_signal_name(w, signal);
	else
		writer_unsigned(w, (unsigned) status >> 8 & 0xff);
	if (signal && status & STATUS_CORE) {
		writer_true(w, "core_dumped");
		writer_punctuation(w, " (core dumped)");
	}
	if (w->style.json)
		writer_struct_end(w);
}

/* The last thread ends with what the process does, if that was not decided by another one. */
static void put_exit(Writer *w, const struct EventRecord *event)
{
	begin(w, "exit", "+++ ");
	writer_part(w, "status", "");
	put_status(w, event->code);
	if (event->signal == 1) {
		writer_true(w, "last");
		if (event->group_code != event->code) {
			writer_part(w, "process_status", ", the process ");
			put_status(w, event->group_code);
		}
	}
	writer_punctuation(w, " +++");
}

/* A process in the middle of prose: comm[pid]. */
static void put_task(Writer *w, const struct EventRecord *event)
{
	Text *t = w->text;

	if (w->style.json) {
		writer_struct_begin(w);
		writer_member_unsigned(w, "pid", event->other_pid);
		writer_member(w, "comm");
		writer_json_string(w, event->other_comm, strnlen(event->other_comm, COMM_SIZE), false);
		writer_struct_end(w);
		return;
	}
	text_put_escaped(t, event->other_comm, strnlen(event->other_comm, COMM_SIZE));
	text_put_char(t, '[');
	text_put_unsigned(t, event->other_pid);
	text_put_char(t, ']');
}

/* The kernel has sent it while it ran in a task, which may be why. */
static void put_kernel(Writer *w, const struct EventRecord *event)
{
	if (event->code != SI_KERNEL || event->other_pid == 0 || event->other_pid == event->pid || !w->style.comms)
		return;
	writer_part(w, "during", " by the kernel, in ");
	put_task(w, event);
}

static void put_signal(Writer *w, const struct EventRecord *event)
{
	static const char *const states[] = { "delivered", "sent", "pending" };
	uint32_t state = event->info.state;
	bool delivered = state == SIGNAL_DELIVERED, known = state < ELEMENTS(states);

	begin(w, "signal", delivered ? "--- " : "+++ ");
	writer_part(w, "signal", "");
	writer_signal_name(w, (int) event->signal);
	if (known && (w->style.json || !delivered)) {
		writer_part(w, "state", " ");
		writer_word(w, states[state]);
	}
	writer_part(w, "siginfo", " ");
	decode_siginfo(w, &(Siginfo){ .signal = (int) event->signal,
				      .error = event->info.error,
				      .code = event->code,
				      .fields = event->info.fields,
				      .event = event });
	put_kernel(w, event);
	writer_punctuation(w, delivered ? " ---" : " +++");
}

static void put_fork(Writer *w, const struct EventRecord *event)
{
	bool thread = event->code & FLAG_THREAD;

	begin(w, "fork", thread ? "+++ new thread" : "+++ new process");
	if (thread)
		writer_true(w, "thread");
	writer_part(w, "parent", thread ? " of " : ", child of ");
	writer_pid(w, (int32_t) event->other_pid);
	writer_punctuation(w, " +++");
}

static void put_exec(Writer *w, const Item *item)
{
	const CallMemory *file = event_memory(item, PIECE_FILE), *argv = event_memory(item, PIECE_ARGV);
	const char *text = item->event->text;

	begin(w, "exec", "");
	if (item->event->other_pid != 0) {
		writer_part(w, "superseded", "+++ superseded by execve in pid ");
		writer_unsigned(w, item->event->other_pid);
		writer_punctuation(w, " ");
	}
	writer_part(w, "file", "+++ executing ");
	if (file)
		writer_path(w, file->bytes, file->captured, memory_is_cut(file));
	else
		writer_path(w, text, strlen(text), false);
	if (argv) {
		writer_part(w, "argv", ", ");
		decode_strings(w, NULL, 0, argv);
	}
	writer_punctuation(w, " +++");
}

static void put_oom(Writer *w, const struct EventRecord *event)
{
	begin(w, "oom", "+++ out of memory: chosen by the OOM killer, in ");
	writer_part(w, "during", "");
	put_task(w, event);
	writer_punctuation(w, " +++");
}

void line_put_event(Writer *w, const Item *item)
{
	const struct EventRecord *event = item->event;

	switch (event->header.count) {
	case EVENT_FORK:
		put_fork(w, event);
		break;
	case EVENT_EXEC:
		put_exec(w, item);
		break;
	case EVENT_EXIT:
		put_exit(w, event);
		break;
	case EVENT_SIGNAL:
		put_signal(w, event);
		break;
	case EVENT_OOM:
		put_oom(w, event);
		break;
	default:
		begin(w, "unknown", "+++ unknown event +++");
	}
}
