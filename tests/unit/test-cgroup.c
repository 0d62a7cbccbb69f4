/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "util/cgroup.h"
#include "util/macro.h"
#include "util/text.h"

#define UNIFIED "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
#define OTHER "23 28 0:21 / /sys rw,nosuid shared:2 - sysfs sysfs rw\n"

/* The one directory that @mountinfo gives for @path, "(none)", or "(several)"; valid until the next call. */
static const char *locate(const char *mountinfo, const char *path)
{
	static char *directory, *second;

	free(directory);
	directory = second = NULL;
	if (cgroup_candidate(&mountinfo, path, &directory) <= 0)
		return "(none)";
	if (cgroup_candidate(&mountinfo, path, &second) > 0) {
		free(second);
		return "(several)";
	}
	return directory;
}

TEST(the_path_is_the_line_of_hierarchy_0)
{
	_cleanup_free_ char *path = NULL, *none = NULL;

	CHECK_INT(cgroup_path("12:cpu:/a\n1:name=systemd:/b\n0::/init.scope\n", &path), 0);
	CHECK_STRING(path, "/init.scope");
	CHECK_INT(cgroup_path("12:cpu:/a\n10::/b\n", &none), -ENODATA);
	CHECK_INT(cgroup_path("", &none), -ENODATA);
}

TEST(a_cgroup_lies_below_the_mount)
{
	CHECK_STRING(locate(OTHER UNIFIED, "/"), "/sys/fs/cgroup");
	CHECK_STRING(locate(OTHER UNIFIED, "/system.slice/x.service"), "/sys/fs/cgroup/system.slice/x.service");
	CHECK_STRING(locate(OTHER, "/"), "(none)");
}

TEST(hierarchies_of_v1_do_not_count)
{
	CHECK_STRING(locate("30 29 0:27 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
			    "31 29 0:28 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw\n", "/a"),
		     "/sys/fs/cgroup/unified/a");
}

TEST(a_mount_of_a_part_shows_that_part_only)
{
	static const char part[] = "40 23 0:26 /docker/ab /sys/fs/cgroup ro - cgroup2 cgroup rw\n";

	CHECK_STRING(locate(part, "/docker/ab"), "/sys/fs/cgroup");
	CHECK_STRING(locate(part, "/docker/ab/init.scope"), "/sys/fs/cgroup/init.scope");
	CHECK_STRING(locate(part, "/docker/abc"), "(none)");
	CHECK_STRING(locate(part, "/docker"), "(none)");
}

TEST(a_mount_from_outside_of_the_namespace_does_not_show_it)
{
	CHECK_STRING(locate("40 23 0:26 /../.. /sys/fs/cgroup rw - cgroup2 cgroup rw\n", "/a"), "(none)");
}

TEST(all_mounts_are_candidates)
{
	CHECK_STRING(locate(UNIFIED "99 23 0:26 / /mnt rw - cgroup2 cgroup2 rw\n", "/a"), "(several)");
}

TEST(blanks_in_a_mount_point_are_escaped_in_the_table)
{
	CHECK_STRING(locate("29 23 0:26 / /mnt/my\\040cgroup\\134x rw - cgroup2 cgroup2 rw\n", "/a"),
		     "/mnt/my cgroup\\x/a");
}

TEST(lines_that_are_cut_are_no_mounts)
{
	CHECK_STRING(locate("29 23 0:26 /", "/a"), "(none)");
	CHECK_STRING(locate("29 23 0:26 / /mnt rw -", "/a"), "(none)");
	CHECK_STRING(locate("29 23 0:26 / /mnt rw cgroup2", "/a"), "(none)");
}

/* The walk needs directories, not cgroups. */
static Text visited;

static int visit(int fd, const char *name, void *userdata)
{
	uint64_t id = 0;

	(void) userdata;
	if (streq(name, "stop"))
		return -ECANCELED;
	text_printf(&visited, "%s ", name);
	return cgroup_id(fd, &id) >= 0 && id > 0 && !strstr(name, ".service");
}

static const char *const tree[] = { "a.slice", "a.slice/b.service", "a.slice/b.service/inner", "a.slice/stop" };

TEST(a_walk_goes_only_where_the_visitor_lets_it)
{
	char root[] = "/tmp/test-cgroup.XXXXXX";
	_cleanup_close_ int fd = mkdtemp(root) ? cgroup_open(AT_FDCWD, root) : -EBADF;

	CHECK(fd >= 0);
	for (unsigned i = 0; i < 3; i++)
		CHECK_INT(mkdirat(fd, tree[i], 0755), 0);
	CHECK_INT(cgroup_walk(fd, visit, NULL), 0);
	CHECK_STRING(text_string(&visited), "a.slice b.service ");
	CHECK_INT(mkdirat(fd, tree[3], 0755), 0);
	CHECK_INT(cgroup_walk(fd, visit, NULL), -ECANCELED);
	for (unsigned i = 4; i-- > 0;)
		CHECK_INT(unlinkat(fd, tree[i], AT_REMOVEDIR), 0);
	CHECK_INT(rmdir(root), 0);
	CHECK_INT(cgroup_walk(fd, visit, NULL), 0);
	text_done(&visited);
}

TEST(an_invocation_id_is_32_hexadecimal_digits)
{
	char root[] = "/var/tmp/test-cgroup.XXXXXX", id[CGROUP_INVOCATION_SIZE] = "";
	_cleanup_close_ int fd = mkdtemp(root) ? cgroup_open(AT_FDCWD, root) : -EBADF;
	static const char good[] = "0123456789abcdef0123456789abcdef";

	CHECK(fd >= 0);
	CHECK_INT(rmdir(root), 0);
	CHECK_INT(cgroup_invocation(fd, id), -ENODATA);
	if (fsetxattr(fd, "user.invocation_id", good, 32, 0) < 0)
		SKIP("no user xattrs in /var/tmp");
	CHECK_INT(cgroup_invocation(fd, id), 0);
	CHECK_STRING(id, good);
	CHECK_INT(fsetxattr(fd, "user.invocation_id", good, 31, 0), 0);
	CHECK_INT(cgroup_invocation(fd, id), -EBADMSG);
	CHECK_INT(fsetxattr(fd, "user.invocation_id", "0123456789abcdef0123456789abcdeg", 32, 0), 0);
	CHECK_INT(cgroup_invocation(fd, id), -EBADMSG);
}

int main(void)
{
	RUN(the_path_is_the_line_of_hierarchy_0);
	RUN(a_cgroup_lies_below_the_mount);
	RUN(hierarchies_of_v1_do_not_count);
	RUN(a_mount_of_a_part_shows_that_part_only);
	RUN(a_mount_from_outside_of_the_namespace_does_not_show_it);
	RUN(all_mounts_are_candidates);
	RUN(blanks_in_a_mount_point_are_escaped_in_the_table);
	RUN(lines_that_are_cut_are_no_mounts);
	RUN(a_walk_goes_only_where_the_visitor_lets_it);
	RUN(an_invocation_id_is_32_hexadecimal_digits);
	(void) locate("", "");
	return test_done();
}
