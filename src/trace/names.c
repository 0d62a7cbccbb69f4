/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/names.h"

#include <signal.h>
#include <string.h>

#include "util/macro.h"

/* The kernel counts from 32; the C library keeps the first two for itself and starts SIGRTMIN behind them. */
#define KERNEL_SIGRTMIN 32
#define KERNEL_SIGRTMAX 64

typedef enum NamesForm {
	NAMES_NONE,
	NAMES_CHOICE,
	NAMES_CHOICE64,
	NAMES_DECIMAL, /* a choice whose numbers are decimal */
	NAMES_FLAGS,
	NAMES_FLAGS64,
} NamesForm;

typedef struct NameList {
	const ValueName *names; /* ends with a name of NULL */
	const char *unknown;
	NamesForm form;
} NameList;

#define LIST(kind, form, unknown) static const ValueName names_##kind[] = {
#define N(name, value) { value, #name, sizeof(#name) - 1 },
#define END { 0, NULL, 0 } };
#include "trace/value-names.def"
#undef LIST
#undef N
#undef END

static const NameList lists[_ARG_KIND_MAX] = {
#define LIST(kind, form, unknown) [ARG_##kind] = { names_##kind, unknown, NAMES_##form },
#define N(name, value)
#define END
#include "trace/value-names.def"
#undef LIST
#undef N
#undef END
};

/* Errors that leave the kernel only towards tracers, because the call is restarted or the error replaced. */
static const struct {
	int error;
	const char *name;
	const char *text;
	bool restart;
} kernel_errors[] = {
	{ 512, "ERESTARTSYS", "To be restarted if SA_RESTART is set", true },
	{ 513, "ERESTARTNOINTR", "To be restarted", true },
	{ 514, "ERESTARTNOHAND", "To be restarted if no handler", true },
	{ 515, "ENOIOCTLCMD", NULL, false },
	{ 516, "ERESTART_RESTARTBLOCK", "Interrupted by signal", true },
	{ 517, "EPROBE_DEFER", NULL, false },
	{ 518, "EOPENSTALE", NULL, false },
	{ 519, "ENOPARAM", NULL, false },
	{ 521, "EBADHANDLE", NULL, false },
	{ 522, "ENOTSYNC", NULL, false },
	{ 523, "EBADCOOKIE", NULL, false },
	{ 524, "ENOTSUPP", NULL, false },
	{ 525, "ETOOSMALL", NULL, false },
	{ 526, "ESERVERFAULT", NULL, false },
	{ 527, "EBADTYPE", NULL, false },
	{ 528, "EJUKEBOX", NULL, false },
	{ 529, "EIOCBQUEUED", NULL, false },
	{ 530, "ERECALLCONFLICT", NULL, false },
};

const char *errno_name(int error)
{
	for (size_t i = 0; error >= kernel_errors[0].error && i < ELEMENTS(kernel_errors); i++)
		if (kernel_errors[i].error == error)
			return kernel_errors[i].name;
	return error > 0 ? strerrorname_np(error) : NULL;
}

const char *errno_text(int error)
{
	for (size_t i = 0; error >= kernel_errors[0].error && i < ELEMENTS(kernel_errors); i++)
		if (kernel_errors[i].error == error)
			return kernel_errors[i].text;
	return error > 0 ? strerrordesc_np(error) : NULL;
}

bool errno_is_restart(int error)
{
	for (size_t i = 0; error >= kernel_errors[0].error && i < ELEMENTS(kernel_errors); i++)
		if (kernel_errors[i].error == error)
			return kernel_errors[i].restart;
	return false;
}

const char *signal_name(int signal)
{
	static const char *const names[] = {
#define SIGNAL(name, number) [number] = #name,
#include "trace/signal-names.def"
#undef SIGNAL
	};
	static char real_time[sizeof("SIGRT_32")];
	int n;

	if (signal <= 0 || signal > KERNEL_SIGRTMAX)
		return NULL;
	if (signal < (int) ELEMENTS(names))
		return names[signal];
	n = signal - KERNEL_SIGRTMIN;
	memcpy(real_time, "SIGRT_", 6);
	real_time[6] = (char) ('0' + (n < 10 ? n : n / 10));
	real_time[7] = (char) (n < 10 ? '\0' : '0' + n % 10);
	return real_time;
}

const char *signal_code_name(int signal, int code)
{
	static const struct {
		int signal;
		int code;
		const char *name;
	} codes[] = {
#define CODE(number, value, text) { number, value, #text },
#include "trace/signal-codes.def"
#undef CODE
	};

	for (size_t i = 0; i < ELEMENTS(codes); i++)
		if (codes[i].code == code && (codes[i].signal == 0 || codes[i].signal == signal))
			return codes[i].name;
	return NULL;
}

bool kind_has_names(ArgKind kind)
{
	return lists[kind].form != NAMES_NONE;
}

static const ValueName *find_value(ArgKind list, uint64_t value)
{
	const ValueName *n = lists[list].names;

	for (; n && n->name; n++)
		if (n->value == value)
			return n;
	return NULL;
}

const char *value_name(ArgKind list, uint64_t value)
{
	const ValueName *n = find_value(list, value);

	return n ? n->name : NULL;
}

const ValueName *kind_names(ArgKind list)
{
	static const ValueName none;

	return lists[list].names ? lists[list].names : &none;
}

bool kind_names_any(ArgKind list, uint64_t value)
{
	for (const ValueName *n = kind_names(list); n->name; n++)
		if (n->value != 0 && (value & n->value) == n->value)
			return true;
	return false;
}

const char *kind_unknown(ArgKind list)
{
	return lists[list].unknown;
}

bool kind_is_choice(ArgKind list)
{
	return lists[list].form >= NAMES_CHOICE && lists[list].form <= NAMES_DECIMAL;
}

bool kind_is_wide(ArgKind list)
{
	return lists[list].form == NAMES_FLAGS64 || lists[list].form == NAMES_CHOICE64;
}

bool kind_is_decimal(ArgKind list)
{
	return lists[list].form == NAMES_DECIMAL;
}
