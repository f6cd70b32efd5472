/* outgoing_numbers.h - sequence numbers, timestamps and VP8 picture ids of one line of a slot,
 * unbroken whoever is in the slot; and how its sound and picture stay together.
 *
 * Timestamps lie on one straight line of media time (slot_timeline.h), which is also what the
 * sender reports say. Audio is put on the line when a source begins and then left alone, since a
 * correction would be heard; what its clock drifts since then, or its mapping learns, is its
 * *deviation*. Video follows: it is put on the line anew, at the beginning of a frame, whenever it
 * is off by more than 15 ms from where the slot's audio is (`lead_us`). Pure; fields are private.
 * Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_OUTGOING_NUMBERS_H
#define BEDSIDE_MEDIA_ROUTER_OUTGOING_NUMBERS_H

#include "media/router/slot_timeline.h"
#include "media/rtp/media_codec.h"
#include "media/rtp/packet_buffer.h"
#include "media/rtp/sequence_rewriter.h"
#include "media/rtp/vp8_picture_rewriter.h"

struct outgoing_numbers {
    enum media_kind kind;
    bool started;
    uint16_t last_sequence; /* the source's newest packet, and its frame */
    uint32_t last_timestamp;
    int64_t deviation_us; /* of audio: how far its timestamps are ahead of the line */
    struct slot_timeline timeline;
    struct sequence_rewriter sequence;
    struct vp8_picture_rewriter pictures;
};

/* First numbers are random; those of packets below 2^15, so that an early loss cannot confuse the
 * receiver's SRTP index (libsrtp issue 567). */
void outgoing_numbers_init(struct outgoing_numbers *numbers, enum media_kind kind);
/* The next packets are those of `source`, beginning with this one. */
void outgoing_numbers_switch(struct outgoing_numbers *numbers, uint32_t source,
                             enum media_codec codec, const struct packet_buffer *packet,
                             int64_t lead_us);
/* The next packet of the same source; tell it of each before it is forwarded. */
void outgoing_numbers_follow(struct outgoing_numbers *numbers, uint32_t source,
                             const struct packet_buffer *packet, int64_t lead_us);

/* A packet that is not sent, and leaves no hole. */
void outgoing_numbers_leave_out(struct outgoing_numbers *numbers, uint32_t source,
                                enum media_codec codec, const struct packet_buffer *packet);

/* The RTP timestamp that a sender report pairs with `now_us`. */
static inline uint32_t outgoing_numbers_timestamp_at(const struct outgoing_numbers *numbers,
                                                     uint64_t now_us)
{
    return slot_timeline_at(&numbers->timeline, now_us);
}

/* What stands between RTP header and shared payload: for VP8 a descriptor with this line's picture
 * ids, else nothing. Returns its size, with *ret_replaced the size of what it stands for, or a
 * negative errno: the packet must not be sent. */
int outgoing_numbers_write_descriptor(struct outgoing_numbers *numbers, uint32_t source,
                                      enum media_codec codec, const struct packet_buffer *packet,
                                      uint8_t ret_descriptor[VP8_DESCRIPTOR_SIZE_MAX],
                                      size_t *ret_replaced);

#endif
