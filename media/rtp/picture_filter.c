#include "media/rtp/picture_filter.h"

#include "gateway/base/sequence_number.h"

void picture_filter_init(struct picture_filter *filter)
{
    *filter = (struct picture_filter){
        .wanted = PICTURE_FILTER_ALL_LAYERS,
        .temporal = PICTURE_FILTER_ALL_LAYERS,
    };
}

void picture_filter_want(struct picture_filter *filter, uint8_t temporal, bool still)
{
    if (still && !filter->still) {
        /* A frame that has begun goes to its end. */
        filter->still_timestamp = filter->newest_timestamp - (filter->newest_passes ? 0u : 1u);
    }
    filter->wanted = temporal;
    filter->still = still;
}

static void begin_still(struct picture_filter *filter, uint32_t timestamp, uint64_t now_us)
{
    filter->still_timestamp = timestamp;
    filter->still_due_us = now_us + PICTURE_FILTER_STILL_US;
}

void picture_filter_begin(struct picture_filter *filter, uint32_t timestamp, uint64_t now_us)
{
    filter->temporal = filter->wanted;
    filter->has_frame = true;
    filter->newest_timestamp = timestamp;
    filter->newest_passes = true;
    begin_still(filter, timestamp, now_us);
}

static bool passes_as_still(struct picture_filter *filter, bool keyframe, uint32_t timestamp,
                            uint64_t now_us)
{
    const bool is_next = keyframe && now_us >= filter->still_due_us &&
                         timestamp_distance(timestamp, filter->still_timestamp) > 0;
    if (is_next) {
        begin_still(filter, timestamp, now_us);
    }
    return timestamp == filter->still_timestamp;
}

static void adapt(struct picture_filter *filter, const struct keyframe_detector_result *payload)
{
    if (filter->temporal > filter->wanted) {
        filter->temporal = filter->wanted;
    }
    if (payload->keyframe) {
        filter->temporal = filter->wanted;
    } else if (payload->layer_sync && payload->temporal_layer == filter->temporal + 1 &&
               payload->temporal_layer <= filter->wanted) {
        filter->temporal = payload->temporal_layer;
    }
}

bool picture_filter_passes(struct picture_filter *filter,
                           const struct keyframe_detector_result *payload, uint32_t timestamp,
                           uint64_t now_us)
{
    if (filter->still) {
        return passes_as_still(filter, payload->keyframe, timestamp, now_us);
    }
    if (filter->has_frame && timestamp == filter->newest_timestamp) {
        return filter->newest_passes;
    }
    const bool is_late =
        filter->has_frame && timestamp_distance(timestamp, filter->newest_timestamp) < 0;
    if (is_late) {
        return payload->temporal_layer <= filter->temporal;
    }
    adapt(filter, payload);
    filter->has_frame = true;
    filter->newest_timestamp = timestamp;
    filter->newest_passes = payload->temporal_layer <= filter->temporal;
    return filter->newest_passes;
}
