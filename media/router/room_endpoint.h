/* room_endpoint.h - one browser in a room: what it publishes, and the slots in which it receives.
 * Opened and closed by its room (room.h).
 * Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_ROOM_ENDPOINT_H
#define BEDSIDE_MEDIA_ROUTER_ROOM_ENDPOINT_H

#include "media/router/endpoint_media.h"
#include "media/router/picture_step.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet_buffer;
struct room_endpoint;

/* Totals since it opened. */
struct room_endpoint_report {
    bool in_room;
    uint64_t packets_lost_up;       /* never came, also not by RTX */
    uint64_t packets_retransmitted; /* by us, as RTX */
    uint64_t packets_rejected;      /* authentic, but malformed or not negotiated */
    uint32_t rtt_us;                /* 0 while unknown */
    uint8_t fraction_lost_down;     /* worst since the last report was taken */
    uint32_t estimate_down_bps;     /* of its link; 0 while there is none */
    uint32_t queue_down_us;         /* of ours, there and here */
    uint16_t loss_down_permille;    /* transport-wide */
    uint16_t audio_lost_permille;   /* of sound sent to it, after repair; since the last report */
    bool audio_flowing;             /* packets of a microphone within the last 2 s */
    bool video_flowing;
};

/* Replaces what is negotiated. Lines that stay as they were keep their state. */
void room_endpoint_set_media(struct room_endpoint *endpoint, const struct endpoint_media *media,
                             uint64_t now_us);
/* The pixels at which it shows the slot's picture; 0 x 0: unknown. Returns 0, or -ERANGE for a slot
 * that was not negotiated. */
int room_endpoint_set_slot_view(struct room_endpoint *endpoint, uint32_t slot, uint32_t width,
                                uint32_t height);
/* How long others keep its picture. */
void room_endpoint_set_priority(struct room_endpoint *endpoint, enum picture_priority priority);
/* Its transport is up: from now on it is sent to, while it is in the room. `rtt_us` is a first
 * estimate, until receiver reports tell; 0: none. */
void room_endpoint_set_connected(struct room_endpoint *endpoint, uint32_t rtt_us, uint64_t now_us);
/* It is heard again after a silence, perhaps from another network: its link is learned anew, and
 * its pictures begin with key frames. */
void room_endpoint_on_return(struct room_endpoint *endpoint, uint64_t now_us);
/* Takes over an authentic RTP packet in the clear, with `data`, `size` and `arrival_us` set, and
 * drops it when it has been routed: what is kept is locked by its history. */
void room_endpoint_on_rtp(struct room_endpoint *endpoint, struct packet_buffer *packet);
/* Takes an authentic RTCP compound in the clear. */
void room_endpoint_on_rtcp(struct room_endpoint *endpoint, const uint8_t *compound, size_t size,
                           uint64_t now_us);
/* Of its report; at any time. */
uint64_t room_endpoint_packets_rejected(const struct room_endpoint *endpoint);
void room_endpoint_take_report(struct room_endpoint *endpoint, uint64_t now_us,
                               struct room_endpoint_report *ret_report);

#endif
