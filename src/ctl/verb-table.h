/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What verbs are called, what may stand behind them, and which options mean something to which of them. */

#include "ctl/arguments.h"

/* What getopt_long() returns for options without a letter. */
enum {
	OPTION_VERSION = 0x100,
	OPTION_FORMAT,
	OPTION_NO_PAGER,
	OPTION_NO_LEGEND,
	OPTION_BUFFER_SIZE,
	OPTION_INVOCATION,
};

typedef enum Operands {
	OPERANDS_NONE,
	OPERANDS_ANY,   /* units and patterns */
	OPERANDS_UNITS, /* one at least, and patterns */
	OPERANDS_NAMES, /* of units, one at least */
	OPERANDS_CALLS, /* expressions as for -e */
	OPERANDS_FILE,
} Operands;

/** verb_from_string() - Return: the verb, or _VERB_INVALID */
Verb verb_from_string(const char *s);

/** verb_name() - Return: what it is called */
const char *verb_name(Verb verb);

/** verb_operands() - Return: what may be left behind the options */
Operands verb_operands(Verb verb);

/** verb_option_bit() - Return: a bit for a set of options; 0 if that option is harmless everywhere, in scripts */
unsigned verb_option_bit(int option);

/** verb_refuses() - Return: an option of a set that means nothing to the verb, as its user writes it; NULL */
const char *verb_refuses(Verb verb, unsigned given);
