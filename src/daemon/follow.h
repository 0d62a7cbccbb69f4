/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A live stream of one unit: a pipe in the capture format, filled from the ring.
 *
 * The ring is read by a timer, at most FOLLOW_INTERVAL after a call returned, and earlier when the kernel side says that a quarter
 * of the ring has been written since the last look. So nothing wakes anybody per call, and a fast writer is read as
 * often as its ring needs. While the pipe is full the ring is not read: it is the buffer, and what it loses meanwhile
 * is told as a gap.
 */

#include "daemon/recording.h"
#include "util/cleanup.h"

#define FOLLOW_INTERVAL_USEC (50 * 1000ULL) /* half of the 100 ms promised; the other half is for everybody else */

typedef struct Follower Follower;
typedef struct sd_event sd_event;

/** FollowerClosed - the stream has ended or nobody reads it any more; the follower may be freed now */
typedef void (*FollowerClosed)(Follower *f, void *userdata);

/**
 * follower_new() - a stream that begins when follower_attach() gives it a recording
 * @fd: writing end of a pipe, taken over on success; made non-blocking
 */
int follower_new(Follower **ret, sd_event *event, const char *unit, int fd, FollowerClosed closed, void *userdata);
Follower *follower_free(Follower *f);
DEFINE_CLEANUP(Follower, follower_free);

const char *follower_unit(const Follower *f);
const Recording *follower_recording(const Follower *f);

/** follower_is_waiting() - Return: whether its unit has not begun to be recorded yet */
bool follower_is_waiting(const Follower *f);

/** follower_attach() - stream @recording, from its first record if @from_start, else from now on */
int follower_attach(Follower *f, Recording *recording, bool from_start);

/** follower_pump() - read the ring and write what the pipe takes */
void follower_pump(Follower *f);

/** follower_end() - the recording has ended: write the rest and close; @reason as in CaptureEnd */
void follower_end(Follower *f, const char *reason);
