/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Live streams: what comes through them, how they end, and what happens when nobody reads. */

#include "unit/test.h"

#include <signal.h>

#include "bus/client.h"

#define MANY 4000U /* calls of about 110 bytes: several times what a ring of 64 KiB holds */

/* Return: the error's name, or "" with the stream in @ret */
static const char *follow(World *w, Stream *ret, const char *unit)
{
	sd_bus_message *answer = NULL;
	const char *error = client_manager(w, "Follow", &answer, "sa{sv}", unit, 0);

	if (*error)
		return error;
	return stream_take(ret, answer) < 0 ? "no descriptor" : "";
}

/* For the conditions of WAIT() */
static bool has_seen(Stream *s, const char *text)
{
	stream_read(s);
	return strstr(text_string(&s->seen), text) != NULL;
}

static bool has_ended(Stream *s)
{
	stream_read(s);
	return s->ended;
}

TEST(a_stream_has_what_is_called_from_now_on)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 0xab);
	fake_open(w->manager->recorder, ring, "/before", 3);
	CHECK_STRING(follow(w, &s, "a.service"), "");
	fake_open(w->manager->recorder, ring, "/one", 3);
	WAIT(w, has_seen(&s, "/one"));
	CHECK_STRING(capture_reader_info(s.reader)->invocation, "abababababababababababababababab");
	fake_open(w->manager->recorder, ring, "/two", 3);
	fake_exit(w->manager->recorder, ring, 0);
	WAIT(w, has_seen(&s, "/two"));
	CHECK_STRING(text_string(&s.seen), "/one /two");
	CHECK_INT(s.events, 1);
	CHECK(!s.ended);
}

TEST(a_stream_ends_with_the_unit)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK_STRING(follow(w, &s, "a.service"), "");
	fake_open(w->manager->recorder, ring, "/last", 3);
	fake_unit_ended(w->manager->recorder, ring);
	WAIT(w, has_ended(&s));
	CHECK_STRING(text_string(&s.seen), "/last end(ended)");
	CHECK_INT(s.error, 0);
	CHECK_INT(capture_reader_end(s.reader)->calls, 1);
	CHECK_INT(w->manager->n_followers, 0);
}

TEST(a_stream_ends_when_recording_is_stopped)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };

	WORLD("");
	CHECK(world_start(w, "a.service", 1));
	CHECK_STRING(follow(w, &s, "a.service"), "");
	CHECK_STRING(client_manager(w, "Stop", NULL, "s", "a.service"), "");
	WAIT(w, has_ended(&s));
	CHECK_STRING(text_string(&s.seen), "end(stopped)");
}

TEST(a_stream_that_waits_ends_when_the_unit_is_waited_for_no_more)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };

	WORLD("[Recorder]\nUnits=");
	fake_systemd_load(w->systemd, "a.service", "a.service");
	CHECK_STRING(client_manager(w, "Record", NULL, "sa{sv}", "a.service", 0), "");
	CHECK_STRING(follow(w, &s, "a.service"), "");
	CHECK_STRING(client_manager(w, "Stop", NULL, "s", "a.service"), "");
	WAIT(w, has_ended(&s));
	CHECK_STRING(text_string(&s.seen), "end(stopped)");
	CHECK_INT(w->manager->n_followers, 0);
}

TEST(a_stream_waits_for_a_unit_that_does_not_run)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("[Recorder]\nUnits=");
	fake_systemd_load(w->systemd, "a.service", "a.service");
	CHECK_STRING(client_manager(w, "Record", NULL, "sa{sv}", "a.service", 0), "");
	CHECK_STRING(follow(w, &s, "a.service"), "");
	stream_read(&s);
	CHECK(!capture_reader_info(s.reader));
	ring = fake_unit_born(w->manager->recorder, "a.service");
	fake_unit_bound(w->manager->recorder, ring, 1);
	/* before the manager has heard of it: a stream from the start has them */
	fake_open(w->manager->recorder, ring, "/first", 3);
	WAIT(w, has_seen(&s, "/first"));
	CHECK(capture_reader_info(s.reader)->complete);
	fake_unit_ended(w->manager->recorder, ring);
	WAIT(w, has_ended(&s));
	CHECK_STRING(text_string(&s.seen), "/first end(ended)");
}

TEST(a_reader_that_closes_is_dropped)
{
	Stream s = { .fd = -EBADF };

	WORLD("");
	CHECK(world_start(w, "a.service", 1));
	CHECK_STRING(follow(w, &s, "a.service"), "");
	CHECK_INT(w->manager->n_followers, 1);
	stream_done(&s);
	WAIT(w, w->manager->n_followers == 0);
}

TEST(a_reader_that_closes_while_it_waits_is_dropped)
{
	Stream s = { .fd = -EBADF };

	WORLD("");
	fake_systemd_load(w->systemd, "a.service", "a.service");
	CHECK_STRING(follow(w, &s, "a.service"), "");
	CHECK_INT(w->manager->n_followers, 1);
	stream_done(&s);
	WAIT(w, w->manager->n_followers == 0);
}

TEST(a_ring_that_went_round_is_told_as_a_gap)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK_STRING(follow(w, &s, "a.service"), "");
	for (unsigned i = 0; i < MANY; i++)
		fake_open(w->manager->recorder, ring, i + 1 < MANY ? "/x" : "/last", 3);
	fake_ring_lost(w->manager->recorder, ring, 5);
	WAIT(w, has_seen(&s, "/last"));
	CHECK(s.missing > 5);
	CHECK_INT(s.calls + s.missing, MANY + 5);
	fake_unit_ended(w->manager->recorder, ring);
	WAIT(w, has_ended(&s));
	CHECK_INT(capture_reader_end(s.reader)->calls, MANY);
	CHECK_INT(capture_reader_end(s.reader)->overwritten + s.calls, MANY);
	CHECK_INT(capture_reader_end(s.reader)->lost, 5);
}

TEST(a_fast_writer_is_followed_without_a_gap)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK_STRING(follow(w, &s, "a.service"), "");
	/* Each round is a quarter of the ring: only CONTROL_WAKE is early enough. */
	for (unsigned i = 0; i < MANY; i++) {
		fake_open(w->manager->recorder, ring, i + 1 < MANY ? "/x" : "/last", 3);
		if (i % 100 == 99) {
			CHECK_INT(world_settle(w), 0);
			stream_read(&s);
		}
	}
	WAIT(w, has_seen(&s, "/last"));
	CHECK_INT(s.missing, 0);
	CHECK_INT(s.calls, MANY);
}

TEST(two_readers_have_a_stream_each)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF }, t = { .fd = -EBADF };
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	CHECK_STRING(follow(w, &s, "a.service"), "");
	fake_open(w->manager->recorder, ring, "/one", 3);
	WAIT(w, has_seen(&s, "/one"));
	CHECK_STRING(follow(w, &t, "a.service"), "");
	fake_open(w->manager->recorder, ring, "/two", 3);
	WAIT(w, has_seen(&s, "/two") && has_seen(&t, "/two"));
	CHECK_STRING(text_string(&s.seen), "/one /two");
	CHECK_STRING(text_string(&t.seen), "/two");
}

/* More than a pipe takes, in a ring that holds it. */
static void fill_pipe(World *w, uint32_t ring)
{
	char path[STRING_MAX];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	for (unsigned i = 0; i < MANY; i++)
		fake_open(w->manager->recorder, ring, path, 3);
}

TEST(a_stream_that_waits_for_its_reader_is_not_begun_anew)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	uint32_t ring;

	WORLD("[Recorder]\nBufferSize=1536K");
	ring = world_start(w, "a.service", 1);
	CHECK_STRING(follow(w, &s, "a.service"), "");
	fill_pipe(w, ring);
	fake_unit_ended(w->manager->recorder, ring);
	CHECK_INT(world_settle(w), 0);
	CHECK_INT(w->manager->n_followers, 1);
	ring = world_start(w, "a.service", 2);
	CHECK(ring);
	fake_open(w->manager->recorder, ring, "/of-the-next-run", 3);
	WAIT(w, has_ended(&s));
	CHECK_INT(s.error, 0);
	CHECK_INT(s.calls, MANY);
	CHECK(!has_seen(&s, "/of-the-next-run"));
	CHECK_INT(w->manager->n_followers, 0);
}

TEST(streams_beyond_the_limit_are_refused)
{
	Stream streams[FOLLOWERS_MAX], one = { .fd = -EBADF };

	WORLD("");
	CHECK(world_start(w, "a.service", 1));
	for (unsigned i = 0; i < FOLLOWERS_MAX; i++)
		CHECK_STRING(follow(w, &streams[i], "a.service"), "");
	CHECK_STRING(follow(w, &one, "a.service"), "org.traceloop1.Error.LimitReached");
	for (unsigned i = 0; i < FOLLOWERS_MAX; i++)
		stream_done(&streams[i]);
	WAIT(w, w->manager->n_followers == 0);
	CHECK_STRING(follow(w, &one, "a.service"), "");
	stream_done(&one);
}

int main(void)
{
	(void) setvbuf(stdout, NULL, _IOLBF, 0);
	(void) signal(SIGPIPE, SIG_IGN); /* as traceloopd does */
	if (!world_is_possible())
		return puts("1..0 # SKIP there is no dbus-daemon"), 0;
	RUN(a_stream_has_what_is_called_from_now_on);
	RUN(a_stream_ends_with_the_unit);
	RUN(a_stream_ends_when_recording_is_stopped);
	RUN(a_stream_that_waits_ends_when_the_unit_is_waited_for_no_more);
	RUN(a_stream_waits_for_a_unit_that_does_not_run);
	RUN(a_reader_that_closes_is_dropped);
	RUN(a_reader_that_closes_while_it_waits_is_dropped);
	RUN(a_ring_that_went_round_is_told_as_a_gap);
	RUN(a_fast_writer_is_followed_without_a_gap);
	RUN(two_readers_have_a_stream_each);
	RUN(a_stream_that_waits_for_its_reader_is_not_begun_anew);
	RUN(streams_beyond_the_limit_are_refused);
	return test_done();
}
