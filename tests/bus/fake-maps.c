/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* BPF maps as memfds, in place of the functions of libbpf that daemon/rings.c calls (see meson.build). */

#include <bpf/bpf.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int __wrap_bpf_map_create(enum bpf_map_type type, const char *name, __u32 key_size, __u32 value_size, __u32 n,
			  const struct bpf_map_create_opts *options);
int __wrap_bpf_map_update_batch(int fd, const void *keys, const void *values, __u32 *count,
				const struct bpf_map_batch_opts *options);

int __wrap_bpf_map_create(enum bpf_map_type type, const char *name, __u32 key_size, __u32 value_size, __u32 n,
			  const struct bpf_map_create_opts *options)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd >= 0 && ftruncate(fd, (off_t) value_size * n) < 0) {
		(void) close(fd);
		return -errno;
	}
	return fd < 0 ? -errno : fd;
}

/* The outer map is for the programs alone. */
int __wrap_bpf_map_update_batch(int fd, const void *keys, const void *values, __u32 *count,
				const struct bpf_map_batch_opts *options)
{
	return 0;
}
