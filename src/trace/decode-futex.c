/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* futex(): most operations do not use all arguments, and some use one for another purpose. */

#include "trace/decode.h"

#include "trace/command.h"
#include "trace/names.h"

enum {
	FUTEX_PRIVATE_FLAG = 128,
	FUTEX_CLOCK_REALTIME = 256,
};

enum {
	FUTEX_WAIT,
	FUTEX_WAKE,
	FUTEX_FD,
	FUTEX_REQUEUE,
	FUTEX_CMP_REQUEUE,
	FUTEX_WAKE_OP,
	FUTEX_LOCK_PI,
	FUTEX_UNLOCK_PI,
	FUTEX_TRYLOCK_PI,
	FUTEX_WAIT_BITSET,
	FUTEX_WAKE_BITSET,
	FUTEX_WAIT_REQUEUE_PI,
	FUTEX_CMP_REQUEUE_PI,
	FUTEX_LOCK_PI2,
};

/* Those that are told which clock their timeout is of. */
static bool takes_clock(uint32_t op)
{
	return op == FUTEX_WAIT || op == FUTEX_WAIT_BITSET || op == FUTEX_WAIT_REQUEUE_PI || op == FUTEX_LOCK_PI2;
}

/* The operation with its flags. */
static void put_operation(Writer *w, uint32_t op)
{
	const uint32_t flags = FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME;
	const char *name = value_name(ARG_FUTEX_OP, op & ~flags);
	_cleanup_text_ Text whole = {};

	if (!name || (op & FUTEX_CLOCK_REALTIME && !takes_clock(op & ~flags))) {
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

/* One of four numbers in the last argument of FUTEX_WAKE_OP, moved to where it is there. */
static void put_shifted(Writer *w, ArgKind list, uint32_t value, const char *shift)
{
	if (value_name(list, value) && w->style.constants != CONSTANTS_RAW) {
		writer_choice(w, list, value);
		writer_punctuation(w, shift);
		return;
	}
	writer_hex(w, value);
	writer_punctuation(w, shift);
	writer_comment(w, kind_unknown(list)); /* by strace even where constants are raw */
}

static void put_wake_op(Writer *w, const Decoder *d)
{
	enum { OPARG_SHIFT = 8, OP_MASK = 7 };
	uint32_t value = (uint32_t) arg_value(d, 5);

	writer_argument(w, d->syscall->args[5].name, false);
	if (w->style.json) {
		writer_unsigned(w, value);
		return;
	}
	if (value >> 28 & OPARG_SHIFT) {
		writer_named(w, OPARG_SHIFT, BASE_HEX, "FUTEX_OP_OPARG_SHIFT");
		writer_punctuation(w, "<<28|");
	}
	put_shifted(w, ARG_FUTEX_WAKE_OP, value >> 28 & OP_MASK, "<<28");
	writer_punctuation(w, "|");
	writer_hex(w, value >> 12 & 0xfff);
	writer_punctuation(w, "<<12|");
	put_shifted(w, ARG_FUTEX_WAKE_COMPARISON, value >> 24 & 0xf, "<<24");
	writer_punctuation(w, "|");
	writer_hex(w, value & 0xfff);
}

/* Numbers of 32 bits, though the register has 64. */
static void put_hex32(Writer *w, const Decoder *d, unsigned i)
{
	writer_argument(w, d->syscall->args[i].name, false);
	writer_hex(w, (uint32_t) arg_value(d, i));
}

static void put_wait(Writer *w, const Decoder *d, uint32_t op)
{
	decode_next(w, d, 2, ARG_UNSIGNED);
	decode_next(w, d, 3, command_arg(d->syscall, d->call->args, 3).kind);
	if (op == FUTEX_WAIT_BITSET)
		put_bitset(w, d);
	else if (op == FUTEX_WAIT_REQUEUE_PI)
		decode_next(w, d, 4, ARG_POINTER);
}

/* The fourth argument is a number here. */
static void put_requeue(Writer *w, const Decoder *d, uint32_t op)
{
	decode_next(w, d, 2, ARG_UNSIGNED);
	decode_next(w, d, 3, ARG_UNSIGNED);
	decode_next(w, d, 4, ARG_POINTER);
	if (op == FUTEX_WAKE_OP)
		put_wake_op(w, d);
	else if (op != FUTEX_REQUEUE)
		decode_next(w, d, 5, ARG_UNSIGNED);
}

static void put_rest(Writer *w, const Decoder *d, uint32_t op)
{
	switch (op) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAIT_REQUEUE_PI:
		put_wait(w, d, op);
		break;
	case FUTEX_WAKE:
	case FUTEX_FD:
		decode_next(w, d, 2, ARG_UNSIGNED);
		break;
	case FUTEX_WAKE_BITSET:
		decode_next(w, d, 2, ARG_UNSIGNED);
		put_bitset(w, d);
		break;
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
	case FUTEX_CMP_REQUEUE_PI:
	case FUTEX_WAKE_OP:
		put_requeue(w, d, op);
		break;
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		decode_next(w, d, 3, command_arg(d->syscall, d->call->args, 3).kind);
		break;
	case FUTEX_UNLOCK_PI:
	case FUTEX_TRYLOCK_PI:
		break;
	default:
		decode_next(w, d, 2, ARG_UNSIGNED);
		decode_next(w, d, 3, ARG_POINTER);
		decode_next(w, d, 4, ARG_POINTER);
		put_hex32(w, d, 5);
	}
}

void decode_futex(Writer *w, const Decoder *d)
{
	uint32_t op = (uint32_t) arg_value(d, 1);

	decode_next(w, d, 0, ARG_POINTER);
	writer_argument(w, d->syscall->args[1].name, false);
	put_operation(w, op);
	put_rest(w, d, op & ~(uint32_t) (FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME));
}
