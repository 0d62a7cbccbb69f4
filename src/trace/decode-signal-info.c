/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* siginfo_t where a call takes or gives it: unlike that of a signal that was delivered, anybody may have made it up. */

#include "trace/decode.h"

#include "trace/decode-siginfo.h"

void decode_signal_info(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	bool narrow = d->machine == MACHINE_I386;

	(void) i;
	decode_siginfo(w, &(Siginfo){
				  .signal = (int32_t) memory32(m, 0),
				  .error = (int32_t) memory32(m, 4),
				  .code = (int32_t) memory32(m, 8),
				  .fields = m->bytes + (narrow ? 12 : 16),
				  .narrow = narrow,
			  });
}
