/* vp8_picture_rewriter.h - unbroken picture ids and TL0PICIDX of one outgoing VP8 stream across
 * sources and dropped frames: a decoder that sees a hole in them waits for a picture that will
 * never come.
 *
 * The payload is shared, so the changed descriptor goes into the caller's buffer; what follows on
 * the wire is the payload from vp8_payload.descriptor_size on. Picture ids are always written in 15
 * bits. Pure; fields are private. Thread: the worker that owns the subscription. */
#ifndef BEDSIDE_MEDIA_RTP_VP8_PICTURE_REWRITER_H
#define BEDSIDE_MEDIA_RTP_VP8_PICTURE_REWRITER_H

#include "media/rtp/number_line.h"
#include "media/rtp/vp8_payload.h"

struct vp8_picture_rewriter {
    struct number_line line; /* notes: what is added to TL0PICIDX */
    uint8_t highest_tl0;     /* outgoing */
};

void vp8_picture_rewriter_init(struct vp8_picture_rewriter *rewriter, uint16_t first_picture_id,
                               uint8_t first_tl0);
/* The next frames come from `source`, beginning with this packet's. Call it with
 * sequence_rewriter_switch(). */
void vp8_picture_rewriter_switch(struct vp8_picture_rewriter *rewriter, uint32_t source,
                                 const struct vp8_payload *first);
/* Writes the descriptor of `payload` (as parsed into `parsed`) with the outgoing numbers. A payload
 * without picture id keeps its descriptor. Calling it again for the same packet (RTX) gives the
 * same bytes. Returns the size, -ENOENT when the frame was left out, or -ESTALE; then the packet
 * must not be sent. */
int vp8_picture_rewriter_forward(struct vp8_picture_rewriter *rewriter, uint32_t source,
                                 const uint8_t *payload, const struct vp8_payload *parsed,
                                 uint8_t ret_descriptor[VP8_DESCRIPTOR_SIZE_MAX]);
/* Says that this packet's frame is not sent; to be called for each of its packets or for one. */
void vp8_picture_rewriter_leave_out(struct vp8_picture_rewriter *rewriter, uint32_t source,
                                    const struct vp8_payload *parsed);

#endif
