/* srtp_parties.h - libsrtp2 and each of our providers, side by side with the same keys; and chance
 * that is the same in every run.
 *
 * Thread: the test's. */
#ifndef BEDSIDE_TESTS_UNIT_SRTP_PARTIES_H
#define BEDSIDE_TESTS_UNIT_SRTP_PARTIES_H

#include "media/transport/srtp_session.h"

#include <stddef.h>
#include <stdint.h>

#define SRTP_PARTIES_MAX 3

struct srtp_party {
    const char *name;
    const struct srtp_aead_provider *provider; /* NULL: libsrtp2 */
    struct srtp_session *sender;               /* owned, as the receiver, while open */
    struct srtp_session *receiver;
};

/* The first is libsrtp2. */
struct srtp_parties {
    struct srtp_party list[SRTP_PARTIES_MAX];
    size_t count;
};

/* Says which providers this machine does not have. */
void srtp_parties_gather(struct srtp_parties *parties);
/* Begins the chance of `round`, and gives everybody the keys that it deals; every fourth round's
 * are of 256 bits. */
void srtp_parties_open(struct srtp_parties *parties, unsigned round);
void srtp_parties_close(struct srtp_parties *parties);

/* From 0 to below - 1. */
uint32_t chance(uint32_t below);
void chance_fill(uint8_t *bytes, size_t size);

#endif
