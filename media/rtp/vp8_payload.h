/* vp8_payload.h - the VP8 payload descriptor and the first bytes behind it (RFC 7741, 4.2 and 4.3).
 *
 *       0 1 2 3 4 5 6 7
 *      +-+-+-+-+-+-+-+-+
 *      |X|R|N|S|R| PID |
 *      +-+-+-+-+-+-+-+-+
 *  X:  |I|L|T|K| RSV   |
 *  I:  |M| PictureID   |  two bytes if M
 *  L:  |   TL0PICIDX   |
 *  T/K:|TID|Y| KEYIDX  |
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_VP8_PAYLOAD_H
#define BEDSIDE_MEDIA_RTP_VP8_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VP8_DESCRIPTOR_SIZE_MAX 6

struct vp8_payload {
    uint8_t descriptor_size;
    bool frame_start;   /* S and partition 0: first packet of a frame */
    bool keyframe;      /* first packet of a key frame */
    bool non_reference; /* N: may be dropped without harm to other frames */
    bool has_picture_id;
    bool wide_picture_id; /* 15 bits instead of 7 */
    uint16_t picture_id;
    bool has_tl0_index;
    uint8_t tl0_index;
    bool has_temporal_layer;
    uint8_t temporal_layer;
    bool layer_sync; /* Y: depends on the base layer only, so one may switch up here */
    uint16_t width;  /* of a key frame, else 0 */
    uint16_t height;
};

/* Returns 0, or -EBADMSG for a descriptor that does not fit or a payload without data behind it. */
int vp8_payload_parse(const uint8_t *payload, size_t size, struct vp8_payload *ret_payload);

#endif
