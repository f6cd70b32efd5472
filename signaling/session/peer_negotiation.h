/* peer_negotiation.h - offer and answer with one browser: what each m-line is for, for good.
 *
 *   (none) --offer, waiting--> standing by --offer, admitted--> active --offer--> active
 *     '---------offer, in the visit-------------------------------^     (lines appended, other
 * codec) any --offer with another session id or certificate--> as from (none): a new
 * PeerConnection, a new endpoint any --offer with other ICE credentials--> the same, with new local
 * ones: an ICE restart (RFC 8839, 4.4.1.1)
 *
 * The n-th recvonly audio line and the n-th recvonly video line are slot n. What a line once was it
 * stays, so that slots keep their SSRCs however often the client offers. While the person waits the
 * lines of microphone and camera are inactive; the slots stand already, with nobody in them, and
 * the answer is the same whoever is in the visit. Pure but for random numbers. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_PEER_NEGOTIATION_H
#define BEDSIDE_SIGNALING_SESSION_PEER_NEGOTIATION_H

#include "gateway/base/cleanup.h"
#include "signaling/protocol/sdp_answer.h"

struct peer_negotiation_config {
    const char *fingerprint; /* of the gateway's DTLS certificate; all borrowed */
    const char *const *addresses;
    size_t address_count;
    bool tcp; /* the port serves TCP as well */
    unsigned slots_max;
};

struct peer_negotiation_request {
    const char *sdp;
    size_t sdp_size;
    bool active;   /* false: waiting */
    uint16_t port; /* of the room's worker */
    /* What everybody who would receive from this person has negotiated. */
    const struct endpoint_media *const *receivers;
    size_t receiver_count;
};

struct peer_negotiation_outcome {
    bool is_new;      /* a new PeerConnection: a new endpoint */
    bool ice_restart; /* of the same one */
    struct endpoint_transport transport;
    struct endpoint_media media; /* while waiting: slots alone */
    char *answer;                /* owned by the caller: g_free() */
};

struct peer_negotiation;

struct peer_negotiation *peer_negotiation_create(const struct peer_negotiation_config *config);
struct peer_negotiation *peer_negotiation_destroy(struct peer_negotiation *negotiation);
DEFINE_AUTO(peer_negotiation)

/* Returns 0, or -EBADMSG with `ret_problem`; then nothing has changed. */
int peer_negotiation_offer(struct peer_negotiation *negotiation,
                           const struct peer_negotiation_request *request,
                           struct peer_negotiation_outcome *ret_outcome,
                           struct sdp_problem *ret_problem);
/* What was last answered; empty before. Borrowed. */
const struct endpoint_media *peer_negotiation_media(const struct peer_negotiation *negotiation);
/* Whether anything could flow if the person were in the visit: slots stand, or it is active. */
bool peer_negotiation_has_media(const struct peer_negotiation *negotiation);
/* Whether, towards these receivers, another video codec than the negotiated one should be sent now.
 */
bool peer_negotiation_wants_other_codec(const struct peer_negotiation *negotiation,
                                        const struct endpoint_media *const *receivers,
                                        size_t receiver_count);

#endif
