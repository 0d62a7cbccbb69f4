/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus/fake-journal.h"

#include <string.h>

#include "util/macro.h"

#define BYTES_MAX (1024U * 1024)

/* Entries as a count of fields, then each field as its size and bytes. */
struct Shared {
	unsigned entries;
	size_t used;
	char bytes[BYTES_MAX];
};

static struct Shared *shared;

static int put(const void *bytes, size_t size)
{
	if (size > BYTES_MAX - shared->used)
		return -ENOSPC;
	memcpy(shared->bytes + shared->used, bytes, size);
	shared->used += size;
	return 0;
}

static int fake_send(const struct iovec *fields, int n)
{
	size_t count = (size_t) n;
	int e = put(&count, sizeof(count));

	for (int i = 0; e >= 0 && i < n; i++) {
		e = put(&fields[i].iov_len, sizeof(fields[i].iov_len));
		if (e >= 0)
			e = put(fields[i].iov_base, fields[i].iov_len);
	}
	if (e >= 0)
		shared->entries++;
	return e;
}

const JournalSink fake_journal = { .socket = "/", .send = fake_send };

int fake_journal_clear(void)
{
	if (shared)
		(void) munmap(shared, sizeof(*shared));
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		shared = NULL;
		return -errno;
	}
	return 0;
}

unsigned fake_journal_entries(void)
{
	return shared->entries;
}

static size_t take_size(const char **p)
{
	size_t n;

	memcpy(&n, *p, sizeof(n));
	*p += sizeof(n);
	return n;
}

const char *fake_journal_field(unsigned number, const char *name, size_t *ret_size)
{
	const char *p = shared->bytes;

	for (unsigned i = 0; i <= number && i < shared->entries; i++)
		for (size_t fields = take_size(&p); fields > 0; fields--) {
			size_t size = take_size(&p), length = strlen(name);

			if (i == number && size > length && memcmp(p, name, length) == 0 && p[length] == '=') {
				*ret_size = size - length - 1;
				return p + length + 1;
			}
			p += size;
		}
	return NULL;
}

void fake_journal_summary(Text *t)
{
	static const char *const names[] = {
		"OBJECT_SYSTEMD_UNIT", "TRACELOOP_RESULT", "TRACELOOP_EXIT_CODE", "TRACELOOP_EXIT_STATUS",
	};

	for (unsigned i = 0; i < shared->entries; i++)
		for (unsigned k = 0; k < ELEMENTS(names); k++) {
			size_t size = 1;
			const char *value = fake_journal_field(i, names[k], &size);

			text_put_bytes(t, value ? value : "-", size);
			if (k + 1 < ELEMENTS(names))
				text_put_char(t, ':');
			else if (i + 1 < shared->entries)
				text_put_char(t, ' ');
		}
}
