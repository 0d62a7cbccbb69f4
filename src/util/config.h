/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Configuration files in systemd's style: where they are looked for, and how they are cut into assignments.
 *
 * The main file is the first found in /etc, /run and /usr/lib; then come the drop-ins, *.conf below NAME.d, of all
 * three, sorted by file name. A drop-in masks those of the same name in the later directories, so an empty file or a
 * link to /dev/null takes one out. What an assignment means is the handler's business, and so is complaining about it.
 *
 * Nothing in a file is fatal: a file that cannot be read and a line that is no assignment are a warning each.
 */

#include <stddef.h>

typedef struct ConfigLine {
	const char *file;
	unsigned number; /* of the line, or the first of those that a backslash joins */
	const char *section;
	const char *key;
	const char *value; /* without blanks around it */
} ConfigLine;

typedef void (*ConfigHandler)(const ConfigLine *line, void *userdata);

/**
 * config_parse() - cut one file's text into assignments
 * @file: its name, for messages
 *
 * Return: how many lines were ignored as no assignments; -ENOMEM
 */
int config_parse(const char *file, const char *text, size_t size, ConfigHandler handler, void *userdata);

/**
 * config_load_file() - parse one file that has a section, and nothing of one that has not
 *
 * Return: 1 if it is there and has it, 0 if not; -ENOMEM
 */
int config_load_file(const char *path, const char *section, ConfigHandler handler, void *userdata);

/**
 * config_load() - parse the main file and its drop-ins
 * @root: directory that stands for /, "" for / itself
 * @name: path below the three directories: "traceloop/traceloopd.conf"
 *
 * Return: how many files were parsed; -ENOMEM
 */
int config_load(const char *root, const char *name, ConfigHandler handler, void *userdata);
