#include "gateway/visits/join_link.h"

#include "gateway/base/secret.h"
#include "gateway/visits/name_table.h"

static const char *const state_names[DEVICE_STATE_COUNT] = {
    [DEVICE_PENDING] = "pending",
    [DEVICE_ACTIVE] = "active",
    [DEVICE_REPLACED] = "replaced",
    [DEVICE_REFUSED] = "refused",
};
DEFINE_NAMES(device_state, device_state, state_names)

struct join_link join_link_mint(const struct participant *seat, int64_t now_ms,
                                int64_t expires_at_ms, char ret_secret[RANDOM_TOKEN_SIZE])
{
    struct join_link link = {.created_at_ms = now_ms, .expires_at_ms = expires_at_ms};
    random_uuid_v7(link.id);
    strcpy(link.visit_id, seat->visit_id);
    strcpy(link.participant_id, seat->id);
    random_token(ret_secret);
    digest_of_token(ret_secret, link.secret_sha256);
    return link;
}

bool join_link_secret_is_well_formed(const char *secret)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    return strlen(secret) == RANDOM_TOKEN_SIZE - 1 &&
           strspn(secret, allowed) == RANDOM_TOKEN_SIZE - 1;
}

enum visit_refusal join_link_check(const struct join_link *link, int64_t now_ms)
{
    if (link->revoked_at_ms != 0) {
        return REFUSAL_LINK_UNKNOWN;
    }
    return now_ms >= link->expires_at_ms ? REFUSAL_LINK_EXPIRED : REFUSAL_NONE;
}

unsigned join_link_tries_left(const struct join_link *link)
{
    return link->failed_tries >= JOIN_LINK_TRIES_MAX ? 0 : JOIN_LINK_TRIES_MAX - link->failed_tries;
}

enum visit_refusal join_link_try_birth_date(struct join_link *link, const char *expected,
                                            const char *given)
{
    if (join_link_tries_left(link) == 0) {
        return REFUSAL_LINK_LOCKED;
    }
    if (!given || !given[0]) {
        return REFUSAL_BIRTH_DATE_NEEDED;
    }
    char a[PERSON_DATE_SIZE] = "";
    char b[PERSON_DATE_SIZE] = "";
    strncpy(a, expected, sizeof(a) - 1);
    strncpy(b, given, sizeof(b) - 1);
    const bool equal = secret_equal(a, b, sizeof(a)) && strlen(given) == PERSON_DATE_SIZE - 1;
    if (!equal) {
        link->failed_tries++;
        return join_link_tries_left(link) == 0 ? REFUSAL_LINK_LOCKED : REFUSAL_BIRTH_DATE_WRONG;
    }
    link->failed_tries = 0;
    return REFUSAL_NONE;
}

enum second_device second_device_decide(const struct participant *seat, bool vouched_for,
                                        int64_t now_ms, int64_t silence_ms)
{
    const bool silent = !seat->connected && now_ms - seat->last_seen_ms >= silence_ms;
    return silent && vouched_for ? SECOND_DEVICE_TAKES_OVER : SECOND_DEVICE_ASKS;
}
