/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mappings of memory and what is said about them. */

#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

#define PAGE 4096UL

static void maps(void)
{
	static const int flags[] = { MAP_PRIVATE | MAP_ANONYMOUS,
				     MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE,
				     MAP_SHARED_VALIDATE | MAP_ANONYMOUS | MAP_SYNC,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK | MAP_GROWSDOWN,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED | MAP_NONBLOCK | MAP_32BIT,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 21 << MAP_HUGE_SHIFT,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_DENYWRITE | MAP_EXECUTABLE,
				     MAP_ANONYMOUS,
				     MAP_PRIVATE | 0x1000000,
				     0 };
	static const int prots[] = {
		PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE | PROT_EXEC, 8,
		0x40,      -1,        PROT_READ | PROT_GROWSDOWN,         PROT_WRITE | PROT_GROWSUP
	};

	for (size_t i = 0; i < ELEMENTS(flags); i++)
		(void) syscall(SYS_mmap, NULL, PAGE, PROT_READ, flags[i], -1, 0L);
	for (size_t i = 0; i < ELEMENTS(prots); i++) {
		long at = syscall(SYS_mmap, NULL, PAGE, prots[i], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);

		(void) syscall(SYS_mprotect, at, PAGE, prots[i]);
		(void) syscall(SYS_pkey_mprotect, at, PAGE, prots[i], -1);
		(void) syscall(SYS_munmap, at, PAGE);
	}
	(void) syscall(SYS_mmap, 0x10000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0L);
	(void) syscall(SYS_mmap, 0x10000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0L);
	(void) syscall(SYS_mmap, NULL, -1L, PROT_READ, MAP_PRIVATE, NO_FD, 0x3000L);
	(void) syscall(SYS_munmap, 1L, 0);
	(void) syscall(SYS_brk, NULL);
	(void) syscall(SYS_brk, 1L);
}

static void advised(uintptr_t at)
{
	for (int advice = 0; advice < 28; advice++)
		if (advice != MADV_REMOVE)
			(void) syscall(SYS_madvise, at, PAGE, advice);
	(void) syscall(SYS_madvise, at, 0, MADV_REMOVE);
	(void) syscall(SYS_madvise, 1L, PAGE, 100);
	(void) syscall(SYS_madvise, 1L, PAGE, -1);
}

static void locked(uintptr_t at)
{
	(void) syscall(SYS_mlock, at, PAGE);
	expect("mlock(0x%lx, 4096) = 0", (unsigned long) at);
	(void) syscall(SYS_mlock2, at, PAGE, 1);
	(void) syscall(SYS_mlock2, at, PAGE, 0);
	(void) syscall(SYS_mlock2, at, PAGE, 6);
	(void) syscall(SYS_munlock, at, PAGE);
	(void) syscall(SYS_mlockall, 0);
	(void) syscall(SYS_mlockall, 8);
	(void) syscall(SYS_mlockall, MCL_ONFAULT);
	(void) syscall(SYS_munlockall);
	(void) syscall(SYS_msync, at, PAGE, MS_SYNC);
	(void) syscall(SYS_msync, at, PAGE, MS_ASYNC | MS_INVALIDATE);
	(void) syscall(SYS_msync, at, PAGE, MS_SYNC | MS_ASYNC);
	(void) syscall(SYS_msync, at, PAGE, 8);
	(void) syscall(SYS_msync, at, PAGE, 0);
}

static void resident(uintptr_t at)
{
	*(volatile char *) at = 1;
	(void) syscall(SYS_mincore, at, PAGE, room_end(1));
	expect("mincore(0x%lx, 4096, [1]) = 0", (unsigned long) at);
	(void) syscall(SYS_mincore, at, 3 * PAGE, room_end(3));
	(void) syscall(SYS_mincore, at, 3 * PAGE + 1, room_end(4));
	(void) syscall(SYS_mincore, at, 40 * PAGE, room_end(40));
	(void) syscall(SYS_mincore, at, 0, room_end(1));
	(void) syscall(SYS_mincore, at + 1, PAGE, room_end(1));
	(void) syscall(SYS_mincore, at, PAGE, NULL);
	(void) syscall(SYS_mincore, at, PAGE, unreadable());
	(void) syscall(SYS_mincore, 0x10000000L, PAGE, room_end(1));
}

static void moved(uintptr_t at)
{
	(void) syscall(SYS_mremap, at, PAGE, PAGE, 0);
	(void) syscall(SYS_mremap, at, PAGE, 0, MREMAP_MAYMOVE);
	(void) syscall(SYS_mremap, 1L, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, 0x20000L);
	(void) syscall(SYS_mremap, 1L, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
	(void) syscall(SYS_mremap, 1L, PAGE, PAGE, 8);
	(void) syscall(SYS_remap_file_pages, 1L, PAGE, PROT_NONE, 1L, MAP_NONBLOCK);
	(void) syscall(SYS_remap_file_pages, 1L, PAGE, PROT_READ, 1L, 0);
}

static void process_advised(uintptr_t at)
{
	const struct iovec vectors[] = { { (void *) at, PAGE }, { (void *) (at + PAGE), 2 * PAGE } };

	(void) syscall(SYS_process_madvise, NO_FD, page_end(vectors, sizeof(vectors)), 2, MADV_COLD, 0);
	(void) syscall(SYS_process_madvise, NO_FD, page_end(vectors, sizeof(vectors)), 0, MADV_PAGEOUT, 5);
	(void) syscall(SYS_process_madvise, NO_FD, NULL, 1, 999, 0);
	(void) syscall(SYS_process_madvise, NO_FD, unreadable(), 1, MADV_WILLNEED, 0);
}

static void placed(uintptr_t at)
{
	const unsigned long first = 1, second = 2, two[2] = { 1, 0x8000000000000000 }, none = 0;
	unsigned long *nodes = room_end(sizeof(*nodes));
	int *mode = room_end(sizeof(*mode));

	(void) syscall(SYS_set_mempolicy, 0, NULL, 0);
	(void) syscall(SYS_set_mempolicy, 1, page_end(&first, sizeof(first)), 64);
	(void) syscall(SYS_set_mempolicy, 2 | 0x8000, page_end(two, sizeof(two)), 65);
	(void) syscall(SYS_set_mempolicy, 3 | 0x4000, page_end(&second, sizeof(second)), 2);
	(void) syscall(SYS_set_mempolicy, 4 | 0xe000, page_end(two, sizeof(two)), 128);
	(void) syscall(SYS_set_mempolicy, 77, page_end(&none, sizeof(none)), 8);
	(void) syscall(SYS_set_mempolicy, -1, unreadable(), 64);
	(void) syscall(SYS_set_mempolicy, 5, page_end(&none, sizeof(none)), 0);
	(void) syscall(SYS_set_mempolicy, 5, page_end(&none, sizeof(none)), 1000000);
	(void) syscall(SYS_set_mempolicy, 0, NULL, 0);
	(void) syscall(SYS_get_mempolicy, mode, NULL, 0, NULL, 0);
	expect("get_mempolicy([MPOL_DEFAULT], NULL, 0, NULL, 0) = 0");
	(void) syscall(SYS_get_mempolicy, mode, room_end(128), 1024, NULL, 4);
	(void) syscall(SYS_get_mempolicy, mode, nodes, 64, at, 2);
	(void) syscall(SYS_get_mempolicy, mode, nodes, 64, at, 3);
	(void) syscall(SYS_get_mempolicy, NULL, NULL, 0, 1L, 8);
	(void) syscall(SYS_mbind, at, PAGE, 0, NULL, 0, 0);
	(void) syscall(SYS_mbind, at, PAGE, 2, page_end(&first, sizeof(first)), 64, 1);
	(void) syscall(SYS_mbind, at, PAGE, 99, page_end(&second, sizeof(second)), 64, 6);
	(void) syscall(SYS_mbind, at, PAGE, 1, unreadable(), 64, 8);
	(void) syscall(SYS_migrate_pages, 0x3fffffff, 64, page_end(&first, sizeof(first)),
		       page_end(&second, sizeof(second)));
	(void) syscall(SYS_migrate_pages, 0, 64, unreadable(), NULL);
}

static void pages_moved(uintptr_t at)
{
	const void *const pages[] = { (void *) at, (void *) 1L, NULL };
	const int nodes[] = { 0, 1, -1 };

	(void) syscall(SYS_move_pages, 0, 3L, page_end(pages, sizeof(pages)), NULL, room_end(12), 0);
	(void) syscall(SYS_move_pages, 0, 2L, page_end(pages, 16), page_end(nodes, 8), room_end(8), 2);
	(void) syscall(SYS_move_pages, 0x3fffffff, 3L, page_end(pages, sizeof(pages)), page_end(nodes, sizeof(nodes)),
		       room_end(12), 4);
	(void) syscall(SYS_move_pages, 0, 1L, unreadable(), NULL, unreadable(), 6);
}

static void made(void)
{
	(void) syscall(SYS_memfd_create, string_end("name"), 1);
	(void) syscall(SYS_memfd_create, string_end("name"), 0x83);
	(void) syscall(SYS_memfd_create, string_end("name"), 4 | 21 << 26);
	(void) syscall(SYS_memfd_create, string_end("name"), 0x100);
	(void) syscall(SYS_memfd_create, unreadable(), 2);
	(void) syscall(SYS_memfd_secret, 0);
	(void) syscall(SYS_memfd_secret, O_CLOEXEC);
	(void) syscall(SYS_memfd_secret, 5);
	(void) syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	(void) syscall(SYS_userfaultfd, 1);
	(void) syscall(SYS_userfaultfd, 0x40);
	(void) syscall(SYS_userfaultfd, 0);
	(void) syscall(SYS_pkey_alloc, 0, 0);
	(void) syscall(SYS_pkey_alloc, 0, 3);
	(void) syscall(SYS_pkey_alloc, 5, 4);
	(void) syscall(SYS_pkey_free, -1);
	(void) syscall(SYS_set_mempolicy_home_node, 1L, PAGE, 5, 7);
}

static void newer(uintptr_t at)
{
	long r = syscall(SYS_madvise, 1L, PAGE, 102);

	expect("madvise(0x1, 4096, MADV_GUARD_INSTALL) = %s", result(r));
	r = syscall(462, at, PAGE, 1);

	expect("mseal(0x%lx, 4096, 0x1) = %s", (unsigned long) at, result(r));
	r = syscall(453, NULL, 0, 3);
	expect("map_shadow_stack(NULL, 0, SHADOW_STACK_SET_TOKEN|SHADOW_STACK_SET_MARKER) = %s", result(r));
}

int main(void)
{
	uintptr_t at;

	lines_begin();
	at = (uintptr_t) mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	checked("memory");
	maps();
	advised(at);
	locked(at);
	resident(at);
	moved(at);
	process_advised(at);
	placed(at);
	pages_moved(at);
	made();
	expected_only("memory");
	newer(at);
	return lines_end();
}
