/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Messages of a program to its standard error, one line each. Under systemd (JOURNAL_STREAM is set) lines carry the
 * "<N>" priority that journald reads; elsewhere the program's name.
 */

#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "util/cleanup.h"

/** log_set_level() - show messages up to @level (LOG_ERR .. LOG_DEBUG); LOG_INFO at start */
void log_set_level(int level);
int log_get_level(void);

/**
 * log_full() - write one line
 * @level: LOG_ERR .. LOG_DEBUG
 * @error: an errno, negative or positive, that %m stands for in @format; 0 if none
 *
 * Return: -|@error|, so that a failing function can end in `return log_error_errno(r, ...)`.
 */
int log_full(int level, int error, const char *format, ...) _printf_(3, 4);

#define log_error(...) ((void) log_full(LOG_ERR, 0, __VA_ARGS__))
#define log_warning(...) ((void) log_full(LOG_WARNING, 0, __VA_ARGS__))
#define log_notice(...) ((void) log_full(LOG_NOTICE, 0, __VA_ARGS__))
#define log_info(...) ((void) log_full(LOG_INFO, 0, __VA_ARGS__))
#define log_debug(...) ((void) log_full(LOG_DEBUG, 0, __VA_ARGS__))
#define log_error_errno(error, ...) log_full(LOG_ERR, error, __VA_ARGS__)
#define log_warning_errno(error, ...) log_full(LOG_WARNING, error, __VA_ARGS__)
#define log_info_errno(error, ...) log_full(LOG_INFO, error, __VA_ARGS__)
#define log_debug_errno(error, ...) log_full(LOG_DEBUG, error, __VA_ARGS__)
#define log_oom() log_full(LOG_ERR, ENOMEM, "Out of memory")
