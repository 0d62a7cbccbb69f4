/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Properties of an object out of a GetAll, picked by name. What the daemon does not send, being older, keeps the value
 * it had; what this program does not know, the daemon being newer, is passed over.
 */

#include <stdint.h>
#include <systemd/sd-bus.h>

typedef struct PropertyField {
	const char *name;
	const char *type; /* "s", "t", "u", "b", "ay" of an ID, "as" and "a{st}" joined into a Text */
	size_t offset;
} PropertyField;

/**
 * properties_read() - fill a struct
 * @fields: ended by one without a name
 * @object: strings in it point into @reply
 *
 * Return: 0 or a negative errno
 */
int properties_read(sd_bus_message *reply, const PropertyField *fields, void *object);
