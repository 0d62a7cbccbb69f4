/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A dump, fetched from the daemon in a sealed memfd, or a file. Either is there whole, so it can be read more than once:
 * what is missing from it is to be said before its first line, and is known only from its end. It is read in pieces, so
 * its length costs no memory.
 */

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-id128.h>

#include "ctl/stream.h"

typedef struct Dump {
	const char *source; /* the unit or the file: whoever fetched it keeps the name */
	int fd;             /* -EBADF: there is none */
	Stream *looked;     /* that dump_look() has led to its end */
} Dump;

#define DUMP_NONE (Dump){ .fd = -EBADF }

/**
 * dump_fetch() - ask the daemon for one
 * @unit: must live as long as the dump
 * @invocation: null for the newest
 *
 * Return: 0 or a negative errno, not logged, with @error set if the daemon has said more
 */
int dump_fetch(sd_bus *bus, const char *unit, sd_id128_t invocation, sd_bus_error *error, Dump *ret);

/**
 * dump_open() - open a file, or take all that there is to be read from standard input
 * @file: "-" for that; must live as long as the dump
 *
 * Return: 0 or a logged errno
 */
int dump_open(const char *file, Dump *ret);
void dump_done(Dump *d);

#define _cleanup_dump_ _cleanup_(dump_done)

/** DumpPiece - take some bytes of it; Return: 0 to go on, or a negative errno to end the reading with it */
typedef int (*DumpPiece)(const void *bytes, size_t size, void *userdata);

/** dump_copy() - hand over all of it as it is; Return: 0, the negative errno of @piece, or a logged one */
int dump_copy(const Dump *d, DumpPiece piece, void *userdata);

/** DumpVisit - what to do with an item; Return: 0 to go on, or a negative errno to end the reading with it */
typedef int (*DumpVisit)(const Stream *s, const Item *item, void *userdata);

/**
 * dump_look() - read all of it once before its items are visited
 *
 * Afterwards stream_info() and stream_end() of `looked` are known, if they are there, and dump_read() begins with what
 * its threads are called.
 *
 * Return: 0 or -ENOMEM; nothing is said of damage
 */
int dump_look(Dump *d);

/**
 * dump_read() - visit the items that pass
 * @filter: NULL: all do
 *
 * Return: 0 if it was whole, the negative errno of a visit, or a logged one. What comes before damage has been visited.
 */
int dump_read(const Dump *d, const CallSet *filter, DumpVisit visit, void *userdata);
