/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus/bus.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "util/macro.h"

#define START_TIMEOUT_MSEC 10000

struct Bus {
	char *directory, *configuration, *address;
	pid_t pid;
};

/* Who may do what is not in question here: org.traceloop1.conf is dbus-daemon's to apply, flags are the vtables'. */
static const char configuration[] =
	"<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN\"\n"
	" \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
	"<busconfig>\n"
	"  <listen>%s</listen>\n"
	"  <auth>EXTERNAL</auth>\n"
	"  <policy context=\"default\">\n"
	"    <allow user=\"*\"/> <allow own=\"*\"/>\n"
	"    <allow send_destination=\"*\"/> <allow receive_sender=\"*\"/>\n"
	"  </policy>\n"
	"</busconfig>\n";

static int write_configuration(const Bus *b)
{
	_cleanup_fclose_ FILE *f = fopen(b->configuration, "we");

	if (!f)
		return -errno;
	return fprintf(f, configuration, b->address) < 0 || fflush(f) == EOF ? -EIO : 0;
}

static int make_directory(Bus *b)
{
	char template[] = "/tmp/traceloop-bus-XXXXXX";

	if (!mkdtemp(template) || chmod(template, 0755) < 0)
		return -errno;
	b->directory = strdup(template);
	if (!b->directory || asprintf(&b->configuration, "%s/bus.conf", template) < 0 ||
	    asprintf(&b->address, "unix:path=%s/bus", template) < 0)
		return -ENOMEM;
	return write_configuration(b);
}

static void __attribute__((noreturn)) run_daemon(const Bus *b, int ready, pid_t parent)
{
	char print_address[32];

	(void) snprintf(print_address, sizeof(print_address), "--print-address=%d", ready);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) >= 0 && getppid() == parent && fcntl(ready, F_SETFD, 0) >= 0)
		(void) execlp("dbus-daemon", "dbus-daemon", "--nofork", "--nopidfile", "--nosyslog", "--config-file",
			      b->configuration, print_address, NULL);
	_exit(errno == ENOENT ? 127 : EXIT_FAILURE);
}

/* It prints its address when it listens. */
static bool wait_ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char c;

	return poll(&p, 1, START_TIMEOUT_MSEC) > 0 && read(fd, &c, 1) == 1;
}

/* Return: what waitpid() says */
static int reap(Bus *b)
{
	int status = 0;

	(void) kill(b->pid, SIGKILL);
	(void) waitpid(b->pid, &status, 0);
	b->pid = 0;
	return status;
}

int bus_start(Bus *b)
{
	_cleanup_close_ int ours = -EBADF, theirs = -EBADF;
	pid_t parent = getpid();
	int fds[2], status;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	ours = fds[0];
	theirs = fds[1];
	b->pid = fork();
	if (b->pid < 0)
		return -errno;
	if (b->pid == 0)
		run_daemon(b, theirs, parent);
	theirs = close_fd(theirs);
	if (wait_ready(ours))
		return 0;
	status = reap(b);
	return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? -ENOENT : -EIO;
}

void bus_stop(Bus *b)
{
	if (b->pid > 0)
		(void) reap(b);
}

int bus_new(Bus **ret)
{
	_cleanup_(bus_freep) Bus *b = calloc(1, sizeof(*b));
	int e;

	if (!b)
		return -ENOMEM;
	e = make_directory(b);
	if (e >= 0)
		e = bus_start(b);
	if (e < 0)
		return e;
	*ret = TAKE_PTR(b);
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void) remove(path);
	return 0;
}

Bus *bus_free(Bus *b)
{
	if (!b)
		return NULL;
	bus_stop(b);
	if (b->directory)
		(void) nftw(b->directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	free(b->directory);
	free(b->configuration);
	free(b->address);
	free(b);
	return NULL;
}

const char *bus_address(const Bus *b)
{
	return b->address;
}

const char *bus_directory(const Bus *b)
{
	return b->directory;
}
