/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include "trace/names.h"
#include "util/macro.h"

/* Of <linux/prctl.h>, <linux/fcntl.h>, <linux/futex.h>, <linux/sched.h> and <asm-generic/ioctl.h>. */
enum {
	PR_CAP_AMBIENT = 47,
	PR_SET_VMA = 0x53564d41,
	PR_SET_PTRACER = 0x59616d61,
	FUTEX_PRIVATE_FLAG = 128,
	FUTEX_CLOCK_REALTIME = 256,
	CLONE_SIGNAL_MASK = 0xff,
	CLONE_PIDFD = 0x1000,
	CLONE_SETTLS = 0x80000,
	CLONE_PARENT_SETTID = 0x100000,
	CLONE_CHILD_TID = 0x1200000, /* CLONE_CHILD_SETTID and CLONE_CHILD_CLEARTID */
	TIOCSCTTY = 0x540e,
};

/* Options with less or other than four numbers in hexadecimal: how many arguments follow, and what they are. */
static const struct {
	uint32_t option;
	uint8_t n;
	ArgKind first;
	ArgKind others;
} prctl_options[] = {
	{ 1, 1, ARG_SIGNAL, 0 },        /* PR_SET_PDEATHSIG */
	{ 2, 1, ARG_POINTER, 0 },       /* PR_GET_PDEATHSIG */
	{ 3, 0, 0, 0 },                 /* PR_GET_DUMPABLE */
	{ 4, 1, ARG_DUMPABLE, 0 },      /* PR_SET_DUMPABLE */
	{ 7, 0, 0, 0 },                 /* PR_GET_KEEPCAPS */
	{ 8, 1, ARG_SIZE, 0 },          /* PR_SET_KEEPCAPS */
	{ 15, 1, ARG_POINTER, 0 },      /* PR_SET_NAME */
	{ 16, 1, ARG_POINTER, 0 },      /* PR_GET_NAME */
	{ 21, 0, 0, 0 },                /* PR_GET_SECCOMP */
	{ 22, 2, ARG_SECCOMP_MODE, ARG_POINTER }, /* PR_SET_SECCOMP */
	{ 23, 1, ARG_CAPABILITY, 0 },   /* PR_CAPBSET_READ */
	{ 24, 1, ARG_CAPABILITY, 0 },   /* PR_CAPBSET_DROP */
	{ 27, 0, 0, 0 },                /* PR_GET_SECUREBITS */
	{ 28, 1, ARG_HEX, 0 },          /* PR_SET_SECUREBITS */
	{ 29, 1, ARG_SIZE, 0 },         /* PR_SET_TIMERSLACK */
	{ 30, 0, 0, 0 },                /* PR_GET_TIMERSLACK */
	{ 36, 1, ARG_SIZE, 0 },         /* PR_SET_CHILD_SUBREAPER */
	{ 37, 1, ARG_POINTER, 0 },      /* PR_GET_CHILD_SUBREAPER */
	{ 38, 4, ARG_SIZE, ARG_SIZE },  /* PR_SET_NO_NEW_PRIVS */
	{ 39, 4, ARG_SIZE, ARG_SIZE },  /* PR_GET_NO_NEW_PRIVS */
	{ 40, 1, ARG_POINTER, 0 },      /* PR_GET_TID_ADDRESS */
	{ 41, 4, ARG_SIZE, ARG_SIZE },  /* PR_SET_THP_DISABLE */
	{ 42, 4, ARG_SIZE, ARG_SIZE },  /* PR_GET_THP_DISABLE */
	{ PR_SET_PTRACER, 1, ARG_PID, 0 },
};

static void put_vma(Writer *w, const Decoder *d)
{
	decode_next(w, d, 1, ARG_SET_VMA);
	decode_next(w, d, 2, ARG_POINTER);
	decode_next(w, d, 3, ARG_SIZE);
	decode_next(w, d, 4, ARG_POINTER);
}

/* What is ambient is a capability with RAISE, LOWER and IS_SET, and 0 with CLEAR_ALL. */
static void put_ambient(Writer *w, const Decoder *d)
{
	enum { CLEAR_ALL = 4 };
	bool all = arg_value(d, 1) == CLEAR_ALL;

	decode_next(w, d, 1, ARG_CAP_AMBIENT);
	decode_next(w, d, 2, all ? ARG_SIZE : ARG_CAPABILITY);
	decode_next(w, d, 3, ARG_SIZE);
	decode_next(w, d, 4, ARG_SIZE);
}

static void put_prctl(Writer *w, const Decoder *d)
{
	uint32_t option = (uint32_t) arg_value(d, 0);
	unsigned n = 4;
	ArgKind first = ARG_HEX, others = ARG_HEX;

	decode_next(w, d, 0, ARG_PRCTL_OPTION);
	if (option == PR_SET_VMA) {
		put_vma(w, d);
		return;
	}
	if (option == PR_CAP_AMBIENT) {
		put_ambient(w, d);
		return;
	}
	for (size_t i = 0; i < ELEMENTS(prctl_options); i++)
		if (prctl_options[i].option == option) {
			n = prctl_options[i].n;
			first = prctl_options[i].first;
			others = prctl_options[i].others;
		}
	for (unsigned i = 1; i <= n; i++)
		decode_next(w, d, i, i == 1 ? first : others);
}

/* The operation with its flags: of one that is not known nothing else is said. */
static void put_futex_op(Writer *w, uint32_t op)
{
	const uint32_t flags = FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME;
	const char *name = value_name(ARG_FUTEX_OP, op & ~flags);
	_cleanup_text_ Text whole = {};

	if (!name) {
		writer_choice(w, ARG_FUTEX_OP, op);
		return;
	}
	text_put(&whole, name);
	if (op & FUTEX_PRIVATE_FLAG)
		text_put(&whole, "_PRIVATE");
	writer_value_begin(w, op, BASE_HEX);
	writer_value_name(w, text_string(&whole));
	if (op & FUTEX_CLOCK_REALTIME)
		writer_value_name(w, "FUTEX_CLOCK_REALTIME");
	writer_value_end(w);
}

static void put_bitset(Writer *w, const Decoder *d)
{
	uint32_t bits = (uint32_t) arg_value(d, 5);

	writer_argument(w, d->syscall->args[5].name, false);
	writer_named(w, bits, BASE_HEX, bits == UINT32_MAX ? "FUTEX_BITSET_MATCH_ANY" : NULL);
}

/* Numbers of 32 bits, though the register has 64. */
static void put_hex32(Writer *w, const Decoder *d, unsigned i)
{
	writer_argument(w, d->syscall->args[i].name, false);
	writer_hex(w, (uint32_t) arg_value(d, i));
}

/* The fourth argument is a timeout or a number, and most operations do not use all of them. */
static void put_futex_rest(Writer *w, const Decoder *d, uint32_t op)
{
	enum { WAIT, WAKE, FD, REQUEUE, CMP_REQUEUE, WAKE_OP, LOCK_PI, UNLOCK_PI, TRYLOCK_PI, WAIT_BITSET, WAKE_BITSET,
	       WAIT_REQUEUE_PI, CMP_REQUEUE_PI, LOCK_PI2 };
	bool locks = op == LOCK_PI || op == LOCK_PI2;

	if (op == UNLOCK_PI || op == TRYLOCK_PI)
		return;
	if (!locks)
		decode_next(w, d, 2, ARG_UNSIGNED);
	if (locks || op == WAIT || op == WAIT_BITSET || op == WAIT_REQUEUE_PI || op > LOCK_PI2)
		decode_next(w, d, 3, ARG_POINTER);
	else if (op == REQUEUE || op == CMP_REQUEUE || op == CMP_REQUEUE_PI || op == WAKE_OP)
		decode_next(w, d, 3, ARG_UNSIGNED);
	if (op == REQUEUE || op == CMP_REQUEUE || op == CMP_REQUEUE_PI || op == WAKE_OP || op == WAIT_REQUEUE_PI ||
	    op > LOCK_PI2)
		decode_next(w, d, 4, ARG_POINTER);
	if (op == WAIT_BITSET || op == WAKE_BITSET)
		put_bitset(w, d);
	else if (op == CMP_REQUEUE || op == CMP_REQUEUE_PI)
		decode_next(w, d, 5, ARG_UNSIGNED);
	else if (op == WAKE_OP || op > LOCK_PI2)
		put_hex32(w, d, 5);
}

static void put_futex(Writer *w, const Decoder *d)
{
	uint32_t op = (uint32_t) arg_value(d, 1);

	decode_next(w, d, 0, ARG_POINTER);
	writer_argument(w, d->syscall->args[1].name, false);
	put_futex_op(w, op);
	put_futex_rest(w, d, op & ~(uint32_t) (FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME));
}

static void put_clone_flags(Writer *w, uint64_t flags)
{
	const char *signal = signal_name((int) (flags & CLONE_SIGNAL_MASK));

	if (flags == 0) {
		writer_flags(w, ARG_CLONE_FLAGS, 0);
		return;
	}
	writer_value_begin(w, flags, BASE_HEX);
	writer_value_flags(w, ARG_CLONE_FLAGS, flags & ~(uint64_t) CLONE_SIGNAL_MASK);
	if (signal)
		writer_value_name(w, signal);
	else if (flags & CLONE_SIGNAL_MASK)
		writer_value_number(w, flags & CLONE_SIGNAL_MASK, BASE_DECIMAL);
	writer_value_end(w);
}

/* The order of the last two arguments depends on the machine; only one of them is a pointer in the table. */
static void put_clone(Writer *w, const Decoder *d)
{
	unsigned child = d->syscall->args[3].kind == ARG_POINTER ? 3 : 4, tls = child == 3 ? 4 : 3;
	uint64_t flags = (uint32_t) arg_value(d, 0);

	writer_argument(w, "child_stack", true);
	writer_pointer(w, arg_value(d, 1));
	writer_argument(w, "flags", true);
	put_clone_flags(w, flags);
	if (flags & (CLONE_PARENT_SETTID | CLONE_PIDFD)) {
		writer_argument(w, "parent_tid", true);
		writer_pointer(w, arg_value(d, 2));
	}
	if (flags & CLONE_SETTLS) {
		writer_argument(w, "tls", true);
		writer_hex(w, arg_value(d, tls));
	}
	if (flags & CLONE_CHILD_TID) {
		writer_argument(w, "child_tidptr", true);
		writer_pointer(w, arg_value(d, child));
	}
}

/* Return: what the command's argument is; _ARG_KIND_MAX if it has none. */
static ArgKind fcntl_arg_kind(uint32_t command)
{
	switch (command) {
	case 0:    /* F_DUPFD */
	case 8:    /* F_SETOWN */
	case 1024: /* F_SETLEASE */
	case 1027: /* F_DUPFD_QUERY */
	case 1030: /* F_DUPFD_CLOEXEC */
	case 1031: /* F_SETPIPE_SZ */
		return ARG_INT;
	case 1:    /* F_GETFD */
	case 3:    /* F_GETFL */
	case 9:    /* F_GETOWN */
	case 11:   /* F_GETSIG */
	case 1025: /* F_GETLEASE */
	case 1032: /* F_GETPIPE_SZ */
	case 1034: /* F_GET_SEALS */
		return _ARG_KIND_MAX;
	case 2: /* F_SETFD */
		return ARG_FD_FLAGS;
	case 4: /* F_SETFL */
		return ARG_OPEN_FLAGS;
	case 10: /* F_SETSIG */
		return ARG_SIGNAL;
	case 1033: /* F_ADD_SEALS */
		return ARG_SEALS;
	default:
		return value_name(ARG_FCNTL_COMMAND, command) ? ARG_POINTER : ARG_HEX;
	}
}

static void put_fcntl(Writer *w, const Decoder *d)
{
	ArgKind kind = fcntl_arg_kind((uint32_t) arg_value(d, 1));

	decode_next(w, d, 0, ARG_FD);
	decode_next(w, d, 1, ARG_FCNTL_COMMAND);
	if (kind != _ARG_KIND_MAX)
		decode_next(w, d, 2, kind);
}

/* One without a name has its parts: "_IOC(_IOC_READ, 0x12, 0x34, 0x8)". */
static void put_request(Writer *w, uint32_t request)
{
	static const char *const directions[] = { "_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE" };
	const char *name = value_name(ARG_IOCTL, request);
	_cleanup_text_ Text form = {};

	if (name) {
		writer_named(w, request, BASE_HEX, name);
		return;
	}
	text_printf(&form, "_IOC(%s, %#x, %#x, %#x)", directions[request >> 30], request >> 8 & 0xff,
		    request & 0xff, request >> 16 & 0x3fff);
	writer_formed(w, request, BASE_HEX, text_string(&form));
}

/* Requests that take nothing, whatever is in the register. */
static bool request_has_arg(uint32_t request)
{
	enum { TIOCEXCL = 0x540c, TIOCNXCL = 0x540d, TIOCNOTTY = 0x5422, TIOCVHANGUP = 0x5437, FIONCLEX = 0x5450,
	       FIOCLEX = 0x5451 };

	return request != TIOCEXCL && request != TIOCNXCL && request != TIOCNOTTY && request != TIOCVHANGUP &&
	       request != FIONCLEX && request != FIOCLEX;
}

static void put_ioctl(Writer *w, const Decoder *d)
{
	uint32_t request = (uint32_t) arg_value(d, 1);

	decode_next(w, d, 0, ARG_FD);
	writer_argument(w, d->syscall->args[1].name, false);
	put_request(w, request);
	if (!request_has_arg(request))
		return;
	decode_next(w, d, 2, request == TIOCSCTTY ? ARG_INT : value_name(ARG_IOCTL, request) ? ARG_POINTER : ARG_HEX);
}

/* What a signal has interrupted is made again where it was, by the kernel's own means. */
static void put_restart(Writer *w, const Decoder *d)
{
	const char *name = threads_interrupted(w->style.threads, d->call->tid);

	writer_argument(w, "interrupted", false);
	writer_punctuation(w, "<... resuming interrupted ");
	if (name || !w->style.json)
		writer_word(w, name ? name : "system call");
	else
		writer_pointer(w, 0);
	writer_punctuation(w, " ...>");
}

bool decode_special(Writer *w, const Decoder *d)
{
	const SyscallArg *args = d->syscall->args;

	if (args[0].kind == ARG_PRCTL_OPTION)
		put_prctl(w, d);
	else if (args[0].kind == ARG_CLONE_FLAGS)
		put_clone(w, d);
	else if (args[1].kind == ARG_FUTEX_OP)
		put_futex(w, d);
	else if (args[1].kind == ARG_FCNTL_COMMAND)
		put_fcntl(w, d);
	else if (args[1].kind == ARG_IOCTL)
		put_ioctl(w, d);
	else if (d->syscall->n_args == 0 && streq(d->syscall->name, "restart_syscall"))
		put_restart(w, d);
	else
		return false;
	return true;
}
