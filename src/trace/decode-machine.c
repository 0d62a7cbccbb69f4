/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls that rule the machine: its end, its log, its modules and the kernel that comes next. */

#include "trace/decode.h"

#include "trace/command.h"
#include "trace/names.h"

/* Only one command is given something. */
void decode_reboot(Writer *w, const Decoder *d)
{
	const uint32_t restart2 = 0xa1b2c3d4;

	decode_next(w, d, 0, ARG_REBOOT_MAGIC1);
	decode_next(w, d, 1, ARG_REBOOT_MAGIC2);
	decode_next(w, d, 2, ARG_REBOOT_COMMAND);
	if ((uint32_t) arg_value(d, 2) == restart2)
		decode_next(w, d, 3, ARG_STRING);
}

/* The number and its name are always there, whatever constants are wanted. */
static void put_action(Writer *w, const Decoder *d)
{
	uint32_t action = (uint32_t) arg_value(d, 0);
	const char *name = value_name(ARG_SYSLOG_ACTION, action);

	writer_argument(w, d->syscall->args[0].name, false);
	if (w->style.json) {
		writer_choice(w, ARG_SYSLOG_ACTION, action);
		return;
	}
	writer_signed(w, (int32_t) action);
	writer_comment(w, name ? name : kind_unknown(ARG_SYSLOG_ACTION));
}

static void put_level(Writer *w, const Decoder *d)
{
	uint32_t level = (uint32_t) arg_value(d, 2);
	const char *name = value_name(ARG_LOG_LEVEL, level);

	writer_argument(w, d->syscall->args[2].name, false);
	if (w->style.json) {
		writer_choice(w, ARG_LOG_LEVEL, level);
		return;
	}
	writer_signed(w, (int32_t) level);
	writer_comment(w, name ? name : kind_unknown(ARG_LOG_LEVEL));
}

void decode_syslog(Writer *w, const Decoder *d)
{
	enum { OPEN = 1, CLEAR = 5, CONSOLE_ON = 7, CONSOLE_LEVEL = 8, SIZE_BUFFER = 10 };
	uint32_t action = (uint32_t) arg_value(d, 0);

	put_action(w, d);
	if (action <= OPEN || (action >= CLEAR && action <= CONSOLE_ON) ||
	    (action > CONSOLE_LEVEL && action <= SIZE_BUFFER))
		return;
	decode_next(w, d, 1, command_arg(d->syscall, d->call->args, 1).kind);
	if (action == CONSOLE_LEVEL)
		put_level(w, d);
	else
		decode_next(w, d, 2, ARG_INT);
}

/* A machine in the high half, flags in the low one. */
void decode_kexec_flags(Writer *w, uint64_t value)
{
	const uint64_t mask = 0xffff0000;
	const char *name = value_name(ARG_KEXEC_ARCH, value & mask);

	if (!w->style.json) {
		writer_choice(w, ARG_KEXEC_ARCH, value & mask);
		if (value & ~mask) {
			writer_punctuation(w, "|");
			writer_flags(w, ARG_KEXEC_FLAGS, value & ~mask);
		}
		return;
	}
	writer_value_begin(w, value, BASE_HEX);
	if (name)
		writer_value_name(w, name);
	writer_value_flags(w, ARG_KEXEC_FLAGS, value & ~mask);
	writer_value_end(w);
}

static void put_segment(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	unsigned word = d->machine == MACHINE_I386 ? 4 : 8, at = offset / word;

	writer_struct_begin(w);
	writer_member_pointer(w, "buf", memory_word(d, m, at));
	writer_member_unsigned(w, "bufsz", memory_word(d, m, at + 1));
	writer_member_pointer(w, "mem", memory_word(d, m, at + 2));
	writer_member_unsigned(w, "memsz", memory_word(d, m, at + 3));
	writer_struct_end(w);
}

void decode_kexec_segments(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const uint64_t segments_max = 16; /* KEXEC_SEGMENT_MAX: the kernel looks at no more */

	if (arg_value(d, 1) > segments_max)
		decode_address(w, d, i);
	else
		decode_array(w, d, m, kind_size(ARG_KEXEC_SEGMENTS, d->machine), put_segment);
}
