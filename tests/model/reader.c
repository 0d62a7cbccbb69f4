/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* daemon/copy.c and daemon/reader.c with a step (turns.h) at each look at what writers may change meanwhile. */

#include <stddef.h>
#include <string.h>

#include "tests/model/turns.h"

#include "bpf/record.h"

/* What is copied changes meanwhile: the counters of a chunk, and of a slot the call after its start. */
static size_t first_part(size_t size)
{
	size_t first = size == sizeof(struct Slot) ? offsetof(struct Slot, args)
						   : offsetof(struct ChunkHeader, overwritten);

	return size < first ? size / 2 : first;
}

static void *copy_in_parts(void *to, const void *from, size_t size)
{
	size_t first = first_part(size);

	turn();
	(void) memcpy(to, from, first);
	turn();
	(void) memcpy((char *) to + first, (const char *) from + first, size - first);
	return to;
}

#define memcpy(...) copy_in_parts(__VA_ARGS__)
#define __atomic_load_n(...) (turn(), __atomic_load_n(__VA_ARGS__))
#define __atomic_thread_fence(...) (turn(), __atomic_thread_fence(__VA_ARGS__))

#include "daemon/copy.c"
#include "daemon/reader.c"
