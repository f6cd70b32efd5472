/* media_source.h - a camera and a microphone as RTP: packets that look like a browser's Opus and
 * VP8, with numbers that a test can predict. Pure. Thread: its owner's. */
#ifndef BEDSIDE_TESTS_FAKES_MEDIA_SOURCE_H
#define BEDSIDE_TESTS_FAKES_MEDIA_SOURCE_H

#include "media/router/endpoint_media.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEDIA_SOURCE_PACKET_SIZE_MAX 1400
#define MEDIA_SOURCE_AUDIO_PAYLOAD_SIZE 100
#define MEDIA_SOURCE_VIDEO_PAYLOAD_SIZE 600

#define MEDIA_SOURCE_OPUS 111
#define MEDIA_SOURCE_RED 63
#define MEDIA_SOURCE_VP8 96
#define MEDIA_SOURCE_VP8_RTX 97
#define MEDIA_SOURCE_H264 102
#define MEDIA_SOURCE_H264_RTX 103

struct media_source {
    struct media_extension_ids extensions;
    bool tells_mid; /* in every packet */
    const char *audio_mid;
    const char *video_mid;
    uint32_t audio_ssrc;
    uint32_t video_ssrc;
    uint32_t rtx_ssrc;
    uint16_t audio_sequence; /* of the next packet, all of these */
    uint16_t video_sequence;
    uint16_t rtx_sequence;
    uint16_t transport_sequence;
    uint16_t picture_id;
    uint8_t tl0_index;
    uint32_t audio_timestamp; /* of capture time 0 */
    uint32_t video_timestamp;
    uint8_t level; /* in -dBov */
    bool sends_red; /* both before media_source_negotiated() */
    bool takes_red;
    uint32_t last_audio_timestamp; /* of what the next RED packet repeats; size 0: nothing yet */
    size_t last_audio_size;
    uint8_t last_audio[1024];
    size_t audio_payload_size;
    size_t video_payload_size; /* without the VP8 descriptor */
};

/* SSRCs and first numbers follow from `seed`, so that sources of different seeds differ in all.
 * Payload sizes are MEDIA_SOURCE_AUDIO_PAYLOAD_SIZE and MEDIA_SOURCE_VIDEO_PAYLOAD_SIZE; others may
 * be set, as long as a packet fits. */
void media_source_init(struct media_source *source, uint32_t seed);

/* What an offer of this browser, with `slot_count` slots, was negotiated to. Slot i has the SSRCs
 * of media_source_slot_ssrc(). */
void media_source_negotiated(const struct media_source *source, size_t slot_count,
                             struct endpoint_media *ret_media);
uint32_t media_source_slot_ssrc(const struct media_source *source, size_t slot,
                                enum media_kind kind, bool is_rtx);

/* (Sound that is sent as RED has each frame twice: its own, and the one of the packet before.)
 * Write one packet of what was captured at `capture_us`; return its size. The last eight bytes of a
 * payload are its SSRC and sequence number, each as 32 bits. */
size_t media_source_audio(struct media_source *source, uint64_t capture_us,
                          uint8_t ret_packet[MEDIA_SOURCE_PACKET_SIZE_MAX]);

enum media_source_frame {
    MEDIA_SOURCE_KEYFRAME = 1, /* else a delta frame */
    MEDIA_SOURCE_FIRST = 2,    /* packet of its frame */
    MEDIA_SOURCE_LAST = 4,
};

size_t media_source_video(struct media_source *source, uint64_t capture_us, unsigned flags,
                          uint8_t ret_packet[MEDIA_SOURCE_PACKET_SIZE_MAX]);
/* A packet that only pads. */
size_t media_source_padding(struct media_source *source, uint64_t capture_us,
                            uint8_t ret_packet[MEDIA_SOURCE_PACKET_SIZE_MAX]);
/* The retransmission (RFC 4588) of a video packet. */
size_t media_source_rtx(struct media_source *source, const uint8_t *packet, size_t size,
                        uint8_t ret_packet[MEDIA_SOURCE_PACKET_SIZE_MAX]);
/* A sender report about audio or video at `now_us`, whose NTP clock is `ntp_offset_us` ahead of
 * ours; returns its size. */
size_t media_source_sender_report(const struct media_source *source, enum media_kind kind,
                                  uint64_t now_us, int64_t ntp_offset_us,
                                  uint8_t ret_compound[MEDIA_SOURCE_PACKET_SIZE_MAX]);

#endif
