/* media_codec.h - the codecs that are passed through, and what was negotiated for one of them.
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_MEDIA_CODEC_H
#define BEDSIDE_MEDIA_RTP_MEDIA_CODEC_H

#include <stdbool.h>
#include <stdint.h>

enum media_kind { MEDIA_KIND_AUDIO, MEDIA_KIND_VIDEO };

enum media_codec { MEDIA_CODEC_NONE, MEDIA_CODEC_OPUS, MEDIA_CODEC_VP8, MEDIA_CODEC_H264 };

#define MEDIA_PAYLOAD_TYPE_NONE 0xff

/* One payload type of an m-line, as offered by the browser and accepted in the answer. */
struct media_payload {
    enum media_codec codec;
    uint8_t payload_type;     /* 0..127 */
    uint8_t rtx_payload_type; /* RFC 4588; MEDIA_PAYLOAD_TYPE_NONE without */
    bool nack;                /* RFC 4585 generic NACK was negotiated */
    bool pli;                 /* RFC 4585, 6.3.1 */
    bool fir;                 /* RFC 5104, 4.3.1 */
    bool transport_cc;        /* draft-holmer-rmcat-transport-wide-cc-extensions-01 */
    uint8_t red_payload_type; /* RFC 2198, around this one; 0 without (0 is PCMU: RFC 3551, 6) */
};

/* Negotiated ids of RTP header extensions (RFC 8285); 0 where one was not negotiated. With BUNDLE
 * an id means the same on every m-line of an endpoint (RFC 8843, section 9.1). */
struct media_extension_ids {
    uint8_t mid;           /* urn:ietf:params:rtp-hdrext:sdes:mid */
    uint8_t rid;           /* urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id */
    uint8_t repaired_rid;  /* urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id */
    uint8_t audio_level;   /* urn:ietf:params:rtp-hdrext:ssrc-audio-level (RFC 6464) */
    uint8_t transport_cc;  /* draft-holmer-rmcat-transport-wide-cc-extensions-01 */
    uint8_t playout_delay; /* http://www.webrtc.org/experiments/rtp-hdrext/playout-delay */
};

#endif
