/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/stand.h"

#include <bpf/bpf.h>
#include <fcntl.h>

#include "daemon/reader.h"
#include "daemon/recorder.h"
#include "tests/bench/empty.skel.h"
#include "trace/call-set.h"
#include "util/cgroup.h"
#include "util/log.h"
#include "util/macro.h"

#define PAYLOAD 64U /* bytes: all that the read loop reads */
#define FILTER "unlink,mkdir,connect,bind,kill"

/* The recorder as it was configured for a state. */
typedef struct Setup {
	Recorder *recorder;
	int ring;         /* of `own` or `other` */
	uint32_t *rings;  /* of the units besides */
} Setup;

struct Stand {
	StandConfig config;
	struct empty_bpf *empty;
	Setup full, plain, no_durations, fallback;
	Setup *attached;
	uint64_t own, other;
	uint64_t *units; /* cgroup ids */
};

static const char *const state_names[_STATE_MAX] = {
	[STATE_NOTHING] = "nothing",   [STATE_EMPTY] = "empty", [STATE_UNRECORDED] = "unrecorded",
	[STATE_RECORDED] = "recorded", [STATE_PLAIN] = "plain", [STATE_NO_DURATIONS] = "no-durations",
	[STATE_FILTERED] = "filtered", [STATE_FALLBACK] = "fallback",
};

State state_from_string(const char *name)
{
	for (State s = 0; s < _STATE_MAX; s++)
		if (streq(state_names[s], name))
			return s;
	return _STATE_INVALID;
}

bool state_counts(State state)
{
	return state == STATE_RECORDED || state == STATE_PLAIN || state == STATE_NO_DURATIONS || state == STATE_FALLBACK;
}

static int cgroup_id_of(const char *directory, uint64_t *ret)
{
	_cleanup_close_ int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int e = fd < 0 ? -errno : cgroup_id(fd, ret);

	return e < 0 ? log_error_errno(e, "Failed to use the cgroup %s: %m", directory) : 0;
}

static int units_find(Stand *s)
{
	int e = 0;

	s->units = calloc(s->config.n_units + 1, sizeof(*s->units));
	if (!s->units)
		return log_oom();
	for (unsigned i = 0; i < s->config.n_units && e >= 0; i++) {
		_cleanup_free_ char *directory = NULL;

		if (asprintf(&directory, "%s/%u", s->config.other, i) < 0)
			return log_oom();
		e = cgroup_id_of(directory, &s->units[i]);
	}
	return e;
}

static int setup_rings(const Stand *s, Setup *setup)
{
	setup->rings = calloc(s->config.n_units + 1, sizeof(*setup->rings));
	if (!setup->rings)
		return -ENOMEM;
	setup->ring = recorder_ring_new(setup->recorder, s->config.ring_size);
	if (setup->ring < 0)
		return setup->ring;
	for (unsigned i = 0; i < s->config.n_units; i++) {
		int ring = recorder_ring_new(setup->recorder, s->config.ring_size);

		if (ring < 0)
			return ring;
		setup->rings[i] = (uint32_t) ring;
	}
	return 0;
}

static int setup_prepare(const Stand *s, Setup *setup)
{
	/* One slab more, as memory comes in whole ones. */
	const RecorderConfig config = {
		.buffer_size = s->config.ring_size,
		.memory_max = s->config.ring_size * (s->config.n_units + 1) + SLAB_SIZE,
		.string_size = setup == &s->plain ? 0 : PAYLOAD,
		.no_durations = setup == &s->no_durations,
		.thread_key = setup == &s->fallback ? THREAD_KEY_PID : 0,
		.n_cpus = s->config.n_cpus,
		.files = true, /* as FileNames= has it by default */
	};
	int e;

	if (setup->recorder)
		return 0;
	e = recorder_new(&setup->recorder, &config);
	if (e < 0)
		return e;
	e = setup_rings(s, setup);
	return e < 0 ? log_error_errno(e, "Failed to make the rings: %m") : 0;
}

static void setup_done(Setup *setup)
{
	(void) recorder_free(setup->recorder);
	free(setup->rings);
}

int stand_new(Stand **ret, const StandConfig *config)
{
	_cleanup_(stand_freep) Stand *s = calloc(1, sizeof(*s));
	int e;

	if (!s)
		return log_oom();
	s->config = *config;
	e = cgroup_id_of(config->own, &s->own);
	if (e >= 0)
		e = cgroup_id_of(config->other, &s->other);
	if (e >= 0)
		e = units_find(s);
	if (e >= 0)
		e = setup_prepare(s, &s->full);
	if (e < 0)
		return e;
	s->empty = empty_bpf__open_and_load();
	if (!s->empty)
		return log_error_errno(errno, "Failed to load the empty pair: %m");
	*ret = TAKE_PTR(s);
	return 0;
}

Stand *stand_free(Stand *s)
{
	if (!s)
		return NULL;
	empty_bpf__destroy(s->empty);
	setup_done(&s->full);
	setup_done(&s->plain);
	setup_done(&s->no_durations);
	setup_done(&s->fallback);
	free(s->units);
	free(s);
	return NULL;
}

/* Return: the number of the set of calls that the filter names, or a negative errno, logged */
static int filter_calls(Recorder *recorder)
{
	_cleanup_free_ char *unknown = NULL;
	CallSet set;
	int e = call_set_parse(FILTER, &set, &unknown);

	if (e >= 0)
		e = recorder_calls(recorder, &set);
	return e < 0 ? log_error_errno(e, "Failed to make a set of calls: %m") : e;
}

static int attach_recorder(Stand *s, Setup *setup, State state)
{
	uint64_t cgroup = state == STATE_UNRECORDED ? s->other : s->own;
	int calls = state == STATE_FILTERED ? filter_calls(setup->recorder) : 0, e;

	if (calls < 0)
		return calls;
	e = recorder_set_attached(setup->recorder, true);
	if (e < 0)
		return e;
	s->attached = setup;
	recorder_set_calls(setup->recorder, (uint32_t) setup->ring, (unsigned) calls);
	e = recorder_add_cgroup(setup->recorder, cgroup, (uint32_t) setup->ring, true);
	for (unsigned i = 0; i < s->config.n_units && e >= 0; i++)
		e = recorder_add_cgroup(setup->recorder, s->units[i], setup->rings[i], true);
	if (e < 0)
		return log_error_errno(e, "Failed to add a cgroup: %m");
	recorder_rescan(setup->recorder);
	e = recorder_fill_blocked(setup->recorder);
	return e < 0 ? log_error_errno(e, "Failed to look at threads that are blocked: %m") : 0;
}

static int detach(Stand *s)
{
	int e = s->attached ? recorder_set_attached(s->attached->recorder, false) : 0;

	empty_bpf__detach(s->empty);
	s->attached = NULL;
	return e;
}

static Setup *setup_for(Stand *s, State state)
{
	switch (state) {
	case STATE_PLAIN:
		return &s->plain;
	case STATE_NO_DURATIONS:
		return &s->no_durations;
	case STATE_FALLBACK:
		return &s->fallback;
	default:
		return &s->full;
	}
}

int stand_set(Stand *s, State state)
{
	Setup *setup = setup_for(s, state);
	int e = detach(s);

	if (e < 0 || state == STATE_NOTHING)
		return e;
	if (state == STATE_EMPTY) {
		e = empty_bpf__attach(s->empty);
		return e < 0 ? log_error_errno(e, "Failed to attach the empty pair: %m") : 0;
	}
	e = setup_prepare(s, setup);
	if (e < 0)
		return e;
	return attach_recorder(s, setup, state);
}

int stand_calls(Stand *s, uint64_t *ret)
{
	RingCounters counters;
	uint64_t calls = 0;
	int e = 0;

	if (s->attached) {
		e = ring_counters(s->attached->recorder, (uint32_t) s->attached->ring, &counters);
		calls = counters.calls;
	}
	for (unsigned i = 0; s->attached && i < s->config.n_units && e >= 0; i++) {
		e = ring_counters(s->attached->recorder, s->attached->rings[i], &counters);
		calls += counters.calls;
	}
	if (e < 0)
		return log_error_errno(e, "Failed to read the books of a ring: %m");
	*ret = calls;
	return 0;
}

int stand_names_fd(const Stand *s)
{
	return s->attached ? recorder_files_fd(s->attached->recorder) : -EBADF;
}

void stand_take_names(Stand *s)
{
	(void) recorder_files(s->attached->recorder);
}

int stand_snapshot(Stand *s, Snapshot *ret)
{
	int e = s->attached ? snapshot_take(s->attached->recorder, (uint32_t) s->attached->ring, ret) : -ENODATA;

	return e < 0 ? log_error_errno(e, "Failed to take a snapshot: %m") : 0;
}

uint64_t stand_memory(const Stand *s)
{
	return rings_memory(recorder_rings(s->full.recorder));
}

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

unsigned stand_others(const Stand *s)
{
	unsigned n = 0;

	for (uint32_t id = 0; bpf_link_get_next_id(id, &id) == 0;)
		n += link_is_on_syscalls(id);
	return n - MIN(n, s->attached || s->empty->links.on_sys_enter ? 2U : 0U);
}
