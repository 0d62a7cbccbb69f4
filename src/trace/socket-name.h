/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The name of a socket: its protocol and addresses, as strace prints them with -yy. */

#include "bpf/record.h"
#include "util/text.h"

/**
 * socket_put_name() - append "TCP:[127.0.0.1:80]", "UNIX-STREAM:[77->78,@"name"]", or with the inode what has no address
 * @told: what the kernel side saw; untrusted
 * @address: bytes of a UNIX socket's address behind the family
 */
void socket_put_name(Text *t, const struct FileTold *told, const char *address, size_t size);
