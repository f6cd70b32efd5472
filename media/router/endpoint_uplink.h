/* endpoint_uplink.h - what the own link of an endpoint bears of what it sends (uplink_watch.h), and
 * what that says of its downlink (voice_pulse.h). Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_ENDPOINT_UPLINK_H
#define BEDSIDE_MEDIA_ROUTER_ENDPOINT_UPLINK_H

#include <stdint.h>

struct room_endpoint;

/* Looks at it when that is due. For the tick. */
void endpoint_uplink_on_tick(struct room_endpoint *endpoint, uint64_t now_us);

#endif
