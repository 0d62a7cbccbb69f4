/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The errors of org.traceloop1 (trace/bus-names.h), each with the errno it stands for. One table, mapped both ways by
 * sd-bus.
 */

#include <systemd/sd-bus.h>

#include "trace/bus-names.h"

extern const sd_bus_error_map bus_error_map[];
