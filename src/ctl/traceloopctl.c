/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* traceloopctl: argv and run(). Each verb is a file of its own. */

#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "ctl/arguments.h"
#include "ctl/verbs.h"
#include "util/log.h"

static int (*const verbs[_VERB_MAX])(const Arguments *a) = {
	[VERB_LIST] = verb_list, [VERB_STATUS] = verb_status, [VERB_TRACE] = verb_trace,
	[VERB_DUMP] = verb_dump, [VERB_READ] = verb_read, [VERB_RECORD] = verb_record, [VERB_STOP] = verb_stop,
	[VERB_VERIFY] = verb_verify, [VERB_SYSCALLS] = verb_syscalls,
};

static int help(void)
{
	printf("%s [OPTIONS...] [VERB] [UNIT...]\n\n"
	       "Shows what units do: the system calls that traceloopd records.\n\n"
	       "Verbs:\n"
	       "  list [PATTERN...]     list recordings (the default)\n"
	       "  status [UNIT...]      show the state of the daemon, or of units and what they are blocked in\n"
	       "  trace UNIT...         print calls as they happen, until the units end or Ctrl-C\n"
	       "  dump UNIT...          print the calls that are in memory\n"
	       "  read FILE             print the calls that are in a capture\n"
	       "  record UNIT...        record units until traceloopd is restarted\n"
	       "  stop UNIT...          stop recording units\n"
	       "  verify                show what the kernel and the system have to work with\n"
	       "  syscalls [EXPR...]    list the system calls that are known, all or some\n\n"
	       "Options:\n"
	       "  -n --lines=N          dump, read, status: the last N lines; trace: end after N lines\n"
	       "  -e EXPR               only some calls: \"openat,%%network\", or all but some: \"!futex\";\n"
	       "                        record: nothing else is recorded at all\n"
	       "  -o --output=FILE      write to FILE\n"
	       "     --format=FORMAT    text, json, json-seq, or capture: as it was recorded\n"
	       "     --invocation=ID    dump: that run of the unit\n"
	       "     --buffer-size=SIZE trace, record: memory for the unit's calls\n"
	       "  -X FORM               constants: abbrev, raw (as numbers), verbose (both)\n"
	       "  -v                    structures and arrays to their end\n"
	       "  -s SIZE               at most SIZE bytes of a string, if it is no path\n"
	       "  -a COLUMN             results begin there\n"
	       "  -t                    the time of day in seconds; -tt: with microseconds; -ttt: since 1970\n"
	       "  -r                    time since the line before\n"
	       "  -T                    how long calls took, which is shown without it too\n"
	       "  -x                    strings that are no text in hexadecimal; twice, all strings\n"
	       "  -y                    the paths of descriptors; twice, addresses of sockets too\n"
	       "  -Y                    the commands of processes\n"
	       "     --cpu              on which CPU each call was\n"
	       "     --no-pager         do not use a pager\n"
	       "     --no-legend        list, verify, syscalls: neither header nor footer\n"
	       "  -q --quiet            only errors and warnings on standard error\n"
	       "  -h --help             show this help\n"
	       "     --version          show the version\n\n"
	       "Exit status: 0, 1 failure, 3 not recorded, 4 no such unit. See traceloopctl(1).\n",
	       program_invocation_short_name);
	return 0;
}

static int run(int argc, char *argv[])
{
	_cleanup_arguments_ Arguments a = {};
	int r;

	r = arguments_parse(argc, argv, &a);
	if (r < 0)
		return r;
	if (a.help)
		return help();
	if (a.version)
		return puts("traceloop " VERSION), 0;
	if (a.quiet)
		log_set_level(LOG_WARNING);
	return verbs[a.verb](&a);
}

int main(int argc, char *argv[])
{
	int r;

	(void) setlocale(LC_ALL, "");
	(void) signal(SIGPIPE, SIG_IGN);
	r = run(argc, argv);
	return r < 0 ? EXIT_FAILURE : r;
}
