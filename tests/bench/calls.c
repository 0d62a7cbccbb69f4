/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The same loops for other tracers, which start the program they trace: calls N LOOP... makes batches of N calls, and
 * prints one number for each loop, in ns per call. It stays on the last CPU, so that the tracer has the others.
 */

#include <sched.h>

#include "tests/bench/loop.h"
#include "util/log.h"

static void stay(void)
{
	cpu_set_t set;
	int last = -1;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			last = cpu;
	CPU_ZERO(&set);
	CPU_SET(last, &set);
	(void) sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	_cleanup_(loops_freep) Loops *l = NULL;
	unsigned n = argc > 1 ? (unsigned) strtoul(argv[1], NULL, 10) : 0;

	if (n == 0) {
		log_error("calls N LOOP..., by tests/bench/run");
		return 2;
	}
	stay();
	if (loops_new(&l, false) < 0)
		return 1;
	for (int i = 2; i < argc; i++) {
		const Loop *loop = loop_find(argv[i]);

		if (!loop || !loops_has(l, loop))
			return 2;
		printf("%.2f\n", loop_time(l, loop, n));
	}
	return 0;
}
