/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The system calls known: one line each in syscalls.def. The recorder makes its rules from this table and the decoder
 * prints by it, so what is captured and how it is shown cannot come apart.
 */

#include <stdbool.h>
#include <stdint.h>

#include "bpf/rules.h"

typedef enum ArgKind {
	ARG_HEX, /* not described: as a number in hexadecimal */
	ARG_INT,
	ARG_UNSIGNED,
	ARG_LONG,
	ARG_SIZE,
	ARG_POINTER, /* NULL or hexadecimal */
	ARG_FD,
	ARG_DIRFD, /* AT_FDCWD or a descriptor */
#define MEMORY(kind, when, x86_64, i386, arm64, limit, function) ARG_##kind,
#include "trace/memory-kinds.def"
#undef MEMORY
	ARG_MODE, /* octal */
	ARG_FILE_MODE, /* octal, with the type of the file by name */
	ARG_SIGNAL,
	ARG_DEVICE, /* in the kernel's encoding, behind the mode that tells whether it counts */
	ARG_SOCKET_PROTOCOL, /* of the family, two arguments before */
	ARG_STATX_FLAGS,
	ARG_KEY, /* of System V IPC */
	ARG_KEY_SERIAL, /* of keyctl() */
	ARG_KEY_ERROR,
	ARG_IOPRIO,
	ARG_PERSONALITY,
	ARG_POLICY_MODE, /* of memory, with flags */
	ARG_FUTEX2, /* flags of the calls that have followed futex() */
	ARG_POSITION, /* in a file, as 64 bits; where the caller has fewer, the next argument has the others */
	ARG_POSITION_HIGH, /* those, and nothing elsewhere */
	ARG_POSITION_HIGH_FIRST, /* the other way round */
	ARG_POSITION_UNSIGNED,
	ARG_POSITION_MASK, /* no position, but in two parts as well: FANOTIFY_MASK */
	ARG_PIPE_FLAGS, /* OPEN_FLAGS without an access mode */
	ARG_QUOTA_REQUEST, /* a command and a type of quota */
	ARG_IOCTL, /* a request */
	ARG_KEXEC_LOAD_FLAGS, /* a machine and flags */
	ARG_UNUSED, /* nothing, though the register has a value */
	ARG_IOCTL_ARGUMENT, /* of a request of which nothing is known: a number or an address */
	ARG_PID,
	ARG_UID, /* or a group's */
	ARG_SHORT_UID, /* the same, of 16 bits on i386 */
#define LIST(kind, form, unknown) ARG_##kind,
#define N(name, value)
#define END
#include "trace/value-names.def"
#undef LIST
#undef N
#undef END
	_ARG_KIND_MAX,
} ArgKind;

/* Where the length of captured memory comes from, if it is not the argument of that index. */
#define LENGTH_POINTED(n) (0x10 | (n)) /* the u32 that argument n points to */
#define LENGTH_BITS(n) (0x20 | (n))    /* words for as many bits as argument n says */
#define LENGTH_RETURNED(n) (0x30 | (n)) /* the call's result, if it is not more than argument n */
#define LENGTH_PAGES(n) (0x40 | (n))   /* one for each page of as many bytes as argument n says */
#define LENGTH_RESULT 0xfe             /* the call's result */
#define LENGTH_NONE 0xff
#define LENGTH_KIND(length) ((length) & 0xf0)
#define LENGTH_INDEX(length) ((length) & 0x0f)

/* Whether it is the result, in one way or another. */
static inline bool length_is_result(uint8_t length)
{
	return length == LENGTH_RESULT || LENGTH_KIND(length) == LENGTH_RETURNED(0);
}

typedef struct SyscallArg {
	const char *name; /* the kernel's */
	ArgKind kind;
	uint8_t length; /* of memory: index of the argument that holds it, or one of LENGTH_* */
} SyscallArg;

typedef enum ResultKind {
#define RESULT(kind, function) RESULT_##kind,
#include "trace/result-kinds.def"
#undef RESULT
	_RESULT_KIND_MAX,
} ResultKind;

typedef struct Syscall {
	const char *name; /* the kernel's without "new" or "sys_"; two entries where the arguments differ by machine */
	int16_t number_x86_64; /* -1: there is none */
	int16_t number_i386;
	int16_t number_arm64;
	ResultKind result;
	const char *classes; /* as in syscall-classes.def, with blanks between */
	uint8_t n_args;
	SyscallArg args[CALL_ARGS_MAX];
} Syscall;

typedef enum Machine {
	MACHINE_X86_64,
	MACHINE_I386,
	MACHINE_ARM64,
	_MACHINE_MAX,
	_MACHINE_INVALID = -22,
} Machine;

/* What this is built for, and whose calls it makes in 32 bits. */
#if defined(__x86_64__)
#define MACHINE_NATIVE MACHINE_X86_64
#define MACHINE_COMPAT MACHINE_I386
#elif defined(__aarch64__)
#define MACHINE_NATIVE MACHINE_ARM64
#define MACHINE_COMPAT _MACHINE_INVALID
#else
#error "no such machine"
#endif

/** machine_from_string() - Return: the machine that uname calls @s, with @compat its 32-bit one; _MACHINE_INVALID */
Machine machine_from_string(const char *s, bool compat);

/** syscall_number() - Return: the call's number on that machine, or -1 */
int syscall_number(const Syscall *syscall, Machine machine);

/** syscall_by_number() - Return: the call, or NULL if the table has none of that number */
const Syscall *syscall_by_number(Machine machine, uint32_t number);

/**
 * syscall_by_name() - the first entry of that name
 *
 * Compare names, not entries, to tell whether a call is the one a user means: a name can have a second entry.
 *
 * Return: the call, or NULL
 */
const Syscall *syscall_by_name(const char *name);

/** syscall_table() - Return: all of them, in the order of syscalls.def, and in @ret_n how many */
const Syscall *syscall_table(unsigned *ret_n);

/* When memory is read, and what shape it has. */
typedef enum MemoryWhen {
	WHEN_NEVER,
	WHEN_STRING,
	WHEN_STRINGS,
	WHEN_COUNT,
	WHEN_IN,
	WHEN_OUT,
	WHEN_INOUT,
	WHEN_UPDATED,
	WHEN_ANSWERED,
	WHEN_LEFT,
} MemoryWhen;

/** kind_when() - Return: when memory of that kind is captured; WHEN_NEVER if it is none */
MemoryWhen kind_when(ArgKind kind);

/** kind_size() - Return: bytes of memory of that kind, of one element if the call tells their number; 0 if it is none */
unsigned kind_size(ArgKind kind, Machine machine);

/** kind_more() - Return: bytes of memory of that kind beside those that the call tells */
unsigned kind_more(ArgKind kind, Machine machine);

/** kind_limit() - Return: bytes of memory of that kind to keep at most, where @string_size are kept of payload */
unsigned kind_limit(ArgKind kind, unsigned string_size);

/** arg_is_payload() - Return: whether memory behind such an argument is data a service exchanges: a possible secret */
bool arg_is_payload(ArgKind kind);

/**
 * syscall_rule() - what the kernel side is to capture of each such call, in the slot of its thread
 * @machine: whose callers it is for
 * @string_size: bytes to keep of payload, up to STRING_MAX; paths and addresses are kept up to STRING_MAX
 */
void syscall_rule(const Syscall *syscall, Machine machine, unsigned string_size, struct CallRule *ret);
