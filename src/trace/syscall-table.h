/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The system calls known: one line each in syscalls.def. The recorder makes its rules from this table and the decoder
 * prints by it, so what is captured and how it is shown cannot come apart.
 */

#include <stdbool.h>
#include <stdint.h>

#include "bpf/record.h"

typedef enum ArgKind {
	ARG_HEX, /* not described: as a number in hexadecimal */
	ARG_INT,
	ARG_UNSIGNED,
	ARG_LONG,
	ARG_SIZE,
	ARG_POINTER, /* NULL or hexadecimal */
	ARG_FD,
	ARG_DIRFD, /* AT_FDCWD or a descriptor */
	ARG_PATH,
	ARG_STRING,
	ARG_DATA_IN,  /* bytes the call takes from the caller: payload */
	ARG_DATA_OUT, /* bytes the call gives to the caller: payload */
	ARG_SOCKADDR_IN,
	ARG_OPEN_FLAGS,
	ARG_MODE, /* octal */
	ARG_ACCESS_MODE,
	ARG_AT_FLAGS,
	ARG_PROT,
	ARG_MMAP_FLAGS,
	ARG_CLONE_FLAGS,
	ARG_SOCKET_FAMILY,
	ARG_SOCKET_TYPE,
	ARG_SIGNAL,
	ARG_WHENCE,
	ARG_FCNTL_COMMAND,
	ARG_PRCTL_OPTION,
	ARG_ARCH_PRCTL_OPTION,
	ARG_FUTEX_OP,
	ARG_RESOURCE,
	ARG_CLOCK,
	ARG_IOCTL,
	ARG_WAIT_OPTIONS,
	ARG_PID,
	ARG_UID,
	_ARG_KIND_MAX,
} ArgKind;

/* Where the length of captured memory comes from. */
#define LENGTH_RESULT 0xfe /* the call's result */
#define LENGTH_NONE 0xff

typedef struct SyscallArg {
	const char *name; /* the kernel's */
	ArgKind kind;
	uint8_t length; /* of memory: index of the argument that holds it, LENGTH_RESULT or LENGTH_NONE */
} SyscallArg;

typedef enum ResultKind {
	RESULT_INT,
	RESULT_FD,
	RESULT_SIZE,
	RESULT_PID,
	RESULT_POINTER, /* hexadecimal */
	RESULT_MODE,
	RESULT_NONE, /* never returns: "= ?" */
	_RESULT_KIND_MAX,
} ResultKind;

typedef struct Syscall {
	const char *name;
	int16_t number_x86_64; /* -1: there is none */
	int16_t number_i386;
	int16_t number_arm64;
	ResultKind result;
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

/** machine_from_string() - Return: the machine that uname calls @s, with @compat its 32-bit one; _MACHINE_INVALID */
Machine machine_from_string(const char *s, bool compat);

/** syscall_by_number() - Return: the call, or NULL if the table has none of that number */
const Syscall *syscall_by_number(Machine machine, uint32_t number);

/** syscall_by_name() - Return: the call, or NULL; "stat" and the like are the kernel's names without "new" or "sys_" */
const Syscall *syscall_by_name(const char *name);

/** syscall_table() - Return: all of them, in the order of syscalls.def, and in @ret_n how many */
const Syscall *syscall_table(unsigned *ret_n);

/** arg_is_payload() - Return: whether memory behind such an argument is data a service exchanges: a possible secret */
bool arg_is_payload(ArgKind kind);

/**
 * syscall_rule() - what the kernel side is to capture
 * @string_size: bytes to keep of payload, up to STRING_MAX; paths and addresses are kept up to STRING_MAX
 */
void syscall_rule(const Syscall *syscall, unsigned string_size, struct CallRule *ret);
