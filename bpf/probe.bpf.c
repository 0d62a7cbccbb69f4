// SPDX-License-Identifier: GPL-2.0-only

/*
 * Whether the kernel stack names a thread on this kernel: run over a few calls of the daemon's own thread, before the
 * recorder is loaded. What counts is that both tracepoints, each time, and bpf_task_pt_regs(), by which others find the
 * thread, say the same.
 */

#include "kernel.bpf.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "stack.bpf.h"

char LICENSE[] SEC("license") = "GPL";

int probed_tid; /* of the initial PID namespace */
__u64 first_key;
__u32 seen, mismatches;

static __always_inline int compare(const struct pt_regs *regs)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u64 key;

	if (!probed_tid || task->pid != probed_tid)
		return 0;
	key = stack_key_from(&first_key, regs);
	if (!seen)
		first_key = key;
	if (key != first_key || key != stack_key_from(&first_key, (void *) bpf_task_pt_regs(task)))
		mismatches++;
	seen++;
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long nr)
{
	return compare(regs);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long result)
{
	return compare(regs);
}

/* Run by the thread that is to be looked at. */
SEC("syscall")
int begin(void *context)
{
	probed_tid = bpf_get_current_task_btf()->pid;
	return 0;
}
