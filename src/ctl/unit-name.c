/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/unit-name.h"

#include <stdint.h>
#include <string.h>

#include "util/macro.h"
#include "util/text.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define NAME_CHARACTERS "0123456789" LETTERS ":-_.\\@"
#define GLOB_CHARACTERS NAME_CHARACTERS "[]!*?"
#define UNIT_NAME_LENGTH_MAX 255U /* systemd's UNIT_NAME_MAX, and that of a cgroup's name */

static const char *const suffixes[] = {
	".service", ".socket",    ".target", ".device", ".mount", ".automount",
	".swap",    ".timer",     ".path",   ".slice",  ".scope",
};

static bool is_of(const char *s, const char *characters)
{
	return s[strspn(s, characters)] == '\0';
}

static bool has_suffix(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (unsigned i = 0; dot && i < ELEMENTS(suffixes); i++)
		if (streq(dot, suffixes[i]))
			return true;
	return false;
}

bool unit_name_is_glob(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

bool unit_name_is_valid(const char *name)
{
	return strlen(name) <= UNIT_NAME_LENGTH_MAX && name[0] != '@' && name[0] != '.' && has_suffix(name) &&
	       is_of(name, NAME_CHARACTERS);
}

static void put_escaped(Text *t, char c)
{
	text_printf(t, "\\x%02x", (uint8_t) c);
}

/* As systemd-escape(1) --path: no slashes around, "-" between the parts, and what could be mistaken is escaped. */
static void put_path(Text *t, const char *path)
{
	bool first = true;

	while (*(path += strspn(path, "/"))) {
		size_t n = strcspn(path, "/");

		if (!first)
			text_put_char(t, '-');
		for (size_t i = 0; i < n; i++) {
			bool plain = strchr("0123456789" LETTERS ":_", path[i]) || (path[i] == '.' && !(first && i == 0));

			plain ? text_put_char(t, path[i]) : put_escaped(t, path[i]);
		}
		first = false;
		path += n;
	}
	text_put(t, first ? "-.mount" : ".mount");
}

static void put_name(Text *t, const char *name)
{
	for (const char *p = name; *p; p++)
		if (*p == '/')
			text_put_char(t, '-');
		else if (strchr(NAME_CHARACTERS, *p))
			text_put_char(t, *p);
		else
			put_escaped(t, *p);
	if (!has_suffix(name))
		text_put(t, ".service");
}

int unit_name_mangle(const char *name, char **ret)
{
	_cleanup_text_ Text t = {};

	if (unit_name_is_valid(name) || (unit_name_is_glob(name) && is_of(name, GLOB_CHARACTERS)))
		text_put(&t, name);
	else if (name[0] == '/')
		put_path(&t, name);
	else
		put_name(&t, name);
	if (text_error(&t) < 0)
		return text_error(&t);
	if (!unit_name_is_glob(text_string(&t)) && !unit_name_is_valid(text_string(&t)))
		return -EINVAL;
	*ret = TAKE_PTR(t.data);
	return 0;
}
