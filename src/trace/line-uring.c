/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What io_uring did, in a form that no call has: "io_uring: submit READ, fd=5, user_data=0x1" and later on, perhaps in
 * another thread's time, "io_uring: complete READ, user_data=0x1 = 4096".
 */

#include "trace/line.h"

#include <fcntl.h>

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

static void put_flags(Writer *w, uint32_t flags, const char *const names[], size_t n)
{
	uint32_t left = flags;

	if (flags == 0)
		return;
	writer_part(w, "flags", ", flags=");
	writer_value_begin(w, flags, BASE_HEX);
	for (size_t i = 0; i < n; i++)
		if (left & 1U << i) {
			writer_value_name(w, names[i]);
			left &= ~(1U << i);
		}
	if (left > 0)
		writer_value_number(w, left, BASE_HEX);
	writer_value_end(w);
}

static const struct Operation *operation_of(const struct UringRecord *uring)
{
	const struct Operation *o = uring->operation < ELEMENTS(operations) ? &operations[uring->operation] : NULL;

	return o && o->name ? o : NULL;
}

static void put_operation(Writer *w, const struct UringRecord *uring)
{
	const struct Operation *operation = operation_of(uring);

	if (uring->operation == URING_NO_OPERATION)
		return;
	writer_part(w, "operation", " ");
	if (operation)
		writer_named(w, uring->operation, BASE_DECIMAL, operation->name);
	else {
		writer_punctuation(w, "operation_");
		writer_named(w, uring->operation, BASE_DECIMAL, NULL);
	}
}

/* An unknown operation may have a descriptor. */
static void put_descriptor(Writer *w, const struct UringRecord *uring)
{
	const struct Operation *operation = operation_of(uring);
	DescriptorKind kind = operation ? operation->descriptor : DESCRIPTOR_FD;

	if (kind == DESCRIPTOR_NONE)
		return;
	writer_part(w, "fd", ", fd=");
	if (kind == DESCRIPTOR_DIRFD)
		writer_dirfd(w, uring->value, NULL);
	else
		writer_fd(w, uring->value, NULL);
}

static void put_result(Writer *w, int32_t result)
{
	writer_punctuation(w, " = ");
	if (result < 0 && result >= -ERROR_MAX)
		line_put_error(w, -result);
	else {
		writer_part(w, "result", "");
		writer_signed(w, result);
	}
}

void line_put_uring(Writer *w, const struct UringRecord *uring)
{
	bool submit = uring->header.count == URING_SUBMIT;

	writer_part(w, "io_uring", "io_uring: ");
	writer_word(w, submit ? "submit" : "complete");
	put_operation(w, uring);
	if (submit)
		put_descriptor(w, uring);
	writer_part(w, "user_data", ", user_data=");
	writer_hex(w, uring->user_data);
	if (submit)
		put_flags(w, uring->flags, submit_flags, ELEMENTS(submit_flags));
	else {
		put_flags(w, uring->flags, complete_flags, ELEMENTS(complete_flags));
		put_result(w, uring->value);
	}
}
