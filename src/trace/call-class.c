/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/call-class.h"

#include <stddef.h>
#include <string.h>

#include "util/macro.h"

static const CallClass classes[] = {
#define ALL_CALLS NULL
#define CLASS(word, what, others) { .name = word, .about = what, .parts = others },
#include "trace/syscall-classes.def"
#undef CLASS
#undef ALL_CALLS
};

const CallClass *call_class_all(unsigned *ret_n)
{
	*ret_n = ELEMENTS(classes);
	return classes;
}

const CallClass *call_class_by_name(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(classes); i++)
		if (streq(classes[i].name, name))
			return &classes[i];
	return NULL;
}

static bool list_has(const char *list, const char *word, size_t size)
{
	for (const char *p = list; *p; p += strcspn(p, " "), p += strspn(p, " "))
		if (strcspn(p, " ") == size && memcmp(p, word, size) == 0)
			return true;
	return false;
}

bool call_class_has(const CallClass *c, const Syscall *s)
{
	if (!c->parts || list_has(s->classes, c->name, strlen(c->name)))
		return true;
	for (const char *p = c->parts; *p; p += strcspn(p, " "), p += strspn(p, " "))
		if (list_has(s->classes, p, strcspn(p, " ")))
			return true;
	return false;
}
