/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/verb-table.h"

#include "ctl/style-options.h"
#include "util/macro.h"

static const struct {
	const char *name;
	Operands operands;
} verbs[_VERB_MAX] = {
	[VERB_LIST] = { "list", OPERANDS_ANY },
	[VERB_STATUS] = { "status", OPERANDS_ANY },
	[VERB_TRACE] = { "trace", OPERANDS_UNITS },
	[VERB_DUMP] = { "dump", OPERANDS_UNITS },
	[VERB_READ] = { "read", OPERANDS_FILE },
	[VERB_RECORD] = { "record", OPERANDS_NAMES },
	[VERB_STOP] = { "stop", OPERANDS_UNITS },
	[VERB_VERIFY] = { "verify", OPERANDS_NONE },
	[VERB_SYSCALLS] = { "syscalls", OPERANDS_CALLS },
};

#define LIST (1U << VERB_LIST)
#define STATUS (1U << VERB_STATUS)
#define TRACE (1U << VERB_TRACE)
#define DUMP (1U << VERB_DUMP)
#define READ (1U << VERB_READ)
#define RECORD (1U << VERB_RECORD)
#define VERIFY (1U << VERB_VERIFY)
#define SYSCALLS (1U << VERB_SYSCALLS)
#define LINES (STATUS | TRACE | DUMP | READ) /* what prints them */

/* Options that mean something to some verbs only. */
static const struct {
	int option;
	const char *name;
	unsigned verbs;
} limited[] = {
	{ 'n', "--lines=", LINES },
	{ 'o', "--output=", TRACE | DUMP | READ },
	{ 'e', "-e", LINES | RECORD },
	{ OPTION_FORMAT, "--format=", TRACE | DUMP | READ },
	{ OPTION_NO_LEGEND, "--no-legend", LIST | VERIFY | SYSCALLS },
	{ OPTION_BUFFER_SIZE, "--buffer-size=", TRACE | RECORD },
	{ OPTION_INVOCATION, "--invocation=", DUMP },
	{ STYLE_OPTION_CPU, "--cpu", LINES },
	{ 'X', "-X", LINES },
	{ 'v', "-v", LINES },
	{ 's', "-s", LINES },
	{ 'a', "-a", LINES },
	{ 't', "-t", LINES },
	{ 'r', "-r", LINES },
	{ 'T', "-T", LINES },
	{ 'x', "-x", LINES },
	{ 'y', "-y", LINES },
	{ 'Y', "-Y", LINES },
};

Verb verb_from_string(const char *s)
{
	for (Verb v = 0; v < _VERB_MAX; v++)
		if (streq(s, verbs[v].name))
			return v;
	return _VERB_INVALID;
}

const char *verb_name(Verb verb)
{
	return verbs[verb].name;
}

Operands verb_operands(Verb verb)
{
	return verbs[verb].operands;
}

unsigned verb_option_bit(int option)
{
	for (unsigned i = 0; i < ELEMENTS(limited); i++)
		if (limited[i].option == option)
			return 1U << i;
	return 0;
}

const char *verb_refuses(Verb verb, unsigned given)
{
	for (unsigned i = 0; i < ELEMENTS(limited); i++)
		if (given & 1U << i && !(limited[i].verbs & 1U << verb))
			return limited[i].name;
	return NULL;
}
