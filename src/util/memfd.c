/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/memfd.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>

#include "util/cleanup.h"

int memfd_sealed(const char *name, const void *bytes, size_t size)
{
	_cleanup_close_ int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	const uint8_t *p = bytes;

	if (fd < 0)
		return -errno;
	for (size_t done = 0; done < size;) {
		ssize_t n = write(fd, p + done, size - done);

		if (n < 0)
			return -errno;
		done += (size_t) n;
	}
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
		return -errno;
	return TAKE_FD(fd);
}
