/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/journal-worker.h"
#include "util/macro.h"

/*
 * The journal here is a page shared with the worker. Stdin, which the worker keeps, is a pipe: it takes a byte to let
 * one entry through, so a test decides when the journal hangs.
 */
struct Journal {
	pid_t worker;
	unsigned entries, fields;
	char last[256];
};

static struct Journal *journal;
static int gate;

static int fake_send(const struct iovec *fields, int n)
{
	char go;

	journal->worker = getpid();
	if (read(STDIN_FILENO, &go, 1) != 1)
		return -EIO;
	if (go == 'x')
		raise(SIGKILL);
	if (go == 'e')
		return -EXFULL;
	journal->entries++;
	journal->fields = (unsigned) n;
	memcpy(journal->last, fields[n - 1].iov_base, MIN(fields[n - 1].iov_len, sizeof(journal->last)));
	return 0;
}

static const JournalSink sink = { .socket = "/", .send = fake_send };
static const struct iovec entry[] = {
	{ .iov_base = (char *) "MESSAGE=first", .iov_len = 13 },
	{ .iov_base = (char *) "EMPTY=", .iov_len = 6 },
	{ .iov_base = (char *) "BINARY=\0\n", .iov_len = 10 },
};

static char answers[256];

static void on_done(const char *label, int result, void *userdata)
{
	size_t n = strlen(answers);

	(void) userdata;
	snprintf(answers + n, sizeof(answers) - n, "%s=%d ", label, result);
}

static void allow(const char *what)
{
	(void) !write(gate, what, strlen(what));
}

static void wait_for_answers(sd_event *event, JournalWorker *w)
{
	while (journal_worker_pending(w) > 0 && sd_event_run(event, UINT64_MAX) >= 0)
		;
}

static void unref_event(sd_event **e)
{
	sd_event_unref(*e);
}

#define SETUP(s)                                                                     \
	_cleanup_(unref_event) sd_event *event = NULL;                               \
	_cleanup_(journal_worker_freep) JournalWorker *w = NULL;                     \
	*journal = (struct Journal){};                                               \
	answers[0] = '\0';                                                           \
	CHECK(sd_event_new(&event) >= 0);                                            \
	CHECK_INT(journal_worker_new(&w, event, s, on_done, NULL), 0)

TEST(an_entry_arrives_with_all_its_fields)
{
	SETUP(&sink);
	allow(".");
	CHECK_INT(journal_worker_send(w, "a.service", entry, ELEMENTS(entry)), 0);
	wait_for_answers(event, w);
	CHECK_STRING(answers, "a.service=0 ");
	CHECK_INT(journal->entries, 1);
	CHECK_INT(journal->fields, 3);
	CHECK_INT(memcmp(journal->last, "BINARY=\0\n", 10), 0);
	CHECK(journal->worker != getpid());
}

TEST(a_journal_that_is_not_there_is_said)
{
	static const JournalSink missing = { .socket = "/nonexistent/socket", .send = fake_send };

	SETUP(&missing);
	CHECK_INT(journal_worker_send(w, "a.service", entry, ELEMENTS(entry)), 0);
	wait_for_answers(event, w);
	CHECK_STRING(answers, "a.service=-2 ");
	CHECK_INT(journal_worker_dropped(w), 1);
}

TEST(a_refusal_is_reported_and_not_retried)
{
	SETUP(&sink);
	allow("e.");
	CHECK_INT(journal_worker_send(w, "a.service", entry, ELEMENTS(entry)), 0);
	CHECK_INT(journal_worker_send(w, "b.service", entry, ELEMENTS(entry)), 0);
	wait_for_answers(event, w);
	CHECK_STRING(answers, "a.service=-54 b.service=0 ");
	CHECK_INT(journal->entries, 1);
}

TEST(a_journal_that_hangs_fills_the_queue_and_never_blocks_the_daemon)
{
	SETUP(&sink);
	for (unsigned i = 0; i < JOURNAL_QUEUE_MAX; i++)
		CHECK_INT(journal_worker_send(w, "a", entry, ELEMENTS(entry)), 0);
	CHECK_INT(journal_worker_send(w, "b", entry, ELEMENTS(entry)), -ENOBUFS);
	CHECK_INT(journal_worker_dropped(w), 1);
	for (unsigned i = 0; i < JOURNAL_QUEUE_MAX; i++)
		allow(".");
	wait_for_answers(event, w);
	CHECK_INT(journal->entries, JOURNAL_QUEUE_MAX);
	CHECK_INT(journal_worker_dropped(w), 1);
}

TEST(a_worker_that_dies_loses_its_entries_and_is_replaced)
{
	pid_t first;

	SETUP(&sink);
	CHECK_INT(journal_worker_send(w, "a", entry, ELEMENTS(entry)), 0);
	CHECK_INT(journal_worker_send(w, "b", entry, ELEMENTS(entry)), 0);
	allow("x");
	wait_for_answers(event, w);
	CHECK_STRING(answers, "a=-32 b=-32 ");
	CHECK_INT(journal_worker_dropped(w), 2);
	first = journal->worker;
	allow(".");
	CHECK_INT(journal_worker_send(w, "c", entry, ELEMENTS(entry)), 0);
	wait_for_answers(event, w);
	CHECK_STRING(answers, "a=-32 b=-32 c=0 ");
	CHECK(journal->worker != first);
}

TEST(what_is_queued_is_sent_after_the_daemon_let_go)
{
	SETUP(&sink);
	CHECK_INT(journal_worker_send(w, "a", entry, ELEMENTS(entry)), 0);
	CHECK_INT(journal_worker_send(w, "b", entry, ELEMENTS(entry)), 0);
	w = journal_worker_free(w);
	allow("..");
	while (wait(NULL) > 0)
		;
	CHECK_INT(journal->entries, 2);
}

int main(void)
{
	int fds[2];

	journal = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (journal == MAP_FAILED || pipe(fds) < 0 || dup2(fds[0], STDIN_FILENO) < 0)
		return 1;
	gate = fds[1];
	RUN(an_entry_arrives_with_all_its_fields);
	RUN(a_journal_that_is_not_there_is_said);
	RUN(a_refusal_is_reported_and_not_retried);
	RUN(a_journal_that_hangs_fills_the_queue_and_never_blocks_the_daemon);
	RUN(a_worker_that_dies_loses_its_entries_and_is_replaced);
	RUN(what_is_queued_is_sent_after_the_daemon_let_go);
	return test_done();
}
