/* endpoint_feedback.h - the RTCP that one endpoint sends: reports about its own streams, and what
 * it says and asks about those that it receives.
 *
 *   SR    its clock (rtp_clock.h), and report blocks     RR    round trip, loss of what it receives
 *   BYE   a stream of its own ends                       NACK  answered by RTX
 *   PLI, FIR  a key frame of what is in the slot         transport-wide feedback: downlink.h
 *   others are ignored
 *
 * Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_ENDPOINT_FEEDBACK_H
#define BEDSIDE_MEDIA_ROUTER_ENDPOINT_FEEDBACK_H

#include <stddef.h>
#include <stdint.h>

struct room_endpoint;

/* Takes a whole compound; what is broken in it is counted and ends it. */
void endpoint_feedback_receive(struct room_endpoint *endpoint, const uint8_t *compound, size_t size,
                               uint64_t now_us);

#endif
