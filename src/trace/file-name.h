/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The name of a file, from what the kernel side sees of it to what is printed: pure, and distrustful of both.
 *
 * A name is text as /proc/PID/fd would have it for a reader at the root of the file's mount namespace, so that a service
 * with a RootDirectory= of its own shows its own paths, and one that has called chroot(2) shows the whole ones. Of a
 * socket it is the protocol with the addresses, as far as they were known when it was told.
 */

#include "trace/item.h"
#include "util/text.h"

typedef enum FileNames {
	FILE_NAMES_NONE,
	FILE_NAMES_PLAIN,   /* -y: "</dev/null>", "<socket:[77]>" */
	FILE_NAMES_DETAILS, /* -yy: "</dev/null<char 1:3>>", "<TCP:[127.0.0.1:80]>" */
} FileNames;

/**
 * file_told_parse() - append what was told as a struct FileRecord
 * @bytes: a struct FileTold and what follows it; aligned to 8
 *
 * Return: 0, or -EBADMSG if it is malformed
 */
int file_told_parse(const void *bytes, size_t size, Text *ret);

/** file_put_name() - append the name of a file as strace prints it, or nothing if it is not known or @names is none */
void file_put_name(Text *t, const CallFile *file, FileNames names, Escapes escapes);

/** name_put_escaped() - append what is between angle brackets, so that it cannot end them */
void name_put_escaped(Text *t, const char *text, size_t size, Escapes escapes);
