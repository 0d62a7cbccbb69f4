/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/blocked.h"

#include "util/macro.h"

static void remove_thread(Blocked *b, uint32_t tid)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->calls[i].tid == tid) {
			text_done(&b->calls[i].line);
			b->n--;
			memmove(&b->calls[i], &b->calls[i + 1], (b->n - i) * sizeof(*b->calls));
			return;
		}
}

static int add(Blocked *b, const Item *item, const LineStyle *style)
{
	BlockedCall *call;

	if (b->n == b->allocated) {
		size_t more = b->allocated ? b->allocated * 2 : 16;

		call = reallocarray(b->calls, more, sizeof(*call));
		if (!call)
			return -ENOMEM;
		b->calls = call;
		b->allocated = more;
	}
	call = &b->calls[b->n++];
	*call = (BlockedCall){ .tid = item->call.tid, .until = call_end(&item->call) };
	line_put(&call->line, item, style);
	return text_error(&call->line);
}

int blocked_see(Blocked *b, const Item *item, const LineStyle *style)
{
	if (item->kind == ITEM_EVENT && item->event->header.count == EVENT_EXIT)
		remove_thread(b, item->event->tid);
	if (item->kind != ITEM_CALL)
		return 0;
	remove_thread(b, item->call.tid);
	return item->call.flags & RECORD_UNFINISHED ? add(b, item, style) : 0;
}

size_t blocked_put(const Blocked *b, Text *out)
{
	uint64_t until = 0;
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		until = MAX(until, b->calls[i].until);
	for (size_t i = 0; i < b->n; i++)
		if (b->calls[i].until == until) {
			text_put(out, text_string(&b->calls[i].line));
			n++;
		}
	return n;
}

void blocked_done(Blocked *b)
{
	for (size_t i = 0; i < b->n; i++)
		text_done(&b->calls[i].line);
	free(b->calls);
	*b = (Blocked){};
}
