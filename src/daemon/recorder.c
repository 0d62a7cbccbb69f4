/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/recorder.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "bpf/recorder.skel.h"
#include "daemon/skeleton.h"
#include "trace/syscall-table.h"
#include "util/log.h"
#include "util/macro.h"

#define STOCK_MAX 32U /* units born between two wake-ups of the daemon; a boot starts about as many at once */
struct Recorder {
	struct recorder_bpf *skel;
	Rings *rings;
	struct ring_buffer *control, *names;
	RingFiles *files;
	struct Slot *slots;
	size_t slots_bytes;
	uint64_t buffer_size;
	ThreadKey thread_key;
	const char *thread_key_why;
	unsigned n_stock_max;
	unsigned n_call_sets; /* set 0 included */
	bool attached;

	RecorderHandler handler; /* during recorder_dispatch() */
	void *userdata;
};

static _printf_(2, 0) int print_libbpf(enum libbpf_print_level level, const char *format, va_list ap)
{
	/* libbpf warns about what it then mends itself, and what fails for good is said by our own line. */
	if (log_get_level() >= LOG_DEBUG && level != LIBBPF_DEBUG)
		return vfprintf(stderr, format, ap);
	return 0;
}

static int load(Recorder *r, const RecorderConfig *config)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	int e;

	libbpf_set_print(print_libbpf);
	r->thread_key = config->thread_key;
	r->thread_key_why = "as TRACELOOP_THREADS= says";
	if (r->thread_key == THREAD_KEY_PROBED)
		r->thread_key = thread_key_probe(&r->thread_key_why);
	e = skeleton_load(&r->skel, config, r->thread_key);
	if (e < 0)
		return e;
	e = bpf_prog_test_run_opts(bpf_program__fd(r->skel->progs.start), &options);
	if (e < 0)
		return log_error_errno(e, "Failed to run the BPF start program: %m");
	if (r->thread_key == THREAD_KEY_PID)
		log_notice("Threads are told apart by their pids, which costs each call of each process more: %s",
			   r->thread_key_why);
	return 0;
}

static int on_control(void *context, void *data, size_t size)
{
	Recorder *r = context;

	if (size >= sizeof(struct ControlEvent))
		r->handler(data, r->userdata);
	return 0;
}

static int on_name(void *context, void *data, size_t size)
{
	Recorder *r = context;

	ring_files_told(r->files, data, size);
	return 0;
}

static int map_memory(Recorder *r, const RecorderConfig *config)
{
	struct recorder_bpf *skel = r->skel;
	size_t page = (size_t) sysconf(_SC_PAGESIZE);
	int e;

	r->slots_bytes = (bpf_map__max_entries(skel->maps.slots) * sizeof(struct Slot) + page - 1) & ~(page - 1);
	r->slots = mmap(NULL, r->slots_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(skel->maps.slots), 0);
	if (r->slots == MAP_FAILED) {
		r->slots = NULL;
		return log_error_errno(errno, "Failed to map the threads' slots: %m");
	}
	e = rings_new(&r->rings, bpf_map__fd(skel->maps.slabs), skel->bss->rings, bpf_map__fd(skel->maps.chunk_lists),
		      bpf_map__max_entries(skel->maps.chunk_lists), config->memory_max);
	if (e < 0)
		return log_error_errno(e, "Failed to keep books of the rings: %m");
	r->control = ring_buffer__new(bpf_map__fd(skel->maps.control), on_control, r, NULL);
	if (!r->control)
		return log_error_errno(errno, "Failed to map the control ring: %m");
	r->names = ring_buffer__new(bpf_map__fd(skel->maps.names), on_name, r, NULL);
	if (!r->names)
		return log_error_errno(errno, "Failed to map the ring of names: %m");
	e = ring_files_new(&r->files, r->rings);
	if (e < 0)
		return log_oom();
	return 0;
}

int recorder_new(Recorder **ret, const RecorderConfig *config)
{
	_cleanup_(recorder_freep) Recorder *r = calloc(1, sizeof(*r));
	uint64_t fit;
	int e;

	if (!r)
		return log_oom();
	r->buffer_size = config->buffer_size;
	r->n_call_sets = 1;
	e = load(r, config);
	if (e < 0)
		return e;
	e = map_memory(r, config);
	if (e < 0)
		return e;
	/* The stock must not eat what running units need. */
	fit = rings_memory_max(r->rings) / ((uint64_t) rings_chunks(r->buffer_size) * CHUNK_SIZE);
	r->n_stock_max = (unsigned) MIN(MAX(fit / 4, (uint64_t) 1), (uint64_t) STOCK_MAX);
	*ret = TAKE_PTR(r);
	return 0;
}

Recorder *recorder_free(Recorder *r)
{
	if (!r)
		return NULL;
	ring_buffer__free(r->control);
	ring_buffer__free(r->names);
	ring_files_free(r->files);
	rings_free(r->rings);
	if (r->slots)
		(void) munmap(r->slots, r->slots_bytes);
	recorder_bpf__destroy(r->skel);
	free(r);
	return NULL;
}

Rings *recorder_rings(Recorder *r)
{
	return r->rings;
}

ThreadKey recorder_thread_key(const Recorder *r, const char **ret_why)
{
	*ret_why = r->thread_key_why;
	return r->thread_key;
}

/* While nothing is attached nobody sees threads end and cgroups go, so nothing that is known of them is kept. */
static void forget_all(Recorder *r)
{
	int threads = bpf_map__fd(r->skel->maps.slot_of), cgroups = bpf_map__fd(r->skel->maps.cgroups);
	int stack = bpf_map__fd(r->skel->maps.free_slots);
	uint32_t tid, slot;
	uint64_t id;

	while (bpf_map_get_next_key(threads, NULL, &tid) == 0)
		(void) bpf_map_delete_elem(threads, &tid);
	while (bpf_map_get_next_key(cgroups, NULL, &id) == 0)
		(void) bpf_map_delete_elem(cgroups, &id);
	while (bpf_map_lookup_and_delete_elem(stack, NULL, &slot) == 0)
		;
	r->skel->data->slots_used = 1;
	recorder_rescan(r);
}

int recorder_set_attached(Recorder *r, bool attached)
{
	int e;

	if (attached == r->attached)
		return 0;
	if (attached) {
		forget_all(r);
		e = recorder_bpf__attach(r->skel);
		if (e < 0) {
			recorder_bpf__detach(r->skel);
			return log_error_errno(e, "Failed to attach the BPF programs: %m");
		}
	} else
		recorder_bpf__detach(r->skel);
	r->attached = attached;
	return 0;
}

bool recorder_is_attached(const Recorder *r)
{
	return r->attached;
}

/* The table that is not in use is filled, then the two change places in one store. */
int recorder_set_patterns(Recorder *r, const struct Pattern *patterns, unsigned n)
{
	uint32_t table = !(r->skel->bss->patterns_used >> 16);

	if (n > PATTERNS_MAX)
		return -E2BIG;
	memcpy(r->skel->bss->patterns[table], patterns, n * sizeof(*patterns));
	__atomic_store_n(&r->skel->bss->patterns_used, table << 16 | n, __ATOMIC_RELEASE);
	return 0;
}

int recorder_calls(Recorder *r, const CallSet *set)
{
	struct CallBits bits, *sets = r->skel->bss->call_sets;

	if (call_set_is_all(set))
		return 0;
	call_set_bits(set, MACHINE_NATIVE, MACHINE_COMPAT, &bits);
	for (unsigned i = 1; i < r->n_call_sets; i++)
		if (memcmp(&sets[i], &bits, sizeof(bits)) == 0)
			return (int) i;
	if (r->n_call_sets == CALL_SETS_MAX)
		return -ENOBUFS;
	sets[r->n_call_sets] = bits;
	return (int) r->n_call_sets++;
}

void recorder_set_calls(Recorder *r, uint32_t ring, unsigned calls)
{
	rings_get(r->rings, ring)->calls = calls;
}

static int cgroup_put(Recorder *r, uint64_t id, uint32_t ring, bool bound)
{
	struct CgroupEntry entry = { .ring = ring, .bound = bound };

	return bpf_map_update_elem(bpf_map__fd(r->skel->maps.cgroups), &id, &entry, BPF_ANY) < 0 ? -errno : 0;
}

int recorder_add_slice(Recorder *r, uint64_t id)
{
	return cgroup_put(r, id, 0, false);
}

int recorder_add_cgroup(Recorder *r, uint64_t id, uint32_t ring, bool own)
{
	if (own)
		rings_get(r->rings, ring)->cgroup = id;
	/* Whoever adds a cgroup by hand knows its invocation. */
	return cgroup_put(r, id, ring, true);
}

uint32_t recorder_ring_of_cgroup(Recorder *r, uint64_t id)
{
	struct CgroupEntry entry;

	if (bpf_map_lookup_elem(bpf_map__fd(r->skel->maps.cgroups), &id, &entry) < 0)
		return 0;
	return entry.ring;
}

void recorder_rescan(Recorder *r)
{
	__atomic_fetch_add(&r->skel->data->epoch, EPOCH_STEP, __ATOMIC_SEQ_CST);
}

/* The program runs over all there are while its output is read; it has none. */
static int iterate(const struct bpf_link *link)
{
	_cleanup_close_ int fd = -EBADF;
	char nothing;
	ssize_t n;

	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd < 0)
		return fd;
	do
		n = read(fd, &nothing, sizeof(nothing));
	while (n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN)));
	return n < 0 ? -errno : 0;
}

int recorder_fill_blocked(Recorder *r)
{
	int e = iterate(r->skel->links.on_task), f = iterate(r->skel->links.on_file);

	return e < 0 ? e : f;
}

int recorder_ring_new(Recorder *r, uint64_t size)
{
	return rings_alloc(r->rings, size);
}

/* A queue cannot be asked for its length, so what the daemon has put in is compared with what has come out. */
unsigned recorder_stock(Recorder *r)
{
	return r->skel->data->stock_put - r->skel->data->stock_taken;
}

int recorder_restock(Recorder *r)
{
	while (recorder_stock(r) < r->n_stock_max) {
		int ring = rings_alloc(r->rings, r->buffer_size);

		if (ring < 0)
			return ring;
		if (bpf_map_update_elem(bpf_map__fd(r->skel->maps.stock), NULL, &ring, BPF_ANY) < 0) {
			rings_release(r->rings, (uint32_t) ring);
			return -errno;
		}
		r->skel->data->stock_put++;
	}
	return 0;
}

static bool is_one_of(uint32_t ring, const uint32_t *rings, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (rings[i] == ring)
			return true;
	return false;
}

static void cgroups_forget(Recorder *r, const uint32_t *rings, unsigned n)
{
	int fd = bpf_map__fd(r->skel->maps.cgroups);
	struct CgroupEntry entry;
	uint64_t id, next;
	int more = bpf_map_get_next_key(fd, NULL, &next);

	while (more == 0) {
		id = next;
		more = bpf_map_get_next_key(fd, &id, &next);
		if (bpf_map_lookup_elem(fd, &id, &entry) == 0 && entry.ring && is_one_of(entry.ring, rings, n))
			(void) bpf_map_delete_elem(fd, &id);
	}
}

/* Without a ring, what is in flight is nobody's. A thread may be giving its slot to another ring at this moment. */
static void slots_forget(Recorder *r, const uint32_t *rings, unsigned n)
{
	unsigned used;

	(void) recorder_slots(r, &used);
	for (unsigned i = 1; i < used; i++) {
		uint32_t ring = r->slots[i].ring;

		if (ring && is_one_of(ring, rings, n))
			(void) __atomic_compare_exchange_n(&r->slots[i].ring, &ring, 0, false, __ATOMIC_SEQ_CST,
							   __ATOMIC_SEQ_CST);
	}
}

void recorder_ring_stop(Recorder *r, uint32_t ring)
{
	cgroups_forget(r, &ring, 1);
	recorder_rescan(r);
}

/*
 * Returns when no program that began before is still running: the global barrier is the kernel's synchronize_rcu().
 * Kernels with nohz_full= refuse it; they wait as well when an outer map is updated, be it with what is there.
 */
static int wait_for_programs(Recorder *r)
{
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) >= 0)
		return 0;
	return rings_touch(r->rings);
}

void recorder_ring_free(Recorder *r, const uint32_t *rings, unsigned n)
{
	int e;

	if (n == 0)
		return;
	cgroups_forget(r, rings, n);
	recorder_rescan(r);
	e = wait_for_programs(r);
	if (e < 0) {
		(void) log_warning_errno(e, "Failed to wait for BPF programs to end, keeping %u rings: %m", n);
		return;
	}
	slots_forget(r, rings, n);
	for (unsigned i = 0; i < n; i++) {
		ring_files_drop(r->files, rings[i]);
		rings_release(r->rings, rings[i]);
	}
	recorder_files_forgotten(r);
}

/* bpf_prog_info counts what the kernel did not run because the same program was running on that CPU. */
static uint64_t program_misses(const struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) < 0)
		return 0;
	return info.recursion_misses;
}

void recorder_losses(Recorder *r, RecorderLosses *ret)
{
	*ret = (RecorderLosses){
		.skipped = program_misses(r->skel->progs.on_sys_enter) + program_misses(r->skel->progs.on_sys_exit),
		.misnamed = r->skel->bss->threads_misnamed,
	};
}

uint64_t recorder_control_lost(Recorder *r)
{
	return r->skel->bss->control_lost;
}

const struct Slot *recorder_slots(Recorder *r, unsigned *ret_n)
{
	*ret_n = MIN(r->skel->data->slots_used, r->skel->rodata->slots_max);
	return r->slots;
}

RingFiles *recorder_files(Recorder *r)
{
	(void) ring_buffer__consume(r->names);
	return r->files;
}

bool recorder_has_tracepoint(const Recorder *r, const char *tracepoint)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, r->skel->obj) {
		const char *name = startswith(bpf_program__section_name(program), "tp_btf/");

		if (name && streq(name, tracepoint) && bpf_program__fd(program) >= 0)
			return true;
	}
	return false;
}

bool recorder_has_files(const Recorder *r)
{
	return r->skel->rodata->files_wanted && (r->skel->rodata->files_slow || r->skel->bss->files_cheap);
}

void recorder_forget_file(Recorder *r, uint32_t ring, const struct FileRef *file)
{
	struct {
		struct FileRef file;
		uint32_t ring, generation;
	} key = { .file = *file, .ring = ring, .generation = rings_get(r->rings, ring)->generation };

	(void) bpf_map_delete_elem(bpf_map__fd(r->skel->maps.files_told), &key);
}

void recorder_files_forgotten(Recorder *r)
{
	__atomic_fetch_add(&r->skel->bss->files_epoch, 1, __ATOMIC_SEQ_CST);
}

int recorder_files_fd(Recorder *r)
{
	return ring_buffer__epoll_fd(r->names);
}

int recorder_control_fd(Recorder *r)
{
	return ring_buffer__epoll_fd(r->control);
}

int recorder_dispatch(Recorder *r, RecorderHandler handler, void *userdata)
{
	r->handler = handler;
	r->userdata = userdata;
	return ring_buffer__consume(r->control);
}
