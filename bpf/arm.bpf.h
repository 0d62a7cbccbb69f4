/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Arming: a unit's cgroup is seen when it is made, before any process is in it, so the unit's first call is recorded.
 *
 * Cgroups below a known slice are slices or units; a unit whose name matches gets a ring out of the stock, all below it
 * inherits that ring, and what is below anything else is not ours (a container's own "sshd.service"). The daemon seeds
 * `cgroups` with the manager's root. Only the default hierarchy counts: ids of others may collide with its.
 */

#include "ring.bpf.h"
#include "thread.bpf.h"

/* A glob with one point to go back to needs no more. */
#define MATCH_STEPS (PATTERNS_MAX * NAME_SIZE * NAME_SIZE)
#define XATTR_DEPTH 16

/* Two tables, so that the daemon can fill one while the other is in use; `patterns_used` says which, and how many. */
struct Pattern patterns[2][PATTERNS_MAX];
__u32 patterns_used; /* table << 16 | number */
__u64 control_lost;
__u32 stock_put = 1, stock_taken = 1; /* by the daemon, by arm_unit(): a queue cannot be asked for its length */

struct Match {
	u32 table, count; /* the patterns */
	u32 index;        /* the one being tried */
	u32 p, t;         /* positions in the pattern and in the name */
	u32 star_p, star_t, has_star;
	u32 wanted, excluded;
	u32 matched, calls; /* what the first that matches says */
	char name[NAME_SIZE];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct Match);
} match_scratch SEC(".maps");

static __always_inline struct Pattern *match_pattern(const struct Match *m)
{
	return &patterns[m->table & 1][m->index & (PATTERNS_MAX - 1)];
}

/* On to the next pattern. Return: 1 when there is nothing left to decide. */
static __always_inline long match_next(struct Match *m, bool matched)
{
	if (matched && !m->matched) {
		m->matched = 1;
		m->calls = match_pattern(m)->calls;
	}
	if (matched && match_pattern(m)->exclude)
		m->excluded = 1;
	else if (matched && !match_pattern(m)->neutral)
		m->wanted = 1;
	if (m->excluded || (matched && match_pattern(m)->always))
		return 1;
	m->index++;
	m->p = m->t = m->has_star = 0;
	return m->index >= m->count;
}

/* One step of the glob. All patterns share one loop: the verifier would walk a loop around it for each of them. */
static long match_step(u32 i, void *context)
{
	struct Match *m = *(struct Match **) context;
	char want, have;

	if (!m)
		return 1;
	want = match_pattern(m)->text[m->p & (NAME_SIZE - 1)];
	have = m->name[m->t & (NAME_SIZE - 1)];
	if (want == '*') {
		m->has_star = 1;
		m->star_p = ++m->p;
		m->star_t = m->t;
	} else if (!have)
		return match_next(m, !want);
	else if (want == have || want == '?') {
		m->p++;
		m->t++;
	} else if (m->has_star) {
		m->p = m->star_p;
		m->t = ++m->star_t;
	} else
		return match_next(m, false);
	return 0;
}

/* Whether the name in @m is to be recorded: some pattern takes it, and none excludes it or one says always. */
static __always_inline bool match_name(struct Match *m)
{
	u32 used = *(volatile u32 *) &patterns_used;

	m->table = used >> 16;
	m->count = used & 0xffff;
	m->index = m->p = m->t = m->has_star = m->wanted = m->excluded = 0;
	m->matched = m->calls = 0;
	if (m->count > 0)
		bpf_loop(MATCH_STEPS, match_step, &m, 0);
	return m->wanted && !m->excluded;
}

static __always_inline bool name_is_slice(const char *name, long size)
{
	static const char suffix[] = ".slice";
	u32 at = size - sizeof(suffix);

	if (size < (long) sizeof(suffix))
		return false;
	for (u32 i = 0; i < sizeof(suffix); i++)
		if (name[(at + i) & (NAME_SIZE - 1)] != suffix[i])
			return false;
	return true;
}

static const char xattr_wanted[] = "user.invocation_id";

/* Return: where the wanted name is in the order of the names, against @name */
static __always_inline int xattr_order(const char *name)
{
	char copy[24] = {};

	bpf_probe_read_kernel_str(copy, sizeof(copy), name);
	return bpf_strncmp(copy, sizeof(copy), xattr_wanted);
}

static __always_inline int invocation_from_tree(struct kernfs_iattrs *attrs, char *ret)
{
	struct rb_node *node = BPF_CORE_READ(attrs, xattrs.rb_root.rb_node);

	for (int i = 0; i < XATTR_DEPTH && node; i++) {
		struct simple_xattr *x = (void *) node - bpf_core_field_offset(struct simple_xattr, rb_node);
		int order = xattr_order(BPF_CORE_READ(x, name));

		if (order == 0)
			return bpf_probe_read_kernel(ret, 32,
						     (void *) x + bpf_core_field_offset(struct simple_xattr, value));
		node = order < 0 ? BPF_CORE_READ(node, rb_left) : BPF_CORE_READ(node, rb_right);
	}
	return -1;
}

static __always_inline int invocation_from_list(struct kernfs_iattrs *attrs, char *ret)
{
	struct simple_xattrs___list *xattrs = (void *) attrs + bpf_core_field_offset(struct kernfs_iattrs, xattrs);
	struct list_head *head = (void *) xattrs + bpf_core_field_offset(struct simple_xattrs___list, head);
	struct list_head *at = BPF_CORE_READ(head, next);

	for (int i = 0; i < XATTR_DEPTH && at && at != head; i++) {
		struct simple_xattr___list *x = (void *) at - bpf_core_field_offset(struct simple_xattr___list, list);

		if (xattr_order(BPF_CORE_READ(x, name)) == 0)
			return bpf_probe_read_kernel(
				ret, 32, (void *) x + bpf_core_field_offset(struct simple_xattr___list, value));
		at = BPF_CORE_READ(at, next);
	}
	return -1;
}

/*
 * The invocation ID that PID 1 writes to the cgroup, out of kernfs' own memory. Where it is not found, the event goes
 * without it, and the daemon learns it from the unit's signals.
 */
static __noinline int invocation_read(struct kernfs_node *kn, char *ret)
{
	struct kernfs_iattrs *attrs = BPF_CORE_READ(kn, iattr);

	if (!attrs)
		return -1;
	if (bpf_core_field_exists(struct simple_xattrs, rb_root))
		return invocation_from_tree(attrs, ret);
	if (bpf_core_field_exists(struct simple_xattrs___list, head))
		return invocation_from_list(attrs, ret);
	return -1;
}

static __always_inline struct ControlEvent *control_begin(u32 kind, u32 ring, u64 cgroup)
{
	struct ControlEvent *event = bpf_ringbuf_reserve(&control, sizeof(*event), 0);

	if (!event) {
		__sync_fetch_and_add(&control_lost, 1);
		return NULL;
	}
	event->kind = kind;
	event->ring = ring;
	event->cgroup = cgroup;
	event->time = bpf_ktime_get_ns();
	__builtin_memset(event->invocation, 0, sizeof(event->invocation));
	__builtin_memset(event->name, 0, sizeof(event->name));
	return event;
}

static __always_inline void arm_unit(struct cgroup *cgroup, u64 id, u32 calls)
{
	struct CgroupEntry entry = {};
	struct ControlEvent *event;
	struct Ring *ring;

	event = control_begin(CONTROL_MISSED, 0, id);
	if (!event)
		return;
	bpf_probe_read_kernel_str(event->name, NAME_SIZE, cgroup->kn->name);
	if (bpf_map_pop_elem(&stock, &entry.ring) == 0) {
		__sync_fetch_and_add(&stock_taken, 1);
		ring = ring_at(entry.ring);
		ring->calls = calls;
		if (bpf_map_update_elem(&cgroups, &id, &entry, BPF_ANY) == 0) {
			ring->cgroup = id;
			event->kind = CONTROL_ARMED;
			event->ring = entry.ring;
		} else {
			__sync_fetch_and_sub(&stock_taken, 1);
			bpf_map_push_elem(&stock, &entry.ring, 0);
		}
	}
	bpf_ringbuf_submit(event, 0);
}

/* What is made below a unit's cgroup is the unit's. Where it has no place, its processes are not recorded: a loss. */
static __always_inline void inherit(u64 id, u32 number)
{
	struct CgroupEntry entry = { .ring = number };

	if (bpf_map_update_elem(&cgroups, &id, &entry, BPF_ANY) != 0)
		__sync_fetch_and_add(&ring_at(number)->lost[LOSS_NO_CGROUP], 1);
}

/* Without a place for a slice no unit below it would be seen: the daemon is to look for them, and to say so. */
static __always_inline void slice_add(u64 id)
{
	struct CgroupEntry entry = {};

	if (bpf_map_update_elem(&cgroups, &id, &entry, BPF_ANY) != 0)
		__sync_fetch_and_add(&control_lost, 1);
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(on_cgroup_mkdir, struct cgroup *cgroup, const char *path)
{
	u64 id = cgroup->kn->id, parent;
	struct CgroupEntry *above;
	struct Match *m;
	u32 zero = 0;
	long size;

	if (cgroup->root->hierarchy_id != 0 || !cgroup->self.parent)
		return 0;
	parent = cgroup->self.parent->cgroup->kn->id;
	above = bpf_map_lookup_elem(&cgroups, &parent);
	if (!above)
		return 0;
	if (above->ring) {
		inherit(id, above->ring);
		return 0;
	}
	m = bpf_map_lookup_elem(&match_scratch, &zero);
	if (!m)
		return 0;
	size = bpf_probe_read_kernel_str(m->name, NAME_SIZE, cgroup->kn->name);
	if (m->name[0] == '_') /* systemd's mark of a name that could be taken for a file of cgroupfs: _cpu.service */
		size = bpf_probe_read_kernel_str(m->name, NAME_SIZE, cgroup->kn->name + 1);
	if (name_is_slice(m->name, size))
		slice_add(id);
	else if (match_name(m))
		arm_unit(cgroup, id, m->calls);
	return 0;
}

/* Tells the invocation ID once, from the xattrs of the unit's own cgroup. */
static __always_inline void bind(struct CgroupEntry *entry, struct cgroup *cgroup)
{
	struct ControlEvent *event;

	if (entry->bound)
		return;
	event = control_begin(CONTROL_BOUND, entry->ring, cgroup->kn->id);
	if (!event)
		return;
	invocation_read(cgroup->kn, event->invocation);
	entry->bound = 1;
	bpf_ringbuf_submit(event, 0);
}

/* The first process may arrive in a cgroup below the unit's own (.control, DelegateSubgroup=). */
static __always_inline void bind_own(struct CgroupEntry *entry, struct cgroup *cgroup)
{
	struct Ring *ring = ring_at(entry->ring);
	struct CgroupEntry *above;
	u64 parent;

	if (ring->cgroup == cgroup->kn->id) {
		bind(entry, cgroup);
		return;
	}
	if (!cgroup->self.parent)
		return;
	parent = cgroup->self.parent->cgroup->kn->id;
	if (ring->cgroup != parent)
		return;
	above = bpf_map_lookup_elem(&cgroups, &parent);
	if (above)
		bind(above, cgroup->self.parent->cgroup);
}

/* A process made right in a cgroup (CLONE_INTO_CGROUP) is not attached to it. Later systemd starts its units so. */
static __always_inline void bind_new(struct task_struct *task)
{
	struct cgroup *cgroup = task->cgroups->dfl_cgrp;
	struct CgroupEntry *entry;
	u64 id = cgroup->kn->id;

	if (id == cgroup_of_task(bpf_get_current_task_btf()))
		return;
	entry = bpf_map_lookup_elem(&cgroups, &id);
	if (entry && entry->ring)
		bind_own(entry, cgroup);
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_cgroup_attach, struct cgroup *cgroup, const char *path, struct task_struct *task, bool threadgroup)
{
	struct CgroupEntry *entry;
	u64 id = cgroup->kn->id;

	if (cgroup->root->hierarchy_id != 0)
		return 0;
	if (threadgroup && task->signal->nr_threads > 1)
		__sync_fetch_and_add(&epoch, EPOCH_STEP);
	else
		thread_invalidate(task);
	entry = bpf_map_lookup_elem(&cgroups, &id);
	if (entry && entry->ring)
		bind_own(entry, cgroup);
	return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(on_cgroup_rmdir, struct cgroup *cgroup, const char *path)
{
	struct CgroupEntry *entry;
	struct ControlEvent *event;
	u64 id = cgroup->kn->id;
	struct Ring *ring;

	if (cgroup->root->hierarchy_id != 0)
		return 0;
	entry = bpf_map_lookup_elem(&cgroups, &id);
	if (!entry)
		return 0;
	ring = entry->ring ? ring_at(entry->ring) : NULL;
	if (ring && ring->cgroup == id) {
		bind(entry, cgroup);
		event = control_begin(CONTROL_ENDED, entry->ring, id);
		if (event)
			bpf_ringbuf_submit(event, 0);
	}
	bpf_map_delete_elem(&cgroups, &id);
	return 0;
}
