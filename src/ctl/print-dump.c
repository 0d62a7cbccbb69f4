/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/print-dump.h"

#include <errno.h>

#include "ctl/tail.h"
#include "trace/line.h"
#include "util/log.h"
#include "util/macro.h"

#define BATCH_SIZE (256 * 1024U) /* text collected for one write */

typedef struct Print {
	Output *output;
	LineStyle style;
	uint64_t before;
	Tail tail;
} Print;

static int flush(Print *p)
{
	int r = tail_cut(&p->tail);

	if (r < 0)
		return log_oom();
	r = output_write(p->output, p->tail.text.data, p->tail.text.size);
	text_clear(&p->tail.text);
	p->tail.n = 0;
	return r;
}

static int on_item(const Stream *s, const Item *item, void *userdata)
{
	Print *p = userdata;

	stream_put(s, item, &p->style, &p->tail.text);
	tail_end_line(&p->tail);
	return p->tail.max == UINT64_MAX && p->tail.text.size >= BATCH_SIZE ? flush(p) : 0;
}

/* What is missing from a snapshot is before it; a stream says it where it is. Lines that --lines= cuts off like others. */
static void put_missing(Print *p, const CaptureEnd *end)
{
	Item gap = { .kind = ITEM_GAP };

	if (!end || !streq(end->reason, "snapshot"))
		return;
	gap.gap = (Gap){ .overwritten = end->overwritten, .lost = end->lost };
	if (end->overwritten > 0 || end->lost > 0) {
		line_put(&p->tail.text, &gap, &p->style);
		tail_end_line(&p->tail);
	}
	gap.gap = (Gap){ .events = end->events_overwritten };
	if (end->events_overwritten > 0) {
		line_put(&p->tail.text, &gap, &p->style);
		tail_end_line(&p->tail);
	}
}

static void put_lateness(Print *p, const CaptureInfo *info)
{
	if (!info || info->complete || p->style.values.json)
		return;
	text_put(&p->tail.text, "-- recording began after the unit had started --\n");
	tail_end_line(&p->tail);
}

/* In JSON each capture begins with what it is. */
static int put_heading(Print *p, const Dump *d, bool heading)
{
	const CaptureInfo *info = stream_info(d->looked);
	_cleanup_text_ Text line = {};

	if (p->style.values.json && info)
		line_put_capture(&line, info, &p->style.values);
	else if (heading && !p->style.values.json)
		text_printf(&line, "-- %s%s%s --\n", d->source, info && *info->invocation ? ", invocation " : "",
			    info ? info->invocation : "");
	return text_error(&line) < 0 ? log_oom() : output_write(p->output, text_string(&line), line.size);
}

static int print(const Arguments *a, Dump *d, bool heading, Output *output)
{
	Print p = { .output = output, .style = a->style, .tail.max = a->has_lines ? a->lines : UINT64_MAX };
	int r, s;

	p.style.before = &p.before;
	if (dump_look(d) < 0)
		return log_oom();
	r = put_heading(&p, d, heading);
	if (r < 0)
		return r;
	put_lateness(&p, stream_info(d->looked));
	put_missing(&p, stream_end(d->looked));
	r = dump_read(d, a->filter, on_item, &p);
	s = flush(&p);
	tail_done(&p.tail);
	return s < 0 ? s : r;
}

static int write_piece(const void *bytes, size_t size, void *userdata)
{
	return output_write(userdata, bytes, size);
}

/* It is written as it came; if something is wrong with it, that is told all the same. */
static int write_capture(const Dump *d, Output *output)
{
	int r = dump_copy(d, write_piece, output);

	return r < 0 ? r : dump_read(d, NULL, NULL, NULL);
}

int print_dump(const Arguments *a, Dump *d, bool heading, Output *output)
{
	return a->format == FORMAT_CAPTURE ? write_capture(d, output) : print(a, d, heading, output);
}

int print_open(Output **ret, const Arguments *a)
{
	bool binary = a->format == FORMAT_CAPTURE;

	return output_new(ret, &(OutputConfig){ .file = a->output, .pager = !a->no_pager && !binary, .binary = binary });
}

int print_finish(Output *output, int r)
{
	int s;

	if (r == -EPIPE)
		return 0;
	if (r != 0 && output_is_empty(output))
		return r;
	s = output_finish(output);
	return r != 0 ? r : s;
}
