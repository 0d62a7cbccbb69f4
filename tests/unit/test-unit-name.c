/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "ctl/unit-name.h"
#include "util/cleanup.h"

#define CHECK_MANGLED(name, expected)                      \
	do {                                               \
		_cleanup_free_ char *_unit = NULL;         \
		CHECK_INT(unit_name_mangle(name, &_unit), 0); \
		CHECK_STRING(_unit, expected);             \
	} while (0)

TEST(a_name_without_suffix_is_a_service)
{
	CHECK_MANGLED("ssh", "ssh.service");
	CHECK_MANGLED("getty@tty1", "getty@tty1.service");
	CHECK_MANGLED("php8.2-fpm", "php8.2-fpm.service");
	CHECK_MANGLED("org.example.Daemon", "org.example.Daemon.service");
}

TEST(a_known_suffix_stays)
{
	CHECK_MANGLED("ssh.service", "ssh.service");
	CHECK_MANGLED("session-1.scope", "session-1.scope");
	CHECK_MANGLED("dbus.socket", "dbus.socket");
	CHECK_MANGLED("dev-sda\\x2d1.swap", "dev-sda\\x2d1.swap");
}

TEST(a_path_is_a_mount)
{
	CHECK_MANGLED("/var/lib", "var-lib.mount");
	CHECK_MANGLED("//var//lib/", "var-lib.mount");
	CHECK_MANGLED("/", "-.mount");
	CHECK_MANGLED("/srv/my-data", "srv-my\\x2ddata.mount");
	CHECK_MANGLED("/.hidden/.x", "\\x2ehidden-.x.mount");
}

TEST(what_can_be_in_no_name_is_escaped)
{
	CHECK_MANGLED("foo bar", "foo\\x20bar.service");
	CHECK_MANGLED("foo/bar", "foo-bar.service");
	CHECK_MANGLED("caf\xc3\xa9.service", "caf\\xc3\\xa9.service");
}

TEST(patterns_come_through)
{
	CHECK_MANGLED("ssh*", "ssh*");
	CHECK_MANGLED("*.scope", "*.scope");
	CHECK_MANGLED("a?[bc]", "a?[bc]");
	CHECK(unit_name_is_glob("a?"));
	CHECK(unit_name_is_glob("[ab].service"));
	CHECK(!unit_name_is_glob("ssh.service"));
}

TEST(what_is_no_name_is_refused)
{
	char long_name[300], *unit = NULL;

	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	CHECK_INT(unit_name_mangle("", &unit), -EINVAL);
	CHECK_INT(unit_name_mangle("@.service", &unit), -EINVAL);
	CHECK_INT(unit_name_mangle(".service", &unit), -EINVAL);
	CHECK_INT(unit_name_mangle(long_name, &unit), -EINVAL);
	CHECK(!unit);
}

TEST(the_longest_name_is_taken)
{
	char name[256];

	memset(name, 'a', 255);
	name[255] = '\0';
	memcpy(name + 255 - strlen(".service"), ".service", strlen(".service"));
	CHECK(unit_name_is_valid(name));
	CHECK_MANGLED(name, name);
}

int main(void)
{
	RUN(a_name_without_suffix_is_a_service);
	RUN(a_known_suffix_stays);
	RUN(a_path_is_a_mount);
	RUN(what_can_be_in_no_name_is_escaped);
	RUN(patterns_come_through);
	RUN(what_is_no_name_is_refused);
	RUN(the_longest_name_is_taken);
	return test_done();
}
