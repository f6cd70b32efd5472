/* visit_recorder.h - records one visit: what the worker says on the media socket becomes segments,
 * and what becomes of them is told to the supervisor on the control socket.
 *
 * Ends with END or STOP, when either socket closes (the worker or the gateway is gone), or when the
 * disk is full; its segments are closed then. Thread: its loop's. */
#ifndef BEDSIDE_MEDIA_RECORDER_VISIT_RECORDER_H
#define BEDSIDE_MEDIA_RECORDER_VISIT_RECORDER_H

#include "gateway/base/cleanup.h"
#include "media/recorder_control.h"

struct loop;
struct visit_recorder;

/* Stops the loop when it has ended. The descriptors (non-blocking) and `configuration` are
 * borrowed. */
struct visit_recorder *visit_recorder_create(struct loop *loop,
                                             const struct recorder_configuration *configuration,
                                             int directory_fd, int media_fd, int control_fd);
/* Closes what is open. Accepts NULL. */
struct visit_recorder *visit_recorder_destroy(struct visit_recorder *recorder);
DEFINE_AUTO(visit_recorder)

#endif
