/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/decode.h"

#include <limits.h>
#include <string.h>

#include "trace/names.h"
#include "util/macro.h"

/* Of <sys/wait.h>, whose macros want an lvalue of the host's type. */
#define STATUS_STOPPED 0x7fU
#define STATUS_CONTINUED 0xffffU
#define STATUS_CORE 0x80U

#define PATH_SHOWN 4095U   /* the longest that the kernel takes, PATH_MAX without the NUL */
#define ELEMENTS_SHOWN 32U /* of an array, if nothing is said, as by strace */
#define PAGE 4096U         /* the smallest one */

uint16_t memory16(const CallMemory *m, unsigned offset)
{
	uint16_t v = 0;

	if (offset + sizeof(v) <= m->captured)
		memcpy(&v, m->bytes + offset, sizeof(v));
	return v;
}

uint32_t memory32(const CallMemory *m, unsigned offset)
{
	uint32_t v = 0;

	if (offset + sizeof(v) <= m->captured)
		memcpy(&v, m->bytes + offset, sizeof(v));
	return v;
}

uint64_t memory64(const CallMemory *m, unsigned offset)
{
	uint64_t v = 0;

	if (offset + sizeof(v) <= m->captured)
		memcpy(&v, m->bytes + offset, sizeof(v));
	return v;
}

uint64_t memory_word(const Decoder *d, const CallMemory *m, unsigned n)
{
	return d->machine == MACHINE_I386 ? memory32(m, n * 4) : memory64(m, n * 8);
}

int64_t memory_long(const Decoder *d, const CallMemory *m, unsigned n)
{
	return d->machine == MACHINE_I386 ? (int32_t) memory32(m, n * 4) : (int64_t) memory64(m, n * 8);
}

const CallMemory *memory_after(const Decoder *d, unsigned i, unsigned size)
{
	const CallMemory *m = call_memory(d->call, MEMORY_AFTER(i));

	return m && m->status != MEMORY_UNREADABLE && m->captured >= size ? m : NULL;
}

/* Memory that was not joined with what continues it is cut as well. */
bool memory_is_cut(const CallMemory *m)
{
	return m->status == MEMORY_TRUNCATED || m->status == MEMORY_CONTINUED;
}

void decode_address(Writer *w, const Decoder *d, unsigned i)
{
	const CallMemory *m = call_memory(d->call, i);

	writer_address(w, arg_value(d, i), m && m->status == MEMORY_UNREADABLE);
}

void decode_path(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_path(w, m->bytes, MIN(m->captured, PATH_SHOWN), m->captured > PATH_SHOWN || memory_is_cut(m));
}

void decode_string(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_string(w, m->bytes, m->captured, memory_is_cut(m));
}

/* Return: how many elements of an array are shown. */
static unsigned array_max(const Writer *w)
{
	if (w->style.verbose || (!w->style.no_strings && w->style.string_size == 0))
		return UINT_MAX;
	return w->style.no_strings ? 0 : w->style.string_size;
}

/* Each with its NUL, but the last if it was cut. strace ends a list that is not whole in "...". */
void decode_strings(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint32_t at = 0;
	unsigned n = 0, max = array_max(w);

	(void) d;
	(void) i;
	writer_array_begin(w);
	for (; at < m->captured && n < max; n++) {
		const uint8_t *nul = memchr(m->bytes + at, '\0', m->captured - at);
		size_t size = nul ? (size_t) (nul - (m->bytes + at)) : m->captured - at;

		writer_element(w);
		writer_string(w, m->bytes + at, size, !nul);
		at += (uint32_t) size + 1;
	}
	if (memory_is_cut(m) || at < m->captured)
		writer_more(w);
	writer_array_end(w);
}

/* getcwd() counts the NUL behind the path, readlink() has none. */
void decode_path_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_path(w, m->bytes, strnlen((const char *) m->bytes, m->captured), memory_is_cut(m));
}

/* How long the buffer is: with MSG_TRUNC the result is that of the datagram, which is not all there. */
static uint64_t data_room(const Decoder *d, unsigned i)
{
	const SyscallArg *args = d->syscall->args;
	bool is_told = args[i].length == LENGTH_RESULT && i + 1 < d->syscall->n_args && args[i + 1].kind == ARG_SIZE;

	return is_told ? arg_value(d, i + 1) : UINT64_MAX;
}

void decode_data(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	uint64_t room = data_room(d, i), size = MIN(m->captured, room);

	writer_string(w, m->bytes, size, size < MIN(m->requested, room) || (memory_is_cut(m) && size < room));
}

/* Its strings are secrets, and never captured. */
void decode_environment(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	_cleanup_text_ Text said = {};

	text_printf(&said, "%s%u %s", memory_is_cut(m) ? "over " : "", m->requested,
		    m->requested == 1 ? "var" : "vars");
	writer_counted(w, arg_value(d, i), m->requested, text_string(&said));
}

/* Less than wanted was captured, up to the end of a page: what is behind it is not there. */
static bool ends_unreadable(const Decoder *d, const CallMemory *m)
{
	return m->arg < CALL_ARGS_MAX && m->captured < m->requested && m->captured > 0 &&
	       m->captured < kind_limit(d->syscall->args[m->arg].kind, STRING_MAX) &&
	       (arg_value(d, m->arg) + m->captured) % PAGE == 0;
}

void decode_missing(Writer *w, const Decoder *d, const CallMemory *m)
{
	_cleanup_text_ Text address = {};

	writer_more(w);
	if (!ends_unreadable(d, m))
		return;
	text_put_hex(&address, arg_value(d, m->arg) + m->captured);
	writer_comment(w, text_string(&address));
}

unsigned decode_elements_max(const Writer *w)
{
	unsigned max = array_max(w);

	return max == UINT_MAX && !w->style.verbose ? ELEMENTS_SHOWN : max;
}

void decode_array(Writer *w, const Decoder *d, const CallMemory *m, unsigned size, ElementDecoder *put)
{
	unsigned n = m->captured / size, max = decode_elements_max(w);

	writer_array_begin(w);
	for (unsigned i = 0; i < n && i < max; i++) {
		writer_element(w);
		put(w, d, m, i * size);
	}
	if (n > max)
		writer_more(w);
	else if (n < m->requested / size || memory_is_cut(m))
		decode_missing(w, d, m);
	writer_array_end(w);
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

void decode_rest(Writer *w, const CallMemory *m, unsigned known)
{
	_cleanup_text_ Text form = {};

	if (m->captured <= known || is_zero(m->bytes + known, m->captured - known))
		return;
	text_printf(&form, "/* bytes %u..%u */ ", known, m->requested - 1);
	writer_member_form(w, "rest", text_string(&form));
	writer_bytes(w, m->bytes + known, m->captured - known, m->captured < m->requested);
}

void decode_fd_pair(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	writer_array_begin(w);
	writer_element(w);
	writer_fd(w, (int32_t) memory32(m, 0), call_file(d->call, FILE_PAIR));
	writer_element(w);
	writer_fd(w, (int32_t) memory32(m, 4), call_file(d->call, FILE_PAIR + 1));
	writer_array_end(w);
}

static void put_wait_text(Writer *w, uint32_t status)
{
	uint32_t low = status & 0x7f, high = status >> 8 & 0xff;

	if (low == 0) {
		writer_punctuation(w, "WIFEXITED(s) && WEXITSTATUS(s) == ");
		writer_unsigned(w, high);
	} else if (status == STATUS_CONTINUED)
		writer_punctuation(w, "WIFCONTINUED(s)");
	else if (low == STATUS_STOPPED) {
		writer_punctuation(w, "WIFSTOPPED(s) && WSTOPSIG(s) == ");
		writer_signal_name(w, (int) high);
	} else {
		writer_punctuation(w, "WIFSIGNALED(s) && WTERMSIG(s) == ");
		writer_signal_name(w, (int) low);
		if (status & STATUS_CORE)
			writer_punctuation(w, " && WCOREDUMP(s)");
	}
}

/* In JSON the number, which every language's library takes apart. */
void decode_wait_value(Writer *w, uint32_t status)
{
	Constants constants = w->style.constants;

	if (w->style.json) {
		writer_unsigned(w, status);
		return;
	}
	w->style.constants = CONSTANTS_ABBREV; /* strace has signals by name here, whatever is asked for */
	writer_punctuation(w, "[{");
	put_wait_text(w, status);
	writer_punctuation(w, "}]");
	w->style.constants = constants;
}

/* A result of 0: no child has changed its state. */
void decode_wait_status(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	if (d->call->result == 0)
		decode_address(w, d, i);
	else
		decode_wait_value(w, memory32(m, 0));
}

/* Bytes that are no text. */
void decode_binary(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) d;
	(void) i;
	writer_bytes(w, m->bytes, m->captured, m->captured < m->requested || memory_is_cut(m));
}

void decode_pointer(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) m;
	decode_address(w, d, i);
}

static MemoryDecoder *const decoders[_ARG_KIND_MAX] = {
#define MEMORY(kind, when, x86_64, i386, arm64, limit, function) [ARG_##kind] = decode_##function,
#include "trace/memory-kinds.def"
#undef MEMORY
};

void decode_memory(Writer *w, const Decoder *d, unsigned i, ArgKind kind)
{
	static const CallMemory nothing = { .bytes = (const uint8_t *) "" };
	const SyscallArg *arg = &d->syscall->args[i];
	const CallMemory *m = call_memory(d->call, i);
	bool whole = kind == arg->kind && arg->length != LENGTH_NONE;
	unsigned size = whole ? 0 : kind_when(kind) < WHEN_IN ? 0 : kind_size(kind, d->machine);

	if (arg_value(d, i) == 0 || (kind_when(kind) == WHEN_OUT && !call_has_succeeded(d->call)))
		decode_address(w, d, i);
	else if (m && m->status != MEMORY_UNREADABLE && m->captured >= size)
		decoders[kind](w, d, i, m);
	else if (length_is_result(arg->length) && d->call->result == 0)
		decoders[kind](w, d, i, &nothing);
	else
		decode_address(w, d, i);
}
