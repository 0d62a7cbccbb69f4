/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The errors of org.traceloop1 by name, each with the errno it stands for. One table, mapped both ways by sd-bus.
 */

#include <systemd/sd-bus.h>

#define BUS_ERROR_NO_SUCH_UNIT "org.traceloop1.Error.NoSuchUnit"
#define BUS_ERROR_NOT_RECORDED "org.traceloop1.Error.NotRecorded"
#define BUS_ERROR_NOT_SUPPORTED "org.traceloop1.Error.NotSupported"
#define BUS_ERROR_LIMIT_REACHED "org.traceloop1.Error.LimitReached"
#define BUS_ERROR_BAD_PATTERN "org.traceloop1.Error.BadPattern"
#define BUS_ERROR_BAD_OPTION "org.traceloop1.Error.BadOption"

extern const sd_bus_error_map bus_error_map[];
