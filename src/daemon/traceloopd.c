/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * traceloopd: argv, signals, and the loop. What it does is the manager's.
 *
 * It ends with EX_UNAVAILABLE where the system lacks what it needs, so that its unit is not started again and again.
 */

#include <getopt.h>
#include <signal.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>

#include "daemon/manager.h"
#include "util/log.h"

static int help(void)
{
	printf("%s [OPTIONS...]\n\n"
	       "Records the system calls of systemd units, and dumps a failed unit's last ones into the journal.\n\n"
	       "  -h --help     show this help\n"
	       "     --version  show the version\n"
	       "     --debug    say more on standard error\n\n"
	       "See traceloopd(8) and traceloopd.conf(5).\n",
	       program_invocation_short_name);
	return 0;
}

/* Return: 1 to go on, 0 to end well, a negative errno to end badly. */
static int parse_argv(int argc, char *argv[])
{
	enum { OPTION_VERSION = 0x100, OPTION_DEBUG };
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, OPTION_VERSION },
		{ "debug", no_argument, NULL, OPTION_DEBUG },
		{},
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		if (c == 'h')
			return help();
		if (c == OPTION_VERSION)
			return puts("traceloop " VERSION), 0;
		if (c != OPTION_DEBUG)
			return -EINVAL;
		log_set_level(LOG_DEBUG);
	}
	if (optind < argc) {
		log_error("No arguments are taken: %s", argv[optind]);
		return -EINVAL;
	}
	return 1;
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	(void) sd_notify(false, "RELOADING=1");
	(void) manager_reload(userdata);
	(void) sd_notify(false, "READY=1");
	return 0;
}

static int block_signals(void)
{
	sigset_t set;

	(void) signal(SIGPIPE, SIG_IGN);
	(void) sigemptyset(&set);
	(void) sigaddset(&set, SIGTERM);
	(void) sigaddset(&set, SIGINT);
	(void) sigaddset(&set, SIGHUP);
	return sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? -errno : 0;
}

/* Return: the exit status, or a negative errno */
static int run(int argc, char *argv[])
{
	_cleanup_(manager_freep) Manager *m = NULL;
	int e;

	e = parse_argv(argc, argv);
	if (e <= 0)
		return e;
	e = block_signals();
	if (e < 0)
		return log_error_errno(e, "Failed to block signals: %m");
	e = manager_new(&m);
	if (e < 0)
		return EX_UNAVAILABLE;
	e = sd_event_add_signal(m->event, NULL, SIGTERM, NULL, NULL);
	if (e >= 0)
		e = sd_event_add_signal(m->event, NULL, SIGINT, NULL, NULL);
	if (e >= 0)
		e = sd_event_add_signal(m->event, NULL, SIGHUP, on_hangup, m);
	if (e >= 0)
		e = sd_event_set_watchdog(m->event, true);
	if (e < 0)
		return log_error_errno(e, "Failed to watch for signals: %m");
	e = manager_start(m);
	if (e < 0)
		return e;
	(void) sd_notify(false, "READY=1");
	e = sd_event_loop(m->event);
	(void) sd_notify(false, "STOPPING=1");
	return e < 0 ? log_error_errno(e, "The event loop failed: %m") : 0;
}

int main(int argc, char *argv[])
{
	int r = run(argc, argv);

	return r < 0 ? EXIT_FAILURE : r;
}
