/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The numbers in syscalls.def against the kernel's headers, as far as those that are installed reach: every number of a
 * header has the header's name in the table, and every number of the table is in the header.
 */

#include "unit/test.h"

#include <stdio.h>
#include <string.h>

#include "trace/syscall-table.h"
#include "util/cleanup.h"
#include "util/macro.h"

/* Numbers from 403 to 423 are for 32-bit machines alone; from here on they are one series for all. */
#define FIRST_TIME64 403
#define FIRST_COMMON 424

typedef struct Header {
	char names[SYSCALLS_MAX][64];
	unsigned n;
	unsigned end; /* behind the last number */
} Header;

/* What a header has under another name, or calls a number without there being a call. */
static const struct {
	Machine machine;
	const char *header;
	const char *name; /* NULL: no call of that machine */
} others[] = {
	{ MACHINE_ARM64, "fstatat", "newfstatat" },
	{ MACHINE_ARM64, "sync_file_range2", NULL }, /* in place of sync_file_range, on other machines */
	{ MACHINE_ARM64, "syscalls", NULL },	     /* how many there are */
	{ MACHINE_ARM64, "arch_specific_syscall", NULL },
};

/* Numbers that were given after later ones: a header may reach beyond them and not have them. */
static const char *const late[] = { "uretprobe", "uprobe" };

static const char *name_of(Machine machine, const char *name)
{
	for (size_t i = 0; i < ELEMENTS(others); i++)
		if (others[i].machine == machine && streq(others[i].header, name))
			return others[i].name;
	return name;
}

static bool is_late(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(late); i++)
		if (streq(late[i], name))
			return true;
	return false;
}

/* "#define __NR_close 57"; __NR3264_: the call whose name depends on the size of a long. */
static void read_line(const char *line, Machine machine, Header *h)
{
	char name[64];
	unsigned number;
	bool reserved;

	if (sscanf(line, "#define __NR_%63s %u", name, &number) != 2 &&
	    sscanf(line, "#define __NR3264_%63s %u", name, &number) != 2)
		return;
	reserved = machine == MACHINE_ARM64 && number >= FIRST_TIME64 && number < FIRST_COMMON;
	if (number >= SYSCALLS_MAX || reserved || !name_of(machine, name))
		return;
	strcpy(h->names[number], name_of(machine, name));
	h->n++;
	h->end = MAX(h->end, number + 1);
}

/* Return: whether one of the files is there. */
static bool read_header(const char *const *paths, Machine machine, Header *h)
{
	_cleanup_fclose_ FILE *f = NULL;
	char line[256];

	for (; *paths && !f; paths++)
		f = fopen(*paths, "re");
	while (f && fgets(line, sizeof(line), f))
		read_line(line, machine, h);
	return f;
}

/* Return: whether the table and the header have the same; what differs is printed. */
static bool compare(const Header *h, Machine machine)
{
	bool same = true;

	for (unsigned number = 0; number < h->end; number++) {
		const Syscall *call = syscall_by_number(machine, number);
		const char *here = call ? call->name : "", *there = h->names[number];

		if (streq(here, there) || (*there == '\0' && is_late(here)))
			continue;
		printf("# %u is \"%s\" in the header, \"%s\" in the table\n", number, there, here);
		same = false;
	}
	return same;
}

static Header header;

/* With the number of calls that the oldest header in use has. */
#define COMPARE(machine, least, ...)                                                         \
	do {                                                                                 \
		memset(&header, 0, sizeof(header));                                          \
		if (!read_header((const char *const[]){ __VA_ARGS__, NULL }, machine, &header)) \
			SKIP("the header is not installed");                                 \
		CHECK(header.n >= least);                                                    \
		CHECK(compare(&header, machine));                                            \
	} while (0)

TEST(numbers_of_x86_64_are_those_of_the_kernel)
{
	COMPARE(MACHINE_X86_64, 360, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h");
}

TEST(numbers_of_i386_are_those_of_the_kernel)
{
	COMPARE(MACHINE_I386, 435, "/usr/include/x86_64-linux-gnu/asm/unistd_32.h", "/usr/include/asm/unistd_32.h");
}

TEST(numbers_of_arm64_are_those_of_the_kernel)
{
	COMPARE(MACHINE_ARM64, 300, "/usr/include/aarch64-linux-gnu/asm/unistd_64.h",
		"/usr/aarch64-linux-gnu/include/asm/unistd_64.h", "/usr/aarch64-linux-gnu/include/asm-generic/unistd.h",
		"/usr/include/asm-generic/unistd.h");
}

/* Beyond the headers: tests/machine/test-syscalls asks the running kernel for names and arguments. */
TEST(common_numbers_are_the_same_everywhere)
{
	unsigned n;
	const Syscall *table = syscall_table(&n);

	for (unsigned i = 0; i < n; i++) {
		int number = MAX(table[i].number_x86_64, MAX(table[i].number_i386, table[i].number_arm64));

		if (number < FIRST_COMMON)
			continue;
		for (Machine m = 0; m < _MACHINE_MAX; m++)
			CHECK_INT(syscall_number(&table[i], m), number);
	}
}

TEST(every_call_of_linux_6_18_is_there)
{
	for (uint32_t i = 0; i < SYSCALLS_MAX; i++) {
		bool common = i >= FIRST_COMMON && i <= 469;

		CHECK((syscall_by_number(MACHINE_X86_64, i) != NULL) == (i <= 336 || common));
		if (i >= FIRST_TIME64 && i < FIRST_COMMON)
			CHECK((syscall_by_number(MACHINE_I386, i) != NULL) == (i != 415));
		if (i > 294)
			CHECK((syscall_by_number(MACHINE_ARM64, i) != NULL) == common);
	}
	CHECK_STRING(syscall_by_number(MACHINE_X86_64, 336)->name, "uprobe");
	CHECK_STRING(syscall_by_number(MACHINE_X86_64, 451)->name, "cachestat");
	CHECK_STRING(syscall_by_number(MACHINE_X86_64, 462)->name, "mseal");
	CHECK_STRING(syscall_by_number(MACHINE_X86_64, 469)->name, "file_setattr");
}

int main(void)
{
	RUN(numbers_of_x86_64_are_those_of_the_kernel);
	RUN(numbers_of_i386_are_those_of_the_kernel);
	RUN(numbers_of_arm64_are_those_of_the_kernel);
	RUN(common_numbers_are_the_same_everywhere);
	RUN(every_call_of_linux_6_18_is_there);
	return test_done();
}
