/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/thread-key.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include "bpf/probe.skel.h"
#include "util/cleanup.h"
#include "util/macro.h"

static const char *const names[_THREAD_KEY_MAX] = {
	[THREAD_KEY_STACK] = "stack",
	[THREAD_KEY_PID] = "pid",
};

ThreadKey thread_key_from_string(const char *s)
{
	for (ThreadKey k = 0; k < _THREAD_KEY_MAX; k++)
		if (names[k] && streq(names[k], s))
			return k;
	return _THREAD_KEY_INVALID;
}

static void destroyp(struct probe_bpf **probe)
{
	probe_bpf__destroy(*probe);
}

/* The call that begins it, two more, and the one that ends it have passed the programs then. */
static int make_calls(struct probe_bpf *probe)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	int r;

	r = probe_bpf__attach(probe);
	if (r >= 0)
		r = bpf_prog_test_run_opts(bpf_program__fd(probe->progs.begin), &options);
	(void) getppid();
	(void) getppid();
	probe_bpf__detach(probe);
	return r;
}

ThreadKey thread_key_probe(const char **ret_why)
{
	_cleanup_(destroyp) struct probe_bpf *probe = probe_bpf__open_and_load();

	*ret_why = "the kernel does not load or attach programs that look at the kernel stack";
	if (!probe || make_calls(probe) < 0)
		return THREAD_KEY_PID;
	*ret_why = "the system call tracepoints do not name the top of the kernel stack";
	if (probe->bss->seen < 4 || probe->bss->mismatches > 0)
		return THREAD_KEY_PID;
	*ret_why = "the system call tracepoints name the top of the kernel stack";
	return THREAD_KEY_STACK;
}
