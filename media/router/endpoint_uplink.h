/* endpoint_uplink.h - what the own link of an endpoint bears of what it sends (uplink_watch.h,
 * uplink_relief.h), and what that says of its downlink (voice_pulse.h). Thread: belongs to the
 * worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_ENDPOINT_UPLINK_H
#define BEDSIDE_MEDIA_ROUTER_ENDPOINT_UPLINK_H

#include "gateway/base/byte_writer.h"

#include <stdint.h>

/* A REMB names at most so many streams. */
#define ENDPOINT_UPLINK_RELIEF_SIZE_MAX 64

struct room_endpoint;

/* Looks at it when that is due. For the tick. */
void endpoint_uplink_on_tick(struct room_endpoint *endpoint, uint64_t now_us);
/* Appends what it is to be told, if something is. Returns 0, or -ENOBUFS. */
int endpoint_uplink_write_relief(struct room_endpoint *endpoint, struct byte_writer *writer,
                                 uint64_t now_us);

#endif
