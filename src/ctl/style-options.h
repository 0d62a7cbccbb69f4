/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The options that say how lines look: strace's letters, with strace's meaning. */

#include "trace/line.h"

#define STYLE_OPTION_CPU 0x200 /* of --cpu, which has no letter */

/**
 * style_option() - one of them
 * @c: as getopt() has returned it
 * @value: its argument, or NULL
 *
 * Return: 1, 0 if it is none of these, or a logged errno
 */
int style_option(LineStyle *style, int c, const char *value);
