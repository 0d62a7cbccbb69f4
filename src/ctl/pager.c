/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/pager.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "util/log.h"
#include "util/macro.h"

/* Quit if it fits on a screen, show colours, cut lines, keep the screen, say little; Ctrl-C ends it. */
#define LESS_OPTIONS "FRSXMK"
#define DEFAULT_PAGER \
	"for p in less more cat; do command -v $p >/dev/null && exec $p; done"

/* One who came by sudo is root here: less must offer no shell, and their own program is not run for them. */
static bool is_secure(void)
{
	return getuid() == 0 && secure_getenv("SUDO_UID");
}

static const char *choose(void)
{
	const char *pager = is_secure() ? NULL : secure_getenv("SYSTEMD_PAGER");

	if (!pager && !is_secure())
		pager = secure_getenv("PAGER");
	return pager ? pager : DEFAULT_PAGER;
}

static void run(const char *pager, int reading, pid_t parent)
{
	const char *options = getenv("SYSTEMD_LESS");

	(void) prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(EXIT_SUCCESS);
	(void) setenv("LESS", options ? options : LESS_OPTIONS, 1);
	if (is_secure())
		(void) setenv("LESSSECURE", "1", 1);
	(void) signal(SIGPIPE, SIG_DFL);
	if (dup2(reading, STDIN_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", pager, NULL);
	_exit(127);
}

int pager_start(pid_t *ret_pid, int *ret_fd)
{
	const char *pager = choose();
	pid_t parent = getpid(), pid;
	int fds[2];

	if (*pager == '\0' || streq(pager, "cat"))
		return 0;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid < 0) {
		int r = -errno;

		close_fd(fds[0]);
		close_fd(fds[1]);
		return r;
	}
	if (pid == 0)
		run(pager, fds[0], parent);
	close_fd(fds[0]);
	/* Ctrl-C is for the pager, which stays on the screen as long as its user likes. */
	(void) signal(SIGINT, SIG_IGN);
	*ret_pid = pid;
	*ret_fd = fds[1];
	return 1;
}

int pager_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return log_error_errno(errno, "Failed to wait for the pager: %m");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
		log_error("The pager could not be started; --no-pager does without.");
		return -ENOENT;
	}
	return 0;
}
