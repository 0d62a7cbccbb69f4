/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * ioctl(): the request, and its argument as commands.def and ioctl-arguments.def have it. What a request has in its
 * memory is in the files of the families: decode-terminal.c, decode-interface.c, decode-request.c.
 */

#include "trace/decode.h"

#include <string.h>

#include "trace/command.h"
#include "trace/ioctl-name.h"
#include "trace/names.h"
#include "util/macro.h"

#define DIRECTION(request) ((request) >> 30)
#define SIZE(request) ((request) >> 16 & 0x3fff)
#define TYPE(request) ((request) >> 8 & 0xff)
#define NUMBER(request) ((request) & 0xff)

enum { WRITE = 1, READ = 2 }; /* from the caller's side */

/* Families of requests: any size will do, and of some the number has a part of its own. */
static const struct {
	uint8_t direction;
	uint8_t type;
	uint8_t first;
	uint8_t last;
	const char *name;
	ArgKind list; /* what is behind the first number; ARG_HEX: nothing is */
	bool sized;
} families[] = {
	{ READ, 'E', 0x06, 0x06, "EVIOCGNAME", ARG_HEX, true },
	{ READ, 'E', 0x07, 0x07, "EVIOCGPHYS", ARG_HEX, true },
	{ READ, 'E', 0x08, 0x08, "EVIOCGUNIQ", ARG_HEX, true },
	{ READ, 'E', 0x09, 0x09, "EVIOCGPROP", ARG_HEX, true },
	{ READ, 'E', 0x0a, 0x0a, "EVIOCGMTSLOTS", ARG_HEX, true },
	{ READ, 'E', 0x18, 0x18, "EVIOCGKEY", ARG_HEX, true },
	{ READ, 'E', 0x19, 0x19, "EVIOCGLED", ARG_HEX, true },
	{ READ, 'E', 0x1a, 0x1a, "EVIOCGSND", ARG_HEX, true },
	{ READ, 'E', 0x1b, 0x1b, "EVIOCGSW", ARG_HEX, true },
	{ READ, 'E', 0x20, 0x3f, "EVIOCGBIT", ARG_INPUT_EVENT, true },
	{ READ, 'E', 0x40, 0x7f, "EVIOCGABS", ARG_INPUT_AXIS, false },
	{ WRITE, 'E', 0xc0, 0xff, "EVIOCSABS", ARG_INPUT_AXIS, false },
	{ READ, 'U', 0x2c, 0x2c, "UI_GET_SYSNAME", ARG_HEX, true },
	{ READ, 'H', 0x04, 0x04, "HIDIOCGRAWNAME", ARG_HEX, true },
	{ READ, 'H', 0x05, 0x05, "HIDIOCGRAWPHYS", ARG_HEX, true },
	{ READ, 'H', 0x08, 0x08, "HIDIOCGRAWUNIQ", ARG_HEX, true },
	{ READ | WRITE, 'H', 0x06, 0x06, "HIDIOCSFEATURE", ARG_HEX, true },
	{ READ | WRITE, 'H', 0x07, 0x07, "HIDIOCGFEATURE", ARG_HEX, true },
	{ READ, 'H', 0x12, 0x12, "HIDIOCGPHYS", ARG_HEX, true },
	{ READ, 'j', 0x13, 0x13, "JSIOCGNAME", ARG_HEX, true },
};

/* The form may be a comment itself, which has none in it. */
static void put_part(Text *form, ArgKind list, uint32_t value, bool comment)
{
	const char *name = value_name(list, value);

	if (name)
		text_put(form, name);
	else
		text_printf(form, "%#x", value);
	if (!name && value > 0 && !comment)
		text_printf(form, " /* %s */", kind_unknown(list));
}

/* Return: whether it is of a family, whose form of it was appended: "EVIOCGNAME(256)" */
static bool put_family(Text *form, uint32_t request, bool comment)
{
	for (size_t i = 0; i < ELEMENTS(families); i++) {
		if (families[i].direction != DIRECTION(request) || families[i].type != TYPE(request) ||
		    NUMBER(request) < families[i].first || NUMBER(request) > families[i].last)
			continue;
		text_put(form, families[i].name);
		text_put_char(form, '(');
		if (families[i].list != ARG_HEX)
			put_part(form, families[i].list, NUMBER(request) - families[i].first, comment);
		if (families[i].list != ARG_HEX && families[i].sized)
			text_put(form, ", ");
		if (families[i].sized)
			text_put_unsigned(form, SIZE(request));
		text_put_char(form, ')');
		return true;
	}
	return false;
}

/* Without a name: its parts. */
static void put_parts(Text *form, uint32_t request)
{
	static const char *const directions[] = { "_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE" };

	text_printf(form, "_IOC(%s, %#x, %#x, %#x)", directions[DIRECTION(request)], TYPE(request), NUMBER(request),
		    SIZE(request));
}

/* Return: whether it is known */
static bool put_request(Writer *w, const Decoder *d, uint32_t request)
{
	const char *names[IOCTL_NAMES_MAX];
	unsigned n = ioctl_names(request, d->machine, names);
	_cleanup_text_ Text form = {};
	bool known;

	for (unsigned i = 0; n > 1 && i < n; i++) {
		text_put(&form, i > 0 ? " or " : "");
		text_put(&form, names[i]);
	}
	if (n > 0) {
		writer_named(w, request, BASE_HEX, n == 1 ? names[0] : text_string(&form));
		return true;
	}
	known = put_family(&form, request, w->style.constants != CONSTANTS_ABBREV);
	if (!known)
		put_parts(&form, request);
	writer_formed(w, request, BASE_HEX, text_string(&form));
	return known;
}

/* Return: what the argument is, if it is a number; or the kind that commands.def has for it */
static ArgKind argument_kind(const Decoder *d, uint32_t request)
{
	static const struct {
		uint32_t request;
		ArgKind kind;
	} arguments[] = {
#define ARGUMENT(number, argument) { number, ARG_##argument },
#include "trace/ioctl-arguments.def"
#undef ARGUMENT
	};

	for (size_t i = 0; i < ELEMENTS(arguments); i++)
		if (arguments[i].request == request)
			return arguments[i].kind;
	return command_arg(d->syscall, d->call->args, 2).kind;
}

/* Return: whether requests of that type have addresses; others may have numbers, and nobody knows. */
static bool type_has_addresses(uint8_t type)
{
	static const uint8_t types[] = { 0x03, 0x12, '!', '"', '=', 'E', 'K', 'V', 'p', 0x89, 0x94, 0xa4, 0xb4 };

	return memchr(types, type, sizeof(types));
}

void decode_ioctl(Writer *w, const Decoder *d)
{
	uint32_t request = (uint32_t) arg_value(d, 1);
	ArgKind kind = argument_kind(d, request);
	bool known;

	decode_next(w, d, 0, ARG_FD);
	writer_argument(w, d->syscall->args[1].name, false);
	known = put_request(w, d, request);
	if (kind == ARG_IOCTL_ARGUMENT)
		kind = known && type_has_addresses(TYPE(request)) ? ARG_POINTER : ARG_HEX;
	if (kind != ARG_UNUSED)
		decode_next(w, d, 2, kind);
}
