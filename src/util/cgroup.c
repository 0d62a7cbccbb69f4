/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/cgroup.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

#include "util/cleanup.h"
#include "util/macro.h"
#include "util/text.h"

#define DEPTH_MAX 64U /* a descriptor each; systemd nests slices by the dashes in a name of 255 bytes */

int cgroup_path(const char *text, char **ret)
{
	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n");

		if (startswith(line, "0::/")) {
			*ret = strndup(line + 3, n - 3);
			return *ret ? 0 : -ENOMEM;
		}
		line += n + (line[n] == '\n');
	}
	return -ENODATA;
}

/* Blanks, newlines and backslashes in a mount's paths are written as three octal digits. */
static void unescape(char *s)
{
	char *to = s;

	for (const char *from = s; *from; to++) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] >= '0' && from[2] <= '7' &&
		    from[3] >= '0' && from[3] <= '7') {
			*to = (char) ((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else
			*to = *from++;
	}
	*to = '\0';
}

/* ID, parent, device, root, mount point, options, any number of fields, "-", type. What is returned lies in @line. */
static bool parse_mount(char *line, const char **ret_root, const char **ret_where)
{
	char *fields[5], *state = NULL, *field = strtok_r(line, " ", &state);

	for (unsigned i = 0; i < ELEMENTS(fields); i++, field = strtok_r(NULL, " ", &state)) {
		if (!field)
			return false;
		fields[i] = field;
	}
	while (field && !streq(field, "-"))
		field = strtok_r(NULL, " ", &state);
	field = field ? strtok_r(NULL, " ", &state) : NULL;
	if (!field || !streq(field, "cgroup2"))
		return false;
	unescape(fields[3]);
	unescape(fields[4]);
	*ret_root = fields[3];
	*ret_where = fields[4];
	return true;
}

/* Return: what is left of @path below @root, or NULL if it does not lie there. */
static const char *path_below(const char *path, const char *root)
{
	const char *rest;

	if (streq(root, "/"))
		return path;
	rest = startswith(path, root);
	return rest && (*rest == '/' || *rest == '\0') ? rest : NULL;
}

int cgroup_candidate(const char **mountinfo, const char *path, char **ret)
{
	while (**mountinfo) {
		size_t n = strcspn(*mountinfo, "\n");
		_cleanup_free_ char *line = strndup(*mountinfo, n);
		const char *root, *where, *below;

		if (!line)
			return -ENOMEM;
		*mountinfo += n + ((*mountinfo)[n] == '\n');
		if (!parse_mount(line, &root, &where))
			continue;
		below = path_below(path, root);
		if (!below)
			continue;
		return asprintf(ret, "%s%s", where, streq(below, "/") ? "" : below) < 0 ? -ENOMEM : 1;
	}
	return 0;
}

static int read_proc(const char *path, Text *ret)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	do {
		char *p = text_reserve(ret, 4096);

		if (!p)
			return -ENOMEM;
		n = read(fd, p, 4096);
		if (n < 0)
			return -errno;
		text_grown(ret, (size_t) n);
	} while (n > 0);
	return 0;
}

/* systemd's PID 1 sits in a scope of its own beside its units; one that does not is an init we know nothing of. */
static int manager_path(char **ret)
{
	_cleanup_text_ Text text = {};
	char *path, *scope;
	int r = read_proc("/proc/1/cgroup", &text);

	if (r >= 0)
		r = cgroup_path(text_string(&text), &path);
	if (r < 0)
		return r;
	scope = strrchr(path, '/');
	if (streq(scope, "/init.scope"))
		scope[scope == path] = '\0';
	*ret = path;
	return 0;
}

int cgroup_open_manager(void)
{
	_cleanup_text_ Text mountinfo = {};
	_cleanup_free_ char *path = NULL;
	const char *rest;
	int r = manager_path(&path);

	if (r >= 0)
		r = read_proc("/proc/self/mountinfo", &mountinfo);
	if (r < 0)
		return r;
	rest = text_string(&mountinfo);
	for (;;) {
		_cleanup_free_ char *directory = NULL;
		_cleanup_close_ int fd = -EBADF;
		struct statfs fs;

		r = cgroup_candidate(&rest, path, &directory);
		if (r <= 0)
			return r < 0 ? r : -ENOENT;
		fd = cgroup_open(AT_FDCWD, directory);
		if (fd >= 0 && fstatfs(fd, &fs) >= 0 && fs.f_type == CGROUP2_SUPER_MAGIC)
			return TAKE_FD(fd);
	}
}

int cgroup_open(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int cgroup_id(int fd, uint64_t *ret)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	*ret = st.st_ino;
	return 0;
}

int cgroup_invocation(int fd, char ret[CGROUP_INVOCATION_SIZE])
{
	char value[CGROUP_INVOCATION_SIZE] = {};
	ssize_t n = fgetxattr(fd, "user.invocation_id", value, sizeof(value));

	if (n < 0)
		return errno == ERANGE ? -EBADMSG : -errno;
	if (n != CGROUP_INVOCATION_SIZE - 1)
		return -EBADMSG;
	for (const char *p = value; p < value + n; p++)
		if (!isxdigit((unsigned char) *p))
			return -EBADMSG;
	memcpy(ret, value, sizeof(value));
	return 0;
}

static void closedirp(DIR **d)
{
	if (*d)
		(void) closedir(*d);
}

static int walk(int fd, unsigned depth, CgroupVisit visit, void *userdata)
{
	_cleanup_close_ int again = cgroup_open(fd, "."); /* closedir() closes it, and @fd is the caller's */
	_cleanup_(closedirp) DIR *d = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;

	if (!d)
		return again < 0 ? again : -errno;
	again = -EBADF;
	while (errno = 0, (entry = readdir(d))) {
		_cleanup_close_ int child = -EBADF;
		int r;

		if (entry->d_type != DT_DIR || streq(entry->d_name, ".") || streq(entry->d_name, ".."))
			continue;
		child = cgroup_open(fd, entry->d_name);
		if (child == -ENOENT)
			continue;
		r = child < 0 ? child : visit(child, entry->d_name, userdata);
		if (r > 0)
			r = depth < DEPTH_MAX ? walk(child, depth + 1, visit, userdata) : -ELOOP;
		if (r < 0 && r != -ENOENT)
			return r;
	}
	/* A removed directory reads as ENOENT: it is empty now. */
	return errno == ENOENT ? 0 : -errno;
}

int cgroup_walk(int fd, CgroupVisit visit, void *userdata)
{
	return walk(fd, 0, visit, userdata);
}
