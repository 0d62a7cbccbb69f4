/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/recording.h"

#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "util/clock.h"
#include "util/macro.h"

static const char *const states[_RECORDING_STATE_MAX] = {
	[RECORDING_ARMED] = "armed",
	[RECORDING_RECORDING] = "recording",
	[RECORDING_ENDED] = "ended",
	[RECORDING_FAILED] = "failed",
	[RECORDING_DUMPED] = "dumped",
};

const char *recording_state_to_string(RecordingState state)
{
	return states[state];
}

static uint64_t realtime_now(void)
{
	struct timespec t;

	(void) clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t) t.tv_sec * NSEC_PER_SEC + (uint64_t) t.tv_nsec;
}

int recording_new(Recording **ret, Recorder *recorder, const char *unit, uint64_t cgroup, uint32_t ring, bool complete)
{
	_cleanup_(recording_freep) Recording *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	*r = (Recording){
		.recorder = recorder,
		.unit = strdup(unit),
		.cgroup = cgroup,
		.ring = ring,
		.complete = complete,
		.state = complete ? RECORDING_ARMED : RECORDING_RECORDING,
		.since_realtime = realtime_now(),
		.since_monotonic = monotonic_now(),
	};
	if (!r->unit)
		return -ENOMEM;
	*ret = TAKE_PTR(r);
	return 0;
}

static void forget_blocked(Recording *r)
{
	if (!r->blocked)
		return;
	snapshot_done(r->blocked);
	free(r->blocked);
	r->blocked = NULL;
}

Recording *recording_free(Recording *r)
{
	if (!r)
		return NULL;
	forget_blocked(r);
	call_filter_unref(r->filter);
	free(r->unit);
	free(r->result);
	free(r);
	return NULL;
}

bool recording_is_running(const Recording *r)
{
	return r->ended == 0;
}

void recording_set_ended(Recording *r)
{
	if (r->ended == 0)
		r->ended = monotonic_now();
	if (r->state < RECORDING_ENDED)
		r->state = RECORDING_ENDED;
}

int recording_keep_blocked(Recording *r)
{
	_cleanup_free_ Snapshot *s = calloc(1, sizeof(*s));
	int e;

	if (!s)
		return -ENOMEM;
	e = snapshot_take(r->recorder, r->ring, s);
	if (e < 0)
		return e;
	forget_blocked(r);
	r->blocked = TAKE_PTR(s);
	return 0;
}

int recording_snapshot(Recording *r, Snapshot *ret)
{
	return snapshot_take(r->recorder, r->ring, ret);
}

static const char *kernel_string(bool machine)
{
	static struct utsname name;

	if (name.release[0] == '\0')
		(void) uname(&name);
	return machine ? name.machine : name.release;
}

void recording_info(const Recording *r, RecordingInfo *ret)
{
	sd_id128_t boot = SD_ID128_NULL;

	*ret = (RecordingInfo){};
	if (!sd_id128_is_null(r->invocation))
		sd_id128_to_string(r->invocation, ret->invocation);
	if (sd_id128_get_boot(&boot) >= 0)
		sd_id128_to_string(boot, ret->boot_id);
	ret->info = (CaptureInfo){
		.unit = r->unit,
		.invocation = ret->invocation,
		.machine = kernel_string(true),
		.kernel = kernel_string(false),
		.boot_id = ret->boot_id,
		.complete = r->complete,
		.realtime = r->since_realtime,
		.monotonic = r->since_monotonic,
		.realtime_now = realtime_now(),
		.monotonic_now = monotonic_now(),
	};
}

int recording_capture(Recording *r, Text *ret)
{
	_cleanup_(snapshot_done) Snapshot s = {};
	RecordingInfo info;
	int e;

	files_bound(r->recorder);
	e = recording_snapshot(r, &s);
	if (e < 0)
		return e;
	recording_info(r, &info);
	capture_put_start(ret, &info.info);
	e = capture_put_files(ret, s.files.data, s.files.size, true);
	if (e >= 0)
		e = capture_put_records(ret, s.records.data, s.records.size, true);
	if (e < 0)
		return e;
	capture_put_end(ret, &s.end);
	return text_error(ret);
}
