/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Values on their way out: decoders say what a value is, and the writer how it looks, as text in strace's syntax or as
 * JSON. So there is one decoder for both, and for all the forms that text has.
 *
 * What is between values is the writer's business as well: members and elements are announced, and separated by it.
 *
 *                      text                          JSON
 *   number             5, 0x5, 0644                  5
 *   pointer            0x7ffd1230, NULL              "0x7ffd1230", null
 *   choice             AF_INET                       {"value": 2, "name": "AF_INET"}
 *   flags              O_RDWR|O_CLOEXEC              {"value": 524290, "names": ["O_RDWR", "O_CLOEXEC"]}
 *   string             "abc"..., "\377"              "abc", {"text": "abc", "cut": true}, {"hex": "ff"}
 *   descriptor         3</etc/passwd>                3, {"fd": 3, "file": "/etc/passwd"}
 *   process            123<bash>                     123, {"pid": 123, "comm": "bash"}
 *   not captured       0x7ffd1230                    {"address": "0x7ffd1230", "unreadable": true}
 *   structure          {tv_sec=1, ...}               {"tv_sec": 1}
 *   array              [1, 2], [1, ...]              [1, 2], [1, {"more": true}]
 *   what has changed   [128 => 16]                   {"before": 128, "after": 16}
 *   comment            (* 5 entries *)               left out
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/file-name.h"
#include "trace/item.h"
#include "trace/syscall-table.h"
#include "trace/threads.h"
#include "util/text.h"

typedef enum Constants {
	CONSTANTS_ABBREV,  /* by name; what has none by number, with the name of its kind in a comment */
	CONSTANTS_RAW,     /* by number */
	CONSTANTS_VERBOSE, /* by number, with the name in a comment */
} Constants;

typedef struct WriterStyle {
	bool json;
	bool sequence; /* of JSON texts, RFC 7464: each begins with a record separator */
	bool verbose; /* structures and arrays to their end */
	Constants constants;
	Escapes escapes;
	bool no_strings;      /* nothing of strings that are no paths, and of no array */
	unsigned string_size; /* bytes of a string that is no path, elements of an array; 0: all captured */
	FileNames names;      /* behind descriptors, those of their files */
	bool comms;           /* behind processes, those of theirs */
	const Threads *threads; /* what is known of them; NULL: nothing */
} WriterStyle;

/* One whose other members are all zero is ready. */
typedef struct Writer {
	Text *text;
	WriterStyle style;
	uint64_t nesting; /* a bit for each structure (0) and array (1) that has begun, the last in the lowest */
	bool separate; /* something of the same structure, array or list of arguments is before the next one */
	bool named;    /* a name of the value at hand was given */
} Writer;

typedef enum Base {
	BASE_HEX,
	BASE_DECIMAL, /* with a sign */
	BASE_UNSIGNED,
	BASE_OCTAL,
} Base;

/* Numbers. Hexadecimal has no 0x before a 0; octal has three digits at least, with a 0 before them. */
void writer_signed(Writer *w, int64_t value);
void writer_unsigned(Writer *w, uint64_t value);
void writer_hex(Writer *w, uint64_t value);
void writer_octal(Writer *w, uint64_t value);
void writer_pointer(Writer *w, uint64_t value);

/** writer_choice() - one of the values of a list of value-names.def, or unknown */
void writer_choice(Writer *w, ArgKind list, uint64_t value);

/** writer_flags() - any of the values of such a list, joined by "|"; of a choice: the same as writer_choice() */
void writer_flags(Writer *w, ArgKind list, uint64_t value);

/** writer_named() - a number with a name that is no list's, NULL if it has none */
void writer_named(Writer *w, uint64_t value, Base base, const char *name);

void writer_signal(Writer *w, int signal);

/** writer_signal_name() - the same, but text has its name whatever form constants are to have */
void writer_signal_name(Writer *w, int signal);

/**
 * writer_value_begin() - a value that has several names, of more than one list
 *
 * Between begin and end come its names, as they are joined in text. Without any it is a number.
 */
void writer_value_begin(Writer *w, uint64_t value, Base base);
void writer_value_name(Writer *w, const char *name);
/** writer_value_number() - a part of it that is a number: 0644 of S_IFREG|0644; in JSON it is part of the value */
void writer_value_number(Writer *w, uint64_t part, Base base);
/** writer_value_flags() - the names of @part by a list; what has none in hexadecimal; nothing for 0 */
void writer_value_flags(Writer *w, ArgKind list, uint64_t part);
/** writer_value_unknown() - a part of it that is none of a list: in hexadecimal, with what it is not */
void writer_value_unknown(Writer *w, ArgKind list, uint64_t part);
void writer_value_end(Writer *w);

/**
 * writer_sum_begin() - a value of parts of which each is shown by itself, as number or by names: 0x200|0600
 *
 * Between begin and end come the parts, as they are joined in text.
 */
void writer_sum_begin(Writer *w, uint64_t value);
/** writer_sum_flags() - the names of @part by a list; nothing for 0 */
void writer_sum_flags(Writer *w, ArgKind list, uint64_t part);
/** writer_sum_choice() - a value of a list, also 0 */
void writer_sum_choice(Writer *w, ArgKind list, uint64_t part);
/** writer_sum_shifted() - @part << what has a @name: 21<<SHM_HUGE_SHIFT, 21<<26 */
void writer_sum_shifted(Writer *w, uint64_t part, unsigned shift, const char *name);
void writer_sum_number(Writer *w, uint64_t part, Base base);
void writer_sum_end(Writer *w);

/** writer_formed() - what is like a function of a value: makedev(0x1, 0x3), htons(80); @value in JSON */
void writer_formed(Writer *w, uint64_t value, Base base, const char *form);

/** writer_fd() - a descriptor with the name of its file, if it is known (NULL: it is not) and wanted */
void writer_fd(Writer *w, int32_t fd, const CallFile *file);

/** writer_dirfd() - the same, but AT_FDCWD by name */
void writer_dirfd(Writer *w, int32_t fd, const CallFile *file);

/** writer_pid() - a process or thread with its name, if that is known and wanted */
void writer_pid(Writer *w, int32_t pid);

/** writer_process() - the same; @comm: what it is called, COMM_SIZE bytes, NULL or "" if the caller does not know better */
void writer_process(Writer *w, int32_t pid, const char *comm);

/** writer_address() - of memory that would be shown if it were there; @unreadable: it was looked for */
void writer_address(Writer *w, uint64_t value, bool unreadable);

/** writer_counted() - memory of which only is known how many there are, which text has as the comment @said */
void writer_counted(Writer *w, uint64_t address, unsigned n, const char *said);

/** writer_path() - a string that is never cut by style; @cut: there was more of it */
void writer_path(Writer *w, const void *bytes, size_t size, bool cut);

/** writer_string() - one that is, and so are the bytes of a buffer */
void writer_string(Writer *w, const void *bytes, size_t size, bool cut);

/** writer_bytes() - the same of bytes that are no text: all of them are escaped */
void writer_bytes(Writer *w, const void *bytes, size_t size, bool cut);

/** writer_abstract() - the name of a UNIX socket that is no path: @"name"; in JSON with the NUL before it */
void writer_abstract(Writer *w, const void *bytes, size_t size);

/** writer_word() - text that is a value of its own, from our side: no quotes in text, a string in JSON */
void writer_word(Writer *w, const char *word);

/** writer_punctuation() - what text has between values and JSON has not: "@", "inet_addr(" */
void writer_punctuation(Writer *w, const char *s);

/** writer_comment() - a comment behind a value, as C has it; nothing in JSON */
void writer_comment(Writer *w, const char *s);

/**
 * writer_time() - the comment behind a number of seconds that is a time, in this machine's time zone
 * @fraction: of a second, of so many @digits
 */
void writer_time(Writer *w, int64_t seconds, uint64_t fraction, unsigned digits);

/** writer_time_result() - the same behind a result, in parentheses as what a result means */
void writer_time_result(Writer *w, int64_t seconds);

/** writer_part() - announce a member that text has no comma and no "=" before, but @form */
void writer_part(Writer *w, const char *name, const char *form);

/** writer_true() - a member that is there if it holds; text says so in its own way */
void writer_true(Writer *w, const char *name);

void writer_struct_begin(Writer *w);
void writer_member(Writer *w, const char *name);
void writer_member_signed(Writer *w, const char *name, int64_t value);
void writer_member_unsigned(Writer *w, const char *name, uint64_t value);
void writer_member_hex(Writer *w, const char *name, uint64_t value);
void writer_member_pointer(Writer *w, const char *name, uint64_t value);
void writer_member_pid(Writer *w, const char *name, int32_t pid);
void writer_member_flags(Writer *w, const char *name, ArgKind list, uint64_t value);
void writer_member_form(Writer *w, const char *name, const char *form); /* text has @form instead of name= */
void writer_more(Writer *w); /* not all is shown: ", ..."; of a structure, whose other members are known, not in JSON */
void writer_struct_end(Writer *w);

void writer_array_begin(Writer *w);
void writer_element(Writer *w);
void writer_array_end(Writer *w);

/** writer_argument() - announce the next argument; @shown: text has its name, as in clone() */
void writer_argument(Writer *w, const char *name, bool shown);

/**
 * writer_note_begin() - what there is to say behind a result: " (Timeout)"
 *
 * Between begin and end comes one value, which is the member "note" of a call in JSON.
 */
void writer_note_begin(Writer *w);
void writer_note_end(Writer *w);

/** writer_group_begin() - members of what is a structure in JSON alone: "in [3], left {...}", see writer_member_form() */
void writer_group_begin(Writer *w);
void writer_group_end(Writer *w);

/** writer_reference_begin() - what a pointer to a single number points to: [5]; the number alone in JSON */
void writer_reference_begin(Writer *w);
void writer_reference_end(Writer *w);

/**
 * writer_change_begin() - a value before and after the call: "A => B"
 *
 * Between begin and end come the one, writer_change_after() and the other.
 */
void writer_change_begin(Writer *w);
void writer_change_after(Writer *w);
void writer_change_end(Writer *w);

/** writer_json_string() - bytes as JSON has them: a string if they are UTF-8, else {"hex": "..."} */
void writer_json_string(Writer *w, const void *bytes, size_t size, bool cut);
