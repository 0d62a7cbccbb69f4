/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Measures what tests/bench/run asks it to, which makes the cgroups and works out the figures:
 *
 *     bench OWN OTHER [ring=BYTES] [units=N] [cpus=N] [threads=N | processes=N]
 *
 * It moves to the cgroup OWN, and answers each line of standard input with one: the state that the machine is to be in
 * (see stand.h), which it stays in, and the loops to time in it.
 *
 *     recorded getppid openat
 *     0 409.7 519.5
 *
 * First how many BPF programs others had on the same tracepoints, whose cost is in all figures, then ns per call. Besides
 * those of loop.c there is the loop "crowd", of that many threads or processes; "-" is answered where there cannot be one.
 * The line "memory" is answered with the bytes of all rings, by the recorder's books; "decode" with what it takes to show
 * what the ring of OWN holds: calls, ns for a snapshot, ns to make text of it, bytes of text; "save FILE N" writes a capture
 * with that N times over, and is answered with its calls.
 *
 * Pinned to one CPU at SCHED_FIFO. What still comes between (interrupts, the hypervisor, other processes' use of the
 * caches) is for run to find: nothing is left out here.
 */

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include "tests/bench/crowd.h"
#include "tests/bench/loop.h"
#include "tests/bench/stand.h"
#include "trace/capture.h"
#include "trace/line.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/macro.h"

#define RING_SIZE (256ULL << 10) /* the default of BufferSize= */

typedef struct Bench {
	StandConfig config;
	unsigned n_threads, n_processes;
	Stand *stand;
	Loops *loops;
	Crowd *crowd; /* NULL: there is none */
} Bench;

static int check_books(State state, uint64_t recorded, uint64_t made)
{
	if (state_counts(state) ? recorded >= made : recorded == 0)
		return 0;
	log_error("%llu calls were recorded, of %llu made", (unsigned long long) recorded, (unsigned long long) made);
	return -EIO;
}

/* Return: calls made, 0 where there is no such loop here */
static uint64_t time_loop(const Bench *b, const char *name, double *ret)
{
	const Loop *loop = loop_find(name);

	if (b->crowd && streq(name, "crowd")) {
		*ret = crowd_time(b->crowd);
		return crowd_calls(b->crowd);
	}
	if (!loop || !loops_has(b->loops, loop))
		return 0;
	*ret = loop_time(b->loops, loop, LOOP_BATCH_CALLS);
	return LOOP_BATCHES * LOOP_BATCH_CALLS;
}

/* Return: how many records there were */
static unsigned put_lines(const Text *records, Text *text)
{
	unsigned n = 0;
	Item item;
	int size;

	for (size_t at = 0; (size = record_parse(records->data + at, records->size - at, &item)) > 0; at += (size_t) size) {
		line_put(text, &item, &(LineStyle){});
		n++;
	}
	return n;
}

static int answer_decode(Bench *b)
{
	_cleanup_text_ Text text = {};
	uint64_t start = monotonic_now(), copied;
	Snapshot snapshot = {};
	unsigned n;
	int e;

	e = stand_snapshot(b->stand, &snapshot);
	if (e < 0)
		return e;
	copied = monotonic_now();
	n = put_lines(&snapshot.records, &text);
	printf("%u %llu %llu %zu\n", n, (unsigned long long) (copied - start),
	       (unsigned long long) (monotonic_now() - copied), text.size);
	snapshot_done(&snapshot);
	return text_error(&text);
}

/* A capture of what a ring holds, several times over: as long as wanted, whatever the ring's size. */
static int put_capture(Text *t, const Text *records, unsigned times)
{
	struct utsname names;
	int e = 0;

	(void) uname(&names);
	capture_put_start(t, &(CaptureInfo){ .unit = "bench.service", .machine = names.machine, .complete = true });
	for (unsigned i = 0; i < times && e >= 0; i++)
		e = capture_put_records(t, records->data, records->size, true);
	capture_put_end(t, &(CaptureEnd){ .reason = "snapshot" });
	return e < 0 ? e : text_error(t);
}

static int answer_save(Bench *b, const char *file, unsigned times)
{
	_cleanup_text_ Text capture = {}, text = {};
	Snapshot snapshot = {};
	unsigned calls = 0;
	FILE *f;
	int e;

	e = stand_snapshot(b->stand, &snapshot);
	if (e >= 0)
		e = put_capture(&capture, &snapshot.records, times);
	if (e >= 0)
		calls = put_lines(&snapshot.records, &text) * times;
	snapshot_done(&snapshot);
	f = e < 0 ? NULL : fopen(file, "wbe");
	if (!f || fwrite(capture.data, 1, capture.size, f) != capture.size || fclose(f) != 0)
		return log_error_errno(e < 0 ? e : errno, "Failed to write %s: %m", file);
	printf("%u\n", calls);
	return 0;
}

static int answer_memory(Bench *b)
{
	printf("%llu\n", (unsigned long long) stand_memory(b->stand));
	return 0;
}

/* Return: 0 with the answer printed, or a negative errno, logged */
static int answer(Bench *b, char *line)
{
	char *rest = NULL, *word = strtok_r(line, " \n", &rest);
	State state = word ? state_from_string(word) : _STATE_INVALID;
	uint64_t before, after, made = 0;
	int e;

	if (word && streq(word, "memory"))
		return answer_memory(b);
	if (word && streq(word, "decode"))
		return answer_decode(b);
	if (word && streq(word, "save")) {
		word = strtok_r(NULL, " \n", &rest);
		return answer_save(b, word, (unsigned) strtoul(rest, NULL, 10));
	}
	if (state < 0)
		return log_error_errno(state, "No such state: %s", word ? word : "");
	e = stand_set(b->stand, state);
	if (e >= 0)
		e = stand_calls(b->stand, &before);
	if (e < 0)
		return e;
	printf("%u", stand_others(b->stand));
	while ((word = strtok_r(NULL, " \n", &rest))) {
		double time = 0;
		uint64_t calls = time_loop(b, word, &time);

		printf(calls > 0 ? " %.2f" : " -", time);
		made += calls;
	}
	puts("");
	e = stand_calls(b->stand, &after);
	return e < 0 ? e : check_books(state, after - before, made);
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

static int cgroup_join(const char *directory)
{
	_cleanup_close_ int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), procs = -EBADF;

	procs = fd < 0 ? -EBADF : openat(fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	if (procs < 0 || write(procs, "0", 1) < 0)
		return log_error_errno(errno, "Failed to join the cgroup %s: %m", directory);
	return 0;
}

static int crowd_prepare(Bench *b)
{
	if (b->n_threads > 0)
		return crowd_new_threads(&b->crowd, b->n_threads);
	if (b->n_processes > 0)
		return crowd_new_processes(&b->crowd, b->n_processes, b->config.other);
	return 0;
}

/*
 * What is forked is forked before there is anything of BPF, so that all of that ends with this process; and the crowd
 * before the companion, whose end is that of a pipe.
 */
static int prepare(Bench *b)
{
	int cpu = cpu_from_end(0), cpu_two = cpu_from_end(1), e;

	e = cgroup_join(b->config.own);
	if (e >= 0)
		e = pin(cpu);
	if (e >= 0)
		e = crowd_prepare(b);
	if (e >= 0 && cpu_two >= 0)
		e = pin(cpu_two);
	if (e >= 0)
		e = loops_new(&b->loops, cpu_two >= 0);
	if (e >= 0)
		e = pin(cpu);
	if (e >= 0)
		e = stand_new(&b->stand, &b->config);
	return e;
}

static int parse_option(Bench *b, const char *option)
{
	const char *value;

	if ((value = startswith(option, "ring=")))
		b->config.ring_size = strtoull(value, NULL, 10);
	else if ((value = startswith(option, "units=")))
		b->config.n_units = (unsigned) strtoul(value, NULL, 10);
	else if ((value = startswith(option, "cpus=")))
		b->config.n_cpus = (unsigned) strtoul(value, NULL, 10);
	else if ((value = startswith(option, "threads=")))
		b->n_threads = (unsigned) strtoul(value, NULL, 10);
	else if ((value = startswith(option, "processes=")))
		b->n_processes = (unsigned) strtoul(value, NULL, 10);
	else
		return -EINVAL;
	return 0;
}

static int parse_argv(Bench *b, int argc, char **argv)
{
	int e = argc < 3 ? -EINVAL : 0;

	for (int i = 3; i < argc && e >= 0; i++)
		e = parse_option(b, argv[i]);
	if (e < 0)
		return log_error_errno(e, "bench OWN OTHER [OPTION=N...], by tests/bench/run");
	b->config.own = argv[1];
	b->config.other = argv[2];
	return 0;
}

static void bench_done(Bench *b)
{
	(void) stand_free(b->stand);
	(void) loops_free(b->loops);
}

/*
 * Until there is a line to answer, takes the names that the recorder tells of files, as the daemon does: where nobody
 * takes them, each is told again and again. A line comes after the answer to the one before, so none waits in a buffer.
 */
static int wait_for_line(Bench *b)
{
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = STDIN_FILENO, .events = POLLIN },
			{ .fd = stand_names_fd(b->stand), .events = POLLIN },
		};

		if (poll(fds, ELEMENTS(fds), -1) < 0)
			return log_error_errno(errno, "Failed to wait for a line: %m");
		if (fds[1].revents)
			stand_take_names(b->stand);
		if (fds[0].revents)
			return 0;
	}
}

int main(int argc, char **argv)
{
	_cleanup_(bench_done) Bench b = { .config.ring_size = RING_SIZE };
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	if (parse_argv(&b, argc, argv) < 0)
		return 2;
	(void) setvbuf(stdout, NULL, _IOLBF, 0);
	log_set_level(LOG_WARNING); /* the fall-back says of itself that it is one */
	if (prepare(&b) < 0)
		return 1;
	while (wait_for_line(&b) >= 0 && getline(&line, &size, stdin) > 0)
		if (answer(&b, line) < 0)
			return 1;
	return 0;
}
