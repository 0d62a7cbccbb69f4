/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* See bpf_helpers.h: structures are as they are declared, and each has all members. */
#define bpf_core_field_exists(...) 1
#define bpf_core_type_exists(type) 1
#define bpf_core_type_id_kernel(type) 0U
#define bpf_core_field_offset(type, member) offsetof(type, member)

#define CORE_READ_1(s, a) ((s)->a)
#define CORE_READ_2(s, a, b) ((s)->a->b)
#define CORE_READ_3(s, a, b, c) ((s)->a->b->c)
#define CORE_READ_4(s, a, b, c, d) ((s)->a->b->c->d)
#define CORE_READ_N(s, a, b, c, d, name, ...) name
#define BPF_CORE_READ(s, ...) \
	CORE_READ_N(s, __VA_ARGS__, CORE_READ_4, CORE_READ_3, CORE_READ_2, CORE_READ_1, )(s, __VA_ARGS__)
#define BPF_CORE_READ_INTO(to, s, member) __builtin_memcpy((to), &(s)->member, sizeof(*(to)))
