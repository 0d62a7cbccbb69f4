/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The arguments of a call as text, in strace's syntax.
 *
 * Everything decoded is untrusted: a number may be any, memory may be missing, cut, or shorter than its type. What is
 * not there prints as the pointer; no byte beyond what was captured is read.
 *
 *   decode.c           the arguments one by one, by their kind
 *   decode-memory.c    strings, buffers and structs
 *   decode-sockaddr.c  addresses of sockets
 *   decode-call.c      calls in which one argument decides what the others are: prctl, futex, clone, fcntl, ioctl
 */

#include <stdbool.h>
#include <stdint.h>

#include "trace/file-name.h"
#include "trace/item.h"
#include "trace/syscall-table.h"
#include "util/text.h"

typedef struct Decoder {
	const Call *call;
	const Syscall *syscall;
	Machine machine;
	unsigned string_size; /* bytes of a string or buffer to show; 0: all; paths are never cut */
	FileNames names;
} Decoder;

/** call_has_failed() - Return: whether the call has returned with an error */
bool call_has_failed(const Call *c);

/** decode_args() - append the arguments, separated by commas, as far as the call has meant them */
void decode_args(Text *t, const Decoder *d);

/** decode_arg() - append argument @i alone */
void decode_arg(Text *t, const Decoder *d, unsigned i);

/** arg_value() - Return: the argument, 0 if the record has fewer */
uint64_t arg_value(const Decoder *d, unsigned i);

/** decode_file() - append the name of the file that descriptor @of stands for, as in CallFile, if it is to be shown */
void decode_file(Text *t, const Decoder *d, unsigned of);

/** decode_pointer() - append "NULL" or the address */
void decode_pointer(Text *t, uint64_t value);

/** decode_hex() - append a number in hexadecimal, zero as "0" */
void decode_hex(Text *t, uint64_t value);

/** decode_octal() - append a mode, with three digits at least */
void decode_octal(Text *t, uint64_t value);

/** decode_open_flags() - append "O_RDONLY|O_CLOEXEC" */
void decode_open_flags(Text *t, const Decoder *d, uint64_t value);

/** decode_path() - append a string in quotes, with "..." behind it if it was cut */
void decode_path(Text *t, const CallMemory *m);

/** decode_strings() - append a list of strings in brackets, likewise */
void decode_strings(Text *t, const CallMemory *m);

/** decode_memory() - Return: whether argument @i is of a kind that points to memory, which was then appended */
bool decode_memory(Text *t, const Decoder *d, unsigned i);

/** decode_sockaddr() - append an address of at least two bytes, "{sa_family=...}" */
void decode_sockaddr(Text *t, const uint8_t *bytes, unsigned size);

/** decode_special() - Return: whether the call has a form of its own, in which its arguments were then appended */
bool decode_special(Text *t, const Decoder *d);
