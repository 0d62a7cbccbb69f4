/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * All the memory of the kernel side. What the daemon reads is mmapable; sizes that depend on the machine or the
 * configuration (slots, hints, senders, chunk_lists) are set by the daemon before loading.
 */

#include <bpf/bpf_helpers.h>

#include "kernel.bpf.h"
#include "record.h"

/* One value, so that finding a chunk in it is no look-up, whose key would go through memory. */
struct Slab {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64[SLAB_SIZE / sizeof(u64)]);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, SLABS_MAX);
	__type(key, u32);
	__array(values, struct Slab);
} slabs SEC(".maps");

struct Ring rings[RINGS_MAX];

/* Chunk numbers; a ring's list is a run of entries. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} chunk_lists SEC(".maps");

/* Slot 0 is none. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct Slot);
} slots SEC(".maps");

/* The kernel's tid to the number of its slot. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} slot_of SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 1);
	__type(value, u32);
} free_slots SEC(".maps");

/*
 * Where a CPU last wrote in each ring. A hint may be stale, and is checked: the last digits of a sequence number are
 * enough to tell that most likely, and whatever chunk of the ring it leads to may be written to.
 */
struct Hint {
	u16 sequence;
	u16 chunk;
};
_Static_assert(CHUNKS_MAX <= 1U << 16, "a chunk's number fits");

struct CpuHints {
	struct Hint of[RINGS_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct CpuHints);
} hints SEC(".maps");

/*
 * Who has sent a signal, from when it was until it is delivered. The key is what both times have in common: whom it is
 * for, and of siginfo the sender as the receiver sees it (si_pid) and half of what it sends along (si_value, si_status).
 */
struct SenderKey {
	u32 tgid;
	u32 signal;
	u32 pid;
	u32 value;
};

struct Sender {
	u32 pid; /* 0: nobody */
	u32 uid;
	char comm[COMM_SIZE];
	u64 pending; /* time of the event that said it, or 0 */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct SenderKey);
	__type(value, struct Sender);
} senders SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, struct CgroupEntry);
} cgroups SEC(".maps");

/* Rings ready for units that are about to be born. */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 64);
	__type(value, u32);
} stock SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} control SEC(".maps");

/* Files whose names the daemon has been told. What falls out of it is told once more. */
struct FileKey {
	struct FileRef file;
	u32 ring;
	u32 generation;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1);
	__type(key, struct FileKey);
	__type(value, u64);
} files_told SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 512 * 1024);
} names SEC(".maps");
