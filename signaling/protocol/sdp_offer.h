/* sdp_offer.h - a browser's offer, read strictly (RFC 8866, 9429, 8843, 8839, 8842, 8853).
 *
 * GStreamer's gstsdp cuts the text into lines; it accepts almost anything, so every rule is ours:
 *   - at most 60 KiB, 2000 lines, 32 m-lines, 64 payload types a line, 32 header extensions a line;
 *   - every line that is not rejected is in one BUNDLE group, multiplexes RTCP, and says the same
 * of ICE and DTLS;
 *   - a SHA-256 fingerprint (an offer without one gets no answer), ICE credentials of lawful
 * length, a=setup that lets us be passive;
 *   - mids are unique; the id of a header extension means the same on every line;
 *   - candidates are not even looked at: an ICE-lite gateway sends to nobody who has not passed a
 * check. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_PROTOCOL_SDP_OFFER_H
#define BEDSIDE_SIGNALING_PROTOCOL_SDP_OFFER_H

#include "media/worker/worker_messages.h"
#include "signaling/protocol/codec_policy.h"

#define SDP_SIZE_MAX 61440
#define SDP_LINES_MAX 2000
#define SDP_MEDIA_LINES_MAX 32
#define SDP_PAYLOAD_TYPES_MAX 64
#define SDP_EXTENSIONS_MAX 32

enum sdp_direction { SDP_INACTIVE, SDP_SENDONLY, SDP_RECVONLY };

struct sdp_payload {
    struct media_payload payload;
    char profile[CODEC_PROFILE_SIZE]; /* of H.264, as offered */
};

struct sdp_offer_line {
    bool is_media; /* audio or video over SRTP; everything else is refused with port 0 */
    bool rejected; /* port 0 in the offer */
    enum media_kind kind;
    char media[17]; /* for the answer to a refused line: as offered */
    char proto[33];
    char format[33]; /* its first format */
    char mid[MEDIA_MID_SIZE_MAX];
    enum sdp_direction direction;
    struct sdp_payload payloads[MEDIA_PAYLOADS_MAX]; /* what we take, in the order of the offer */
    size_t payload_count;
    struct media_extension_ids extensions;
    bool rtcp_reduced_size;
    /* Of a line that sends: */
    struct {
        uint32_t ssrc;
        uint32_t rtx_ssrc;
    } sources[MEDIA_SOURCES_MAX];
    size_t source_count;
    char rids[MEDIA_RIDS_MAX][MEDIA_RID_SIZE_MAX];
    size_t rid_count;
};

struct sdp_offer {
    char session[32]; /* sess-id of o=: another one is another PeerConnection */
    struct ice_credentials ice;
    uint8_t fingerprint[32];
    struct media_extension_ids extensions; /* of all lines together */
    struct sdp_offer_line lines[SDP_MEDIA_LINES_MAX];
    size_t line_count;
};

struct sdp_problem {
    char where[48];    /* "m-line 3", "line 17", "session" */
    char message[128]; /* a sentence */
};

/* Returns 0, or -EBADMSG with the first problem. `text` need not end with a 0. */
int sdp_offer_read(const char *text, size_t size, struct sdp_offer *ret_offer,
                   struct sdp_problem *ret_problem);

#endif
