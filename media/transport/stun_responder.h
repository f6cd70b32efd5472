/* stun_responder.h - decides whether a binding request is a connectivity check of ours, and answers
 * it (RFC 8489; RFC 8445, 7.3), on libnice's STUN agent.
 *
 * A check needs USERNAME "ours:theirs", MESSAGE-INTEGRITY with our password and FINGERPRINT.
 * Without all of them there is no answer, not even an error: whoever does not know the password
 * learns nothing and can reflect nothing off us. Answers carry no SOFTWARE and no USERNAME, so they
 * are shorter than the checks.
 *
 * Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_STUN_RESPONDER_H
#define BEDSIDE_MEDIA_TRANSPORT_STUN_RESPONDER_H

#include "gateway/base/cleanup.h"
#include "media/transport/network_address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STUN_REPLY_SIZE_MAX 256

struct stun_credentials {
    const char *local_ufrag; /* all borrowed */
    const char *local_pwd;
    const char *remote_ufrag;
    const char *remote_pwd; /* only consent_check.h needs it; NULL or empty: unknown */
};

enum stun_verdict {
    STUN_REFUSED,  /* not authentic: no reply */
    STUN_OBJECTED, /* authentic, but answered with an error: nothing else may change */
    STUN_ACCEPTED,
};

struct stun_check {
    bool use_candidate;
    size_t reply_size;
};

struct stun_responder;

/* Holds no state between checks; one serves all peers of a thread. */
struct stun_responder *stun_responder_create(void);
struct stun_responder *stun_responder_destroy(struct stun_responder *responder);
DEFINE_AUTO(stun_responder)

/* Judges one datagram of at most 2048 bytes; `ret_reply` has STUN_REPLY_SIZE_MAX bytes and is
 * zeroed before use. `ret_check` is set unless the datagram is refused. */
enum stun_verdict stun_responder_judge(struct stun_responder *responder, const uint8_t *data,
                                       size_t size, const struct network_address *source,
                                       const struct stun_credentials *credentials,
                                       uint8_t *ret_reply, struct stun_check *ret_check);

#endif
