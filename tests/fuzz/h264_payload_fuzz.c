/* fuzz-links: bedside_media_rtp */
/* No payload of H.264 makes the parser pass its end; what it says does not contradict itself. */
#include "media/rtp/h264_payload.h"
#include "media/rtp/keyframe_detector.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct h264_payload parsed;
    struct keyframe_detector_result result;
    const int rc = h264_payload_parse(data, size, &parsed);
    const int rc_again = keyframe_detector_inspect(MEDIA_CODEC_H264, data, size, &result);
    if (rc != rc_again || (rc == 0 && parsed.keyframe != result.keyframe) ||
        (rc == 0 && size == 0)) {
        abort();
    }
    return 0;
}
