/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include "trace/capture.h"
#include "trace/file-table.h"
#include "unit/names.h"

static struct FileRef file(uint64_t inode)
{
	return (struct FileRef){ .inode = inode, .device = 1, .version = 2 };
}

static int add(FileTable *t, uint64_t inode, uint64_t time, const char *text)
{
	_cleanup_text_ Text name = {};

	put_name(&name, file(inode), time, FILE_NAMED, text);
	return file_table_add(t, name_at(&name, 0));
}

static const char *find(const FileTable *t, uint64_t inode, uint64_t time)
{
	struct FileRef ref = file(inode);
	const struct FileRecord *record = file_table_find(t, &ref, time);
	static char text[64];

	if (!record)
		return "none";
	(void) snprintf(text, sizeof(text), "%.*s", (int) record->text_size, file_text(record));
	return text;
}

static void drop_count(const struct FileRef *dropped, void *userdata)
{
	unsigned *n = userdata;

	(*n)++;
}

TEST(an_empty_table_knows_no_name)
{
	CHECK_STRING(find(&(FileTable){}, 1, 10), "none");
}

TEST(a_file_has_its_name_and_no_other_has_it)
{
	_cleanup_(file_table_done) FileTable t = {};
	struct FileRef other_device = file(7), other_version = file(7);

	CHECK_INT(add(&t, 7, 10, "/a"), 0);
	CHECK_INT(add(&t, 8, 10, "/b"), 0);
	CHECK_STRING(find(&t, 7, 10), "/a");
	CHECK_STRING(find(&t, 8, 10), "/b");
	CHECK_STRING(find(&t, 9, 10), "none");
	other_device.device++;
	other_version.version++;
	CHECK(!file_table_find(&t, &other_device, 10));
	CHECK(!file_table_find(&t, &other_version, 10));
}

TEST(a_call_gets_the_name_of_its_time)
{
	_cleanup_(file_table_done) FileTable t = {};

	CHECK_INT(add(&t, 7, 10, "unbound"), 0);
	CHECK_INT(add(&t, 7, 20, "bound"), 0);
	CHECK_INT(add(&t, 7, 30, "connected"), 0);
	CHECK_STRING(find(&t, 7, 19), "unbound");
	CHECK_STRING(find(&t, 7, 20), "bound");
	CHECK_STRING(find(&t, 7, 99), "connected");
}

TEST(before_the_first_name_that_one_counts)
{
	_cleanup_(file_table_done) FileTable t = {};

	CHECK_INT(add(&t, 7, 10, "first"), 0);
	CHECK_INT(add(&t, 7, 20, "second"), 0);
	CHECK_STRING(find(&t, 7, 3), "first");
}

TEST(an_argument_has_the_name_from_before_the_call_and_a_result_the_one_after)
{
	_cleanup_(file_table_done) FileTable t = {};
	Call call = { .start = 15, .duration = 10, .n_files = 2,
		      .files = { { .of = 0, .file = file(7) }, { .of = FILE_RESULT, .file = file(7) } } };

	CHECK_INT(add(&t, 7, 10, "old"), 0);
	CHECK_INT(add(&t, 7, 20, "new"), 0);
	file_table_name(&t, &call);
	CHECK_INT(call.files[0].name->time, 10);
	CHECK_INT(call.files[1].name->time, 20);
}

TEST(the_same_name_again_takes_no_room)
{
	_cleanup_(file_table_done) FileTable t = {};

	CHECK_INT(add(&t, 7, 10, "/a"), 0);
	CHECK_INT(add(&t, 7, 20, "/a"), 0);
	CHECK_INT(t.n, 1);
	CHECK_INT(add(&t, 7, 30, "/b"), 0);
	CHECK_INT(add(&t, 7, 40, "/a"), 0);
	CHECK_INT(t.n, 3);
	CHECK_STRING(find(&t, 7, 35), "/b");
	CHECK_STRING(find(&t, 7, 45), "/a");
}

TEST(ten_thousand_names_are_all_found)
{
	_cleanup_(file_table_done) FileTable t = {};
	char text[16];

	for (unsigned i = 0; i < 10000; i++) {
		(void) snprintf(text, sizeof(text), "/%u", i);
		CHECK_INT(add(&t, i, i, text), 0);
	}
	for (unsigned i = 0; i < 10000; i++) {
		(void) snprintf(text, sizeof(text), "/%u", i);
		CHECK_STRING(find(&t, i, i), text);
	}
}

TEST(a_stream_is_given_each_name_once)
{
	_cleanup_(file_table_done) FileTable t = {};
	_cleanup_text_ Text first = {}, second = {}, third = {};
	uint64_t serial;
	unsigned dropped = 0;

	CHECK_INT(add(&t, 1, 10, "/a"), 0);
	serial = file_table_put_since(&t, 0, &first);
	CHECK_INT(first.size, name_at(&first, 0)->header.size);
	CHECK_INT(add(&t, 2, 20, "/b"), 0);
	CHECK_INT(file_table_trim(&t, 100, drop_count, &dropped), 0);
	CHECK_INT(dropped, 1);
	CHECK_INT(add(&t, 3, 30, "/c"), 0);
	serial = file_table_put_since(&t, serial, &second);
	CHECK_INT(name_at(&second, 0)->file.inode, 2);
	CHECK_INT(name_at(&second, name_at(&second, 0)->header.size)->file.inode, 3);
	CHECK_INT(file_table_put_since(&t, serial, &third), 3);
	CHECK_INT(third.size, 0);
}

/* Records of one call that has file @inode. */
static void put_user(Text *t, uint64_t inode)
{
	Call call = { .n_files = 1, .files = { { .of = 0, .file = file(inode) } } };

	call_put_record(t, &call, NULL);
}

TEST(only_names_in_use_are_put)
{
	_cleanup_(file_table_done) FileTable t = {};
	_cleanup_text_ Text records = {}, names = {}, none = {};

	CHECK_INT(add(&t, 1, 10, "/a"), 0);
	CHECK_INT(add(&t, 2, 10, "/b"), 0);
	CHECK_INT(add(&t, 2, 20, "/c"), 0);
	put_user(&records, 2);
	put_user(&records, 3);
	text_put(&records, "damage");
	file_table_mark(&t, records.data, records.size);
	file_table_put_marked(&t, &names);
	CHECK_STRING(file_text(name_at(&names, 0)), "/b");
	CHECK_STRING(file_text(name_at(&names, name_at(&names, 0)->header.size)), "/c");
	CHECK_INT(names.size, 2 * name_at(&names, 0)->header.size);
	file_table_put_marked(&t, &none);
	CHECK_INT(none.size, 0);
}

TEST(what_is_in_use_survives_what_is_newer)
{
	_cleanup_(file_table_done) FileTable t = {};
	_cleanup_text_ Text records = {};
	unsigned dropped = 0;

	for (unsigned i = 0; i < 100; i++)
		CHECK_INT(add(&t, i, i, "/x"), 0);
	put_user(&records, 0);
	put_user(&records, 50);
	file_table_mark(&t, records.data, records.size);
	CHECK_INT(file_table_trim(&t, 10 * 80, drop_count, &dropped), 0);
	CHECK_STRING(find(&t, 0, 99), "/x");
	CHECK_STRING(find(&t, 50, 99), "/x");
	CHECK_STRING(find(&t, 99, 99), "/x");
	CHECK_STRING(find(&t, 51, 99), "none");
	CHECK_INT(t.n + dropped, 100);
	CHECK(t.n >= 9 && t.n <= 11);
}

TEST(of_too_many_in_use_the_oldest_go)
{
	_cleanup_(file_table_done) FileTable t = {};
	_cleanup_text_ Text records = {};
	unsigned dropped = 0;

	for (unsigned i = 0; i < 100; i++) {
		CHECK_INT(add(&t, i, i, "/x"), 0);
		put_user(&records, i);
	}
	file_table_mark(&t, records.data, records.size);
	CHECK_INT(file_table_trim(&t, 10 * 80, drop_count, &dropped), 0);
	CHECK_STRING(find(&t, 0, 99), "none");
	CHECK_STRING(find(&t, 99, 99), "/x");
	CHECK(t.n >= 9 && t.n <= 11);
}

int main(void)
{
	RUN(an_empty_table_knows_no_name);
	RUN(a_file_has_its_name_and_no_other_has_it);
	RUN(a_call_gets_the_name_of_its_time);
	RUN(before_the_first_name_that_one_counts);
	RUN(an_argument_has_the_name_from_before_the_call_and_a_result_the_one_after);
	RUN(the_same_name_again_takes_no_room);
	RUN(ten_thousand_names_are_all_found);
	RUN(a_stream_is_given_each_name_once);
	RUN(only_names_in_use_are_put);
	RUN(what_is_in_use_survives_what_is_newer);
	RUN(of_too_many_in_use_the_oldest_go);
	return test_done();
}
