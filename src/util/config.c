/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "util/log.h"
#include "util/macro.h"
#include "util/text.h"

#define BLANKS " \t\r"
#define FILE_SIZE_MAX (1U << 20) /* written by hand or by one verb: more is a mistake, not a configuration */

#define DROP_INS_MAX 256U        /* one a package at most; the search for a name's place is linear */

/* Highest precedence first. */
static const char *const directories[] = { "/etc", "/run", "/usr/lib" };

typedef struct Parser {
	const char *file;
	unsigned number; /* of the line being read */
	Text joined;     /* lines so far that end in a backslash */
	unsigned joined_number;
	Text section;
	int ignored;
	ConfigHandler handler;
	void *userdata;
} Parser;

/* Cut the blanks off both ends, in place. */
static char *strip(char *s)
{
	size_t n;

	s += strspn(s, BLANKS);
	n = strlen(s);
	while (n > 0 && strchr(BLANKS, s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}

static void ignore_line(Parser *p, unsigned number, const char *why)
{
	p->ignored++;
	log_warning("%s:%u: %s, ignoring the line", p->file, number, why);
}

/* A broken header ends the section before it, lest its lines be taken for that one's. */
static void parse_section(Parser *p, char *s, unsigned number)
{
	size_t n = strlen(s);

	text_clear(&p->section);
	if (n < 3 || s[n - 1] != ']') {
		ignore_line(p, number, "Not a section header");
		return;
	}
	text_put_bytes(&p->section, s + 1, n - 2);
}

static void parse_assignment(Parser *p, char *s, unsigned number)
{
	char *equals = strchr(s, '=');

	if (!equals || equals == s) {
		ignore_line(p, number, "Not an assignment");
		return;
	}
	if (p->section.size == 0) {
		ignore_line(p, number, "Assignment outside of a section");
		return;
	}
	*equals = '\0';
	p->handler(&(ConfigLine){ .file = p->file, .number = number, .section = text_string(&p->section),
				  .key = strip(s), .value = strip(equals + 1) }, p->userdata);
}

static void parse_joined(Parser *p)
{
	char *s;

	if (p->joined.size == 0)
		return;
	s = strip(p->joined.data);
	if (*s == '[')
		parse_section(p, s, p->joined_number);
	else if (*s)
		parse_assignment(p, s, p->joined_number);
	text_clear(&p->joined);
}

/* An even number of backslashes at the end is text, as in systemd. */
static bool is_continued(const char *s, size_t size)
{
	size_t n = 0;

	while (n < size && s[size - n - 1] == '\\')
		n++;
	return n % 2 == 1;
}

/* Comments between joined lines are left out of them, and a backslash at their end means nothing. */
static void parse_line(Parser *p, const char *s, size_t size)
{
	size_t blanks = 0;
	bool continued;

	p->number++;
	if (memchr(s, '\0', size)) {
		ignore_line(p, p->number, "NUL byte");
		return;
	}
	while (blanks < size && strchr(BLANKS, s[blanks]))
		blanks++;
	if (blanks < size && strchr("#;", s[blanks]))
		return;
	if (p->joined.size == 0)
		p->joined_number = p->number;
	continued = is_continued(s, size);
	text_put_bytes(&p->joined, s, continued ? size - 1 : size);
	if (continued)
		text_put_char(&p->joined, ' ');
	else
		parse_joined(p);
}

int config_parse(const char *file, const char *text, size_t size, ConfigHandler handler, void *userdata)
{
	Parser p = { .file = file, .handler = handler, .userdata = userdata };
	int r;

	for (const char *end = text + size; text < end;) {
		const char *newline = memchr(text, '\n', (size_t) (end - text));
		size_t n = (size_t) ((newline ? newline : end) - text);

		parse_line(&p, text, n);
		text += n + 1;
	}
	parse_joined(&p);
	r = text_error(&p.joined) < 0 ? text_error(&p.joined) : text_error(&p.section);
	text_done(&p.joined);
	text_done(&p.section);
	return r < 0 ? r : p.ignored;
}

/* O_NONBLOCK: a FIFO in the place of a file must not hold up the start. */
static int read_file(const char *path, Text *ret)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	ssize_t n;
	char *p;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISCHR(st.st_mode)) /* /dev/null */
		return 0;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if (st.st_size > FILE_SIZE_MAX)
		return -EFBIG;
	do {
		p = text_reserve(ret, 4096);
		if (!p)
			return -ENOMEM;
		n = read(fd, p, 4096);
		if (n < 0)
			return -errno;
		text_grown(ret, (size_t) n);
	} while (n > 0 && ret->size <= FILE_SIZE_MAX);
	return 0;
}

/* Return: 1 if the file is there, whatever is in it; 0 if not; -ENOMEM. */
static int load_file(const char *path, ConfigHandler handler, void *userdata)
{
	_cleanup_text_ Text text = {};
	int r = read_file(path, &text);

	if (r == -ENOENT)
		return 0;
	if (r < 0 && r != -ENOMEM) {
		(void) log_warning_errno(r, "Cannot read %s, ignoring: %m", path);
		return 1;
	}
	if (r >= 0)
		r = config_parse(path, text_string(&text), text.size, handler, userdata);
	return r < 0 ? r : 1;
}

int config_load_file(const char *path, const char *section, ConfigHandler handler, void *userdata)
{
	_cleanup_text_ Text text = {}, header = {};
	int r = read_file(path, &text);

	text_printf(&header, "[%s]", section);
	if (r == -ENOMEM || text_error(&header) < 0)
		return -ENOMEM;
	if (r < 0 || !strstr(text_string(&text), text_string(&header)))
		return 0;
	r = config_parse(path, text_string(&text), text.size, handler, userdata);
	return r < 0 ? r : 1;
}

static int load_main(const char *root, const char *name, ConfigHandler handler, void *userdata)
{
	int r = 0;

	for (unsigned i = 0; i < ELEMENTS(directories) && r == 0; i++) {
		_cleanup_text_ Text path = {};

		text_printf(&path, "%s%s/%s", root, directories[i], name);
		r = text_error(&path);
		if (r >= 0)
			r = load_file(text_string(&path), handler, userdata);
	}
	return r;
}

typedef struct DropIns {
	char **paths; /* sorted by file name, each name once */
	size_t n;
} DropIns;

static void drop_ins_done(DropIns *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->paths[i]);
	free(d->paths);
	*d = (DropIns){};
}

/* Insertion keeps the order; of equal names the first stays, and it came from the higher directory. */
static int drop_ins_add(DropIns *d, const char *directory, const char *name)
{
	_cleanup_free_ char *path = NULL;
	size_t at = 0;
	char **grown;
	int order = 1;

	while (at < d->n && (order = strcmp(basename(d->paths[at]), name)) < 0)
		at++;
	if (at < d->n && order == 0)
		return 0;
	if (d->n == DROP_INS_MAX) {
		log_warning("More than %u drop-ins, ignoring %s/%s", DROP_INS_MAX, directory, name);
		return 0;
	}
	grown = realloc(d->paths, (d->n + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	d->paths = grown;
	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return -ENOMEM;
	memmove(grown + at + 1, grown + at, (d->n - at) * sizeof(*grown));
	grown[at] = TAKE_PTR(path);
	d->n++;
	return 0;
}

static void closedirp(DIR **d)
{
	if (*d)
		(void) closedir(*d);
}

static int drop_ins_scan(DropIns *d, const char *directory)
{
	_cleanup_(closedirp) DIR *dir = opendir(directory);
	struct dirent *entry;
	int r = 0;

	if (!dir && errno != ENOENT)
		(void) log_warning_errno(errno, "Cannot read %s, ignoring: %m", directory);
	while (dir && r >= 0 && (entry = readdir(dir))) {
		size_t n = strlen(entry->d_name);

		if (entry->d_name[0] != '.' && n > 5 && streq(entry->d_name + n - 5, ".conf"))
			r = drop_ins_add(d, directory, entry->d_name);
	}
	return r;
}

static int drop_ins_find(DropIns *d, const char *root, const char *name)
{
	int r = 0;

	for (unsigned i = 0; i < ELEMENTS(directories) && r >= 0; i++) {
		_cleanup_text_ Text directory = {};

		text_printf(&directory, "%s%s/%s.d", root, directories[i], name);
		r = text_error(&directory);
		if (r >= 0)
			r = drop_ins_scan(d, text_string(&directory));
	}
	return r;
}

int config_load(const char *root, const char *name, ConfigHandler handler, void *userdata)
{
	_cleanup_(drop_ins_done) DropIns d = {};
	int r, n;

	n = r = load_main(root, name, handler, userdata);
	if (r >= 0)
		r = drop_ins_find(&d, root, name);
	for (size_t i = 0; i < d.n && r >= 0; i++) {
		r = load_file(d.paths[i], handler, userdata);
		n += r;
	}
	return r < 0 ? r : n;
}
