/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* System V and POSIX communication: message queues, semaphores, shared memory. */

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

#define BAD_ID 0x7fffffff

static const int get_flags[] = { IPC_CREAT | 0600, IPC_CREAT | IPC_EXCL | 0666, 0, 0400, IPC_EXCL | 07777, IPC_NOWAIT,
				 0x10000000 };

/* Each command, also those that are none, of what is not there; and each flag. */
static void odd_commands(void)
{
	for (int command = 0; command <= 25; command++) {
		(void) syscall(SYS_shmctl, BAD_ID, command, NULL);
		(void) syscall(SYS_semctl, BAD_ID, 0, command, unreadable());
		(void) syscall(SYS_msgctl, BAD_ID, command, unreadable());
	}
	(void) syscall(SYS_shmctl, BAD_ID, 0x100 | IPC_STAT, unreadable());
	(void) syscall(SYS_semctl, BAD_ID, 0, 0x100 | SETVAL, 5L);
	(void) syscall(SYS_msgctl, BAD_ID, 0x100 | 77, NULL);
}

static void odd_flags(void)
{
	struct sembuf operation = { 1, -1, 0 };

	for (unsigned flag = 1; flag > 0; flag <<= 1) {
		operation.sem_flg = (short) flag;
		(void) syscall(SYS_shmat, BAD_ID, NULL, flag);
		(void) syscall(SYS_msgsnd, BAD_ID, NULL, 1L, flag);
		(void) syscall(SYS_msgrcv, BAD_ID, NULL, 1L, 0L, flag);
		(void) syscall(SYS_shmget, IPC_PRIVATE, -1L, flag | 0600);
		(void) syscall(SYS_semget, IPC_PRIVATE, -1, flag | IPC_EXCL | 0600);
		(void) syscall(SYS_semop, BAD_ID, page_end(&operation, sizeof(operation)), 1L);
	}
}

static void shared_memory(void)
{
	static const int flags[] = {
		IPC_CREAT | SHM_HUGETLB | 0600, IPC_CREAT | SHM_HUGETLB | 21 << 26 | 0600,
		IPC_CREAT | SHM_NORESERVE | 0600,
	};
	static const int commands[] = { IPC_STAT, IPC_INFO, SHM_INFO, SHM_STAT, SHM_LOCK, SHM_UNLOCK, 77 };
	long id = syscall(SYS_shmget, IPC_PRIVATE, 8192L, IPC_CREAT | 0600), at;
	struct shmid_ds *ds = room_end(sizeof(*ds));

	expect("shmget(IPC_PRIVATE, 8192, IPC_CREAT|0600) = %ld", id);
	for (size_t i = 0; i < ELEMENTS(get_flags); i++)
		(void) syscall(SYS_shmget, 0x1234, 4096L, get_flags[i]);
	for (size_t i = 0; i < ELEMENTS(flags); i++)
		(void) syscall(SYS_shmget, IPC_PRIVATE, 4096L, flags[i]);
	(void) syscall(SYS_shmget, -1, -1L, 0);
	at = syscall(SYS_shmat, id, NULL, 0);
	(void) syscall(SYS_shmat, id, NULL, SHM_RDONLY | SHM_RND);
	(void) syscall(SYS_shmat, id, 0x1001L, SHM_EXEC);
	(void) syscall(SYS_shmat, id, NULL, SHM_REMAP | 7);
	(void) syscall(SYS_shmat, BAD_ID, NULL, 0);
	for (size_t i = 0; i < ELEMENTS(commands); i++)
		(void) syscall(SYS_shmctl, id, commands[i], room_end(128));
	(void) syscall(SYS_shmctl, id, IPC_STAT, ds);
	(void) syscall(SYS_shmctl, id, IPC_SET, page_end(ds, sizeof(*ds)));
	(void) syscall(SYS_shmctl, id, IPC_STAT, NULL);
	(void) syscall(SYS_shmctl, id, IPC_SET, unreadable());
	(void) syscall(SYS_shmctl, BAD_ID, IPC_STAT, room_end(128));
	(void) syscall(SYS_shmctl, -1, IPC_RMID, unreadable());
	(void) syscall(SYS_shmdt, at);
	(void) syscall(SYS_shmdt, 1L);
	(void) syscall(SYS_shmdt, NULL);
	(void) syscall(SYS_shmctl, id, IPC_RMID, NULL);
	(void) syscall(SYS_shmctl, syscall(SYS_shmget, 0x1234, 0L, 0), IPC_RMID, NULL);
}

static void semaphore_commands(long id)
{
	static const int commands[] = { GETVAL, GETPID, GETNCNT, GETZCNT, SETVAL, 77 };
	unsigned short values[] = { 1, 2, 3 };

	for (size_t i = 0; i < ELEMENTS(commands); i++)
		(void) syscall(SYS_semctl, id, 1, commands[i], 4L);
	(void) syscall(SYS_semctl, id, 0, SETALL, page_end(values, sizeof(values)));
	(void) syscall(SYS_semctl, id, 0, GETALL, room_end(sizeof(values)));
	(void) syscall(SYS_semctl, id, 0, IPC_STAT, room_end(sizeof(struct semid_ds)));
	(void) syscall(SYS_semctl, id, 0, SEM_STAT, room_end(sizeof(struct semid_ds)));
	(void) syscall(SYS_semctl, id, 0, IPC_INFO, room_end(sizeof(struct seminfo)));
	(void) syscall(SYS_semctl, id, 0, SEM_INFO, room_end(sizeof(struct seminfo)));
	(void) syscall(SYS_semctl, id, 0, IPC_STAT, NULL);
	(void) syscall(SYS_semctl, id, 0, IPC_SET, unreadable());
	(void) syscall(SYS_semctl, BAD_ID, -1, GETVAL, 0L);
	(void) syscall(SYS_semctl, -1, 0, IPC_RMID, 0L);
}

static void semaphores(void)
{
	struct sembuf operations[] = {
		{ 0, 1, 0 }, { 1, 2, SEM_UNDO }, { 2, -1, IPC_NOWAIT | SEM_UNDO }, { 9, 0, 0x70 }
	};
	struct timespec brief = { 0, 1000 };
	long id = syscall(SYS_semget, IPC_PRIVATE, 3, IPC_CREAT | 0600);

	for (size_t i = 0; i < ELEMENTS(get_flags); i++)
		(void) syscall(SYS_semget, 0x1234, 1, get_flags[i]);
	(void) syscall(SYS_semget, -1, -1, 0);
	for (size_t i = 1; i <= ELEMENTS(operations); i++)
		(void) syscall(SYS_semop, id, page_end(operations, i * sizeof(operations[0])), i);
	(void) syscall(SYS_semop, id, NULL, 1L);
	(void) syscall(SYS_semop, id, operations, 0L);
	(void) syscall(SYS_semop, id, unreadable(), 2L);
	(void) syscall(SYS_semop, BAD_ID, operations, 1L);
	(void) syscall(SYS_semop, id, page_end(operations, sizeof(operations[0])), 1000L);
	operations[0] = (struct sembuf){ 2, -5, 0 };
	(void) syscall(SYS_semtimedop, id, page_end(operations, sizeof(operations[0])), 1L,
		       page_end(&brief, sizeof(brief)));
	(void) syscall(SYS_semtimedop, id, page_end(operations, sizeof(operations[0])), 1L, unreadable());
	(void) syscall(SYS_semtimedop, BAD_ID, operations, 1L, NULL);
	semaphore_commands(id);
	(void) syscall(SYS_semctl, id, 0, IPC_RMID, 0L);
	(void) syscall(SYS_semctl, syscall(SYS_semget, 0x1234, 0, 0), 0, IPC_RMID, 0L);
}

static void messages(void)
{
	struct {
		long type;
		char text[40];
	} message = { 5, "some words that are a message\nand more" };
	static const int commands[] = { IPC_STAT, IPC_INFO, MSG_INFO, MSG_STAT, 77 };
	long id = syscall(SYS_msgget, IPC_PRIVATE, IPC_CREAT | 0600);
	void *at = page_end(&message, sizeof(message));

	for (size_t i = 0; i < ELEMENTS(get_flags); i++)
		(void) syscall(SYS_msgget, 0x1234, get_flags[i]);
	for (long size = 0; size <= 40; size += 8)
		(void) syscall(SYS_msgsnd, id, at, size, IPC_NOWAIT);
	(void) syscall(SYS_msgsnd, id, at, 48L, 0);
	(void) syscall(SYS_msgsnd, id, NULL, 4L, 0);
	(void) syscall(SYS_msgsnd, id, unreadable(), 4L, MSG_NOERROR);
	(void) syscall(SYS_msgsnd, BAD_ID, at, 4L, -1);
	(void) syscall(SYS_msgrcv, id, room_end(48), 40L, 0L, 0);
	(void) syscall(SYS_msgrcv, id, room_end(48), 40L, 5L, MSG_NOERROR);
	(void) syscall(SYS_msgrcv, id, room_end(48), 40L, -6L, IPC_NOWAIT | MSG_EXCEPT);
	(void) syscall(SYS_msgrcv, id, room_end(48), 10L, 5L, 0); /* E2BIG */
	(void) syscall(SYS_msgrcv, id, room_end(48), 40L, 9L, IPC_NOWAIT);
	(void) syscall(SYS_msgrcv, id, room_end(48), 40L, 0L, MSG_COPY | IPC_NOWAIT);
	(void) syscall(SYS_msgrcv, id, unreadable(), 40L, 0L, 0);
	(void) syscall(SYS_msgrcv, BAD_ID, NULL, -1L, 0L, 0x20000);
	for (size_t i = 0; i < ELEMENTS(commands); i++)
		(void) syscall(SYS_msgctl, id, commands[i], room_end(sizeof(struct msqid_ds)));
	(void) syscall(SYS_msgctl, id, IPC_STAT, unreadable());
	(void) syscall(SYS_msgctl, id, IPC_SET, NULL);
	(void) syscall(SYS_msgctl, BAD_ID, IPC_STAT, room_end(sizeof(struct msqid_ds)));
	(void) syscall(SYS_msgctl, id, IPC_RMID, NULL);
	(void) syscall(SYS_msgctl, syscall(SYS_msgget, 0x1234, 0), IPC_RMID, NULL);
}

static void queue_open_odd(const char *name)
{
	(void) syscall(SYS_mq_open, name, O_RDONLY);
	(void) syscall(SYS_mq_unlink, name);
}

static void queue_transfers(long fd)
{
	struct timespec past = { 1, 2 };
	unsigned priority;

	(void) syscall(SYS_mq_timedsend, fd, page_end("message", 7), 7L, 3, NULL);
	(void) syscall(SYS_mq_timedsend, fd, page_end("a message that is longer than 32", 33), 33L, 4,
		       page_end(&past, sizeof(past)));
	(void) syscall(SYS_mq_timedsend, fd, "full", 4L, 0, page_end(&past, sizeof(past)));
	(void) syscall(SYS_mq_timedsend, fd, unreadable(), 4L, 0, unreadable());
	(void) syscall(SYS_mq_timedreceive, fd, room_end(64), 64L, &priority, NULL);
	(void) syscall(SYS_mq_timedreceive, fd, room_end(64), 64L, NULL, page_end(&past, sizeof(past)));
	(void) syscall(SYS_mq_timedreceive, fd, room_end(64), 64L, NULL, page_end(&past, sizeof(past)));
	(void) syscall(SYS_mq_timedreceive, fd, room_end(64), 8L, NULL, NULL);
	(void) syscall(SYS_mq_timedreceive, NO_FD, unreadable(), 64L, unreadable(), unreadable());
}

static void queues(void)
{
	struct mq_attr attributes = { .mq_maxmsg = 2, .mq_msgsize = 64 };
	struct sigevent by_signal = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 },
			none = { .sigev_notify = SIGEV_NONE };
	long fd = syscall(SYS_mq_open, string_end("lines"), O_RDWR | O_CREAT | O_EXCL, 0600,
			  page_end(&attributes, sizeof(attributes)));

	(void) syscall(SYS_mq_open, "lines", O_RDWR | O_CREAT | O_NONBLOCK, 0600, NULL);
	(void) syscall(SYS_mq_open, "lines", O_RDWR | O_CREAT, 0600, unreadable());
	(void) syscall(SYS_mq_open, "/lines", O_WRONLY);
	attributes.mq_maxmsg = -1;
	(void) syscall(SYS_mq_open, "other", O_RDWR | O_CREAT, 0600, page_end(&attributes, sizeof(attributes)));
	queue_transfers(fd);
	(void) syscall(SYS_mq_notify, fd, page_end(&none, sizeof(none)));
	(void) syscall(SYS_mq_notify, fd, page_end(&by_signal, sizeof(by_signal)));
	(void) syscall(SYS_mq_notify, fd, NULL);
	(void) syscall(SYS_mq_notify, fd, unreadable());
	attributes.mq_flags = O_NONBLOCK;
	(void) syscall(SYS_mq_getsetattr, fd, NULL, room_end(64));
	(void) syscall(SYS_mq_getsetattr, fd, page_end(&attributes, sizeof(attributes)), room_end(64));
	(void) syscall(SYS_mq_getsetattr, NO_FD, unreadable(), unreadable());
	(void) syscall(SYS_mq_unlink, "lines");
	with_odd_paths(queue_open_odd);
}

int main(void)
{
	lines_begin();
	checked("ipc");
	odd_commands();
	odd_flags();
	shared_memory();
	semaphores();
	messages();
	queues();
	return lines_end();
}
