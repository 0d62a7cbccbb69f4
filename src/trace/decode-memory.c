/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include <string.h>

#include "trace/names.h"
#include "util/macro.h"

#define RLIM64_INFINITY UINT64_MAX

/* Of <sys/wait.h>, whose macros want an lvalue of the host's type. */
#define STATUS_STOPPED 0x7fU
#define STATUS_CONTINUED 0xffffU
#define STATUS_CORE 0x80U

#define SOCKADDR_SIZE_MAX 128U /* sockaddr_storage */
#define EPOLL_CTL_DEL 2U

/* Members of struct clone_args, <linux/sched.h>, by index: all are 64 bits wide. */
enum {
	CLONE_ARGS_FLAGS,
	CLONE_ARGS_PIDFD,
	CLONE_ARGS_CHILD_TID,
	CLONE_ARGS_PARENT_TID,
	CLONE_ARGS_EXIT_SIGNAL,
	CLONE_ARGS_STACK,
	CLONE_ARGS_STACK_SIZE,
	CLONE_ARGS_TLS, /* the last of the first version */
	CLONE_ARGS_CGROUP = 10,
};

static uint32_t member32(const CallMemory *m, unsigned offset)
{
	uint32_t v = 0;

	if (offset + sizeof(v) <= m->captured)
		memcpy(&v, m->bytes + offset, sizeof(v));
	return v;
}

static uint64_t member64(const CallMemory *m, unsigned offset)
{
	uint64_t v = 0;

	if (offset + sizeof(v) <= m->captured)
		memcpy(&v, m->bytes + offset, sizeof(v));
	return v;
}

/* A member by its name, what comes before it, and the value in hexadecimal, 0 as NULL. */
static void put_address(Text *t, const char *name, uint64_t value)
{
	text_put(t, name);
	decode_pointer(t, value);
}

static void put_cut(Text *t, const CallMemory *m, size_t size, bool cut)
{
	text_put_char(t, '"');
	text_put_escaped(t, m->bytes, size);
	text_put_char(t, '"');
	if (cut)
		text_put_bytes(t, "...", 3);
}

/* Memory that was not joined with what continues it is cut as well. */
static bool is_cut(const CallMemory *m)
{
	return m->status == MEMORY_TRUNCATED || m->status == MEMORY_CONTINUED;
}

void decode_path(Text *t, const CallMemory *m)
{
	put_cut(t, m, m->captured, is_cut(m));
}

/* Each with its NUL, but the last if it was cut. strace ends a list that is not whole in "...". */
void decode_strings(Text *t, const CallMemory *m)
{
	uint32_t at = 0;

	text_put_char(t, '[');
	while (at < m->captured) {
		const uint8_t *nul = memchr(m->bytes + at, '\0', m->captured - at);
		size_t size = nul ? (size_t) (nul - (m->bytes + at)) : m->captured - at;

		if (at > 0)
			text_put_bytes(t, ", ", 2);
		text_put_char(t, '"');
		text_put_escaped(t, m->bytes + at, size);
		text_put_char(t, '"');
		if (!nul)
			text_put_bytes(t, "...", 3);
		at += (uint32_t) size + 1;
	}
	if (is_cut(m))
		text_put(t, at > 0 ? ", ..." : "...");
	text_put_char(t, ']');
}

/* getcwd() counts the NUL behind the path, readlink() has none. */
static void put_path_out(Text *t, const CallMemory *m)
{
	put_cut(t, m, strnlen((const char *) m->bytes, m->captured), is_cut(m));
}

static void put_data(Text *t, const Decoder *d, const CallMemory *m)
{
	size_t size = d->string_size > 0 ? MIN(m->captured, d->string_size) : m->captured;

	put_cut(t, m, size, size < m->captured || size < m->requested || is_cut(m));
}

/* Its strings are secrets, and never captured. */
static void put_environment(Text *t, uint64_t value, const CallMemory *m)
{
	decode_pointer(t, value);
	text_put(t, is_cut(m) ? " /* over " : " /* ");
	text_put_unsigned(t, m->requested);
	text_put(t, m->requested == 1 ? " var */" : " vars */");
}

static void put_timespec(Text *t, uint64_t seconds, uint64_t nanoseconds)
{
	text_put(t, "{tv_sec=");
	text_put_signed(t, (int64_t) seconds);
	text_put(t, ", tv_nsec=");
	text_put_unsigned(t, nanoseconds);
	text_put_char(t, '}');
}

static void put_limit(Text *t, uint64_t value)
{
	if (value == RLIM64_INFINITY)
		text_put(t, "RLIM64_INFINITY");
	else if (value > 1024 && value % 1024 == 0) {
		text_put_unsigned(t, value / 1024);
		text_put(t, "*1024");
	} else
		text_put_unsigned(t, value);
}

static void put_rlimit(Text *t, const CallMemory *m)
{
	text_put(t, "{rlim_cur=");
	put_limit(t, member64(m, 0));
	text_put(t, ", rlim_max=");
	put_limit(t, member64(m, 8));
	text_put_char(t, '}');
}

static void put_open_how(Text *t, const Decoder *d, const CallMemory *m)
{
	uint64_t mode = member64(m, 8);

	text_put(t, "{flags=");
	decode_open_flags(t, d, member64(m, 0));
	if (mode > 0) {
		text_put(t, ", mode=");
		decode_octal(t, mode);
	}
	text_put(t, ", resolve=");
	value_put(t, ARG_RESOLVE, member64(m, 16));
	text_put_char(t, '}');
}

static void put_clone_args(Text *t, const CallMemory *m)
{
	enum { PIDFD = 0x1000, SETTLS = 0x80000, PARENT_SETTID = 0x100000, CHILD_TID = 0x1200000 };
	const uint64_t into_cgroup = 0x200000000;
	uint64_t v[CLONE_ARGS_CGROUP + 1];

	for (unsigned i = 0; i < ELEMENTS(v); i++)
		v[i] = member64(m, i * 8);
	text_put(t, "{flags=");
	value_put(t, ARG_CLONE_FLAGS, v[CLONE_ARGS_FLAGS]);
	if (v[CLONE_ARGS_FLAGS] & PIDFD)
		put_address(t, ", pidfd=", v[CLONE_ARGS_PIDFD]);
	if (v[CLONE_ARGS_FLAGS] & CHILD_TID)
		put_address(t, ", child_tid=", v[CLONE_ARGS_CHILD_TID]);
	if (v[CLONE_ARGS_FLAGS] & PARENT_SETTID)
		put_address(t, ", parent_tid=", v[CLONE_ARGS_PARENT_TID]);
	text_put(t, ", exit_signal=");
	signal_put(t, (int) v[CLONE_ARGS_EXIT_SIGNAL]);
	put_address(t, ", stack=", v[CLONE_ARGS_STACK]);
	text_put(t, ", stack_size=");
	decode_hex(t, v[CLONE_ARGS_STACK_SIZE]);
	if (v[CLONE_ARGS_FLAGS] & SETTLS)
		put_address(t, ", tls=", v[CLONE_ARGS_TLS]);
	if (v[CLONE_ARGS_FLAGS] & into_cgroup) {
		text_put(t, ", cgroup=");
		text_put_unsigned(t, v[CLONE_ARGS_CGROUP]);
	}
	text_put_char(t, '}');
}

/* Packed on x86 alone. */
static void put_epoll_event(Text *t, const Decoder *d, const CallMemory *m)
{
	uint64_t data = member64(m, d->machine == MACHINE_ARM64 ? 8 : 4);

	text_put(t, "{events=");
	value_put(t, ARG_EPOLL_EVENTS, member32(m, 0));
	text_put(t, ", data={u32=");
	text_put_unsigned(t, (uint32_t) data);
	text_put(t, ", u64=");
	text_put_unsigned(t, data);
	text_put(t, "}}");
}

static void put_fd_pair(Text *t, const Decoder *d, const CallMemory *m)
{
	text_put_char(t, '[');
	text_put_signed(t, (int32_t) member32(m, 0));
	decode_file(t, d, FILE_PAIR);
	text_put(t, ", ");
	text_put_signed(t, (int32_t) member32(m, 4));
	decode_file(t, d, FILE_PAIR + 1);
	text_put_char(t, ']');
}

static void put_wait_status(Text *t, uint32_t status)
{
	uint32_t low = status & 0x7f, high = status >> 8 & 0xff;

	if (low == 0) {
		text_put(t, "[{WIFEXITED(s) && WEXITSTATUS(s) == ");
		text_put_unsigned(t, high);
	} else if (status == STATUS_CONTINUED)
		text_put(t, "[{WIFCONTINUED(s)");
	else if (low == STATUS_STOPPED) {
		text_put(t, "[{WIFSTOPPED(s) && WSTOPSIG(s) == ");
		signal_put(t, (int) high);
	} else {
		text_put(t, "[{WIFSIGNALED(s) && WTERMSIG(s) == ");
		signal_put(t, (int) low);
		if (status & STATUS_CORE)
			text_put(t, " && WCOREDUMP(s)");
	}
	text_put(t, "}]");
}

/* SO_ERROR holds an errno; what a service that connects without blocking fails with shows nowhere else. */
static void put_option(Text *t, const Decoder *d, unsigned i, const CallMemory *m)
{
	int32_t value = (int32_t) member32(m, 0);
	const char *option = arg_value(d, i - 2) == 1 ? value_name(ARG_SOCKET_OPTION, arg_value(d, i - 1)) : NULL;
	const char *error = option && streq(option, "SO_ERROR") ? errno_name(value) : NULL;

	text_put_char(t, '[');
	if (error)
		text_put(t, error);
	else
		text_put_signed(t, value);
	text_put_char(t, ']');
}

/* Return: bytes without which the memory of an argument of that kind says nothing. */
static unsigned size_needed(const Decoder *d, ArgKind kind)
{
	switch (kind) {
	case ARG_SOCKADDR_IN:
		return sizeof(uint16_t);
	case ARG_TIMESPEC:
		return d->machine == MACHINE_I386 ? 8 : 16;
	case ARG_TIMESPEC64:
	case ARG_RLIMIT64:
		return 16;
	case ARG_OPEN_HOW:
		return 24;
	case ARG_CLONE_ARGS:
		return (CLONE_ARGS_TLS + 1) * 8;
	case ARG_EPOLL_EVENT:
		return d->machine == MACHINE_ARM64 ? 16 : 12;
	case ARG_FD_PAIR:
		return 8;
	case ARG_WAIT_STATUS:
	case ARG_OPTION_IN:
	case ARG_OPTION_OUT:
		return 4;
	default:
		return 0;
	}
}

/* Return: whether the memory was or would be what the kind says; else only its address means something. */
static bool is_meant(const Decoder *d, unsigned i, ArgKind kind)
{
	bool returned = !(d->call->flags & RECORD_UNFINISHED) && d->call->result >= 0;

	switch (kind) {
	case ARG_PATH_OUT:
	case ARG_DATA_OUT:
	case ARG_FD_PAIR:
	case ARG_OPTION_OUT:
		return returned;
	case ARG_WAIT_STATUS: /* 0: no child has changed its state */
		return returned && d->call->result > 0;
	case ARG_SOCKADDR_IN: /* the kernel refuses longer ones unread */
		return (uint32_t) arg_value(d, d->syscall->args[i].length) <= SOCKADDR_SIZE_MAX;
	case ARG_OPTION_IN:
		return arg_value(d, i + 1) == sizeof(int32_t);
	case ARG_EPOLL_EVENT:
		return (uint32_t) arg_value(d, i - 2) != EPOLL_CTL_DEL;
	default:
		return true;
	}
}

static void put_memory(Text *t, const Decoder *d, unsigned i, const CallMemory *m)
{
	switch (d->syscall->args[i].kind) {
	case ARG_PATH:
		decode_path(t, m);
		break;
	case ARG_PATH_OUT:
		put_path_out(t, m);
		break;
	case ARG_STRINGS:
		decode_strings(t, m);
		break;
	case ARG_ENVIRONMENT:
		put_environment(t, arg_value(d, i), m);
		break;
	case ARG_STRING:
	case ARG_DATA_IN:
	case ARG_DATA_OUT:
		put_data(t, d, m);
		break;
	case ARG_SOCKADDR_IN:
		decode_sockaddr(t, m->bytes, m->captured);
		break;
	case ARG_TIMESPEC:
		if (d->machine == MACHINE_I386)
			put_timespec(t, (uint64_t) (int32_t) member32(m, 0), member32(m, 4));
		else
			put_timespec(t, member64(m, 0), member64(m, 8));
		break;
	case ARG_TIMESPEC64:
		put_timespec(t, member64(m, 0), member64(m, 8));
		break;
	case ARG_RLIMIT64:
		put_rlimit(t, m);
		break;
	case ARG_OPEN_HOW:
		put_open_how(t, d, m);
		break;
	case ARG_CLONE_ARGS:
		put_clone_args(t, m);
		break;
	case ARG_EPOLL_EVENT:
		put_epoll_event(t, d, m);
		break;
	case ARG_FD_PAIR:
		put_fd_pair(t, d, m);
		break;
	case ARG_WAIT_STATUS:
		put_wait_status(t, member32(m, 0));
		break;
	default:
		put_option(t, d, i, m);
	}
}

static bool is_memory(ArgKind kind)
{
	return kind >= ARG_PATH && kind <= ARG_OPTION_OUT;
}

bool decode_memory(Text *t, const Decoder *d, unsigned i)
{
	const SyscallArg *arg = &d->syscall->args[i];
	uint64_t value = arg_value(d, i);
	const CallMemory *m;

	if (!is_memory(arg->kind))
		return false;
	m = call_memory(d->call, i);
	if (value == 0 || !is_meant(d, i, arg->kind))
		decode_pointer(t, value);
	else if (m && m->status != MEMORY_UNREADABLE && m->captured >= size_needed(d, arg->kind))
		put_memory(t, d, i, m);
	else if (arg->length == LENGTH_RESULT && d->call->result == 0)
		text_put(t, "\"\"");
	else
		decode_pointer(t, value);
	return true;
}
