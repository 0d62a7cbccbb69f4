/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What everybody can see of the system without asking anybody. */

#include <stdbool.h>

/** system_has_types() - Return: whether the kernel has type information (BTF) that can be read */
bool system_has_types(void);

/** system_has_cgroup2() - Return: whether the control groups of PID 1's units are cgroup2, and mounted here */
bool system_has_cgroup2(void);

/** system_has_journal() - Return: whether journald can be sent entries */
bool system_has_journal(void);
