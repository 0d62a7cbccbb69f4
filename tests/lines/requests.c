/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Requests of ioctl() to sockets, files and what else there is: names, numbers, structures. What would change the machine
 * goes to a descriptor that is not there.
 */

#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/if.h>
#include <linux/input.h>
#include <linux/loop.h>
#include <linux/nsfs.h>
#include <linux/perf_event.h>
#include <linux/random.h>
#include <linux/rtc.h>
#include <linux/sockios.h>
#include <linux/uinput.h>
#include <linux/userfaultfd.h>
#include <linux/watchdog.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lines/lines.h"
#include "util/macro.h"

static int socket_fd, file;

static long request(int fd, unsigned long number, const void *arg)
{
	return syscall(SYS_ioctl, fd, number, arg);
}

static long request_number(int fd, unsigned long number, long arg)
{
	return syscall(SYS_ioctl, fd, number, arg);
}

static struct ifreq *interface(const char *name)
{
	struct ifreq r = {};
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000001) };

	strncpy(r.ifr_name, name, sizeof(r.ifr_name) - 1);
	memcpy(&r.ifr_addr, &address, sizeof(address));
	return page_end(&r, sizeof(r));
}

static void interfaces(void)
{
	static const unsigned asked[] = {
		SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFDSTADDR, SIOCGIFBRDADDR, SIOCGIFNETMASK, SIOCGIFMETRIC, SIOCGIFMTU,
		SIOCGIFHWADDR, SIOCGIFSLAVE, SIOCGIFINDEX, SIOCGIFTXQLEN, SIOCGIFMAP, SIOCGIFNAME, SIOCGIFMEM,
		SIOCGIFVLAN, SIOCGIFBR, SIOCGIFPFLAGS, SIOCETHTOOL, SIOCGMIIPHY,
	};
	static const unsigned set[] = {
		SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFDSTADDR, SIOCSIFBRDADDR, SIOCSIFNETMASK, SIOCSIFMETRIC, SIOCSIFMTU,
		SIOCSIFNAME, SIOCSIFHWADDR, SIOCSIFSLAVE, SIOCSIFHWBROADCAST, SIOCSIFTXQLEN, SIOCSIFMAP, SIOCSIFENCAP,
		SIOCADDMULTI, SIOCDELMULTI, SIOCBRADDBR, SIOCBRDELBR, SIOCBRADDIF, SIOCBRDELIF, SIOCSIFLINK, SIOCSARP,
	};

	for (size_t i = 0; i < ELEMENTS(asked); i++) {
		(void) request(socket_fd, asked[i], interface("lo"));
		(void) request(socket_fd, asked[i], interface("missing"));
	}
	for (size_t i = 0; i < ELEMENTS(set); i++)
		(void) request(NO_FD, set[i], interface("missing"));
	(void) request(NO_FD, SIOCSIFFLAGS, memset(room_end(sizeof(struct ifreq)), 0xff, sizeof(struct ifreq)));
	(void) request(NO_FD, SIOCSIFADDR, memset(room_end(sizeof(struct ifreq)), 0xff, sizeof(struct ifreq)));
	(void) request(socket_fd, SIOCGIFADDR, NULL);
	(void) request(socket_fd, SIOCGIFADDR, unreadable());
}

static void configurations(void)
{
	struct ifreq *room = room_end(4 * sizeof(*room));
	struct ifconf c = { .ifc_len = 4 * sizeof(*room), .ifc_req = room };

	(void) request(socket_fd, SIOCGIFCONF, page_end(&c, sizeof(c)));
	(void) request(NO_FD, SIOCGIFCONF, page_end(&c, sizeof(c)));
	c.ifc_req = NULL;
	(void) request(socket_fd, SIOCGIFCONF, page_end(&c, sizeof(c)));
	c = (struct ifconf){ .ifc_len = 20, .ifc_req = room };
	(void) request(socket_fd, SIOCGIFCONF, page_end(&c, sizeof(c)));
	c.ifc_req = unreadable();
	c.ifc_len = sizeof(*room);
	(void) request(socket_fd, SIOCGIFCONF, page_end(&c, sizeof(c)));
	(void) request(socket_fd, SIOCGIFCONF, NULL);
}

static void sockets(void)
{
	static const unsigned asked[] = { SIOCGPGRP, FIOGETOWN, SIOCATMARK, SIOCINQ, SIOCOUTQ, SIOCGSTAMP_OLD };
	int owner = getpid();

	expect("ioctl(%d, SIOCSPGRP, [%d]) = %s", socket_fd, owner,
	       result(request(socket_fd, SIOCSPGRP, page_end(&owner, sizeof(owner)))));
	for (size_t i = 0; i < ELEMENTS(asked); i++) {
		(void) request(socket_fd, asked[i], room_end(sizeof(int)));
		(void) request(NO_FD, asked[i], room_end(sizeof(int)));
	}
	interfaces();
	configurations();
}

static void files(void)
{
	struct fsxattr attributes = { .fsx_xflags = 0x80000001, .fsx_extsize = 3, .fsx_projid = 7 };
	struct file_clone_range range = { 3, 1, 2, 4 };
	struct fiemap map = { .fm_length = ~0ULL, .fm_flags = FIEMAP_FLAG_SYNC };
	struct fstrim_range trim = { 1, 2, 3 };
	long flags = 0xffffffff;

	file = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	(void) request(file, FS_IOC_GETFLAGS, room_end(sizeof(flags)));
	(void) request(NO_FD, FS_IOC_SETFLAGS, page_end(&flags, sizeof(flags)));
	flags = 0;
	(void) request(file, FS_IOC_SETFLAGS, page_end(&flags, sizeof(flags)));
	(void) request(file, FS_IOC_GETVERSION, room_end(sizeof(flags)));
	(void) request(file, FIGETBSZ, room_end(sizeof(int)));
	(void) request(file, FS_IOC_FSGETXATTR, room_end(sizeof(attributes)));
	(void) request(NO_FD, FS_IOC_FSSETXATTR, page_end(&attributes, sizeof(attributes)));
	(void) request(file, FICLONERANGE, page_end(&range, sizeof(range)));
	(void) request(file, FICLONERANGE, NULL);
	(void) request_number(file, FICLONE, NO_FD);
	(void) request(file, FS_IOC_FIEMAP, page_end(&map, sizeof(map)));
	(void) request(NO_FD, FS_IOC_FIEMAP, page_end(&map, sizeof(map)));
	(void) request(NO_FD, FITRIM, page_end(&trim, sizeof(trim)));
	(void) request_number(NO_FD, FIFREEZE, 0);
	(void) request_number(NO_FD, FITHAW, 0);
	(void) request(file, FS_IOC_GETFSLABEL, room_end(FSLABEL_MAX));
	(void) request(NO_FD, FS_IOC_SETFSLABEL, memset(room_end(FSLABEL_MAX), 0, FSLABEL_MAX));
}

static void blocks(void)
{
	const unsigned long long range[] = { 512, 4096 };
	struct loop_info64 info = { .lo_flags = 0x15, .lo_file_name = "abc" };
	struct loop_config config = { .fd = NO_FD, .block_size = 512, .info = info };
	int one = 1;

	(void) request(file, BLKGETSIZE64, room_end(8));
	(void) request(NO_FD, BLKGETSIZE, room_end(8));
	(void) request(NO_FD, BLKROSET, page_end(&one, sizeof(one)));
	(void) request(NO_FD, BLKBSZSET, page_end(&one, sizeof(one)));
	(void) request_number(NO_FD, BLKRASET, 5);
	(void) request(NO_FD, BLKDISCARD, page_end(range, sizeof(range)));
	(void) request(NO_FD, BLKZEROOUT, page_end(range, sizeof(range)));
	(void) request(NO_FD, BLKSECDISCARD, unreadable());
	(void) request_number(NO_FD, BLKFLSBUF, 0);
	(void) request_number(NO_FD, LOOP_SET_FD, 3);
	(void) request_number(NO_FD, LOOP_CTL_GET_FREE, 0);
	(void) request_number(NO_FD, LOOP_CLR_FD, 0);
	(void) request_number(NO_FD, LOOP_CTL_ADD, 7);
	(void) request(NO_FD, LOOP_SET_STATUS64, page_end(&info, sizeof(info)));
	(void) request(NO_FD, LOOP_GET_STATUS64, room_end(sizeof(info)));
	(void) request(NO_FD, LOOP_CONFIGURE, page_end(&config, sizeof(config)));
}

static void faults(void)
{
	char *there = room_end(16384), *page = (char *) ((unsigned long) there & ~4095UL) + 4096;
	int fd = (int) syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_THREAD_ID };
	struct uffdio_register range = { .range = { (unsigned long) page, 4096 }, .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_copy copy = { (unsigned long) page, (unsigned long) page, 4096, 1, 0 };
	struct uffdio_zeropage zero = { { (unsigned long) page, 4096 }, 2, 0 };

	(void) request(fd, UFFDIO_API, page_end(&api, sizeof(api)));
	(void) request(fd, UFFDIO_API, NULL);
	(void) request(fd, UFFDIO_REGISTER, page_end(&range, sizeof(range)));
	(void) request(fd, UFFDIO_UNREGISTER, page_end(&range, sizeof(range.range)));
	(void) request(fd, UFFDIO_WAKE, page_end(&range, sizeof(range.range)));
	(void) request(NO_FD, UFFDIO_COPY, page_end(&copy, sizeof(copy)));
	(void) request(NO_FD, UFFDIO_ZEROPAGE, page_end(&zero, sizeof(zero)));
	(void) close(fd);
}

static void others(void)
{
	static const unsigned long alone[] = {
		RTC_AIE_ON, RTC_UIE_OFF, WDIOC_KEEPALIVE, RNDCLEARPOOL, RNDZAPENTCNT, NS_GET_USERNS, NS_GET_PARENT,
		SIOCGSKNS, 0x5480, 0x80041234, 0xc0ff00aa, 0x3fff0000, 0xffffffff, 0, 0xae01, 0xae80, 0xc1380000 | 0xfd00,
		EVIOCGNAME(256), EVIOCGBIT(EV_KEY, 96), EVIOCGBIT(9, 8), EVIOCGBIT(0, 8), EVIOCGABS(ABS_X),
		EVIOCSABS(0x3f), EVIOCGMTSLOTS(44), EVIOCGRAB, UI_GET_SYSNAME(64), UI_DEV_CREATE, 0x80404804,
	};
	int count = 3;
	long long period = 5;

	for (size_t i = 0; i < ELEMENTS(alone); i++) {
		(void) request_number(NO_FD, alone[i], 0);
		(void) request_number(NO_FD, alone[i], 0x10);
	}
	(void) request(NO_FD, RNDGETENTCNT, room_end(sizeof(count)));
	(void) request(NO_FD, RNDADDTOENTCNT, page_end(&count, sizeof(count)));
	(void) request(NO_FD, WDIOC_SETTIMEOUT, page_end(&count, sizeof(count)));
	(void) request_number(NO_FD, PERF_EVENT_IOC_ENABLE, 0);
	(void) request_number(NO_FD, PERF_EVENT_IOC_DISABLE, 1);
	(void) request_number(NO_FD, PERF_EVENT_IOC_RESET, 2);
	(void) request_number(NO_FD, PERF_EVENT_IOC_REFRESH, 3);
	(void) request_number(NO_FD, PERF_EVENT_IOC_SET_OUTPUT, -1);
	(void) request(NO_FD, PERF_EVENT_IOC_PERIOD, page_end(&period, sizeof(period)));
	(void) request(NO_FD, PERF_EVENT_IOC_ID, room_end(sizeof(period)));
	(void) request(NO_FD, PERF_EVENT_IOC_SET_FILTER, string_end("common_pid == 1"));
}

int main(void)
{
	lines_begin();
	socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	checked("requests");
	sockets();
	files();
	blocks();
	faults();
	others();
	return lines_end();
}
