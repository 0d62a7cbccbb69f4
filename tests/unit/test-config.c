/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/config.h"
#include "util/text.h"

static Text seen;

static void note(const ConfigLine *line, void *userdata)
{
	(void) userdata;
	text_printf(&seen, "%u:%s.%s=%s|", line->number, line->section, line->key, line->value);
}

static int parse(const char *text)
{
	text_clear(&seen);
	return config_parse("x.conf", text, strlen(text), note, NULL);
}

TEST(assignments_come_with_section_and_line)
{
	CHECK_INT(parse("# comment\n[A]\nK=v\n\n ; other\n  L =  two words  \n[B]\nM=\n"), 0);
	CHECK_STRING(text_string(&seen), "3:A.K=v|6:A.L=two words|8:B.M=|");
}

TEST(the_last_line_needs_no_newline_and_a_value_may_hold_an_equals_sign)
{
	CHECK_INT(parse("[A]\r\nK=a=b\r\nL=c"), 0);
	CHECK_STRING(text_string(&seen), "2:A.K=a=b|3:A.L=c|");
}

TEST(a_backslash_joins_lines_and_leaves_comments_out)
{
	CHECK_INT(parse("[A]\nK=a \\\n# no \\\n  b\\\nc\nL=d\\\\\nM=e\\"), 0);
	CHECK_STRING(text_string(&seen), "2:A.K=a    b c|6:A.L=d\\\\|7:A.M=e|");
}

TEST(lines_that_are_no_assignments_are_counted_and_the_rest_stands)
{
	CHECK_INT(parse("early=1\n[A]\nnonsense\n=v\nK=v\n"), 3);
	CHECK_STRING(text_string(&seen), "5:A.K=v|");
}

TEST(a_broken_header_does_not_let_its_lines_into_the_section_before)
{
	CHECK_INT(parse("[A]\nK=v\n[B\nL=w\n[]\nM=x\n"), 4);
	CHECK_STRING(text_string(&seen), "2:A.K=v|");
}

TEST(a_nul_byte_ends_no_line_early)
{
	static const char text[] = "[A]\nK=v\0w\nL=x\n";

	text_clear(&seen);
	CHECK_INT(config_parse("x.conf", text, sizeof(text) - 1, note, NULL), 1);
	CHECK_STRING(text_string(&seen), "3:A.L=x|");
}

/* A tree of files in a directory of its own, removed at the end. */
static char root[] = "/tmp/test-config.XXXXXX";

static void put(const char *path, const char *text)
{
	_cleanup_text_ Text whole = {};
	_cleanup_fclose_ FILE *f = NULL;

	text_printf(&whole, "%s%s", root, path);
	for (char *slash = whole.data + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		(void) mkdir(whole.data, 0755);
		*slash = '/';
	}
	(void) unlink(whole.data);
	if (!text) {
		(void) !symlink("/dev/null", whole.data);
		return;
	}
	f = fopen(whole.data, "we");
	if (f)
		fputs(text, f);
}

static int load(void)
{
	text_clear(&seen);
	return config_load(root, "p/d.conf", note, NULL);
}

TEST(no_file_at_all_is_no_error)
{
	CHECK_INT(load(), 0);
	CHECK_STRING(text_string(&seen), "");
}

TEST(the_main_file_of_the_highest_directory_hides_the_others)
{
	put("/usr/lib/p/d.conf", "[A]\nK=lib\n");
	CHECK_INT(load(), 1);
	CHECK_STRING(text_string(&seen), "2:A.K=lib|");
	put("/run/p/d.conf", "[A]\nK=run\n");
	put("/etc/p/d.conf", "[A]\nK=etc\n");
	CHECK_INT(load(), 1);
	CHECK_STRING(text_string(&seen), "2:A.K=etc|");
}

TEST(drop_ins_of_all_directories_come_after_it_in_the_order_of_their_names)
{
	put("/etc/p/d.conf.d/30-c.conf", "[A]\nK=30\n");
	put("/usr/lib/p/d.conf.d/20-b.conf", "[A]\nK=20\n");
	put("/run/p/d.conf.d/40-d.conf", "[A]\nK=40\n");
	put("/run/p/d.conf.d/10-a.conf", "[A]\nK=10\n");
	put("/run/p/d.conf.d/50-no.conf~", "[A]\nK=no\n");
	put("/run/p/d.conf.d/.60-no.conf", "[A]\nK=no\n");
	CHECK_INT(load(), 5);
	CHECK_STRING(text_string(&seen), "2:A.K=etc|2:A.K=10|2:A.K=20|2:A.K=30|2:A.K=40|");
}

TEST(a_drop_in_masks_the_same_name_in_lower_directories)
{
	put("/etc/p/d.conf.d/20-b.conf", "[A]\nK=mine\n");
	put("/etc/p/d.conf.d/40-d.conf", NULL);
	put("/usr/lib/p/d.conf.d/30-c.conf", "[A]\nK=hidden\n");
	CHECK_INT(load(), 5);
	CHECK_STRING(text_string(&seen), "2:A.K=etc|2:A.K=10|2:A.K=mine|2:A.K=30|");
}

TEST(what_is_no_file_is_passed_over)
{
	put("/etc/p/d.conf.d/35-dir.conf/x", "");
	CHECK_INT(load(), 6);
	CHECK_STRING(text_string(&seen), "2:A.K=etc|2:A.K=10|2:A.K=mine|2:A.K=30|");
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void) st, (void) type, (void) ftw;
	return remove(path);
}

int main(void)
{
	if (!mkdtemp(root))
		return 1;
	RUN(assignments_come_with_section_and_line);
	RUN(the_last_line_needs_no_newline_and_a_value_may_hold_an_equals_sign);
	RUN(a_backslash_joins_lines_and_leaves_comments_out);
	RUN(lines_that_are_no_assignments_are_counted_and_the_rest_stands);
	RUN(a_broken_header_does_not_let_its_lines_into_the_section_before);
	RUN(a_nul_byte_ends_no_line_early);
	RUN(no_file_at_all_is_no_error);
	RUN(the_main_file_of_the_highest_directory_hides_the_others);
	RUN(drop_ins_of_all_directories_come_after_it_in_the_order_of_their_names);
	RUN(a_drop_in_masks_the_same_name_in_lower_directories);
	RUN(what_is_no_file_is_passed_over);
	(void) nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	text_done(&seen);
	return test_done();
}
