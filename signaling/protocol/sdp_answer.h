/* sdp_answer.h - what the gateway answers, and its text (RFC 9429, 5.3; RFC 8843, 7.3).
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_PROTOCOL_SDP_ANSWER_H
#define BEDSIDE_SIGNALING_PROTOCOL_SDP_ANSWER_H

#include "signaling/protocol/sdp_offer.h"

/* One m-line, in the order of the offer. */
struct sdp_answer_line {
    const struct sdp_offer_line *offered; /* borrowed */
    bool refused;                         /* port 0 */
    enum sdp_direction direction;         /* the gateway's */
    struct sdp_payload payloads[MEDIA_PAYLOADS_MAX];
    size_t payload_count;
    /* Of a line on which the gateway sends: */
    uint32_t ssrc;
    uint32_t rtx_ssrc; /* 0: none */
    char stream[32];   /* the msid that sound and picture of a slot share */
    char track[32];
};

struct sdp_answer {
    uint64_t session_id;
    uint32_t version; /* grows with every answer of the session */
    struct ice_credentials ice;
    const char *fingerprint; /* "AA:BB:..." of SHA-256 */
    const char *const *addresses;
    size_t address_count;
    uint16_t port;
    bool tcp; /* the port serves TCP as well */
    const char *cname; /* of what the gateway sends; says nothing of anybody */
    struct sdp_answer_line lines[SDP_MEDIA_LINES_MAX];
    size_t line_count;
};

/* Returns the text: owned, g_free(). */
char *sdp_answer_write(const struct sdp_answer *answer);

#endif
