/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Programs of the kernel side for tracepoints whose arguments differ between kernels, or that some kernels lack. A
 * kernel's version tells nothing, as distributions take changes back; its type information does.
 */

struct bpf_object;

/**
 * variants_choose() - let that variant of each program be loaded that fits the running kernel, if one does
 *
 * What cannot be recorded for want of one is said in the log. To be called between opening and loading.
 *
 * Return: 0, or a negative errno if there is no type information.
 */
int variants_choose(struct bpf_object *object);
