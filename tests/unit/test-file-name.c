/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <errno.h>

#include "trace/file-name.h"
#include "unit/names.h"

#define PIPE 0x50495045U
#define ANON 0x09041934U
#define SOCK 0x534f434bU
#define EXT4 0xef53U

typedef struct Told {
	struct FileTold told;
	char text[256];
} __attribute__((aligned(8))) Told;

#define TOLD(magic_of, names) \
	(Told) { .told = { .file.inode = 77, .magic = magic_of, .text_size = sizeof(names) - 1 }, .text = names }

/* Return: what is printed for what was told. */
static const char *printed(Text *t, const Told *told, FileNames names)
{
	_cleanup_text_ Text record = {};
	CallFile file = {};

	text_clear(t);
	if (file_told_parse(told, sizeof(told->told) + told->told.text_size, &record) < 0 ||
	    file_record_parse(record.data, record.size, &file.name) != (int) record.size)
		return "malformed";
	file_put_name(t, &file, names, ESCAPES_OCTAL);
	return text_string(t);
}

TEST(components_come_from_the_last_to_the_first)
{
	_cleanup_text_ Text t = {};
	Told deep = TOLD(EXT4, "sshd_config\0ssh\0etc\0"), root = TOLD(EXT4, "");

	CHECK_STRING(printed(&t, &deep, FILE_NAMES_PLAIN), "</etc/ssh/sshd_config>");
	CHECK_STRING(printed(&t, &root, FILE_NAMES_PLAIN), "</>");
	CHECK_STRING(printed(&t, &deep, FILE_NAMES_NONE), "");
}

TEST(a_path_that_was_cut_and_a_file_that_was_deleted_say_so)
{
	_cleanup_text_ Text t = {};
	Told told = TOLD(EXT4, "file\0director");

	told.told.flags = FILE_CUT | FILE_DELETED;
	CHECK_STRING(printed(&t, &told, FILE_NAMES_PLAIN), "<.../director/file>(deleted)");
}

TEST(what_ends_a_name_or_drives_a_terminal_is_escaped_within)
{
	_cleanup_text_ Text t = {};
	Told told = TOLD(EXT4, "a<1>b\"\x1b[2J\\\0");

	CHECK_STRING(printed(&t, &told, FILE_NAMES_PLAIN), "</a\\0741\\76b\\\"\\33[2J\\\\>");
}

TEST(files_that_are_no_paths_have_the_names_of_proc)
{
	_cleanup_text_ Text t = {};
	Told pipe = TOLD(PIPE, ""), anon = TOLD(ANON, "[eventfd]\0"), memfd = TOLD(EXT4, "memfd:x\0");

	CHECK_STRING(printed(&t, &pipe, FILE_NAMES_DETAILS), "<pipe:[77]>");
	CHECK_STRING(printed(&t, &anon, FILE_NAMES_PLAIN), "<anon_inode:[eventfd]>");
	CHECK_STRING(printed(&t, &memfd, FILE_NAMES_PLAIN), "</memfd:x>");
}

TEST(what_never_had_a_place_counts_as_deleted)
{
	_cleanup_text_ Text t = {};
	Told memfd = TOLD(0x01021994U, "memfd:x\0"), buffer = TOLD(0x444d4142U, "buffer\0");

	memfd.told.unrooted = buffer.told.unrooted = 1;
	CHECK_STRING(printed(&t, &memfd, FILE_NAMES_PLAIN), "</memfd:x>(deleted)");
	CHECK_STRING(printed(&t, &buffer, FILE_NAMES_PLAIN), "</buffer>");
}

TEST(namespaces_have_their_kind_and_processes_are_anonymous)
{
	_cleanup_text_ Text t = {};
	Told net = TOLD(0x6e736673U, "net\0"), process = TOLD(0x50494446U, "");

	CHECK_STRING(printed(&t, &net, FILE_NAMES_PLAIN), "<net:[77]>");
	CHECK_STRING(printed(&t, &process, FILE_NAMES_PLAIN), "<anon_inode:[pidfd]>");
}

/* A socket of @family with its protocol. */
static Told socket_told(uint16_t family, const char *protocol, uint16_t local, uint16_t remote)
{
	Told told = TOLD(SOCK, "");

	told.told.mode = 0140777;
	told.told.family = family;
	told.told.local_port = local;
	told.told.remote_port = remote;
	memcpy(told.told.protocol_name, protocol, strlen(protocol));
	return told;
}

TEST(sockets_have_protocol_and_addresses_on_request)
{
	_cleanup_text_ Text t = {};
	Told tcp = socket_told(2, "TCP", 80, 0), tcp6 = socket_told(10, "TCPv6", 80, 1234);

	CHECK_STRING(printed(&t, &tcp, FILE_NAMES_PLAIN), "<socket:[77]>");
	CHECK_STRING(printed(&t, &tcp, FILE_NAMES_DETAILS), "<TCP:[0.0.0.0:80]>");
	memcpy(tcp.told.local, "\x7f\0\0\1", 4);
	memcpy(tcp.told.remote, "\x0a\0\0\7", 4);
	tcp.told.remote_port = 5432;
	CHECK_STRING(printed(&t, &tcp, FILE_NAMES_DETAILS), "<TCP:[127.0.0.1:80->10.0.0.7:5432]>");
	tcp6.told.local[15] = tcp6.told.remote[15] = 1;
	CHECK_STRING(printed(&t, &tcp6, FILE_NAMES_DETAILS), "<TCPv6:[[::1]:80->[::1]:1234]>");
}

TEST(a_socket_without_an_address_has_its_inode)
{
	_cleanup_text_ Text t = {};
	Told tcp = socket_told(2, "TCP", 0, 0), packet = socket_told(17, "PACKET", 0, 0), none = socket_told(99, "", 0, 0);

	CHECK_STRING(printed(&t, &tcp, FILE_NAMES_DETAILS), "<TCP:[77]>");
	CHECK_STRING(printed(&t, &packet, FILE_NAMES_DETAILS), "<PACKET:[77]>");
	CHECK_STRING(printed(&t, &none, FILE_NAMES_DETAILS), "<socket:[77]>");
}

TEST(unix_sockets_have_their_peer_and_their_name)
{
	_cleanup_text_ Text t = {};
	Told told = socket_told(1, "UNIX-STREAM", 0, 0);

	CHECK_STRING(printed(&t, &told, FILE_NAMES_DETAILS), "<UNIX-STREAM:[77]>");
	told.told.peer = 78;
	CHECK_STRING(printed(&t, &told, FILE_NAMES_DETAILS), "<UNIX-STREAM:[77->78]>");
	told.told.text_size = 7;
	memcpy(told.text, "/run/x\0", 7);
	CHECK_STRING(printed(&t, &told, FILE_NAMES_DETAILS), "<UNIX-STREAM:[77->78,\"/run/x\"]>");
	memcpy(told.text, "\0a\"b\0\33c", 7);
	CHECK_STRING(printed(&t, &told, FILE_NAMES_DETAILS), "<UNIX-STREAM:[77->78,@\"a\\\"b\\0\\33c\"]>");
}

TEST(netlink_sockets_have_their_family_and_port)
{
	_cleanup_text_ Text t = {};
	Told told = socket_told(16, "NETLINK", 0, 0);

	CHECK_STRING(printed(&t, &told, FILE_NAMES_DETAILS), "<NETLINK:[77]>");
	told.told.peer = 1234;
	CHECK_STRING(printed(&t, &told, FILE_NAMES_DETAILS), "<NETLINK:[ROUTE:1234]>");
	told.told.protocol = 200;
	CHECK_STRING(printed(&t, &told, FILE_NAMES_DETAILS), "<NETLINK:[200:1234]>");
}

TEST(the_text_of_a_socket_out_of_a_capture_is_not_trusted)
{
	_cleanup_text_ Text t = {}, line = {};
	CallFile file = {};

	put_name(&t, (struct FileRef){}, 1, FILE_SOCKET, "TCP:[\x1b[2J]");
	file.name = name_at(&t, 0);
	file_put_name(&line, &file, FILE_NAMES_DETAILS, ESCAPES_OCTAL);
	CHECK_STRING(text_string(&line), "<TCP:[\\33[2J]>");
}

TEST(devices_have_their_numbers_on_request)
{
	_cleanup_text_ Text t = {};
	Told told = TOLD(EXT4, "null\0dev\0");

	told.told.mode = 0020666;
	told.told.device = 1U << 20 | 3;
	CHECK_STRING(printed(&t, &told, FILE_NAMES_PLAIN), "</dev/null>");
	CHECK_STRING(printed(&t, &told, FILE_NAMES_DETAILS), "</dev/null<char 1:3>>");
	told.told.mode = 0060660;
	CHECK_STRING(printed(&t, &told, FILE_NAMES_DETAILS), "</dev/null<block 1:3>>");
}

TEST(a_file_without_a_name_prints_as_nothing)
{
	_cleanup_text_ Text t = {};

	file_put_name(&t, NULL, FILE_NAMES_DETAILS, ESCAPES_OCTAL);
	file_put_name(&t, &(CallFile){}, FILE_NAMES_DETAILS, ESCAPES_OCTAL);
	CHECK_STRING(text_string(&t), "");
}

TEST(bytes_that_are_too_few_are_refused)
{
	_cleanup_text_ Text t = {};
	Told told = TOLD(EXT4, "file\0");

	CHECK_INT(file_told_parse(&told, sizeof(told.told) + 4, &t), -EBADMSG);
	CHECK_INT(file_told_parse(&told, sizeof(told.told) - 1, &t), -EBADMSG);
	CHECK_INT(t.size, 0);
}

TEST(records_that_do_not_add_up_are_refused)
{
	_cleanup_text_ Text t = {};
	const struct FileRecord *ret;
	struct FileRecord *record;

	put_name(&t, (struct FileRef){}, 1, FILE_NAMED, "/etc/passwd");
	record = (struct FileRecord *) t.data;
	CHECK_INT(file_record_parse(t.data, t.size, &ret), t.size);
	for (size_t n = 1; n < t.size; n++)
		CHECK_INT(file_record_parse(t.data, n, &ret), -EBADMSG);
	record->header.count = _FILE_KIND_MAX;
	CHECK_INT(file_record_parse(t.data, t.size, &ret), -EBADMSG);
	record->header.count = FILE_NAMED;
	record->text_size = 3;
	CHECK_INT(file_record_parse(t.data, t.size, &ret), -EBADMSG);
	record->text_size = 12; /* with a NUL at its end */
	CHECK_INT(file_record_parse(t.data, t.size, &ret), -EBADMSG);
	record->text_size = UINT32_MAX;
	CHECK_INT(file_record_parse(t.data, t.size, &ret), -EBADMSG);
}

int main(void)
{
	RUN(components_come_from_the_last_to_the_first);
	RUN(a_path_that_was_cut_and_a_file_that_was_deleted_say_so);
	RUN(what_ends_a_name_or_drives_a_terminal_is_escaped_within);
	RUN(files_that_are_no_paths_have_the_names_of_proc);
	RUN(what_never_had_a_place_counts_as_deleted);
	RUN(namespaces_have_their_kind_and_processes_are_anonymous);
	RUN(sockets_have_protocol_and_addresses_on_request);
	RUN(a_socket_without_an_address_has_its_inode);
	RUN(unix_sockets_have_their_peer_and_their_name);
	RUN(netlink_sockets_have_their_family_and_port);
	RUN(the_text_of_a_socket_out_of_a_capture_is_not_trusted);
	RUN(devices_have_their_numbers_on_request);
	RUN(a_file_without_a_name_prints_as_nothing);
	RUN(bytes_that_are_too_few_are_refused);
	RUN(records_that_do_not_add_up_are_refused);
	return test_done();
}
