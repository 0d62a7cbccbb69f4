/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "daemon/units-resolve.h"
#include "daemon/units.h"
#include "util/macro.h"
#include "util/text.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define PID1 ":1.1"
#define SERVICE_PATH "/org/freedesktop/systemd1/unit/ssh_2eservice"

/*
 * The other end of the connection is the bus and everybody on it, so signals can carry any sender. What it is asked
 * goes into `calls`, what the callbacks say into `said`.
 */
static sd_bus *client, *peer;
static Text calls, said;
static const char *owner, *load_state;

static int on_call(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *member = sd_bus_message_get_member(m);

	(void) userdata, (void) error;
	text_printf(&calls, "%s ", member);
	if (streq(member, "Hello"))
		return sd_bus_reply_method_return(m, "s", ":1.7");
	if (streq(member, "GetNameOwner") && owner)
		return sd_bus_reply_method_return(m, "s", owner);
	if (streq(member, "GetNameOwner"))
		return sd_bus_reply_method_errorf(m, SD_BUS_ERROR_NAME_HAS_NO_OWNER, "nobody");
	if (streq(member, "LoadUnit"))
		return sd_bus_reply_method_return(m, "o", SERVICE_PATH);
	if (streq(member, "GetAll"))
		return sd_bus_reply_method_return(m, "a{sv}", 3, "Id", "s", "ssh.service", "CanStart", "b", true,
						  "LoadState", "s", load_state);
	return sd_bus_reply_method_return(m, NULL);
}

/* Both ends are in this process, so when neither has anything to do all is done. */
static void settle(void)
{
	while (sd_bus_process(client, NULL) + sd_bus_process(peer, NULL) > 0)
		;
}

static int connect_both(bool bus_client)
{
	sd_id128_t id = SD_ID128_MAKE(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
	int fds[2];

	text_clear(&calls);
	text_clear(&said);
	owner = PID1;
	load_state = "loaded";
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
		return -errno;
	if (sd_bus_new(&client) < 0 || sd_bus_set_fd(client, fds[0], fds[0]) < 0 ||
	    sd_bus_set_bus_client(client, bus_client) < 0 || sd_bus_new(&peer) < 0 ||
	    sd_bus_set_fd(peer, fds[1], fds[1]) < 0 || sd_bus_set_server(peer, 1, id) < 0 || sd_bus_start(peer) < 0 ||
	    sd_bus_add_filter(peer, NULL, on_call, NULL) < 0)
		return -EIO;
	return sd_bus_start(client);
}

static void disconnect_both(void)
{
	client = sd_bus_close_unref(client);
	peer = sd_bus_close_unref(peer);
}

static void type_signal(const char *unit, const char *result, int code, int status, void *userdata)
{
	(void) userdata;
	text_printf(&said, "type(%s,%s,%d,%d) ", unit, result, code, status);
}

static void unit_signal(const char *unit, sd_id128_t invocation, const char *active, void *userdata)
{
	(void) userdata;
	text_printf(&said, "unit(%s,%02x,%s) ", unit, invocation.bytes[0], active);
}

static void removed(const char *unit, void *userdata)
{
	(void) userdata;
	text_printf(&said, "removed(%s) ", unit);
}

static void reset(void *userdata)
{
	(void) userdata;
	text_put(&said, "reset ");
}

static void reloaded(void *userdata)
{
	(void) userdata;
	text_put(&said, "reloaded ");
}

static const UnitsCallbacks callbacks = { type_signal, unit_signal, removed, reset, reloaded };

static int emit(const char *sender, sd_bus_message *m)
{
	int r = sd_bus_message_set_sender(m, sender);

	if (r >= 0)
		r = sd_bus_send(peer, m, NULL);
	sd_bus_message_unref(m);
	settle();
	return r;
}

static int new_change(sd_bus_message **ret)
{
	return sd_bus_message_new_signal(peer, ret, SERVICE_PATH, "org.freedesktop.DBus.Properties",
					 "PropertiesChanged");
}

static int emit_service(const char *sender, const char *result, int code, int status)
{
	sd_bus_message *m;

	if (new_change(&m) < 0)
		return -1;
	(void) sd_bus_message_append(m, "sa{sv}as", SYSTEMD ".Service", 5, "Type", "s", "simple", "Result", "s", result,
				     "MainPID", "u", 0, "ExecMainCode", "i", code, "ExecMainStatus", "i", status, 0);
	return emit(sender, m);
}

static int emit_unit(const char *sender, unsigned id_size, const char *active)
{
	static const uint8_t id[17] = { 0xab };
	sd_bus_message *m;

	if (new_change(&m) < 0)
		return -1;
	(void) sd_bus_message_append(m, "s", SYSTEMD ".Unit");
	(void) sd_bus_message_open_container(m, 'a', "{sv}");
	(void) sd_bus_message_append(m, "{sv}{sv}", "ActiveState", "s", active, "SubState", "s", "dead");
	(void) sd_bus_message_open_container(m, 'e', "sv");
	(void) sd_bus_message_append(m, "s", "InvocationID");
	(void) sd_bus_message_open_container(m, 'v', "ay");
	(void) sd_bus_message_append_array(m, 'y', id, id_size);
	(void) sd_bus_message_close_container(m);
	(void) sd_bus_message_close_container(m);
	(void) sd_bus_message_close_container(m);
	(void) sd_bus_message_append(m, "as", 0);
	return emit(sender, m);
}

static int emit_owner(const char *sender, const char *new_owner)
{
	sd_bus_message *m;

	if (sd_bus_message_new_signal(peer, &m, "/org/freedesktop/DBus", "org.freedesktop.DBus",
				      "NameOwnerChanged") < 0)
		return -1;
	(void) sd_bus_message_append(m, "sss", SYSTEMD, PID1, new_owner);
	return emit(sender, m);
}

static int emit_manager(const char *member, const char *types, ...)
{
	sd_bus_message *m;
	va_list ap;

	if (sd_bus_message_new_signal(peer, &m, "/org/freedesktop/systemd1", SYSTEMD ".Manager", member) < 0)
		return -1;
	va_start(ap, types);
	(void) sd_bus_message_appendv(m, types, ap);
	va_end(ap);
	return emit(PID1, m);
}

TEST(it_matches_then_subscribes)
{
	_cleanup_(units_freep) Units *u = NULL;

	CHECK(connect_both(true) >= 0);
	CHECK_INT(units_new(&u, client, &callbacks, NULL), 0);
	settle();
	CHECK_STRING(text_string(&calls),
		     "Hello AddMatch AddMatch AddMatch AddMatch AddMatch AddMatch AddMatch AddMatch "
		     "AddMatch GetNameOwner Subscribe ");
}

TEST(a_change_is_told_with_the_values_of_its_signals)
{
	_cleanup_(units_freep) Units *u = NULL;

	CHECK(connect_both(true) >= 0);
	CHECK_INT(units_new(&u, client, &callbacks, NULL), 0);
	settle();
	text_clear(&said);
	CHECK(emit_service(PID1, "exit-code", 1, 255) >= 0);
	CHECK(emit_unit(PID1, 16, "failed") >= 0);
	CHECK_STRING(text_string(&said), "type(ssh.service,exit-code,1,255) unit(ssh.service,ab,failed) ");
}

TEST(an_invocation_may_be_missing_but_not_of_another_size)
{
	_cleanup_(units_freep) Units *u = NULL;

	CHECK(connect_both(true) >= 0);
	CHECK_INT(units_new(&u, client, &callbacks, NULL), 0);
	settle();
	text_clear(&said);
	CHECK(emit_unit(PID1, 0, "inactive") >= 0);
	CHECK(emit_unit(PID1, 17, "failed") >= 0);
	CHECK_STRING(text_string(&said), "unit(ssh.service,00,inactive) ");
}

TEST(the_end_of_a_reload_is_told)
{
	_cleanup_(units_freep) Units *u = NULL;

	CHECK(connect_both(true) >= 0);
	CHECK_INT(units_new(&u, client, &callbacks, NULL), 0);
	settle();
	text_clear(&said);
	CHECK(emit_manager("Reloading", "b", 1) >= 0);
	CHECK_STRING(text_string(&said), "");
	CHECK(emit_manager("Reloading", "b", 0) >= 0);
	CHECK_STRING(text_string(&said), "reloaded ");
}

TEST(signals_of_a_stranger_are_dropped)
{
	_cleanup_(units_freep) Units *u = NULL;

	CHECK(connect_both(true) >= 0);
	CHECK_INT(units_new(&u, client, &callbacks, NULL), 0);
	settle();
	text_clear(&said);
	CHECK(emit_service(":1.66", "exit-code", 1, 255) >= 0);
	CHECK(emit_unit(":1.66", 16, "failed") >= 0);
	CHECK(emit_owner(":1.66", ":1.66") >= 0);
	CHECK_STRING(text_string(&said), "");
	CHECK(emit_unit(PID1, 16, "failed") >= 0);
	CHECK_STRING(text_string(&said), "unit(ssh.service,ab,failed) ");
}

TEST(pid_1_that_comes_back_is_subscribed_to_again)
{
	_cleanup_(units_freep) Units *u = NULL;

	CHECK(connect_both(true) >= 0);
	CHECK_INT(units_new(&u, client, &callbacks, NULL), 0);
	settle();
	text_clear(&said);
	text_clear(&calls);
	CHECK(emit_owner("org.freedesktop.DBus", "") >= 0);
	CHECK_STRING(text_string(&said), "reset ");
	CHECK(emit_unit(PID1, 16, "failed") >= 0);
	CHECK_STRING(text_string(&said), "reset ");
	CHECK(emit_owner("org.freedesktop.DBus", ":1.9") >= 0);
	CHECK_STRING(text_string(&calls), "Subscribe ");
	CHECK(emit_unit(":1.9", 16, "failed") >= 0);
	CHECK(strstr(text_string(&said), "unit(ssh.service,ab,failed)"));
}

TEST(pid_1_that_is_not_on_the_bus_yet_is_waited_for)
{
	_cleanup_(units_freep) Units *u = NULL;

	CHECK(connect_both(true) >= 0);
	owner = NULL;
	CHECK_INT(units_new(&u, client, &callbacks, NULL), 0);
	settle();
	CHECK(!strstr(text_string(&calls), "Subscribe"));
	CHECK(emit_owner("org.freedesktop.DBus", PID1) >= 0);
	CHECK(strstr(text_string(&calls), "Subscribe"));
}

TEST(removal_is_told)
{
	_cleanup_(units_freep) Units *u = NULL;

	CHECK(connect_both(true) >= 0);
	CHECK_INT(units_new(&u, client, &callbacks, NULL), 0);
	settle();
	text_clear(&said);
	CHECK(emit_manager("UnitRemoved", "so", "x.service", "/x") >= 0);
	CHECK(emit_manager("UnitRemoved", "s", "cut.service") >= 0);
	CHECK_STRING(text_string(&said), "removed(x.service) ");
}

TEST(a_direct_connection_needs_no_names)
{
	_cleanup_(units_freep) Units *u = NULL;

	CHECK(connect_both(false) >= 0);
	CHECK_INT(units_new(&u, client, &callbacks, NULL), 0);
	settle();
	CHECK_STRING(text_string(&calls), "Subscribe ");
	CHECK(emit_unit(SYSTEMD, 16, "failed") >= 0);
	CHECK_STRING(text_string(&said), "unit(ssh.service,ab,failed) ");
}

static void resolved(const char *id, int error, void *userdata)
{
	text_printf(userdata, "%s %d", id ?: "(null)", error);
}

TEST(an_alias_is_resolved_to_the_id_of_the_loaded_unit)
{
	CHECK(connect_both(true) >= 0);
	CHECK_INT(units_resolve(client, "sshd.service", resolved, &said), 0);
	settle();
	CHECK_STRING(text_string(&calls), "Hello LoadUnit GetAll ");
	CHECK_STRING(text_string(&said), "ssh.service 0");
}

TEST(a_name_that_is_no_unit_s_is_told_although_systemd_loads_it)
{
	CHECK(connect_both(true) >= 0);
	load_state = "not-found";
	CHECK_INT(units_resolve(client, "nothing.service", resolved, &said), 0);
	settle();
	CHECK_STRING(text_string(&said), "(null) -2");
}

TEST(a_question_that_gets_no_answer_ends_with_the_connection)
{
	CHECK(connect_both(true) >= 0);
	CHECK_INT(units_resolve(client, "sshd.service", resolved, &said), 0);
	peer = sd_bus_close_unref(peer);
	while (sd_bus_process(client, NULL) > 0)
		;
	CHECK(strstr(text_string(&said), "(null) -"));
}

#define RUN_CONNECTED(name)        \
	do {                       \
		RUN(name);         \
		disconnect_both(); \
	} while (0)

int main(void)
{
	RUN_CONNECTED(it_matches_then_subscribes);
	RUN_CONNECTED(a_change_is_told_with_the_values_of_its_signals);
	RUN_CONNECTED(an_invocation_may_be_missing_but_not_of_another_size);
	RUN_CONNECTED(the_end_of_a_reload_is_told);
	RUN_CONNECTED(signals_of_a_stranger_are_dropped);
	RUN_CONNECTED(pid_1_that_comes_back_is_subscribed_to_again);
	RUN_CONNECTED(pid_1_that_is_not_on_the_bus_yet_is_waited_for);
	RUN_CONNECTED(removal_is_told);
	RUN_CONNECTED(a_direct_connection_needs_no_names);
	RUN_CONNECTED(an_alias_is_resolved_to_the_id_of_the_loaded_unit);
	RUN_CONNECTED(a_name_that_is_no_unit_s_is_told_although_systemd_loads_it);
	RUN_CONNECTED(a_question_that_gets_no_answer_ends_with_the_connection);
	text_done(&calls);
	text_done(&said);
	return test_done();
}
