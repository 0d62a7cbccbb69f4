/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The streams: who follows which unit. */

#include <fcntl.h>

#include "daemon/manager.h"
#include "util/log.h"
#include "util/macro.h"

static void on_follower_closed(Follower *follower, void *userdata)
{
	Manager *m = userdata;

	for (FollowerEntry **f = &m->followers; *f; f = &(*f)->next)
		if ((*f)->follower == follower) {
			FollowerEntry *entry = *f;

			*f = entry->next;
			m->n_followers--;
			follower_free(follower);
			free(entry);
			return;
		}
}

int manager_follow(Manager *m, const char *unit, uint64_t buffer_size, int *ret_fd)
{
	Recording *r = manager_find(m, unit, SD_ID128_NULL);
	_cleanup_(follower_freep) Follower *follower = NULL;
	_cleanup_close_ int reading = -EBADF, writing = -EBADF;
	_cleanup_free_ FollowerEntry *entry = NULL;
	bool running = r && recording_is_running(r);
	int fds[2], e;

	if (!running && !manager_is_wanted(m, unit))
		return -ENODATA;
	if (m->n_followers >= FOLLOWERS_MAX)
		return -ENOBUFS;
	e = running ? manager_grow(m, r, buffer_size) : manager_reserve(m, buffer_size);
	if (e < 0)
		return e;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	reading = fds[0];
	writing = fds[1];
	e = follower_new(&follower, m->event, unit, writing, on_follower_closed, m);
	if (e < 0)
		return e;
	TAKE_FD(writing);
	if (running)
		e = follower_attach(follower, r, false);
	if (e < 0)
		return e;
	entry = malloc(sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	*entry = (FollowerEntry){
		.next = m->followers,
		.follower = TAKE_PTR(follower),
		.buffer_size = buffer_size,
	};
	m->followers = TAKE_PTR(entry);
	m->n_followers++;
	*ret_fd = TAKE_FD(reading);
	return 0;
}

void manager_followers_attach(Manager *m, Recording *r)
{
	for (FollowerEntry *f = m->followers; f; f = f->next) {
		int e;

		if (!follower_is_waiting(f->follower) || !streq(follower_unit(f->follower), r->unit))
			continue;
		(void) manager_grow(m, r, f->buffer_size);
		e = follower_attach(f->follower, r, true);
		if (e < 0)
			(void) log_warning_errno(e, "Failed to follow %s, ignoring: %m", r->unit);
	}
}

void manager_followers_pump(Manager *m, const Recording *r)
{
	for (FollowerEntry *f = m->followers, *next; f; f = next) {
		next = f->next;
		if (follower_recording(f->follower) == r)
			follower_pump(f->follower);
	}
}

void manager_followers_end(Manager *m, const Recording *r, const char *reason)
{
	for (FollowerEntry *f = m->followers, *next; f; f = next) {
		next = f->next;
		if (follower_recording(f->follower) == r)
			follower_end(f->follower, reason);
	}
}

void manager_followers_give_up(Manager *m, const char *unit)
{
	for (FollowerEntry *f = m->followers, *next; f; f = next) {
		next = f->next;
		if (follower_is_waiting(f->follower) && streq(follower_unit(f->follower), unit))
			follower_end(f->follower, "stopped");
	}
}

void manager_followers_done(Manager *m)
{
	while (m->followers) {
		FollowerEntry *f = m->followers;

		m->followers = f->next;
		follower_free(f->follower);
		free(f);
	}
}
