/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The arguments of a call, said to a writer value by value.
 *
 * Everything decoded is untrusted: a number may be any, memory may be missing, cut, or shorter than its type. What is
 * not there prints as the pointer; no byte beyond what was captured is read.
 *
 *   decode.c           the arguments one by one, by their kind
 *   decode-value.c     numbers that are made of parts, or depend on another argument
 *   decode-memory.c    strings, buffers and structs
 *   decode-number.c    numbers that are pointed to, and arrays of them
 *   decode-time.c, decode-timex.c, decode-signal.c, decode-siginfo.c, decode-process.c, decode-sched.c
 *                      structs of these areas
 *   decode-sockaddr.c  addresses of sockets
 *   decode-result.c    what is behind the "=", with the notes in decode-note.c
 *   decode-call.c      calls in which one argument decides what the others are, with files of their own for prctl, futex,
 *                      clone, keyctl, ptrace, arch_prctl
 *   decode-ioctl.c     ioctl, with what its requests have in memory in decode-terminal.c, decode-interface.c, decode-request.c
 *   decode-fcntl.c     fcntl and its locks; others by the name of what is in them
 *   decode-parts.c     further numbers that are made of parts
 *   decode-option.c    options of sockets
 *   decode-message.c   messages of sockets
 *   decode-control.c   control messages in these
 *   decode-vector.c    arrays of struct iovec with what is in them
 *   decode-ready.c     waiting for descriptors
 *   decode-offset.c    positions in files
 */

#include <stdbool.h>
#include <stdint.h>

#include "trace/item.h"
#include "trace/syscall-table.h"
#include "trace/writer.h"

typedef struct Decoder {
	const Call *call;
	const Syscall *syscall;
	Machine machine;
} Decoder;

/**
 * decoder_for() - what to decode of a call: itself, or the one that is in it (trace/inner-call.h)
 * @inner: room for that, which lives as long as the decoder
 */
Decoder decoder_for(const Call *call, Machine machine, Call *inner);

/** call_has_failed() - Return: whether the call has returned with an error */
bool call_has_failed(const Call *c);

/** call_has_succeeded() - Return: whether it has returned without one, so that what it writes is there */
bool call_has_succeeded(const Call *c);

/* What became of a call. */
typedef enum CallOutcome {
	OUTCOME_RETURNED,
	OUTCOME_FAILED,
	OUTCOME_UNFINISHED,
	OUTCOME_NO_RETURN, /* it is of those that never do */
	OUTCOME_REFUSED,   /* by a seccomp filter: it may have failed for its caller, or ended him */
} CallOutcome;

CallOutcome call_outcome(const Decoder *d);

/* What a call's duration is. */
typedef enum DurationKind {
	DURATION_EXACT,
	DURATION_AT_LEAST, /* it began before recording did */
	DURATION_AT_MOST,  /* nobody has looked at the clock then */
} DurationKind;

DurationKind call_duration_kind(const Call *c);

/** decode_args() - the arguments, as far as the call has meant them */
void decode_args(Writer *w, const Decoder *d);

/** decode_arg() - argument @i alone, without its name */
void decode_arg(Writer *w, const Decoder *d, unsigned i);

/** decode_as() - argument @i as one of another kind than the table says */
void decode_as(Writer *w, const Decoder *d, unsigned i, ArgKind kind);

/** decode_next() - the same, announced by the table's name of it */
void decode_next(Writer *w, const Decoder *d, unsigned i, ArgKind kind);

/** arg_value() - Return: the argument, 0 if the record has fewer */
uint64_t arg_value(const Decoder *d, unsigned i);

/** decode_number() - Return: whether @kind is a number whatever the other arguments are, which was then put */
bool decode_number(Writer *w, const Decoder *d, ArgKind kind, uint64_t value);

/** decode_value() - a number of a kind that has names, is made of parts or depends on the argument before it */
void decode_value(Writer *w, const Decoder *d, unsigned i, ArgKind kind, uint64_t value);

/** decode_open_flags() - the access mode and flags of open() */
void decode_open_flags(Writer *w, const Decoder *d, uint64_t value);

/** decode_file_mode() - type and permissions */
void decode_file_mode(Writer *w, uint32_t mode);

/** decode_device() - a device's number, in the encoding that stat() has */
void decode_device(Writer *w, uint64_t device);

/** decode_id() - a user's or group's, -1 to leave it as it is */
void decode_id(Writer *w, uint32_t id);

/** decode_mount_flags() - of mount(), with what old callers join to them */
void decode_mount_flags(Writer *w, uint64_t value);

/** decode_swap_flags() - of swapon(), with the priority in their low bits */
void decode_swap_flags(Writer *w, uint32_t value);

/** decode_ipc_flags() - of shmget() and its kind, with the mode in their low bits */
void decode_ipc_flags(Writer *w, ArgKind list, uint32_t value);

/** decode_ipc_command() - of shmctl() and its kind */
void decode_ipc_command(Writer *w, ArgKind list, uint32_t value);

/** SpecialDecoder - all arguments of a call */
typedef void SpecialDecoder(Writer *w, const Decoder *d);

/* Those that are too long for decode-call.c. */
SpecialDecoder decode_prctl, decode_arch_prctl, decode_futex, decode_clone, decode_keyctl, decode_ptrace, decode_fcntl,
	decode_ioctl, decode_reboot, decode_syslog, decode_mount, decode_fsconfig, decode_quota;

/** decode_special() - Return: whether the call has a form of its own, in which its arguments were then put */
bool decode_special(Writer *w, const Decoder *d);

/* Numbers that are made of parts, or of which some have names. */
void decode_personality(Writer *w, uint32_t value);
void decode_io_priority(Writer *w, uint32_t value);
void decode_io_priority_note(Writer *w, uint32_t value);
void decode_memory_policy(Writer *w, uint32_t value);
void decode_futex2_flags(Writer *w, uint32_t value);
void decode_kexec_flags(Writer *w, uint64_t value);
void decode_key_serial(Writer *w, uint32_t serial);
void decode_key_error(Writer *w, uint32_t error);
void decode_signal_handler(Writer *w, uint64_t handler);

/** decode_signal_set() - as many signals as @size bytes have bits: "[INT TERM]", "~[KILL]" */
void decode_signal_set(Writer *w, uint64_t set, unsigned size);

/** decode_signal_value() - union sigval */
void decode_signal_value(Writer *w, uint32_t number, uint64_t pointer);

/** decode_memory() - what argument @i points to, as of a kind of memory; its address if that is not there */
void decode_memory(Writer *w, const Decoder *d, unsigned i, ArgKind kind);

/** decode_address() - the address in argument @i */
void decode_address(Writer *w, const Decoder *d, unsigned i);

/**
 * MemoryDecoder - what argument @i points to
 * @m: captured; if the call does not tell its length, as many bytes as memory-kinds.def says
 */
typedef void MemoryDecoder(Writer *w, const Decoder *d, unsigned i, const CallMemory *m);

#define MEMORY(kind, when, x86_64, i386, arm64, limit, function) MemoryDecoder decode_##function;
#include "trace/memory-kinds.def"
#undef MEMORY

/** decode_result() - what a call has returned that has succeeded, with what there is to say of it */
void decode_result(Writer *w, const Decoder *d);

/** ResultDecoder - one kind of them: one value, then perhaps writer_note_begin(), another one, writer_note_end() */
typedef void ResultDecoder(Writer *w, const Decoder *d);

#define RESULT(kind, function) ResultDecoder decode_result_##function;
#include "trace/result-kinds.def"
#undef RESULT

/* Members of what was captured; 0 where nothing was. A word is a long of the caller's. */
uint16_t memory16(const CallMemory *m, unsigned offset);
uint32_t memory32(const CallMemory *m, unsigned offset);
uint64_t memory64(const CallMemory *m, unsigned offset);
uint64_t memory_word(const Decoder *d, const CallMemory *m, unsigned n);  /* the n-th of an array of words */
int64_t memory_long(const Decoder *d, const CallMemory *m, unsigned n);   /* the same, signed */

/** memory_after() - Return: what argument @i points to after the call, NULL if that is not there or less than @size */
const CallMemory *memory_after(const Decoder *d, unsigned i, unsigned size);

/** memory_is_cut() - Return: whether there was more than was captured */
bool memory_is_cut(const CallMemory *m);

/** ElementDecoder - one element, @offset bytes into what was captured, which has all of its bytes */
typedef void ElementDecoder(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset);

/** decode_array() - as many elements of @size bytes as are shown and were captured, and whether there are more */
void decode_array(Writer *w, const Decoder *d, const CallMemory *m, unsigned size, ElementDecoder *put);

/** decode_rest() - what is behind the @known bytes of a struct of the caller's size, unless it is all zero */
void decode_rest(Writer *w, const CallMemory *m, unsigned known);

/** decode_missing() - elements that were not captured: "...", and where they are if they could not be read */
void decode_missing(Writer *w, const Decoder *d, const CallMemory *m);

/* Structures that are members of others as well, @offset bytes into what was captured. */
void decode_timespec_at(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset);
void decode_timespec64_at(Writer *w, const CallMemory *m, unsigned offset);
void decode_timeval_at(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset);

/** decode_sockaddr_bytes() - an address of at least two bytes, "{sa_family=...}" */
void decode_sockaddr_bytes(Writer *w, const uint8_t *bytes, unsigned size);

/** decode_socket_option() - the name of an option of a level; @set: it is set and not got */
void decode_socket_option(Writer *w, uint32_t level, uint32_t option, bool set);

/** decode_interface() - the index of a network interface; only that of the loopback has the same name everywhere */
void decode_interface(Writer *w, uint32_t index);

/** decode_inet_at() - an address of IPv4, four bytes; decode_inet6_member() - one of IPv6, of 16, that is a member */
void decode_inet_at(Writer *w, const uint8_t *bytes);
void decode_inet6_member(Writer *w, const char *name, const uint8_t *bytes);

/** decode_ether_protocol() - a protocol of Ethernet in the byte order of the network */
void decode_ether_protocol(Writer *w, uint16_t value);

/** decode_ticks() - clock ticks, and what that is in seconds, unless it is nothing */
void decode_ticks(Writer *w, uint64_t ticks);

/** decode_change() - "128 => 16", or one number if nothing has changed */
void decode_change(Writer *w, int64_t before, int64_t after);

/* Of messages and what has several parts: @message counts those of one call, "0" is the first or only one. */

/**
 * decode_vectors() - an array of struct iovec, with what is in them
 * @data: enum MemoryPart of it was captured in, NULL: their addresses are all that is shown
 * @left: bytes of all together that were moved
 */
void decode_vectors(Writer *w, const Decoder *d, const CallMemory *m, const CallMemory *data, uint64_t left);

/** decode_control() - control messages, of @size bytes at @address */
void decode_control(Writer *w, const Decoder *d, const CallMemory *m, uint64_t address, uint64_t size);

/** decode_elements_max() - Return: how many elements of an array are shown, as many as bytes of a string */
unsigned decode_elements_max(const Writer *w);

/** decode_wait_value() - "[{WIFEXITED(s) && WEXITSTATUS(s) == 3}]" */
void decode_wait_value(Writer *w, uint32_t status);
