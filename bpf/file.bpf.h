/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Which file a descriptor stands for, and what it is called.
 *
 * A call carries the identity of the files of its descriptors, a struct FileRef: that is all that is looked up each time.
 * It is read without locks and without a reference. Nothing is freed meanwhile: the tables of descriptors and the files
 * go by RCU, and a syscall tracepoint runs with preemption off. Should another thread put another file in that place at
 * this moment, one of the two is what the call gets as well.
 *
 * Only when a recording meets an identity for the first time is the name made, by walking the dentries up across mounts
 * to the root of the mount namespace, and sent to the daemon through a ring buffer of its own. Two memories see to that:
 * `told`, direct-mapped, answers the usual call with one load; behind it a hash says what was told. Either may forget,
 * and then the name is told once more. Which name counts at what time is the reader's matter (trace/file-table.h).
 *
 * Chasing pointers by plain loads needs bpf_rdonly_cast() (6.2, a35b9af4ec2c). Without it each is a call of a helper, so
 * identities are left out there unless the configuration asks for them.
 */

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "maps.bpf.h"
#include "rule.bpf.h"

#define TOLD_BITS 15
#define FILE_STEPS 256U /* directories and mounts of a path; longer ones are cut */
#define AT_FDCWD (-100)
#define NAMES_SIZE (512U * 1024)

#define S_IFMT 0170000
#define S_IFSOCK 0140000

/* Odd, of random digits: what differs in any bit differs in the upper half of the product. */
#define MIX_OP 0x9e3779b97f4a7c15ULL
#define MIX_NAME 0xc2b2ae3d27d4eb4fULL
#define MIX_PARENT 0x165667b19e3779f9ULL
#define MIX_VERSION 0xd6e8feb86659fd93ULL
#define MIX_INODE 0xff51afd7ed558ccdULL
#define MIX_RING 0xc4ceb9fe1a85ec53ULL

extern void *bpf_rdonly_cast(const void *object, u32 type) __ksym __weak;

/* Set by the daemon: a secret, without which `version` tells nothing of addresses, and whether slow reads are wanted. */
const volatile __u64 files_secret;
const volatile bool files_wanted = true;
const volatile bool files_slow;

__u64 told[1 << TOLD_BITS];
__u64 files_epoch; /* raised by the daemon when it has forgotten names: `told` is out of date then */

/* What a name is put together in. */
struct Naming {
	struct dentry *dentry;
	struct mount *mount;
	struct FileTold told;
	char text[FILE_TEXT_MAX + NAME_SIZE];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct Naming);
} naming_scratch SEC(".maps");

/* A member behind a pointer: by a plain load, or by a helper. @slow is constant. */
#define MEMBER(slow, pointer, member) ((slow) ? BPF_CORE_READ(pointer, member) : (pointer)->member)

/* Return: the file of descriptor @fd of @task, or NULL */
static __always_inline const struct file *file_of(struct task_struct *task, u32 fd, bool slow)
{
	struct fdtable *table = task->files->fdt;
	const struct poll_table_entry *place;
	const struct file *file = NULL;

	if (fd >= table->max_fds)
		return NULL;
	place = (const struct poll_table_entry *) (table->fd + fd);
	if (slow)
		bpf_probe_read_kernel(&file, sizeof(file), place);
	else
		file = ((const struct poll_table_entry *) bpf_rdonly_cast(
				place, bpf_core_type_id_kernel(struct poll_table_entry)))->filp;
	return file;
}

/* A pointer as a number: nothing but the distance of two is one to the verifier. */
static __always_inline u64 distance(const void *pointer)
{
	const void *base = &told;
	u64 n;

	asm volatile("%0 = %1\n"
		     "%0 -= %2"
		     : "=&r"(n)
		     : "r"(pointer), "r"(base));
	return n;
}

static __always_inline u32 file_version(const struct dentry *dentry, const struct inode *inode,
					const struct file_operations *op, bool slow)
{
	const struct dentry *parent = MEMBER(slow, dentry, d_parent);
	u64 version = MEMBER(slow, inode, i_generation);

	if (!MEMBER(slow, dentry, d_hash.pprev)) /* deleted */
		version |= 1ULL << 32;
	version *= MIX_VERSION;
	version ^= (distance(op) ^ files_secret) * MIX_OP;
	version ^= MEMBER(slow, dentry, d_name.hash_len) * MIX_NAME;
	version ^= MEMBER(slow, parent, d_name.hash_len) * MIX_PARENT;
	return version >> 32;
}

static __always_inline void ref_read(struct FileRef *ref, const struct dentry *dentry, const struct inode *inode,
				     const struct file_operations *op, bool slow)
{
	const struct super_block *sb = MEMBER(slow, inode, i_sb);

	ref->inode = MEMBER(slow, inode, i_ino);
	ref->device = MEMBER(slow, sb, s_dev);
	ref->version = file_version(dentry, inode, op, slow);
}

static __always_inline void ref_of_file(struct FileRef *ref, const struct file *file, bool slow)
{
	ref_read(ref, MEMBER(slow, file, f_path.dentry), MEMBER(slow, file, f_inode), MEMBER(slow, file, f_op), slow);
}

/* A directory of which there is no open file. */
static __always_inline void ref_of_path(struct FileRef *ref, const struct path *path, bool slow)
{
	const struct dentry *dentry = MEMBER(slow, path, dentry);
	const struct inode *inode = MEMBER(slow, dentry, d_inode);

	ref_read(ref, dentry, inode, MEMBER(slow, inode, i_fop), slow);
}

/* One name more, the next one up. Return: 1 at the top */
static long naming_step(u32 i, void *context)
{
	struct Naming *n = *(struct Naming **) context;
	struct dentry *dentry, *parent;
	struct mount *mount, *above;
	u32 at;
	long size;

	if (!n)
		return 1;
	dentry = n->dentry;
	mount = n->mount;
	if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
		above = BPF_CORE_READ(mount, mnt_parent);
		if (above == mount)
			return 1;
		n->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
		n->mount = above;
		return 0;
	}
	at = n->told.text_size;
	asm volatile("" : "+r"(at));
	if (at >= FILE_TEXT_MAX) {
		n->told.flags |= FILE_CUT;
		return 1;
	}
	size = bpf_probe_read_kernel_str(n->text + at, NAME_SIZE, BPF_CORE_READ(dentry, d_name.name));
	if (size <= 0)
		return 1;
	n->told.text_size += size;
	parent = BPF_CORE_READ(dentry, d_parent);
	n->dentry = parent;
	n->told.unrooted = parent == dentry;
	return parent == dentry;
}

/* Files that are no place in a tree; most have their name at the dentry all the same. */
static __always_inline void naming_path(struct Naming *n, const struct path *path, struct dentry *dentry)
{
	struct vfsmount *mount = BPF_CORE_READ(path, mnt);

	n->dentry = dentry;
	n->mount = (void *) mount - bpf_core_field_offset(struct mount, mnt);
	if (!BPF_CORE_READ(dentry, d_hash.pprev) && BPF_CORE_READ(dentry, d_parent) != dentry)
		n->told.flags |= FILE_DELETED;
	bpf_loop(FILE_STEPS, naming_step, &n, 0);
}

/* Return: whether there was room */
static __always_inline bool naming_send(struct Naming *n, struct Ring *ring, const struct FileKey *key)
{
	u32 size = n->told.text_size;
	u64 flags = BPF_RB_NO_WAKEUP, time = n->told.time;

	if (bpf_ringbuf_query(&names, BPF_RB_AVAIL_DATA) > NAMES_SIZE / 2)
		flags = BPF_RB_FORCE_WAKEUP;
	if (size > FILE_TEXT_MAX)
		size = FILE_TEXT_MAX;
	asm volatile("" : "+r"(size));
	if (size > FILE_TEXT_MAX)
		return false;
	n->told.text_size = size;
	if (bpf_ringbuf_output(&names, &n->told, sizeof(n->told) + size, flags) < 0) {
		__sync_fetch_and_add(&ring->names_lost, 1);
		return false;
	}
	bpf_map_update_elem(&files_told, key, &time, BPF_ANY);
	return true;
}

static __always_inline bool naming_make(struct Naming *n, struct Ring *ring, const struct FileKey *key,
					const struct path *path)
{
	struct dentry *dentry = BPF_CORE_READ(path, dentry);
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);

	__builtin_memset(&n->told, 0, sizeof(n->told));
	n->told.file = key->file;
	n->told.time = bpf_ktime_get_ns();
	n->told.ring = key->ring;
	n->told.generation = key->generation;
	n->told.magic = BPF_CORE_READ(inode, i_sb, s_magic);
	n->told.mode = BPF_CORE_READ(inode, i_mode);
	n->told.device = BPF_CORE_READ(inode, i_rdev);
	naming_path(n, path, dentry);
	return naming_send(n, ring, key);
}

/* Tells the name of a file, if @again or if that was not done before. Return: whether the daemon knows it now */
static __noinline int file_tell(u32 number, const struct FileRef *ref, const struct path *path, struct Naming *n,
				bool again)
{
	struct Ring *ring = bpf_map_lookup_elem(&rings, &number);
	struct FileKey key = { .ring = number };

	if (!ring || !ref || !n)
		return false;
	key.file = *ref;
	key.generation = ring->generation;
	if (!again && bpf_map_lookup_elem(&files_told, &key))
		return true;
	return naming_make(n, ring, &key, path);
}

/* Of a thread's own files: the scratch is the CPU's. */
static __always_inline bool file_tell_here(u32 ring, const struct FileRef *ref, const struct path *path, bool again)
{
	u32 zero = 0;

	return file_tell(ring, ref, path, bpf_map_lookup_elem(&naming_scratch, &zero), again);
}

static __always_inline void file_meet(const struct Slot *s, const struct FileRef *ref, const struct path *path)
{
	u64 key = ref->inode * MIX_INODE;
	u64 *known;

	key ^= ((u64) ref->device << 32 | ref->version) * MIX_VERSION;
	key ^= (s->ring + files_epoch) * MIX_RING;
	known = &told[key >> (64 - TOLD_BITS)];
	if (*known != key && file_tell_here(s->ring, ref, path, false))
		*known = key;
}

/* Return: where the call's next file goes, or NULL */
static __always_inline struct FileRef *slot_file(struct Slot *s, u32 of)
{
	u32 n = s->n_files;

	if (n >= CALL_FILES_MAX)
		return NULL;
	s->file_of[n] = of;
	s->n_files = n + 1;
	return &s->files[n];
}

/* The slot's thread is the one that runs. Its address is kept there: that saves the call of a helper. */
static __always_inline struct task_struct *slot_task(const struct Slot *s, bool slow)
{
	if (slow)
		return bpf_get_current_task_btf();
	return bpf_rdonly_cast((void *) s->task, bpf_core_type_id_kernel(struct task_struct));
}

static __always_inline void fd_add(struct Slot *s, u32 of, u32 fd, bool slow)
{
	const struct file *file = file_of(slot_task(s, slow), fd, slow);
	struct FileRef *ref;

	if (!file)
		return;
	ref = slot_file(s, of);
	if (!ref)
		return;
	ref_of_file(ref, file, slow);
	file_meet(s, ref, &file->f_path);
}

/* The working directory, of a call whose path begins there. */
static __always_inline void directory_add(struct Slot *s, u32 of, u32 piece, bool slow)
{
	const struct SlotMemory *m = &s->memory[piece];
	struct fs_struct *fs = slot_task(s, slow)->fs;
	struct FileRef *ref;

	if (s->n_memory <= piece || m->record.arg != of + 1 || !m->record.captured || m->bytes[0] == '/')
		return;
	ref = slot_file(s, of);
	if (!ref)
		return;
	ref_of_path(ref, &fs->pwd, slow);
	file_meet(s, ref, &fs->pwd);
}

static __always_inline void file_enter(struct Slot *s, const volatile struct CallRule *rule, u32 n, bool slow)
{
	u32 of = rule->file_args[n], fd = slot_arg(s, of);

	if ((s32) fd >= 0)
		fd_add(s, of, fd, slow);
	else if ((s32) fd == AT_FDCWD && rule->file_at & 1 << n)
		directory_add(s, of, n, slow);
}

static __always_inline void files_enter_by(struct Slot *s, const volatile struct CallRule *rule, bool slow)
{
	file_enter(s, rule, 0, slow);
	if (rule->n_files > 1)
		file_enter(s, rule, 1, slow);
}

/* Takes the files of the descriptors that the call is given, after its memory was read. */
static __always_inline void files_enter(struct Slot *s, const volatile struct CallRule *rule)
{
	s->n_files = 0;
	if (!rule->n_files || !files_wanted)
		return;
	if (bpf_rdonly_cast)
		files_enter_by(s, rule, false);
	else if (files_slow)
		files_enter_by(s, rule, true);
}

static __always_inline void files_exit_by(struct Slot *s, const volatile struct CallRule *rule, s64 result, bool slow)
{
	if (rule->file_result == FILE_RESULT_FD && result >= 0)
		fd_add(s, FILE_RESULT, result, slow);
}

/* Takes the files of those that the call gives. */
static __always_inline void files_exit(struct Slot *s, const volatile struct CallRule *rule, s64 result)
{
	if (!rule->file_result || !files_wanted)
		return;
	if (bpf_rdonly_cast)
		files_exit_by(s, rule, result, false);
	else if (files_slow)
		files_exit_by(s, rule, result, true);
}
