/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* arch_prctl(), which x86 alone has. */

#include "trace/decode.h"

#include "trace/command.h"
#include "trace/names.h"

enum {
	ARCH_GET_CPUID = 0x1011,
	ARCH_GET_XCOMP_SUPP = 0x1021,
	ARCH_GET_XCOMP_PERM = 0x1022,
	ARCH_REQ_XCOMP_PERM = 0x1023,
	ARCH_GET_XCOMP_GUEST_PERM = 0x1024,
	ARCH_REQ_XCOMP_GUEST_PERM = 0x1025,
};

/* Features of which a mask has one bit each: strace shows their names in a comment only. */
void decode_features(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint64_t features = memory64(m, 0);
	_cleanup_text_ Text names = {};
	Writer plain = { .text = &names };

	(void) d;
	(void) i;
	writer_reference_begin(w);
	if (w->style.json)
		writer_flags(w, ARG_FEATURE_MASK, features);
	else
		writer_hex(w, features);
	if (features != 0 && kind_names_any(ARG_FEATURE_MASK, features) && w->style.constants != CONSTANTS_RAW) {
		writer_flags(&plain, ARG_FEATURE_MASK, features);
		writer_comment(w, text_string(&names));
	}
	writer_reference_end(w);
}

void decode_arch_prctl(Writer *w, const Decoder *d)
{
	decode_next(w, d, 0, ARG_ARCH_PRCTL_OPTION);
	switch (arg_value(d, 0)) {
	case ARCH_GET_CPUID:
		break;
	case ARCH_GET_XCOMP_SUPP:
	case ARCH_GET_XCOMP_PERM:
	case ARCH_GET_XCOMP_GUEST_PERM:
		decode_next(w, d, 1, ARG_FEATURES_OUT);
		break;
	case ARCH_REQ_XCOMP_PERM:
	case ARCH_REQ_XCOMP_GUEST_PERM:
		decode_next(w, d, 1, ARG_FEATURE);
		break;
	default:
		if (!value_name(ARG_ARCH_PRCTL_OPTION, (uint32_t) arg_value(d, 0)))
			decode_next(w, d, 1, ARG_HEX);
		else
			decode_next(w, d, 1, command_arg(d->syscall, d->call->args, 1).kind);
	}
}
