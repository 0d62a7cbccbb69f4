/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/file-name.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "trace/socket-name.h"
#include "util/macro.h"

#define TYPE_MASK 0170000U
#define TYPE_CHARACTER 0020000U
#define TYPE_BLOCK 0060000U

/* File systems whose files are no paths: <linux/magic.h>. */
#define ANON_INODE_MAGIC 0x09041934U
#define PIPE_MAGIC 0x50495045U
#define SOCK_MAGIC 0x534f434bU
#define TMPFS_MAGIC 0x01021994U
#define HUGETLBFS_MAGIC 0x958458f6U
#define NS_MAGIC 0x6e736673U
#define PID_MAGIC 0x50494446U /* 6.9; an anon_inode before */

static void put_numbered(Text *t, const char *name, size_t size, uint64_t number)
{
	text_put_bytes(t, name, size);
	text_put_bytes(t, ":[", 2);
	text_put_unsigned(t, number);
	text_put_char(t, ']');
}

/* Components come from the last to the first, each with its NUL; the one in which it was cut has none. */
static void put_path(Text *t, const char *names, size_t size)
{
	size_t end = size;

	if (size == 0)
		text_put_char(t, '/');
	while (end > 0) {
		const char *nul = end > 1 ? memrchr(names, '\0', end - 1) : NULL;
		const char *name = nul ? nul + 1 : names;

		text_put_char(t, '/');
		text_put_bytes(t, name, strnlen(name, (size_t) (names + end - name)));
		end = (size_t) (name - names);
	}
}

static void put_text(Text *t, const struct FileTold *told)
{
	const char *text = (const char *) (told + 1);
	size_t length = strnlen(text, told->text_size);

	switch (told->magic) {
	case ANON_INODE_MAGIC:
		text_put(t, "anon_inode:");
		text_put_bytes(t, text, length);
		break;
	case PID_MAGIC:
		text_put(t, "anon_inode:[pidfd]");
		break;
	case PIPE_MAGIC:
		put_numbered(t, "pipe", 4, told->file.inode);
		break;
	case SOCK_MAGIC:
		socket_put_name(t, told, text, told->text_size);
		break;
	case NS_MAGIC:
		put_numbered(t, text, length, told->file.inode);
		break;
	default:
		put_path(t, text, told->text_size);
	}
}

static unsigned told_kind(const struct FileTold *told)
{
	if (told->magic == SOCK_MAGIC)
		return FILE_SOCKET;
	switch (told->mode & TYPE_MASK) {
	case TYPE_CHARACTER:
		return FILE_CHARACTER_DEVICE;
	case TYPE_BLOCK:
		return FILE_BLOCK_DEVICE;
	default:
		return FILE_NAMED;
	}
}

static bool is_device(const struct FileRecord *name)
{
	return name->header.count == FILE_CHARACTER_DEVICE || name->header.count == FILE_BLOCK_DEVICE;
}

/* What has no directory there was made so: memfd_create(2), shmget(2). */
static bool is_deleted(const struct FileTold *told)
{
	return told->flags & FILE_DELETED ||
	       (told->unrooted && (told->magic == TMPFS_MAGIC || told->magic == HUGETLBFS_MAGIC));
}

int file_told_parse(const void *bytes, size_t size, Text *ret)
{
	const struct FileTold *told = bytes;
	struct FileRecord record = { .header.kind = RECORD_FILE };
	_cleanup_text_ Text text = {};
	static const char padding[8];

	if (size < sizeof(*told) || told->text_size > size - sizeof(*told))
		return -EBADMSG;
	put_text(&text, told);
	if (text_error(&text) < 0)
		return -ENOMEM;
	record.header.count = (uint8_t) told_kind(told);
	record.header.flags = (told->flags & FILE_CUT) | (is_deleted(told) ? FILE_DELETED : 0);
	record.file = told->file;
	record.time = told->time;
	if (is_device(&record))
		record.device = told->device;
	record.text_size = (uint32_t) MIN(text.size, (size_t) FILE_TEXT_MAX);
	record.header.size = (uint16_t) (sizeof(record) + ALIGN8(record.text_size));
	text_put_bytes(ret, &record, sizeof(record));
	text_put_bytes(ret, text.data, record.text_size);
	text_put_bytes(ret, padding, ALIGN8(record.text_size) - record.text_size);
	return text_error(ret);
}

void name_put_escaped(Text *t, const char *text, size_t size, Escapes escapes)
{
	if (escapes == ESCAPES_ALL) {
		text_put_escaped_as(t, text, size, escapes);
		return;
	}
	for (size_t i = 0, begin = 0; i <= size; i++) {
		if (i < size && text[i] != '<' && text[i] != '>')
			continue;
		text_put_escaped_as(t, text + begin, i - begin, escapes);
		begin = i + 1;
		if (i == size)
			break;
		text_put(t, begin < size && text[begin] >= '0' && text[begin] <= '7' ? "\\0" : "\\");
		text_put(t, text[i] == '<' ? "74" : "76");
	}
}

/* The text of a socket is escaped where it was made; but it may come out of a capture that was not made by us. */
static void put_clean(Text *t, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (text[i] >= ' ' && text[i] < 0x7f)
			text_put_char(t, text[i]);
		else
			text_put_escaped(t, text + i, 1);
}

static void put_device(Text *t, const struct FileRecord *name)
{
	text_put(t, name->header.count == FILE_CHARACTER_DEVICE ? "<char " : "<block ");
	text_put_unsigned(t, name->device >> 20);
	text_put_char(t, ':');
	text_put_unsigned(t, name->device & 0xfffff);
	text_put_char(t, '>');
}

void file_put_name(Text *t, const CallFile *file, FileNames names, Escapes escapes)
{
	const struct FileRecord *name = file ? file->name : NULL;
	bool details = names == FILE_NAMES_DETAILS;

	if (!name || names == FILE_NAMES_NONE)
		return;
	text_put_char(t, '<');
	if (name->header.flags & FILE_CUT)
		text_put_bytes(t, "...", 3);
	if (name->header.count == FILE_SOCKET && !details)
		put_numbered(t, "socket", 6, name->file.inode);
	else if (name->header.count == FILE_SOCKET)
		put_clean(t, file_text(name), name->text_size);
	else
		name_put_escaped(t, file_text(name), name->text_size, escapes);
	if (details && is_device(name))
		put_device(t, name);
	text_put_char(t, '>');
	if (name->header.flags & FILE_DELETED)
		text_put(t, "(deleted)");
}
