/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls whose memory is hard to capture, for the machine tests: memory WHAT [ARGUMENT...]. What is not said to fail
 * succeeds, or the program fails.
 *
 *   paths          opens and renames with paths of up to PATH_MAX
 *   edges          memory that ends where nothing is mapped, or that is nowhere
 *   dropped N      opens /etc/passwd N times by a path that is out of memory right before the call; prints how often
 *                  it was out of the page cache as well
 *   dropped-block  opens /run/memory-fifo by such a path, which blocks until somebody writes to it
 *   vector N SIZE  executes "/nonexistent" with N words of SIZE bytes
 *   environment N  executes "/nonexistent" with N strings
 *   thread         executes "/bin/true" with long words from a thread that is not the leader
 *   int80          32-bit calls of this 64-bit program, and one of x32
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096U

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* "/xxx...", of so many bytes. */
static char *long_path(char *to, size_t size, char letter)
{
	memset(to, letter, size);
	for (size_t i = 0; i < size; i += 200)
		to[i] = '/';
	to[size] = '\0';
	return to;
}

static void paths(void)
{
	static const size_t sizes[] = { 254, 255, 256, 257, 1000, 1246, 1247, 1248, 4095 };
	static char one[2 * PATH_MAX], two[PATH_MAX];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (open(long_path(one, sizes[i], 'a'), O_RDONLY) >= 0 || errno != ENOENT)
			fail("open");
	if (open(long_path(one, 6000, 'a'), O_RDONLY) >= 0 || errno != ENAMETOOLONG)
		fail("open of too much");
	if (rename(long_path(one, 2000, 'a'), long_path(two, 3000, 'b')) == 0 || errno != ENOENT)
		fail("rename");
}

/* Two pages of which the second is not mapped. Return: the end of the first */
static char *page_end(void)
{
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || munmap(p + PAGE, PAGE) < 0)
		fail("mmap");
	return p + PAGE;
}

static char *at_end(char *end, const void *bytes, size_t size)
{
	return memcpy(end - size, bytes, size);
}

static void attempt(const void *path)
{
	(void) syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
}

static void edges(void)
{
	char *end = page_end();
	struct sockaddr address = { .sa_family = AF_UNIX, .sa_data = "/none" };
	struct { uint32_t events; uint64_t data; } __attribute__((packed)) event = { 1, 7 };
	int out = open("/dev/null", O_WRONLY | O_CLOEXEC);

	attempt(at_end(end, "/nonexistent/end", 17));
	attempt(at_end(end, "", 1));
	attempt(at_end(end, "/not/terminated", 15));
	attempt((const void *) 16);
	attempt(NULL);
	(void) connect(77, (struct sockaddr *) at_end(end, &address, sizeof(address)), sizeof(address));
	(void) syscall(SYS_epoll_ctl, 77, 1, 78, at_end(end, &event, sizeof(event)));
	if (write(out, at_end(end, "whole", 5), 5) != 5)
		fail("write");
	/* the null device takes what it does not look at: the length lies about what is there */
	(void) write(out, at_end(end, "beyond", 6), 30);
}

/*
 * Paths in pages of this program's file, far enough from all else that no fault for something near brings them back: the
 * kernel maps 64 KiB around.
 */
#define AROUND 65536U

static const struct {
	char before[AROUND];
	char file[PAGE];
	char fifo[PAGE];
	char behind[AROUND];
} far_paths __attribute__((aligned(AROUND))) = { .file = "/etc/passwd", .fifo = "/run/memory-fifo" };

/* Out of the page table and, where the file system has a disk, out of the page cache. Return: whether of both */
static unsigned drop(const char *page)
{
	static int self = -1;
	unsigned char resident = 1;

	if (self < 0)
		self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (madvise((void *) page, PAGE, MADV_DONTNEED) < 0 || posix_fadvise(self, 0, 0, POSIX_FADV_DONTNEED) != 0 ||
	    mincore((void *) page, PAGE, &resident) < 0)
		fail("madvise");
	return !(resident & 1);
}

static void dropped(unsigned n)
{
	unsigned out = 0;

	for (unsigned i = 0; i < n; i++) {
		int fd;

		out += drop(far_paths.file);
		fd = open(far_paths.file, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			fail("open");
		(void) close(fd);
	}
	printf("%u\n", out);
}

static void dropped_block(void)
{
	(void) drop(far_paths.fifo);
	attempt(far_paths.fifo);
}

static char **words(unsigned n, size_t size)
{
	char **v = calloc(n + 1, sizeof(*v));

	for (unsigned i = 0; v && i < n; i++) {
		v[i] = malloc(size + 1);
		memset(v[i], 'a' + (int) (i % 26), size);
		v[i][size] = '\0';
	}
	return v;
}

static void vector(unsigned n, size_t size)
{
	(void) execve("/nonexistent", words(n, size), (char *[]){ NULL });
}

static void environment(unsigned n)
{
	(void) execve("/nonexistent", (char *[]){ "nonexistent", NULL }, words(n, 3));
}

static void *execute(void *unused)
{
	char **argv = words(4, 300);

	argv[0] = "true";
	(void) execve("/bin/true", argv, (char *[]){ "A=secret", NULL });
	return NULL;
}

static void thread(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, execute, NULL) != 0)
		fail("pthread_create");
	(void) pthread_join(t, NULL);
}

#if defined(__x86_64__)
static long int80(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c)
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static void compat(void)
{
	enum { I386_OPEN = 5, I386_GETPID = 20, I386_LINKAT = 303, X32 = 0x40000000 };
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (p == MAP_FAILED)
		fail("mmap");
	strcpy(p, "/nonexistent/int80");
	(void) int80(I386_GETPID, 0, 0, 0);
	(void) int80(I386_OPEN, (long) p, O_WRONLY, 0);
	(void) int80(I386_LINKAT, -1, -2, -3);
	(void) getppid();
	(void) syscall(X32 | SYS_getpid, 1, 2, 3, 4, 5, 6);
}
#else
static void compat(void)
{
}
#endif

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	unsigned n = argc > 2 ? (unsigned) atoi(argv[2]) : 0;

	if (strcmp(what, "paths") == 0)
		paths();
	else if (strcmp(what, "edges") == 0)
		edges();
	else if (strcmp(what, "dropped") == 0)
		dropped(n);
	else if (strcmp(what, "dropped-block") == 0)
		dropped_block();
	else if (strcmp(what, "vector") == 0 && argc > 3)
		vector(n, (size_t) atoi(argv[3]));
	else if (strcmp(what, "environment") == 0)
		environment(n);
	else if (strcmp(what, "thread") == 0)
		thread();
	else if (strcmp(what, "int80") == 0)
		compat();
	else
		return 2;
	return 0;
}
