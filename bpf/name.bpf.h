/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * The name of a file, made once: what the daemon is told of it.
 *
 * A path is walked from its dentry up, across mounts, to the root of the mount namespace; so names are those that a
 * reader of /proc/PID/fd at that root would see, and there is no lock to take and nothing that could sleep. A rename in
 * the middle of it can yield a path that never was, as it can for anybody who looks without locks. A socket has its
 * protocol and addresses instead, a namespace the kind it is of.
 *
 * All this is read by helpers, on every kernel alike: it is not on a call's usual way. It goes through a ring buffer of
 * its own, which wakes the daemon only when it is half full: a name is needed no sooner than the calls are read.
 */

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "maps.bpf.h"

#define NAME_STEPS 256U /* directories and mounts of a path; longer ones are cut */
#define NAMES_SIZE (512U * 1024)
#define NAMES_FULL (NAMES_SIZE - BPF_RINGBUF_HDR_SZ - sizeof(struct FileTold) - FILE_TEXT_MAX)

#define SOCK_MAGIC 0x534f434b
#define NS_MAGIC 0x6e736673

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16

/* In struct sockaddr_un, behind the family. */
#define UNIX_PATH_AT 2U
#define UNIX_PATH_MAX 108U

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
	bpf_loop(NAME_STEPS, naming_step, &n, 0);
}

/* The kind of a namespace: "net". */
static __always_inline void naming_namespace(struct Naming *n, struct inode *inode)
{
	struct ns_common *ns = BPF_CORE_READ(inode, i_private);
	long size = bpf_probe_read_kernel_str(n->text, NAME_SIZE, BPF_CORE_READ(ns, ops, name));

	n->told.text_size = size > 0 ? size : 0;
	n->told.unrooted = 1;
}

static __always_inline void naming_inet(struct Naming *n, struct sock *sk)
{
	struct FileTold *told = &n->told;

	told->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	told->remote_port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (told->family == AF_INET) {
		BPF_CORE_READ_INTO((u32 *) told->local, sk, __sk_common.skc_rcv_saddr);
		BPF_CORE_READ_INTO((u32 *) told->remote, sk, __sk_common.skc_daddr);
	} else if (bpf_core_field_exists(sk->__sk_common.skc_v6_daddr)) {
		BPF_CORE_READ_INTO((struct in6_addr *) told->local, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr *) told->remote, sk, __sk_common.skc_v6_daddr);
	}
}

/* Return: the inode of a socket, 0 of one that no process has accepted yet */
static __always_inline u64 socket_inode(struct socket *socket)
{
	struct socket_alloc *whole = (void *) socket - bpf_core_field_offset(struct socket_alloc, socket);

	return socket ? BPF_CORE_READ(whole, vfs_inode.i_ino) : 0;
}

static __always_inline void naming_unix(struct Naming *n, struct unix_sock *sk)
{
	struct unix_address *address = BPF_CORE_READ(sk, addr);
	struct sock *peer = BPF_CORE_READ(sk, peer);
	u32 size;

	if (peer)
		n->told.peer = socket_inode(BPF_CORE_READ(peer, sk_socket));
	if (!address)
		return;
	size = BPF_CORE_READ(address, len) - UNIX_PATH_AT;
	asm volatile("" : "+r"(size));
	if (size > UNIX_PATH_MAX)
		return;
	if (bpf_probe_read_kernel(n->text, size,
				  (void *) address + bpf_core_field_offset(struct unix_address, name) + UNIX_PATH_AT) == 0)
		n->told.text_size = size;
}

static __always_inline void naming_socket(struct Naming *n, struct inode *inode)
{
	struct socket_alloc *whole = (void *) inode - bpf_core_field_offset(struct socket_alloc, vfs_inode);
	struct sock *sk = BPF_CORE_READ(whole, socket.sk);
	struct FileTold *told = &n->told;

	if (!sk)
		return;
	told->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	told->protocol = BPF_CORE_READ(sk, sk_protocol);
	bpf_probe_read_kernel_str(told->protocol_name, sizeof(told->protocol_name),
				  (void *) BPF_CORE_READ(sk, sk_prot_creator) + bpf_core_field_offset(struct proto, name));
	if (told->family == AF_INET || told->family == AF_INET6)
		naming_inet(n, sk);
	else if (told->family == AF_UNIX && bpf_core_type_exists(struct unix_sock))
		naming_unix(n, (struct unix_sock *) sk);
	else if (told->family == AF_NETLINK && bpf_core_type_exists(struct netlink_sock))
		told->peer = BPF_CORE_READ((struct netlink_sock *) sk, portid);
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
	if (n->told.magic == SOCK_MAGIC)
		naming_socket(n, inode);
	else if (n->told.magic == NS_MAGIC)
		naming_namespace(n, inode);
	else
		naming_path(n, path, dentry);
	return naming_send(n, ring, key);
}

/*
 * Whether the longest of names has room. Asked before a name is made: while nobody takes the names, each call meets its
 * files anew, and a path of some depth takes microseconds.
 */
static __always_inline bool names_have_room(struct Ring *ring)
{
	if (bpf_ringbuf_query(&names, BPF_RB_AVAIL_DATA) < NAMES_FULL)
		return true;
	__sync_fetch_and_add(&ring->names_lost, 1);
	return false;
}

/* Tells the name of a file, if @again or if that was not done before. Return: whether the daemon knows it now */
static __noinline int file_tell(u32 number, const struct FileRef *ref, const struct path *path, struct Naming *n,
				bool again)
{
	struct Ring *ring = ring_at(number);
	struct FileKey key = { .ring = number };

	if (!ref || !n)
		return false;
	key.file = *ref;
	key.generation = ring->generation;
	if (!again && bpf_map_lookup_elem(&files_told, &key))
		return true;
	return names_have_room(ring) && naming_make(n, ring, &key, path);
}

/* Of a thread's own files: the scratch is the CPU's. */
static __always_inline bool file_tell_here(u32 ring, const struct FileRef *ref, const struct path *path, bool again)
{
	u32 zero = 0;

	return file_tell(ring, ref, path, bpf_map_lookup_elem(&naming_scratch, &zero), again);
}
