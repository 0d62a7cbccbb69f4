/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The cgroup2 tree as this process can see it.
 *
 * Nothing here assumes that it is at /sys/fs/cgroup or begins at the root of the world: on hybrid hierarchies it lies
 * beside the v1 ones, and in containers the mount shows a part of it. So a cgroup's path out of /proc/PID/cgroup is
 * looked up below every cgroup2 mount that shows that part, and what is found must really be on cgroup2, for a mount
 * in the table may lie hidden under another.
 */

#include <stdint.h>

#define CGROUP_INVOCATION_SIZE 33U /* 32 hexadecimal digits and the NUL */

/**
 * cgroup_path() - a process's path in the cgroup2 hierarchy
 * @text: its /proc/PID/cgroup
 *
 * Return: 0; -ENODATA if the process is in no cgroup2 hierarchy; -ENOMEM
 */
int cgroup_path(const char *text, char **ret);

/**
 * cgroup_candidate() - the next directory that may be a cgroup's
 * @mountinfo: text of /proc/self/mountinfo; moved behind the line that was used
 * @path: of the cgroup, as cgroup_path() gives it
 *
 * Return: 1 with the directory in @ret, 0 if no mount is left, -ENOMEM
 */
int cgroup_candidate(const char **mountinfo, const char *path, char **ret);

/**
 * cgroup_open_manager() - the cgroup that PID 1 keeps its units in
 *
 * Return: a descriptor of the directory; -ENODATA without cgroup2, -ENOENT if no mount shows it, or another errno
 */
int cgroup_open_manager(void);

/** cgroup_open() - Return: a descriptor of the cgroup called @name below the one @parent, "." for itself; an errno */
int cgroup_open(int parent, const char *name);

/** cgroup_id() - the number that BPF programs see: the inode of the directory; Return: 0 or a negative errno */
int cgroup_id(int fd, uint64_t *ret);

/**
 * cgroup_invocation() - the invocation ID that systemd has put on a unit's cgroup
 * @fd: from cgroup_open(); O_PATH will not do
 *
 * Return: 0; -ENODATA if there is none; -EBADMSG if it is no invocation ID; another errno
 */
int cgroup_invocation(int fd, char ret[CGROUP_INVOCATION_SIZE]);

/**
 * CgroupVisit - what to do with a cgroup
 * @fd: of the cgroup, closed after the visit
 *
 * Return: 1 to visit those below it, 0 to leave them out, a negative errno to end the walk
 */
typedef int (*CgroupVisit)(int fd, const char *name, void *userdata);

/**
 * cgroup_walk() - visit the cgroups below one, each before those below it
 *
 * Cgroups come and go meanwhile: one that is gone when its turn comes is passed over.
 *
 * Return: 0 or the errno of the visit or of reading a directory
 */
int cgroup_walk(int fd, CgroupVisit visit, void *userdata);
