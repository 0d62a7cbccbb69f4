/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Owned locals: every allocation and descriptor that a function owns is declared with _cleanup_(), so each way out
 * releases it. Handing one over is written TAKE_PTR() or TAKE_FD().
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))
#define _printf_(string, first) __attribute__((format(printf, string, first)))

#define TAKE_PTR(p)                      \
	({                               \
		__typeof__(p) *_p = &(p); \
		__typeof__(p) _v = *_p;   \
		*_p = NULL;              \
		_v;                      \
	})

#define TAKE_FD(fd)             \
	({                      \
		int *_p = &(fd); \
		int _v = *_p;    \
		*_p = -EBADF;   \
		_v;             \
	})

/* For x_free(X *) that takes NULL and returns NULL. */
#define DEFINE_CLEANUP(type, function)                   \
	static inline void function##p(type **p)         \
	{                                                \
		if (*p)                                  \
			*p = function(*p);               \
	}

static inline void freep(void *p)
{
	free(*(void **) p);
}

static inline int close_fd(int fd)
{
	if (fd >= 0)
		(void) close(fd);
	return -EBADF;
}

static inline void closep(int *fd)
{
	*fd = close_fd(*fd);
}

static inline void fclosep(FILE **f)
{
	if (*f)
		(void) fclose(*f);
}

#define _cleanup_free_ _cleanup_(freep)
#define _cleanup_close_ _cleanup_(closep)
#define _cleanup_fclose_ _cleanup_(fclosep)
