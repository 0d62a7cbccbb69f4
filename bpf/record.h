/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
#pragma once

/*
 * The ABI between the BPF programs, the daemon that maps their memory, and everybody who reads a capture.
 *
 * It and rules.h, what to capture, are the only headers that both sides include. Every structure has a fixed size and
 * explicit padding; all numbers are little-endian, times are nanoseconds of CLOCK_MONOTONIC, pids and tids are those of
 * the daemon's PID namespace. A change to the layout of what is in captures raises RECORD_ABI; all else here lives no
 * longer than the daemon, which brings its programs along.
 *
 * Records live in two places and look the same in both: in the chunks of a ring, and in the record blocks of a
 * capture (see trace/capture.h). Bytes read from either are untrusted and go through record_parse().
 *
 * A record in a chunk has at most RECORD_SIZE_MAX bytes. Memory that does not fit goes before its record in *pieces*,
 * which are joined when they are read (trace/piece.h): a capture has whole records only, of up to JOINED_SIZE_MAX bytes.
 */

#include <linux/types.h>

#define RECORD_ABI 3U

/* Memory of a ring: chunks of one size, cut out of slabs of one size (an outer map takes only equal inner maps). */
#define CHUNK_SIZE 16384U
#define SLAB_CHUNKS 256U
#define SLAB_SIZE (SLAB_CHUNKS * CHUNK_SIZE) /* as large as a value of an array may be on Linux 6.1 */
#define SLABS_MAX 256U /* 1 GiB of rings; each slab is a descriptor, and 300 is what a descriptor store bears */
#define CHUNKS_MAX (SLAB_CHUNKS * SLABS_MAX)
#define CHUNK_LISTS_PER_CHUNK 4U          /* room for the lists of all rings however they are fragmented */
#define RINGS_MAX 4096U                   /* ring 0 is none */
#define RECORD_SIZE_MAX 1024U

#define COMM_SIZE 16U    /* TASK_COMM_LEN */
#define NAME_SIZE 256U   /* a cgroup's name: NAME_MAX and the NUL */
#define STRING_MAX 256U  /* bytes of one argument's memory in a record; a read costs the same for any size up to this */
#define CALL_ARGS_MAX 6U
#define CALL_MEMORY_MAX 24U /* four messages with all that they point to, and what is around them */
#define SLOT_MEMORY_MAX 2U  /* of them are in a thread's slot, the others in pieces */
#define CALL_FILES_MAX 2U /* descriptors of one call: no call takes more that it does not give back */
#define SYSCALLS_MAX 512U /* numbers with a rule; calls beyond are recorded with six plain arguments */
#define RULES_MAX (2U * SYSCALLS_MAX + 1U)

/* Who holds a chunk: 0 nobody, CPU number + 1 a BPF program for one record, this the daemon while it hands it on. */
#define CHUNK_OWNER_DAEMON 0xffffffffU

/*
 * Written by the owner only. Appending keeps every byte below `used`; recycling first raises `overwritten_until`, then
 * clears `sequence`, then changes the rest. So a reader that finds `sequence` unchanged after copying has whole records
 * and the count of those overwritten before them; `records` may be one ahead of `used`.
 */
struct ChunkHeader {
	__u64 sequence;          /* the ring's claim number + 1; 0 while it changes hands */
	__u32 owner;
	__u32 used;              /* bytes, this header included */
	__u64 newest;            /* end time of the last record; ends never decrease within a chunk */
	__u64 overwritten_until; /* newest end time that this chunk has lost for this ring */
	__u64 records;           /* in it now */
	__u64 overwritten;       /* records this chunk has lost for this ring */
	__u32 ring;
	__u32 _pad;
	__u64 _reserved;
};
_Static_assert(sizeof(struct ChunkHeader) == 64, "ABI");

enum RecordKind {
	RECORD_CALL = 1,
	RECORD_EVENT = 2,
	RECORD_FILE = 3, /* in captures, never in a ring */
	RECORD_PIECE = 4, /* in rings, never in a capture */
	RECORD_URING = 5,
};

enum RecordFlag {
	RECORD_HAS_COMM = 1 << 0,   /* COMM_SIZE bytes of comm follow the arguments */
	RECORD_UNFINISHED = 1 << 1, /* it never returned, or had not at the cut: `duration` is the time until then */
	RECORD_COMPAT = 1 << 2,     /* made with the 32-bit numbers of the machine */
	RECORD_REFUSED = 1 << 3,    /* a seccomp filter let it not run; `result` is its errno, or none if it killed */
	RECORD_EARLIER = 1 << 4,    /* it began before recording did, which is what `start` says */
	RECORD_AMONG_CALLS = 1 << 5, /* an event that is in a chunk, and counts as the calls there do */
	/*
	 * Nobody looked at the clock when the call began. `start` is when the thread's previous call ended, before which it
	 * cannot have begun: what names it among the thread's calls, and no time to be shown. When it ended is exact.
	 */
	RECORD_NO_DURATION = 1 << 6,
};

struct RecordHeader {
	__u16 size; /* of the whole record, a multiple of 8 */
	__u8 kind;  /* enum RecordKind */
	__u8 count; /* RECORD_CALL: arguments that follow; RECORD_EVENT: enum EventKind; RECORD_URING: enum UringKind */
	__u16 flags;
	__u16 cpu;
};
_Static_assert(sizeof(struct RecordHeader) == 8, "ABI");

/*
 * Which file a descriptor stood for when the call was made: equal for one file under one name, and for nothing else.
 * Numbers of inodes come again and one inode has several names, so `version` is a hash of what tells these apart: the
 * inode's generation, what kind of file it is, its name and its directory's, and whether it has been deleted.
 */
struct FileRef {
	__u64 inode;
	__u32 device; /* of the file system, as the kernel keeps it: major << 20 | minor */
	__u32 version;
};
_Static_assert(sizeof(struct FileRef) == 16, "ABI");

/* Which of a call's descriptors: the index of an argument, or one of these. */
#define FILE_RESULT 6U  /* the one that it returned */
#define FILE_PAIR 7U    /* the first of the two it wrote to memory; the second is the next */
#define _FILE_OF_MAX 9U

/*
 * Followed by header.count arguments of 8 bytes, the comm if flagged, the files, and
 * `n_memory` times the memory of an argument.
 */
struct CallRecord {
	struct RecordHeader header;
	__u32 nr;
	__u32 tid;
	__u32 pid;
	__u8 n_memory;
	__u8 n_files;
	__u8 file_of[CALL_FILES_MAX]; /* of each: an argument's index, FILE_RESULT, FILE_PAIR */
	__u64 start;
	__u64 duration; /* start + duration is when it returned, in any case */
	__s64 result; /* as the kernel returned it: -4095..-1 is an errno */
};
_Static_assert(sizeof(struct CallRecord) == 48, "ABI");

enum MemoryStatus {
	MEMORY_WHOLE = 0,
	MEMORY_TRUNCATED = 1, /* there was more than we take: `captured` bytes are its beginning */
	MEMORY_UNREADABLE = 2,
	MEMORY_CONTINUED = 3, /* the rest is in pieces, of which the last one has the status of all; never in a capture */
	_MEMORY_STATUS_MAX,
};

/*
 * Followed by `captured` bytes, padded to a multiple of 8. A string carries no NUL unless it is inside a buffer. Of
 * strings, the last one carries none if it was cut, and `requested` is how many there are, 0 if they were not counted.
 * Of strings that are only counted nothing but that is there.
 */
struct MemoryRecord {
	__u8 arg; /* index of the argument that points to it, or MEMORY_AFTER(), MEMORY_PART() */
	__u8 status;
	__u16 captured;
	__u32 requested; /* bytes the call is about; of a string that was cut: unknown, 0; of PART_DATA: vectors */
};
_Static_assert(sizeof(struct MemoryRecord) == 8, "ABI");

/*
 * Which memory of a call it is. Below CALL_ARGS_MAX: what that argument points to, as the call was given it, or of what
 * the call only writes, what it wrote. 6 and 7 belong to EVENT_EXEC, see enum PieceArg.
 */
#define MEMORY_AFTER(n) (8U + (n)) /* what argument n points to after the call, if it was given it as well */
#define MEMORY_PART(k, p) (16U + 8U * (k) + (p)) /* what a member of message k points to; k is 0 but of several */
#define _MEMORY_OF_MAX 80U

enum MemoryPart {
	PART_NAME = 0,    /* msg_name */
	PART_VECTORS = 1, /* msg_iov: the array of struct iovec, as it is in memory */
	PART_DATA = 2,    /* what vectors point to: of each in turn a __u32 with how much of it was captured, and as many
			     bytes, padded to a multiple of 4 */
	PART_CONTROL = 3, /* msg_control */
	PART_4,           /* what these are, the call or its command says */
	PART_5,
	PART_6,
	PART_7,
	_MEMORY_PART_MAX,
};

enum FileKind {
	FILE_NAMED = 1, /* text: as /proc/PID/fd has it: a path, "pipe:[N]", "anon_inode:[eventfd]" */
	FILE_CHARACTER_DEVICE,
	FILE_BLOCK_DEVICE,
	FILE_SOCKET, /* text: protocol and addresses, "TCP:[127.0.0.1:80]" */
	_FILE_KIND_MAX,
};

enum FileFlag {
	FILE_DELETED = 1 << 0,
	FILE_CUT = 1 << 1, /* the text is the end of a path that was longer */
};

#define FILE_TEXT_MAX 4096U /* PATH_MAX */

/* What a file is called, from `time` on. Followed by `text_size` bytes, none of them NUL, padded to a multiple of 8. */
struct FileRecord {
	struct RecordHeader header; /* count: enum FileKind; flags: enum FileFlag; size: up to FILE_RECORD_SIZE_MAX */
	struct FileRef file;
	__u64 time;
	__u32 device; /* of a device: major << 20 | minor */
	__u32 text_size;
};
_Static_assert(sizeof(struct FileRecord) == 40, "ABI");
#define FILE_RECORD_SIZE_MAX (sizeof(struct FileRecord) + FILE_TEXT_MAX)

/*
 * A part of the memory of an argument of a call, or of what an event is about, followed by `captured` bytes, padded to a
 * multiple of 8. Who writes it does so before the record it belongs to, which another CPU may have in another chunk; so
 * both are matched by thread and time. Pieces are not counted in a chunk's header: they are no records of their own.
 */
struct PieceRecord {
	struct RecordHeader header; /* count: as MemoryRecord.arg, or enum PieceArg; flags: enum MemoryStatus, where
				       MEMORY_CONTINUED is not the last one */
	__u32 tid;
	__u32 pid;
	__u64 start;  /* of the call, or time of the event */
	__u32 requested; /* as in MemoryRecord, of memory of which the record itself has nothing */
	__u16 offset; /* of these bytes in the memory */
	__u16 captured;
};
_Static_assert(sizeof(struct PieceRecord) == 32, "ABI");

/* What an event of EVENT_EXEC is about, beyond the arguments of a call. */
enum PieceArg {
	PIECE_FILE = CALL_ARGS_MAX, /* if EVENT_TEXT_SIZE is too little for it */
	PIECE_ARGV,
	_PIECE_ARG_MAX,
};

#define PIECE_BYTES_MAX (RECORD_SIZE_MAX - 32U)
#define PIECES_MAX 16U /* of one argument: 11 KiB of strings at least, or 512 short ones; four hold a PATH_MAX */
#define MEMORY_SIZE_MAX (STRING_MAX + PIECES_MAX * PIECE_BYTES_MAX)
#define JOINED_SIZE_MAX 49152U /* three times MEMORY_SIZE_MAX, and all else: what would be longer is cut */

enum EventKind {
	EVENT_FORK = 1,   /* tid is the new thread; code: clone flags; other_pid: who made the thread, or the parent */
	EVENT_EXEC = 2,   /* text: the file, of a script its interpreter; other_pid: the tid before, when a thread that was
			     not the leader called; in a capture followed by the memory of PIECE_FILE and PIECE_ARGV */
	EVENT_EXIT = 3,   /* code: wait status of the thread; signal: 1 if it was the last of its process */
	EVENT_SIGNAL = 4, /* signal, code: si_code; info: the rest; other_*: who sent it, if somebody did and it is known */
	EVENT_OOM = 5,    /* it is the OOM killer's victim; other_*: the task whose want of memory has called that */
	_EVENT_KIND_MAX,
};

#define EVENT_TEXT_SIZE 48U

/* A signal has one line: that of its delivery, unless there is none, or it has not come to that yet. */
enum SignalState {
	SIGNAL_DELIVERED = 0,
	SIGNAL_SENT = 1,    /* SIGKILL: its end is an exit, not a delivery */
	SIGNAL_PENDING = 2, /* the task it was sent to blocks it: it is delivered later, or taken by sigwait or a signalfd */
	_SIGNAL_STATE_MAX,
};

/* The union of siginfo_t, whose layout is user space's on 64-bit machines. */
#define SIGNAL_FIELDS_SIZE 32U

struct SignalInfo {
	__s32 error; /* si_errno */
	__u32 state; /* enum SignalState */
	__u64 since; /* DELIVERED: time of the event that said PENDING of the same signal, or 0 */
	__u8 fields[SIGNAL_FIELDS_SIZE];
};
_Static_assert(sizeof(struct SignalInfo) == EVENT_TEXT_SIZE, "ABI");

struct EventRecord {
	struct RecordHeader header;
	__u32 tid;
	__u32 pid;
	__u64 time;
	__s32 code;
	__u32 signal;
	__u32 other_pid;
	__u32 other_uid;
	char comm[COMM_SIZE];       /* after the event */
	char other_comm[COMM_SIZE]; /* SIGNAL, OOM: of the other; EXEC: before */
	union {
		char text[EVENT_TEXT_SIZE]; /* NUL-terminated, cut */
		struct SignalInfo info;     /* SIGNAL */
		__s32 group_code;           /* EXIT: wait status of the process, when this was the last of its threads */
	};
};
_Static_assert(sizeof(struct EventRecord) == 120, "ABI");

/* What is done through a ring of io_uring, without a call for each, is between the calls. */
enum UringKind {
	URING_SUBMIT = 1,   /* value: the descriptor, if the operation has one; flags: enum io_uring_sqe_flags_bit */
	URING_COMPLETE = 2, /* value: the result; flags: IORING_CQE_F_* */
	_URING_KIND_MAX,
};

/* Whoever chooses calls chooses these with the one that hands them over and waits for them; its number on all machines. */
#define NR_IO_URING_ENTER 426U

#define URING_NO_OPERATION 0xffU /* of a completion that is not the last of its request, or of none */

struct UringRecord {
	struct RecordHeader header;
	__u32 tid; /* of the task that has submitted it, whoever completes it: of SQPOLL, the kernel's thread */
	__u32 pid;
	__u64 time;
	__u64 user_data;
	__s32 value;
	__u32 flags;
	__u8 operation; /* enum io_uring_op */
	__u8 _pad[7];
	char comm[COMM_SIZE];
};
_Static_assert(sizeof(struct UringRecord) == 64, "ABI");

/*
 * A slot of an event ring: one chunk, whose first slot is the ChunkHeader. Whole while `sequence` is its number + 1.
 *
 * Who is to write event N puts EVENT_CLAIMED | N there first. A writer may be held up while all other slots are written,
 * and its slot's turn comes again: whoever finds it claimed leaves it alone, both events are lost, and no one is torn.
 */
#define EVENT_CLAIMED (1ULL << 63)
#define EVENT_SPOILT (1ULL << 62) /* nobody writes it any more */
struct EventSlot {
	__u64 sequence;
	struct EventRecord record;
};
_Static_assert(sizeof(struct EventSlot) == 128, "ABI");
#define EVENT_SLOTS (CHUNK_SIZE / 128U - 1U)

enum Loss {
	LOSS_NO_CHUNK,  /* every chunk tried was being written */
	LOSS_NO_THREAD, /* no slot for another thread: one for each, its calls are not counted */
	LOSS_NO_CGROUP, /* no place for another cgroup of the unit: one for each, likewise */
	_LOSS_MAX,
};

/* One recording's ring. `list` is read and replaced as one word, so a ring can grow under its writers. */
struct Ring {
	__u64 list;         /* first entry in the chunk lists | number of chunks << 32 */
	__u64 head;         /* claims so far; never restarts, so that stale hints are recognised */
	__u64 wake_at;      /* a CONTROL_WAKE when the head gets here; 0: nobody follows */
	__u64 event_head;   /* events so far */
	__u32 event_chunk;  /* chunk number */
	__u32 generation;   /* raised when the number is given to another recording, so that names do not pass over */
	__u64 cgroup;       /* id of the unit's own cgroup */
	__u64 lost[_LOSS_MAX];
	__u64 signals_since; /* of signals_seen */
	__u64 signals_seen;  /* bit N - 1: an event slot was given to signal N */
	__u64 names_lost;   /* of files, that did not fit into the ring buffer: told at the next use instead */
	__u32 calls; /* number of the set of calls to record */
	__u32 _pad;
	__u64 _reserved[3];
};
_Static_assert(sizeof(struct Ring) == 128, "ABI");

/*
 * Calls to record: a bit for each number of the machine, then for each of its 32-bit numbers, and one for all that are
 * beyond SYSCALLS_MAX. Set 0 is everything, and never looked at.
 */
#define CALL_SETS_MAX 256U /* different filters in the life of a daemon: far more than anybody writes */
#define CALL_BITS (2U * SYSCALLS_MAX + 1U)

struct CallBits {
	__u64 words[(CALL_BITS + 63U) / 64U];
};

/* Added to the epoch of all verdicts about threads, which makes them stale: see bpf/thread.bpf.h. */
#define EPOCH_STEP (0x9e3779b97f4a7c15ULL << 14)

/* A thread that has not made a call to be recorded. Times are never that small. */
enum SlotStart {
	START_UNSEEN = 0,   /* nothing was seen of it yet */
	START_SEEN = 1,     /* it is between two calls */
	START_UNWANTED = 2, /* it is in a call that is not in its set */
	_START_MAX,
};

/* A recorded thread, and the call it is in. Written by that thread alone; `sequence` is odd while the call changes. */
struct SlotMemory {
	struct MemoryRecord record;
	__u8 bytes[STRING_MAX];
};

struct Slot {
	__u32 sequence;
	__u8 in_flight;
	__u8 n_args;
	__u16 calls; /* its ring's */
	__u32 ring; /* 0: free */
	__u32 kernel_tid; /* of the initial PID namespace */
	__u16 flags; /* enum RecordFlag */
	__u16 rule;  /* index of the call's, see rules.h */
	__u32 missing; /* bit N: step N of the call was to be run at its enter, and is not done */
	/* From here to the arguments as in a CallRecord, for it is copied. */
	__u32 nr;
	__u32 tid;
	__u32 pid;
	__u8 n_memory;
	__u8 n_files;
	__u8 file_of[CALL_FILES_MAX];
	__u64 start; /* of the call in flight or the last one (RECORD_NO_DURATION: of the next one), or enum SlotStart */
	__u64 args[CALL_ARGS_MAX];
	struct FileRef files[CALL_FILES_MAX];
	__u64 named_in; /* sequence of the chunk that already holds this thread's comm */
	__u64 task;     /* the kernel's address of it, for bpf/file.bpf.h */
	char comm[COMM_SIZE];
	struct SlotMemory memory[SLOT_MEMORY_MAX];
	__u64 _reserved[2]; /* up to a whole number of cache lines */
};
_Static_assert(sizeof(struct Slot) == 704, "ABI");

/* Which new cgroups are recorded. `*` and `?` as in glob(7); nothing else is special. */
#define PATTERNS_MAX 64U
struct Pattern {
	__u16 exclude;
	__u16 always; /* whatever excludes it: these come first in the table */
	__u16 calls;  /* number of a unit's set of calls, if this is the first pattern that matches */
	__u16 neutral; /* it says nothing but that */
	char text[NAME_SIZE];
};

/* Cgroups we know: slices, in which units are born, and the cgroups of recorded units with all below them. */
struct CgroupEntry {
	__u32 ring; /* 0: a slice */
	__u32 bound; /* of a unit's own cgroup: 1 once the invocation ID was told */
};

/* Kernel to daemon, by a BPF ring buffer: what changes about cgroups, never a call. */
enum ControlKind {
	CONTROL_ARMED = 1,  /* a unit's cgroup was born and has a ring */
	CONTROL_MISSED = 2, /* a unit's cgroup was born and there was no ring to give */
	CONTROL_BOUND = 3,  /* its first process arrived, or it ended without one: the invocation ID */
	CONTROL_ENDED = 4,  /* the unit's cgroup is gone */
	CONTROL_WAKE = 5,   /* the head of a followed ring got to `wake_at` */
};

struct ControlEvent {
	__u32 kind;
	__u32 ring;
	__u64 cgroup;
	__u64 time;
	char invocation[32]; /* hexadecimal, or all NUL when it was not found */
	char name[NAME_SIZE];
};

/*
 * Kernel to daemon, by a ring buffer of its own that wakes nobody before it is half full: a file that a recording met for
 * the first time, or a socket whose address has changed. Followed by `text_size` bytes: the names of a path from the last
 * to the first, each with its NUL, or the address of a UNIX socket behind its family.
 */
struct FileTold {
	struct FileRef file;
	__u64 time;
	__u32 ring;
	__u32 generation; /* of the ring */
	__u32 magic;      /* of the file system */
	__u32 device;     /* of a device */
	__u16 mode;       /* the inode's */
	__u16 text_size;
	__u8 flags;       /* enum FileFlag */
	__u8 unrooted;    /* the text is one name, below no directory */
	__u16 family;     /* of a socket: this and all that follows */
	__u16 protocol;
	__u16 local_port;
	__u16 remote_port;
	__u16 _pad;
	__u8 local[16];
	__u8 remote[16];
	__u64 peer; /* UNIX: the inode of the other end; netlink: the port */
	char protocol_name[32];
};
_Static_assert(sizeof(struct FileTold) == 128, "ABI");
