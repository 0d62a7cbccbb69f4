/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/digest.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "util/macro.h"

#define ERRNO_MAX 4095

/* Records from a look into a directory to the one that finds the file: more would be quadratic in the size of a ring. */
#define SEARCH_MAX 256U

/* Not visible to user space, so no header of it has them. */
#define ERESTARTSYS 512
#define ERESTARTNOINTR 513
#define ERESTARTNOHAND 514
#define ERESTART_RESTARTBLOCK 516

static const int routine_errors[] = {
	EAGAIN, EINTR, EINPROGRESS, ECHILD, ENOTTY, ESPIPE, ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND,
	ERESTART_RESTARTBLOCK,
};

/* Anywhere in a path or address: directories differ between distributions and machines. */
static const char *const routine_names[] = { "/ld.so.", "/glibc-hwcaps/", "/locale/", "/gconv/", "/nscd/" };

size_t digest_offset(const Digest *d, size_t i)
{
	return ((const size_t *) d->offsets.data)[i];
}

void digest_item(const Digest *d, size_t i, Item *ret)
{
	size_t offset = digest_offset(d, i);

	(void) record_parse(d->records + offset, digest_offset(d, i + 1) - offset, ret);
}

static int index_records(Digest *d, size_t size)
{
	size_t offset = 0;
	Item item;
	int r;

	do {
		text_put_bytes(&d->offsets, &offset, sizeof(offset));
		r = record_parse(d->records + offset, size - offset, &item);
		if (r > 0) {
			offset += (size_t) r;
			d->n++;
		}
	} while (r > 0);
	return text_error(&d->offsets);
}

static int compare_pids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *) a, y = *(const uint32_t *) b;

	return (x > y) - (x < y);
}

static int count_processes(Digest *d)
{
	_cleanup_free_ uint32_t *pids = calloc(d->n + 1, sizeof(*pids));

	if (!pids)
		return -ENOMEM;
	for (size_t i = 0; i < d->n; i++) {
		Item item;

		digest_item(d, i, &item);
		pids[i] = item_pid(&item);
	}
	qsort(pids, d->n, sizeof(*pids), compare_pids);
	for (size_t i = 0; i < d->n; i++)
		d->n_processes += i == 0 || pids[i] != pids[i - 1];
	return 0;
}

static int measure(Digest *d)
{
	for (size_t i = 0; i < d->n; i++) {
		uint64_t end;
		Item item;

		digest_item(d, i, &item);
		end = item_end(&item);
		d->n_calls += item.kind == ITEM_CALL;
		if (item.kind == ITEM_EVENT && item.event->header.count == EVENT_EXEC)
			text_put_bytes(&d->execs, &item.event, sizeof(item.event));
		if (item.kind == ITEM_EVENT && item.event->header.count == EVENT_EXIT && item.event->signal == 1 &&
		    item.event->group_code != 0)
			text_put_bytes(&d->bad_exits, &item.event, sizeof(item.event));
		d->begin = i == 0 ? item_time(&item) : MIN(d->begin, item_time(&item));
		d->end = MAX(d->end, end);
	}
	return MIN(text_error(&d->execs), text_error(&d->bad_exits));
}

static void decode_wait_status(int wait_status, int *ret_code, int *ret_status)
{
	if (WIFSIGNALED(wait_status)) {
		*ret_code = WCOREDUMP(wait_status) ? CLD_DUMPED : CLD_KILLED;
		*ret_status = WTERMSIG(wait_status);
	} else {
		*ret_code = CLD_EXITED;
		*ret_status = WEXITSTATUS(wait_status);
	}
}

/*
 * The exit that PID 1 has reported, or else the last bad one. Without the first rule the blame would go to helpers
 * that are killed because the main process is gone. A clean exit of the main process explains no failure: then a
 * control process has failed, and its exit is in no signal.
 */
static void find_exit(Digest *d, int exec_code, int exec_status)
{
	bool known = exec_code != 0 && !(exec_code == CLD_EXITED && exec_status == 0);

	for (size_t i = d->n; i-- > 0;) {
		int code, status;
		Item item;

		digest_item(d, i, &item);
		if (item.kind != ITEM_EVENT || item.event->header.count != EVENT_EXIT || item.event->signal != 1)
			continue;
		decode_wait_status(item.event->group_code, &code, &status);
		if (known && code == exec_code && status == exec_status) {
			d->exit = item.event;
			return;
		}
		if (item.event->group_code != 0 && !d->exit)
			d->exit = item.event;
	}
}

/* Whether the event says who has ended the process: another one, or the OOM killer. */
static bool is_killer(const struct EventRecord *event, const struct EventRecord *exit)
{
	if (event->pid != exit->pid || event->time > exit->time)
		return false;
	if (event->header.count == EVENT_SIGNAL)
		return WIFSIGNALED(exit->group_code) && (int) event->signal == WTERMSIG(exit->group_code) &&
		       event->other_pid > 0 && event->other_pid != event->pid;
	return event->header.count == EVENT_OOM;
}

/* That the OOM killer has chosen it says more than the signal that came of it. */
static void find_killer(Digest *d)
{
	for (size_t i = d->n; d->exit && i-- > 0;) {
		Item item;

		digest_item(d, i, &item);
		if (item.kind != ITEM_EVENT || !is_killer(item.event, d->exit))
			continue;
		if (!d->killer || item.event->header.count == EVENT_OOM)
			d->killer = item.event;
	}
}

static bool has_routine_name(const CallMemory *m)
{
	for (unsigned i = 0; i < ELEMENTS(routine_names); i++)
		if (memmem(m->bytes, m->captured, routine_names[i], strlen(routine_names[i])))
			return true;
	return false;
}

static bool is_routine(const Call *c)
{
	for (unsigned i = 0; i < ELEMENTS(routine_errors); i++)
		if (c->result == -routine_errors[i])
			return true;
	for (unsigned i = 0; i < c->n_memory; i++)
		if (has_routine_name(&c->memory[i]))
			return true;
	return false;
}

static bool has_failed(const Call *c)
{
	if (c->flags & RECORD_REFUSED)
		return true;
	return c->result < 0 && c->result >= -ERRNO_MAX && !(c->flags & RECORD_UNFINISHED) && !is_routine(c);
}

/* The events of a ring are a few hundred at most, so all its execs are looked through. */
static bool is_before_exec(const Digest *d, const Call *c)
{
	const struct EventRecord *const *execs = (const void *) text_string(&d->execs);

	for (size_t i = 0; i < d->execs.size / sizeof(*execs); i++)
		if (execs[i]->pid == c->pid && execs[i]->time > c->start)
			return true;
	return false;
}

/* Return: the last component of the first path or name that the call has, and its length in @ret; NULL */
static const uint8_t *call_basename(const Call *c, size_t *ret)
{
	const uint8_t *slash;

	if (c->n_memory == 0)
		return NULL;
	slash = memrchr(c->memory[0].bytes, '/', c->memory[0].captured);
	if (!slash)
		return NULL;
	*ret = c->memory[0].captured - (size_t) (slash + 1 - c->memory[0].bytes);
	return slash + 1;
}

/* Whether record number @i was a look into one directory of several, and one soon after it found the file. */
static bool is_search(const Digest *d, size_t i, const Call *c)
{
	size_t size, other_size;
	const uint8_t *name = call_basename(c, &size), *other;
	size_t end = MIN(d->n, i + 1 + SEARCH_MAX);

	if (!name || c->result != -ENOENT)
		return false;
	while (++i < end) {
		Item item;

		digest_item(d, i, &item);
		if (item.kind != ITEM_CALL || item.call.pid != c->pid || item.call.result < 0)
			continue;
		other = call_basename(&item.call, &other_size);
		if (other && other_size == size && memcmp(other, name, size) == 0)
			return true;
	}
	return false;
}

/* Whether a process has ended badly, and not after the one that failed: then it may have failed for that. */
static bool has_ended_badly(const Digest *d, uint32_t pid)
{
	const struct EventRecord *const *exits = (const void *) text_string(&d->bad_exits);

	for (size_t i = 0; i < d->bad_exits.size / sizeof(*exits); i++)
		if (exits[i]->pid == pid && exits[i]->time <= d->exit->time)
			return true;
	return false;
}

static bool find_last_failure(Digest *d, bool ended_badly)
{
	uint64_t until = d->exit ? d->exit->time : d->end;

	for (size_t i = d->n; i-- > 0;) {
		uint64_t end;
		Item item;

		digest_item(d, i, &item);
		if (item.kind != ITEM_CALL || !has_failed(&item.call))
			continue;
		end = call_end(&item.call);
		if (end > until || (ended_badly && !has_ended_badly(d, item.call.pid)))
			continue;
		if (is_before_exec(d, &item.call) || is_search(d, i, &item.call))
			continue;
		d->has_last_failure = true;
		d->last_failure = item.call;
		d->last_failure_before = until - end;
		return true;
	}
	return false;
}

int digest_new(Digest *ret, const void *records, size_t size, int exec_code, int exec_status)
{
	Digest d = { .records = records };
	int r = index_records(&d, size);

	if (r >= 0)
		r = count_processes(&d);
	if (r >= 0)
		r = measure(&d);
	if (r < 0) {
		digest_done(&d);
		return r;
	}
	find_exit(&d, exec_code, exec_status);
	find_killer(&d);
	if (!d.exit || !find_last_failure(&d, true))
		(void) find_last_failure(&d, false);
	*ret = d;
	return 0;
}

void digest_done(Digest *d)
{
	text_done(&d->offsets);
	text_done(&d->execs);
	text_done(&d->bad_exits);
}

bool digest_exit(const Digest *d, int *ret_code, int *ret_status)
{
	if (!d->exit)
		return false;
	decode_wait_status(d->exit->group_code, ret_code, ret_status);
	return true;
}
