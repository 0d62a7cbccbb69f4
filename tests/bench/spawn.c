/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * spawn N COMMAND...: run a command N times, one run after the other, and print how many runs a second that was. Its
 * output goes nowhere. Timed in here, so that what a tracer needs to start and to end is left out.
 */

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "util/clock.h"
#include "util/log.h"
#include "util/macro.h"

static int run(char **argv, const posix_spawn_file_actions_t *actions)
{
	int e, status;
	pid_t pid;

	e = posix_spawnp(&pid, argv[0], actions, NULL, argv, environ);
	if (e != 0)
		return log_error_errno(e, "Failed to run %s: %m", argv[0]);
	if (waitpid(pid, &status, 0) < 0)
		return log_error_errno(errno, "Failed to wait for %s: %m", argv[0]);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned n = argc > 2 ? (unsigned) strtoul(argv[1], NULL, 10) : 0;
	posix_spawn_file_actions_t actions;
	uint64_t start;

	if (n == 0) {
		log_error("spawn N COMMAND..., by tests/bench/run");
		return 2;
	}
	(void) posix_spawn_file_actions_init(&actions);
	(void) posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	start = monotonic_now();
	for (unsigned i = 0; i < n; i++)
		if (run(argv + 2, &actions) < 0)
			return 1;
	printf("%.3f\n", n / ((double) (monotonic_now() - start) / (double) NSEC_PER_SEC));
	(void) posix_spawn_file_actions_destroy(&actions);
	return 0;
}
