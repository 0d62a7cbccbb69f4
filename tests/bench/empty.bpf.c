// SPDX-License-Identifier: GPL-2.0-only

/* The yardstick: what two programs cost that do nothing, on the tracepoints that the recorder uses. */

#include "kernel.bpf.h"

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

SEC("tp_btf/sys_enter")
int on_sys_enter(void *context)
{
	return 0;
}

SEC("tp_btf/sys_exit")
int on_sys_exit(void *context)
{
	return 0;
}
