/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/feature.h"

#include <bpf/btf.h>
#include <stddef.h>

#include "util/macro.h"
#include "util/system.h"

static const struct {
	const char *name;
	bool needed;
	size_t fact; /* offset in Facts */
	const char *with, *without;
} table[] = {
	{ "kernel-types", true, offsetof(Facts, types), "/sys/kernel/btf/vmlinux can be read",
	  "the kernel is built without CONFIG_DEBUG_INFO_BTF=y" },
	{ "cgroup2", true, offsetof(Facts, cgroup2), "the units of PID 1 are on it",
	  "boot with the unified hierarchy, or mount cgroup2 where traceloopd can see it" },
	{ "programs", true, offsetof(Facts, programs), "CAP_BPF and CAP_PERFMON suffice to load them",
	  "they are not loaded" },
	{ "systemd", true, offsetof(Facts, systemd), "PID 1 tells on the bus how units end",
	  "PID 1 is not heard on the bus: failures are missed" },
	{ "journal", true, offsetof(Facts, journal), "journald takes dumps of failed units",
	  "journald is not there: dumps of failed units are lost" },
	{ "thread-stacks", false, offsetof(Facts, thread_stacks), "threads are told apart by their kernel stacks",
	  "threads are told apart by their pids, which costs each call of each process more" },
	{ "invocation-ids", false, offsetof(Facts, invocation_ids), "they are read from cgroups in the kernel",
	  "how the kernel keeps attributes of cgroups is not known: the bus tells them, later" },
	{ "blocked-threads", false, offsetof(Facts, blocked_threads), "of a unit recorded late, the calls it is blocked in are shown",
	  "of a unit recorded late, the calls it is blocked in are not shown" },
	{ "file-names", false, offsetof(Facts, file_names), "it is noted which files descriptors stand for",
	  "it is not noted which files descriptors stand for: FileNames=, or a kernel before 6.2" },
	{ "signal-delivery", false, offsetof(Facts, signal_delivery), "signals are shown where they are delivered",
	  "signals are shown where they are sent only" },
	{ "oom-victims", false, offsetof(Facts, oom_victims), "the choice of the OOM killer is shown",
	  "the tracepoint mark_victim is not there or not known" },
	{ "io-uring-submissions", false, offsetof(Facts, uring_submissions), "they are recorded",
	  "the tracepoint io_uring_submit_req is not there or not known" },
	{ "io-uring-completions", false, offsetof(Facts, uring_completions), "they are recorded",
	  "the tracepoint io_uring_complete is not there or not known" },
};

static bool has_function(const struct btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

static bool struct_has(const struct btf *btf, const char *name, const char *member)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (unsigned) id) : NULL;

	for (unsigned i = 0; type && i < btf_vlen(type); i++)
		if (streq(btf__name_by_offset(btf, btf_members(type)[i].name_off), member))
			return true;
	return false;
}

/* As bpf/arm.bpf.h reads them: a tree since 6.2, a list before. */
static bool attributes_known(const struct btf *btf)
{
	return struct_has(btf, "simple_xattrs", "rb_root") || struct_has(btf, "simple_xattrs", "head");
}

void facts_find(const Recorder *r, Facts *ret)
{
	struct btf *btf = btf__load_vmlinux_btf();
	const char *why;

	*ret = (Facts){
		.programs = true, /* the recorder has loaded them, or there would be none */
		.thread_stacks = recorder_thread_key(r, &why) == THREAD_KEY_STACK,
		.invocation_ids = btf && attributes_known(btf),
		.blocked_threads = btf && has_function(btf, "bpf_copy_from_user_task"),
		.file_names = recorder_has_files(r),
		.signal_delivery = recorder_has_tracepoint(r, "signal_deliver"),
		.oom_victims = recorder_has_tracepoint(r, "mark_victim"),
		.uring_submissions = recorder_has_tracepoint(r, "io_uring_submit_req") ||
				     recorder_has_tracepoint(r, "io_uring_submit_sqe"),
		.uring_completions = recorder_has_tracepoint(r, "io_uring_complete"),
	};
	btf__free(btf);
}

void facts_update(Facts *facts, bool systemd)
{
	facts->types = system_has_types();
	facts->cgroup2 = system_has_cgroup2();
	facts->journal = system_has_journal();
	facts->systemd = systemd;
}

bool feature_get(const Facts *facts, unsigned index, Feature *ret)
{
	bool present;

	if (index >= ELEMENTS(table))
		return false;
	present = *(const bool *) ((const char *) facts + table[index].fact);
	*ret = (Feature){
		.name = table[index].name,
		.needed = table[index].needed,
		.present = present,
		.why = present ? table[index].with : table[index].without,
	};
	return true;
}
