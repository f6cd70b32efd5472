#include "signaling/oidc/id_token.h"

#include "gateway/base/secret.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define SUBJECT_SIZE_MAX 255

const char *id_token_fault_name(enum id_token_fault fault)
{
    static const char *const names[ID_TOKEN_FAULT_COUNT] = {
        [ID_TOKEN_GOOD] = "good",           [ID_TOKEN_MALFORMED] = "malformed",
        [ID_TOKEN_HEADER] = "header",       [ID_TOKEN_KEY] = "key",
        [ID_TOKEN_ALGORITHM] = "algorithm", [ID_TOKEN_SIGNATURE] = "signature",
        [ID_TOKEN_ISSUER] = "issuer",       [ID_TOKEN_AUDIENCE] = "audience",
        [ID_TOKEN_PARTY] = "party",         [ID_TOKEN_SUBJECT] = "subject",
        [ID_TOKEN_NONCE] = "nonce",         [ID_TOKEN_TIME] = "time",
        [ID_TOKEN_EXPIRED] = "expired",     [ID_TOKEN_NOT_YET] = "not_yet",
        [ID_TOKEN_TOO_OLD] = "too_old",
    };
    return (unsigned)fault < ID_TOKEN_FAULT_COUNT ? names[fault] : "unknown";
}

static enum id_token_fault check_proof(const struct compact_jws *token, const struct key_set *keys)
{
    const json_t *typ = json_object_get(token->header, "typ");
    const char *type = json_string_value(typ);
    if ((typ && (!type || strcasecmp(type, "JWT") != 0)) || !compact_jws_header_is_lawful(token)) {
        return ID_TOKEN_HEADER;
    }
    const int result = key_set_verify(keys, token);
    return result == 0         ? ID_TOKEN_GOOD
           : result == -ENOENT ? ID_TOKEN_KEY
           : result == -EPROTO ? ID_TOKEN_ALGORITHM
                               : ID_TOKEN_SIGNATURE;
}

static bool is_text(const json_t *value, const char *expected)
{
    return json_is_string(value) && strcmp(json_string_value(value), expected) == 0;
}

/* Nobody else is an audience that we know to be trusted. */
static bool is_for_us_alone(const json_t *claims, const char *client_id)
{
    const json_t *audience = json_object_get(claims, "aud");
    if (json_is_array(audience)) {
        audience = json_array_size(audience) == 1 ? json_array_get(audience, 0) : NULL;
    }
    return is_text(audience, client_id);
}

static bool is_nonce(const json_t *value, const char *expected)
{
    const size_t size = strlen(expected);
    return json_is_string(value) && json_string_length(value) == size &&
           secret_equal(json_string_value(value), expected, size);
}

static enum id_token_fault check_claims(const json_t *claims, const struct id_token_rules *rules)
{
    const json_t *party = json_object_get(claims, "azp");
    const json_t *subject = json_object_get(claims, "sub");
    if (!is_text(json_object_get(claims, "iss"), rules->issuer)) {
        return ID_TOKEN_ISSUER;
    }
    if (!is_for_us_alone(claims, rules->client_id)) {
        return ID_TOKEN_AUDIENCE;
    }
    if (party && !is_text(party, rules->client_id)) {
        return ID_TOKEN_PARTY;
    }
    if (json_string_length(subject) == 0 || json_string_length(subject) > SUBJECT_SIZE_MAX) {
        return ID_TOKEN_SUBJECT;
    }
    return is_nonce(json_object_get(claims, "nonce"), rules->nonce) ? ID_TOKEN_GOOD
                                                                    : ID_TOKEN_NONCE;
}

static enum id_token_fault check_times(const struct compact_jws *token, int64_t now_ms)
{
    int64_t end_ms;
    int64_t made_ms;
    int64_t start_ms = 0;
    if (compact_jws_time(token, "exp", &end_ms) < 0 ||
        compact_jws_time(token, "iat", &made_ms) < 0 ||
        compact_jws_time(token, "nbf", &start_ms) == -EBADMSG) {
        return ID_TOKEN_TIME;
    }
    if (end_ms + ID_TOKEN_SKEW_MS <= now_ms) {
        return ID_TOKEN_EXPIRED;
    }
    if (made_ms > now_ms + ID_TOKEN_SKEW_MS || start_ms > now_ms + ID_TOKEN_SKEW_MS) {
        return ID_TOKEN_NOT_YET;
    }
    return made_ms + ID_TOKEN_AGE_MAX_MS + ID_TOKEN_SKEW_MS <= now_ms ? ID_TOKEN_TOO_OLD
                                                                      : ID_TOKEN_GOOD;
}

enum id_token_fault id_token_check(const struct compact_jws *token, const struct key_set *keys,
                                   const struct id_token_rules *rules)
{
    enum id_token_fault fault = check_proof(token, keys);
    fault = fault != ID_TOKEN_GOOD ? fault : check_claims(token->claims, rules);
    return fault != ID_TOKEN_GOOD ? fault : check_times(token, rules->now_ms);
}
