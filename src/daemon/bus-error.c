/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-error.h"

#include <errno.h>

const sd_bus_error_map bus_error_map[] = {
	SD_BUS_ERROR_MAP(BUS_ERROR_NO_SUCH_UNIT, ENOENT),
	SD_BUS_ERROR_MAP(BUS_ERROR_NOT_RECORDED, ENODATA),
	SD_BUS_ERROR_MAP(BUS_ERROR_LIMIT_REACHED, ENOBUFS),
	SD_BUS_ERROR_MAP(BUS_ERROR_BAD_OPTION, EBADR),
	SD_BUS_ERROR_MAP_END,
};
