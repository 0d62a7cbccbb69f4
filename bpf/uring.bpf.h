/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * What is submitted to io_uring and what it completes, in the ring of the calls and with the same guarantees.
 *
 * A request is completed by whoever is there: another task of the process, a worker or poller of the kernel, an
 * interrupt. So the unit is that of the task that the request belongs to, and current means nothing here.
 *
 * Both tracepoints have changed their shape, so there are two programs for each; the daemon loads those that the
 * kernel's type information fits (src/daemon/variants.c). That of completion has no types to follow: bpf_rdonly_cast()
 * (6.2) gives them back, and what every completion of the machine pays stays a few loads and a look-up. Without it each
 * load is a call of a helper.
 */

#include "calls.bpf.h"
#include "cast.bpf.h"
#include "file.bpf.h"
#include "ring.bpf.h"
#include "thread.bpf.h"

#define SQE_FLAGS 0xffU /* the lowest of a request's flags are those that it was submitted with */

#define CAST(type, pointer) ((type *) bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(type)))

/* Who it is, of a task without a slot: a thread of the kernel that polls for the process, or one that has ended. */
static __noinline int uring_name(struct UringRecord *record, struct task_struct *task)
{
	if (!record)
		return 0;
	record->tid = pid_of(BPF_CORE_READ(task, thread_pid));
	record->pid = pid_of(BPF_CORE_READ(task, group_leader, thread_pid));
	bpf_probe_read_kernel(record->comm, COMM_SIZE, (void *) task + bpf_core_field_offset(struct task_struct, comm));
	return 0;
}

static __always_inline void uring_write(u32 number, struct task_struct *task, u32 kernel_tid,
					struct UringRecord *record)
{
	u32 *found = bpf_map_lookup_elem(&slot_of, &kernel_tid);
	struct Ring *ring = ring_at(number);
	struct Slot *s = found ? slot_at(*found) : NULL;
	struct UringRecord *to;
	struct ChunkHeader *h;
	u64 now;

	if (!call_is_wanted(ring->calls, NR_IO_URING_ENTER, 0))
		return;
	record->header.size = sizeof(*record);
	record->header.kind = RECORD_URING;
	record->header.cpu = bpf_get_smp_processor_id();
	if (s && s->kernel_tid == kernel_tid) {
		record->tid = s->tid;
		record->pid = s->pid;
		__builtin_memcpy(record->comm, s->comm, COMM_SIZE);
	} else
		uring_name(record, task);
	h = ring_claim(ring, number);
	to = h ? record_place(h) : NULL;
	if (!to)
		return;
	*to = *record;
	now = bpf_ktime_get_ns();
	to->time = now;
	record_publish(h, sizeof(*to), now);
}

static __always_inline int uring_submit(struct io_kiocb *request)
{
	struct task_struct *task = bpf_core_field_exists(request->tctx) ? request->tctx->task : request->task;
	struct UringRecord record = { .header.count = URING_SUBMIT };
	u32 ring = ring_of_task(task);

	if (!ring)
		return 0;
	record.user_data = request->cqe.user_data;
	record.value = request->cqe.fd;
	record.flags = request->flags & SQE_FLAGS;
	record.operation = request->opcode;
	uring_write(ring, task, task->pid, &record);
	return 0;
}

SEC("?tp_btf/io_uring_submit_req")
int BPF_PROG(on_uring_submit, struct io_kiocb *request)
{
	return uring_submit(request);
}

/* until 6.3 */
SEC("?tp_btf/io_uring_submit_sqe")
int BPF_PROG(on_uring_submit_sqe, struct io_kiocb *request)
{
	return uring_submit(request);
}

/* @slow, a constant: whether each load is a call. Return: the task that the request belongs to */
static __always_inline struct task_struct *request_task(struct io_kiocb *request, bool slow)
{
	if (bpf_core_field_exists(request->tctx))
		return slow ? BPF_CORE_READ(request, tctx, task) : request->tctx->task;
	return slow ? BPF_CORE_READ(request, task) : request->task;
}

/* Of a completion without a request: the first task that has used the ring, as a rule the only one. */
static __always_inline struct task_struct *context_task(struct io_ring_ctx *context)
{
	struct list_head *head = (void *) context + bpf_core_field_offset(struct io_ring_ctx, tctx_list);
	struct list_head *first = BPF_CORE_READ(head, next);
	struct io_tctx_node *node = (void *) first - bpf_core_field_offset(struct io_tctx_node, ctx_node);

	return first == head ? NULL : BPF_CORE_READ(node, task);
}

static __always_inline void complete_write(u32 ring, struct task_struct *task, u32 kernel_tid, u8 operation,
					   const struct io_uring_cqe *cqe)
{
	struct UringRecord record = {
		.header.count = URING_COMPLETE,
		.user_data = cqe->user_data,
		.value = cqe->res,
		.flags = cqe->flags,
		.operation = operation,
	};

	uring_write(ring, task, kernel_tid, &record);
}

static __always_inline void complete_fast(void *context, void *pointer, const struct io_uring_cqe *cqe)
{
	struct io_kiocb *request = CAST(struct io_kiocb, pointer);
	struct task_struct *task;
	u32 ring;

	task = pointer ? request_task(request, false) : CAST(struct task_struct, context_task(context));
	ring = ring_of_task(task);
	if (ring)
		complete_write(ring, task, task->pid, pointer ? request->opcode : URING_NO_OPERATION, cqe);
}

static __always_inline void complete_slow(void *context, struct io_kiocb *request, const struct io_uring_cqe *cqe)
{
	struct task_struct *task = request ? request_task(request, true) : context_task(context);
	u32 ring = task ? ring_of_cgroup(BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id)) : 0;

	if (ring)
		complete_write(ring, task, BPF_CORE_READ(task, pid),
			       request ? BPF_CORE_READ(request, opcode) : URING_NO_OPERATION, cqe);
}

static __always_inline int uring_complete(void *context, void *request, const struct io_uring_cqe *cqe)
{
	if (bpf_rdonly_cast)
		complete_fast(context, request, cqe);
	else
		complete_slow(context, request, cqe);
	return 0;
}

SEC("?tp_btf/io_uring_complete")
int BPF_PROG(on_uring_complete, void *context, void *request, struct io_uring_cqe *cqe)
{
	return uring_complete(context, request, cqe);
}

/* 6.12 has it still */
SEC("?tp_btf/io_uring_complete")
int BPF_PROG(on_uring_complete_values, void *context, void *request, u64 user_data, int result, u32 flags)
{
	struct io_uring_cqe cqe = { .user_data = user_data, .res = result, .flags = flags };

	return uring_complete(context, request, &cqe);
}

/* What there is no room for in the completion ring is kept by the kernel, and not told again when it gets there. */
SEC("?tp_btf/io_uring_cqe_overflow")
int BPF_PROG(on_uring_overflow, void *context, u64 user_data, int result, u32 flags)
{
	struct io_uring_cqe cqe = { .user_data = user_data, .res = result, .flags = flags };

	return uring_complete(context, NULL, &cqe);
}
