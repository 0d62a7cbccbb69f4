/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* See bpf_helpers.h: a program is called with its arguments as they are. */
#define BPF_PROG(name, ...) name(__VA_ARGS__)
