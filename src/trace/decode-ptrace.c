/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ptrace(): what the address and the data are, and whether they count, is the request's. */

#include "trace/decode.h"

#include "trace/command.h"
#include "trace/names.h"
#include "util/macro.h"

enum {
	PTRACE_TRACEME = 0,
	PTRACE_PEEKUSER = 3,
	PTRACE_POKEUSER = 6,
	PTRACE_SETOPTIONS = 0x4200,
	PTRACE_GETREGSET = 0x4204,
	PTRACE_SETREGSET = 0x4205,
	PTRACE_SEIZE = 0x4206,
};

/* Requests whose address is none, or a number; and those whose data is a signal, or does not count. */
typedef enum Part {
	PART_POINTER,
	PART_NONE,
	PART_NUMBER,
	PART_SIGNAL,
	PART_HEX,
} Part;

static const struct {
	uint32_t request;
	Part address;
	Part data;
} requests[] = {
	{ 1, PART_POINTER, PART_POINTER },     /* PTRACE_PEEKTEXT */
	{ 2, PART_POINTER, PART_POINTER },     /* PTRACE_PEEKDATA */
	{ 3, PART_POINTER, PART_POINTER },     /* PTRACE_PEEKUSER */
	{ 4, PART_POINTER, PART_HEX },         /* PTRACE_POKETEXT */
	{ 5, PART_POINTER, PART_HEX },         /* PTRACE_POKEDATA */
	{ 6, PART_POINTER, PART_HEX },         /* PTRACE_POKEUSER */
	{ 7, PART_POINTER, PART_SIGNAL },      /* PTRACE_CONT */
	{ 8, PART_NONE, PART_NONE },           /* PTRACE_KILL */
	{ 9, PART_POINTER, PART_SIGNAL },      /* PTRACE_SINGLESTEP */
	{ 12, PART_NONE, PART_POINTER },       /* PTRACE_GETREGS */
	{ 13, PART_NONE, PART_POINTER },       /* PTRACE_SETREGS */
	{ 14, PART_NONE, PART_POINTER },       /* PTRACE_GETFPREGS */
	{ 15, PART_NONE, PART_POINTER },       /* PTRACE_SETFPREGS */
	{ 16, PART_NONE, PART_NONE },          /* PTRACE_ATTACH */
	{ 17, PART_POINTER, PART_SIGNAL },     /* PTRACE_DETACH */
	{ 18, PART_NONE, PART_POINTER },       /* PTRACE_GETFPXREGS */
	{ 19, PART_NONE, PART_POINTER },       /* PTRACE_SETFPXREGS */
	{ 24, PART_POINTER, PART_SIGNAL },     /* PTRACE_SYSCALL */
	{ 31, PART_POINTER, PART_SIGNAL },     /* PTRACE_SYSEMU */
	{ 32, PART_POINTER, PART_SIGNAL },     /* PTRACE_SYSEMU_SINGLESTEP */
	{ 33, PART_POINTER, PART_SIGNAL },     /* PTRACE_SINGLEBLOCK */
	{ 0x4207, PART_NONE, PART_NONE },      /* PTRACE_INTERRUPT */
	{ 0x4208, PART_NONE, PART_NONE },      /* PTRACE_LISTEN */
	{ 0x420a, PART_NUMBER, PART_POINTER }, /* PTRACE_GETSIGMASK */
	{ 0x420b, PART_NUMBER, PART_POINTER }, /* PTRACE_SETSIGMASK */
	{ 0x420c, PART_NUMBER, PART_POINTER }, /* PTRACE_SECCOMP_GET_FILTER */
	{ 0x420d, PART_NUMBER, PART_POINTER }, /* PTRACE_SECCOMP_GET_METADATA */
	{ 0x420e, PART_NUMBER, PART_POINTER }, /* PTRACE_GET_SYSCALL_INFO */
};

/* Where in its area of the tracee a register is: "8*ORIG_RAX". */
static void put_user_offset(Writer *w, const Decoder *d)
{
	uint64_t offset = arg_value(d, 2);
	bool known = d->machine == MACHINE_X86_64 && offset % 8 == 0;
	const char *name = known ? value_name(ARG_USER_REGISTER, offset / 8) : NULL;
	_cleanup_text_ Text form = {};

	writer_argument(w, d->syscall->args[2].name, false);
	if (!name) {
		writer_pointer(w, offset);
		return;
	}
	text_put(&form, "8*");
	text_put(&form, name);
	writer_formed(w, offset, BASE_HEX, text_string(&form));
}

static void put_part(Writer *w, const Decoder *d, unsigned i, Part part)
{
	switch (part) {
	case PART_NONE:
		break;
	case PART_NUMBER:
		decode_next(w, d, i, ARG_SIZE);
		break;
	case PART_SIGNAL:
		decode_next(w, d, i, ARG_SIGNAL);
		break;
	case PART_HEX:
		decode_next(w, d, i, ARG_HEX);
		break;
	default:
		decode_next(w, d, i, ARG_POINTER);
	}
}

static void put_address(Writer *w, const Decoder *d, uint32_t request, Part part)
{
	if (request == PTRACE_PEEKUSER || request == PTRACE_POKEUSER)
		put_user_offset(w, d);
	else if (request == PTRACE_GETREGSET || request == PTRACE_SETREGSET)
		decode_next(w, d, 2, ARG_REGISTER_SET);
	else
		put_part(w, d, 2, part);
}

void decode_ptrace(Writer *w, const Decoder *d)
{
	uint32_t request = (uint32_t) arg_value(d, 0);
	Part address = PART_POINTER, data = PART_POINTER;

	decode_next(w, d, 0, ARG_PTRACE);
	if (request == PTRACE_TRACEME)
		return;
	for (size_t i = 0; i < ELEMENTS(requests); i++)
		if (requests[i].request == request) {
			address = requests[i].address;
			data = requests[i].data;
		}
	decode_next(w, d, 1, ARG_PID);
	put_address(w, d, request, address);
	if (request == PTRACE_SETOPTIONS || request == PTRACE_SEIZE)
		decode_next(w, d, 3, ARG_PTRACE_OPTIONS);
	else if (kind_when(command_arg(d->syscall, d->call->args, 3).kind) != WHEN_NEVER)
		decode_next(w, d, 3, command_arg(d->syscall, d->call->args, 3).kind);
	else
		put_part(w, d, 3, data);
}
