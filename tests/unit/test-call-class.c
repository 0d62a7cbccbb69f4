/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <stdio.h>

#include "trace/call-class.h"
#include "util/cleanup.h"
#include "util/macro.h"

static bool has(const char *class, const char *call)
{
	const CallClass *c = call_class_by_name(class);

	return c && call_class_has(c, syscall_by_name(call));
}

TEST(every_word_in_the_table_is_a_class)
{
	unsigned n;
	const Syscall *table = syscall_table(&n);

	for (unsigned i = 0; i < n; i++) {
		_cleanup_free_ char *copy = strdup(table[i].classes);
		char *rest = copy, *word;

		while (*copy && (word = strsep(&rest, " ")))
			if (!call_class_by_name(word)) {
				printf("# %s: \"%s\"\n", table[i].name, word);
				CHECK(false);
			}
	}
}

TEST(every_class_has_members)
{
	unsigned n, n_calls;
	const CallClass *all = call_class_all(&n);
	const Syscall *table = syscall_table(&n_calls);

	for (unsigned i = 0; i < n; i++) {
		unsigned members = 0;

		for (unsigned k = 0; k < n_calls; k++)
			members += call_class_has(&all[i], &table[k]);
		CHECK(members > 0);
		CHECK(*all[i].about);
		CHECK(call_class_by_name(all[i].name) == &all[i]);
	}
}

TEST(parts_are_classes_without_parts)
{
	unsigned n;
	const CallClass *all = call_class_all(&n);

	for (unsigned i = 0; i < n; i++) {
		_cleanup_free_ char *copy = strdup(all[i].parts ?: "");
		char *rest = copy, *word;

		while (*copy && (word = strsep(&rest, " "))) {
			const CallClass *part = call_class_by_name(word);

			CHECK(part && part->parts && streq(part->parts, ""));
		}
	}
}

/* A name that has two lines is one call to whoever names its class. */
TEST(lines_of_one_name_have_the_same_classes)
{
	unsigned n;
	const Syscall *table = syscall_table(&n);

	for (unsigned i = 0; i < n; i++)
		CHECK_STRING(table[i].classes, syscall_by_name(table[i].name)->classes);
}

TEST(members_are_those_of_strace)
{
	CHECK(has("file", "openat"));
	CHECK(has("file", "getcwd"));
	CHECK(!has("file", "close"));
	CHECK(has("desc", "openat"));
	CHECK(!has("desc", "socket"));
	CHECK(has("fstat", "statx"));
	CHECK(!has("stat", "statx"));
	CHECK(has("%stat", "lstat64"));
	CHECK(has("%statfs", "ustat"));
	CHECK(has("pure", "getpid"));
}

TEST(sets_are_those_of_systemd)
{
	CHECK(has("@network-io", "connect"));
	CHECK(!has("@network-io", "read"));
	CHECK(has("@basic-io", "close"));
	CHECK(has("@file-system", "close"));
	CHECK(has("@system-service", "ioctl"));
	CHECK(has("@system-service", "connect"));
	CHECK(!has("@system-service", "mount"));
	CHECK(has("@privileged", "swapon"));
	CHECK(has("@known", "statmount"));
}

TEST(what_begins_like_a_class_is_none)
{
	CHECK(!call_class_by_name("net"));
	CHECK(!call_class_by_name("@"));
	CHECK(!call_class_by_name(""));
	CHECK(!has("stat", "fstat"));
}

int main(void)
{
	RUN(every_word_in_the_table_is_a_class);
	RUN(every_class_has_members);
	RUN(parts_are_classes_without_parts);
	RUN(lines_of_one_name_have_the_same_classes);
	RUN(members_are_those_of_strace);
	RUN(sets_are_those_of_systemd);
	RUN(what_begins_like_a_class_is_none);
	return test_done();
}
