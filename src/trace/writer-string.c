/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Strings, and numbers that have one: descriptors with their files, processes with their commands. */

#include "trace/writer.h"

#include <fcntl.h>
#include <string.h>

/* With a file's name it is an object in JSON; @name: of a number that is no descriptor. */
static void put_fd(Writer *w, int32_t fd, const CallFile *file, const char *name)
{
	bool has_file = file && file->name && w->style.names != FILE_NAMES_NONE;

	if (name)
		writer_named(w, (uint64_t) (int64_t) fd, BASE_DECIMAL, name);
	else if (!w->style.json || !has_file)
		text_put_signed(w->text, fd);
	if (!w->style.json)
		file_put_name(w->text, file, w->style.names, w->style.escapes);
	else if (has_file && !name) {
		text_put(w->text, "{\"fd\":");
		text_put_signed(w->text, fd);
		text_put(w->text, ",\"file\":");
		writer_json_string(w, file_text(file->name), file->name->text_size, false);
		text_put_char(w->text, '}');
	}
}

void writer_fd(Writer *w, int32_t fd, const CallFile *file)
{
	put_fd(w, fd, file, NULL);
}

void writer_dirfd(Writer *w, int32_t fd, const CallFile *file)
{
	put_fd(w, fd, file, fd == AT_FDCWD ? "AT_FDCWD" : NULL);
}

/* With a name it is an object in JSON. */
void writer_process(Writer *w, int32_t pid, const char *comm)
{
	const char *name = !w->style.comms ? NULL : comm && comm[0] ? comm : threads_comm(w->style.threads, (uint32_t) pid);
	size_t size = name ? strnlen(name, COMM_SIZE) : 0;

	if (!name)
		text_put_signed(w->text, pid);
	else if (w->style.json) {
		text_put(w->text, "{\"pid\":");
		text_put_signed(w->text, pid);
		text_put(w->text, ",\"comm\":");
		writer_json_string(w, name, size, false);
		text_put_char(w->text, '}');
	} else {
		text_put_signed(w->text, pid);
		text_put_char(w->text, '<');
		name_put_escaped(w->text, name, size, w->style.escapes);
		text_put_char(w->text, '>');
	}
}

void writer_pid(Writer *w, int32_t pid)
{
	writer_process(w, pid, NULL);
}

void writer_address(Writer *w, uint64_t value, bool unreadable)
{
	if (!w->style.json || value == 0) {
		writer_pointer(w, value);
		return;
	}
	text_put(w->text, "{\"address\":");
	writer_pointer(w, value);
	text_put(w->text, unreadable ? ",\"unreadable\":true}" : "}");
}

void writer_counted(Writer *w, uint64_t address, unsigned n, const char *said)
{
	if (!w->style.json || address == 0) {
		writer_pointer(w, address);
		writer_comment(w, said);
		return;
	}
	text_put(w->text, "{\"count\":");
	text_put_unsigned(w->text, n);
	text_put(w->text, ",\"address\":");
	writer_pointer(w, address);
	text_put_char(w->text, '}');
}

static void put_quoted(Writer *w, const void *bytes, size_t size)
{
	text_put_char(w->text, '"');
	text_put_escaped_as(w->text, bytes, size, w->style.escapes);
	text_put_char(w->text, '"');
}

void writer_path(Writer *w, const void *bytes, size_t size, bool cut)
{
	if (w->style.json) {
		writer_json_string(w, bytes, size, cut);
		return;
	}
	put_quoted(w, bytes, size);
	if (cut)
		text_put_bytes(w->text, "...", 3);
}

void writer_string(Writer *w, const void *bytes, size_t size, bool cut)
{
	unsigned max = w->style.string_size;

	if ((max > 0 && size > max) || (w->style.no_strings && size > 0)) {
		size = w->style.no_strings ? 0 : max;
		cut = true;
	}
	writer_path(w, bytes, size, cut);
}

void writer_bytes(Writer *w, const void *bytes, size_t size, bool cut)
{
	Escapes escapes = w->style.escapes;

	w->style.escapes = ESCAPES_ALL;
	writer_string(w, bytes, size, cut);
	w->style.escapes = escapes;
}

void writer_abstract(Writer *w, const void *bytes, size_t size)
{
	const char *name = bytes;

	if (w->style.json)
		writer_json_string(w, name - 1, size + 1, false);
	else {
		text_put_char(w->text, '@');
		put_quoted(w, bytes, size);
	}
}

void writer_word(Writer *w, const char *word)
{
	if (w->style.json)
		writer_json_string(w, word, strlen(word), false);
	else
		text_put(w->text, word);
}
