/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names of files in the daemon: told for rings, kept as long as these, in streams before the calls that need them. */

#include "unit/test.h"

#include <sys/syscall.h>

#include "bus/client.h"
#include "daemon/snapshot.h"
#include "trace/file-name.h"

#define TMPFS 0x01021994U

static const struct FileRef file = { .inode = 7, .device = 1, .version = 2 };

/* A read(2) of the file. */
static void read_file(World *w, uint32_t ring)
{
	fake_call(w->manager->recorder, ring, (Call){
		.nr = SYS_read, .n_args = 3, .args = { 3 }, .n_files = 1, .files = { { .of = 0, .file = file } } });
}

static const char *name_in(const FileTable *table)
{
	const struct FileRecord *record = table ? file_table_find(table, &file, UINT64_MAX) : NULL;
	static char text[64];

	if (!record)
		return "none";
	(void) snprintf(text, sizeof(text), "%.*s", (int) record->text_size, file_text(record));
	return text;
}

static const char *name_of_ring(World *w, uint32_t ring)
{
	return name_in(ring_files_get(recorder_files(w->manager->recorder), ring));
}

TEST(names_may_come_before_the_unit_is_known)
{
	uint32_t ring;

	WORLD("");
	ring = fake_unit_born(w->manager->recorder, "a.service");
	fake_name(w->manager->recorder, ring, &file, "early");
	CHECK_STRING(name_of_ring(w, ring), "/early");
}

TEST(a_ring_that_is_used_again_has_no_names_of_before)
{
	uint32_t ring, again;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	fake_name(w->manager->recorder, ring, &file, "first");
	CHECK_STRING(name_of_ring(w, ring), "/first");
	recorder_ring_free(w->manager->recorder, &ring, 1);
	CHECK_STRING(name_of_ring(w, ring), "none");
	fake_late_name(w->manager->recorder, ring, &file, "of nobody");
	CHECK_STRING(name_of_ring(w, ring), "none");
	again = (uint32_t) recorder_ring_new(w->manager->recorder, 65536);
	CHECK_INT(again, ring);
	fake_late_name(w->manager->recorder, ring, &file, "late");
	CHECK_STRING(name_of_ring(w, ring), "none");
	fake_name(w->manager->recorder, ring, &file, "second");
	CHECK_STRING(name_of_ring(w, ring), "/second");
}

TEST(what_the_kernel_tells_is_not_trusted)
{
	struct FileTold told = { .ring = RINGS_MAX, .text_size = 9 };
	RingFiles *files;

	WORLD("");
	files = recorder_files(w->manager->recorder);
	ring_files_told(files, &told, sizeof(told));
	told.ring = 1;
	ring_files_told(files, &told, sizeof(told));
	ring_files_told(files, &told, 3);
	CHECK(!ring_files_get(files, 1));
	CHECK_INT(ring_files_memory(files), 0);
}

TEST(a_table_that_is_too_large_keeps_what_the_ring_refers_to)
{
	Recorder *r;
	uint32_t ring;

	WORLD("");
	r = w->manager->recorder;
	ring = world_start(w, "a.service", 1);
	fake_name(r, ring, &file, "kept");
	read_file(w, ring);
	for (uint64_t i = 0; ring_files_overfull(recorder_files(r)) == 0; i++)
		fake_name(r, ring, &(struct FileRef){ .inode = 1000 + i }, "many");
	fake_name(r, ring, &(struct FileRef){ .inode = 1 }, "one more");
	files_bound(r);
	CHECK(file_table_size(ring_files_get(recorder_files(r), ring)) <= ring_files_limit(recorder_files(r), ring));
	CHECK_STRING(name_of_ring(w, ring), "/kept");
	CHECK(fake_forgotten(r) > 100);
}

/* Reads what there is. Return: the name that the first call's file has */
static const char *first_name(Stream *s)
{
	stream_read(s);
	return text_string(&s->names);
}

TEST(a_stream_has_a_name_before_the_call_that_needs_it)
{
	_cleanup_stream_ Stream s = { .fd = -EBADF };
	sd_bus_message *answer = NULL;
	uint32_t ring;

	WORLD("");
	ring = world_start(w, "a.service", 1);
	fake_name(w->manager->recorder, ring, &file, "before");
	CHECK_STRING(client_manager(w, "Follow", &answer, "sa{sv}", "a.service", 0), "");
	CHECK_INT(stream_take(&s, answer), 0);
	read_file(w, ring);
	WAIT(w, *first_name(&s));
	CHECK_STRING(first_name(&s), "</before>");
	fake_name(w->manager->recorder, ring, &file, "after");
	read_file(w, ring);
	WAIT(w, strlen(first_name(&s)) > strlen("</before>"));
	CHECK_STRING(first_name(&s), "</before></after>");
}

int main(void)
{
	RUN(names_may_come_before_the_unit_is_known);
	RUN(a_ring_that_is_used_again_has_no_names_of_before);
	RUN(what_the_kernel_tells_is_not_trusted);
	RUN(a_table_that_is_too_large_keeps_what_the_ring_refers_to);
	RUN(a_stream_has_a_name_before_the_call_that_needs_it);
	return test_done();
}
