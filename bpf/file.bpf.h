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
 * Only when a recording meets an identity for the first time is the name made and told (name.bpf.h). Two memories see to
 * that: `told`, direct-mapped, answers the usual call with one load; behind it a hash says what was told. Either may
 * forget, and then the name is told once more.
 *
 * Chasing pointers by plain loads needs bpf_rdonly_cast() (6.2, a35b9af4ec2c). Without it each is a call of a helper, so
 * identities are left out there unless the configuration asks for them.
 */

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "cast.bpf.h"
#include "name.bpf.h"
#include "rule.bpf.h"

#define TOLD_BITS 15
#define AT_FDCWD (-100)
#define EINPROGRESS 115

/* Odd, of random digits: what differs in any bit differs in the upper half of the product. */
#define MIX_OP 0x9e3779b97f4a7c15ULL
#define MIX_NAME 0xc2b2ae3d27d4eb4fULL
#define MIX_PARENT 0x165667b19e3779f9ULL
#define MIX_VERSION 0xd6e8feb86659fd93ULL
#define MIX_INODE 0xff51afd7ed558ccdULL
#define MIX_RING 0xc4ceb9fe1a85ec53ULL

/* Set by the daemon: a secret, without which `version` tells nothing of addresses, and whether slow reads are wanted. */
const volatile __u64 files_secret;
const volatile bool files_wanted = true;
const volatile bool files_slow;

bool files_cheap; /* set by start() for the daemon: by plain loads */
__u64 told[1 << TOLD_BITS];
__u64 files_epoch; /* raised by the daemon when it has forgotten names or a ring: `told` is out of date then */

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

/*
 * A pointer as a number. To the verifier nothing but the distance of two is one; what a helper has read is a number to
 * begin with.
 */
static __always_inline u64 number_of(const void *pointer, bool slow)
{
	const void *base = &told;
	u64 n;

	if (slow)
		return (u64) pointer;
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
	version ^= (number_of(op, slow) ^ files_secret) * MIX_OP;
	version ^= MEMBER(slow, dentry, d_name.hash) * MIX_NAME;
	version ^= MEMBER(slow, parent, d_name.hash) * MIX_PARENT;
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

static __always_inline void file_meet(const struct Slot *s, const struct FileRef *ref, const struct path *path)
{
	u64 key = ref->inode * MIX_INODE;
	u64 *known;

	key ^= ((u64) ref->device << 32 | ref->version) * MIX_VERSION;
	key ^= (s->ring | files_epoch << 32) * MIX_RING;
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

/* Takes the file of @task's descriptor @fd into the slot. Return: the file, NULL if there is none, or no room */
static __always_inline const struct file *fd_take(struct Slot *s, struct task_struct *task, u32 of, u32 fd, bool slow)
{
	const struct file *file = file_of(task, fd, slow);
	struct FileRef *ref;

	if (!file)
		return NULL;
	ref = slot_file(s, of);
	if (!ref)
		return NULL;
	ref_of_file(ref, file, slow);
	return file;
}

static __always_inline void fd_add(struct Slot *s, u32 of, u32 fd, bool slow)
{
	const struct file *file = fd_take(s, slot_task(s, slow), of, fd, slow);

	if (file)
		file_meet(s, &s->files[(s->n_files - 1) & 1], &file->f_path);
}

/* Whether the argument was read as a path that does not begin at the root. */
static __always_inline bool path_is_relative(struct Slot *s, u32 of)
{
	const struct SlotMemory *m = slot_memory(s, of);

	return m && m->record.captured && m->bytes[0] != '/';
}

/* The working directory, of a call whose path begins there. */
static __always_inline void directory_add(struct Slot *s, u32 of, bool slow)
{
	struct fs_struct *fs = slot_task(s, slow)->fs;
	struct FileRef *ref;

	if (!path_is_relative(s, of + 1))
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
		directory_add(s, of, slow);
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

/* The two that the call has written to its memory, which has just been read. */
static __always_inline void pair_add(struct Slot *s, bool slow)
{
	const struct SlotMemory *m = &s->memory[0];

	if (s->n_memory == 0 || m->record.captured < 2 * sizeof(u32))
		return;
	fd_add(s, FILE_PAIR, *(const u32 *) m->bytes, slow);
	fd_add(s, FILE_PAIR + 1, *(const u32 *) (m->bytes + sizeof(u32)), slow);
}

/* The socket of the first argument has another name than at enter. */
static __always_inline void socket_tell(struct Slot *s, bool slow)
{
	const struct file *file = file_of(slot_task(s, slow), s->args[0], slow);
	struct FileRef ref;

	if (!file)
		return;
	ref_of_file(&ref, file, slow);
	(void) file_tell_here(s->ring, &ref, &file->f_path, true);
}

static __always_inline void files_exit_by(struct Slot *s, const volatile struct CallRule *rule, s64 result, bool slow)
{
	u32 what = rule->file_result;

	if (what == FILE_RESULT_FD && result >= 0)
		fd_add(s, FILE_RESULT, result, slow);
	else if (what == FILE_RESULT_PAIR && result == 0)
		pair_add(s, slow);
	else if (what == FILE_RESULT_RENAMED && (result == 0 || result == -EINPROGRESS))
		socket_tell(s, slow);
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
