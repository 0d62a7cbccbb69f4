/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/journal-worker.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <systemd/sd-journal.h>

#include "util/log.h"
#include "util/macro.h"
#include "util/text.h"

#define WORKER_FD 3 /* beside stdin, stdout and stderr the only descriptor that the worker keeps */

struct JournalWorker {
	sd_event *event;
	sd_event_source *io;
	JournalSink sink;
	JournalWorkerDone done;
	void *userdata;
	int fd; /* -EBADF: there is no process */
	pid_t pid;
	char *labels[JOURNAL_QUEUE_MAX]; /* a ring: answers come in the order of the entries */
	unsigned first, pending;
	uint64_t dropped;
};

static const JournalSink system_journal = {
	.socket = "/run/systemd/journal/socket",
	.send = sd_journal_sendv,
};

/*
 * An entry on its way: a memfd of fields, each its size in 8 bytes and its bytes.
 */

static void put_fields(Text *t, const struct iovec *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t size = fields[i].iov_len;

		text_put_bytes(t, &size, sizeof(size));
		text_put_bytes(t, fields[i].iov_base, size);
	}
}

static int write_all(int fd, const char *p, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, p, size);

		if (n < 0)
			return -errno;
		p += n;
		size -= (size_t) n;
	}
	return 0;
}

static int entry_new(const struct iovec *fields, size_t n)
{
	_cleanup_close_ int fd = memfd_create("journal-entry", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	_cleanup_text_ Text text = {};
	int r;

	if (fd < 0)
		return -errno;
	put_fields(&text, fields, n);
	r = text_error(&text);
	if (r >= 0)
		r = write_all(fd, text_string(&text), text.size);
	if (r >= 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
		r = -errno;
	return r < 0 ? r : TAKE_FD(fd);
}

/* Return: how many fields @p holds, at most @max; -EBADMSG. */
static int take_fields(char *p, size_t size, struct iovec *ret, size_t max)
{
	size_t n = 0;

	while (size > 0) {
		uint64_t length;

		if (n == max || size < sizeof(length))
			return -EBADMSG;
		memcpy(&length, p, sizeof(length));
		p += sizeof(length);
		size -= sizeof(length);
		if (length > size)
			return -EBADMSG;
		ret[n++] = (struct iovec){ .iov_base = p, .iov_len = length };
		p += length;
		size -= length;
	}
	return (int) n;
}

/*
 * In the worker
 */

static int entry_send(int entry, const JournalSink *sink)
{
	struct iovec fields[64]; /* an entry has about 20 */
	struct stat st;
	char *p;
	int r;

	if (access(sink->socket, F_OK) < 0 || fstat(entry, &st) < 0)
		return -errno;
	if (st.st_size == 0)
		return -EBADMSG;
	p = mmap(NULL, (size_t) st.st_size, PROT_READ, MAP_PRIVATE, entry, 0);
	if (p == MAP_FAILED)
		return -errno;
	r = take_fields(p, (size_t) st.st_size, fields, ELEMENTS(fields));
	if (r >= 0)
		r = sink->send(fields, r);
	(void) munmap(p, (size_t) st.st_size);
	return r < 0 ? r : 0;
}

/* Return: a descriptor; -ENODATA at the end; -ECONNRESET once if the daemon has died with answers unread. */
static int entry_receive(int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	int entry;

	if (n < 0)
		return -errno;
	if (!c)
		return -ENODATA;
	memcpy(&entry, CMSG_DATA(c), sizeof(entry));
	return entry;
}

/* Blocked in the journal, the worker would not see the end of its socket. Queued entries get their time. */
static void parent_died(int number)
{
	(void) number;
	(void) alarm(JOURNAL_DRAIN_SEC);
}

/* SIGTERM goes to all processes of a unit that is stopped: the worker has its end from the daemon's instead. */
static void set_signals(pid_t parent)
{
	static const int ignored[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT };
	struct sigaction death = { .sa_handler = parent_died, .sa_flags = SA_RESTART };
	sigset_t none;

	for (unsigned i = 0; i < ELEMENTS(ignored); i++)
		(void) signal(ignored[i], SIG_IGN);
	(void) signal(SIGALRM, SIG_DFL);
	(void) sigaction(SIGUSR1, &death, NULL);
	(void) prctl(PR_SET_PDEATHSIG, SIGUSR1);
	(void) sigemptyset(&none);
	(void) sigprocmask(SIG_SETMASK, &none, NULL);
	if (getppid() != parent)
		parent_died(SIGUSR1);
}

static void __attribute__((noreturn)) worker_run(int fd, pid_t parent, const JournalSink *sink)
{
	int entry;

	set_signals(parent);
	/* Anything else of the daemon's would live on in here: its maps, its bus connection, its listening sockets. */
	if (dup2(fd, WORKER_FD) < 0 || close_range(WORKER_FD + 1, ~0U, 0) < 0)
		_exit(EXIT_FAILURE);
	while ((entry = entry_receive(WORKER_FD)) != -ENODATA) {
		int result;

		if (entry == -ECONNRESET || entry == -EINTR)
			continue;
		if (entry < 0)
			_exit(EXIT_FAILURE);
		result = entry_send(entry, sink);
		(void) close_fd(entry);
		(void) send(WORKER_FD, &result, sizeof(result), MSG_NOSIGNAL);
	}
	_exit(EXIT_SUCCESS);
}

/*
 * In the daemon
 */

static void finish_first(JournalWorker *w, int result)
{
	_cleanup_free_ char *label = TAKE_PTR(w->labels[w->first]);

	w->first = (w->first + 1) % JOURNAL_QUEUE_MAX;
	w->pending--;
	if (result < 0) {
		w->dropped++;
		(void) log_warning_errno(result, "Cannot write the entry of %s into the journal: %m", label);
	}
	if (w->done)
		w->done(label, result, w->userdata);
}

/* The worker is gone or going: its end of the socket closes with the process. */
static void worker_lost(JournalWorker *w)
{
	unsigned lost = w->pending; /* the callback may queue more, for the next worker */

	w->io = sd_event_source_disable_unref(w->io);
	w->fd = close_fd(w->fd);
	(void) kill(w->pid, SIGKILL);
	(void) waitpid(w->pid, NULL, 0);
	log_warning("The process that writes to the journal has ended");
	while (lost-- > 0)
		finish_first(w, -EPIPE);
}

static int on_answer(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	JournalWorker *w = userdata;
	int result;
	ssize_t n;

	(void) source, (void) events;
	n = recv(fd, &result, sizeof(result), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n == (ssize_t) sizeof(result) && w->pending > 0)
		finish_first(w, MIN(result, 0));
	else
		worker_lost(w);
	return 0;
}

static int worker_start(JournalWorker *w)
{
	_cleanup_close_ int ours = -EBADF, theirs = -EBADF;
	pid_t parent = getpid();
	int fds[2], r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	ours = fds[0];
	theirs = fds[1];
	r = sd_event_add_io(w->event, &w->io, ours, EPOLLIN, on_answer, w);
	if (r < 0)
		return r;
	w->pid = fork();
	if (w->pid < 0) {
		r = -errno;
		w->io = sd_event_source_disable_unref(w->io);
		return r;
	}
	if (w->pid == 0)
		worker_run(theirs, parent, &w->sink);
	w->fd = TAKE_FD(ours);
	return 0;
}

static int hand_over(int fd, int entry)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {
		.header = { .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int)) },
	};
	struct iovec iov = { .iov_base = (char[]){ 0 }, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control),
	};

	memcpy(CMSG_DATA(&control.header), &entry, sizeof(entry));
	return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int queue(JournalWorker *w, const char *label, const struct iovec *fields, size_t n)
{
	_cleanup_free_ char *copy = strdup(label);
	_cleanup_close_ int entry = -EBADF;
	int r = 0;

	if (!copy)
		return -ENOMEM;
	if (w->pending == JOURNAL_QUEUE_MAX)
		return -ENOBUFS;
	entry = entry_new(fields, n);
	if (entry < 0)
		return entry;
	if (w->fd < 0)
		r = worker_start(w);
	if (r >= 0)
		r = hand_over(w->fd, entry);
	if (r < 0)
		return r;
	w->labels[(w->first + w->pending++) % JOURNAL_QUEUE_MAX] = TAKE_PTR(copy);
	return 0;
}

int journal_worker_send(JournalWorker *w, const char *label, const struct iovec *fields, size_t n)
{
	int r = queue(w, label, fields, n);

	if (r >= 0)
		return 0;
	w->dropped++;
	return log_warning_errno(r, "Cannot hand the entry of %s to the journal, dropping it: %m", label);
}

int journal_worker_new(JournalWorker **ret, sd_event *event, const JournalSink *sink, JournalWorkerDone done,
		       void *userdata)
{
	_cleanup_(journal_worker_freep) JournalWorker *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	*w = (JournalWorker){
		.event = sd_event_ref(event), .sink = sink ? *sink : system_journal, .done = done,
		.userdata = userdata, .fd = -EBADF,
	};
	r = worker_start(w);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(w);
	return 0;
}

JournalWorker *journal_worker_free(JournalWorker *w)
{
	if (!w)
		return NULL;
	sd_event_source_disable_unref(w->io);
	(void) close_fd(w->fd);
	sd_event_unref(w->event);
	for (unsigned i = 0; i < JOURNAL_QUEUE_MAX; i++)
		free(w->labels[i]);
	free(w);
	return NULL;
}

unsigned journal_worker_pending(const JournalWorker *w)
{
	return w->pending;
}

uint64_t journal_worker_dropped(const JournalWorker *w)
{
	return w->dropped;
}
