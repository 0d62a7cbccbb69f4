/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Waiting for descriptors: which ones, for what, and behind the result which of them were ready and how much was left
 * of the time. That is in the same memory after the call: MEMORY_AFTER(), which is not there where it was not captured.
 */

#include "trace/decode.h"

#include "util/macro.h"

#define EPOLL_CTL_DEL 2U
#define POLLFD_SIZE 8U
#define BITS 8U /* of a byte in a set of descriptors; in all machines' words the first byte has the lowest */

static void put_pollfd(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	int32_t fd = (int32_t) memory32(m, offset);

	(void) d;
	writer_struct_begin(w);
	writer_member(w, "fd");
	writer_fd(w, fd, NULL);
	if (fd >= 0)
		writer_member_flags(w, "events", ARG_POLL_EVENTS, memory16(m, offset + 4));
	writer_struct_end(w);
}

void decode_pollfds(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_array(w, d, m, POLLFD_SIZE, put_pollfd);
}

static void put_ready_pollfd(Writer *w, const CallMemory *m, unsigned offset)
{
	writer_element(w);
	writer_struct_begin(w);
	writer_member(w, "fd");
	writer_fd(w, (int32_t) memory32(m, offset), NULL);
	writer_member_flags(w, "revents", ARG_POLL_EVENTS, memory16(m, offset + 6));
	writer_struct_end(w);
}

/* Those that are ready, out of all. */
static void put_ready_pollfds(Writer *w, const CallMemory *m)
{
	unsigned max = decode_elements_max(w), n = 0;

	writer_member_form(w, "fds", "");
	writer_array_begin(w);
	for (unsigned at = 0; at + POLLFD_SIZE <= m->captured; at += POLLFD_SIZE) {
		if (memory16(m, at + 6) == 0)
			continue;
		if (n++ == max) {
			writer_more(w);
			break;
		}
		put_ready_pollfd(w, m, at);
	}
	if (n <= max && memory_is_cut(m))
		writer_more(w);
	writer_array_end(w);
}

/* Of the arguments from 1 on. */
static const char *const sets[][2] = { { "in", "in " }, { "out", "out " }, { "except", "except " } };

static bool set_has(const CallMemory *m, unsigned fd)
{
	return m->bytes[fd / BITS] >> fd % BITS & 1;
}

/* Return: how many descriptors are known of the set, which may have more words than the call has asked for */
static unsigned set_size(const Decoder *d, const CallMemory *m)
{
	int32_t n = (int32_t) arg_value(d, 0);

	return n > 0 ? MIN((unsigned) n, m->captured * BITS) : 0;
}

/* Return: how many there are, of which no more than @max are shown */
static int64_t put_set(Writer *w, const Decoder *d, const CallMemory *m, int64_t max)
{
	int64_t shown = 0;
	unsigned n = set_size(d, m);
	const char *between = "";

	writer_array_begin(w);
	for (unsigned fd = 0; fd < n && shown < max; fd++) {
		if (!set_has(m, fd))
			continue;
		shown++;
		if (w->style.json)
			writer_element(w);
		else
			writer_punctuation(w, between);
		writer_fd(w, (int32_t) fd, NULL);
		between = " ";
	}
	writer_array_end(w);
	return shown;
}

void decode_fd_set(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	if (m->captured == 0 || (int32_t) arg_value(d, 0) <= 0)
		decode_address(w, d, i);
	else
		(void) put_set(w, d, m, INT64_MAX);
}

static bool set_is_empty(const Decoder *d, const CallMemory *m)
{
	unsigned n = set_size(d, m);

	for (unsigned fd = 0; fd < n; fd++)
		if (set_has(m, fd))
			return false;
	return true;
}

/* The last of pselect6(): a pointer to a set, and its size. Its set is a memory of its own. */
void decode_sigset_sized(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *set = call_memory(d->call, MEMORY_PART(0, PART_4));
	uint64_t address = memory_word(d, m, 0), size = memory_word(d, m, 1);

	(void) i;
	writer_struct_begin(w);
	writer_member(w, "sigmask");
	if (address == 0 || size != sizeof(uint64_t) || !set || set->captured < sizeof(uint64_t))
		writer_pointer(w, address);
	else
		decode_signal_set(w, memory64(set, 0), sizeof(uint64_t));
	writer_member_unsigned(w, "sigsetsize", size);
	writer_struct_end(w);
}

/* Packed on x86 alone. */
static void put_epoll_event(Writer *w, const Decoder *d, const CallMemory *m, unsigned offset)
{
	uint64_t data = memory64(m, offset + (d->machine == MACHINE_ARM64 ? 8 : 4));

	writer_struct_begin(w);
	writer_member_flags(w, "events", ARG_EPOLL_EVENTS, memory32(m, offset));
	writer_member(w, "data");
	writer_struct_begin(w);
	writer_member_unsigned(w, "u32", (uint32_t) data);
	writer_member_unsigned(w, "u64", data);
	writer_struct_end(w);
	writer_struct_end(w);
}

void decode_epoll_event(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	if ((uint32_t) arg_value(d, i - 2) == EPOLL_CTL_DEL)
		decode_address(w, d, i);
	else
		put_epoll_event(w, d, m, 0);
}

void decode_epoll_ready(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	decode_array(w, d, m, d->machine == MACHINE_ARM64 ? 16 : 12, put_epoll_event);
}

/* Return: whether there is something to say of what the call has written to argument @i */
static bool says_after(const Decoder *d, unsigned i, const CallMemory *m, int64_t left)
{
	switch (d->syscall->args[i].kind) {
	case ARG_POLLFD:
	case ARG_TIMESPEC_INOUT:
	case ARG_TIMESPEC64_INOUT:
	case ARG_TIMEVAL_INOUT:
		return true;
	case ARG_FD_SET:
		return i > 0 && i <= ELEMENTS(sets) && left > 0 && !set_is_empty(d, m);
	default:
		return false;
	}
}

/* @left: how many descriptors in sets are not shown yet: the kernel leaves alone the words above those that it knows */
static void put_after(Writer *w, const Decoder *d, unsigned i, const CallMemory *m, int64_t *left)
{
	switch (d->syscall->args[i].kind) {
	case ARG_POLLFD:
		put_ready_pollfds(w, m);
		break;
	case ARG_FD_SET:
		writer_member_form(w, sets[i - 1][0], sets[i - 1][1]);
		*left -= put_set(w, d, m, *left);
		break;
	case ARG_TIMESPEC64_INOUT:
		writer_member_form(w, "left", "left ");
		decode_timespec64_at(w, m, 0);
		break;
	case ARG_TIMEVAL_INOUT:
		writer_member_form(w, "left", "left ");
		decode_timeval_at(w, d, m, 0);
		break;
	default:
		writer_member_form(w, "left", "left ");
		decode_timespec_at(w, d, m, 0);
	}
}

void decode_result_ready(Writer *w, const Decoder *d)
{
	int64_t left = d->call->result;
	bool begun = false;

	writer_signed(w, d->call->result);
	if (d->call->result == 0) {
		writer_note_begin(w);
		writer_word(w, "Timeout");
		writer_note_end(w);
		return;
	}
	for (unsigned i = 0; i < d->syscall->n_args; i++) {
		const CallMemory *m = call_memory(d->call, MEMORY_AFTER(i));

		if (!m || m->status == MEMORY_UNREADABLE || !says_after(d, i, m, left))
			continue;
		if (!begun) {
			writer_note_begin(w);
			writer_group_begin(w);
		}
		begun = true;
		put_after(w, d, i, m, &left);
	}
	if (begun) {
		writer_group_end(w);
		writer_note_end(w);
	}
}
