/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* prctl(): the option decides how many arguments count and what they are. */

#include "trace/decode.h"

#include "trace/names.h"
#include "util/macro.h"

enum {
	SET_PDEATHSIG = 1,
	GET_PDEATHSIG = 2,
	SET_SECCOMP = 22,
	SET_TAGGED_ADDRESSES = 55,
	CAP_AMBIENT = 47,
	SVE_SET_VL = 50,
	SET_SPECULATION = 53,
	SCHED_CORE = 62,
	SME_SET_VL = 63,
	SET_VMA = 0x53564d41,
	SET_PTRACER = 0x59616d61,
};

/* Options whose arguments do not depend on each other: how many follow, what the first is, and what the others are. */
static const struct {
	uint32_t option;
	uint8_t n;
	ArgKind first;
	ArgKind others;
} options[] = {
	{ GET_PDEATHSIG, 1, ARG_SIGNAL_OUT, 0 },
	{ 3, 0, 0, 0 },                        /* PR_GET_DUMPABLE */
	{ 4, 1, ARG_DUMPABLE, 0 },             /* PR_SET_DUMPABLE */
	{ 5, 1, ARG_INT_OUT, 0 },              /* PR_GET_UNALIGN */
	{ 6, 1, ARG_UNALIGN, 0 },              /* PR_SET_UNALIGN */
	{ 7, 0, 0, 0 },                        /* PR_GET_KEEPCAPS */
	{ 8, 1, ARG_SIZE, 0 },                 /* PR_SET_KEEPCAPS */
	{ 9, 1, ARG_INT_OUT, 0 },              /* PR_GET_FPEMU */
	{ 10, 1, ARG_SIZE, 0 },                /* PR_SET_FPEMU */
	{ 11, 1, ARG_INT_OUT, 0 },             /* PR_GET_FPEXC */
	{ 12, 1, ARG_SIZE, 0 },                /* PR_SET_FPEXC */
	{ 13, 0, 0, 0 },                       /* PR_GET_TIMING */
	{ 14, 1, ARG_SIZE, 0 },                /* PR_SET_TIMING */
	{ 15, 1, ARG_COMM, 0 },                /* PR_SET_NAME */
	{ 16, 1, ARG_COMM_OUT, 0 },            /* PR_GET_NAME */
	{ 19, 1, ARG_INT_OUT, 0 },             /* PR_GET_ENDIAN */
	{ 20, 1, ARG_SIZE, 0 },                /* PR_SET_ENDIAN */
	{ 21, 0, 0, 0 },                       /* PR_GET_SECCOMP */
	{ 23, 1, ARG_CAPABILITY, 0 },          /* PR_CAPBSET_READ */
	{ 24, 1, ARG_CAPABILITY, 0 },          /* PR_CAPBSET_DROP */
	{ 25, 1, ARG_INT_OUT, 0 },             /* PR_GET_TSC */
	{ 26, 1, ARG_TSC, 0 },                 /* PR_SET_TSC */
	{ 27, 0, 0, 0 },                       /* PR_GET_SECUREBITS */
	{ 28, 1, ARG_SECUREBITS, 0 },          /* PR_SET_SECUREBITS */
	{ 29, 1, ARG_LONG, 0 },                /* PR_SET_TIMERSLACK */
	{ 30, 0, 0, 0 },                       /* PR_GET_TIMERSLACK */
	{ 31, 0, 0, 0 },                       /* PR_TASK_PERF_EVENTS_DISABLE */
	{ 32, 0, 0, 0 },                       /* PR_TASK_PERF_EVENTS_ENABLE */
	{ 35, 4, ARG_SET_MM, ARG_HEX },        /* PR_SET_MM */
	{ 36, 1, ARG_SIZE, 0 },                /* PR_SET_CHILD_SUBREAPER */
	{ 37, 1, ARG_INT_OUT, 0 },             /* PR_GET_CHILD_SUBREAPER */
	{ 38, 4, ARG_SIZE, ARG_HEX },          /* PR_SET_NO_NEW_PRIVS */
	{ 40, 1, ARG_POINTER_OUT, 0 },         /* PR_GET_TID_ADDRESS */
	{ 41, 4, ARG_SIZE, ARG_HEX },          /* PR_SET_THP_DISABLE */
	{ 45, 1, ARG_FP_MODE, 0 },             /* PR_SET_FP_MODE */
	{ 46, 0, 0, 0 },                       /* PR_GET_FP_MODE */
	{ 51, 0, 0, 0 },                       /* PR_SVE_GET_VL */
	{ 52, 1, ARG_SPECULATION, 0 },         /* PR_GET_SPECULATION_CTRL */
	{ 54, 4, ARG_PAC_KEYS, ARG_HEX },      /* PR_PAC_RESET_KEYS */
	{ 57, 4, ARG_SIZE, ARG_HEX },          /* PR_SET_IO_FLUSHER */
	{ 59, 4, ARG_USER_DISPATCH, ARG_HEX }, /* PR_SET_SYSCALL_USER_DISPATCH */
	{ 64, 0, 0, 0 },                       /* PR_SME_GET_VL */
	{ 65, 4, ARG_MDWE, ARG_HEX },          /* PR_SET_MDWE */
};

static void put_rest(Writer *w, const Decoder *d, unsigned from)
{
	for (unsigned i = from; i <= 4; i++)
		decode_next(w, d, i, ARG_HEX);
}

static void put_signal(Writer *w, const Decoder *d)
{
	uint64_t signal = arg_value(d, 1);

	writer_argument(w, d->syscall->args[1].name, false);
	if (signal <= INT32_MAX && signal_name((int) signal))
		writer_signal(w, (int) signal);
	else
		writer_unsigned(w, signal);
}

/* The name of the memory is shown if there is nothing else that could be set. */
static void put_vma(Writer *w, const Decoder *d)
{
	bool named = arg_value(d, 1) == 0;

	decode_next(w, d, 1, ARG_SET_VMA);
	decode_next(w, d, 2, ARG_POINTER);
	decode_next(w, d, 3, named ? ARG_SIZE : ARG_HEX);
	decode_next(w, d, 4, named ? ARG_STRING : ARG_POINTER);
}

/* What is ambient is a capability with RAISE, LOWER and IS_SET, and a number with others. */
static void put_ambient(Writer *w, const Decoder *d)
{
	enum { IS_SET = 1, LOWER = 3 };
	bool one = arg_value(d, 1) >= IS_SET && arg_value(d, 1) <= LOWER;

	decode_next(w, d, 1, ARG_CAP_AMBIENT);
	decode_next(w, d, 2, one ? ARG_CAPABILITY : ARG_HEX);
	put_rest(w, d, 3);
}

static void put_seccomp(Writer *w, const Decoder *d)
{
	enum { STRICT = 1, FILTER };

	decode_next(w, d, 1, ARG_SECCOMP_MODE);
	if (arg_value(d, 1) == FILTER)
		decode_next(w, d, 2, ARG_SOCK_FPROG);
	else if (arg_value(d, 1) != STRICT)
		put_rest(w, d, 2);
}

static void put_machine_check(Writer *w, const Decoder *d)
{
	enum { SET = 1 };

	decode_next(w, d, 1, ARG_MACHINE_CHECK);
	decode_next(w, d, 2, arg_value(d, 1) == SET ? ARG_MACHINE_CHECK_POLICY : ARG_HEX);
	put_rest(w, d, 3);
}

static void put_speculation(Writer *w, const Decoder *d)
{
	bool known = value_name(ARG_SPECULATION, arg_value(d, 1));

	decode_next(w, d, 1, ARG_SPECULATION);
	decode_next(w, d, 2, known ? ARG_SPECULATION_CONTROL : ARG_HEX);
}

static void put_core(Writer *w, const Decoder *d)
{
	decode_next(w, d, 1, ARG_SCHED_CORE);
	decode_next(w, d, 2, ARG_PID);
	writer_argument(w, d->syscall->args[3].name, false);
	if (value_name(ARG_PID_TYPE, arg_value(d, 3)) && !w->style.json && w->style.constants == CONSTANTS_ABBREV) {
		writer_unsigned(w, arg_value(d, 3)); /* which has no name for programs, and so is shown as a comment */
		writer_comment(w, value_name(ARG_PID_TYPE, arg_value(d, 3)));
	} else
		writer_choice(w, ARG_PID_TYPE, (uint32_t) arg_value(d, 3));
	decode_next(w, d, 4, ARG_POINTER);
}

/* The length of vectors, in the low 16 bits, with flags. */
static void put_vector_length(Writer *w, const Decoder *d, ArgKind flags)
{
	uint64_t value = arg_value(d, 1);

	writer_argument(w, d->syscall->args[1].name, false);
	if (value <= UINT16_MAX) {
		writer_hex(w, value);
		return;
	}
	writer_value_begin(w, value, BASE_HEX);
	writer_value_flags(w, flags, value & ~(uint64_t) UINT16_MAX);
	writer_value_number(w, value & UINT16_MAX, BASE_HEX);
	writer_value_end(w);
}

static void put_tagged(Writer *w, const Decoder *d)
{
	enum { ENABLE = 1, FAULT_MASK = 6, TAG_SHIFT = 3 };
	const uint64_t tag_mask = 0xffff;
	uint64_t value = arg_value(d, 1), tags = value >> TAG_SHIFT & tag_mask;
	_cleanup_text_ Text shifted = {};

	writer_argument(w, d->syscall->args[1].name, false);
	writer_value_begin(w, value, BASE_HEX);
	writer_value_name(w, value & ENABLE ? "PR_TAGGED_ADDR_ENABLE" : "!PR_TAGGED_ADDR_ENABLE");
	writer_value_name(w, value_name(ARG_TAG_FAULTS, value & FAULT_MASK));
	text_printf(&shifted, "%#llx<<PR_MTE_TAG_SHIFT", (unsigned long long) tags);
	if (tags > 0)
		writer_value_name(w, text_string(&shifted));
	value &= ~(uint64_t) (ENABLE | FAULT_MASK) & ~(tag_mask << TAG_SHIFT);
	if (value > 0)
		writer_value_number(w, value, BASE_HEX);
	writer_value_end(w);
	put_rest(w, d, 2);
}

static void put_pac_keys(Writer *w, const Decoder *d)
{
	decode_next(w, d, 1, ARG_PAC_ENABLED_KEYS);
	decode_next(w, d, 2, ARG_PAC_ENABLED_KEYS);
	put_rest(w, d, 3);
}

static void put_ptracer(Writer *w, const Decoder *d)
{
	int32_t pid = (int32_t) arg_value(d, 1);

	writer_argument(w, d->syscall->args[1].name, false);
	if (pid == -1)
		writer_named(w, (uint64_t) (int64_t) pid, BASE_DECIMAL, "PR_SET_PTRACER_ANY");
	else
		writer_pid(w, pid);
}

/* Return: whether the option has a form of its own */
static bool put_special(Writer *w, const Decoder *d, uint32_t option)
{
	enum { MCE_KILL = 33, PAC_SET_ENABLED_KEYS = 60 };

	switch (option) {
	case SET_PDEATHSIG:
		put_signal(w, d);
		return true;
	case SET_SECCOMP:
		put_seccomp(w, d);
		return true;
	case MCE_KILL:
		put_machine_check(w, d);
		return true;
	case CAP_AMBIENT:
		put_ambient(w, d);
		return true;
	case SVE_SET_VL:
		put_vector_length(w, d, ARG_SVE_VECTOR);
		return true;
	case SME_SET_VL:
		put_vector_length(w, d, ARG_SME_VECTOR);
		return true;
	case SET_SPECULATION:
		put_speculation(w, d);
		return true;
	case SET_TAGGED_ADDRESSES:
		put_tagged(w, d);
		return true;
	case PAC_SET_ENABLED_KEYS:
		put_pac_keys(w, d);
		return true;
	case SCHED_CORE:
		put_core(w, d);
		return true;
	case SET_VMA:
		put_vma(w, d);
		return true;
	case SET_PTRACER:
		put_ptracer(w, d);
		return true;
	default:
		return false;
	}
}

void decode_prctl(Writer *w, const Decoder *d)
{
	uint32_t option = (uint32_t) arg_value(d, 0);

	decode_next(w, d, 0, ARG_PRCTL_OPTION);
	if (put_special(w, d, option))
		return;
	for (size_t i = 0; i < ELEMENTS(options); i++)
		if (options[i].option == option) {
			for (unsigned n = 1; n <= options[i].n; n++)
				decode_next(w, d, n, n == 1 ? options[i].first : options[i].others);
			return;
		}
	put_rest(w, d, 1);
}
