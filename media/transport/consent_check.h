/* consent_check.h - the only request that the gateway ever sends: are you there, and do you agree
 * to get media there (RFC 7675, 5.1; RFC 8489; RFC 8445, 7.1), on libnice's STUN agent.
 *
 * A lite agent sends no connectivity checks (RFC 8445, 2.5), and this is none: it looks for no
 * path and makes no pair. It asks for consent where authentic media already came from
 * (roaming.h). Every full agent answers a binding request that names its ufrag and has the
 * integrity of its password; so nobody else can.
 *
 *   request:  USERNAME "theirs:ours", PRIORITY, ICE-CONTROLLED, MESSAGE-INTEGRITY with their
 *             password, FINGERPRINT: about 100 bytes
 *   answer:   the success response of the same transaction, integrity with their password
 *
 * Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_CONSENT_CHECK_H
#define BEDSIDE_MEDIA_TRANSPORT_CONSENT_CHECK_H

#include "gateway/base/cleanup.h"
#include "media/transport/stun_responder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONSENT_TRANSACTION_SIZE 12
#define CONSENT_REQUEST_SIZE_MAX 640 /* with two ufrags of 256 characters */

struct consent_checker;

/* Holds no state between checks; one serves all peers of a thread. */
struct consent_checker *consent_checker_create(void);
struct consent_checker *consent_checker_destroy(struct consent_checker *checker);
DEFINE_AUTO(consent_checker)

/* Writes the request of a transaction, whose id is random and nobody's but this check's; the same
 * bytes each time. Returns its size; 0 without a remote password. */
size_t consent_checker_write(struct consent_checker *checker,
                             const struct stun_credentials *credentials, const uint8_t *transaction,
                             uint8_t *ret_request);
/* Is this the answer to that transaction, and theirs? */
bool consent_checker_believes(struct consent_checker *checker,
                              const struct stun_credentials *credentials,
                              const uint8_t *transaction, const uint8_t *data, size_t size);

#endif
