/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "trace/file-name.h"
#include "unit/names.h"

#define PIPE 0x50495045U
#define ANON 0x09041934U
#define SOCK 0x534f434bU
#define EXT4 0xef53U

typedef struct Told {
	struct FileTold told;
	char text[256];
} __attribute__((aligned(8))) Told;

#define TOLD(magic_of, names) \
	(Told) { .told = { .file.inode = 77, .magic = magic_of, .text_size = sizeof(names) - 1 }, .text = names }

/* Return: what is printed for what was told. */
static const char *printed(Text *t, const Told *told, FileNames names)
{
	_cleanup_text_ Text record = {};
	CallFile file = {};

	text_clear(t);
	if (file_told_parse(told, sizeof(told->told) + told->told.text_size, &record) < 0 ||
	    file_record_parse(record.data, record.size, &file.name) != (int) record.size)
		return "malformed";
	file_put_name(t, &file, names);
	return text_string(t);
}

TEST(components_come_from_the_last_to_the_first)
{
	_cleanup_text_ Text t = {};
	Told deep = TOLD(EXT4, "sshd_config\0ssh\0etc\0"), root = TOLD(EXT4, "");

	CHECK_STRING(printed(&t, &deep, FILE_NAMES_PLAIN), "</etc/ssh/sshd_config>");
	CHECK_STRING(printed(&t, &root, FILE_NAMES_PLAIN), "</>");
	CHECK_STRING(printed(&t, &deep, FILE_NAMES_NONE), "");
}

TEST(a_path_that_was_cut_and_a_file_that_was_deleted_say_so)
{
	_cleanup_text_ Text t = {};
	Told told = TOLD(EXT4, "file\0director");

	told.told.flags = FILE_CUT | FILE_DELETED;
	CHECK_STRING(printed(&t, &told, FILE_NAMES_PLAIN), "<.../director/file>(deleted)");
}

TEST(what_ends_a_name_or_drives_a_terminal_is_escaped_within)
{
	_cleanup_text_ Text t = {};
	Told told = TOLD(EXT4, "a<1>b\"\x1b[2J\\\0");

	CHECK_STRING(printed(&t, &told, FILE_NAMES_PLAIN), "</a\\0741\\76b\\\"\\33[2J\\\\>");
}

TEST(files_that_are_no_paths_have_the_names_of_proc)
{
	_cleanup_text_ Text t = {};
	Told pipe = TOLD(PIPE, ""), anon = TOLD(ANON, "[eventfd]\0"), memfd = TOLD(EXT4, "memfd:x\0");

	CHECK_STRING(printed(&t, &pipe, FILE_NAMES_DETAILS), "<pipe:[77]>");
	CHECK_STRING(printed(&t, &anon, FILE_NAMES_PLAIN), "<anon_inode:[eventfd]>");
	CHECK_STRING(printed(&t, &memfd, FILE_NAMES_PLAIN), "</memfd:x>");
}

TEST(devices_have_their_numbers_on_request)
{
	_cleanup_text_ Text t = {};
	Told told = TOLD(EXT4, "null\0dev\0");

	told.told.mode = 0020666;
	told.told.device = 1U << 20 | 3;
	CHECK_STRING(printed(&t, &told, FILE_NAMES_PLAIN), "</dev/null>");
	CHECK_STRING(printed(&t, &told, FILE_NAMES_DETAILS), "</dev/null<char 1:3>>");
	told.told.mode = 0060660;
	CHECK_STRING(printed(&t, &told, FILE_NAMES_DETAILS), "</dev/null<block 1:3>>");
}

TEST(a_file_without_a_name_prints_as_nothing)
{
	_cleanup_text_ Text t = {};

	file_put_name(&t, NULL, FILE_NAMES_DETAILS);
	file_put_name(&t, &(CallFile){}, FILE_NAMES_DETAILS);
	CHECK_STRING(text_string(&t), "");
}

TEST(bytes_that_are_too_few_are_refused)
{
	_cleanup_text_ Text t = {};
	Told told = TOLD(EXT4, "file\0");

	CHECK_INT(file_told_parse(&told, sizeof(told.told) + 4, &t), -EBADMSG);
	CHECK_INT(file_told_parse(&told, sizeof(told.told) - 1, &t), -EBADMSG);
	CHECK_INT(t.size, 0);
}

TEST(records_that_do_not_add_up_are_refused)
{
	_cleanup_text_ Text t = {};
	const struct FileRecord *ret;
	struct FileRecord *record;

	put_name(&t, (struct FileRef){}, 1, FILE_NAMED, "/etc/passwd");
	record = (struct FileRecord *) t.data;
	CHECK_INT(file_record_parse(t.data, t.size, &ret), t.size);
	for (size_t n = 1; n < t.size; n++)
		CHECK_INT(file_record_parse(t.data, n, &ret), -EBADMSG);
	record->header.count = _FILE_KIND_MAX;
	CHECK_INT(file_record_parse(t.data, t.size, &ret), -EBADMSG);
	record->header.count = FILE_NAMED;
	record->text_size = 3;
	CHECK_INT(file_record_parse(t.data, t.size, &ret), -EBADMSG);
	record->text_size = 12; /* with a NUL at its end */
	CHECK_INT(file_record_parse(t.data, t.size, &ret), -EBADMSG);
	record->text_size = UINT32_MAX;
	CHECK_INT(file_record_parse(t.data, t.size, &ret), -EBADMSG);
}

int main(void)
{
	RUN(components_come_from_the_last_to_the_first);
	RUN(a_path_that_was_cut_and_a_file_that_was_deleted_say_so);
	RUN(what_ends_a_name_or_drives_a_terminal_is_escaped_within);
	RUN(files_that_are_no_paths_have_the_names_of_proc);
	RUN(devices_have_their_numbers_on_request);
	RUN(a_file_without_a_name_prints_as_nothing);
	RUN(bytes_that_are_too_few_are_refused);
	RUN(records_that_do_not_add_up_are_refused);
	return test_done();
}
