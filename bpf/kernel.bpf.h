/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * The few kernel structures that are read, with only the members that are read: libbpf relocates each access by the
 * running kernel's BTF, so order and size here mean nothing. Integer types for BPF, which has no libc.
 */

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct rb_node {
	struct rb_node *rb_right;
	struct rb_node *rb_left;
};

struct rb_root {
	struct rb_node *rb_node;
};

/* a red-black tree since 6.2 (3b4c7bc01727), a list before */
struct simple_xattrs {
	struct rb_root rb_root;
};

struct simple_xattr {
	struct rb_node rb_node;
	char *name;
	unsigned long size;
	char value[];
};

struct list_head {
	struct list_head *next;
};

struct simple_xattrs___list {
	struct list_head head;
};

struct simple_xattr___list {
	struct list_head list;
	char *name;
	char value[];
};

struct kernfs_iattrs {
	struct simple_xattrs xattrs;
};

struct kernfs_node {
	const char *name;
	u64 id;
	struct kernfs_iattrs *iattr;
};

struct cgroup_root {
	int hierarchy_id;
};

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
	struct cgroup_root *root;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct pid_namespace;

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

typedef struct {
	int counter;
} atomic_t;

struct signal_struct {
	atomic_t live;
	int nr_threads;
	int group_exit_code;
	unsigned int flags;
};

typedef struct {
	unsigned long sig[1];
} sigset_t;

struct seccomp {
	int mode;
};

struct qstr {
	u32 hash; /* salted by the directory the name is in */
	const unsigned char *name;
};

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
};

struct inode;

struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};

struct super_block {
	u32 s_dev;
	unsigned long s_magic;
};

struct file_operations;

struct inode {
	u16 i_mode;
	struct super_block *i_sb;
	unsigned long i_ino;
	u32 i_rdev;
	u32 i_generation;
	const struct file_operations *i_fop;
	void *i_private;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	const struct file_operations *f_op;
	void *private_data;
	struct inode *f_inode;
	struct path f_path;
};

/* What begins with a pointer to a file, so that a place in the table of descriptors can be read as one. */
struct poll_table_entry {
	struct file *filp;
};

struct in6_addr {
	u8 bytes[16];
};

struct proto {
	char name[32];
};

struct socket;

struct sock_common {
	u32 skc_daddr;
	u32 skc_rcv_saddr;
	u16 skc_dport; /* in network byte order */
	u16 skc_num;
	u16 skc_family;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	u16 sk_protocol;
	struct proto *sk_prot_creator;
	struct socket *sk_socket;
};

struct socket {
	struct sock *sk;
};

struct socket_alloc {
	struct socket socket;
	struct inode vfs_inode;
};

struct sockaddr_un {
	u16 sun_family;
};

struct unix_address {
	int len;
	struct sockaddr_un name[];
};

struct unix_sock {
	struct unix_address *addr;
	struct sock *peer;
};

struct netlink_sock {
	u32 portid;
};

struct proc_ns_operations {
	const char *name;
};

struct ns_common {
	const struct proc_ns_operations *ops;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct fs_struct {
	struct path pwd;
};

struct mm_struct {
	unsigned long arg_start, arg_end;
};

struct thread_info {
	u32 status; /* x86 */
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int __state; /* 5.14 (2f064a59a11f) */
	unsigned long nvcsw, nivcsw;
	struct seccomp seccomp;
	int pid;
	int tgid;
	int exit_code;
	sigset_t blocked, real_blocked;
	char comm[16];
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct signal_struct *signal;
	struct css_set *cgroups;
	struct files_struct *files;
	struct fs_struct *fs;
	struct mm_struct *mm;
};

struct bpf_iter__task {
	struct task_struct *task;
};

struct bpf_iter__task_file {
	struct task_struct *task;
	struct file *file;
};

struct linux_binprm {
	const char *interp; /* what runs: of a script the interpreter, else the file that was named */
};

/* Read as bytes: see struct Siginfo in event.bpf.h. */
struct kernel_siginfo;
struct k_sigaction;

struct io_uring_task {
	struct task_struct *task; /* 6.13 */
};

struct io_cqe {
	u64 user_data;
	int fd; /* of the submission, until there is a result */
};

struct io_ring_ctx {
	struct list_head tctx_list;
};

struct io_tctx_node {
	struct list_head ctx_node;
	struct task_struct *task;
};

struct io_kiocb {
	u8 opcode;
	u32 flags;
	struct io_cqe cqe;
	struct task_struct *task; /* until 6.12, then behind tctx */
	struct io_uring_task *tctx;
};

struct io_uring_cqe {
	u64 user_data;
	s32 res;
	u32 flags;
};

#pragma clang attribute pop
