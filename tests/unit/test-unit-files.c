/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/unit-files.h"
#include "util/cleanup.h"

#define _cleanup_unit_files_ _cleanup_(unit_files_done)

static char root[] = "/tmp/test-unit-files.XXXXXX";

/* Makes the directories above a file, too. */
static void put(const char *path, const char *text)
{
	_cleanup_free_ char *whole = NULL;
	_cleanup_fclose_ FILE *f = NULL;

	if (asprintf(&whole, "%s%s", root, path) < 0)
		return;
	for (char *p = whole + strlen(root) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		(void) mkdir(whole, 0755);
	}
	f = fopen(whole, "we");
	if (f)
		fputs(text, f);
}

static void put_link(const char *path, const char *target)
{
	_cleanup_free_ char *whole = NULL;

	if (asprintf(&whole, "%s%s", root, path) >= 0)
		(void) symlink(target, whole);
}

TEST(a_unit_says_what_it_says_and_no_more)
{
	_cleanup_unit_files_ UnitFiles l = {};
	const UnitFile *u;

	put("/usr/lib/systemd/system/a.service", "[Service]\nExecStart=x\n[X-Traceloop]\nRecord=no\nCalls=openat\n");
	put("/usr/lib/systemd/system/silent.service", "[Service]\nRecord=yes\n");
	CHECK_INT(unit_files_load(root, &l), 0);
	u = unit_files_find(&l, "a.service");
	CHECK(u);
	CHECK_INT(u->record, 0);
	CHECK_INT(u->buffer_size, 0);
	CHECK_STRING(call_filter_expression(u->filter), "openat");
	CHECK(!unit_files_find(&l, "silent.service"));
}

TEST(the_first_file_of_a_name_counts_and_drop_ins_come_after_it)
{
	_cleanup_unit_files_ UnitFiles l = {};
	const UnitFile *u;

	put("/usr/lib/systemd/system/b.service", "[X-Traceloop]\nRecord=no\nBufferSize=2M\n");
	put("/etc/systemd/system/b.service", "[X-Traceloop]\nRecord=yes\nCalls=read\n");
	put("/usr/lib/systemd/system/b.service.d/60-x.conf", "[X-Traceloop]\nCalls=write\n");
	put("/etc/systemd/system/b.service.d/50-x.conf", "[X-Traceloop]\nCalls=close\nBufferSize=1M\n");
	put("/run/systemd/system/b.service.d/60-x.conf", "[X-Traceloop]\nCalls=%file\n");
	CHECK_INT(unit_files_load(root, &l), 0);
	u = unit_files_find(&l, "b.service");
	CHECK(u);
	CHECK_INT(u->record, 1);
	CHECK_INT(u->buffer_size, 1 << 20);
	CHECK_STRING(call_filter_expression(u->filter), "%file");
}

TEST(an_instance_goes_before_its_template)
{
	_cleanup_unit_files_ UnitFiles l = {};

	put("/etc/systemd/system/c@.service", "[X-Traceloop]\nRecord=no\n");
	put("/etc/systemd/system/c@1.service.d/50-x.conf", "[X-Traceloop]\nRecord=yes\n");
	CHECK_INT(unit_files_load(root, &l), 0);
	CHECK_INT(unit_files_find(&l, "c@1.service")->record, 1);
	CHECK_INT(unit_files_find(&l, "c@2.service")->record, 0);
	CHECK(!unit_files_find(&l, "c.service"));
}

TEST(aliases_and_masked_units_say_nothing)
{
	_cleanup_unit_files_ UnitFiles l = {};

	put("/usr/lib/systemd/system/masked.service", "[X-Traceloop]\nRecord=no\n");
	put_link("/etc/systemd/system/masked.service", "/dev/null");
	put_link("/etc/systemd/system/alias.service", "a.service");
	CHECK_INT(unit_files_load(root, &l), 0);
	CHECK(!unit_files_find(&l, "masked.service"));
	CHECK(!unit_files_find(&l, "alias.service"));
	CHECK(unit_files_find(&l, "a.service"));
}

int main(void)
{
	char command[sizeof(root) + 16];

	if (!mkdtemp(root))
		return 1;
	RUN(a_unit_says_what_it_says_and_no_more);
	RUN(the_first_file_of_a_name_counts_and_drop_ins_come_after_it);
	RUN(an_instance_goes_before_its_template);
	RUN(aliases_and_masked_units_say_nothing);
	(void) snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command) != 0 || test_done();
}
