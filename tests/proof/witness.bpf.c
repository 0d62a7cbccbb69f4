// SPDX-License-Identifier: GPL-2.0-only

/*
 * Which of the callers' blocked signals the kernel runs a program for when they are sent. All that it has in common with
 * the recorder is the tracepoint.
 */

#include "kernel.bpf.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define WITNESSED 64U

__u64 cgroup;
__s32 signal_sent;
__u64 sent[WITNESSED]; /* by caller, which is what the signal's value says */

char LICENSE[] SEC("license") = "GPL";

/* The beginning of siginfo_t, of a timer. */
struct TimerInfo {
	s32 signo, error, code, _pad;
	s32 timer, overrun;
	u64 value;
};

SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal, int signal, struct kernel_siginfo *info, struct task_struct *task, int group, int result)
{
	struct TimerInfo got;

	if (signal != signal_sent || result != 0 || task->cgroups->dfl_cgrp->kn->id != cgroup)
		return 0;
	if (bpf_probe_read_kernel(&got, sizeof(got), info) == 0 && got.value < WITNESSED)
		__sync_fetch_and_add(&sent[got.value], 1);
	return 0;
}
