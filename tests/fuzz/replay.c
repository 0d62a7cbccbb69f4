/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Runs a target over every file of its corpus, as an ordinary test: replay DIRECTORY. A corpus that is not there or is
 * empty is a failure, for it would show nothing.
 */

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "util/cleanup.h"
#include "util/text.h"

#define FILE_MAX (1U << 20) /* corpora are small; this is for findings that are replayed by hand */

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* In memory exactly as large as the input, so that a sanitizer sees a read behind it. */
static int input_replay(const uint8_t *data, size_t size)
{
	_cleanup_free_ uint8_t *exact = malloc(size > 0 ? size : 1);

	if (!exact)
		return -ENOMEM;
	memcpy(exact, data, size);
	(void) LLVMFuzzerTestOneInput(exact, size);
	return 0;
}

static int file_replay(const char *path)
{
	_cleanup_free_ uint8_t *data = malloc(FILE_MAX);
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	size_t n;

	if (!data || !f)
		return -errno;
	n = fread(data, 1, FILE_MAX, f);
	if (ferror(f))
		return -EIO;
	return input_replay(data, n);
}

int main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	int n = argc == 2 ? scandir(argv[1], &entries, is_file, alphasort) : -1, failed = 0;

	for (int i = 0; i < n; i++) {
		_cleanup_text_ Text path = {};
		bool ok;

		text_printf(&path, "%s/%s", argv[1], entries[i]->d_name);
		ok = text_error(&path) == 0 && file_replay(text_string(&path)) == 0;
		printf("%sok %d - %s\n", ok ? "" : "not ", i + 1, entries[i]->d_name);
		(void) fflush(stdout);
		failed += !ok;
		free(entries[i]);
	}
	free(entries);
	if (n <= 0)
		printf("not ok 1 - the corpus is empty\n");
	printf("1..%d\n", n > 0 ? n : 1);
	return n <= 0 || failed > 0;
}
