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
	IOC_WRITE = 1,
	IOC_READ = 2,
	TIOCSCTTY = 0x540e,
};

static void put_as(Text *t, const Decoder *d, ArgKind kind, uint64_t value)
{
	const Syscall one = { .n_args = 1, .args = { { "", kind, LENGTH_NONE } } };
	const Call call = { .n_args = 1, .args = { value }, .flags = d->call->flags };
	const Decoder part = { .call = &call, .syscall = &one, .machine = d->machine };

	decode_arg(t, &part, 0);
}

static void put_next(Text *t, const Decoder *d, ArgKind kind, uint64_t value)
{
	text_put_bytes(t, ", ", 2);
	put_as(t, d, kind, value);
}

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

static void put_vma(Text *t, const Decoder *d)
{
	put_next(t, d, ARG_SET_VMA, arg_value(d, 1));
	put_next(t, d, ARG_POINTER, arg_value(d, 2));
	put_next(t, d, ARG_SIZE, arg_value(d, 3));
	put_next(t, d, ARG_POINTER, arg_value(d, 4));
}

/* What is ambient is a capability with RAISE, LOWER and IS_SET, and 0 with CLEAR_ALL. */
static void put_ambient(Text *t, const Decoder *d)
{
	enum { CLEAR_ALL = 4 };
	bool all = arg_value(d, 1) == CLEAR_ALL;

	put_next(t, d, ARG_CAP_AMBIENT, arg_value(d, 1));
	put_next(t, d, all ? ARG_SIZE : ARG_CAPABILITY, arg_value(d, 2));
	put_next(t, d, ARG_SIZE, arg_value(d, 3));
	put_next(t, d, ARG_SIZE, arg_value(d, 4));
}

static void put_prctl(Text *t, const Decoder *d)
{
	uint32_t option = (uint32_t) arg_value(d, 0);
	unsigned n = 4;
	ArgKind first = ARG_HEX, others = ARG_HEX;

	value_put(t, ARG_PRCTL_OPTION, option);
	if (option == PR_SET_VMA) {
		put_vma(t, d);
		return;
	}
	if (option == PR_CAP_AMBIENT) {
		put_ambient(t, d);
		return;
	}
	for (size_t i = 0; i < ELEMENTS(prctl_options); i++)
		if (prctl_options[i].option == option) {
			n = prctl_options[i].n;
			first = prctl_options[i].first;
			others = prctl_options[i].others;
		}
	for (unsigned i = 1; i <= n; i++)
		put_next(t, d, i == 1 ? first : others, arg_value(d, i));
}

static void put_futex_op(Text *t, uint32_t op)
{
	const uint32_t flags = FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME;
	const char *name = value_name(ARG_FUTEX_OP, op & ~flags);

	if (!name) {
		value_put(t, ARG_FUTEX_OP, op);
		return;
	}
	text_put(t, name);
	if (op & FUTEX_PRIVATE_FLAG)
		text_put(t, "_PRIVATE");
	if (op & FUTEX_CLOCK_REALTIME)
		text_put(t, "|FUTEX_CLOCK_REALTIME");
}

static void put_bitset(Text *t, uint64_t value)
{
	if ((uint32_t) value == UINT32_MAX)
		text_put(t, ", FUTEX_BITSET_MATCH_ANY");
	else {
		text_put(t, ", ");
		decode_hex(t, (uint32_t) value);
	}
}

/* The fourth argument is a timeout or a number, and most operations do not use all of them. */
static void put_futex_rest(Text *t, const Decoder *d, uint32_t op)
{
	enum { WAIT, WAKE, FD, REQUEUE, CMP_REQUEUE, WAKE_OP, LOCK_PI, UNLOCK_PI, TRYLOCK_PI, WAIT_BITSET, WAKE_BITSET,
	       WAIT_REQUEUE_PI, CMP_REQUEUE_PI, LOCK_PI2 };
	bool locks = op == LOCK_PI || op == LOCK_PI2;

	if (op == UNLOCK_PI || op == TRYLOCK_PI)
		return;
	if (!locks)
		put_next(t, d, ARG_UNSIGNED, arg_value(d, 2));
	if (locks || op == WAIT || op == WAIT_BITSET || op == WAIT_REQUEUE_PI || op > LOCK_PI2)
		put_next(t, d, ARG_POINTER, arg_value(d, 3));
	else if (op == REQUEUE || op == CMP_REQUEUE || op == CMP_REQUEUE_PI || op == WAKE_OP)
		put_next(t, d, ARG_UNSIGNED, arg_value(d, 3));
	if (op == REQUEUE || op == CMP_REQUEUE || op == CMP_REQUEUE_PI || op == WAKE_OP || op == WAIT_REQUEUE_PI ||
	    op > LOCK_PI2)
		put_next(t, d, ARG_POINTER, arg_value(d, 4));
	if (op == WAIT_BITSET || op == WAKE_BITSET)
		put_bitset(t, arg_value(d, 5));
	else if (op == CMP_REQUEUE || op == CMP_REQUEUE_PI)
		put_next(t, d, ARG_UNSIGNED, arg_value(d, 5));
	else if (op == WAKE_OP || op > LOCK_PI2)
		put_next(t, d, ARG_HEX, (uint32_t) arg_value(d, 5));
}

static void put_futex(Text *t, const Decoder *d)
{
	uint32_t op = (uint32_t) arg_value(d, 1);

	decode_pointer(t, arg_value(d, 0));
	text_put_bytes(t, ", ", 2);
	put_futex_op(t, op);
	put_futex_rest(t, d, op & ~(uint32_t) (FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME));
}

/* The order of the last two arguments depends on the machine; only one of them is a pointer in the table. */
static void put_clone(Text *t, const Decoder *d)
{
	unsigned child = d->syscall->args[3].kind == ARG_POINTER ? 3 : 4, tls = child == 3 ? 4 : 3;
	uint64_t flags = (uint32_t) arg_value(d, 0), named = flags & ~(uint64_t) CLONE_SIGNAL_MASK;

	text_put(t, "child_stack=");
	decode_pointer(t, arg_value(d, 1));
	text_put(t, ", flags=");
	if (named > 0 || flags == 0)
		value_put(t, ARG_CLONE_FLAGS, named);
	if (flags & CLONE_SIGNAL_MASK) {
		if (named > 0)
			text_put_char(t, '|');
		signal_put(t, (int) (flags & CLONE_SIGNAL_MASK));
	}
	if (flags & (CLONE_PARENT_SETTID | CLONE_PIDFD)) {
		text_put(t, ", parent_tid=");
		decode_pointer(t, arg_value(d, 2));
	}
	if (flags & CLONE_SETTLS) {
		text_put(t, ", tls=");
		decode_hex(t, arg_value(d, tls));
	}
	if (flags & CLONE_CHILD_TID) {
		text_put(t, ", child_tidptr=");
		decode_pointer(t, arg_value(d, child));
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

static void put_fcntl(Text *t, const Decoder *d)
{
	ArgKind kind = fcntl_arg_kind((uint32_t) arg_value(d, 1));

	decode_arg(t, d, 0);
	put_next(t, d, ARG_FCNTL_COMMAND, arg_value(d, 1));
	if (kind != _ARG_KIND_MAX)
		put_next(t, d, kind, arg_value(d, 2));
}

static void put_request(Text *t, uint32_t request)
{
	uint32_t direction = request >> 30;

	text_put(t, "_IOC(");
	if (direction & IOC_READ)
		text_put(t, direction & IOC_WRITE ? "_IOC_READ|_IOC_WRITE" : "_IOC_READ");
	else
		text_put(t, direction & IOC_WRITE ? "_IOC_WRITE" : "_IOC_NONE");
	text_put(t, ", ");
	decode_hex(t, request >> 8 & 0xff);
	text_put(t, ", ");
	decode_hex(t, request & 0xff);
	text_put(t, ", ");
	decode_hex(t, request >> 16 & 0x3fff);
	text_put_char(t, ')');
}

/* Requests that take nothing, whatever is in the register. */
static bool request_has_arg(uint32_t request)
{
	enum { TIOCEXCL = 0x540c, TIOCNXCL = 0x540d, TIOCNOTTY = 0x5422, TIOCVHANGUP = 0x5437, FIONCLEX = 0x5450,
	       FIOCLEX = 0x5451 };

	return request != TIOCEXCL && request != TIOCNXCL && request != TIOCNOTTY && request != TIOCVHANGUP &&
	       request != FIONCLEX && request != FIOCLEX;
}

static void put_ioctl(Text *t, const Decoder *d)
{
	uint32_t request = (uint32_t) arg_value(d, 1);
	const char *name = value_name(ARG_IOCTL, request);

	decode_arg(t, d, 0);
	text_put_bytes(t, ", ", 2);
	if (name)
		text_put(t, name);
	else
		put_request(t, request);
	if (!request_has_arg(request))
		return;
	put_next(t, d, request == TIOCSCTTY ? ARG_INT : name ? ARG_POINTER : ARG_HEX, arg_value(d, 2));
}

bool decode_special(Text *t, const Decoder *d)
{
	const SyscallArg *args = d->syscall->args;

	if (args[0].kind == ARG_PRCTL_OPTION)
		put_prctl(t, d);
	else if (args[0].kind == ARG_CLONE_FLAGS)
		put_clone(t, d);
	else if (args[1].kind == ARG_FUTEX_OP)
		put_futex(t, d);
	else if (args[1].kind == ARG_FCNTL_COMMAND)
		put_fcntl(t, d);
	else if (args[1].kind == ARG_IOCTL)
		put_ioctl(t, d);
	else
		return false;
	return true;
}
