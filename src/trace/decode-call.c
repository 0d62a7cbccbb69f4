/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include "trace/command.h"
#include "trace/memory-steps.h"
#include "trace/names.h"
#include "util/macro.h"

/* What a signal has interrupted is made again where it was, by the kernel's own means. */
static void put_restart(Writer *w, const Decoder *d)
{
	const char *name = threads_interrupted(w->style.threads, d->call->tid);

	writer_argument(w, "interrupted", false);
	writer_punctuation(w, "<... resuming interrupted ");
	if (name || !w->style.json)
		writer_word(w, name ? name : "system call");
	else
		writer_pointer(w, 0);
	writer_punctuation(w, " ...>");
}

/* A descriptor; the files that are known are those of the caller. */
static ArgKind kcmp_fd(const Decoder *d, unsigned pid)
{
	return (uint32_t) arg_value(d, pid) == d->call->pid ? ARG_FD : ARG_INT;
}

/* Other types than these say nothing of the last two arguments, and most do not use them. */
static void put_kcmp(Writer *w, const Decoder *d)
{
	enum { FILE = 0, EPOLL_TFD = 7 };
	uint32_t type = (uint32_t) arg_value(d, 2);

	decode_next(w, d, 0, ARG_PID);
	decode_next(w, d, 1, ARG_PID);
	decode_next(w, d, 2, ARG_KCMP);
	if (type != FILE && type != EPOLL_TFD && value_name(ARG_KCMP, type))
		return;
	decode_next(w, d, 3, type == FILE || type == EPOLL_TFD ? kcmp_fd(d, 0) : ARG_HEX);
	decode_next(w, d, 4, type == FILE ? kcmp_fd(d, 1) : type == EPOLL_TFD ? ARG_POINTER : ARG_HEX);
}

static void put_membarrier(Writer *w, const Decoder *d)
{
	enum { FLAG_CPU = 1 };

	decode_next(w, d, 0, ARG_MEMBARRIER);
	decode_next(w, d, 1, ARG_MEMBARRIER_FLAGS);
	if (arg_value(d, 1) & FLAG_CPU)
		decode_next(w, d, 2, ARG_INT);
}

static void put_seccomp(Writer *w, const Decoder *d)
{
	enum { SET_MODE_FILTER = 1 };

	decode_next(w, d, 0, ARG_SECCOMP_OP);
	decode_next(w, d, 1, arg_value(d, 0) == SET_MODE_FILTER ? ARG_SECCOMP_FILTER_FLAGS : ARG_HEX);
	decode_next(w, d, 2, command_arg(d->syscall, d->call->args, 2).kind);
}

/* Its frame is on the stack, and no argument. */
static void put_signal_return(Writer *w, const Decoder *d)
{
	const CallMemory *m = call_memory(d->call, SIGNAL_FRAME_SET);

	if (!m || m->captured < SIGNAL_SET_SIZE)
		return;
	writer_argument(w, "frame", false);
	writer_struct_begin(w);
	writer_member(w, "mask");
	decode_signal_set(w, memory64(m, 0), SIGNAL_SET_SIZE);
	writer_struct_end(w);
}

/* By the kind of the argument that makes the call such a one. */
static SpecialDecoder *const specials[_ARG_KIND_MAX] = {
	[ARG_PRCTL_OPTION] = decode_prctl,
	[ARG_CLONE_FLAGS] = decode_clone,
	[ARG_FUTEX_OP] = decode_futex,
	[ARG_ARCH_PRCTL_OPTION] = decode_arch_prctl,
	[ARG_KEYCTL_OPTION] = decode_keyctl,
	[ARG_PTRACE] = decode_ptrace,
	[ARG_MEMBARRIER] = put_membarrier,
	[ARG_SECCOMP_OP] = put_seccomp,
	[ARG_KCMP] = put_kcmp,
	[ARG_IOCTL] = decode_ioctl,
	[ARG_REBOOT_MAGIC1] = decode_reboot,
	[ARG_SYSLOG_ACTION] = decode_syslog,
	[ARG_FCNTL_COMMAND] = decode_fcntl,
	[ARG_MOUNT_FLAGS] = decode_mount,
	[ARG_FSCONFIG_COMMAND] = decode_fsconfig,
	[ARG_QUOTA_REQUEST] = decode_quota,
};

bool decode_special(Writer *w, const Decoder *d)
{
	for (unsigned i = 0; i < d->syscall->n_args; i++) {
		SpecialDecoder *put = specials[d->syscall->args[i].kind];

		if (put) {
			put(w, d);
			return true;
		}
	}
	if (d->syscall->n_args > 0)
		return false;
	if (streq(d->syscall->name, "restart_syscall"))
		put_restart(w, d);
	else if (streq(d->syscall->name, "rt_sigreturn"))
		put_signal_return(w, d);
	return true;
}
