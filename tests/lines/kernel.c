/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * bpf(2), io_uring, perf, landlock, and calls that rule the machine. What would rule it is made so that the kernel must
 * refuse it: with wrong magic numbers, for another machine, beyond all limits.
 */

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

#define POINTER(p) ((unsigned long) (p))

static long bpf(int command, const union bpf_attr *attr, unsigned size)
{
	return syscall(SYS_bpf, command, page_end(attr, size), size);
}

/* Each command with nothing in all sizes that matter, and with something everywhere. */
static void commands(void)
{
	static const unsigned sizes[] = { 1, 4, 12, 13, 16, 17, 24, 25, 32, 40, 44, 48, 64, 68, 72, 76, 112, 120, 128 };
	union bpf_attr nothing = {}, numbers;

	for (unsigned i = 0; i < sizeof(numbers) / sizeof(int); i++)
		((int *) &numbers)[i] = (int) i + 1;
	for (int command = 0; command < 36; command++) {
		(void) bpf(command, &numbers, 128);
		if (command == BPF_PROG_LOAD)
			for (size_t i = 0; i < ELEMENTS(sizes); i++)
				(void) bpf(command, &nothing, sizes[i]);
		else if (command != BPF_ENABLE_STATS)
			(void) bpf(command, &nothing, 16);
	}
	for (size_t i = 0; i < ELEMENTS(sizes); i++) {
		(void) bpf(BPF_MAP_CREATE, &nothing, sizes[i]);
		(void) bpf(BPF_PROG_TEST_RUN, &nothing, sizes[i]);
	}
	(void) syscall(SYS_bpf, BPF_MAP_CREATE, NULL, 72);
	(void) syscall(SYS_bpf, BPF_MAP_CREATE, unreadable(), 72);
	(void) syscall(SYS_bpf, BPF_MAP_CREATE, room_end(8), 0);
	(void) syscall(SYS_bpf, 99, room_end(8), 8);
}

static void objects(void)
{
	static const unsigned long long program[] = { 0xb7, 0x95 };
	union bpf_attr map = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1,
			       .map_name = "lines" };
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insn_cnt = 2, .insns = POINTER(program),
				.license = POINTER(string_end("GPL")), .prog_name = "lines" };
	char *log = memset(room_end(64), 0, 64);

	(void) bpf(BPF_MAP_CREATE, &map, 72);
	(void) bpf(BPF_PROG_LOAD, &attr, 72);
	attr.insn_cnt = 1;
	attr.log_level = 1;
	attr.log_size = 64;
	attr.log_buf = POINTER(log);
	(void) bpf(BPF_PROG_LOAD, &attr, 72);
	attr = (union bpf_attr){ .pathname = POINTER(string_end("missing/object")), .bpf_fd = NO_FD };
	(void) bpf(BPF_OBJ_PIN, &attr, 12);
	(void) bpf(BPF_OBJ_GET, &attr, 16);
	attr = (union bpf_attr){ .raw_tracepoint = { .name = POINTER(string_end("missing")), .prog_fd = NO_FD } };
	(void) bpf(BPF_RAW_TRACEPOINT_OPEN, &attr, 16);
	attr = (union bpf_attr){ .start_id = 0 };
	(void) bpf(BPF_BTF_GET_NEXT_ID, &attr, 12);
	attr = (union bpf_attr){ .start_id = 0xfffffff0 };
	(void) bpf(BPF_PROG_GET_NEXT_ID, &attr, 12);
	attr = (union bpf_attr){ .btf = POINTER(string_end("abc")), .btf_size = 4 };
	(void) bpf(BPF_BTF_LOAD, &attr, 28);
}

static void landlock(void)
{
	unsigned long long rights[] = { 0x1fff, 0, 0 };
	struct {
		unsigned long long allowed;
		int parent;
	} __attribute__((packed)) path = { 7, 5 };

	(void) syscall(SYS_landlock_create_ruleset, NULL, 0L, 1L);
	(void) syscall(SYS_landlock_create_ruleset, NULL, 0L, 8L);
	(void) syscall(SYS_landlock_create_ruleset, page_end(rights, 8), 8L, 0L);
	(void) syscall(SYS_landlock_create_ruleset, page_end(rights, 4), 4L, 0L);
	(void) syscall(SYS_landlock_create_ruleset, unreadable(), 8L, 9L);
	rights[0] = 0;
	(void) syscall(SYS_landlock_create_ruleset, page_end(rights, 8), 8L, 0L);
	(void) syscall(SYS_landlock_add_rule, NO_FD, 1L, page_end(&path, sizeof(path)), 0L);
	(void) syscall(SYS_landlock_add_rule, NO_FD, 1L, unreadable(), 1L);
	(void) syscall(SYS_landlock_add_rule, NO_FD, 9L, page_end(&path, sizeof(path)), 0L);
	(void) syscall(SYS_landlock_restrict_self, NO_FD, 0L);
}

static void rings(void)
{
	struct io_uring_params params = {};
	struct iovec vectors[] = { { (void *) 0x1000, 5 }, { (void *) 0x2000, 6 } };
	int fds[] = { NO_FD, 1, 2 };
	struct io_uring_files_update update = { .offset = 1, .fds = POINTER(page_end(fds, sizeof(fds))) };
	unsigned long set = 0x200;
	long ring = syscall(SYS_io_uring_setup, 1L, page_end(&params, sizeof(params)));

	params = (struct io_uring_params){ .flags = 0x28, .cq_entries = 4, .wq_fd = NO_FD, .resv = { 0, 3, 0 } };
	(void) syscall(SYS_io_uring_setup, 1L, page_end(&params, sizeof(params)));
	(void) syscall(SYS_io_uring_setup, 0L, NULL);
	(void) syscall(SYS_io_uring_setup, 4L, unreadable());
	(void) syscall(SYS_io_uring_enter, ring, 0L, 0L, 0L, NULL, 0L);
	(void) syscall(SYS_io_uring_enter, NO_FD, 1L, 2L, 3L, NULL, 8L);
	(void) syscall(SYS_io_uring_enter, NO_FD, 0L, 0L, 1L, page_end(&set, sizeof(set)), 8L);
	(void) syscall(SYS_io_uring_enter, NO_FD, 0L, 0L, 1L, page_end(&set, sizeof(set)), 4L);
	(void) syscall(SYS_io_uring_enter, NO_FD, 0L, 0L, 8L, room_end(24), 24L);
	for (long operation = 0; operation < 24; operation++)
		(void) syscall(SYS_io_uring_register, NO_FD, operation, NULL, 0L);
	(void) syscall(SYS_io_uring_register, ring, 0x99L, unreadable(), 1L);
	(void) syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, page_end(vectors, sizeof(vectors)), 2L);
	(void) syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, page_end(fds, sizeof(fds)), 3L);
	(void) syscall(SYS_io_uring_register, ring, IORING_REGISTER_EVENTFD, page_end(fds, sizeof(fds[0])), 1L);
	(void) syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES_UPDATE, page_end(&update, sizeof(update)), 3L);
	(void) syscall(SYS_io_uring_register, ring, IORING_REGISTER_PROBE, memset(room_end(48), 0, 48), 4L);
	(void) syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, unreadable(), 2L);
}

static long perf(const struct perf_event_attr *attr, size_t size, unsigned long flags)
{
	return syscall(SYS_perf_event_open, page_end(attr, size), -2, 0, -1, flags);
}

static void counters(void)
{
	static const unsigned long long configs[] = { 0, 2, 9, 99, 0x10102, 0x30405, 0x1000000, 0x500000001, 1ULL << 40 };
	struct perf_event_attr attr = { .size = sizeof(attr) };

	for (unsigned type = 0; type < 7; type++)
		for (size_t i = 0; i < ELEMENTS(configs); i++) {
			attr.type = type;
			attr.config = configs[i];
			(void) perf(&attr, sizeof(attr), 0);
		}
	attr = (struct perf_event_attr){ .type = PERF_TYPE_BREAKPOINT, .size = 128, .bp_type = 3, .bp_addr = 0x1000, .bp_len = 4,
					 .freq = 1, .sample_freq = 1000, .use_clockid = 1, .clockid = 1, .watermark = 1,
					 .wakeup_watermark = 7, .precise_ip = 2, .disabled = 1 };
	(void) perf(&attr, sizeof(attr), 8);
	memset(&attr, 0xff, sizeof(attr));
	attr.type = PERF_TYPE_SOFTWARE;
	attr.config = 1;
	for (unsigned size = 64; size <= 128; size += 8) {
		attr.size = size;
		(void) perf(&attr, sizeof(attr), 0x1f);
	}
	attr.size = 0;
	(void) perf(&attr, sizeof(attr), 0);
	attr.size = 8;
	(void) perf(&attr, sizeof(attr), 0);
	(void) syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0L);
	(void) syscall(SYS_perf_event_open, unreadable(), 0, -1, -1, 0x10L);
}

static void machine(void)
{
	static const long actions[] = { 2, 3, 11, 99 };
	unsigned long segment[] = { 0x1000, 5, 0x2000, 6 };

	(void) syscall(SYS_reboot, 0L, 0L, 0L, NULL);
	(void) syscall(SYS_reboot, 0xfee1deadL, 1L, 0x1234567L, NULL);
	(void) syscall(SYS_reboot, 0xfee1deadL, 2L, 0xa1b2c3d4L, string_end("command"));
	(void) syscall(SYS_reboot, 1L, 672274793L, 0x4321fedcL, NULL);
	(void) syscall(SYS_reboot, 1L, 85072278L, 9L, NULL);
	for (size_t i = 0; i < ELEMENTS(actions); i++)
		(void) syscall(SYS_syslog, actions[i], NULL, -1L);
	(void) syscall(SYS_syslog, 8L, NULL, 99L);
	(void) syscall(SYS_delete_module, string_end("no such module"), 0x800L);
	(void) syscall(SYS_delete_module, NULL, 1L);
	(void) syscall(SYS_init_module, NULL, 0L, unreadable());
	(void) syscall(SYS_finit_module, NO_FD, string_end("a=b"), 7L);
	(void) syscall(SYS_kexec_load, 0x1000L, 1L, page_end(segment, sizeof(segment)), 183L << 16 | 2L);
	(void) syscall(SYS_kexec_load, 0x1000L, 20L, unreadable(), 1L);
	(void) syscall(SYS_kexec_file_load, NO_FD, NO_FD, 4L, string_end("abc"), 0x1006L);
	(void) syscall(SYS_acct, string_end("missing/account"));
	(void) syscall(SYS_pkey_alloc, 1L, 0x10L);
	(void) syscall(SYS_userfaultfd, 4L);
	(void) syscall(SYS_getrandom, room_end(4), 4L, 8L);
}

int main(void)
{
	lines_begin();
	checked("kernel");
	commands();
	objects();
	landlock();
	rings();
	counters();
	machine();
	return lines_end();
}
