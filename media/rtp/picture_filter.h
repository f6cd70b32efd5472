/* picture_filter.h - which frames of one video stream a receiver gets whose link does not bear all
 * of them: fewer temporal layers, or a still picture now and then.
 *
 *   temporal layers (RFC 7741, 4.2: TID, Y)    T2  .  T2  .        a frame depends on lower layers
 * and on .  T1  .  T1        its own; one with Y on the lowest alone T0 .  T0  .
 *
 * A layer is left at once, with the next frame. It is taken up, one at a time, with a frame that
 * says Y, or with a key frame. What has no layers passes whole. As a still, one key frame passes
 * each PICTURE_FILTER_STILL_US and nothing else. Pure; fields are private. Thread: the worker that
 * owns the subscription. */
#ifndef BEDSIDE_MEDIA_RTP_PICTURE_FILTER_H
#define BEDSIDE_MEDIA_RTP_PICTURE_FILTER_H

#include "media/rtp/keyframe_detector.h"

#include <stdbool.h>
#include <stdint.h>

#define PICTURE_FILTER_ALL_LAYERS 3 /* TID has two bits */
#define PICTURE_FILTER_STILL_US 3000000

struct picture_filter {
    uint8_t wanted;   /* highest temporal layer */
    uint8_t temporal; /* that passes now */
    bool still;
    bool has_frame;
    uint32_t newest_timestamp; /* of the frame that came last */
    bool newest_passes;
    uint32_t still_timestamp; /* of the frame that is the still picture */
    uint64_t still_due_us;
};

void picture_filter_init(struct picture_filter *filter);
void picture_filter_want(struct picture_filter *filter, uint8_t temporal, bool still);
/* The stream begins with this packet of a key frame. */
void picture_filter_begin(struct picture_filter *filter, uint32_t timestamp, uint64_t now_us);
/* Whether a packet passes; of a frame all do, or none. */
bool picture_filter_passes(struct picture_filter *filter,
                           const struct keyframe_detector_result *payload, uint32_t timestamp,
                           uint64_t now_us);
/* A key frame should be asked for: the next still picture is due. */
static inline bool picture_filter_still_is_due(const struct picture_filter *filter, uint64_t now_us)
{
    return filter->still && now_us >= filter->still_due_us;
}

#endif
