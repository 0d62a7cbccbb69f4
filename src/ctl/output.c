/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/output.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "ctl/pager.h"
#include "util/log.h"
#include "util/text.h"

#define FILE_MODE 0600

struct Output {
	char *file;
	char *temporary; /* NULL: written in place */
	int fd;
	pid_t pager; /* 0: none */
	bool used;
};

/* Only a plain file can be replaced by another: a pipe, a device or a link is what its user wants to be written to. */
static bool is_replaceable(const char *file)
{
	struct stat st;

	return lstat(file, &st) < 0 ? errno == ENOENT : S_ISREG(st.st_mode);
}

static int open_temporary(Output *o)
{
	_cleanup_text_ Text name = {};

	text_put(&name, o->file);
	text_put(&name, ".XXXXXX");
	if (text_error(&name) < 0)
		return -ENOMEM;
	o->fd = mkostemp(name.data, O_CLOEXEC); /* with mode 0600 */
	if (o->fd < 0)
		return -errno;
	o->temporary = TAKE_PTR(name.data);
	return 0;
}

static int open_file(Output *o, const char *file, bool live)
{
	int r = 0;

	o->file = strdup(file);
	if (!o->file)
		return log_oom();
	if (!live && is_replaceable(file))
		r = open_temporary(o);
	else {
		o->fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, FILE_MODE);
		if (o->fd < 0)
			r = -errno;
	}
	return r < 0 ? log_error_errno(r, "Failed to open %s: %m", file) : 0;
}

static int open_stdout(Output *o, const OutputConfig *config)
{
	bool terminal = isatty(STDOUT_FILENO);
	int r = 0;

	if (config->binary && terminal) {
		log_error("A capture is no text: give --output=FILE, or lead it into a pipe.");
		return -EINVAL;
	}
	if (config->pager && terminal)
		r = pager_start(&o->pager, &o->fd);
	if (r < 0)
		(void) log_warning_errno(r, "Failed to start a pager, ignoring: %m");
	if (r <= 0)
		o->fd = STDOUT_FILENO;
	return 0;
}

int output_new(Output **ret, const OutputConfig *config)
{
	_cleanup_(output_freep) Output *o = malloc(sizeof(*o));
	int r;

	if (!o)
		return log_oom();
	*o = (Output){ .fd = -EBADF };
	r = config->file ? open_file(o, config->file, config->live) : open_stdout(o, config);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(o);
	return 0;
}

static int output_close(Output *o)
{
	int fd = TAKE_FD(o->fd);

	return fd > STDOUT_FILENO && close(fd) < 0 ? -errno : 0;
}

Output *output_free(Output *o)
{
	if (!o)
		return NULL;
	(void) output_close(o);
	if (o->pager > 0)
		(void) pager_wait(o->pager);
	if (o->temporary)
		(void) unlink(o->temporary);
	free(o->temporary);
	free(o->file);
	free(o);
	return NULL;
}

static const char *output_name(const Output *o)
{
	return o->file ? o->file : "standard output";
}

int output_write(Output *o, const void *bytes, size_t size)
{
	const char *p = bytes;

	while (size > 0) {
		ssize_t n = write(o->fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE)
			return -EPIPE;
		if (n < 0)
			return log_error_errno(errno, "Failed to write to %s: %m", output_name(o));
		o->used = true;
		p += n;
		size -= (size_t) n;
	}
	return 0;
}

static int rename_temporary(Output *o)
{
	if (rename(o->temporary, o->file) < 0)
		return -errno;
	free(o->temporary);
	o->temporary = NULL;
	return 0;
}

int output_finish(Output *o)
{
	pid_t pager = o->pager;
	int r = 0;

	/* Some file systems tell only then that there was no room. */
	if (o->temporary && fsync(o->fd) < 0)
		r = -errno;
	if (r >= 0)
		r = output_close(o);
	if (r >= 0 && o->temporary)
		r = rename_temporary(o);
	if (r < 0)
		return log_error_errno(r, "Failed to write to %s: %m", output_name(o));
	o->pager = 0;
	return pager > 0 ? pager_wait(pager) : 0;
}

int output_print(const Text *text, bool pager)
{
	_cleanup_(output_freep) Output *o = NULL;
	int r;

	if (text_error(text) < 0)
		return log_oom();
	r = output_new(&o, &(OutputConfig){ .pager = pager });
	if (r >= 0)
		r = output_write(o, text_string(text), text->size);
	if (r >= 0)
		r = output_finish(o);
	return r == -EPIPE ? 0 : r;
}

bool output_is_empty(const Output *o)
{
	return !o->used;
}

int output_fd(const Output *o)
{
	return o->fd;
}
