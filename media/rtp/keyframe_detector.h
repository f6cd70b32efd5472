/* keyframe_detector.h - what the router must know of a payload, whatever the codec.
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_KEYFRAME_DETECTOR_H
#define BEDSIDE_MEDIA_RTP_KEYFRAME_DETECTOR_H

#include "media/rtp/media_codec.h"
#include "media/rtp/vp8_payload.h"

struct keyframe_detector_result {
    bool keyframe;   /* a decoder may start with this packet */
    bool layer_sync; /* temporal layer `temporal_layer` may start with this frame */
    uint8_t temporal_layer;
    struct vp8_payload vp8; /* of MEDIA_CODEC_VP8 */
};

/* Audio is always a key frame. Returns 0, or -EBADMSG (vp8_payload.h, h264_payload.h); -EINVAL for
 * MEDIA_CODEC_NONE. */
int keyframe_detector_inspect(enum media_codec codec, const uint8_t *payload, size_t size,
                              struct keyframe_detector_result *ret_result);

#endif
