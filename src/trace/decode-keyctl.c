/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* keyctl(): the operation decides how many arguments follow and what they are. */

#include "trace/decode.h"

#include "trace/names.h"
#include "util/macro.h"

#define KEYCTL_ARGS 4

static const struct {
	uint32_t operation;
	uint8_t n;
	ArgKind args[KEYCTL_ARGS];
} operations[] = {
	{ 0, 2, { ARG_KEY_SERIAL, ARG_INT } },                                       /* KEYCTL_GET_KEYRING_ID */
	{ 1, 1, { ARG_STRING } },                                                    /* KEYCTL_JOIN_SESSION_KEYRING */
	{ 2, 3, { ARG_KEY_SERIAL, ARG_DATA_IN, ARG_SIZE } },                         /* KEYCTL_UPDATE */
	{ 3, 1, { ARG_KEY_SERIAL } },                                                /* KEYCTL_REVOKE */
	{ 4, 3, { ARG_KEY_SERIAL, ARG_UID, ARG_UID } },                              /* KEYCTL_CHOWN */
	{ 5, 2, { ARG_KEY_SERIAL, ARG_KEY_PERMISSIONS } },                           /* KEYCTL_SETPERM */
	{ 6, 3, { ARG_KEY_SERIAL, ARG_DATA_OUT, ARG_SIZE } },                        /* KEYCTL_DESCRIBE */
	{ 7, 1, { ARG_KEY_SERIAL } },                                                /* KEYCTL_CLEAR */
	{ 8, 2, { ARG_KEY_SERIAL, ARG_KEY_SERIAL } },                                /* KEYCTL_LINK */
	{ 9, 2, { ARG_KEY_SERIAL, ARG_KEY_SERIAL } },                                /* KEYCTL_UNLINK */
	{ 10, 4, { ARG_KEY_SERIAL, ARG_STRING, ARG_STRING, ARG_KEY_SERIAL } },       /* KEYCTL_SEARCH */
	{ 11, 3, { ARG_KEY_SERIAL, ARG_DATA_OUT, ARG_SIZE } },                       /* KEYCTL_READ */
	{ 12, 4, { ARG_KEY_SERIAL, ARG_DATA_IN, ARG_SIZE, ARG_KEY_SERIAL } },        /* KEYCTL_INSTANTIATE */
	{ 13, 3, { ARG_KEY_SERIAL, ARG_UNSIGNED, ARG_KEY_SERIAL } },                 /* KEYCTL_NEGATE */
	{ 14, 1, { ARG_REQUEST_KEYRING } },                                          /* KEYCTL_SET_REQKEY_KEYRING */
	{ 15, 2, { ARG_KEY_SERIAL, ARG_UNSIGNED } },                                 /* KEYCTL_SET_TIMEOUT */
	{ 16, 1, { ARG_KEY_SERIAL } },                                               /* KEYCTL_ASSUME_AUTHORITY */
	{ 17, 3, { ARG_KEY_SERIAL, ARG_DATA_OUT, ARG_SIZE } },                       /* KEYCTL_GET_SECURITY */
	{ 18, 0, {} },                                                               /* KEYCTL_SESSION_TO_PARENT */
	{ 19, 4, { ARG_KEY_SERIAL, ARG_UNSIGNED, ARG_KEY_ERROR, ARG_KEY_SERIAL } },  /* KEYCTL_REJECT */
	{ 21, 1, { ARG_KEY_SERIAL } },                                               /* KEYCTL_INVALIDATE */
	{ 22, 2, { ARG_UID, ARG_KEY_SERIAL } },                                      /* KEYCTL_GET_PERSISTENT */
	{ 29, 3, { ARG_KEY_SERIAL, ARG_STRING, ARG_STRING } },                       /* KEYCTL_RESTRICT_KEYRING */
	{ 30, 4, { ARG_KEY_SERIAL, ARG_KEY_SERIAL, ARG_KEY_SERIAL, ARG_KEY_MOVE } }, /* KEYCTL_MOVE */
	{ 31, 2, { ARG_DATA_OUT, ARG_SIZE } },                                       /* KEYCTL_CAPABILITIES */
};

void decode_keyctl(Writer *w, const Decoder *d)
{
	uint32_t operation = (uint32_t) arg_value(d, 0);

	decode_next(w, d, 0, ARG_KEYCTL_OPTION);
	for (size_t i = 0; i < ELEMENTS(operations); i++)
		if (operations[i].operation == operation) {
			for (unsigned n = 0; n < operations[i].n; n++)
				decode_next(w, d, n + 1, operations[i].args[n]);
			return;
		}
	for (unsigned n = 1; n <= KEYCTL_ARGS; n++)
		decode_next(w, d, n, ARG_HEX);
}

/* Negative ones stand for keyrings that each process has. */
void decode_key_serial(Writer *w, uint32_t serial)
{
	writer_named(w, (uint64_t) (int64_t) (int32_t) serial, BASE_DECIMAL, value_name(ARG_KEY_RING, serial));
}

/* The error that users of a key get: a number above those of the kernel has no name. */
void decode_key_error(Writer *w, uint32_t error)
{
	writer_named(w, error, BASE_DECIMAL, error <= ERROR_MAX ? errno_name((int) error) : NULL);
}
