/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* quotactl(): a command of its own on each type of quota, which says what the other arguments are. */

#include "trace/decode.h"

#include "trace/command.h"
#include "trace/names.h"

#define TYPE_BITS 8
#define TYPE_MASK 0xffU

/* What a command has behind it. */
typedef enum QuotaForm {
	QUOTA_ID_AND_ADDRESS, /* also those that are not known */
	QUOTA_FORMAT_AND_PATH,
	QUOTA_ADDRESS,
	QUOTA_NOTHING,
} QuotaForm;

static QuotaForm quota_form(uint32_t command)
{
	switch (command) {
	case 0x800001: /* Q_SYNC */
	case 0x800003: /* Q_QUOTAOFF */
	case 0x5807:   /* Q_XQUOTASYNC */
		return QUOTA_NOTHING;
	case 0x800002: /* Q_QUOTAON */
		return QUOTA_FORMAT_AND_PATH;
	case 0x800004: /* Q_GETFMT */
	case 0x800005: /* Q_GETINFO */
	case 0x800006: /* Q_SETINFO */
	case 0x5801:   /* Q_XQUOTAON */
	case 0x5802:   /* Q_XQUOTAOFF */
	case 0x5805:   /* Q_XGETQSTAT */
	case 0x5806:   /* Q_XQUOTARM */
	case 0x5808:   /* Q_XGETQSTATV */
		return QUOTA_ADDRESS;
	default:
		return QUOTA_ID_AND_ADDRESS;
	}
}

static void put_name(Text *t, ArgKind list, uint32_t value)
{
	const char *name = value_name(list, value);

	if (name)
		text_put(t, name);
	else
		text_printf(t, "%#x /* %s */", value, kind_unknown(list));
}

static void put_request(Writer *w, uint32_t request)
{
	_cleanup_text_ Text form = {};

	text_put(&form, "QCMD(");
	put_name(&form, ARG_QUOTA_COMMAND, request >> TYPE_BITS);
	text_put(&form, ", ");
	put_name(&form, ARG_QUOTA_TYPE, request & TYPE_MASK);
	text_put(&form, ")");
	writer_formed(w, request, BASE_DECIMAL, text_string(&form));
}

/* The request is the first argument, or the second behind a descriptor. */
void decode_quota(Writer *w, const Decoder *d)
{
	const SyscallArg *args = d->syscall->args;
	unsigned request = args[0].kind == ARG_QUOTA_REQUEST ? 0 : 1, other = 1 - request;
	QuotaForm form = quota_form((uint32_t) arg_value(d, request) >> TYPE_BITS);

	if (other == 0)
		decode_next(w, d, other, args[other].kind);
	writer_argument(w, args[request].name, false);
	put_request(w, (uint32_t) arg_value(d, request));
	if (other == 1)
		decode_next(w, d, other, args[other].kind);
	if (form == QUOTA_ID_AND_ADDRESS)
		decode_next(w, d, 2, ARG_UID);
	else if (form == QUOTA_FORMAT_AND_PATH)
		decode_next(w, d, 2, ARG_QUOTA_FORMAT);
	if (form != QUOTA_NOTHING)
		decode_next(w, d, 3, command_arg(d->syscall, d->call->args, 3).kind);
}

static void put_numbers(Writer *w, const CallMemory *m, const char *const *names, unsigned offset)
{
	for (unsigned n = 0; names[n]; n++)
		writer_member_unsigned(w, names[n], memory64(m, offset + n * 8));
}

void decode_quota_block(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const names[] = { "dqb_bhardlimit", "dqb_bsoftlimit", "dqb_curspace", "dqb_ihardlimit",
					     "dqb_isoftlimit", "dqb_curinodes",  NULL };
	static const char *const times[] = { "dqb_btime", "dqb_itime", NULL };

	(void) d;
	(void) i;
	writer_struct_begin(w);
	put_numbers(w, m, names, 0);
	if (w->style.verbose) {
		put_numbers(w, m, times, 48);
		writer_member_flags(w, "dqb_valid", ARG_QUOTA_VALID, memory32(m, 64));
	} else
		writer_more(w);
	writer_struct_end(w);
}

void decode_quota_info(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const names[] = { "dqi_bgrace", "dqi_igrace", NULL };

	(void) d;
	(void) i;
	writer_struct_begin(w);
	put_numbers(w, m, names, 0);
	writer_member_flags(w, "dqi_flags", ARG_QUOTA_FLAGS, memory32(m, 16));
	writer_member_flags(w, "dqi_valid", ARG_QUOTA_INFO_VALID, memory32(m, 20));
	writer_struct_end(w);
}

void decode_quota_format(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_reference_begin(w);
	writer_choice(w, ARG_QUOTA_FORMAT, memory32(m, 0));
	writer_reference_end(w);
}
