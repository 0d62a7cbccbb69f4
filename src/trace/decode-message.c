/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Messages of sockets: struct msghdr, alone and in arrays of struct mmsghdr. What its members point to are memories of
 * their own, MEMORY_PART(). One that was not captured shows its address.
 *
 * Of a message to be received nothing but the room for the address is known before; all that is shown is from after.
 */

#include "trace/decode.h"

#include "util/macro.h"

#define SOCKADDR_SIZE_MAX 128U
#define SOCKADDR_SIZE_MIN 2U

/* The members in words of the caller's: those that are shorter are padded. */
enum {
	WORD_NAME,
	WORD_NAMELEN,
	WORD_IOV,
	WORD_IOVLEN,
	WORD_CONTROL,
	WORD_CONTROLLEN,
	WORD_FLAGS,
	WORD_LENGTH, /* msg_len of struct mmsghdr */
	MESSAGE_WORDS,
};

/* One of a call's messages. */
typedef struct Message {
	const CallMemory *m; /* the array it is in */
	const CallMemory *before; /* the same as it was given, if it was filled by the call */
	unsigned index;
	uint64_t moved; /* bytes of it */
} Message;

static uint64_t word(const Decoder *d, const Message *message, unsigned n)
{
	return memory_word(d, message->m, message->index * MESSAGE_WORDS + n);
}

static int32_t name_length(const Decoder *d, const CallMemory *m, unsigned index)
{
	return (int32_t) memory_word(d, m, index * MESSAGE_WORDS + WORD_NAMELEN);
}

/* Return: a part of it that was captured, or NULL; those of the first few alone are */
static const CallMemory *part(const Decoder *d, const Message *message, unsigned p)
{
	const CallMemory *m = NULL;

	if (MEMORY_PART(message->index, p) < _MEMORY_OF_MAX)
		m = call_memory(d->call, MEMORY_PART(message->index, p));
	return m && m->status != MEMORY_UNREADABLE ? m : NULL;
}

static void put_name(Writer *w, const Decoder *d, const Message *message)
{
	const CallMemory *name = part(d, message, PART_NAME);
	int32_t length = name_length(d, message->m, message->index);

	writer_member(w, "msg_name");
	if (word(d, message, WORD_NAME) == 0 || !name || name->captured < SOCKADDR_SIZE_MIN || length < 0 ||
	    (!message->before && name->captured < MIN((uint32_t) length, SOCKADDR_SIZE_MAX)))
		writer_pointer(w, word(d, message, WORD_NAME));
	else
		decode_sockaddr_bytes(w, name->bytes, name->captured);
	writer_member(w, "msg_namelen");
	decode_change(w, message->before ? name_length(d, message->before, message->index) : length, length);
}

static void put_vectors(Writer *w, const Decoder *d, const Message *message)
{
	static const CallMemory no_contents = { .status = MEMORY_WHOLE };
	const CallMemory *vectors = part(d, message, PART_VECTORS), *data = part(d, message, PART_DATA);

	writer_member(w, "msg_iov");
	if (word(d, message, WORD_IOV) == 0 || !vectors)
		writer_pointer(w, word(d, message, WORD_IOV));
	else
		decode_vectors(w, d, vectors, data ?: &no_contents, message->moved);
	writer_member_unsigned(w, "msg_iovlen", word(d, message, WORD_IOVLEN));
}

static void put_control(Writer *w, const Decoder *d, const Message *message)
{
	const CallMemory *control = part(d, message, PART_CONTROL);
	uint64_t address = word(d, message, WORD_CONTROL), size = word(d, message, WORD_CONTROLLEN);

	if (size > 0) {
		writer_member(w, "msg_control");
		if (address == 0 || !control)
			writer_pointer(w, address);
		else
			decode_control(w, d, control, address, size);
	}
	writer_member_unsigned(w, "msg_controllen", size);
}

static void put_message(Writer *w, const Decoder *d, const Message *message)
{
	writer_struct_begin(w);
	put_name(w, d, message);
	put_vectors(w, d, message);
	put_control(w, d, message);
	writer_member_flags(w, "msg_flags", ARG_MSG_FLAGS, (uint32_t) word(d, message, WORD_FLAGS));
	writer_struct_end(w);
}

void decode_msghdr_in(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	(void) i;
	put_message(w, d, &(Message){ .m = m, .moved = UINT64_MAX });
}

void decode_msghdr_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *after = call_memory(d->call, MEMORY_AFTER(i));

	if (call_has_succeeded(d->call) && after && after->captured >= m->captured) {
		put_message(w, d, &(Message){ .m = after, .before = m, .moved = (uint64_t) d->call->result });
		return;
	}
	writer_struct_begin(w);
	writer_member_signed(w, "msg_namelen", name_length(d, m, 0));
	writer_struct_end(w);
}

/* Return: bytes of one of several messages */
static unsigned element_size(const Decoder *d)
{
	return MESSAGE_WORDS * (d->machine == MACHINE_I386 ? sizeof(uint32_t) : sizeof(uint64_t));
}

/* @given: the array before the call; @n: how many messages it has dealt with, which alone have a length */
static void put_messages(Writer *w, const Decoder *d, Message message, const CallMemory *given, unsigned n)
{
	bool received = message.before;
	unsigned all = received ? n : given->requested / element_size(d);
	unsigned captured = message.m->captured / element_size(d), max = MIN(all, decode_elements_max(w));

	writer_array_begin(w);
	for (message.index = 0; message.index < captured && message.index < max; message.index++) {
		uint32_t length = (uint32_t) word(d, &message, WORD_LENGTH);

		message.moved = received ? length : UINT64_MAX;
		writer_element(w);
		writer_struct_begin(w);
		writer_member(w, "msg_hdr");
		put_message(w, d, &message);
		if (message.index < n)
			writer_member_unsigned(w, "msg_len", length);
		writer_struct_end(w);
	}
	if (message.index < all)
		decode_missing(w, d, given);
	writer_array_end(w);
}

/* Return: how many messages the call has dealt with */
static unsigned messages_done(const Decoder *d)
{
	return call_has_succeeded(d->call) ? (unsigned) d->call->result : 0;
}

/* Return: the array as it is after the call, or as it was given where that is not known */
static const CallMemory *messages_after(const Decoder *d, unsigned i, const CallMemory *given)
{
	const CallMemory *after = call_memory(d->call, MEMORY_AFTER(i));

	return after && after->captured >= element_size(d) ? after : given;
}

void decode_mmsghdr_in(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *after = messages_after(d, i, m);

	put_messages(w, d, (Message){ .m = after }, m, after != m ? messages_done(d) : 0);
}

void decode_mmsghdr_out(Writer *w, const Decoder *d, unsigned i, const CallMemory *m)
{
	const CallMemory *after = messages_after(d, i, m);
	unsigned n = messages_done(d);

	if (!call_has_succeeded(d->call) || (n > 0 && after == m))
		decode_address(w, d, i);
	else
		put_messages(w, d, (Message){ .m = after, .before = m }, m, n);
}
