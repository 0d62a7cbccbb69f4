/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/properties.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-id128.h>

#include "util/macro.h"
#include "util/text.h"

static int read_id(sd_bus_message *m, sd_id128_t *ret)
{
	const void *bytes;
	size_t size;
	int r = sd_bus_message_read_array(m, 'y', &bytes, &size);

	if (r >= 0 && size == sizeof(*ret))
		memcpy(ret, bytes, size);
	return r;
}

static int read_strings(sd_bus_message *m, Text *ret)
{
	const char *s;
	int r = sd_bus_message_enter_container(m, 'a', "s");

	while (r >= 0 && (r = sd_bus_message_read(m, "s", &s)) > 0) {
		if (ret->size > 0)
			text_put_char(ret, ' ');
		text_put(ret, s);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_counts(sd_bus_message *m, Text *ret)
{
	int r = sd_bus_message_enter_container(m, 'a', "{st}");
	const char *name;
	uint64_t n;

	while (r >= 0 && (r = sd_bus_message_read(m, "{st}", &name, &n)) > 0) {
		text_put(ret, ret->size > 0 ? ", " : "");
		text_put_grouped(ret, n);
		text_put_char(ret, ' ');
		text_put(ret, name);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* The type is the sender's to choose, so it is entered before it is believed. */
static int read_value(sd_bus_message *m, const PropertyField *f, void *value)
{
	int r = sd_bus_message_enter_container(m, 'v', f->type);

	if (r < 0)
		return r;
	if (streq(f->type, "ay"))
		r = read_id(m, value);
	else if (streq(f->type, "as"))
		r = read_strings(m, value);
	else if (streq(f->type, "a{st}"))
		r = read_counts(m, value);
	else
		r = sd_bus_message_read_basic(m, f->type[0], value);
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_entry(sd_bus_message *m, const PropertyField *fields, void *object)
{
	const char *name;
	int r = sd_bus_message_read(m, "s", &name);

	if (r < 0)
		return r;
	while (fields->name && !streq(fields->name, name))
		fields++;
	return fields->name ? read_value(m, fields, (char *) object + fields->offset) : sd_bus_message_skip(m, "v");
}

int properties_read(sd_bus_message *reply, const PropertyField *fields, void *object)
{
	int r = sd_bus_message_enter_container(reply, 'a', "{sv}");

	while (r >= 0 && (r = sd_bus_message_enter_container(reply, 'e', "sv")) > 0) {
		r = read_entry(reply, fields, object);
		if (r >= 0)
			r = sd_bus_message_exit_container(reply);
	}
	return r < 0 ? r : sd_bus_message_exit_container(reply);
}
