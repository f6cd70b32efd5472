/* join_link.h - the secret by which one person finds one seat: mint, verify, expire, bind to a
 * device.
 *
 * The secret has 256 bits, travels in the fragment of a URL and is stored as SHA-256. A device that
 * arrived holds a seat token of the same kind.
 *
 *   A device:  pending --yes of the first device or staff--> active --another became active-->
 * replaced
 *                 '----- no ------> refused
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_JOIN_LINK_H
#define BEDSIDE_VISITS_JOIN_LINK_H

#include "gateway/base/digest.h"
#include "gateway/base/random.h"
#include "gateway/visits/participant.h"
#include "gateway/visits/visit_refusal.h"

#define JOIN_LINK_TRIES_MAX 5

struct join_link {
    char id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char participant_id[UUID_TEXT_SIZE];
    char secret_sha256[DIGEST_SHA256_HEX_SIZE];
    int64_t created_at_ms;
    int64_t expires_at_ms;
    int64_t revoked_at_ms; /* 0: good; a newer link replaced it */
    uint32_t failed_tries; /* wrong dates of birth since the last right one */
};

enum device_state {
    DEVICE_PENDING,
    DEVICE_ACTIVE,
    DEVICE_REPLACED,
    DEVICE_REFUSED,
    DEVICE_STATE_COUNT
};
const char *device_state_name(enum device_state state);
int device_state_from_name(const char *name, enum device_state *ret_state);

struct device {
    char id[UUID_TEXT_SIZE];
    char participant_id[UUID_TEXT_SIZE];
    char session_id[UUID_TEXT_SIZE]; /* of the account that took the seat; empty: came by a link */
    char token_sha256[DIGEST_SHA256_HEX_SIZE];
    enum device_state state;
    int64_t created_at_ms;
};

/* A link to the case page for one member of the care team, and the session it is exchanged for. */
struct staff_link {
    char id[UUID_TEXT_SIZE];
    char case_id[UUID_TEXT_SIZE];
    char person_id[UUID_TEXT_SIZE];
    char secret_sha256[DIGEST_SHA256_HEX_SIZE];
    int64_t created_at_ms;
    int64_t expires_at_ms;
    int64_t revoked_at_ms;
};
struct staff_session_row {
    char id[UUID_TEXT_SIZE];
    char case_id[UUID_TEXT_SIZE];
    char person_id[UUID_TEXT_SIZE];
    char token_sha256[DIGEST_SHA256_HEX_SIZE];
    int64_t created_at_ms;
    int64_t expires_at_ms;
};

/* Makes a link for `seat` and the secret that opens it. */
struct join_link join_link_mint(const struct participant *seat, int64_t now_ms,
                                int64_t expires_at_ms, char ret_secret[RANDOM_TOKEN_SIZE]);
/* A secret or token as it may look: 43 characters of base64url. What does not is never looked up.
 */
bool join_link_secret_is_well_formed(const char *secret);
/* REFUSAL_NONE, LINK_UNKNOWN (replaced) or LINK_EXPIRED. */
enum visit_refusal join_link_check(const struct join_link *link, int64_t now_ms);
unsigned join_link_tries_left(const struct join_link *link);
/* Compares in constant time and counts. `given` may be NULL. REFUSAL_NONE, BIRTH_DATE_NEEDED,
 * BIRTH_DATE_WRONG or LINK_LOCKED. */
enum visit_refusal join_link_try_birth_date(struct join_link *link, const char *expected,
                                            const char *given);

/* What becomes of a new device of a seat that has an active one. `vouched_for`: the date of birth
 * was right, or the link was minted after the first device arrived. */
enum second_device { SECOND_DEVICE_ASKS, SECOND_DEVICE_TAKES_OVER };
enum second_device second_device_decide(const struct participant *seat, bool vouched_for,
                                        int64_t now_ms, int64_t silence_ms);

#endif
