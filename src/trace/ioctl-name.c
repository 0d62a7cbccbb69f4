/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/ioctl-name.h"

#include <string.h>

#include "util/macro.h"

#define NOWHERE 0U /* no request has that number */

static const struct {
	uint32_t number;
	uint32_t number_i386;
	const char *name;
} requests[] = {
#define IOCTL2(name, number, number_i386) { number, number_i386, #name },
#define IOCTL(name, number) IOCTL2(name, number, number)
#include "trace/ioctl-names.def"
#undef IOCTL
#undef IOCTL2
};

_Static_assert(ELEMENTS(requests) < UINT16_MAX, "indices fit the index below");

/* By the type of a request, which is the same for a driver, lists of indices + 1; filled at the first look-up. */
static uint16_t first[UINT8_MAX + 1];
static uint16_t next[ELEMENTS(requests)];

static uint8_t request_type(uint32_t request)
{
	return (uint8_t) (request >> 8);
}

static void fill_index(void)
{
	static bool filled;

	if (filled)
		return;
	for (size_t i = ELEMENTS(requests); i-- > 0;) {
		uint16_t *list = &first[request_type(requests[i].number)];

		next[i] = *list;
		*list = (uint16_t) (i + 1);
	}
	filled = true;
}

/* Return: how many there are with it */
static unsigned insert(const char **names, unsigned n, const char *name)
{
	unsigned at = n;

	if (n == IOCTL_NAMES_MAX)
		return n;
	for (; at > 0 && strcmp(names[at - 1], name) > 0; at--)
		names[at] = names[at - 1];
	names[at] = name;
	return n + 1;
}

unsigned ioctl_names(uint32_t request, Machine machine, const char *ret[static IOCTL_NAMES_MAX])
{
	unsigned n = 0;

	fill_index();
	for (uint16_t i = first[request_type(request)]; i > 0; i = next[i - 1])
		if (request == (machine == MACHINE_I386 ? requests[i - 1].number_i386 : requests[i - 1].number))
			n = insert(ret, n, requests[i - 1].name);
	return n;
}
