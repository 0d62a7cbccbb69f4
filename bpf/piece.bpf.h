/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

/*
 * Memory that has no room in a record, as pieces in the ring, read straight into the chunk. Only long strings, argument
 * vectors, exec and the steps of a call (step.bpf.h) come here: what other calls pay for it is one test.
 *
 * A chunk is owned for one piece at a time. Pieces and words are steps of bpf_loop(), which the verifier walks once, and
 * what one step leaves to the next is in `piece_writers`. One for each CPU is enough: these programs run with preemption
 * off, and never in an interrupt.
 */

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "ring.bpf.h"
#include "string.bpf.h"

#define PATH_SIZE_MAX 4096U  /* PATH_MAX, with the NUL */
#define WORD_ROOM 256U       /* for a part of a word; a piece is full when it has less */
#define PIECE_WORDS_MAX 32U  /* parts of words in a piece */
#define COUNT_MAX 4096U      /* strings that are counted */
#define VECTORS_MAX 64U      /* whose contents are captured */
#define VECTOR_ROOM (sizeof(u32) + STRING_MAX) /* for one's contents; a piece is full when it has less */
#define PIECE_VECTORS_MAX (PIECE_BYTES_MAX / sizeof(u32))

enum PieceSource {
	PIECE_STRING = 1,
	PIECE_KERNEL_STRING,
	PIECE_STRINGS, /* an array of pointers to them */
	PIECE_BYTES,
	PIECE_VECTORS, /* what an array of struct iovec points to */
	PIECE_NOTHING, /* one without bytes, for what it is about */
};

struct PieceWriter {
	u64 from; /* what to read next; of PIECE_STRINGS and PIECE_VECTORS the array */
	u64 start;
	u64 string; /* PIECE_STRINGS: the one at hand */
	u64 left;   /* PIECE_BYTES; PIECE_VECTORS: of all together */
	u32 at;     /* bytes of the string that were read */
	u32 word;   /* number of the string or vector at hand, or how many were counted */
	u32 n;      /* PIECE_VECTORS: how many there are */
	u32 room;   /* PIECE_VECTORS: bytes of each */
	u32 width;  /* bytes of a pointer */
	u32 offset;
	u32 requested;
	u32 captured; /* PIECE_STRINGS, PIECE_VECTORS: in this piece so far */
	u32 source;
	u32 status; /* MEMORY_UNREADABLE: it ends here for now; the pieces before are good */
	u32 last;   /* PIECE_BYTES, PIECE_VECTORS, PIECE_NOTHING: the status when all is written */
	u32 ring;
	u32 tid;
	u32 pid;
	u32 arg;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct PieceWriter);
} piece_writers SEC(".maps");

static __always_inline struct PieceWriter *piece_writer(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&piece_writers, &zero);
}

/* A piece of the memory @of of the slot's call. */
static __always_inline void piece_writer_begin(struct PieceWriter *w, const struct Slot *s, u32 of)
{
	w->ring = s->ring;
	w->tid = s->tid;
	w->pid = s->pid;
	w->start = s->start;
	w->arg = of;
	w->requested = 0;
}

/* Return: bytes read to @bytes; likewise below. The NUL of a string that is cut is ours. */
static __always_inline u32 piece_read_string(struct PieceWriter *w, char *bytes)
{
	const void *from = (const void *) w->from;
	long n = w->source == PIECE_STRING ? string_copy(bytes, PIECE_BYTES_MAX, from) :
					     bpf_probe_read_kernel_str(bytes, PIECE_BYTES_MAX, from);

	if (n <= 0) {
		w->status = MEMORY_UNREADABLE;
		return 0;
	}
	if (n < PIECE_BYTES_MAX)
		w->status = MEMORY_WHOLE;
	else if (w->offset + n > PATH_SIZE_MAX)
		w->status = MEMORY_TRUNCATED;
	w->from += n - 1;
	return n - 1;
}

/* Finds the next string. Return: false at the end of the array */
static __always_inline bool piece_next_word(struct PieceWriter *w)
{
	if (!pointer_read(&w->string, w->from, w->word, w->width))
		w->status = MEMORY_UNREADABLE;
	else if (!w->string)
		w->status = MEMORY_WHOLE;
	return w->status == MEMORY_CONTINUED;
}

struct PieceWords {
	struct PieceWriter *writer;
	char *bytes; /* of the piece */
};

/* A part of a word. Return: 0 if the piece has room for another one */
static long piece_word_step(u32 index, void *context)
{
	struct PieceWords *words = context;
	struct PieceWriter *w = words->writer;
	u32 size;
	long n;

	if (!w || !words->bytes || (w->at == 0 && !piece_next_word(w)))
		return 1;
	size = w->captured;
	asm volatile("" : "+r"(size));
	if (size > PIECE_BYTES_MAX - WORD_ROOM)
		return 1;
	n = string_copy(words->bytes + size, WORD_ROOM, (const void *) w->string + w->at);
	if (n <= 0) {
		w->status = MEMORY_UNREADABLE;
		return 1;
	}
	if (n == WORD_ROOM) { /* it goes on, or ends right here: then the next part is its NUL */
		n--;
		w->at += n;
	} else {
		w->at = 0;
		w->word++;
	}
	w->captured = size + n;
	return w->captured > PIECE_BYTES_MAX - WORD_ROOM;
}

static __always_inline u32 piece_read_strings(struct PieceWriter *w, char *bytes)
{
	struct PieceWords words = { .writer = w, .bytes = bytes };

	w->captured = 0;
	bpf_loop(PIECE_WORDS_MAX, piece_word_step, &words, 0);
	return w->captured;
}

static __always_inline u32 piece_read_bytes(struct PieceWriter *w, char *bytes)
{
	u32 n = w->left < PIECE_BYTES_MAX ? (u32) w->left : PIECE_BYTES_MAX;

	asm volatile("" : "+r"(n));
	if (n > PIECE_BYTES_MAX || bpf_probe_read_user(bytes, n, (const void *) w->from) < 0) {
		w->status = MEMORY_UNREADABLE;
		return 0;
	}
	w->from += n;
	w->left -= n;
	if (!w->left)
		w->status = w->last;
	return n;
}

/* The contents of a vector. Return: 0 if the piece has room for another one */
static long piece_vector_step(u32 index, void *context)
{
	struct PieceWords *words = context;
	struct PieceWriter *w = words->writer;
	u64 base, length;
	u32 size, n;

	if (!w || !words->bytes)
		return 1;
	if (w->word >= w->n) {
		w->status = w->last;
		return 1;
	}
	size = w->captured;
	asm volatile("" : "+r"(size));
	if (size > PIECE_BYTES_MAX - VECTOR_ROOM)
		return 1;
	w->status = MEMORY_UNREADABLE;
	if (!pointer_read(&base, w->from, 2 * w->word, w->width) ||
	    !pointer_read(&length, w->from, 2 * w->word + 1, w->width))
		return 1;
	if (length > w->left)
		length = w->left;
	n = length < w->room ? (u32) length : w->room;
	asm volatile("" : "+r"(n));
	if (n > STRING_MAX || bpf_probe_read_user(words->bytes + size + sizeof(u32), n, (const void *) base) < 0)
		return 1;
	*(u32 *) (words->bytes + size) = n;
	w->status = MEMORY_CONTINUED;
	w->left -= length;
	w->captured = size + sizeof(u32) + ((n + 3) & ~3U);
	w->word++;
	return 0;
}

static __always_inline u32 piece_read_vectors(struct PieceWriter *w, char *bytes)
{
	struct PieceWords words = { .writer = w, .bytes = bytes };

	w->captured = 0;
	bpf_loop(PIECE_VECTORS_MAX, piece_vector_step, &words, 0);
	return w->captured;
}

static __always_inline u32 piece_read(struct PieceWriter *w, char *bytes)
{
	if (w->source == PIECE_STRINGS)
		return piece_read_strings(w, bytes);
	if (w->source == PIECE_BYTES)
		return piece_read_bytes(w, bytes);
	if (w->source == PIECE_VECTORS)
		return piece_read_vectors(w, bytes);
	if (w->source == PIECE_NOTHING) {
		w->status = w->last;
		return 0;
	}
	return piece_read_string(w, bytes);
}

static __always_inline void piece_publish(struct PieceWriter *w, struct ChunkHeader *h, struct PieceRecord *piece,
					  u32 captured)
{
	u32 size = sizeof(*piece) + ((captured + 7) & ~7U);

	piece->header.size = size;
	piece->header.kind = RECORD_PIECE;
	piece->header.count = w->arg;
	piece->header.flags = w->status == MEMORY_UNREADABLE ? MEMORY_CONTINUED : w->status;
	piece->header.cpu = bpf_get_smp_processor_id();
	piece->tid = w->tid;
	piece->pid = w->pid;
	piece->start = w->start;
	piece->requested = w->requested;
	piece->offset = w->offset;
	piece->captured = captured;
	w->offset += captured;
	PUBLISH(h->used, h->used + size);
}

/* One piece. Return: 0 if another one is to follow */
static long piece_step(u32 index, void *context)
{
	struct PieceWriter *w = *(struct PieceWriter **) context;
	struct PieceRecord *piece;
	struct ChunkHeader *h;
	u32 number, at, captured;

	if (!w)
		return 1;
	number = w->ring;
	h = ring_claim_uncounted(ring_at(number), number);
	if (!h)
		return 1;
	at = h->used;
	asm volatile("" : "+r"(at));
	if (at <= CHUNK_SIZE - RECORD_SIZE_MAX) {
		piece = (void *) h + at;
		captured = piece_read(w, (char *) (piece + 1));
		if (index == PIECES_MAX - 1 && w->status == MEMORY_CONTINUED)
			w->status = MEMORY_TRUNCATED;
		if (captured > 0 || w->status != MEMORY_UNREADABLE)
			piece_publish(w, h, piece, captured);
	}
	chunk_release(h);
	return w->status != MEMORY_CONTINUED;
}

/*
 * Return: enum MemoryStatus: whole, truncated, or unreadable from somewhere on
 *
 * Not static, so that the verifier walks it once and not from every place where it is called.
 */
__noinline int pieces_write(struct PieceWriter *w)
{
	if (!w)
		return MEMORY_UNREADABLE;
	w->status = MEMORY_CONTINUED;
	bpf_loop(PIECES_MAX, piece_step, &w, 0);
	return w->status;
}

static long count_step(u32 index, void *context)
{
	struct PieceWriter *w = *(struct PieceWriter **) context;

	if (!w)
		return 1;
	w->word = index;
	return !piece_next_word(w);
}

/* Counts the strings of an array. Return: enum MemoryStatus, as above */
static __always_inline u32 strings_count(struct PieceWriter *w)
{
	w->status = MEMORY_CONTINUED;
	bpf_loop(COUNT_MAX + 1, count_step, &w, 0);
	w->requested = w->word;
	w->last = w->status == MEMORY_CONTINUED ? MEMORY_TRUNCATED : w->status;
	return w->last;
}
