/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A 32-bit program for the machine tests, without a C library, so that it is built wherever the compiler has -m32. Its
 * first argument says what it does:
 *
 *   calls   calls with memory of each kind that succeed or fail in a known way
 *   exec    executes "/bin/true" with arguments that are too long for a record
 *   block   opens "fifo" for reading
 */

enum { OPEN = 5, EXIT = 1, EXECVE = 11, GETPID = 20, NANOSLEEP = 162, RT_SIGRETURN = 173, RENAMEAT2 = 353, CONNECT = 362 };

static int call(int number, int a, int b, int c, int d, int e)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory");
	return result;
}

static int at(const void *p)
{
	return (int) p;
}

static void make_calls(void)
{
	static const int time[] = { 0, 1000 };
	static const unsigned char address[] = { 2, 0, 0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 };

	call(GETPID, 0, 0, 0, 0, 0);
	call(OPEN, at("/nonexistent/of-32-bit"), 0, 0, 0, 0);
	call(RENAMEAT2, -100, at("/nonexistent/from"), -100, at("/nonexistent/to"), 0);
	call(NANOSLEEP, at(time), 0, 0, 0, 0);
	call(CONNECT, 77, at(address), sizeof(address), 0, 0);
}

static void execute(void)
{
	static char word[600];
	static const char *const argv[] = { "true", "first", word, "last", 0 }, *const envp[] = { "A=secret", "B=secret", 0 };

	for (unsigned i = 0; i < sizeof(word) - 1; i++)
		word[i] = 'w';
	call(EXECVE, at("/nonexistent"), at(argv), at(envp), 0, 0);
	call(EXECVE, at("/bin/true"), at(argv), at(envp), 0, 0);
}

__attribute__((used)) static void begin(const int *stack)
{
	const char *what = stack[0] > 1 ? (const char *) stack[2] : "";

	if (what[0] == 'c')
		make_calls();
	else if (what[0] == 'e')
		execute();
	else if (what[0] == 'b')
		call(OPEN, at("fifo"), 0, 0, 0, 0);
	call(EXIT, 0, 0, 0, 0, 0);
}

__asm__(".globl _start\n"
	"_start:\n"
	"	mov %esp, %eax\n"
	"	push %eax\n"
	"	call begin\n");
