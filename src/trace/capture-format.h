/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the writer and the reader of captures share, so that they cannot come apart: the layout of preamble and block
 * header, the checksum, and one table for the KEY=VALUE lines of each text block. Nobody else includes this; the format
 * itself is told in trace/capture.h.
 */

#include <stddef.h>
#include <stdint.h>

#include "trace/capture.h"

#define CAPTURE_MAGIC_SIZE 8U

typedef struct CapturePreamble {
	char magic[CAPTURE_MAGIC_SIZE];
	uint16_t version;
	uint16_t abi;
	uint32_t zero; /* for features that an older reader must not overlook */
} CapturePreamble;
_Static_assert(sizeof(CapturePreamble) == 16, "format");

typedef struct BlockHeader {
	uint32_t type; /* with CAPTURE_DEFLATED */
	uint32_t stored;
	uint32_t raw;
	uint32_t crc; /* of the fields before it and the stored bytes */
} BlockHeader;
_Static_assert(sizeof(BlockHeader) == 16, "format");

/* The machines whose records we know are little-endian, so structures are copied as they are. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "captures and records are little-endian");

/** block_checksum() - Return: what belongs into @header->crc when @bytes, of @header->stored bytes, follow it */
uint32_t block_checksum(const BlockHeader *header, const void *bytes);

typedef enum FieldKind {
	FIELD_STRING, /* printable ASCII, cut to CAPTURE_STRING_MAX */
	FIELD_ID,     /* 32 hexadecimal digits, or nothing */
	FIELD_NUMBER,
	FIELD_BOOL, /* yes, no */
	_FIELD_KIND_MAX,
} FieldKind;

typedef struct Field {
	const char *key; /* NULL ends a table */
	FieldKind kind;
	size_t offset;
} Field;

extern const Field capture_info_fields[]; /* of CaptureInfo */
extern const Field capture_gap_fields[];  /* of Gap */
extern const Field capture_end_fields[];  /* of CaptureEnd */

/** fields_put() - write @object as text; what a reader would refuse becomes a '?' in a string, and no id at all */
void fields_put(Text *t, const Field *fields, const void *object);

/**
 * fields_parse() - read untrusted text into an object
 * @text: its line ends are overwritten by NUL; strings of @object point into it
 * @object: fields without a line in @text become "", 0, false
 *
 * Return: 0, or -EBADMSG if the text or a known field is malformed; @object is to be thrown away then
 */
int fields_parse(char *text, size_t size, const Field *fields, void *object);
