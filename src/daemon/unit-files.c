/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/unit-files.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "bpf/record.h"
#include "util/config.h"
#include "util/log.h"
#include "util/macro.h"
#include "util/parse.h"
#include "util/text.h"

#define SECTION "X-Traceloop"
#define FILES_MAX 65536U /* of a machine; each is read once */

/* As systemd looks for units of the system, systemd.unit(5); the first of a name counts. */
static const char *const directories[] = {
	"/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
	"/run/systemd/generator.early", "/etc/systemd/system", "/etc/systemd/system.attached", "/run/systemd/system",
	"/run/systemd/system.attached", "/run/systemd/generator", "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system", "/run/systemd/generator.late",
};

/* Those that have processes of their own. */
static const char *const suffixes[] = { ".service", ".scope", ".mount", ".swap", ".socket" };

/* A file that may have the section. */
typedef struct Found {
	char *unit; /* whose it is */
	char *name; /* of a drop-in; "" for the unit's own, which sorts first */
	char *path;
} Found;

typedef struct FoundList {
	Found *files;
	size_t n;
} FoundList;

typedef struct Loading {
	UnitFiles *list;
	const char *unit;
	int error;
} Loading;

static bool ends_in(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n > k && streq(s + n - k, suffix);
}

static bool is_unit(const char *name)
{
	for (unsigned i = 0; i < ELEMENTS(suffixes); i++)
		if (ends_in(name, suffixes[i]))
			return true;
	return false;
}

static bool found_before(const FoundList *l, const char *unit, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (streq(l->files[i].unit, unit) && streq(l->files[i].name, name))
			return true;
	return false;
}

/* Return: 0, also if a directory that goes before has it already; -ENOMEM */
static int found_add(FoundList *l, const char *unit, const char *name, const char *path)
{
	Found *files, f;

	if (l->n == FILES_MAX || found_before(l, unit, name))
		return 0;
	files = reallocarray(l->files, l->n + 1, sizeof(*files));
	if (!files)
		return -ENOMEM;
	l->files = files;
	f = (Found){ .unit = strdup(unit), .name = strdup(name), .path = strdup(path) };
	l->files[l->n++] = f;
	return f.unit && f.name && f.path ? 0 : -ENOMEM;
}

static void found_done(FoundList *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->files[i].unit);
		free(l->files[i].name);
		free(l->files[i].path);
	}
	free(l->files);
}

/* A link to another name says what else the unit is called, a link of the same name where its file is. */
static bool is_alias(const char *path, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	const char *slash;

	if (n < 0)
		return false;
	target[n] = '\0';
	slash = strrchr(target, '/');
	return !streq(target, "/dev/null") && !streq(slash ? slash + 1 : target, name);
}

static int walk(const char *path, const char *unit, FoundList *l);

/* @unit: whose drop-ins they are, NULL for a directory of units. Return: 0 or -ENOMEM */
static int found_entry(const char *path, const char *name, const char *unit, FoundList *l)
{
	_cleanup_free_ char *stem = NULL;

	if (unit)
		return ends_in(name, ".conf") ? found_add(l, unit, name, path) : 0;
	if (is_unit(name))
		return is_alias(path, name) ? 0 : found_add(l, name, "", path);
	if (!ends_in(name, ".d"))
		return 0;
	stem = strndup(name, strlen(name) - 2);
	if (!stem)
		return -ENOMEM;
	return is_unit(stem) && !ends_in(stem, "-.service") ? walk(path, stem, l) : 0;
}

static int walk(const char *path, const char *unit, FoundList *l)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int r = 0;

	while (directory && r >= 0 && (entry = readdir(directory))) {
		_cleanup_text_ Text below = {};

		text_printf(&below, "%s/%s", path, entry->d_name);
		r = text_error(&below);
		if (r >= 0)
			r = found_entry(text_string(&below), entry->d_name, unit, l);
	}
	if (directory)
		(void) closedir(directory);
	return r;
}

/* Files of one unit together, its own first, the drop-ins by their names. */
static int compare_found(const void *a, const void *b)
{
	const Found *x = a, *y = b;
	int order = strcmp(x->unit, y->unit);

	return order != 0 ? order : strcmp(x->name, y->name);
}

/* Return: the entry of a unit, new if it has none; NULL without memory */
static UnitFile *entry_of(UnitFiles *l, const char *unit)
{
	const char *at = strstr(unit, "@.");
	_cleanup_text_ Text pattern = {};
	UnitFile *entries;

	if (at)
		text_printf(&pattern, "%.*s@*%s", (int) (at - unit), unit, at + 1);
	else
		text_put(&pattern, unit);
	if (text_error(&pattern) < 0)
		return NULL;
	if (l->n > 0 && streq(l->entries[l->n - 1].unit, text_string(&pattern)))
		return &l->entries[l->n - 1];
	entries = reallocarray(l->entries, l->n + 1, sizeof(*entries));
	if (!entries)
		return NULL;
	l->entries = entries;
	l->entries[l->n] = (UnitFile){ .unit = TAKE_PTR(pattern.data), .is_template = at, .record = -1 };
	return &l->entries[l->n++];
}

static int assign_filter(UnitFile *u, const ConfigLine *line)
{
	_cleanup_free_ char *unknown = NULL;
	CallFilter *filter;
	int r = call_filter_new(&filter, line->value, &unknown);

	if (unknown) {
		log_warning("%s:%u: %s= has what is no system call, ignoring the line: %s", line->file, line->number,
			    line->key, unknown);
		return 0;
	}
	if (r < 0)
		return r;
	call_filter_unref(u->filter);
	u->filter = filter;
	return 0;
}

static int assign_key(UnitFile *u, const ConfigLine *line)
{
	int r;

	if (streq(line->key, "Calls"))
		return assign_filter(u, line);
	if (streq(line->key, "BufferSize"))
		return parse_size(line->value, &u->buffer_size);
	if (!streq(line->key, "Record")) {
		log_warning("%s:%u: Unknown key %s= in section [%s], ignoring", line->file, line->number, line->key,
			    line->section);
		return 0;
	}
	r = parse_boolean(line->value);
	if (r >= 0)
		u->record = r;
	return r < 0 ? r : 0;
}

static void assign(const ConfigLine *line, void *userdata)
{
	Loading *l = userdata;
	UnitFile *u;
	int r;

	if (!streq(line->section, SECTION) || l->error < 0)
		return;
	u = entry_of(l->list, l->unit);
	r = u ? assign_key(u, line) : -ENOMEM;
	if (r == -ENOMEM)
		l->error = r;
	else if (r < 0)
		(void) log_warning_errno(r, "%s:%u: Bad value of %s=, ignoring \"%s\": %m", line->file, line->number,
					 line->key, line->value);
}

static int compare_entries(const void *a, const void *b)
{
	const UnitFile *x = a, *y = b;

	return x->is_template - y->is_template;
}

int unit_files_load(const char *root, UnitFiles *ret)
{
	_cleanup_(found_done) FoundList found = {};
	UnitFiles list = {};
	Loading l = { .list = &list };
	int r = 0;

	for (unsigned i = 0; i < ELEMENTS(directories) && r >= 0; i++) {
		_cleanup_text_ Text path = {};

		text_printf(&path, "%s%s", root, directories[i]);
		r = text_error(&path);
		if (r >= 0)
			r = walk(text_string(&path), NULL, &found);
	}
	if (r >= 0 && found.n > 0)
		qsort(found.files, found.n, sizeof(*found.files), compare_found);
	for (size_t i = 0; i < found.n && r >= 0; i++) {
		l.unit = found.files[i].unit;
		r = config_load_file(found.files[i].path, SECTION, assign, &l);
		r = r < 0 ? r : l.error;
	}
	if (r < 0) {
		unit_files_done(&list);
		return r;
	}
	if (list.n > 0)
		qsort(list.entries, list.n, sizeof(*list.entries), compare_entries);
	*ret = list;
	return 0;
}

const UnitFile *unit_files_find(const UnitFiles *l, const char *unit)
{
	for (unsigned i = 0; i < l->n; i++) {
		const UnitFile *u = &l->entries[i];

		if (u->is_template ? fnmatch(u->unit, unit, FNM_NOESCAPE) == 0 : streq(u->unit, unit))
			return u;
	}
	return NULL;
}

void unit_files_done(UnitFiles *l)
{
	for (unsigned i = 0; i < l->n; i++) {
		free(l->entries[i].unit);
		call_filter_unref(l->entries[i].filter);
	}
	free(l->entries);
	*l = (UnitFiles){};
}
