/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The capture format: a live stream, a dump, a file and a journal field are all this.
 *
 *   preamble   CAPTURE_MAGIC (8 bytes), u16 format version, u16 RECORD_ABI, u32 0 (anything else: a newer format)
 *   blocks     u32 type | CAPTURE_DEFLATED, u32 stored size, u32 raw size, u32 CRC-32 (zlib's) of the 12 bytes
 *              before it and of the stored bytes; then the stored bytes
 *
 * All numbers are little-endian. A block holds at most CAPTURE_BLOCK_MAX raw bytes, so damage costs no more than that.
 * Blocks of an unknown type are skipped. The last one is CAPTURE_END: a capture without it has been cut, and bytes
 * behind it are damage.
 *
 *   CAPTURE_INFO     first and once: text, KEY=VALUE lines (see CaptureInfo); an unknown key is ignored
 *   CAPTURE_RECORDS  records as in bpf/record.h, each call with its comm, in the order they are to be shown
 *   CAPTURE_FILES    what files are called, as struct FileRecord in bpf/record.h; a name comes before the records of
 *                    calls that need it, and there may be none for a file
 *   CAPTURE_GAP      text: OVERWRITTEN= and LOST=, what is missing between the records before and after
 *   CAPTURE_END      text: CALLS= OVERWRITTEN= LOST= EVENTS_OVERWRITTEN= REASON=, the totals of the ring at the end
 *
 * The writer appends to a Text; who sends it where is not its concern. The reader is fed bytes as they come, in pieces
 * of any size, so a pipe and a file are read alike.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/item.h"
#include "util/cleanup.h"
#include "util/text.h"

#define CAPTURE_MAGIC "\x89TLOOP\r\n"
#define CAPTURE_VERSION 2U
#define CAPTURE_BLOCK_MAX 65536U
#define CAPTURE_FILES_MAX (16U * 1024 * 1024) /* bytes of names a reader keeps: more than a year of most streams */
#define CAPTURE_STRING_MAX 255U /* characters of a string in a text block: a unit's name, the longest, has no more */

enum CaptureBlock {
	CAPTURE_INFO = 1,
	CAPTURE_RECORDS = 2,
	CAPTURE_GAP = 3,
	CAPTURE_END = 4,
	CAPTURE_FILES = 5,
};
#define CAPTURE_DEFLATED (1U << 31)

/* Strings are printable ASCII, ids empty or 32 lower-case digits: the writer sees to it, the reader insists on it. */
typedef struct CaptureInfo {
	const char *unit;       /* "" when unknown; likewise below */
	const char *invocation; /* 32 hexadecimal digits */
	const char *machine;    /* uname's: "x86_64" */
	const char *kernel;     /* uname's release */
	const char *boot_id;    /* 32 hexadecimal digits */
	bool complete;          /* recorded from the unit's first call on */
	uint64_t realtime;      /* ns: both clocks at one instant when the recording began */
	uint64_t monotonic;
	uint64_t realtime_now;  /* and when the capture was taken */
	uint64_t monotonic_now;
} CaptureInfo;

typedef struct CaptureEnd {
	uint64_t calls; /* made since recording began, whether kept or not */
	uint64_t overwritten;
	uint64_t lost;
	uint64_t events_overwritten;
	const char *reason; /* why a stream ended: "snapshot", "ended", "stopped", "" */
} CaptureEnd;

/** capture_put_start() - preamble and info block */
void capture_put_start(Text *t, const CaptureInfo *info);

/**
 * capture_put_records() - records, cut into blocks of at most CAPTURE_BLOCK_MAX
 * @records: whole records one after the other
 * @deflate: compress (a dump, a file) or not (a live stream)
 *
 * Return: 0, -EBADMSG if the bytes are no whole records (those before the first bad one's block are written), -ENOMEM
 */
int capture_put_records(Text *t, const void *records, size_t size, bool deflate);

/** capture_put_files() - names of files, one struct FileRecord after the other; otherwise as capture_put_records() */
int capture_put_files(Text *t, const void *files, size_t size, bool deflate);

/** capture_put_gap() - say that calls are missing here */
void capture_put_gap(Text *t, const Gap *gap);

/** capture_put_end() - the totals; nothing follows them */
void capture_put_end(Text *t, const CaptureEnd *end);

/** item_put_record() - a call, an event with its memory, or what io_uring did, likewise; nothing for a gap */
void item_put_record(Text *t, const Item *item);

/**
 * call_put_record() - a call as a record with its comm if it has one, as capture_put_records() wants it
 * @keep_memory: with false, for index i, memory i of the call is left out: redaction; NULL: all is kept
 */
void call_put_record(Text *t, const Call *call, const bool keep_memory[CALL_MEMORY_MAX]);

typedef struct CaptureReader CaptureReader;

/** capture_reader_new() - Return: 0 or -ENOMEM */
int capture_reader_new(CaptureReader **ret);
CaptureReader *capture_reader_free(CaptureReader *r);
DEFINE_CLEANUP(CaptureReader, capture_reader_free);

/**
 * capture_reader_feed() - hand over the next bytes
 *
 * They are copied, and kept until capture_reader_next() gets to them: who feeds a piece at a time and takes all items
 * before the next is bound to one block and one piece of memory. After an error they are dropped.
 *
 * Return: 0 or -ENOMEM
 */
int capture_reader_feed(CaptureReader *r, const void *bytes, size_t size);

/**
 * capture_reader_next() - the next item; calls with the names of their files, as far as these came before
 * @ret: valid until the next call of feed or next
 *
 * Return: 1 with an item, 0 if more bytes are needed or the end was read (see capture_reader_end()), -EBADMSG if the
 * bytes are damaged, -EPROTONOSUPPORT if they are of another format version or ABI, -EINVAL if they are no capture at
 * all, -ENOMEM. After an error every whole block before it has been handed out, and each further call returns the same
 * error.
 */
int capture_reader_next(CaptureReader *r, Item *ret);

/** capture_reader_info() - Return: the info block, or NULL before it was read; owned by the reader */
const CaptureInfo *capture_reader_info(const CaptureReader *r);

/** capture_reader_end() - Return: the totals, or NULL while the end was not read: at the end of file, a cut capture */
const CaptureEnd *capture_reader_end(const CaptureReader *r);

/** capture_reader_offset() - Return: bytes of the input up to the end of the last whole block: where damage begins */
uint64_t capture_reader_offset(const CaptureReader *r);

/**
 * capture_info_realtime() - wall clock of a time in the capture
 *
 * By the nearer of the two instants at which both clocks are known: they part by steps (the clock is set, the machine
 * was suspended), which a line drawn between the instants would smear over all the calls.
 *
 * Return: ns since 1970
 */
uint64_t capture_info_realtime(const CaptureInfo *info, uint64_t monotonic);
