/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include "trace/threads.h"
#include "util/macro.h"

#define NR_NANOSLEEP 35
#define NR_RESTART 219
#define RESTARTBLOCK (-516)

static Threads *made(void)
{
	Threads *t;

	return threads_new(&t) == 0 ? t : NULL;
}

static Item call(uint32_t tid, const char *comm, uint32_t nr, int64_t result)
{
	return (Item){ .kind = ITEM_CALL, .call = { .nr = nr, .tid = tid, .pid = tid, .comm = comm, .result = result } };
}

static void see(Threads *t, Item item)
{
	threads_see(t, &item, "x86_64");
}

TEST(a_thread_is_called_what_it_was_called_last)
{
	_cleanup_(threads_freep) Threads *t = made();

	CHECK(!threads_comm(t, 7));
	see(t, call(7, "sh", 0, 0));
	CHECK_STRING(threads_comm(t, 7), "sh");
	see(t, call(7, NULL, 0, 0));
	CHECK_STRING(threads_comm(t, 7), "sh");
	see(t, call(7, "a", 0, 0));
	CHECK_STRING(threads_comm(t, 7), "a");
	CHECK(!threads_comm(t, 0));
	CHECK(!threads_comm(t, 7 + THREADS_KEPT));
	CHECK(!threads_comm(NULL, 7));
}

TEST(a_thread_that_was_met_is_called_what_it_was_called_first)
{
	_cleanup_(threads_freep) Threads *t = made();
	Item first = call(7, "sh", 0, 0), second = call(7, "cat", 0, 0);

	threads_meet(t, &first);
	threads_meet(t, &second);
	CHECK_STRING(threads_comm(t, 7), "sh");
	see(t, second);
	CHECK_STRING(threads_comm(t, 7), "cat");
}

TEST(the_sender_of_a_signal_is_known_unless_it_tells_itself)
{
	_cleanup_(threads_freep) Threads *t = made();
	struct EventRecord e = { .header.count = EVENT_SIGNAL, .tid = 7, .comm = "sh", .other_pid = 9, .other_comm = "kill" };
	Item item = { .kind = ITEM_EVENT, .event = &e };

	see(t, item);
	CHECK_STRING(threads_comm(t, 9), "kill");
	see(t, call(9, "bash", 0, 0));
	see(t, item);
	CHECK_STRING(threads_comm(t, 9), "bash");
}

TEST(threads_push_each_other_out)
{
	_cleanup_(threads_freep) Threads *t = made();

	see(t, call(7, "sh", NR_NANOSLEEP, RESTARTBLOCK));
	see(t, call(7 + THREADS_KEPT, "later", 0, 0));
	CHECK(!threads_comm(t, 7));
	CHECK(!threads_interrupted(t, 7));
	CHECK_STRING(threads_comm(t, 7 + THREADS_KEPT), "later");
	CHECK(!threads_interrupted(t, 7 + THREADS_KEPT));
}

TEST(an_interrupted_call_is_the_one_that_is_resumed)
{
	_cleanup_(threads_freep) Threads *t = made();

	see(t, call(7, "sh", NR_NANOSLEEP, RESTARTBLOCK));
	see(t, call(8, "sh", 0, 0));
	see(t, call(7, "sh", NR_RESTART, RESTARTBLOCK));
	CHECK_STRING(threads_interrupted(t, 7), "nanosleep");
	see(t, call(7, "sh", NR_RESTART, 0));
	CHECK_STRING(threads_interrupted(t, 7), "nanosleep");
	see(t, call(7, "sh", 0, 0));
	CHECK(!threads_interrupted(t, 7));
}

int main(void)
{
	RUN(a_thread_is_called_what_it_was_called_last);
	RUN(a_thread_that_was_met_is_called_what_it_was_called_first);
	RUN(the_sender_of_a_signal_is_known_unless_it_tells_itself);
	RUN(threads_push_each_other_out);
	RUN(an_interrupted_call_is_the_one_that_is_resumed);
	return test_done();
}
