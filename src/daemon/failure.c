/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/failure.h"

#include <errno.h>

#include "util/cleanup.h"
#include "util/macro.h"

static void failure_done(Failure *f)
{
	free(f->result);
	*f = (Failure){};
}

void failure_watch_done(FailureWatch *w)
{
	failure_done(&w->last);
	failure_done(&w->failure);
}

static int failure_set(Failure *f, sd_id128_t invocation, const char *result, int code, int status)
{
	char *copy = strdup(result);

	if (!copy)
		return -ENOMEM;
	free(f->result);
	*f = (Failure){ .invocation = invocation, .result = copy, .exec_code = code, .exec_status = status };
	return 0;
}

int failure_type_signal(FailureWatch *w, const char *result, int exec_code, int exec_status)
{
	return failure_set(&w->last, SD_ID128_NULL, result, exec_code, exec_status);
}

/* No Result yet: the daemon has begun to listen between the two signals. */
static bool is_failure(const char *result)
{
	return result && *result && !streq(result, "success") && !streq(result, "exec-condition");
}

static FailureAction tell(FailureWatch *w, bool late)
{
	w->told = w->failure.invocation;
	w->waiting = false;
	w->late = late;
	return FAILURE_DUMP;
}

int failure_unit_signal(FailureWatch *w, sd_id128_t invocation, const char *active_state, uint64_t now)
{
	bool deactivating = streq(active_state, "deactivating"), waiting = w->waiting;
	int r;

	if (waiting && !sd_id128_equal(invocation, w->failure.invocation))
		return (int) tell(w, false);
	if (sd_id128_is_null(invocation) || sd_id128_equal(invocation, w->told) || !is_failure(w->last.result))
		return FAILURE_NOTHING;
	r = failure_set(&w->failure, invocation, w->last.result, w->last.exec_code, w->last.exec_status);
	if (r < 0)
		return r;
	if (!deactivating)
		return (int) tell(w, false);
	if (waiting)
		return FAILURE_NOTHING;
	w->waiting = true;
	w->deadline = now + FAILURE_WAIT_USEC;
	return FAILURE_SNAPSHOT;
}

uint64_t failure_deadline(const FailureWatch *w)
{
	return w->waiting ? w->deadline : UINT64_MAX;
}

FailureAction failure_timeout(FailureWatch *w, uint64_t now)
{
	return now >= failure_deadline(w) ? tell(w, true) : FAILURE_NOTHING;
}
