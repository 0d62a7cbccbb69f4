/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/variants.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "util/log.h"
#include "util/macro.h"
#include "util/text.h"

#define VARIANTS_MAX 2U

static const struct Feature {
	const char *name;
	struct {
		const char *tracepoint;
		unsigned n_args; /* tells the shapes apart that there have been */
		const char *program;
	} variants[VARIANTS_MAX];
} features[] = {
	{ "whom the OOM killer chooses", {
		{ "mark_victim", 2, "on_oom" },
		{ "mark_victim", 1, "on_oom_pid" },
	} },
	{ "what is submitted to io_uring", {
		{ "io_uring_submit_req", 1, "on_uring_submit" },
		{ "io_uring_submit_sqe", 2, "on_uring_submit_sqe" },
	} },
	{ "what io_uring completes", {
		{ "io_uring_complete", 3, "on_uring_complete" },
		{ "io_uring_complete", 7, "on_uring_complete_values" },
	} },
	{ "what io_uring completes beyond the room for it", {
		{ "io_uring_cqe_overflow", 5, "on_uring_overflow" },
	} },
};

/* Return: how many arguments the tracepoint has, -ENOENT if there is none of that name */
static int tracepoint_args(const struct btf *btf, const char *tracepoint)
{
	_cleanup_text_ Text name = {};
	const struct btf_type *type;
	int id;

	text_put(&name, "btf_trace_");
	text_put(&name, tracepoint);
	id = btf__find_by_name_kind(btf, text_string(&name), BTF_KIND_TYPEDEF);
	if (id < 0)
		return -ENOENT;
	/* a pointer to a function, whose first argument is the tracepoint's own */
	type = btf__type_by_id(btf, btf__type_by_id(btf, (unsigned) id)->type);
	if (!type || !btf_is_ptr(type))
		return -ENOENT;
	type = btf__type_by_id(btf, type->type);
	return type && btf_is_func_proto(type) && btf_vlen(type) > 0 ? btf_vlen(type) - 1 : -ENOENT;
}

static bool feature_choose(const struct Feature *feature, const struct btf *btf, struct bpf_object *object)
{
	for (unsigned i = 0; i < VARIANTS_MAX && feature->variants[i].tracepoint; i++) {
		struct bpf_program *program = bpf_object__find_program_by_name(object, feature->variants[i].program);

		if (program && tracepoint_args(btf, feature->variants[i].tracepoint) == (int) feature->variants[i].n_args)
			return bpf_program__set_autoload(program, true) >= 0;
	}
	return false;
}

int variants_choose(struct bpf_object *object)
{
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf)
		return -errno;
	for (size_t i = 0; i < ELEMENTS(features); i++)
		if (!feature_choose(&features[i], btf, object))
			log_info("This kernel has no tracepoint that is known for %s: that is not recorded.",
				 features[i].name);
	btf__free(btf);
	return 0;
}
