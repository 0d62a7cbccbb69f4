/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What traceloopd is called on the bus. Strings alone: this layer knows no bus, but it is the highest one that the
 * daemon and its clients share, and a name that only one of them knew would be two.
 */

#define BUS_NAME "org.traceloop1"
#define BUS_PATH "/org/traceloop1"
#define BUS_INTERFACE "org.traceloop1.Manager"
#define RECORDING_PREFIX "/org/traceloop1/unit"
#define RECORDING_INTERFACE "org.traceloop1.Recording"

#define BUS_ERROR_NO_SUCH_UNIT "org.traceloop1.Error.NoSuchUnit"
#define BUS_ERROR_NOT_RECORDED "org.traceloop1.Error.NotRecorded"
#define BUS_ERROR_LIMIT_REACHED "org.traceloop1.Error.LimitReached"
#define BUS_ERROR_BAD_OPTION "org.traceloop1.Error.BadOption"
#define BUS_ERROR_BAD_FILTER "org.traceloop1.Error.BadFilter"
