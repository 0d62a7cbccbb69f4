/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* POSIX message queues: their attributes. */

#include "trace/decode.h"

/* What mq_open() takes no flags from, mq_getsetattr() sets one by. */
void decode_mq_attr(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	static const char *const names[] = { "mq_maxmsg", "mq_msgsize", "mq_curmsgs" };
	uint64_t flags = memory_word(d, m, 0);

	writer_struct_begin(w);
	writer_member(w, "mq_flags");
	if (i == 3)
		writer_hex(w, flags);
	else
		writer_flags(w, ARG_MQ_FLAGS, flags);
	for (unsigned n = 0; n < 3; n++)
		writer_member_signed(w, names[n], memory_long(d, m, n + 1));
	writer_struct_end(w);
}
