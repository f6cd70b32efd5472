/* h264_payload.h - which NAL units an H.264 payload carries (RFC 6184, packetization mode 0 and 1:
 * single NAL unit, STAP-A, FU-A). Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_H264_PAYLOAD_H
#define BEDSIDE_MEDIA_RTP_H264_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct h264_payload {
    bool parameter_sets; /* holds (the beginning of) an SPS */
    bool idr;            /* holds (the beginning of) an IDR slice */
    bool keyframe;      /* a decoder may start here: browsers put an SPS before every IDR picture */
    bool non_reference; /* nal_ref_idc 0 throughout */
};

/* Returns 0, or -EBADMSG: empty, forbidden bit, a type of no such mode, a STAP-A whose units do not
 * fit, an FU-A without data. */
int h264_payload_parse(const uint8_t *payload, size_t size, struct h264_payload *ret_payload);

#endif
