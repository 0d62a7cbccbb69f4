/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/system.h"

#include <unistd.h>

#include "util/cgroup.h"
#include "util/cleanup.h"

bool system_has_types(void)
{
	return access("/sys/kernel/btf/vmlinux", R_OK) >= 0;
}

bool system_has_cgroup2(void)
{
	_cleanup_close_ int fd = cgroup_open_manager();

	return fd >= 0;
}

bool system_has_journal(void)
{
	return access("/run/systemd/journal/socket", F_OK) >= 0;
}
