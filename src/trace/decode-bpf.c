/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What bpf() is given, by its command: see bpf-attributes.def. Programs themselves are not captured. */

#include "trace/decode.h"

#include <string.h>

#include "trace/names.h"
#include "util/macro.h"

#define OBJECT_NAME_SIZE 16U
#define MAP_FLAGS_OFFSET 16U
#define FLAG_NUMA_NODE 4U
#define ATTR_MAX 4096U /* the kernel takes no more than a page */

typedef enum Layout {
#define BPF_COMMAND(command, layout)
#define BPF_LAYOUT(layout, end, group) LAYOUT_##layout,
#define BPF_MEMBER(layout, from, offset, form, list, name)
#include "trace/bpf-attributes.def"
#undef BPF_COMMAND
#undef BPF_LAYOUT
#undef BPF_MEMBER
	_LAYOUT_MAX,
} Layout;

typedef enum Form {
	FORM_FLAGS,
	FORM_FLAGS64,
	FORM_UNSIGNED,
	FORM_UNSIGNED64,
	FORM_HEX,
	FORM_HEX64,
	FORM_FD,
	FORM_PID,
	FORM_POINTER,
	FORM_PATH,
	FORM_STRING,
	FORM_DATA,
	FORM_LOG,
	FORM_NAME,
	FORM_VERSION,
	FORM_CHANGED,
	FORM_NODE,
} Form;

static const struct {
	uint32_t end;
	const char *group;
} layouts[] = {
#define BPF_COMMAND(command, layout)
#define BPF_LAYOUT(layout, end, group) { end, group },
#define BPF_MEMBER(layout, from, offset, form, list, name)
#include "trace/bpf-attributes.def"
#undef BPF_COMMAND
#undef BPF_LAYOUT
#undef BPF_MEMBER
};

typedef struct Member {
	Layout layout;
	uint8_t from;
	uint8_t offset;
	Form form;
	ArgKind list;
	const char *name;
} Member;

static const Member members[] = {
#define BPF_COMMAND(command, layout)
#define BPF_LAYOUT(layout, end, group)
#define BPF_MEMBER(layout, from, offset, form, list, name) { LAYOUT_##layout, from, offset, FORM_##form, ARG_##list, #name },
#include "trace/bpf-attributes.def"
#undef BPF_COMMAND
#undef BPF_LAYOUT
#undef BPF_MEMBER
};

/* Return: _LAYOUT_MAX if it has none */
static Layout command_layout(uint32_t command)
{
	switch (command) {
#define BPF_COMMAND(command, layout) \
	case command:                \
		return LAYOUT_##layout;
#define BPF_LAYOUT(layout, end, group)
#define BPF_MEMBER(layout, from, offset, form, list, name)
#include "trace/bpf-attributes.def"
#undef BPF_COMMAND
#undef BPF_LAYOUT
#undef BPF_MEMBER
	default:
		return _LAYOUT_MAX;
	}
}

/* What a member points to, if it was captured. */
static void put_pointed(Writer *w, const Decoder *d, Form form, uint64_t address)
{
	const CallMemory *m = call_memory(d->call, MEMORY_PART(0, form == FORM_LOG ? PART_5 : PART_4));

	if (!address || !m || m->status == MEMORY_UNREADABLE)
		writer_pointer(w, address);
	else if (form == FORM_PATH)
		writer_path(w, m->bytes, m->captured, memory_is_cut(m));
	else
		writer_string(w, m->bytes, m->captured,
			      memory_is_cut(m) || (form == FORM_DATA && m->captured < m->requested));
}

static void put_name(Writer *w, const CallMemory *m, unsigned offset)
{
	unsigned room = m->captured > offset ? MIN(m->captured - offset, OBJECT_NAME_SIZE) : 0;
	size_t size = strnlen((const char *) m->bytes + (room > 0 ? offset : 0), room);

	writer_string(w, m->bytes + (room > 0 ? offset : 0), MIN(size, (size_t) OBJECT_NAME_SIZE - 1),
		      size == OBJECT_NAME_SIZE);
}

static void put_version(Writer *w, uint32_t version)
{
	_cleanup_text_ Text form = {};

	text_printf(&form, "KERNEL_VERSION(%u, %u, %u)", version >> 16, version >> 8 & 0xff, version & 0xff);
	writer_formed(w, version, BASE_HEX, text_string(&form));
}

static void put_changed(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	const CallMemory *after = memory_after(d, m->arg, offset + sizeof(uint32_t));

	if (!after) {
		writer_unsigned(w, memory32(m, offset));
		return;
	}
	writer_change_begin(w);
	writer_unsigned(w, memory32(m, offset));
	writer_change_after(w);
	writer_unsigned(w, memory32(after, offset));
	writer_change_end(w);
}

static void put_value(Writer *w, const Decoder *d, const CallMemory *m, const Member *member)
{
	uint64_t wide = memory64(m, member->offset);
	uint32_t value = memory32(m, member->offset);

	switch (member->form) {
	case FORM_FLAGS:
		writer_flags(w, member->list, value);
		break;
	case FORM_FLAGS64:
		writer_flags(w, member->list, wide);
		break;
	case FORM_UNSIGNED64:
		writer_unsigned(w, wide);
		break;
	case FORM_HEX:
		writer_hex(w, value);
		break;
	case FORM_HEX64:
		writer_hex(w, wide);
		break;
	case FORM_FD:
		writer_signed(w, (int32_t) value);
		break;
	case FORM_PID:
		writer_pid(w, (int32_t) value);
		break;
	case FORM_POINTER:
		writer_pointer(w, wide);
		break;
	case FORM_NAME:
		put_name(w, m, member->offset);
		break;
	case FORM_VERSION:
		put_version(w, value);
		break;
	case FORM_CHANGED:
		put_changed(w, d, m, member->offset);
		break;
	case FORM_PATH:
	case FORM_STRING:
	case FORM_DATA:
	case FORM_LOG:
		put_pointed(w, d, member->form, wide);
		break;
	default:
		writer_unsigned(w, value);
	}
}

/* What is behind the members that are known, unless it is all zero. */
static void put_rest(Writer *w, const CallMemory *m, uint32_t known)
{
	_cleanup_text_ Text said = {};
	unsigned string_size = w->style.string_size;
	uint32_t i = known;

	while (i < m->captured && m->bytes[i] == 0)
		i++;
	if (i >= m->captured)
		return;
	if (!w->style.verbose) {
		writer_more(w);
		return;
	}
	text_printf(&said, "bytes %u..%u", known, m->requested - 1);
	writer_member(w, "extra_data");
	w->style.string_size = 0; /* all of it, however long strings may be */
	writer_bytes(w, m->bytes + known, m->captured - known, m->captured < m->requested);
	w->style.string_size = string_size;
	writer_comment(w, text_string(&said));
}

static void put_members(Writer *w, const Decoder *d, const CallMemory *m, Layout layout)
{
	for (size_t i = 0; i < ELEMENTS(members); i++) {
		if (members[i].layout != layout || m->captured <= members[i].from)
			continue;
		if (members[i].form == FORM_NODE && !(memory32(m, MAP_FLAGS_OFFSET) & FLAG_NUMA_NODE))
			continue;
		writer_member(w, members[i].name);
		put_value(w, d, m, &members[i]);
	}
}

void decode_bpf_attr(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	Layout layout = command_layout((uint32_t) arg_value(d, 0));

	if (layout == _LAYOUT_MAX || m->captured == 0 || m->requested > ATTR_MAX) {
		decode_address(w, d, i);
		return;
	}
	writer_struct_begin(w);
	if (layouts[layout].group) {
		writer_member(w, layouts[layout].group);
		writer_struct_begin(w);
	}
	put_members(w, d, m, layout);
	if (layouts[layout].group)
		writer_struct_end(w);
	put_rest(w, m, layouts[layout].end);
	writer_struct_end(w);
}
