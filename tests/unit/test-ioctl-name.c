/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include <stdint.h>
#include <string.h>

/*
 * All names of the table as constants of its own numbers, before there are any headers: where one of these defines such a
 * name, it is the header's from there on, and otherwise stays this.
 */
#define NOWHERE 0
#define IOCTL(name, number) name = (int) (number),
#define IOCTL2(name, number, number_i386) name = (int) (number),
enum {
#include "trace/ioctl-names.def"
};
#undef IOCTL
#undef IOCTL2

#include <asm/ioctls.h>
#include <linux/auto_fs.h>
#include <linux/blkpg.h>
#include <linux/blktrace_api.h>
#include <linux/blkzoned.h>
#include <linux/btrfs.h>
#include <linux/cdrom.h>
#include <linux/cec.h>
#include <linux/dm-ioctl.h>
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/f2fs.h>
#include <linux/fb.h>
#include <linux/fiemap.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/fsmap.h>
#include <linux/fsverity.h>
#include <linux/gpio.h>
#include <linux/hdreg.h>
#include <linux/hiddev.h>
#include <linux/hidraw.h>
#include <linux/i2c-dev.h>
#include <linux/joystick.h>
#include <linux/kd.h>
#include <linux/loop.h>
#include <linux/media.h>
#include <linux/mmc/ioctl.h>
#include <linux/msdos_fs.h>
#include <linux/mtio.h>
#include <linux/nbd.h>
#include <linux/nsfs.h>
#include <linux/nvme_ioctl.h>
#include <linux/perf_event.h>
#include <linux/ppp-ioctl.h>
#include <linux/pps.h>
#include <linux/ptp_clock.h>
#include <linux/random.h>
#include <linux/rtc.h>
#include <linux/seccomp.h>
#include <linux/serial.h>
#include <linux/sockios.h>
#include <linux/spi/spidev.h>
#include <linux/suspend_ioctls.h>
#include <linux/sync_file.h>
#include <linux/tee.h>
#include <linux/udmabuf.h>
#include <linux/uinput.h>
#include <linux/usbdevice_fs.h>
#include <linux/userfaultfd.h>
#include <linux/vfio.h>
#include <linux/vhost.h>
#include <linux/videodev2.h>
#include <linux/vt.h>
#include <linux/watchdog.h>
#include <linux/wireless.h>
#include <scsi/scsi_ioctl.h>
#include <scsi/sg.h>
#include <sound/asound.h>
#include <sys/ioctl.h>

#include "trace/ioctl-name.h"
#include "util/macro.h"

#if defined(__x86_64__)
#include <linux/kvm.h>
#endif

/* The size is in some requests: of <asm/termbits.h>, which does not go together with <sys/ioctl.h>, and of the kernel. */
struct termios2 {
	uint8_t bytes[44];
};

typedef uint32_t compat_ulong_t;

/* These have the sizes of structures that only the kernel has. */
#undef USBDEVFS_BULK32
#undef USBDEVFS_CONTROL32
#undef USBDEVFS_DISCSIGNAL32
#undef USBDEVFS_IOCTL32
#undef USBDEVFS_SUBMITURB32

static const struct {
	const char *name;
	uint32_t number;
	uint32_t header;
} all[] = {
#define IOCTL(name, number) { #name, number, (uint32_t) (name) },
#define IOCTL2(name, number, number_i386) { #name, number, (uint32_t) (name) },
#include "trace/ioctl-names.def"
#undef IOCTL
#undef IOCTL2
};

TEST(numbers_are_those_of_the_headers)
{
	for (size_t i = 0; i < ELEMENTS(all); i++) {
		if (all[i].number != all[i].header)
			printf("# %s is %#x\n", all[i].name, all[i].header);
		CHECK_INT(all[i].number, all[i].header);
	}
}

TEST(no_name_is_there_twice_and_no_number_too_often)
{
	for (size_t i = 0; i < ELEMENTS(all); i++) {
		unsigned same = 0;

		for (size_t k = 0; k < ELEMENTS(all); k++) {
			CHECK(i == k || !streq(all[i].name, all[k].name));
			same += all[i].number == all[k].number;
		}
		CHECK(same < IOCTL_NAMES_MAX);
	}
}

TEST(request_of_several_drivers_has_all_names_sorted)
{
	const char *names[IOCTL_NAMES_MAX];

	CHECK_INT(ioctl_names(0x5401, MACHINE_X86_64, names), 1);
	CHECK_STRING(names[0], "TCGETS");
	CHECK_INT(ioctl_names(0x5402, MACHINE_ARM64, names), 2);
	CHECK_STRING(names[0], "SNDCTL_TMR_START");
	CHECK_STRING(names[1], "TCSETS");
	CHECK_INT(ioctl_names(0x4020940d, MACHINE_X86_64, names), 2);
	CHECK_STRING(names[0], "BTRFS_IOC_CLONE_RANGE");
	CHECK_STRING(names[1], "FICLONERANGE");
	CHECK_INT(ioctl_names(0, MACHINE_X86_64, names), 0);
	CHECK_INT(ioctl_names(0xffffffff, MACHINE_X86_64, names), 0);
}

TEST(request_has_another_number_where_its_structure_is_smaller)
{
	const char *names[IOCTL_NAMES_MAX];

	CHECK_INT(ioctl_names(0x40081271, MACHINE_X86_64, names), 1);
	CHECK_STRING(names[0], "BLKBSZSET");
	CHECK_INT(ioctl_names(0x40081271, MACHINE_I386, names), 0);
	CHECK_INT(ioctl_names(0x40041271, MACHINE_I386, names), 1);
	CHECK_STRING(names[0], "BLKBSZSET");
	CHECK_INT(ioctl_names(0x80046601, MACHINE_I386, names), 1);
	CHECK_STRING(names[0], "FS_IOC32_GETFLAGS");
	CHECK_INT(ioctl_names(0, MACHINE_I386, names), 0);
}

int main(void)
{
	RUN(numbers_are_those_of_the_headers);
	RUN(no_name_is_there_twice_and_no_number_too_often);
	RUN(request_of_several_drivers_has_all_names_sorted);
	RUN(request_has_another_number_where_its_structure_is_smaller);
	return test_done();
}
