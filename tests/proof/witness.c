/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/proof/witness.h"

#include "tests/proof/witness.skel.h"
#include "util/log.h"
#include "util/macro.h"

struct Witness {
	struct witness_bpf *skel;
};

int witness_new(Witness **ret, uint64_t cgroup, int signal)
{
	Witness *w = calloc(1, sizeof(*w));
	int e;

	if (!w)
		return log_oom();
	w->skel = witness_bpf__open_and_load();
	if (!w->skel)
		return log_error_errno(errno, "Failed to load the witness: %m");
	w->skel->bss->cgroup = cgroup;
	w->skel->bss->signal_sent = signal;
	e = witness_bpf__attach(w->skel);
	if (e < 0)
		return log_error_errno(e, "Failed to attach the witness: %m");
	*ret = w;
	return 0;
}

uint64_t witness_sent(const Witness *w, uint32_t caller)
{
	if (caller >= ELEMENTS(w->skel->bss->sent))
		return 0;
	return __atomic_load_n(&w->skel->bss->sent[caller], __ATOMIC_ACQUIRE);
}
