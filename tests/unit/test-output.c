/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "ctl/output.h"
#include "util/log.h"

static char directory[] = "/tmp/test-output.XXXXXX";

/* Return: the contents of a file, "(none)" if there is no such file */
static const char *contents(const char *file)
{
	static char buffer[64];
	_cleanup_fclose_ FILE *f = fopen(file, "re");

	if (!f)
		return "(none)";
	buffer[fread(buffer, 1, sizeof(buffer) - 1, f)] = '\0';
	return buffer;
}

static unsigned n_files(void)
{
	DIR *d = opendir(".");
	unsigned n = 0;

	while (readdir(d))
		n++;
	(void) closedir(d);
	return n - 2;
}

TEST(a_file_appears_when_it_is_whole)
{
	_cleanup_(output_freep) Output *o = NULL;
	struct stat st;

	CHECK_INT(output_new(&o, &(OutputConfig){ .file = "whole" }), 0);
	CHECK(output_is_empty(o));
	CHECK_INT(output_write(o, "text", 4), 0);
	CHECK(!output_is_empty(o));
	CHECK_STRING(contents("whole"), "(none)");
	CHECK_INT(output_finish(o), 0);
	CHECK_STRING(contents("whole"), "text");
	CHECK_INT(stat("whole", &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	CHECK_INT(n_files(), 1);
	CHECK_INT(unlink("whole"), 0);
}

TEST(a_file_that_was_not_finished_leaves_the_old_one)
{
	Output *o = NULL;
	FILE *f = fopen("old", "we");

	CHECK(f && fputs("old text", f) >= 0 && fclose(f) == 0);
	CHECK_INT(output_new(&o, &(OutputConfig){ .file = "old" }), 0);
	CHECK_INT(output_write(o, "new", 3), 0);
	output_free(o);
	CHECK_STRING(contents("old"), "old text");
	CHECK_INT(n_files(), 1);
	CHECK_INT(unlink("old"), 0);
}

TEST(a_live_file_can_be_watched_growing)
{
	_cleanup_(output_freep) Output *o = NULL;
	struct stat st;

	CHECK_INT(output_new(&o, &(OutputConfig){ .file = "live", .live = true }), 0);
	CHECK_INT(output_write(o, "text", 4), 0);
	CHECK_STRING(contents("live"), "text");
	CHECK_INT(stat("live", &st), 0);
	CHECK_INT(st.st_mode & 0077, 0);
	CHECK_INT(output_finish(o), 0);
	CHECK_INT(unlink("live"), 0);
}

TEST(a_pipe_is_written_to_and_not_replaced)
{
	_cleanup_(output_freep) Output *o = NULL;
	_cleanup_close_ int reading = -EBADF;
	char buffer[8] = "";
	struct stat st;

	CHECK_INT(mkfifo("pipe", 0600), 0);
	reading = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	CHECK_INT(output_new(&o, &(OutputConfig){ .file = "pipe" }), 0);
	CHECK_INT(output_write(o, "text", 4), 0);
	CHECK_INT(output_finish(o), 0);
	CHECK_INT(read(reading, buffer, sizeof(buffer)), 4);
	CHECK_INT(lstat("pipe", &st), 0);
	CHECK(S_ISFIFO(st.st_mode));
	CHECK_INT(unlink("pipe"), 0);
}

TEST(a_full_disk_is_an_error)
{
	_cleanup_(output_freep) Output *o = NULL;

	CHECK_INT(output_new(&o, &(OutputConfig){ .file = "/dev/full" }), 0);
	CHECK_INT(output_write(o, "text", 4), -ENOSPC);
}

TEST(a_reader_who_has_left_is_told_apart)
{
	_cleanup_(output_freep) Output *o = NULL;
	int reading;

	CHECK_INT(mkfifo("pipe", 0600), 0);
	reading = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	CHECK_INT(output_new(&o, &(OutputConfig){ .file = "pipe" }), 0);
	CHECK_INT(close(reading), 0);
	CHECK_INT(output_write(o, "text", 4), -EPIPE);
	CHECK_INT(unlink("pipe"), 0);
}

TEST(a_place_that_is_not_there_is_an_error)
{
	Output *o = NULL;

	CHECK_INT(output_new(&o, &(OutputConfig){ .file = "no/such/place" }), -ENOENT);
	CHECK(!o);
}

int main(void)
{
	log_set_level(LOG_CRIT);
	(void) signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(directory) || chdir(directory) < 0)
		return EXIT_FAILURE;
	RUN(a_file_appears_when_it_is_whole);
	RUN(a_file_that_was_not_finished_leaves_the_old_one);
	RUN(a_live_file_can_be_watched_growing);
	RUN(a_pipe_is_written_to_and_not_replaced);
	RUN(a_full_disk_is_an_error);
	RUN(a_reader_who_has_left_is_told_apart);
	RUN(a_place_that_is_not_there_is_an_error);
	(void) rmdir(directory);
	return test_done();
}
