/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a ring and a capture are made of, as everything above reads it: calls, events, and what is said between them.
 *
 * An item is a view: its strings and memory point into the bytes that it was parsed from and live as long as those.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/record.h"

typedef struct CallMemory {
	uint8_t arg;     /* which, as MemoryRecord.arg; of an event, enum PieceArg */
	uint8_t status; /* enum MemoryStatus */
	uint32_t requested;
	uint32_t captured;
	const uint8_t *bytes;
} CallMemory;

typedef struct CallFile {
	uint8_t of; /* which descriptor: the index of an argument, FILE_RESULT, FILE_PAIR or the next */
	struct FileRef file;
	const struct FileRecord *name; /* NULL when it is not known; given by file_table_name() */
} CallFile;

typedef struct Call {
	uint32_t nr;
	uint32_t tid;
	uint32_t pid;
	uint16_t cpu;
	uint16_t flags;    /* enum RecordFlag */
	uint64_t start;    /* ns, CLOCK_MONOTONIC; RECORD_NO_DURATION: it began after that */
	uint64_t duration; /* ns, likewise at most */
	int64_t result;
	const char *comm; /* COMM_SIZE bytes at most, NUL-padded; NULL when the record does not carry it */
	unsigned n_args;
	uint64_t args[CALL_ARGS_MAX];
	unsigned n_files;
	CallFile files[CALL_FILES_MAX];
	unsigned n_memory;
	CallMemory memory[CALL_MEMORY_MAX];
} Call;

typedef enum ItemKind {
	ITEM_CALL,
	ITEM_EVENT,
	ITEM_URING,
	ITEM_GAP, /* calls are missing between the item before and the one after */
	_ITEM_KIND_MAX,
} ItemKind;

typedef struct Gap {
	uint64_t overwritten; /* calls that the ring lost before anybody read them */
	uint64_t lost;        /* calls that never got into the ring */
	uint64_t events;      /* what is no call and was overwritten */
} Gap;

#define EVENT_MEMORY_MAX (_PIECE_ARG_MAX - PIECE_FILE)

typedef struct Item {
	ItemKind kind;
	union {
		Call call;
		struct {
			const struct EventRecord *event;
			unsigned n_event_memory;
			CallMemory event_memory[EVENT_MEMORY_MAX];
		};
		const struct UringRecord *uring;
		Gap gap;
	};
} Item;

/** call_end() - Return: when the call returned, or until when it is known to have been in flight */
static inline uint64_t call_end(const Call *c)
{
	return c->start + c->duration;
}

/** call_time() - Return: when it began, or where nobody looked at the clock then, call_end() */
static inline uint64_t call_time(const Call *c)
{
	return c->flags & RECORD_NO_DURATION ? call_end(c) : c->start;
}

/** call_memory() - Return: the memory that is @arg, as MemoryRecord.arg, or NULL if it was not captured */
const CallMemory *call_memory(const Call *c, unsigned arg);

/** item_is_counted() - Return: whether it is one of what a ring counts: a record of its chunks, not of the events */
bool item_is_counted(const Item *item);

/** call_file() - Return: the file of descriptor @of, as in CallFile, or NULL */
const CallFile *call_file(const Call *c, unsigned of);

/** file_text() - Return: the `text_size` bytes of a name, without a NUL behind them */
static inline const char *file_text(const struct FileRecord *record)
{
	return (const char *) (record + 1);
}

/** event_memory() - Return: what is known of @arg, an enum PieceArg, or NULL */
const CallMemory *event_memory(const Item *item, unsigned arg);

/** item_time() - Return: call_time(), or the time of what has no duration, an event or what io_uring did; 0 for a gap */
uint64_t item_time(const Item *item);

/** item_end() - Return: the same, but of a call when it returned */
uint64_t item_end(const Item *item);

/** item_pid() - Return: the process it is about; 0 for a gap */
uint32_t item_pid(const Item *item);

/**
 * record_parse() - one record out of untrusted bytes
 * @bytes: aligned to 8
 * @size: bytes there are
 * @ret: of use only on success; points into @bytes
 *
 * Checks every length, that strings of fixed size are NUL-terminated where they must be, and that kinds are known;
 * it does not judge call numbers or arguments.
 *
 * Return: the size of the record, a multiple of 8 and greater than 0; 0 if @size is 0; -EBADMSG if the bytes are no
 * whole record.
 */
int record_parse(const void *bytes, size_t size, Item *ret);

/**
 * file_record_parse() - one name of a file out of untrusted bytes
 * @bytes: aligned to 8
 * @ret: filled in only on success; points into @bytes
 *
 * Return: as record_parse()
 */
int file_record_parse(const void *bytes, size_t size, const struct FileRecord **ret);
