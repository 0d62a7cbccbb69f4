/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/* See bpf_helpers.h: a program is called with its arguments as they are. */
#define BPF_PROG(name, ...) name(__VA_ARGS__)
