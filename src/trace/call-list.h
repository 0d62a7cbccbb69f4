/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Records collected from many chunks, brought into the order in which they are shown: by item_time(), and what has the
 * same time as it was added. Adding chunks in the order of their sequence numbers therefore keeps each thread's
 * calls in theirs even under a clock too coarse to tell them apart. What was too long for a record is joined with its
 * pieces (trace/piece.h), so a list that is sorted has whole records only.
 *
 * A list holds no more than was given to it, and that is bounded by the ring it was read from. It is kept and cleared
 * between two looks, so following does not allocate.
 */

#include <stddef.h>
#include <stdint.h>

#include "trace/item.h"
#include "trace/piece.h"
#include "util/text.h"

/* One whose members are all zero is empty and ready. */
typedef struct CallList {
	Text records;
	Text entries;
	Text unjoined; /* numbers of the entries that say themselves that pieces belong to them */
	Pieces pieces; /* kept between two looks: their calls may be still in flight */
	size_t n;         /* records in it */
	size_t in_flight; /* of them */
	size_t counted;   /* those that were added of what a ring counts, what is in flight left out */
	size_t pending;   /* signals among them that were told before they are delivered */
	uint64_t damaged; /* malformed records met, with all that stood behind them in their chunk */
} CallList;

/** call_list_add() - copy a call, with its comm; a failed allocation is kept until call_list_sort() */
void call_list_add(CallList *list, const Call *call);

/** call_list_add_in_flight() - copy a call as unfinished at @cut, which is not before its start */
void call_list_add_in_flight(CallList *list, const Call *call, uint64_t cut);

/** call_list_add_item() - copy whatever is no gap, as call_list_add() does */
void call_list_add_item(CallList *list, const Item *item);

/** call_list_add_piece() - copy a piece, for the call or event that it belongs to */
void call_list_add_piece(CallList *list, const struct PieceRecord *piece);

/**
 * call_list_sort() - join the records with their pieces and bring them into their order
 *
 * A call that was added in flight more than once, from its slot and from the chunk that got it a moment later, is kept
 * once. So is a signal that was told when it was sent, as it was blocked then, and once more when it was delivered.
 *
 * Return: 0 or -ENOMEM
 */
int call_list_sort(CallList *list);

/** call_list_put() - append the records in their order; a failed allocation is kept in @t */
void call_list_put(const CallList *list, Text *t);

/** call_list_clear() - forget the records and the count of damaged ones; keep the memory, and pieces that wait */
void call_list_clear(CallList *list);

/** call_list_done() - release the memory; the list is then empty and usable */
void call_list_done(CallList *list);

#define _cleanup_call_list_ _cleanup_(call_list_done)
