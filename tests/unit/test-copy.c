/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/copy.h"
#include "util/macro.h"

#define CHUNK_LOOKS 5000U
#define SLOT_LOOKS 200000U
#define SLOT_TURNS 200U /* to be seen at least: the writer may share our CPU at first */
#define PAUSE_MAX 4096U /* turns of a loop: longer than a copy takes */

/* Written by another process, as the kernel side writes them; each of its words says for which turn. */
typedef struct Shared {
	struct ChunkHeader header;
	uint64_t words[(CHUNK_SIZE - sizeof(struct ChunkHeader)) / sizeof(uint64_t)];
	struct Slot slot;
} Shared;

static uint64_t copy[CHUNK_SIZE / sizeof(uint64_t)];

static bool take(const struct ChunkHeader *h, ChunkView *ret)
{
	return chunk_copy(h, (uint8_t *) copy, ret);
}

static uint64_t first_word(void)
{
	return copy[sizeof(struct ChunkHeader) / sizeof(uint64_t)];
}

static void chunk_turn(Shared *s, uint64_t turn)
{
	s->header.overwritten = turn;
	__atomic_store_n(&s->header.sequence, 0, __ATOMIC_SEQ_CST);
	for (unsigned i = 0; i < ELEMENTS(s->words); i++)
		s->words[i] = turn;
	s->header.records = turn;
	__atomic_store_n(&s->header.used, CHUNK_SIZE, __ATOMIC_RELAXED);
	__atomic_store_n(&s->header.sequence, turn, __ATOMIC_SEQ_CST);
}

static void slot_turn(Shared *s, uint64_t turn)
{
	__atomic_store_n(&s->slot.sequence, s->slot.sequence | 1, __ATOMIC_SEQ_CST);
	s->slot.start = turn;
	for (unsigned i = 0; i < CALL_ARGS_MAX; i++)
		s->slot.args[i] = turn;
	memset(s->slot.memory[1].bytes, (int) (turn & 0xff), STRING_MAX);
	__atomic_store_n(&s->slot.sequence, s->slot.sequence + 1, __ATOMIC_SEQ_CST);
}

static Shared *shared_new(void)
{
	void *p = mmap(NULL, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Return: the pid of who writes without end, at an irregular pace */
static pid_t writer_new(Shared *s, void (*turn)(Shared *s, uint64_t turn))
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	(void) prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (uint64_t n = 1;; n++) {
		turn(s, n);
		for (volatile unsigned i = 0; i < n * 7 % PAUSE_MAX;)
			i = i + 1;
	}
}

static void writer_end(pid_t pid)
{
	(void) kill(pid, SIGKILL);
	(void) waitpid(pid, NULL, 0);
}

TEST(what_is_used_of_a_chunk_is_copied)
{
	Shared *s = shared_new();
	ChunkView view;

	chunk_turn(s, 7);
	s->header.used = sizeof(s->header) + 8;
	CHECK(take(&s->header, &view));
	CHECK(!view.held);
	CHECK_INT(view.sequence, 7);
	CHECK_INT(view.used, sizeof(s->header) + 8);
	CHECK_INT(first_word(), 7);
	CHECK_INT(copy[sizeof(struct ChunkHeader) / sizeof(uint64_t) + 1], 0);
	s->header.used = CHUNK_SIZE + 8;
	CHECK(!take(&s->header, &view));
	munmap(s, sizeof(*s));
}

TEST(a_chunk_that_was_never_used_has_nothing)
{
	Shared *s = shared_new();
	ChunkView view;

	CHECK(!take(&s->header, &view));
	CHECK_INT(chunk_books(&s->header).records, 0);
	munmap(s, sizeof(*s));
}

/* Its CPU may have been taken from it for long. */
TEST(a_chunk_that_is_held_is_not_waited_for_without_end)
{
	Shared *s = shared_new();
	ChunkView view;

	chunk_turn(s, 7);
	s->header.owner = 1;
	CHECK(take(&s->header, &view));
	CHECK(view.held);
	CHECK_INT(first_word(), 7);
	munmap(s, sizeof(*s));
}

TEST(no_copy_is_torn_while_the_chunk_is_recycled_all_the_time)
{
	Shared *s = shared_new();
	pid_t writer = writer_new(s, chunk_turn);
	unsigned whole = 0, torn = 0;

	for (unsigned i = 0; i < CHUNK_LOOKS || whole == 0; i++) {
		ChunkView view;

		if (!take(&s->header, &view))
			continue;
		whole++;
		for (unsigned j = sizeof(struct ChunkHeader) / sizeof(uint64_t); j < ELEMENTS(copy); j++)
			torn += copy[j] != view.sequence;
	}
	CHECK_INT(torn, 0);
	writer_end(writer);
	munmap(s, sizeof(*s));
}

TEST(no_slot_is_torn_while_calls_begin_and_end)
{
	Shared *s = shared_new();
	pid_t writer = writer_new(s, slot_turn);
	unsigned turns = 0, torn = 0;
	uint64_t last = 0;

	for (unsigned i = 0; i < SLOT_LOOKS || turns < SLOT_TURNS; i++) {
		struct Slot slot;

		if (!slot_copy(&s->slot, &slot))
			continue;
		turns += slot.start != last;
		last = slot.start;
		torn += slot.args[0] != slot.start || slot.args[CALL_ARGS_MAX - 1] != slot.start ||
			(uint8_t) slot.memory[1].bytes[STRING_MAX - 1] != (uint8_t) slot.start;
	}
	CHECK_INT(torn, 0);
	writer_end(writer);
	munmap(s, sizeof(*s));
}

TEST(a_slot_that_stays_odd_is_given_up)
{
	struct Slot slot = { .sequence = 3 }, copied;

	CHECK(!slot_copy(&slot, &copied));
	slot.sequence = 4;
	CHECK(slot_copy(&slot, &copied));
}

int main(void)
{
	RUN(what_is_used_of_a_chunk_is_copied);
	RUN(a_chunk_that_was_never_used_has_nothing);
	RUN(a_chunk_that_is_held_is_not_waited_for_without_end);
	RUN(no_copy_is_torn_while_the_chunk_is_recycled_all_the_time);
	RUN(no_slot_is_torn_while_calls_begin_and_end);
	RUN(a_slot_that_stays_odd_is_given_up);
	return test_done();
}
