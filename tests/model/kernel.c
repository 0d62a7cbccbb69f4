/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/model/kernel.h"

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

#include "tests/model/turns.h"

#include <bpf/bpf_helpers.h>

/* The one place with instructions of BPF. Here threads are told by their pids. */
#define volatile(...) ("")
#include "bpf/stack.bpf.h"
#undef volatile

#undef PUBLISH
#define PUBLISH(target, value)                                                                                         \
	do {                                                                                                           \
		__typeof__(target) _value = (value);                                                                   \
		turn();                                                                                                \
		*(volatile __typeof__(target) *) &(target) = (_value);                                                 \
		turn();                                                                                                \
	} while (0)
#define __sync_val_compare_and_swap(...) (turn(), __sync_val_compare_and_swap(__VA_ARGS__))
#define __sync_lock_test_and_set(...) (turn(), __sync_lock_test_and_set(__VA_ARGS__))
#define __sync_fetch_and_add(...) (turn(), __sync_fetch_and_add(__VA_ARGS__))

#include "bpf/recorder.bpf.c"

#define CALL_NR 0x7001
#define FREE_MAX 8U

typedef struct TidSlot {
	u32 tid, slot;
} TidSlot;

/* What is not to be looked at by readers: of the maps, and of the tasks. */
typedef struct Inside {
	struct Ring ring;
	struct Hint hints[ACTORS_MAX];
	TidSlot tids[TASKS];
	u32 free[FREE_MAX], n_free;
	u64 verdicts[TASKS], epoch;
	u32 slots_used;
	unsigned cgroup_of[TASKS];
} Inside;

Kernel kernel;
static Inside inside, saved_inside;
static struct CpuHints cpu_hints[ACTORS_MAX];
static Kernel saved;
static unsigned run_as;

static struct cgroup_root root;
static struct kernfs_node nodes[_CGROUPS_MAX] = { { .id = 100 }, { .id = 200 } };
static struct cgroup cgroups_of[_CGROUPS_MAX] = { { .kn = &nodes[0], .root = &root },
						  { .kn = &nodes[1], .root = &root } };
static struct css_set css_sets[_CGROUPS_MAX] = { { .dfl_cgrp = &cgroups_of[0] }, { .dfl_cgrp = &cgroups_of[1] } };
static struct CgroupEntry entries[_CGROUPS_MAX] = { { .ring = THE_RING, .bound = 1 }, { .ring = 0 } };
static struct pid pids[TASKS];
static struct signal_struct signals[TASKS];
static struct task_struct tasks[TASKS];

uint64_t kernel_clock(void)
{
	return ++kernel.clock;
}

struct Ring *kernel_ring(void)
{
	return &rings[THE_RING];
}

static unsigned current_task(void)
{
	unsigned task = turns_task();

	return task ? task : run_as;
}

u64 bpf_ktime_get_ns(void)
{
	turn();
	return kernel.read[current_task()] = kernel_clock();
}

u32 bpf_get_smp_processor_id(void)
{
	return turns_task() || !run_as ? turns_cpu() : run_as - 1;
}

u64 bpf_get_current_uid_gid(void)
{
	return 0;
}

struct task_struct *bpf_get_current_task_btf(void)
{
	return &tasks[current_task()];
}

long bpf_task_pt_regs(struct task_struct *task)
{
	return 0;
}

static TidSlot *tid_find(u32 tid)
{
	for (unsigned i = 0; i < TASKS; i++)
		if (inside.tids[i].tid == tid)
			return &inside.tids[i];
	return NULL;
}

static struct CgroupEntry *entry_find(u64 id)
{
	for (unsigned i = 0; i < _CGROUPS_MAX; i++)
		if (nodes[i].id == id)
			return &entries[i];
	return NULL;
}

void *bpf_map_lookup_elem(void *map, const void *key)
{
	u32 n = *(const u32 *) key;
	static char slab;
	TidSlot *t;

	turn();
	if (map == &slabs)
		return n == 0 ? &slab : NULL;
	if (map == &slab)
		return kernel.chunks;
	if (map == &chunk_lists)
		return n < CHUNKS ? &kernel.list[n] : NULL;
	if (map == &slots)
		return n < SLOTS ? &kernel.slots[n] : NULL;
	if (map == &hints)
		return &cpu_hints[n];
	if (map == &cgroups)
		return entry_find(*(const u64 *) key);
	t = map == &slot_of ? tid_find(n) : NULL;
	return t ? &t->slot : NULL;
}

long bpf_map_update_elem(void *map, const void *key, const void *value, u64 flags)
{
	TidSlot *t;

	turn();
	t = map == &slot_of ? tid_find(0) : NULL;
	if (!t)
		return -1;
	*t = (TidSlot){ .tid = *(const u32 *) key, .slot = *(const u32 *) value };
	return 0;
}

long bpf_map_delete_elem(void *map, const void *key)
{
	TidSlot *t;

	turn();
	t = map == &slot_of ? tid_find(*(const u32 *) key) : NULL;
	if (t)
		*t = (TidSlot){};
	return t ? 0 : -1;
}

long bpf_map_push_elem(void *map, const void *value, u64 flags)
{
	turn();
	if (map != &free_slots || inside.n_free == FREE_MAX)
		return -1;
	inside.free[inside.n_free++] = *(const u32 *) value;
	return 0;
}

long bpf_map_pop_elem(void *map, void *value)
{
	turn();
	if (map != &free_slots || inside.n_free == 0)
		return -1;
	*(u32 *) value = inside.free[--inside.n_free];
	return 0;
}

long bpf_probe_read_kernel(void *to, u32 size, const void *from)
{
	__builtin_memcpy(to, from, size);
	return 0;
}

/* Nothing else of the kernel's or the process' memory is there. */

long bpf_probe_read_kernel_str(void *to, u32 size, const void *from)
{
	return -1;
}

long bpf_probe_read_user(void *to, u32 size, const void *from)
{
	return -1;
}

long bpf_probe_read_user_str(void *to, u32 size, const void *from)
{
	return -1;
}

long bpf_copy_from_user_task(void *to, u32 size, const void *from, struct task_struct *task, u64 flags)
{
	return -1;
}

long bpf_strncmp(const char *a, u32 size, const char *b)
{
	return -1;
}

long bpf_loop(u32 n, void *step, void *context, u64 flags)
{
	return -1;
}

void *bpf_ringbuf_reserve(void *map, u64 size, u64 flags)
{
	return NULL;
}

void bpf_ringbuf_submit(void *data, u64 flags)
{
}

void bpf_ringbuf_discard(void *data, u64 flags)
{
}

long bpf_ringbuf_output(void *map, void *data, u64 size, u64 flags)
{
	return -1;
}

u64 bpf_ringbuf_query(void *map, u64 flags)
{
	return 0;
}

/* What the daemon says before it loads the programs. */
static void constant_set(const volatile void *at, const void *value, size_t size)
{
	u64 page, end;

	asm volatile("" : "+r"(at)); /* what is known to be constant is not written to */
	page = (u64) at & ~4095ULL;
	end = (u64) at + size;
	if (mprotect((void *) page, end - page, PROT_READ | PROT_WRITE) < 0)
		__builtin_trap();
	__builtin_memcpy((void *) at, value, size);
}

static void constants_set(void)
{
	const struct CallRule rule = { .n_args = 1 };
	const bool yes = true, no = false;
	const u32 n = SLOTS;

	constant_set(&rules[RULES_MAX - 1], &rule, sizeof(rule));
	constant_set(&threads_by_pid, &yes, sizeof(yes));
	constant_set(&files_wanted, &no, sizeof(no));
	constant_set(&slots_max, &n, sizeof(n));
}

static void tasks_place(void)
{
	for (unsigned i = 1; i < TASKS; i++)
		tasks[i].cgroups = &css_sets[inside.cgroup_of[i]];
}

void kernel_reset(unsigned chunks)
{
	constants_set();
	kernel = (Kernel){};
	inside = (Inside){};
	rings[THE_RING] = (struct Ring){ .list = (u64) chunks << 32, .event_chunk = CHUNKS };
	for (unsigned i = 0; i < ACTORS_MAX; i++)
		cpu_hints[i].of[THE_RING] = (struct Hint){};
	for (unsigned i = 0; i < CHUNKS; i++) {
		kernel.list[i] = i;
		kernel.chunks[i].header = (struct ChunkHeader){ .used = sizeof(struct ChunkHeader), .ring = THE_RING };
	}
	for (unsigned i = 1; i < TASKS; i++) {
		pids[i].numbers[0].nr = (int) (1000 + i);
		signals[i].nr_threads = 1;
		tasks[i].pid = tasks[i].tgid = (int) i;
		tasks[i].thread_pid = &pids[i];
		tasks[i].signal = &signals[i];
		tasks[i].group_leader = &tasks[i];
		threads[i] = 0;
	}
	epoch = EPOCH_STEP;
	slots_used = 1;
	tasks_place();
}

void kernel_save(void)
{
	for (unsigned i = 0; i < TASKS; i++)
		inside.verdicts[i] = threads[i];
	for (unsigned i = 0; i < ACTORS_MAX; i++)
		inside.hints[i] = cpu_hints[i].of[THE_RING];
	inside.ring = rings[THE_RING];
	inside.epoch = epoch;
	inside.slots_used = slots_used;
	saved = kernel;
	saved_inside = inside;
}

void kernel_restore(void)
{
	kernel = saved;
	inside = saved_inside;
	for (unsigned i = 0; i < TASKS; i++)
		threads[i] = inside.verdicts[i];
	for (unsigned i = 0; i < ACTORS_MAX; i++)
		cpu_hints[i].of[THE_RING] = inside.hints[i];
	rings[THE_RING] = inside.ring;
	epoch = inside.epoch;
	slots_used = inside.slots_used;
	tasks_place();
}

static struct pt_regs regs_of(uint64_t number)
{
#if defined(__TARGET_ARCH_x86)
	return (struct pt_regs){ .di = number, .orig_ax = CALL_NR };
#else
	return (struct pt_regs){ .orig_x0 = number, .syscallno = CALL_NR };
#endif
}

void kernel_enter(uint64_t number)
{
	struct pt_regs regs = regs_of(number);

	(void) on_sys_enter(&regs, CALL_NR);
}

void kernel_exit(uint64_t number)
{
	struct pt_regs regs = regs_of(number);

	(void) on_sys_exit(&regs, -38);
}

void kernel_move(unsigned task, unsigned cgroup)
{
	inside.cgroup_of[task] = cgroup;
	turn();
	tasks[task].cgroups = &css_sets[cgroup];
	turn();
	(void) on_cgroup_attach(&cgroups_of[cgroup], "", &tasks[task], false);
}

void kernel_run_as(unsigned task)
{
	run_as = task;
}
