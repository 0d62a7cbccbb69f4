/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the verifier had to do: loads the kernel side as the daemon does, and prints "PROGRAM INSTRUCTIONS" for each.
 *
 * It gives up at a million, which other kernels than that of a developer may reach first, and looks at some hundred
 * thousand a second, which is what a start of the daemon takes.
 */

#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/rules.h"

#include "bpf/recorder.skel.h"
#include "daemon/skeleton.h"
#include "daemon/variants.h"
#include "util/cleanup.h"

#define PROGRAMS_MAX 64
#define LOG_STATS 4 /* BPF_LOG_STATS, include/linux/bpf_verifier.h */

static char logs[PROGRAMS_MAX][65536];

static _printf_(2, 0) int print(enum libbpf_print_level level, const char *format, va_list ap)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, ap) : 0;
}

int main(void)
{
	struct bpf_program *program;
	struct recorder_bpf *skel;
	unsigned n = 0;

	libbpf_set_print(print);
	skel = skeleton_open();
	if (!skel || variants_choose(skel->obj) < 0)
		return 1;
	bpf_object__for_each_program(program, skel->obj) {
		if (n == PROGRAMS_MAX)
			return 1;
		(void) bpf_program__set_log_level(program, LOG_STATS);
		(void) bpf_program__set_log_buf(program, logs[n], sizeof(logs[n]));
		n++;
	}
	if (recorder_bpf__load(skel) < 0)
		return 1;
	n = 0;
	bpf_object__for_each_program(program, skel->obj) {
		const char *processed = strstr(logs[n++], "processed ");

		if (processed)
			printf("%s %lu\n", bpf_program__name(program), strtoul(processed + strlen("processed "), NULL, 10));
	}
	recorder_bpf__destroy(skel);
	return 0;
}
