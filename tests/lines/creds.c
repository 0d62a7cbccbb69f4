/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who a process is and what it may: users, groups, capabilities, keys; limits, priorities and what it has used. */

#include <linux/capability.h>
#include <linux/keyctl.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

static void users(void)
{
	unsigned *ids[3];

	for (unsigned i = 0; i < 3; i++)
		ids[i] = room_end(sizeof(unsigned));
	(void) syscall(SYS_getuid);
	(void) syscall(SYS_getegid);
	(void) syscall(SYS_setuid, -1);
	(void) syscall(SYS_setgid, 0);
	(void) syscall(SYS_setreuid, -1, 0);
	(void) syscall(SYS_setregid, 0, -1);
	(void) syscall(SYS_setresuid, -1, -1, 0);
	(void) syscall(SYS_setresgid, 0, 0, 0);
	(void) syscall(SYS_setfsuid, -1);
	(void) syscall(SYS_setfsgid, 0);
	(void) syscall(SYS_getresuid, ids[0], ids[1], ids[2]);
	expect("getresuid([0], [0], [0]) = 0");
	(void) syscall(SYS_getresgid, ids[0], ids[1], ids[2]);
	(void) syscall(SYS_getresuid, ids[0], NULL, ids[2]);
	(void) syscall(SYS_getresgid, unreadable(), ids[1], ids[2]);
}

static void groups(void)
{
	const unsigned some[] = { 0, 5, 65534, 1000000 };
	unsigned many[100];
	unsigned *room = room_end(sizeof(some));

	for (unsigned i = 0; i < ELEMENTS(many); i++)
		many[i] = i + 1;
	(void) syscall(SYS_getgroups, 0, NULL);
	(void) syscall(SYS_setgroups, 4, page_end(some, sizeof(some)));
	(void) syscall(SYS_getgroups, 4, room);
	expect("getgroups(4, [0, 5, 65534, 1000000]) = 4");
	(void) syscall(SYS_getgroups, 3, room);
	(void) syscall(SYS_getgroups, -1, room);
	(void) syscall(SYS_getgroups, 100, unreadable());
	(void) syscall(SYS_setgroups, 32, page_end(many, 32 * sizeof(many[0])));
	(void) syscall(SYS_getgroups, 33, room_end(33 * sizeof(many[0])));
	(void) syscall(SYS_setgroups, 100, page_end(many, sizeof(many)));
	(void) syscall(SYS_getgroups, 100, room_end(sizeof(many)));
	(void) syscall(SYS_setgroups, 65537, page_end(many, sizeof(many)));
	(void) syscall(SYS_setgroups, 2, NULL);
	(void) syscall(SYS_setgroups, 5, page_end(some, sizeof(some)));
	(void) syscall(SYS_setgroups, 2, unreadable());
	(void) syscall(SYS_setgroups, -1, page_end(some, sizeof(some)));
	(void) syscall(SYS_setgroups, 0, page_end(some, sizeof(some)));
	(void) syscall(SYS_setgroups, 0, NULL);
}

static void capabilities(void)
{
	static const unsigned versions[] = { _LINUX_CAPABILITY_VERSION_1, _LINUX_CAPABILITY_VERSION_2,
					     _LINUX_CAPABILITY_VERSION_3, 0x12345 };
	struct __user_cap_header_struct header = { .pid = 0 };
	struct __user_cap_data_struct data[2] = { { 0xffffffff, 0x21, 0 }, { 0x1ff, 0x100, 0 } };

	for (size_t i = 0; i < ELEMENTS(versions); i++) {
		header.version = versions[i];
		(void) syscall(SYS_capget, page_end(&header, sizeof(header)), room_end(sizeof(data)));
		(void) syscall(SYS_capset, page_end(&header, sizeof(header)), page_end(data, sizeof(data)));
		(void) syscall(SYS_capget, page_end(&header, sizeof(header)), NULL);
	}
	header.version = _LINUX_CAPABILITY_VERSION_3;
	header.pid = 0x3fffffff;
	(void) syscall(SYS_capget, page_end(&header, sizeof(header)), room_end(sizeof(data)));
	memset(data, 0, sizeof(data));
	(void) syscall(SYS_capset, page_end(&header, sizeof(header)), page_end(data, sizeof(data)));
	(void) syscall(SYS_capset, page_end(&header, sizeof(header)), unreadable());
	(void) syscall(SYS_capset, page_end(&header, sizeof(header)), NULL);
	(void) syscall(SYS_capget, unreadable(), NULL);
	(void) syscall(SYS_capget, NULL, NULL);
}

static void limits(void)
{
	const struct rlimit given[] = { { 0, 1024 }, { 1025, 4096 }, { 10240, RLIM_INFINITY }, { 3, 2 } };
	struct rlimit *room = room_end(sizeof(*room));

	for (unsigned i = 0; i < 18; i++)
		(void) syscall(SYS_getrlimit, i, room);
	for (size_t i = 0; i < ELEMENTS(given); i++) {
		(void) syscall(SYS_setrlimit, 77, page_end(&given[i], sizeof(given[i])));
		(void) syscall(SYS_prlimit64, 0x3fffffff, RLIMIT_CPU, page_end(&given[i], sizeof(given[i])), room);
	}
	(void) syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, room);
	(void) syscall(SYS_prlimit64, 0, RLIMIT_CORE, page_end(&given[0], sizeof(given[0])), room);
	(void) syscall(SYS_prlimit64, 0, RLIMIT_CORE, page_end(&given[3], sizeof(given[3])), room);
	(void) syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, unreadable(), NULL);
	(void) syscall(SYS_getrlimit, RLIMIT_AS, unreadable());
	(void) syscall(SYS_setrlimit, RLIMIT_AS, NULL);
}

static void priorities(void)
{
	expect("getpriority(PRIO_PROCESS, 0) = %s", result(syscall(SYS_getpriority, PRIO_PROCESS, 0)));
	(void) syscall(SYS_getpriority, PRIO_USER, 0x3fffffff);
	(void) syscall(SYS_getpriority, 9, 0);
	(void) syscall(SYS_setpriority, PRIO_PGRP, 0, 0);
	(void) syscall(SYS_setpriority, PRIO_PROCESS, 0x3fffffff, -20);
	(void) syscall(SYS_ioprio_get, 1, 0);
	(void) syscall(SYS_ioprio_get, 2, -1);
	(void) syscall(SYS_ioprio_get, 3, 0);
	(void) syscall(SYS_ioprio_get, 9, 0);
	(void) syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 4);
	(void) syscall(SYS_ioprio_get, 1, 0);
	expect("ioprio_get(IOPRIO_WHO_PROCESS, 0) = 16388 (IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4))");
	(void) syscall(SYS_ioprio_set, 1, 0x3fffffff, 3 << 13);
	(void) syscall(SYS_ioprio_set, 1, 0x3fffffff, 0);
	(void) syscall(SYS_ioprio_set, 1, 0x3fffffff, 5);
	(void) syscall(SYS_ioprio_set, 1, 0x3fffffff, 1 << 13 | 7);
	(void) syscall(SYS_ioprio_set, 2, 0x3fffffff, 7 << 13 | 3);
	(void) syscall(SYS_ioprio_set, 77, 0, -1);
	(void) syscall(SYS_ioprio_set, 1, 0, 0);
}

static void used(void)
{
	struct rusage *usage = room_end(sizeof(*usage));

	(void) syscall(SYS_getrusage, RUSAGE_SELF, usage);
	(void) syscall(SYS_getrusage, RUSAGE_CHILDREN, usage);
	(void) syscall(SYS_getrusage, RUSAGE_THREAD, NULL);
	(void) syscall(SYS_getrusage, 9, usage);
	(void) syscall(SYS_getrusage, RUSAGE_THREAD, unreadable());
	(void) syscall(SYS_times, room_end(sizeof(struct tms)));
	(void) syscall(SYS_times, NULL);
	(void) syscall(SYS_times, unreadable());
	(void) syscall(SYS_sysinfo, room_end(sizeof(struct sysinfo)));
	(void) syscall(SYS_sysinfo, NULL);
	(void) syscall(SYS_sysinfo, unreadable());
	(void) syscall(SYS_uname, room_end(sizeof(struct utsname)));
	(void) syscall(SYS_uname, NULL);
	(void) syscall(SYS_uname, unreadable());
	(void) syscall(SYS_sethostname, string_end("\001name"), -1);
	(void) syscall(SYS_sethostname, string_end("name"), 100);
	(void) syscall(SYS_sethostname, unreadable(), 5);
	(void) syscall(SYS_setdomainname, string_end("name"), 65);
	(void) syscall(SYS_umask, 0177777);
	(void) syscall(SYS_umask, 022);
	expect("umask(022) = 0777");
}

static void keys(void)
{
	(void) syscall(SYS_add_key, string_end("user"), string_end("name"), string_end("secret\377"), 7,
		       KEY_SPEC_PROCESS_KEYRING);
	(void) syscall(SYS_add_key, string_end("wrong"), string_end("name"), string_end("x"), 1, 12345);
	(void) syscall(SYS_add_key, NULL, unreadable(), NULL, 0, KEY_SPEC_THREAD_KEYRING);
	(void) syscall(SYS_add_key, string_end("user"), string_end("name"), unreadable(), 5, KEY_SPEC_SESSION_KEYRING);
	(void) syscall(SYS_request_key, string_end("user"), string_end("missing"), NULL, 0);
	(void) syscall(SYS_request_key, string_end("wrong"), string_end("missing"), string_end("info"),
		       KEY_SPEC_USER_KEYRING);
	(void) syscall(SYS_request_key, unreadable(), NULL, unreadable(), -9);
	(void) syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 0);
	(void) syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, 12345, 1);
	(void) syscall(SYS_keyctl, KEYCTL_REVOKE, 12345);
	(void) syscall(SYS_keyctl, KEYCTL_CHOWN, 12345, 5, -1);
	(void) syscall(SYS_keyctl, KEYCTL_SETPERM, 12345, 0x3f010100);
	(void) syscall(SYS_keyctl, KEYCTL_SETPERM, 12345, 0);
	(void) syscall(SYS_keyctl, KEYCTL_CLEAR, KEY_SPEC_GROUP_KEYRING);
	(void) syscall(SYS_keyctl, KEYCTL_LINK, 12345, 67890);
	(void) syscall(SYS_keyctl, KEYCTL_UNLINK, 12345, KEY_SPEC_THREAD_KEYRING);
	(void) syscall(SYS_keyctl, KEYCTL_SET_REQKEY_KEYRING, 77);
	(void) syscall(SYS_keyctl, KEYCTL_SET_REQKEY_KEYRING, KEY_REQKEY_DEFL_NO_CHANGE);
	(void) syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, 12345, 60);
	(void) syscall(SYS_keyctl, KEYCTL_ASSUME_AUTHORITY, 12345);
	(void) syscall(SYS_keyctl, KEYCTL_SESSION_TO_PARENT);
	(void) syscall(SYS_keyctl, KEYCTL_NEGATE, 12345, 5, 67890);
	(void) syscall(SYS_keyctl, KEYCTL_REJECT, 12345, 5, 128, 67890);
	(void) syscall(SYS_keyctl, KEYCTL_INVALIDATE, 12345);
	(void) syscall(SYS_keyctl, KEYCTL_GET_PERSISTENT, 77, 12345);
	(void) syscall(SYS_keyctl, KEYCTL_DESCRIBE, 12345, NULL, 0);
	(void) syscall(SYS_keyctl, KEYCTL_READ, 12345, NULL, 0);
	(void) syscall(SYS_keyctl, KEYCTL_GET_SECURITY, 12345, NULL, 0);
	(void) syscall(SYS_keyctl, KEYCTL_UPDATE, 12345, NULL, 0);
	(void) syscall(SYS_keyctl, KEYCTL_SEARCH, 12345, NULL, NULL, 5);
	(void) syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, unreadable());
	(void) syscall(SYS_keyctl, KEYCTL_MOVE, 1, 2, 3, 1);
	(void) syscall(SYS_keyctl, KEYCTL_CAPABILITIES, NULL, 0);
	(void) syscall(SYS_keyctl, 777, 1, 2, 3, 4);
}

int main(void)
{
	lines_begin();
	checked("creds");
	users();
	groups();
	capabilities();
	checked("process");
	limits();
	priorities();
	used();
	keys();
	return lines_end();
}
