/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus/world.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "bus/client.h"
#include "util/cgroup.h"
#include "util/clock.h"
#include "util/macro.h"

#define RAM (1ULL << 30)

/* Small, so that a ring goes round soon and memory runs out. */
static const char defaults[] = "[Recorder]\nMemoryMax=8M\nBufferSize=64K\n";

static World *world; /* whose machine the functions below stand for */

/*
 * What is put in the place of functions that would look at this machine (see meson.build).
 */

int __wrap_settings_load(Settings *ret);
int __wrap_cgroup_open_manager(void);
int __real_unit_files_load(const char *root, UnitFiles *ret);
int __wrap_unit_files_load(const char *root, UnitFiles *ret);
int __wrap_cgroup_invocation(int fd, char ret[CGROUP_INVOCATION_SIZE]);
int __wrap_units_invocation(const char *unit, sd_id128_t *ret);
int __real_journal_worker_new(JournalWorker **ret, sd_event *event, const JournalSink *sink, JournalWorkerDone done,
			      void *userdata);
int __wrap_journal_worker_new(JournalWorker **ret, sd_event *event, const JournalSink *sink, JournalWorkerDone done,
			      void *userdata);

int __wrap_settings_load(Settings *ret)
{
	return settings_load_root(bus_directory(world->bus), RAM, ret);
}

int __wrap_unit_files_load(const char *root, UnitFiles *ret)
{
	(void) root;
	return __real_unit_files_load(bus_directory(world->bus), ret);
}

static int open_below(const char *path, int flags)
{
	_cleanup_free_ char *whole = NULL;
	int fd;

	if (asprintf(&whole, "%s/%s", bus_directory(world->bus), path) < 0)
		return -ENOMEM;
	fd = open(whole, flags | O_CLOEXEC, 0644);
	return fd < 0 ? -errno : fd;
}

int __wrap_cgroup_open_manager(void)
{
	return open_below("cgroup", O_RDONLY | O_DIRECTORY);
}

/* A file, for not every file system has extended attributes. */
int __wrap_cgroup_invocation(int fd, char ret[CGROUP_INVOCATION_SIZE])
{
	_cleanup_close_ int file = openat(fd, "invocation", O_RDONLY | O_CLOEXEC);

	if (file < 0 || read(file, ret, CGROUP_INVOCATION_SIZE - 1) != CGROUP_INVOCATION_SIZE - 1)
		return -ENODATA;
	ret[CGROUP_INVOCATION_SIZE - 1] = '\0';
	return 0;
}

int __wrap_units_invocation(const char *unit, sd_id128_t *ret)
{
	*ret = fake_invocation(world->present);
	return world->present ? 0 : -ENOENT;
}

int __wrap_journal_worker_new(JournalWorker **ret, sd_event *event, const JournalSink *sink, JournalWorkerDone done,
			      void *userdata)
{
	return __real_journal_worker_new(ret, event, &fake_journal, done, userdata);
}

/*
 * The machine's files
 */

static int write_file(const char *path, const char *text)
{
	_cleanup_close_ int fd = open_below(path, O_WRONLY | O_CREAT | O_TRUNC);

	if (fd < 0)
		return fd;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

static int make_directory(const char *path)
{
	_cleanup_free_ char *whole = NULL;

	if (asprintf(&whole, "%s/%s", bus_directory(world->bus), path) < 0)
		return -ENOMEM;
	return mkdir(whole, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

static int make_machine(const char *settings)
{
	static const char *const directories[] = { "etc", "etc/traceloop", "cgroup", "cgroup/system.slice" };
	int e = 0;

	for (unsigned i = 0; e >= 0 && i < ELEMENTS(directories); i++)
		e = make_directory(directories[i]);
	return e < 0 ? e : world_configure(world, settings);
}

int world_configure(World *w, const char *settings)
{
	_cleanup_text_ Text text = {};

	text_put(&text, defaults);
	text_put(&text, settings);
	text_put_char(&text, '\n');
	return write_file("etc/traceloop/traceloopd.conf", text_string(&text));
}

uint64_t world_cgroup(World *w, const char *unit, uint8_t run)
{
	char invocation[SD_ID128_STRING_MAX];
	_cleanup_free_ char *path = NULL, *file = NULL;
	_cleanup_close_ int fd = -EBADF;
	uint64_t id;

	if (asprintf(&path, "cgroup/system.slice/%s", unit) < 0 || asprintf(&file, "%s/invocation", path) < 0)
		return 0;
	if (make_directory(path) < 0)
		return 0;
	if (run && write_file(file, sd_id128_to_string(fake_invocation(run), invocation)) < 0)
		return 0;
	fd = open_below(path, O_RDONLY | O_DIRECTORY);
	return fd >= 0 && cgroup_id(fd, &id) >= 0 ? id : 0;
}

/*
 * The loop
 */

static uint64_t now_usec(void)
{
	return monotonic_now() / NSEC_PER_USEC;
}

uint64_t world_deadline(void)
{
	return now_usec() + WORLD_TIMEOUT_USEC;
}

bool world_run(World *w, uint64_t until)
{
	uint64_t now = now_usec();

	w->expired = now >= until || sd_event_run(w->event, until - now) < 0;
	return !w->expired;
}

int world_settle(World *w)
{
	uint64_t until = world_deadline();
	int e = fake_systemd_flush(w->systemd);

	if (e >= 0)
		e = client_call(w, BUS_PATH, "org.freedesktop.DBus.Peer", "Ping", NULL, NULL);
	while (e >= 0 && journal_worker_pending(w->manager->journal) > 0 && world_run(w, until))
		;
	return e < 0 ? e : w->expired ? -ETIMEDOUT : 0;
}

const char *world_journal(World *w)
{
	static Text text;

	text_done(&text);
	if (world_settle(w) < 0)
		return "(does not settle)";
	fake_journal_summary(&text);
	return text_string(&text);
}

uint32_t world_start(World *w, const char *unit, uint8_t run)
{
	uint32_t ring = fake_unit_born(w->manager->recorder, unit);

	if (ring)
		fake_unit_bound(w->manager->recorder, ring, run);
	return world_settle(w) < 0 ? 0 : ring;
}

int world_change(World *w, FakeChange change)
{
	int e = fake_systemd_change(w->systemd, &change);

	return e < 0 ? e : world_settle(w);
}

/*
 * Beginning and end
 */

static int on_signal(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	World *w = userdata;
	const char *first = "?";

	(void) sd_bus_message_read(m, "s", &first);
	text_printf(&w->signals, "%s%s(%s)", w->signals.size ? " " : "", sd_bus_message_get_member(m), first);
	return 0;
}

int world_connect_client(World *w)
{
	int e;

	w->client = sd_bus_close_unref(w->client);
	e = sd_bus_new(&w->client);
	if (e >= 0)
		e = sd_bus_set_address(w->client, bus_address(w->bus));
	if (e >= 0)
		e = sd_bus_set_bus_client(w->client, true);
	if (e >= 0)
		e = sd_bus_negotiate_fds(w->client, true);
	if (e >= 0)
		e = sd_bus_start(w->client);
	if (e >= 0)
		e = sd_bus_add_match(w->client, NULL, "type='signal',interface='" BUS_INTERFACE "'", on_signal, w);
	if (e >= 0)
		e = sd_bus_attach_event(w->client, w->event, SD_EVENT_PRIORITY_NORMAL);
	return e < 0 ? e : 0;
}

static bool is_up(World *w)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int e;

	if (fake_systemd_subscribers(w->systemd) == 0)
		return false;
	e = sd_bus_call_method(w->client, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
			       "GetNameOwner", &error, NULL, "s", BUS_NAME);
	sd_bus_error_free(&error);
	return e >= 0;
}

static int start(World *w, const char *settings)
{
	uint64_t until = world_deadline();
	int e = sd_event_default(&w->event);

	if (e >= 0)
		e = bus_new(&w->bus);
	if (e >= 0)
		e = make_machine(settings);
	if (e >= 0 && setenv("DBUS_SYSTEM_BUS_ADDRESS", bus_address(w->bus), true) < 0)
		e = -errno;
	if (e >= 0)
		e = fake_journal_clear();
	if (e >= 0)
		e = fake_systemd_new(&w->systemd, w->event, bus_address(w->bus));
	if (e >= 0)
		e = world_connect_client(w);
	if (e >= 0)
		e = manager_new(&w->manager);
	if (e >= 0)
		e = manager_start(w->manager);
	while (e >= 0 && !is_up(w) && world_run(w, until))
		;
	if (e < 0 || w->expired)
		return e < 0 ? e : -ETIMEDOUT;
	return world_settle(w);
}

World *world_new(const char *settings)
{
	int e;

	world = calloc(1, sizeof(*world));
	if (!world)
		return NULL;
	e = start(world, settings);
	if (e < 0) {
		printf("# cannot start: %s\n", strerror(-e));
		return world_free(world);
	}
	return world;
}

World *world_free(World *w)
{
	if (!w)
		return NULL;
	manager_free(w->manager);
	fake_systemd_free(w->systemd);
	sd_bus_close_unref(w->client);
	sd_event_unref(w->event);
	bus_free(w->bus);
	text_done(&w->signals);
	free(w);
	return NULL;
}

bool world_is_possible(void)
{
	_cleanup_(bus_freep) Bus *bus = NULL;

	return bus_new(&bus) != -ENOENT;
}
