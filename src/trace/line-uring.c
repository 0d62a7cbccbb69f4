/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What io_uring did, in a form that no call has: "io_uring: submit READ, fd=5, user_data=0x1" and later on, perhaps in
 * another thread's time, "io_uring: complete READ, user_data=0x1 = 4096".
 */

#include "trace/line.h"

#include <fcntl.h>

#include "trace/decode.h"
#include "util/macro.h"

typedef enum DescriptorKind {
	DESCRIPTOR_NONE,
	DESCRIPTOR_FD,
	DESCRIPTOR_DIRFD,
} DescriptorKind;

static const struct Operation {
	const char *name;
	DescriptorKind descriptor;
} operations[] = {
#define OPERATION(name, number, descriptor) [number] = { #name, DESCRIPTOR_##descriptor },
#include "trace/uring-operations.def"
#undef OPERATION
};

/* By bit: IOSQE_* and IORING_CQE_F_*, include/uapi/linux/io_uring.h. */
static const char *const submit_flags[] = {
	"IOSQE_FIXED_FILE", "IOSQE_IO_DRAIN",      "IOSQE_IO_LINK",          "IOSQE_IO_HARDLINK",
	"IOSQE_ASYNC",      "IOSQE_BUFFER_SELECT", "IOSQE_CQE_SKIP_SUCCESS",
};
static const char *const complete_flags[] = {
	"IORING_CQE_F_BUFFER", "IORING_CQE_F_MORE",     "IORING_CQE_F_SOCK_NONEMPTY",
	"IORING_CQE_F_NOTIF",  "IORING_CQE_F_BUF_MORE",
};

static void put_flags(Text *t, uint32_t flags, const char *const names[], size_t n)
{
	const char *between = ", flags=";

	for (size_t i = 0; i < n; i++) {
		if (!(flags & 1U << i))
			continue;
		text_put(t, between);
		text_put(t, names[i]);
		between = "|";
		flags &= ~(1U << i);
	}
	if (flags == 0)
		return;
	text_put(t, between);
	text_put_hex(t, flags);
}

static const struct Operation *operation_of(const struct UringRecord *uring)
{
	return uring->operation < ELEMENTS(operations) ? &operations[uring->operation] : NULL;
}

static void put_operation(Text *t, const struct UringRecord *uring)
{
	const struct Operation *operation = operation_of(uring);

	if (uring->operation == URING_NO_OPERATION)
		return;
	text_put_char(t, ' ');
	if (operation)
		text_put(t, operation->name);
	else {
		text_put(t, "operation_");
		text_put_unsigned(t, uring->operation);
	}
}

/* An unknown operation may have a descriptor. */
static void put_descriptor(Text *t, const struct UringRecord *uring)
{
	const struct Operation *operation = operation_of(uring);
	DescriptorKind kind = operation ? operation->descriptor : DESCRIPTOR_FD;

	if (kind == DESCRIPTOR_NONE)
		return;
	text_put(t, ", fd=");
	if (kind == DESCRIPTOR_DIRFD && uring->value == AT_FDCWD)
		text_put(t, "AT_FDCWD");
	else
		text_put_signed(t, uring->value);
}

static void put_result(Text *t, int32_t result)
{
	text_put(t, " = ");
	if (result < 0 && result >= -ERROR_MAX)
		line_put_error(t, -result);
	else
		text_put_signed(t, result);
}

void line_put_uring(Text *t, const struct UringRecord *uring)
{
	bool submit = uring->header.count == URING_SUBMIT;

	text_put(t, submit ? "io_uring: submit" : "io_uring: complete");
	put_operation(t, uring);
	if (submit)
		put_descriptor(t, uring);
	text_put(t, ", user_data=");
	writer_hex(&(Writer){ .text = t }, uring->user_data);
	if (submit)
		put_flags(t, uring->flags, submit_flags, ELEMENTS(submit_flags));
	else {
		put_flags(t, uring->flags, complete_flags, ELEMENTS(complete_flags));
		put_result(t, uring->value);
	}
}
