/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/settings.h"
#include "util/text.h"

#define RAM (2ULL << 30)

static char root[] = "/tmp/test-settings.XXXXXX";
static Text file, drop_in, messages;
static Settings settings;

static void write_file(const char *path, const char *text)
{
	_cleanup_fclose_ FILE *f = fopen(path, "we");

	if (f)
		fputs(text, f);
}

/* Load with these files, and keep what is said to stderr in the meantime. */
static int load(const char *main, const char *more)
{
	_cleanup_close_ int fd = memfd_create("messages", MFD_CLOEXEC), saved = dup(STDERR_FILENO);
	char buffer[4096];
	ssize_t n;
	int r;

	settings_done(&settings);
	write_file(text_string(&file), main);
	write_file(text_string(&drop_in), more);
	(void) fflush(stderr);
	(void) dup2(fd, STDERR_FILENO);
	r = settings_load_root(root, RAM, &settings);
	(void) fflush(stderr);
	(void) dup2(saved, STDERR_FILENO);
	text_clear(&messages);
	n = pread(fd, buffer, sizeof(buffer), 0);
	text_put_bytes(&messages, buffer, n > 0 ? (size_t) n : 0);
	return r;
}

TEST(without_files_the_defaults_stand)
{
	CHECK_INT(load("", ""), 0);
	CHECK_INT(settings.buffer_size, 262144);
	CHECK_INT(settings.memory_max, RAM / 100 * 5);
	CHECK_INT(settings.string_size, 64);
	CHECK_INT(settings.names, NAMES_AUTO);
	CHECK(settings.durations);
	CHECK_INT(settings.dump, DUMP_FAILURE);
	CHECK_INT(settings.lines, 12);
	CHECK_INT(settings.max_size, 262144);
	CHECK_INT(settings.rate_limit_burst, 10);
	CHECK_INT(settings.rate_limit_interval, 3600000000);
	CHECK_INT(settings.ignored, 0);
}

TEST(the_default_of_memory_is_capped_and_never_less_than_a_slab)
{
	Settings s;

	CHECK_INT(settings_load_root(root, 64ULL << 30, &s), 0);
	CHECK_INT(s.memory_max, 256 << 20);
	CHECK_INT(settings_load_root(root, 16ULL << 20, &s), 0);
	CHECK_INT(s.memory_max, SLAB_SIZE);
}

TEST(by_default_services_are_recorded_but_not_logins_and_our_own_path)
{
	CHECK_INT(load("", ""), 0);
	CHECK(settings_matches(&settings, "sshd.service"));
	CHECK(settings_matches(&settings, "sshd@1-2.service"));
	CHECK(!settings_matches(&settings, "user@0.service"));
	CHECK(!settings_matches(&settings, "getty@tty1.service"));
	CHECK(!settings_matches(&settings, "serial-getty@ttyS0.service"));
	CHECK(!settings_matches(&settings, "systemd-journald.service"));
	CHECK(!settings_matches(&settings, "systemd-journald@x.service"));
	CHECK(!settings_matches(&settings, "traceloopd.service"));
	CHECK(!settings_matches(&settings, "session-1.scope"));
}

TEST(every_key_is_taken)
{
	CHECK_INT(load("[Recorder]\nUnits=\nUnits=a?.service\nBufferSize=1M\nMemoryMax=8M\nStringSize=256\nFileNames=yes\n"
		       "Durations=no\n[Journal]\nDump=never\nLines=0\nMaxSize=1M\nRateLimitBurst=3\n"
		       "RateLimitIntervalSec=5min\n", ""), 0);
	CHECK_STRING(text_string(&messages), "");
	CHECK_INT(settings.n_patterns, 1);
	CHECK(settings_matches(&settings, "ab.service"));
	CHECK(!settings_matches(&settings, "abc.service"));
	CHECK_INT(settings.buffer_size, 1 << 20);
	CHECK_INT(settings.memory_max, 8 << 20);
	CHECK_INT(settings.string_size, 256);
	CHECK_INT(settings.names, NAMES_YES);
	CHECK(!settings.durations);
	CHECK_INT(settings.dump, DUMP_NEVER);
	CHECK_INT(settings.lines, 0);
	CHECK_INT(settings.max_size, 1 << 20);
	CHECK_INT(settings.rate_limit_burst, 3);
	CHECK_INT(settings.rate_limit_interval, 300000000);
}

TEST(a_drop_in_adds_to_the_units_and_replaces_values)
{
	CHECK_INT(load("[Recorder]\nUnits=\nUnits=a.service b.scope\n", "[Recorder]\nUnits=!b.scope c.mount\n"), 0);
	CHECK_INT(settings.n_patterns, 4);
	CHECK(settings_matches(&settings, "a.service"));
	CHECK(!settings_matches(&settings, "b.scope"));
	CHECK(settings_matches(&settings, "c.mount"));
	CHECK_INT(load("[Journal]\nLines=3\n", "[Journal]\nLines=4\n"), 0);
	CHECK_INT(settings.lines, 4);
}

TEST(exclusion_wins_wherever_it_stands)
{
	CHECK_INT(load("[Recorder]\nUnits=\nUnits=!x.service *.service x.service\n", ""), 0);
	CHECK(!settings_matches(&settings, "x.service"));
	CHECK(settings_matches(&settings, "y.service"));
}

TEST(only_stars_and_question_marks_are_special)
{
	CHECK_INT(load("[Recorder]\nUnits=\nUnits=dev-disk\\x2d*.swap\n", ""), 0);
	CHECK(settings_matches(&settings, "dev-disk\\x2d1.swap"));
	CHECK(!settings_matches(&settings, "dev-diskx2d1.swap"));
}

TEST(a_share_of_memory_is_a_percentage_of_this_machine)
{
	CHECK_INT(load("[Recorder]\nMemoryMax=10%\n", ""), 0);
	CHECK_INT(settings.memory_max, RAM / 100 * 10);
	CHECK_INT(load("[Recorder]\nMemoryMax=100%\n", ""), 0);
	CHECK_INT(settings.memory_max, 1 << 30);
}

TEST(a_ring_is_made_of_whole_chunks)
{
	CHECK_INT(load("[Recorder]\nBufferSize=100000\n", ""), 0);
	CHECK_INT(settings.buffer_size, 7 * CHUNK_SIZE);
}

TEST(a_wrong_value_is_named_and_the_one_before_stands)
{
	CHECK_INT(load("[Journal]\nLines=5\n\nLines=many\n", ""), 0);
	CHECK_INT(settings.lines, 5);
	CHECK_INT(settings.ignored, 1);
	CHECK(strstr(text_string(&messages),
		     "/etc/traceloop/traceloopd.conf:4: Bad value of Lines=, ignoring \"many\": Invalid argument"));
}

TEST(values_out_of_bounds_are_refused)
{
	CHECK_INT(load("[Recorder]\nBufferSize=1K\nBufferSize=2G\nMemoryMax=1M\nMemoryMax=2G\nMemoryMax=101%\n"
		       "StringSize=257\n[Journal]\nDump=always\nLines=101\nMaxSize=1T\n", ""), 0);
	CHECK_INT(settings.ignored, 9);
	CHECK_INT(settings.buffer_size, 262144);
	CHECK_INT(settings.memory_max, RAM / 100 * 5);
	CHECK_INT(settings.string_size, 64);
}

TEST(unknown_keys_and_sections_are_named)
{
	CHECK_INT(load("[Recorder]\nLines=5\n[Other]\nUnits=x\n", ""), 0);
	CHECK_INT(settings.ignored, 2);
	CHECK(strstr(text_string(&messages), "traceloopd.conf:2: Unknown key Lines= in section [Recorder]"));
	CHECK(strstr(text_string(&messages), "traceloopd.conf:4: Unknown key Units= in section [Other]"));
}

TEST(a_bad_pattern_costs_only_itself)
{
	CHECK_INT(load("[Recorder]\nUnits=\nUnits=a.service [ab].service ! b/c b.service\n", ""), 0);
	CHECK_INT(settings.ignored, 3);
	CHECK_INT(settings.n_patterns, 2);
	CHECK(settings_matches(&settings, "b.service"));
}

TEST(patterns_beyond_the_kernel_sides_table_are_named)
{
	_cleanup_text_ Text text = {};

	text_put(&text, "[Recorder]\nUnits=\nUnits=");
	for (unsigned i = 0; i <= PATTERNS_MAX; i++)
		text_printf(&text, "u%u.service ", i);
	CHECK_INT(load(text_string(&text), ""), 0);
	CHECK_INT(settings.n_patterns, PATTERNS_MAX);
	CHECK_INT(settings.ignored, 1);
	CHECK(strstr(text_string(&messages), "u64.service"));
}

TEST(a_pattern_is_what_a_cgroup_can_be_called)
{
	char name[NAME_SIZE + 1];

	CHECK_INT(pattern_check("*.service"), 0);
	CHECK_INT(pattern_check(""), -EINVAL);
	CHECK_INT(pattern_check("a\tb"), -EINVAL);
	CHECK_INT(pattern_check("a\x7f"), -EINVAL);
	CHECK_INT(pattern_check("[a].service"), -EINVAL);
	memset(name, 'x', sizeof(name));
	name[NAME_SIZE] = '\0';
	CHECK_INT(pattern_check(name), -ENAMETOOLONG);
	name[NAME_SIZE - 1] = '\0';
	CHECK_INT(pattern_check(name), 0);
}

/* The text of the file that is installed, with each setting in force. */
static int read_installed(Text *ret)
{
	_cleanup_fclose_ FILE *f = fopen("../../units/traceloopd.conf", "re");
	char line[512];

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		bool setting = line[0] == '#' && line[1] >= 'A' && line[1] <= 'Z' && strchr(line, '=');

		text_put(ret, setting ? line + 1 : line);
	}
	return text_error(ret);
}

static unsigned count_settings(const char *text)
{
	unsigned n = 0;

	for (const char *p = text; (p = strchr(p, '\n')); p++)
		n += p[1] >= 'A' && p[1] <= 'Z';
	return n;
}

TEST(the_installed_file_shows_every_default)
{
	_cleanup_text_ Text text = {};
	Settings defaults;

	CHECK_INT(load("", ""), 0);
	defaults = settings;
	if (read_installed(&text) < 0)
		SKIP("not run in the build directory");
	CHECK_INT(load(text_string(&text), ""), 0);
	CHECK_STRING(text_string(&messages), "");
	CHECK_INT(settings.n_patterns, 2 * defaults.n_patterns);
	CHECK_INT(memcmp(settings.patterns, defaults.patterns, defaults.n_patterns * sizeof(struct Pattern)), 0);
	CHECK_INT(memcmp(settings.patterns + defaults.n_patterns, defaults.patterns,
			 defaults.n_patterns * sizeof(struct Pattern)), 0);
	CHECK_INT(memcmp(&settings.buffer_size, &defaults.buffer_size,
			 sizeof(settings) - offsetof(Settings, buffer_size)), 0);
	CHECK_INT(count_settings(text_string(&text)), 12);
}

TEST(the_last_list_of_calls_counts_and_an_empty_one_is_all)
{
	CHECK_INT(load("[Recorder]\nCalls=openat,close\n", "[Recorder]\nCalls=!futex\n"), 0);
	CHECK_STRING(call_filter_expression(settings.filter), "!futex");
	CHECK(call_set_has(&settings.filter->calls, MACHINE_X86_64, 0));
	CHECK_INT(load("[Recorder]\nCalls=openat\n", "[Recorder]\nCalls=\n"), 0);
	CHECK(!settings.filter);
}

TEST(what_is_no_call_is_named_and_the_list_before_stands)
{
	CHECK_INT(load("[Recorder]\nCalls=openat\nCalls=close,opennat,%nothing\nCalls=/(\n", ""), 0);
	CHECK_STRING(call_filter_expression(settings.filter), "openat");
	CHECK(strstr(text_string(&messages), "traceloopd.conf:3: Calls= has what is no system call, ignoring the line: "
					     "opennat, %nothing\n"));
	CHECK(strstr(text_string(&messages), "traceloopd.conf:4: Bad value of Calls=, ignoring \"/(\""));
	CHECK_INT(settings.ignored, 2);
}

static void make_tree(void)
{
	static const char *const directories[] = { "/etc", "/etc/traceloop", "/etc/traceloop/traceloopd.conf.d" };

	for (unsigned i = 0; i < 3; i++) {
		text_clear(&file);
		text_printf(&file, "%s%s", root, directories[i]);
		(void) mkdir(text_string(&file), 0755);
	}
	text_printf(&drop_in, "%s/50-x.conf", text_string(&file));
	text_clear(&file);
	text_printf(&file, "%s/etc/traceloop/traceloopd.conf", root);
}

static void remove_tree(void)
{
	settings_done(&settings);
	(void) unlink(text_string(&drop_in));
	(void) unlink(text_string(&file));
	for (char *p = drop_in.data; strlen(p) >= sizeof(root);) {
		*strrchr(p, '/') = '\0';
		(void) rmdir(p);
	}
	text_done(&file);
	text_done(&drop_in);
	text_done(&messages);
}

int main(void)
{
	if (!mkdtemp(root))
		return 1;
	make_tree();
	RUN(without_files_the_defaults_stand);
	RUN(the_default_of_memory_is_capped_and_never_less_than_a_slab);
	RUN(by_default_services_are_recorded_but_not_logins_and_our_own_path);
	RUN(every_key_is_taken);
	RUN(a_drop_in_adds_to_the_units_and_replaces_values);
	RUN(exclusion_wins_wherever_it_stands);
	RUN(only_stars_and_question_marks_are_special);
	RUN(a_share_of_memory_is_a_percentage_of_this_machine);
	RUN(a_ring_is_made_of_whole_chunks);
	RUN(a_wrong_value_is_named_and_the_one_before_stands);
	RUN(values_out_of_bounds_are_refused);
	RUN(unknown_keys_and_sections_are_named);
	RUN(a_bad_pattern_costs_only_itself);
	RUN(patterns_beyond_the_kernel_sides_table_are_named);
	RUN(a_pattern_is_what_a_cgroup_can_be_called);
	RUN(the_last_list_of_calls_counts_and_an_empty_one_is_all);
	RUN(what_is_no_call_is_named_and_the_list_before_stands);
	RUN(the_installed_file_shows_every_default);
	remove_tree();
	return test_done();
}
