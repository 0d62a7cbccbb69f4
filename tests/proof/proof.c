/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Proves that nothing is missing, doubled or torn in a ring that is read while it is written, and that its books are
 * right to the last call:
 *
 *     proof CGROUP CALLS BUFFER-SIZE [blocked]
 *
 * CGROUP is an empty cgroup; those of the callers are made below it. In the recorded one, eight threads of four
 * processes make CALLS calls in all (see caller.h), and two processes come and go a thousand times a second. Another
 * one is moved to and fro by somebody else, and recorded in a ring of its own: where it was at some of its calls nobody
 * knows, and the books of the first ring are to be exact.
 *
 * One reader takes snapshots all the time, another one follows both rings, and a third one knows which signals are not
 * among the calls (rare.h). All calls are counted by those who make them, in memory that all share. Prints TAP.
 *
 * A live snapshot that says that it was held up is not held to its books: a CPU of a virtual machine may be taken in the
 * middle of recording a call, for longer than a snapshot waits. Such a call is in all that come later, and at the end.
 *
 * With "blocked", timers send signals that are blocked. Those are written by interrupts, in the middle of what else is
 * being written. There are kernels that do not run a program for each of them: one of 6.18 ran none, on any tracepoint and
 * without counting it as skipped, in those interrupts that came while a thread of process 1 was current, as perf showed,
 * which counted every one. So a program of its own is there as a witness (witness.h), and the books are to be exact of
 * those signals that it was run for.
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/reader.h"
#include "daemon/recorder.h"
#include "daemon/snapshot.h"
#include "tests/proof/caller.h"
#include "tests/proof/check.h"
#include "tests/proof/rare.h"
#include "tests/proof/witness.h"
#include "util/cgroup.h"
#include "util/log.h"
#include "util/macro.h"

#define PROCESSES 4U
#define WORKERS (PROCESSES * 2)
#define MOVERS 3U
#define MOVED_RING_SIZE (8ULL << 20)
#define MEMORY_MAX (64ULL << 20)
#define STRING_SIZE 64U
#define MOVES_PER_SEC 1000U
#define READERS_NICE (-5) /* of 13 that never wait, two read: on two slow CPUs they would hardly have a turn */
#define SNAPSHOTS_MIN 3U  /* that show something, of a ring that is written to */
#define LOOKS_MIN 6U      /* at the stream, likewise */

enum {
	CGROUP_RECORDED,
	CGROUP_MOVED, /* where the one is recorded that is moved */
	CGROUP_SIBLING,
	_CGROUPS,
};

/* What the follower has seen, in memory shared with it. */
typedef struct Stream {
	volatile bool stop, done;
	volatile uint64_t looks;
	uint64_t records, told, lost, missing;
	uint64_t late; /* holes seen before they were told, at most */
	uint64_t events_lost;
	uint64_t moved_inside, moved_maybe, moved_maybe_seen, moved_missing, moved_wrong, moved_told;
	Check check;
} Stream;

typedef struct Proof {
	Shared *shared;
	Moved *moved;
	Stream *stream;
	Rare *rare;
	Recorder *recorder;
	Witness *witness;      /* NULL if no signals are blocked */
	int cgroups[_CGROUPS]; /* their cgroup.procs */
	uint64_t ids[_CGROUPS];
	uint32_t ring, moved_ring;
	pid_t workers[PROCESSES], movers[MOVERS];
	int gate[2];

	Check check;      /* of snapshots */
	uint64_t *before; /* by caller: what it had counted before the snapshot; its own, and dead or not */
	bool *dead_before;
	uint32_t n_before;
	uint64_t unseen_before; /* signals_unseen() */
	bool quiet;
	uint64_t snapshots, empty, held, exact, records, width;
	unsigned tests, failures;
} Proof;

static void ok(Proof *p, bool passed, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void ok(Proof *p, bool passed, const char *format, ...)
{
	va_list ap;

	printf("%sok %u - ", passed ? "" : "not ", ++p->tests);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
	p->failures += !passed;
}

static int cgroups_make(Proof *p, const char *top)
{
	static const char *const names[_CGROUPS] = { "recorded", "moved", "sibling" };
	int fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (unsigned i = 0; fd >= 0 && i < _CGROUPS; i++) {
		int below = mkdirat(fd, names[i], 0755) < 0 ? -errno : openat(fd, names[i], O_RDONLY | O_DIRECTORY);

		p->cgroups[i] = below < 0 ? below : openat(below, "cgroup.procs", O_WRONLY);
		if (p->cgroups[i] < 0 || cgroup_id(below, &p->ids[i]) < 0)
			return log_error_errno(errno, "Failed to make the cgroup %s/%s: %m", top, names[i]);
		(void) close(below);
	}
	return fd < 0 ? log_error_errno(errno, "Failed to open %s: %m", top) : 0;
}

static int callers_start(Proof *p, uint64_t calls)
{
	int from = p->cgroups[CGROUP_SIBLING], to = p->cgroups[CGROUP_RECORDED];

	if (pipe2(p->gate, O_CLOEXEC) < 0)
		return log_error_errno(errno, "Failed to make a pipe: %m");
	for (unsigned i = 0; i < PROCESSES; i++) {
		p->workers[i] = caller_process(p->shared, to, p->gate, calls / WORKERS);
		if (p->workers[i] < 0)
			return log_error_errno(p->workers[i], "Failed to start a process: %m");
	}
	/* One whose entry is cleared when it moves, and one of two threads, for which all entries are. */
	p->movers[0] = mover_process(p->shared, from, to, 1);
	p->movers[1] = mover_process(p->shared, from, to, 2);
	p->movers[2] = moved_process(p->shared, p->moved, from, p->cgroups[CGROUP_MOVED], MOVES_PER_SEC);
	if (MIN(MIN(p->movers[0], p->movers[1]), p->movers[2]) < 0)
		return log_error_errno(errno, "Failed to start those that move: %m");
	while (p->shared->n_ready < WORKERS + MOVERS)
		if (waitpid(-1, NULL, WNOHANG) > 0)
			return log_error_errno(ECHILD, "A process has ended before it began");
	return 0;
}

static int recorder_load(Proof *p, uint64_t buffer_size)
{
	const RecorderConfig config = { .buffer_size = buffer_size,
					.memory_max = MEMORY_MAX,
					.string_size = STRING_SIZE };
	int ring, moved, e = recorder_new(&p->recorder, &config);

	if (e < 0)
		return e;
	ring = recorder_ring_new(p->recorder, buffer_size);
	moved = recorder_ring_new(p->recorder, MOVED_RING_SIZE);
	if (ring < 0 || moved < 0)
		return log_error_errno(MIN(ring, moved), "Failed to make the rings: %m");
	p->ring = (uint32_t) ring;
	p->moved_ring = (uint32_t) moved;
	return recorder_set_attached(p->recorder, true);
}

/* While all callers wait without a call: what they do from then on is recorded from its first call on. */
static int recorder_begin(Proof *p)
{
	int e = recorder_add_cgroup(p->recorder, p->ids[CGROUP_RECORDED], p->ring, true);

	if (e >= 0)
		e = recorder_add_cgroup(p->recorder, p->ids[CGROUP_MOVED], p->moved_ring, true);
	if (e < 0)
		return log_error_errno(e, "Failed to add the cgroups: %m");
	recorder_rescan(p->recorder);
	return p->shared->with_blocked ? witness_new(&p->witness, p->ids[CGROUP_RECORDED], CALLER_BLOCKED_SIGNAL) : 0;
}

/* The stream */

static void follow_workers(Proof *p, RingReader *reader, CallList *list)
{
	_cleanup_text_ Text records = {};
	Stream *s = p->stream;
	Check *c = &s->check;
	Gap gap;

	if (ring_reader_follow(reader, list, &gap) < 0)
		abort();
	call_list_put(list, &records);
	c->bad += list->damaged;
	s->told += gap.overwritten + gap.lost;
	s->lost += gap.lost;
	check_take(c, records.data, records.size);
	if (c->missing > s->told)
		s->late = MAX(s->late, c->missing - s->told);
	s->looks++;
}

/* Which calls of the one that is moved are there; each where it was for certain. */
static void take_moved(Proof *p, uint8_t *seen, const struct CallRecord *record)
{
	const uint64_t *args = (const uint64_t *) (record + 1);
	Stream *s = p->stream;

	if (record->header.kind != RECORD_CALL || record->nr != CALLER_NR)
		return;
	if (args[0] != p->moved->caller->id || args[4] != caller_check(args[0], args[1], args[2], args[3]) ||
	    args[1] >= MOVED_CALLS_MAX || args[1] < s->moved_missing || seen[args[1]]) {
		s->moved_wrong++;
		return;
	}
	s->moved_missing = args[1] + 1; /* until the end: the least number that may come next */
	seen[args[1]] = 1;
}

static void follow_moved(Proof *p, RingReader *reader, CallList *list, uint8_t *seen)
{
	_cleanup_text_ Text records = {};
	Gap gap;

	if (ring_reader_follow(reader, list, &gap) < 0)
		abort();
	p->stream->moved_told += gap.overwritten + gap.lost;
	call_list_put(list, &records);
	for (size_t at = 0; at < records.size;) {
		const struct CallRecord *record = (const struct CallRecord *) (records.data + at);

		take_moved(p, seen, record);
		at += record->header.size;
	}
}

static void moved_sum(Proof *p, const uint8_t *seen)
{
	const Moved *m = p->moved;
	Stream *s = p->stream;

	s->moved_missing = 0;
	for (uint64_t i = 0; i < m->caller->numbered; i++) {
		s->moved_inside += m->calls[i] == MOVED_INSIDE;
		s->moved_missing += m->calls[i] == MOVED_INSIDE && !seen[i];
		s->moved_wrong += m->calls[i] == MOVED_OUTSIDE && seen[i];
		s->moved_maybe += m->calls[i] == MOVED_MAYBE;
		s->moved_maybe_seen += m->calls[i] == MOVED_MAYBE && seen[i];
	}
}

static void follower_run(Proof *p)
{
	uint8_t *seen = calloc(MOVED_CALLS_MAX, 1);
	RingReader *reader, *moved_reader;
	Stream *s = p->stream;
	CallList list = {};
	bool last;

	if (!seen || ring_reader_new(&reader, p->recorder, p->ring) < 0 ||
	    ring_reader_new(&moved_reader, p->recorder, p->moved_ring) < 0)
		abort();
	s->check.from_start = s->check.holes = true;
	check_begin(&s->check, 0);
	do {
		last = s->stop;
		follow_workers(p, reader, &list);
		follow_moved(p, moved_reader, &list, seen);
	} while (!last);
	s->events_lost = ring_reader_events_lost(reader);
	s->records = s->check.records;
	s->missing = s->check.missing;
	moved_sum(p, seen);
	s->done = true;
	_exit(0);
}

/* The snapshots */

/*
 * How many of the blocked signals no program was run for: up to when this is called at least, or up to then at most, for
 * which one of each caller may be sent and not taken. Once none is sent any more both are how many there were.
 */
static uint64_t signals_unseen(const Proof *p, bool at_most)
{
	uint64_t unseen = 0;

	for (uint32_t i = 0; p->witness && i < WORKERS; i++) {
		const Caller *c = &p->shared->callers[i];
		uint64_t taken = c->taken, sent = witness_sent(p->witness, i);

		if (at_most)
			taken = c->taken + !p->quiet;
		unseen += taken - MIN(taken, sent);
	}
	return unseen;
}

static void count_before(Proof *p)
{
	const Shared *s = p->shared;

	p->n_before = s->n_callers;
	for (uint32_t i = 0; i < p->n_before; i++) {
		p->dead_before[i] = s->callers[i].dead;
		p->before[i] = caller_records(&s->callers[i]);
	}
	p->unseen_before = signals_unseen(p, false);
}

/*
 * How many records there are of @caller up to the cut: none before it was born, else as those that are shown say, if
 * some are. Else between what it had counted before the snapshot and after it. Of the former, a call, a restart and a
 * return from a signal may not have been made yet; a signal may not have been counted in the latter, nor the next one.
 */
static void records_at_cut(Proof *p, uint32_t caller, uint64_t *ret_min, uint64_t *ret_max)
{
	const Caller *c = &p->shared->callers[caller];
	bool was_dead = p->quiet || (caller < p->n_before && p->dead_before[caller]);
	uint64_t min = caller < p->n_before ? p->before[caller] : 0;
	uint64_t max = c->born > p->check.now.cut ? 0 : caller_records(c) + (was_dead ? 0 : 2);
	const Track *t = check_track(&p->check, caller);

	if (!was_dead)
		min -= MIN(min, 3U);
	*ret_min = min;
	*ret_max = max;
	if (!t)
		return;
	track_made(t, c->signals, ret_min, ret_max);
	if (*ret_max < min || *ret_min > max)
		check_fail(&p->check,
			   "caller %u ends after %" PRIu64 " to %" PRIu64 " records, there were %" PRIu64
			   " to %" PRIu64,
			   caller, *ret_min, *ret_max, min, max);
	*ret_min = MAX(*ret_min, min);
	*ret_max = MIN(*ret_max, max);
}

/* made = kept + overwritten + lost + in flight, at the cut. */
static void check_books(Proof *p, const Snapshot *s)
{
	uint64_t told = s->end.calls + s->end.lost + s->in_flight, min = 0, max = 0, rare;

	for (uint32_t i = 0; i < p->shared->n_callers; i++) {
		uint64_t a, b;

		if (i == p->moved->caller->id)
			continue;
		records_at_cut(p, i, &a, &b);
		min += a;
		max += b;
	}
	rare = rare_until(p->rare, p->recorder, p->ring, s->cut);
	min -= MIN(min, rare + signals_unseen(p, true));
	max -= rare + p->unseen_before;
	if (told < min || told > max)
		check_fail(&p->check, "%" PRIu64 " in the books, made were %" PRIu64 " to %" PRIu64, told, min, max);
	if (s->end.calls != s->end.overwritten + p->check.records - p->check.now.n)
		check_fail(&p->check, "%" PRIu64 " are not %" PRIu64 " and %" PRIu64 " overwritten", s->end.calls,
			   p->check.records - p->check.now.n, s->end.overwritten);
	if (s->in_flight != p->check.now.n)
		check_fail(&p->check, "%u calls in flight, shown are %u", s->in_flight, p->check.now.n);
	p->exact += min == max;
	p->width = MAX(p->width, max - min);
}

/* Return: calls in flight */
static unsigned check_snapshot(Proof *p)
{
	Snapshot s = {};
	unsigned n;

	count_before(p);
	if (snapshot_take(p->recorder, p->ring, &s) < 0)
		abort();
	p->snapshots++;
	check_begin(&p->check, s.cut);
	check_take(&p->check, s.records.data, s.records.size);
	p->records += p->check.records;
	p->held += s.held > 0;
	p->empty += s.held == 0 && s.end.calls == s.end.overwritten;
	if (s.held == 0 && s.end.calls > s.end.overwritten)
		check_books(p, &s);
	else
		p->check.now.cut = 0; /* what was in flight may have been overwritten as well, or was not seen */
	n = s.in_flight;
	snapshot_done(&s);
	return n;
}

static bool workers_are_at_gate(const Proof *p)
{
	for (unsigned i = 0; i < WORKERS; i++)
		if (!p->shared->callers[i].at_gate)
			return false;
	return true;
}

static void processes_wait(const pid_t *pids, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		(void) waitpid(pids[i], NULL, 0);
}

/* Return: whether nothing was found since this was asked last; says what was */
static bool check_is_good(Proof *p)
{
	uint64_t bad = p->check.bad;

	if (bad > 0)
		printf("# %" PRIu64 " times, first: %s\n", bad, p->check.first_bad);
	p->check.bad = 0;
	return bad == 0;
}

/* Return: how many there were whose books were checked: those that say that they may lack a call are not */
static uint64_t snapshots_whole(const Proof *p)
{
	return p->snapshots - p->empty - p->held;
}

/* The snapshots are what takes the time here, so asking again is no idling. */
static void run_live(Proof *p)
{
	p->shared->recording = true;
	while (!workers_are_at_gate(p)) {
		(void) check_snapshot(p);
		p->shared->enough = snapshots_whole(p) >= SNAPSHOTS_MIN && p->stream->looks >= LOOKS_MIN;
	}
	p->shared->ending = true;
	processes_wait(p->movers, ELEMENTS(p->movers));
}

/* All that is counted is made now, and each worker is blocked. */
static void run_quiet(Proof *p)
{
	while (check_snapshot(p) != WORKERS)
		;
	p->quiet = true;
	p->exact = 0;
	(void) check_snapshot(p);
	ok(p, check_is_good(p) && p->check.now.n == WORKERS && p->exact == 1,
	   "in flight are the %u calls that all wait in, and the books are exact", WORKERS);
	(void) kill(p->workers[0], SIGKILL);
	(void) close(p->gate[1]);
	processes_wait(p->workers, PROCESSES);
	for (unsigned i = 0; i < WORKERS; i++)
		p->shared->callers[i].dead = true;
}

/* What is to be in the books: calls, and the signals that are among them. */
static uint64_t made_in_all(const Proof *p)
{
	uint64_t made = 0;

	for (uint32_t i = 0; i < p->shared->n_callers; i++)
		if (i != p->moved->caller->id)
			made += caller_records(&p->shared->callers[i]);
	return made - rare_until(p->rare, p->recorder, p->ring, UINT64_MAX) - signals_unseen(p, true);
}

/* What may be the cause if the books are wrong: what the recorder knows that it has missed, and what the proof has. */
static void report_losses(Proof *p)
{
	RecorderLosses losses;
	RingCounters ring;

	recorder_losses(p->recorder, &losses);
	if (ring_counters(p->recorder, p->ring, &ring) < 0)
		abort();
	printf("# lost:");
	for (unsigned i = 0; i < _LOSS_MAX; i++)
		printf(" %" PRIu64 " %s,", ring.losses[i], loss_to_string(i));
	printf(" %" PRIu64 " runs skipped, %" PRIu64 " threads misnamed; %u signals in slots for events\n", losses.skipped,
	       losses.misnamed, p->rare->n);
	ok(p, p->rare->lost == 0, "all of these are known: no event was overwritten before it was looked at");
}

static void report_end(Proof *p)
{
	uint64_t made = made_in_all(p);
	Snapshot s = {};

	p->exact = 0;
	(void) check_snapshot(p);
	ok(p, check_is_good(p) && p->exact == 1, "each thread ends with its last call, be it killed in it");
	if (snapshot_take(p->recorder, p->ring, &s) < 0)
		abort();
	printf("# made %" PRIu64 ": kept %" PRIu64 ", overwritten %" PRIu64 ", lost %" PRIu64 ", in flight %u\n", made,
	       s.end.calls - s.end.overwritten, s.end.overwritten, s.end.lost, s.in_flight);
	if (p->witness)
		printf("# and %" PRIu64 " signals that the kernel has run no program for\n", signals_unseen(p, true));
	ok(p, s.end.calls + s.end.lost == made && s.in_flight == 0,
	   "made = kept + overwritten + lost + in flight, at the end");
	snapshot_done(&s);
}

static void report_snapshots(Proof *p)
{
	printf("# %" PRIu64 " snapshots of %" PRIu64 " calls, %" PRIu64 " empty, %" PRIu64
	       " held up, books exact in %" PRIu64 ", within %" PRIu64 " calls in the others\n",
	       p->snapshots, p->records, p->empty, p->held, p->exact, p->width);
	ok(p, check_is_good(p) && snapshots_whole(p) >= SNAPSHOTS_MIN,
	   "in each live snapshot no hole, nothing twice, nothing torn, and books that are right");
}

static void report_stream(Proof *p)
{
	const Stream *s = p->stream;

	printf("# %" PRIu64 " looks at the stream: %" PRIu64 " calls, %" PRIu64 " told as missing, %" PRIu64
	       " events lost\n",
	       s->looks, s->records, s->told, s->events_lost);
	if (s->check.bad > 0)
		printf("# %" PRIu64 " times, first: %s\n", s->check.bad, s->check.first_bad);
	ok(p, s->check.bad == 0, "in the stream nothing twice, nothing torn, nothing out of order");
	ok(p, s->late == 0, "no hole in the stream that was not told before");
	ok(p, s->records + s->told == made_in_all(p), "what it shows and what it tells is all that was made");
}

static void report_moved(Proof *p)
{
	const Stream *s = p->stream;

	printf("# moved %" PRIu64 " times, %.0f a second\n", p->moved->moves,
	       (double) p->moved->moves * NSEC_PER_SEC / (double) MAX(p->moved->moving, 1U));
	printf("# %" PRIu64 " calls inside, of which %" PRIu64 " are not there and %" PRIu64
	       " told as missing; %" PRIu64 " while it was moved, of which %" PRIu64 " are there\n",
	       s->moved_inside, s->moved_missing, s->moved_told, s->moved_maybe, s->moved_maybe_seen);
	ok(p, s->moved_wrong == 0, "of one that is moved no call twice, torn, out of order, or from elsewhere");
	/* Where a stream cannot keep up, as on an emulated machine, what it misses may be any of them. */
	ok(p, s->moved_missing <= s->moved_told, "and none is missing but while it was moved%s",
	   s->moved_inside > s->moved_told ? "" : " # SKIP the stream has missed too much to tell");
}

static pid_t reader_start(Proof *p, void (*reader_run)(Proof *p))
{
	pid_t pid = fork();

	if (pid != 0)
		return pid < 0 ? log_error_errno(errno, "Failed to fork: %m") : pid;
	(void) prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void) close(p->gate[1]);
	reader_run(p);
	abort();
}

static void look_for_rare(Proof *p)
{
	rare_run(p->rare, p->recorder, p->ring);
}

static int run(Proof *p)
{
	pid_t readers[2];

	(void) setpriority(PRIO_PROCESS, 0, READERS_NICE);
	readers[0] = reader_start(p, follower_run);
	readers[1] = reader_start(p, look_for_rare);
	if (MIN(readers[0], readers[1]) < 0)
		return -ECHILD;
	run_live(p);
	report_snapshots(p);
	run_quiet(p);
	report_end(p);
	report_losses(p);
	p->stream->stop = true;
	processes_wait(&readers[0], 1);
	report_stream(p);
	report_moved(p);
	p->rare->stop = true;
	processes_wait(&readers[1], 1);
	printf("1..%u\n", p->tests);
	return p->failures > 0 ? -EBADMSG : 0;
}

static void *shared_zeros(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static int memory_make(Proof *p)
{
	p->shared = shared_new();
	p->moved = shared_zeros(sizeof(*p->moved));
	p->stream = shared_zeros(sizeof(*p->stream));
	p->rare = shared_zeros(sizeof(*p->rare));
	p->before = calloc(CALLERS_MAX, sizeof(*p->before));
	p->dead_before = calloc(CALLERS_MAX, sizeof(*p->dead_before));
	return p->shared && p->moved && p->stream && p->rare && p->before && p->dead_before ? 0 : log_oom();
}

int main(int argc, char **argv)
{
	static Proof p;
	uint64_t calls, size;

	setlinebuf(stdout);
	if (argc < 4 || sscanf(argv[2], "%" SCNu64, &calls) != 1 || sscanf(argv[3], "%" SCNu64, &size) != 1) {
		log_error("proof CGROUP CALLS BUFFER-SIZE [blocked], by tests/machine/test-proof");
		return 2;
	}
	if (memory_make(&p) < 0)
		return 1;
	p.shared->with_blocked = argc > 4;
	if (cgroups_make(&p, argv[1]) < 0 || recorder_load(&p, size) < 0 || callers_start(&p, calls) < 0 ||
	    recorder_begin(&p) < 0 || run(&p) < 0)
		return 1;
	return 0;
}
