/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/inner-call.h"

#include <string.h>

#include "util/macro.h"

#define ARRAY 1U    /* the argument of socketcall() that points to those of the call in it */
#define ADDRESS 1U  /* of bind() and connect(), whose address is a part of that */
#define POINTER 4U  /* the argument of ipc() that points to something */

typedef struct Inner {
	const char *outer;
	uint32_t command;
	const char *name;
	uint8_t args[CALL_ARGS_MAX];
} Inner;

static const Inner inners[] = {
#define INNER(outer, command, name, ...) { #outer, command, #name, { __VA_ARGS__ } },
#include "trace/inner-calls.def"
#undef INNER
};

static const Inner *find(const Syscall *syscall, uint32_t command)
{
	for (size_t i = 0; i < ELEMENTS(inners); i++)
		if (inners[i].command == command && streq(inners[i].outer, syscall->name))
			return &inners[i];
	return NULL;
}

/* What is left of the memory of @call in another call: memory @of there is that of argument @arg. */
static void take_memory(Call *c, const Call *call, unsigned of, unsigned arg)
{
	const CallMemory *m = call_memory(call, of);

	c->n_memory = 0;
	if (!m)
		return;
	c->memory[0] = *m;
	c->memory[0].arg = (uint8_t) arg;
	c->n_memory = 1;
}

/* Return: whether all arguments were captured */
static bool take_array(Call *c, const Call *call, unsigned n)
{
	const CallMemory *m = call_memory(call, ARRAY);
	uint32_t words[CALL_ARGS_MAX];

	if (!m || m->captured < n * sizeof(*words))
		return false;
	memcpy(words, m->bytes, n * sizeof(*words));
	for (unsigned i = 0; i < n; i++)
		c->args[i] = words[i];
	c->n_args = n;
	take_memory(c, call, MEMORY_PART(0, PART_4), ADDRESS);
	return true;
}

static void take_registers(Call *c, const Call *call, const uint8_t *args, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		c->args[i] = args[i] < call->n_args ? call->args[args[i]] : 0;
		if (args[i] == POINTER)
			take_memory(c, call, POINTER, i);
	}
	c->n_args = n;
}

const Syscall *inner_call(const Call *call, const Syscall *syscall, Call *ret)
{
	const Inner *inner = syscall && call->n_args > ARRAY ? find(syscall, (uint32_t) call->args[0]) : NULL;
	const Syscall *named = inner ? syscall_by_name(inner->name) : NULL;
	Call c;

	if (!named)
		return NULL;
	c = *call;
	c.n_files = c.n_memory = 0;
	if (streq(inner->outer, "ipc"))
		take_registers(&c, call, inner->args, named->n_args);
	else if (!take_array(&c, call, inner->args[0]))
		return NULL;
	*ret = c;
	return named;
}
