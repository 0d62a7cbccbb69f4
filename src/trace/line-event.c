/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/line.h"

#include <signal.h>
#include <string.h>

#include "util/macro.h"

#define STATUS_SIGNAL 0x7f
#define STATUS_CORE 0x80
#define FLAG_THREAD 0x10000 /* CLONE_THREAD */

static void put_exit(Text *t, int status)
{
	if (status & STATUS_SIGNAL) {
		text_put(t, "+++ killed by ");
		signal_put(t, status & STATUS_SIGNAL);
		if (status & STATUS_CORE)
			text_put(t, " (core dumped)");
	} else {
		text_put(t, "+++ exited with ");
		text_put_unsigned(t, (unsigned) status >> 8 & 0xff);
	}
	text_put(t, " +++");
}

static bool has_sender(int number, int code)
{
	return code == SI_USER || code == SI_QUEUE || code == SI_TKILL ||
	       (number == SIGCHLD && code >= CLD_EXITED && code <= CLD_CONTINUED);
}

static void put_signal(Text *t, const struct EventRecord *event)
{
	int number = (int) event->signal;
	const char *code = signal_code_name(number, event->code);

	text_put(t, "--- ");
	signal_put(t, number);
	text_put(t, " {si_signo=");
	signal_put(t, number);
	text_put(t, ", si_code=");
	if (code)
		text_put(t, code);
	else
		text_put_signed(t, event->code);
	if (has_sender(number, event->code)) {
		text_put(t, ", si_pid=");
		text_put_unsigned(t, event->other_pid);
		text_put(t, ", si_uid=");
		text_put_unsigned(t, event->other_uid);
	}
	text_put(t, "} ---");
}

static void put_fork(Text *t, const struct EventRecord *event)
{
	text_put(t, event->code & FLAG_THREAD ? "+++ new thread of " : "+++ new process, child of ");
	text_put_unsigned(t, event->other_pid);
	text_put(t, " +++");
}

static void put_exec(Text *t, const struct EventRecord *event)
{
	if (event->other_pid != 0) {
		text_put(t, "+++ superseded by execve in pid ");
		text_put_unsigned(t, event->other_pid);
		text_put(t, " ");
	}
	text_put(t, "+++ executing \"");
	text_put_escaped(t, event->text, strnlen(event->text, sizeof(event->text)));
	text_put(t, "\" +++");
}

void line_put_event(Text *t, const struct EventRecord *event)
{
	switch (event->header.count) {
	case EVENT_FORK:
		put_fork(t, event);
		break;
	case EVENT_EXEC:
		put_exec(t, event);
		break;
	case EVENT_EXIT:
		put_exit(t, event->code);
		break;
	case EVENT_SIGNAL:
		put_signal(t, event);
		break;
	default:
		text_put(t, "+++ event ");
		text_put_unsigned(t, event->header.count);
		text_put(t, " +++");
	}
}
