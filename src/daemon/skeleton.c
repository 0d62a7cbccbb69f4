/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/skeleton.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "bpf/record.h"

#include "bpf/recorder-without-cast.skel.h"
#include "bpf/recorder.skel.h"

/* The two differ in code alone, so what libbpf fills in fits both. */
#define SAME_SIZE(section)                                                                                             \
	_Static_assert(sizeof(((struct recorder_bpf *) NULL)->section[0]) ==                                           \
			       sizeof(((struct recorder_without_cast_bpf *) NULL)->section[0]),                        \
		       #section)
SAME_SIZE(rodata);
SAME_SIZE(data);
SAME_SIZE(bss);

static bool kernel_has_function(const char *name)
{
	return libbpf_find_vmlinux_btf_id(name, BPF_TRACE_FENTRY) > 0;
}

struct recorder_bpf *skeleton_open(void)
{
	struct recorder_bpf *skel = calloc(1, sizeof(*skel));
	int e;

	if (!skel)
		return NULL;
	e = recorder_bpf__create_skeleton(skel);
	if (e >= 0 && !kernel_has_function("bpf_rdonly_cast"))
		skel->skeleton->data = (void *) recorder_without_cast_bpf__elf_bytes(&skel->skeleton->data_sz);
	if (e >= 0)
		e = bpf_object__open_skeleton(skel->skeleton, NULL);
	if (e < 0) {
		recorder_bpf__destroy(skel);
		errno = -e;
		return NULL;
	}
	return skel;
}
