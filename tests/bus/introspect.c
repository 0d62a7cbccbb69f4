/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Prints what the manager's object and that of a unit say of themselves, a NUL between the two, for test-interface. */

#include <stdio.h>

#include "bus/client.h"

static int print_object(World *w, const char *path)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
	const char *xml;
	int e = client_call(w, path, "org.freedesktop.DBus.Introspectable", "Introspect", &answer, NULL);

	if (e >= 0)
		e = sd_bus_message_read(answer, "s", &xml);
	if (e >= 0)
		(void) fputs(xml, stdout);
	return e;
}

int main(void)
{
	_cleanup_(world_freep) World *w = NULL;

	if (!world_is_possible())
		return 77;
	w = world_new("");
	if (!w || !world_start(w, "a.service", 1) || print_object(w, BUS_PATH) < 0)
		return EXIT_FAILURE;
	(void) putchar('\0');
	return print_object(w, RECORDING_PREFIX "/a_2eservice") < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
