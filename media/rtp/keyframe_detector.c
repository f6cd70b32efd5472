#include "media/rtp/keyframe_detector.h"

#include "media/rtp/h264_payload.h"

#include <errno.h>

static int inspect_vp8(const uint8_t *payload, size_t size,
                       struct keyframe_detector_result *ret_result)
{
    struct keyframe_detector_result result = {.keyframe = false};
    const int rc = vp8_payload_parse(payload, size, &result.vp8);
    if (rc < 0) {
        return rc;
    }
    result.keyframe = result.vp8.keyframe;
    result.layer_sync = result.vp8.layer_sync;
    result.temporal_layer = result.vp8.temporal_layer;
    *ret_result = result;
    return 0;
}

static int inspect_h264(const uint8_t *payload, size_t size,
                        struct keyframe_detector_result *ret_result)
{
    struct h264_payload parsed;
    const int rc = h264_payload_parse(payload, size, &parsed);
    if (rc < 0) {
        return rc;
    }
    *ret_result = (struct keyframe_detector_result){.keyframe = parsed.keyframe};
    return 0;
}

int keyframe_detector_inspect(enum media_codec codec, const uint8_t *payload, size_t size,
                              struct keyframe_detector_result *ret_result)
{
    switch (codec) {
    case MEDIA_CODEC_OPUS:
        *ret_result = (struct keyframe_detector_result){.keyframe = true};
        return 0;
    case MEDIA_CODEC_VP8:
        return inspect_vp8(payload, size, ret_result);
    case MEDIA_CODEC_H264:
        return inspect_h264(payload, size, ret_result);
    case MEDIA_CODEC_NONE:
        break;
    }
    return -EINVAL;
}
