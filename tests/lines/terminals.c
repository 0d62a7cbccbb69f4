/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests to terminals: a pair of pseudoterminals answers them, and what it does not know fails. */

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <fcntl.h>
#include <linux/kd.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

/* Of <sys/ioctl.h>, which does not go together with <asm/termbits.h>. */
struct winsize {
	unsigned short row, column, width, height;
};

struct termio {
	unsigned short flags[4];
	unsigned char line, characters[8];
};

static int primary, terminal;

static long request(int fd, unsigned long number, void *arg)
{
	return syscall(SYS_ioctl, fd, number, arg);
}

static long request_number(int fd, unsigned long number, long arg)
{
	return syscall(SYS_ioctl, fd, number, arg);
}

static void open_pair(void)
{
	int lock = 0;

	primary = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	expect("ioctl(%d, TIOCSPTLCK, [0]) = %s", primary,
	       result(request(primary, TIOCSPTLCK, page_end(&lock, sizeof(lock)))));
	(void) request(primary, TIOCGPTN, room_end(sizeof(int)));
	(void) request(primary, TIOCGPTN, NULL);
	(void) request(primary, TIOCGPTN, unreadable());
	(void) request(primary, TIOCGPTLCK, room_end(sizeof(int)));
	(void) request(primary, TIOCSPTLCK, NULL);
	terminal = (int) request_number(primary, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	(void) request_number(NO_FD, TIOCGPTPEER, 0);
}

/* A structure of each of the kinds: as the terminal has it, back to it, with all bits and with none. */
static void attributes(void)
{
	static const struct {
		unsigned long get, set[3];
		size_t size;
	} kinds[] = {
		{ TCGETS, { TCSETS, TCSETSW, TCSETSF }, sizeof(struct termios) },
		{ TCGETS2, { TCSETS2, TCSETSW2, TCSETSF2 }, sizeof(struct termios2) },
		{ TCGETA, { TCSETA, TCSETAW, TCSETAF }, sizeof(struct termio) },
		{ TIOCGLCKTRMIOS, { TIOCSLCKTRMIOS, TIOCSLCKTRMIOS, TIOCSLCKTRMIOS }, sizeof(struct termios) },
	};

	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		void *got = room_end(kinds[i].size);

		(void) request(terminal, kinds[i].get, got);
		for (size_t k = 0; k < ELEMENTS(kinds[i].set); k++)
			(void) request(terminal, kinds[i].set[k], got);
		(void) request(NO_FD, kinds[i].get, got);
		(void) request(NO_FD, kinds[i].set[0], memset(room_end(kinds[i].size), 0xff, kinds[i].size));
		(void) request(NO_FD, kinds[i].set[0], memset(room_end(kinds[i].size), 0, kinds[i].size));
		(void) request(terminal, kinds[i].get, NULL);
		(void) request(terminal, kinds[i].get, unreadable());
		(void) request(terminal, kinds[i].set[0], NULL);
		(void) request(terminal, kinds[i].set[0], unreadable());
	}
	(void) request(primary, TCGETS, room_end(sizeof(struct termios)));
	(void) request(1, TCGETS, room_end(sizeof(struct termios)));
}

static void window(void)
{
	struct winsize size = { 24, 80, 640, 480 };

	expect("ioctl(%d, TIOCSWINSZ, {ws_row=24, ws_col=80, ws_xpixel=640, ws_ypixel=480}) = %s", terminal,
	       result(request(terminal, TIOCSWINSZ, page_end(&size, sizeof(size)))));
	(void) request(terminal, TIOCGWINSZ, room_end(sizeof(size)));
	(void) request(NO_FD, TIOCGWINSZ, room_end(sizeof(size)));
	(void) request(terminal, TIOCGWINSZ, NULL);
	(void) request(terminal, TIOCSWINSZ, unreadable());
}

static void given(unsigned long number, int value)
{
	(void) request(terminal, number, page_end(&value, sizeof(value)));
	(void) request(NO_FD, number, page_end(&value, sizeof(value)));
	(void) request(NO_FD, number, NULL);
	(void) request(NO_FD, number, unreadable());
}

static void numbers(void)
{
	static const unsigned long asked[] = {
		TIOCGPGRP, TIOCGSID, TIOCOUTQ, FIONREAD, TIOCGETD, TIOCGSOFTCAR, TIOCGPKT, TIOCGEXCL, TIOCGDEV, TIOCMGET,
		FIOQSIZE,
	};

	for (size_t i = 0; i < ELEMENTS(asked); i++) {
		(void) request(terminal, asked[i], room_end(sizeof(long)));
		(void) request(NO_FD, asked[i], room_end(sizeof(long)));
		(void) request(NO_FD, asked[i], NULL);
	}
	given(FIONBIO, 1);
	given(FIONBIO, 0);
	given(FIOASYNC, 0);
	given(TIOCSPGRP, 1);
	given(TIOCSETD, 99);
	given(TIOCSSOFTCAR, 0);
	given(TIOCPKT, 0);
	given(TIOCMSET, 0x6);
	given(TIOCMBIS, -1);
	given(TIOCMBIC, 0);
	given(TIOCMBIC, 0x10000);
}

static void plain(void)
{
	static const unsigned long alone[] = {
		TIOCEXCL, TIOCNXCL, TIOCNOTTY, TIOCSBRK, TIOCCBRK, TIOCCONS, FIOCLEX, FIONCLEX,
		KDENABIO, KDDISABIO, KDMAPDISP, KDUNMAPDISP, PIO_FONTRESET,
	};
	static const struct {
		unsigned long number;
		long arg;
	} numbered[] = {
		{ TCSBRK, 0 }, { TCSBRK, 1 }, { TCSBRKP, 5 }, { TCSBRKP, -1 }, { TIOCSCTTY, 0 }, { TIOCSCTTY, 1 },
		{ TCXONC, 0 }, { TCXONC, 1 }, { TCXONC, 9 }, { TCFLSH, 0 }, { TCFLSH, 2 }, { TCFLSH, 7 },
		{ TIOCMIWAIT, 0x20 }, { TIOCMIWAIT, 0 }, { TIOCSIG, SIGTERM }, { KDSETMODE, 1 }, { KDSETMODE, 9 },
		{ KDSIGACCEPT, SIGUSR1 },
	};

	for (size_t i = 0; i < ELEMENTS(alone); i++)
		(void) request_number(NO_FD, alone[i], 0x10);
	for (size_t i = 0; i < ELEMENTS(numbered); i++)
		(void) request_number(NO_FD, numbered[i].number, numbered[i].arg);
	(void) request(NO_FD, TIOCSTI, string_end("x"));
	(void) request(NO_FD, TIOCSTI, string_end("\n"));
	(void) request(NO_FD, TIOCSTI, NULL);
	(void) request(NO_FD, TIOCGSERIAL, room_end(8));
	(void) request(NO_FD, TIOCLINUX, string_end("\6"));
	(void) request(NO_FD, KDGKBMODE, room_end(8));
	(void) request_number(primary, TIOCVHANGUP, 0);
	(void) request(terminal, TCGETS, room_end(sizeof(struct termios)));
}

int main(void)
{
	lines_begin();
	checked("terminal");
	open_pair();
	attributes();
	window();
	numbers();
	plain();
	return lines_end();
}
