/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/skeleton.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/sysinfo.h>

#include "bpf/recorder-without-cast.skel.h"
#include "bpf/recorder.skel.h"
#include "daemon/variants.h"
#include "trace/memory-steps.h"
#include "util/log.h"
#include "util/macro.h"

#define SENDERS_MIN 1024U
#define SENDERS_PER_CPU 64U /* half of what the kernel keeps at hand on each CPU: one that has none takes another's */
#define SLOTS_PER_GIB 4096U
#define SLOTS_MIN 2048U
#define SLOTS_MAX 16384U /* what a verdict of bpf/thread.bpf.h has bits for */

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

/* A thread's slot costs 700 bytes, so small machines get fewer. */
static unsigned slots_for_machine(void)
{
	struct sysinfo info = {};
	uint64_t n;

	(void) sysinfo(&info);
	n = (uint64_t) info.totalram * info.mem_unit * SLOTS_PER_GIB >> 30;
	return (unsigned) MIN(MAX(n, (uint64_t) SLOTS_MIN), (uint64_t) SLOTS_MAX);
}

static unsigned n_lists(const StepTable *t)
{
	return (unsigned) (t->lists.size / sizeof(struct CallSteps));
}

static unsigned n_commands(const StepTable *t)
{
	return (unsigned) (t->commands.size / sizeof(CommandSteps));
}

/* A number without a name has a rule that takes all six arguments. */
static int rules_fill(struct CallRule *rules, StepTable *steps, unsigned string_size)
{
	step_table_add(steps, MACHINE_NATIVE, string_size, rules, 0);
	step_table_add(steps, MACHINE_COMPAT, string_size, rules + SYSCALLS_MAX, SYSCALLS_MAX);
	rules[RULES_MAX - 1] = (struct CallRule){ .n_args = CALL_ARGS_MAX, .command = COMMAND_NONE };
	return MIN(text_error(&steps->lists), text_error(&steps->commands));
}

static int steps_put(struct recorder_bpf *skel, const StepTable *t)
{
	const struct CallSteps *lists = (const struct CallSteps *) t->lists.data;
	const CommandSteps *commands = (const CommandSteps *) t->commands.data;
	int r = 0;

	for (uint32_t i = 0; i < n_lists(t) && r >= 0; i++)
		r = bpf_map_update_elem(bpf_map__fd(skel->maps.call_steps), &i, &lists[i], BPF_ANY);
	for (unsigned i = 0; i < n_commands(t) && r >= 0; i++)
		r = bpf_map_update_elem(bpf_map__fd(skel->maps.command_steps), &commands[i].key, &commands[i].steps,
					BPF_ANY);
	return r < 0 ? log_error_errno(errno, "Failed to tell the BPF programs what to capture: %m") : 0;
}

static void maps_size(struct recorder_bpf *skel, const RecorderConfig *config, const StepTable *steps)
{
	unsigned slots = slots_for_machine(), cpus = MAX(config->n_cpus, (unsigned) libbpf_num_possible_cpus());
	uint64_t chunks = MIN(config->memory_max / CHUNK_SIZE, (uint64_t) CHUNKS_MAX);

	skel->rodata->slots_max = slots;
	(void) bpf_map__set_max_entries(skel->maps.slots, slots);
	(void) bpf_map__set_max_entries(skel->maps.slot_of, slots);
	(void) bpf_map__set_max_entries(skel->maps.call_steps, n_lists(steps));
	(void) bpf_map__set_max_entries(skel->maps.command_steps, MAX(n_commands(steps), 1U));
	(void) bpf_map__set_max_entries(skel->maps.free_slots, slots);
	(void) bpf_map__set_max_entries(skel->maps.hints, cpus);
	(void) bpf_map__set_max_entries(skel->maps.senders, MAX(cpus * SENDERS_PER_CPU, SENDERS_MIN));
	/* Names that are remembered as told; beyond, the oldest are told once more. */
	(void) bpf_map__set_max_entries(skel->maps.files_told, slots);
	(void) bpf_map__set_max_entries(skel->maps.chunk_lists,
					(unsigned) MAX(chunks * CHUNK_LISTS_PER_CHUNK, (uint64_t) SLAB_CHUNKS * 4));
}

/* What keeps the programs from loading, in the order in which an administrator would look. */
static int explain_load(int error)
{
	if (access("/sys/kernel/btf/vmlinux", R_OK) < 0)
		return log_error_errno(error, "The kernel has no type information (/sys/kernel/btf/vmlinux): "
					      "boot one built with CONFIG_DEBUG_INFO_BTF=y");
	if (error == -EPERM)
		return log_error_errno(error, "Not allowed to load BPF programs: run as root with CAP_BPF and "
					      "CAP_PERFMON, and let the unit's SystemCallFilter= have bpf");
	if (error == -EACCES || error == -EINVAL)
		return log_error_errno(error, "The kernel refuses the BPF programs: it is older than what they need, "
					      "Linux 6.1, or changed (run with --debug for its reason): %m");
	return log_error_errno(error, "Failed to load the BPF programs (run with --debug for libbpf's words): %m");
}

static void constants_fill(struct recorder_bpf *skel, const RecorderConfig *config, ThreadKey thread_key)
{
	skel->rodata->threads_by_pid = thread_key == THREAD_KEY_PID;
	skel->rodata->no_durations = config->no_durations;
	skel->rodata->files_wanted = config->files;
	skel->rodata->files_slow = config->files_dear;
	(void) getrandom(&skel->rodata->files_secret, sizeof(skel->rodata->files_secret), 0);
}

int skeleton_load(struct recorder_bpf **ret, const RecorderConfig *config, ThreadKey thread_key)
{
	_cleanup_step_table_ StepTable steps = {};
	struct recorder_bpf *skel;
	int e;

	skel = skeleton_open();
	if (!skel)
		return log_error_errno(errno, "Failed to open the BPF object: %m");
	constants_fill(skel, config, thread_key);
	e = rules_fill(skel->rodata->rules, &steps, config->string_size);
	if (e >= 0) {
		maps_size(skel, config, &steps);
		e = variants_choose(skel->obj);
	}
	if (e >= 0)
		e = recorder_bpf__load(skel);
	if (e < 0) {
		recorder_bpf__destroy(skel);
		return explain_load(e);
	}
	e = steps_put(skel, &steps);
	if (e < 0) {
		recorder_bpf__destroy(skel);
		return e;
	}
	*ret = skel;
	return 0;
}
