/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the landlock calls are given: rights that are handled, and rules. */

#include "trace/decode.h"

#define RULESET_MAX 4096U /* the kernel takes no more than a page */

static void put_rights(Writer *w, const char *name, ArgKind list, uint64_t rights)
{
	writer_member_flags(w, name, list, rights);
}

/* Each version is longer, and strace knows the first. */
void decode_landlock_ruleset(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	enum { FIRST = 8, WITH_NET = 16, WITH_SCOPE = 24 };

	if (m->captured < FIRST || m->requested > RULESET_MAX) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	put_rights(w, "handled_access_fs", ARG_LANDLOCK_ACCESS_FS, memory64(m, 0));
	if (m->captured >= WITH_NET)
		put_rights(w, "handled_access_net", ARG_LANDLOCK_ACCESS_NET, memory64(m, FIRST));
	if (m->captured >= WITH_SCOPE)
		put_rights(w, "scoped", ARG_LANDLOCK_SCOPE, memory64(m, WITH_NET));
	if (m->requested > WITH_SCOPE)
		writer_more(w);
	writer_struct_end(w);
}

void decode_landlock_path(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_struct_begin(w);
	put_rights(w, "allowed_access", ARG_LANDLOCK_ACCESS_FS, memory64(m, 0));
	writer_member_signed(w, "parent_fd", (int32_t) memory32(m, 8));
	writer_struct_end(w);
}

void decode_landlock_port(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_struct_begin(w);
	put_rights(w, "allowed_access", ARG_LANDLOCK_ACCESS_NET, memory64(m, 0));
	writer_member_unsigned(w, "port", memory64(m, 8));
	writer_struct_end(w);
}
