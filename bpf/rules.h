/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
#pragma once

/*
 * What to capture of which call: the tables that the daemon makes of trace/syscalls.def and hands to the BPF programs
 * when it loads them. They are in no capture, and so change without RECORD_ABI.
 */

#include "record.h"

/* What to read of the caller's memory, filled in from trace/syscalls.def. */
enum MemoryKind {
	MEMORY_NONE = 0,
	MEMORY_STRING,     /* NUL-terminated, at enter */
	MEMORY_STRINGS,    /* a NULL-terminated array of strings, at enter: each with its NUL, one after the other */
	MEMORY_BUFFER_IN,  /* `length` bytes or as many as the argument `length_arg` says, at enter */
	MEMORY_ARRAY_IN,   /* as many elements of `length` bytes as the argument `length_arg` says, at enter */
	MEMORY_BUFFER_OUT, /* as MEMORY_BUFFER_IN, of a call that has succeeded, at exit */
	MEMORY_RESULT_OUT, /* as many bytes as the call returned, at exit */
	MEMORY_ARRAY_OUT,  /* as many elements of `length` bytes as the call returned, at exit; none if they are more than
			      the argument `length_arg`, unless that is fixed */
};

#define MEMORY_LENGTH_FIXED 0xffU

struct MemoryRule {
	__u8 kind;
	__u8 arg;
	__u8 length_arg; /* index, or MEMORY_LENGTH_FIXED */
	__u8 _pad;
	__u16 length;    /* bytes, when fixed; of a pointer in the array, for MEMORY_STRINGS; of an element */
	__u16 limit;     /* bytes to keep at most, up to STRING_MAX */
};

/* When a step is run: bits, of what the call may come to. */
enum StepWhen {
	STEP_ENTER = 1 << 0,
	STEP_ZERO = 1 << 1, /* what it has returned */
	STEP_POSITIVE = 1 << 2,
	STEP_FAILED = 1 << 3,
	STEP_SUCCESS = STEP_ZERO | STEP_POSITIVE,
	STEP_EXIT = STEP_SUCCESS | STEP_FAILED,
};

enum StepKind {
	STEP_BYTES = 1, /* `unit` times their number, `limit` at most */
	STEP_STRING,    /* up to PATH_MAX */
	STEP_VECTORS,   /* PART_DATA of an array of struct iovec: `limit` bytes of each, and of all together `total` */
	STEP_COUNT,     /* how many pointers are in a NULL-terminated array */
};

/* Where the number of elements comes from. */
enum StepLength {
	STEP_LENGTH_ONE = 0,
	STEP_LENGTH_ARG,    /* the argument `length_arg` */
	STEP_LENGTH_RESULT,
	STEP_LENGTH_RETURNED, /* the same, and none if it is more than the argument `length_arg` */
	STEP_LENGTH_U32,    /* at `length_offset` of what that points to; at exit no more than at enter */
	STEP_LENGTH_WORD,   /* likewise, of `width` bytes */
	STEP_LENGTH_BITS,   /* words of `unit` bytes for as many bits as that says */
	STEP_LENGTH_PAGES,  /* one for each page of as many bytes as that says */
};

#define STEP_STACK 7U             /* `arg`: none, but the stack of the caller, from `offset` on */
#define STEP_DIRECT 0xffffU       /* `offset` */
#define STEP_TOTAL_ALL 0xffffU    /* `total` */
#define STEP_TOTAL_RESULT 0xfffeU
#define STEP_INDEX_NONE 0xffU     /* `index_arg` */
#define STEP_INDEX_RESULT 0xfeU

/*
 * One more memory to capture, by the interpreter in bpf/step.bpf.h; made by trace/memory-steps.c. Whatever it captures
 * follows in pieces of its own.
 */
struct MemoryStep {
	__u8 of;             /* as MemoryRecord.arg */
	__u8 when;           /* enum StepWhen */
	__u8 kind;           /* enum StepKind */
	__u8 arg;
	__u16 offset;        /* of the pointer, in what the argument points to; STEP_DIRECT: the argument is it */
	__u16 skip;          /* bytes that the slot has */
	__u8 length;         /* enum StepLength */
	__u8 length_arg;
	__u16 length_offset;
	__u16 unit;
	__u16 limit;
	__u16 total;         /* STEP_VECTORS: STEP_TOTAL_ALL, STEP_TOTAL_RESULT, or where `arg` has a __u32 that says it */
	__u8 width;          /* of words and pointers in the caller's memory: 4 or 8 */
	__u8 index;          /* of the element that it is about: not run unless there are more than that */
	__u8 index_arg;      /* which argument says that, or STEP_INDEX_RESULT, STEP_INDEX_NONE */
	__u8 more;           /* STEP_BYTES: bytes beside the elements */
	__u8 _pad[2];
};
_Static_assert(sizeof(struct MemoryStep) == 24, "ABI");

#define STEPS_MAX 24U

struct CallSteps {
	__u32 n;
	struct MemoryStep steps[STEPS_MAX];
};

/* Which steps a command of a call has instead of those of the call. */
struct CommandKey {
	__u32 rule; /* index of the CallRule */
	__u32 command;
};

/* What of its descriptors a call gives to the caller. */
enum FileResult {
	FILE_RESULT_NONE = 0,
	FILE_RESULT_FD,      /* it returns one */
	FILE_RESULT_PAIR,    /* it writes two to the memory of the last memory rule */
	FILE_RESULT_RENAMED, /* none, but the socket of the first argument has another address after it */
};

enum CaptureFlag {
	CAPTURE_SLOT = 1 << 0,  /* it has memory rules */
	CAPTURE_ENTER = 1 << 1, /* it has steps, some at enter */
	CAPTURE_EXIT = 1 << 2,  /* likewise, at exit */
};

#define COMMAND_NONE 0xffU

struct CallRule {
	__u8 n_args;
	__u8 no_return; /* exit, exit_group: written at enter */
	__u8 replaces;  /* execve, execveat: once they have succeeded, the caller's memory is another program's */
	__u8 n_files;   /* arguments that are descriptors */
	struct MemoryRule memory[SLOT_MEMORY_MAX]; /* those read at enter first */
	__u8 file_args[CALL_FILES_MAX];
	__u8 file_result; /* enum FileResult */
	__u8 file_at;     /* AT_FDCWD stands for the working directory in the first of them */
	__u8 captures;    /* enum CaptureFlag */
	__u8 command;     /* index of the argument that chooses its steps, or COMMAND_NONE */
	__u16 steps;      /* which CallSteps; 0: none, unless a command has some */
	__u32 _pad;
};
_Static_assert(sizeof(struct CallRule) == 32, "ABI");
