/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/journal.h"

#include <errno.h>
#include <signal.h>
#include <syslog.h>

#include "daemon/digest.h"
#include "daemon/journal-message.h"
#include "trace/file-table.h"
#include "trace/line.h"
#include "trace/redact.h"
#include "util/log.h"
#include "util/macro.h"

/* Compressed it takes a fifth or less, so a half leaves the larger part to the text, which people read without us. */
#define CAPTURE_SHARE 2U
#define CAPTURE_RATIO 64U /* records do not deflate by more, and trying with all of a large ring takes seconds */
#define CAPTURE_TRIES 8U /* each takes off a tenth at least of what the last estimate allowed */
#define MARKER_SIZE 96U  /* the line that says what was left out */

typedef enum JournalField {
#define FIELD(name, text) FIELD_##name,
#include "daemon/journal-fields.def"
#undef FIELD
	_FIELD_MAX,
} JournalField;

static const char *const field_names[_FIELD_MAX] = {
#define FIELD(name, text) [FIELD_##name] = #name,
#include "daemon/journal-fields.def"
#undef FIELD
};

struct JournalEntry {
	Text fields[_FIELD_MAX]; /* those that are empty are left out */
	struct iovec iov[_FIELD_MAX];
	size_t n;
	FileTable files; /* the names in the dump */
};

const char *exec_code_to_string(int code)
{
	switch (code) {
	case CLD_EXITED:
		return "exited";
	case CLD_KILLED:
		return "killed";
	case CLD_DUMPED:
		return "dumped";
	default:
		return NULL;
	}
}

/* Return: the field with its name and '=', to append the value to */
static Text *begin_field(JournalEntry *e, JournalField field)
{
	Text *t = &e->fields[field];

	text_put(t, field_names[field]);
	text_put_char(t, '=');
	return t;
}

static void put_field(JournalEntry *e, JournalField field, const char *value)
{
	if (value && *value)
		text_put(begin_field(e, field), value);
}

static void put_about(JournalEntry *e, const JournalDump *dump)
{
	put_field(e, FIELD_MESSAGE_ID, MESSAGE_ID_FAILURE);
	text_put_unsigned(begin_field(e, FIELD_PRIORITY), LOG_NOTICE);
	put_field(e, FIELD_OBJECT_SYSTEMD_UNIT, dump->info->unit);
	put_field(e, FIELD_OBJECT_SYSTEMD_INVOCATION_ID, dump->info->invocation);
	put_field(e, FIELD_TRACELOOP_UNIT, dump->info->unit);
	put_field(e, FIELD_TRACELOOP_INVOCATION_ID, dump->info->invocation);
	put_field(e, FIELD_TRACELOOP_RESULT, dump->failure->result);
	text_put_unsigned(begin_field(e, FIELD_TRACELOOP_CALLS), dump->end->calls);
	text_put_unsigned(begin_field(e, FIELD_TRACELOOP_LOST), dump->end->lost);
	put_field(e, FIELD_TRACELOOP_COMPLETE, dump->info->complete ? "yes" : "no");
}

static void put_exit(JournalEntry *e, int code, int status)
{
	if (!exec_code_to_string(code))
		return;
	put_field(e, FIELD_TRACELOOP_EXIT_CODE, exec_code_to_string(code));
	text_put_signed(begin_field(e, FIELD_TRACELOOP_EXIT_STATUS), status);
}

static void put_last_failure(JournalEntry *e, const JournalDump *dump, const Digest *d)
{
	const Call *c = &d->last_failure;
	const Syscall *syscall;
	Text *t;

	if (!d->has_last_failure)
		return;
	/* a call that a filter killed for has no errno */
	if (errno_name((int) -c->result))
		text_put(begin_field(e, FIELD_TRACELOOP_LAST_ERRNO), errno_name((int) -c->result));
	else if (c->result < 0)
		text_put_signed(begin_field(e, FIELD_TRACELOOP_LAST_ERRNO), -c->result);
	syscall = syscall_by_number(machine_from_string(dump->info->machine, c->flags & RECORD_COMPAT), c->nr);
	t = begin_field(e, FIELD_TRACELOOP_LAST_SYSCALL);
	if (syscall)
		text_put(t, syscall->name);
	else
		text_put_hex(t, c->nr);
}

static size_t count_calls(const Digest *d, size_t n)
{
	size_t calls = 0;

	for (size_t i = 0; i < n; i++) {
		Item item;

		digest_item(d, i, &item);
		calls += item_is_counted(&item);
	}
	return calls;
}

/* What is missing before record number @first: what the ring has lost, and what we leave out. */
static Gap gap_before(const JournalDump *dump, const Digest *d, size_t first)
{
	return (Gap){ .overwritten = dump->end->overwritten + count_calls(d, first), .lost = dump->end->lost };
}

/* The names that the records need. */
static int put_files(Text *t, JournalEntry *e, const void *records, size_t size)
{
	_cleanup_text_ Text files = {};
	int r;

	file_table_mark(&e->files, records, size);
	file_table_put_marked(&e->files, &files);
	r = text_error(&files);
	return r < 0 ? r : capture_put_files(t, files.data, files.size, true);
}

static int put_capture_from(Text *t, JournalEntry *e, const JournalDump *dump, const Digest *d, size_t first)
{
	Gap gap = gap_before(dump, d, first);
	size_t begin = digest_offset(d, first), size = digest_offset(d, d->n) - begin;
	int r;

	capture_put_start(t, dump->info);
	r = put_files(t, e, d->records + begin, size);
	if (r < 0)
		return r;
	if (gap.overwritten > 0 || gap.lost > 0)
		capture_put_gap(t, &gap);
	r = capture_put_records(t, d->records + begin, size, true);
	capture_put_end(t, dump->end);
	return r < 0 ? r : text_error(t);
}

/* Return: how many of the last records might fit into @budget when they are compressed. */
static size_t count_candidates(const Digest *d, size_t budget)
{
	size_t first = 0;

	while (first < d->n && (digest_offset(d, d->n) - digest_offset(d, first)) / CAPTURE_RATIO > budget)
		first++;
	return d->n - first;
}

/* Leave out old records until the rest fits; how well they compress is seen only afterwards. */
static int put_capture(JournalEntry *e, const JournalDump *dump, const Digest *d, size_t budget)
{
	Text *t = begin_field(e, FIELD_TRACELOOP_CAPTURE);
	size_t name = t->size, keep = count_candidates(d, budget);

	for (unsigned i = 0; i < CAPTURE_TRIES; i++) {
		int r;

		text_truncate(t, name);
		r = put_capture_from(t, e, dump, d, d->n - keep);
		if (r < 0)
			return r;
		if (t->size - name <= budget)
			return 0;
		keep = (size_t) ((double) keep * 0.9 * (double) budget / (double) (t->size - name));
	}
	text_truncate(t, 0);
	return 0;
}

/* Return: the first record from which on all lines fit into @budget. */
static size_t first_that_fits(const Digest *d, const LineStyle *style, size_t budget)
{
	_cleanup_text_ Text line = {};
	size_t i, used = 0;

	for (i = d->n; i > 0; i--) {
		Item item;

		text_clear(&line);
		digest_item(d, i - 1, &item);
		line_put(&line, &item, style);
		used += line.size;
		if (used > budget)
			break;
	}
	return i;
}

static void put_trace(JournalEntry *e, const JournalDump *dump, const Digest *d, size_t budget)
{
	LineStyle style = { .info = dump->info, .values.comms = true };
	size_t first = first_that_fits(d, &style, budget > MARKER_SIZE ? budget - MARKER_SIZE : 0);
	Gap gap = gap_before(dump, d, first);
	Text *t;

	if (first == d->n)
		return;
	t = begin_field(e, FIELD_TRACELOOP_TRACE);
	if (first > 0) {
		text_put(t, "-- cut: ");
		text_put_grouped(t, gap.overwritten);
		text_put(t, " calls before this did not fit into the ring or MaxSize= --\n");
	} else if (gap.overwritten > 0 || gap.lost > 0)
		line_put(t, &(Item){ .kind = ITEM_GAP, .gap = gap }, &style);
	for (size_t i = first; i < d->n; i++) {
		Item item;

		digest_item(d, i, &item);
		line_put(t, &item, &style);
	}
	if (text_error(t) >= 0)
		text_truncate(t, t->size - 1); /* whoever prints the field ends it with a newline */
}

static int put_trace_and_capture(JournalEntry *e, const JournalDump *dump, const Digest *d, size_t budget)
{
	int r = put_capture(e, dump, d, budget / CAPTURE_SHARE);

	if (r >= 0)
		put_trace(e, dump, d, budget - MIN(budget, e->fields[FIELD_TRACELOOP_CAPTURE].size));
	return r;
}

static int compose(JournalEntry *e, const JournalDump *dump, const Settings *settings, const Digest *d)
{
	int code = dump->failure->exec_code, status = dump->failure->exec_status, r = 0;

	if (code == 0 || (code == CLD_EXITED && status == 0))
		(void) digest_exit(d, &code, &status);
	put_about(e, dump);
	put_exit(e, code, status);
	put_last_failure(e, dump, d);
	message_put(begin_field(e, FIELD_MESSAGE), dump, settings, d, code, status);
	if (!dump->limited)
		r = put_trace_and_capture(e, dump, d, settings->max_size);
	return r;
}

static int finish(JournalEntry *e)
{
	for (unsigned i = 0; i < _FIELD_MAX; i++) {
		Text *t = &e->fields[i];

		if (text_error(t) < 0)
			return text_error(t);
		if (t->size > 0)
			e->iov[e->n++] = (struct iovec){ .iov_base = t->data, .iov_len = t->size };
	}
	return 0;
}

int journal_entry_new(JournalEntry **ret, const JournalDump *dump, const Settings *settings)
{
	_cleanup_(journal_entry_freep) JournalEntry *e = calloc(1, sizeof(*e));
	_cleanup_text_ Text redacted = {};
	_cleanup_(digest_done) Digest d = {};
	int r;

	if (!e)
		return -ENOMEM;
	r = redact_records(&redacted, dump->records, dump->size, dump->info->machine);
	if (r == -EBADMSG)
		(void) log_warning_errno(r, "Damaged records of %s, ignoring those behind them: %m", dump->info->unit);
	else if (r < 0)
		return r;
	r = digest_new(&d, text_string(&redacted), redacted.size, dump->failure->exec_code,
		       dump->failure->exec_status);
	if (r >= 0)
		r = file_table_add_all(&e->files, dump->files, dump->files_size);
	if (r >= 0) {
		file_table_name(&e->files, &d.last_failure);
		r = compose(e, dump, settings, &d);
	}
	if (r >= 0)
		r = finish(e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(e);
	return 0;
}

JournalEntry *journal_entry_free(JournalEntry *e)
{
	if (!e)
		return NULL;
	for (unsigned i = 0; i < _FIELD_MAX; i++)
		text_done(&e->fields[i]);
	file_table_done(&e->files);
	free(e);
	return NULL;
}

const struct iovec *journal_entry_fields(const JournalEntry *e, size_t *ret_n)
{
	*ret_n = e->n;
	return e->iov;
}
