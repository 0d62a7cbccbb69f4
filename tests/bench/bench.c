/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Measures rounds for tests/bench/run, which makes the cgroups and works out the figures:
 *
 *     bench CGROUP OTHER ROUNDS
 *
 * It moves to CGROUP. A round is nothing - empty pair - variant - empty pair, one after the other in this process, for
 * each of the loops. One line a round and loop: the four in ns per call, and how many links others had on the same
 * tracepoints, whose cost is in all four.
 *
 *     recorded getppid 165.2 306.1 409.7 305.8 0
 *
 * The variants are the recorder with OTHER as the recorded cgroup, and with CGROUP as it. The ring's own books have to
 * agree that each call was recorded, or that none was; else there are no figures.
 *
 * Pinned to one CPU at SCHED_FIFO. What still comes between (interrupts, the hypervisor, other processes' use of the
 * caches) shows in "nothing" or in the difference of the empty pairs: no round is left out here.
 */

#include <bpf/bpf.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>

#include "daemon/reader.h"
#include "daemon/recorder.h"
#include "tests/bench/empty.skel.h"
#include "tests/bench/loop.h"
#include "util/cgroup.h"
#include "util/log.h"
#include "util/macro.h"

#define STRING_SIZE 64U /* the whole payload of the read loop */
#define RING_SIZE (256ULL << 10) /* the default of BufferSize= */

typedef enum State {
	STATE_NOTHING,
	STATE_EMPTY,
	STATE_UNRECORDED,
	STATE_RECORDED,
} State;

typedef struct Bench {
	Recorder *recorder;
	struct empty_bpf *empty;
	int ring;
	uint64_t own, other; /* cgroup ids */
	Loops *loops;
} Bench;

static bool link_is_on_syscalls(uint32_t id)
{
	_cleanup_close_ int fd = bpf_link_get_fd_by_id(id);
	char name[sizeof("sys_enter")] = {};
	struct bpf_link_info info = {
		.raw_tracepoint = { .tp_name = (uintptr_t) name, .tp_name_len = sizeof(name) },
	};
	uint32_t size = sizeof(info);

	/* A name that does not fit is another tracepoint's (ENOSPC). */
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) < 0 || info.type != BPF_LINK_TYPE_RAW_TRACEPOINT)
		return false;
	return streq(name, "sys_enter") || streq(name, "sys_exit");
}

/* Return: how many BPF programs are on the two tracepoints; ask while ours are not. */
static unsigned count_others(void)
{
	unsigned n = 0;

	for (uint32_t id = 0; bpf_link_get_next_id(id, &id) == 0;)
		n += link_is_on_syscalls(id);
	return n;
}

static int state_leave(Bench *b)
{
	empty_bpf__detach(b->empty);
	return recorder_set_attached(b->recorder, false);
}

static int state_enter(Bench *b, State state)
{
	int e = state_leave(b);

	if (e < 0)
		return e;
	if (state == STATE_NOTHING)
		return 0;
	if (state == STATE_EMPTY) {
		e = empty_bpf__attach(b->empty);
		return e < 0 ? log_error_errno(e, "Failed to attach the empty pair: %m") : 0;
	}
	e = recorder_set_attached(b->recorder, true);
	if (e < 0)
		return e;
	e = recorder_add_cgroup(b->recorder, state == STATE_RECORDED ? b->own : b->other, (uint32_t) b->ring, true);
	if (e < 0)
		return log_error_errno(e, "Failed to add a cgroup: %m");
	recorder_rescan(b->recorder);
	return 0;
}

/* A figure of calls that were not recorded, or were though they should not, is worth nothing. */
static int check_books(uint64_t before, const RingCounters *after, State state, unsigned calls)
{
	uint64_t n = after->calls - before;

	if (state == STATE_RECORDED && n < calls) {
		log_error("Only %llu of %u calls were recorded, %llu lost", (unsigned long long) n, calls,
			  (unsigned long long) after->lost);
		return -EIO;
	}
	if (state != STATE_RECORDED && n > 0) {
		log_error("%llu calls were recorded that should not be", (unsigned long long) n);
		return -EIO;
	}
	return 0;
}

/* Measures the loops that @variant is measured with. */
static int phase_measure(Bench *b, State state, State variant, double times[LOOPS])
{
	RingCounters before, after;
	unsigned calls = 0;
	int e = state_enter(b, state);

	if (e < 0)
		return e;
	e = ring_counters(b->recorder, (uint32_t) b->ring, &before);
	if (e < 0)
		return log_error_errno(e, "Failed to read the ring's books: %m");
	for (size_t i = 0; i < LOOPS; i++) {
		if (variant == STATE_UNRECORDED && !loops[i].unrecorded_too)
			continue;
		if (!loops_has(b->loops, &loops[i]))
			continue;
		times[i] = loop_time(b->loops, &loops[i]);
		calls += LOOP_CALLS;
	}
	e = ring_counters(b->recorder, (uint32_t) b->ring, &after);
	if (e < 0)
		return log_error_errno(e, "Failed to read the ring's books: %m");
	return check_books(before.calls, &after, state, calls);
}

static int round_measure(Bench *b, State variant, const char *name)
{
	const State phases[] = { STATE_NOTHING, STATE_EMPTY, variant, STATE_EMPTY };
	double times[ELEMENTS(phases)][LOOPS] = {};
	unsigned others;

	if (state_leave(b) < 0)
		return -EIO;
	others = count_others();
	for (size_t i = 0; i < ELEMENTS(phases); i++) {
		int e = phase_measure(b, phases[i], variant, times[i]);

		if (e < 0)
			return e;
	}
	for (size_t i = 0; i < LOOPS; i++)
		if (times[0][i] > 0)
			printf("%s %s %.2f %.2f %.2f %.2f %u\n", name, loops[i].name, times[0][i], times[1][i],
			       times[2][i], times[3][i], others);
	return 0;
}

/* Return: the @n-th last CPU that we may use, -ENXIO if there are fewer. The first ones serve most interrupts. */
static int cpu_from_end(unsigned n)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return -errno;
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--)
		if (CPU_ISSET(cpu, &set) && n-- == 0)
			return cpu;
	return -ENXIO;
}

static int pin(int cpu)
{
	const struct sched_param parameters = { .sched_priority = 50 };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		return log_error_errno(errno, "Failed to stay on CPU %d: %m", cpu);
	if (sched_setscheduler(0, SCHED_FIFO, &parameters) < 0)
		return log_error_errno(errno, "Failed to enter SCHED_FIFO: %m");
	return 0;
}

static int cgroup_id_of(const char *directory, uint64_t *ret)
{
	_cleanup_close_ int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : cgroup_id(fd, ret);
}

static int cgroup_join(const char *directory)
{
	_cleanup_close_ int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), procs = -EBADF;

	procs = fd < 0 ? -EBADF : openat(fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	return procs < 0 || write(procs, "0", 1) < 0 ? -errno : 0;
}

static int cgroups_prepare(Bench *b, const char *own, const char *other)
{
	int e = cgroup_join(own);

	if (e >= 0)
		e = cgroup_id_of(own, &b->own);
	if (e >= 0)
		e = cgroup_id_of(other, &b->other);
	return e < 0 ? log_error_errno(e, "Failed to use the cgroups %s and %s: %m", own, other) : 0;
}

static int programs_load(Bench *b)
{
	const RecorderConfig config = { .buffer_size = RING_SIZE, .memory_max = 16ULL << 20, .string_size = STRING_SIZE };
	int e = recorder_new(&b->recorder, &config);

	if (e < 0)
		return e;
	b->ring = recorder_ring_new(b->recorder, RING_SIZE);
	if (b->ring < 0)
		return log_error_errno(b->ring, "Failed to make a ring: %m");
	b->empty = empty_bpf__open_and_load();
	return b->empty ? 0 : log_error_errno(errno, "Failed to load the empty pair: %m");
}

/* The companion is made on its CPU and before there is anything of BPF, so that all of that ends with this process. */
static int prepare(Bench *b, const char *own, const char *other)
{
	int cpu = cpu_from_end(0), cpu_two = cpu_from_end(1), e;

	e = cgroups_prepare(b, own, other);
	if (e >= 0 && cpu_two >= 0)
		e = pin(cpu_two);
	if (e >= 0)
		e = loops_new(&b->loops, cpu_two >= 0);
	if (e >= 0)
		e = programs_load(b);
	if (e >= 0)
		e = pin(cpu);
	return e;
}

static void bench_done(Bench *b)
{
	empty_bpf__destroy(b->empty);
	(void) recorder_free(b->recorder);
	(void) loops_free(b->loops);
}

int main(int argc, char **argv)
{
	_cleanup_(bench_done) Bench b = {};
	unsigned rounds;

	if (argc != 4 || sscanf(argv[3], "%u", &rounds) != 1) {
		log_error("bench CGROUP OTHER ROUNDS, by tests/bench/run");
		return 2;
	}
	if (prepare(&b, argv[1], argv[2]) < 0)
		return 1;
	while (rounds-- > 0)
		if (round_measure(&b, STATE_UNRECORDED, "unrecorded") < 0 ||
		    round_measure(&b, STATE_RECORDED, "recorded") < 0)
			return 1;
	return 0;
}
