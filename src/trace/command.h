/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Calls with commands: what an argument points to depends on another argument. The table is commands.def; as in
 * syscalls.def, what is captured and how it is shown come from the same line.
 */

#include "trace/syscall-table.h"

/* An argument that is other than the call's line says. */
typedef struct CommandArg {
	const char *call;
	uint32_t command;
	uint8_t index;
	SyscallArg arg; /* without its name */
} CommandArg;

typedef struct Commands {
	const char *call;
	uint8_t chooser; /* index of the argument that is the command */
	uint32_t flags;  /* bits of it that do not count */
} Commands;

/** syscall_commands() - Return: how a call of the table is commanded, or NULL */
const Commands *syscall_commands(const Syscall *syscall);

/** command_args() - Return: all of them, in the order of commands.def, and in @ret_n how many */
const CommandArg *command_args(unsigned *ret_n);

/**
 * command_arg() - what an argument is, by the command of the call if it has one
 * @args: of the call, CALL_ARGS_MAX of them
 *
 * Return: argument @i; beyond those that the call has, ARG_HEX without a name
 */
SyscallArg command_arg(const Syscall *syscall, const uint64_t *args, unsigned i);
