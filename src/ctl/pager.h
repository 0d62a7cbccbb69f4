/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The program that shows long output by pages, chosen as systemd's tools do: $SYSTEMD_PAGER, $PAGER, less. */

#include <sys/types.h>

/**
 * pager_start() - start the pager
 * @ret_fd: what is to be paged goes here
 *
 * Return: 1; 0 if none is wanted, "" or "cat"; a negative errno
 */
int pager_start(pid_t *ret_pid, int *ret_fd);

/** pager_wait() - wait until its user has left it, after the descriptor was closed; Return: 0 or a logged errno */
int pager_wait(pid_t pid);
