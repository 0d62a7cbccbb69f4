/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus/fake-recorder.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "trace/capture.h"
#include "util/clock.h"
#include "util/macro.h"

#define STOCK_MAX 4U
#define SLOTS 8U
#define CGROUPS_MAX 256U
#define EVENTS_MAX 64U
#define LISTS (CHUNKS_MAX / 64U)
#define FAKE_PID 1000U

struct Recorder {
	Rings *rings;
	RingFiles *files;
	unsigned n_forgotten;
	struct Ring shared[RINGS_MAX];
	int lists_fd, control_fd, files_fd;
	uint64_t buffer_size;
	bool attached;
	struct Pattern patterns[PATTERNS_MAX];
	unsigned n_patterns;
	uint32_t stock[STOCK_MAX];
	unsigned n_stock;
	struct FakeCgroup {
		uint64_t id;
		uint32_t ring;
	} cgroups[CGROUPS_MAX];
	unsigned n_cgroups;
	uint64_t next_cgroup;
	struct Slot slots[SLOTS];
	struct ControlEvent events[EVENTS_MAX];
	unsigned n_events;
	bool deaf;
	uint64_t control_lost;
};

/*
 * daemon/recorder.h
 */

static int memory(const char *name, size_t size)
{
	_cleanup_close_ int fd = memfd_create(name, MFD_CLOEXEC);

	return fd < 0 || ftruncate(fd, (off_t) size) < 0 ? -errno : TAKE_FD(fd);
}

int recorder_new(Recorder **ret, const RecorderConfig *config)
{
	_cleanup_(recorder_freep) Recorder *r = calloc(1, sizeof(*r));
	int e;

	if (!r)
		return -ENOMEM;
	r->buffer_size = config->buffer_size;
	r->next_cgroup = 1ULL << 40; /* no directory of the test has such an inode */
	r->lists_fd = memory("chunk-lists", LISTS * sizeof(uint64_t));
	r->control_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->files_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->lists_fd < 0 || r->control_fd < 0 || r->files_fd < 0)
		return -EMFILE;
	e = rings_new(&r->rings, -EBADF, r->shared, r->lists_fd, LISTS, config->memory_max);
	if (e < 0)
		return e;
	e = ring_files_new(&r->files, r->rings);
	if (e < 0)
		return e;
	*ret = TAKE_PTR(r);
	return 0;
}

Recorder *recorder_free(Recorder *r)
{
	if (!r)
		return NULL;
	ring_files_free(r->files);
	rings_free(r->rings);
	close_fd(r->lists_fd);
	close_fd(r->control_fd);
	close_fd(r->files_fd);
	free(r);
	return NULL;
}

Rings *recorder_rings(Recorder *r)
{
	return r->rings;
}

bool recorder_has_tracepoint(const Recorder *r, const char *tracepoint)
{
	(void) r;
	return !streq(tracepoint, "mark_victim");
}

ThreadKey recorder_thread_key(const Recorder *r, const char **ret_why)
{
	(void) r;
	*ret_why = "";
	return THREAD_KEY_STACK;
}

int recorder_set_attached(Recorder *r, bool attached)
{
	if (attached != r->attached)
		r->n_cgroups = 0;
	r->attached = attached;
	return 0;
}

bool recorder_is_attached(const Recorder *r)
{
	return r->attached;
}

int recorder_set_patterns(Recorder *r, const struct Pattern *patterns, unsigned n)
{
	if (n > PATTERNS_MAX)
		return -E2BIG;
	memcpy(r->patterns, patterns, n * sizeof(*patterns));
	r->n_patterns = n;
	return 0;
}

int recorder_calls(Recorder *r, const CallSet *set)
{
	(void) r;
	return call_set_is_all(set) ? 0 : 1;
}

void recorder_set_calls(Recorder *r, uint32_t ring, unsigned calls)
{
	rings_get(r->rings, ring)->calls = calls;
}

static int cgroup_put(Recorder *r, uint64_t id, uint32_t ring)
{
	if (r->n_cgroups == CGROUPS_MAX)
		return -E2BIG;
	r->cgroups[r->n_cgroups++] = (struct FakeCgroup){ .id = id, .ring = ring };
	return 0;
}

int recorder_add_slice(Recorder *r, uint64_t id)
{
	return cgroup_put(r, id, 0);
}

int recorder_add_cgroup(Recorder *r, uint64_t id, uint32_t ring, bool own)
{
	if (own)
		rings_get(r->rings, ring)->cgroup = id;
	return cgroup_put(r, id, ring);
}

uint32_t recorder_ring_of_cgroup(Recorder *r, uint64_t id)
{
	for (unsigned i = r->n_cgroups; i > 0; i--)
		if (r->cgroups[i - 1].id == id)
			return r->cgroups[i - 1].ring;
	return 0;
}

void recorder_rescan(Recorder *r)
{
}

int recorder_fill_blocked(Recorder *r)
{
	return 0;
}

unsigned recorder_stock(Recorder *r)
{
	return r->n_stock;
}

int recorder_restock(Recorder *r)
{
	while (r->n_stock < STOCK_MAX) {
		int ring = rings_alloc(r->rings, r->buffer_size);

		if (ring < 0)
			return ring;
		r->stock[r->n_stock++] = (uint32_t) ring;
	}
	return 0;
}

int recorder_ring_new(Recorder *r, uint64_t size)
{
	return rings_alloc(r->rings, size);
}

void recorder_ring_stop(Recorder *r, uint32_t ring)
{
	for (unsigned i = 0; i < r->n_cgroups;)
		if (r->cgroups[i].ring == ring)
			r->cgroups[i] = r->cgroups[--r->n_cgroups];
		else
			i++;
}

void recorder_ring_free(Recorder *r, const uint32_t *rings, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		recorder_ring_stop(r, rings[i]);
		for (unsigned k = 0; k < SLOTS; k++)
			if (r->slots[k].ring == rings[i])
				r->slots[k] = (struct Slot){};
		ring_files_drop(r->files, rings[i]);
		rings_release(r->rings, rings[i]);
	}
}

void recorder_losses(Recorder *r, RecorderLosses *ret)
{
	*ret = (RecorderLosses){};
}

uint64_t recorder_control_lost(Recorder *r)
{
	return r->control_lost;
}

const struct Slot *recorder_slots(Recorder *r, unsigned *ret_n)
{
	*ret_n = SLOTS;
	return r->slots;
}

RingFiles *recorder_files(Recorder *r)
{
	return r->files;
}

bool recorder_has_files(const Recorder *r)
{
	return true;
}

void recorder_forget_file(Recorder *r, uint32_t ring, const struct FileRef *file)
{
	r->n_forgotten++;
}

void recorder_files_forgotten(Recorder *r)
{
}

int recorder_files_fd(Recorder *r)
{
	return r->files_fd;
}

int recorder_control_fd(Recorder *r)
{
	return r->control_fd;
}

int recorder_dispatch(Recorder *r, RecorderHandler handler, void *userdata)
{
	eventfd_t n;
	int handled = 0;

	(void) eventfd_read(r->control_fd, &n);
	while (r->n_events > 0) {
		struct ControlEvent event = r->events[0];

		memmove(r->events, r->events + 1, --r->n_events * sizeof(event));
		handler(&event, userdata);
		handled++;
	}
	return handled;
}

/*
 * The kernel
 */

void fake_deafen(Recorder *r, bool deaf)
{
	r->deaf = deaf;
}

/* Return: whether there was room */
static bool tell(Recorder *r, const struct ControlEvent *event)
{
	(void) eventfd_write(r->control_fd, 1);
	if (r->deaf || r->n_events == EVENTS_MAX) {
		r->control_lost++;
		return false;
	}
	r->events[r->n_events] = *event;
	r->events[r->n_events++].time = monotonic_now();
	return true;
}

bool fake_wants(const Recorder *r, const char *unit)
{
	bool wanted = false, excluded = false;

	for (unsigned i = 0; r->attached && i < r->n_patterns; i++) {
		const struct Pattern *p = &r->patterns[i];

		if (fnmatch(p->text, unit, FNM_NOESCAPE) != 0)
			continue;
		if (p->always)
			return true;
		excluded |= p->exclude != 0;
		wanted |= !p->exclude;
	}
	return wanted && !excluded;
}

uint32_t fake_unit_born(Recorder *r, const char *unit)
{
	struct ControlEvent event = { .kind = CONTROL_MISSED, .cgroup = r->next_cgroup++ };

	if (!fake_wants(r, unit))
		return 0;
	strncpy(event.name, unit, sizeof(event.name) - 1);
	if (r->n_stock > 0) {
		event.kind = CONTROL_ARMED;
		event.ring = r->stock[r->n_stock - 1];
	}
	if (!tell(r, &event)) /* the room is taken first */
		return 0;
	if (event.ring) {
		r->n_stock--;
		(void) recorder_add_cgroup(r, event.cgroup, event.ring, true);
	}
	return event.ring;
}

void fake_unit_bound(Recorder *r, uint32_t ring, uint8_t run)
{
	struct ControlEvent event = {
		.kind = CONTROL_BOUND, .ring = ring, .cgroup = rings_get(r->rings, ring)->cgroup,
	};

	for (unsigned i = 0; run && i < sizeof(event.invocation); i += 2) {
		event.invocation[i] = "0123456789abcdef"[run >> 4];
		event.invocation[i + 1] = "0123456789abcdef"[run & 15];
	}
	(void) tell(r, &event);
}

void fake_unit_ended(Recorder *r, uint32_t ring)
{
	(void) tell(r, &(struct ControlEvent){
			.kind = CONTROL_ENDED, .ring = ring, .cgroup = rings_get(r->rings, ring)->cgroup });
	recorder_ring_stop(r, ring);
}

static void chunk_recycle(struct ChunkHeader *h, uint64_t sequence)
{
	h->overwritten_until = MAX(h->overwritten_until, h->newest);
	h->overwritten += h->records;
	h->records = 0;
	h->newest = 0;
	h->used = sizeof(*h);
	h->sequence = sequence;
}

/* The last map entry is that of the events. Return: the chunk of the newest claim, or the next one if that is full. */
static struct ChunkHeader *ring_claim(Recorder *r, uint32_t number, const RingMap *map)
{
	struct Ring *ring = rings_get(r->rings, number);
	unsigned n = map->n_chunks - 1;
	struct ChunkHeader *h;

	if (ring->head > 0) {
		h = (struct ChunkHeader *) map->chunks[(ring->head - 1) % n].header;
		if (h->sequence == ring->head && h->used <= CHUNK_SIZE - RECORD_SIZE_MAX)
			return h;
	}
	h = (struct ChunkHeader *) map->chunks[ring->head++ % n].header;
	chunk_recycle(h, ring->head);
	if (ring->wake_at && ring->head > ring->wake_at) {
		ring->wake_at = 0;
		(void) tell(r, &(struct ControlEvent){ .kind = CONTROL_WAKE, .ring = number });
	}
	return h;
}

void fake_call(Recorder *r, uint32_t ring, Call c)
{
	_cleanup_(ring_map_done) RingMap map = {};
	_cleanup_text_ Text record = {};
	struct ChunkHeader *h;

	if (rings_map(r->rings, ring, &map) < 0)
		return;
	h = ring_claim(r, ring, &map);
	c.pid = c.pid ? c.pid : FAKE_PID;
	c.tid = c.tid ? c.tid : c.pid;
	c.start = c.start ? c.start : monotonic_now();
	c.duration = monotonic_now() - c.start;
	c.comm = "fake";
	call_put_record(&record, &c, NULL);
	memcpy((uint8_t *) h + h->used, record.data, record.size);
	h->newest = call_end(&c);
	h->records++;
	h->used += (uint32_t) record.size;
}

void fake_open(Recorder *r, uint32_t ring, const char *path, int64_t result)
{
	CallMemory memory = { .arg = 1, .captured = (uint32_t) strlen(path), .bytes = (const uint8_t *) path };
	Call c = { .nr = SYS_openat, .result = result, .n_args = 4, .args = { (uint64_t) AT_FDCWD, 0x7000 } };

	memory.requested = memory.captured;
	c.memory[c.n_memory++] = memory;
	fake_call(r, ring, c);
}

static void tell_name(Recorder *r, uint32_t ring, uint32_t generation, const struct FileRef *file, const char *name)
{
	struct {
		struct FileTold told;
		char text[64];
	} message = { .told = { .file = *file, .time = monotonic_now(), .ring = ring, .generation = generation } };

	message.told.text_size = (uint16_t) snprintf(message.text, sizeof(message.text), "%s", name) + 1;
	ring_files_told(r->files, &message, sizeof(message.told) + message.told.text_size);
}

void fake_name(Recorder *r, uint32_t ring, const struct FileRef *file, const char *name)
{
	tell_name(r, ring, rings_get(r->rings, ring)->generation, file, name);
}

void fake_late_name(Recorder *r, uint32_t ring, const struct FileRef *file, const char *name)
{
	tell_name(r, ring, rings_get(r->rings, ring)->generation - 1, file, name);
}

unsigned fake_forgotten(const Recorder *r)
{
	return r->n_forgotten;
}

void fake_exit(Recorder *r, uint32_t number, int wait_status)
{
	struct Ring *ring = rings_get(r->rings, number);
	_cleanup_(ring_map_done) RingMap map = {};
	struct EventSlot *slot;

	if (rings_map(r->rings, number, &map) < 0)
		return;
	slot = (struct EventSlot *) map.chunks[map.n_chunks - 1].header + 1 + ring->event_head % EVENT_SLOTS;
	slot->record = (struct EventRecord){
		.header = { .size = sizeof(slot->record), .kind = RECORD_EVENT, .count = EVENT_EXIT },
		.tid = FAKE_PID, .pid = FAKE_PID, .time = monotonic_now(), .code = wait_status, .signal = 1,
		.comm = "fake", .group_code = wait_status,
	};
	slot->sequence = ++ring->event_head;
}

void fake_blocked(Recorder *r, uint32_t ring, const char *path)
{
	struct Slot *s = &r->slots[1];

	*s = (struct Slot){ .ring = ring, .tid = FAKE_PID + 1, .pid = FAKE_PID, .comm = "blocked" };
	if (!path)
		return;
	s->in_flight = 1;
	s->nr = SYS_openat;
	s->start = monotonic_now();
	s->n_args = 4;
	s->n_memory = 1;
	s->memory[0].record = (struct MemoryRecord){ .arg = 1, .captured = (__u16) strlen(path) };
	memcpy(s->memory[0].bytes, path, strlen(path));
}

void fake_hold(Recorder *r, uint32_t ring)
{
	_cleanup_(ring_map_done) RingMap map = {};

	if (rings_map(r->rings, ring, &map) >= 0)
		ring_claim(r, ring, &map)->owner = 1;
}

void fake_ring_lost(Recorder *r, uint32_t ring, unsigned n)
{
	rings_get(r->rings, ring)->lost[LOSS_NO_CHUNK] += n;
}
