#include "signaling/api/client_assertion.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define JTI_SIZE_MAX 256

static const struct {
    const char *name;
    const char *sentence;
} faults[ASSERTION_FAULT_COUNT] = {
    [ASSERTION_GOOD] = {"good", "Done."},
    [ASSERTION_MALFORMED] = {"malformed", "The client_assertion is no signed JSON Web Token."},
    [ASSERTION_HEADER] = {"header", "The header of the assertion has a kid, the typ JWT, and no "
                                    "key or address of a key."},
    [ASSERTION_ALGORITHM] = {"algorithm", "The alg is not the one of the registered key: RS384 for "
                                          "RSA, ES384 for P-384."},
    [ASSERTION_ISSUER] = {"issuer", "The claims iss and sub are both the client_id."},
    [ASSERTION_CLIENT] = {"client", "There is no such client with such a key and signature."},
    [ASSERTION_KEY] = {"key", "There is no such client with such a key and signature."},
    [ASSERTION_SIGNATURE] = {"signature", "There is no such client with such a key and signature."},
    [ASSERTION_AUDIENCE] = {"audience", "The claim aud is the address of this token endpoint."},
    [ASSERTION_TIME] = {"time", "The claim exp is a number of seconds since 1970, and so are nbf "
                                "and iat where they are sent."},
    [ASSERTION_EXPIRED] = {"expired", "The assertion is over. Is the client's clock right?"},
    [ASSERTION_TOO_LONG] = {"too_long", "The assertion ends later than five minutes from now. Is "
                                        "the client's clock right?"},
    [ASSERTION_NOT_YET] = {"not_yet", "The assertion is not valid yet. Is the client's clock "
                                      "right?"},
    [ASSERTION_JTI] = {"jti", "The claim jti is a text of 1 to 256 characters, another one in each "
                              "assertion."},
    [ASSERTION_USED] = {"used", "This assertion was used before: make a new one for each request."},
};

const char *assertion_fault_name(enum assertion_fault fault)
{
    return (unsigned)fault < ASSERTION_FAULT_COUNT ? faults[fault].name : "unknown";
}

const char *assertion_fault_sentence(enum assertion_fault fault)
{
    return (unsigned)fault < ASSERTION_FAULT_COUNT ? faults[fault].sentence : "";
}

struct client_assertion *client_assertion_destroy(struct client_assertion *assertion)
{
    if (assertion) {
        compact_jws_destroy(assertion->jws);
        free(assertion);
    }
    return NULL;
}

/* ---- what it says ---- */

static bool is_of_our_algorithms(const char *name)
{
    for (int i = 0; name && i < KEY_ALGORITHM_COUNT; i++) {
        if ((CLIENT_ASSERTION_ALGORITHMS & KEY_ALGORITHM_BIT(i)) &&
            strcmp(name, key_algorithm_name((enum key_algorithm)i)) == 0) {
            return true;
        }
    }
    return false;
}

static enum assertion_fault read_header(const struct compact_jws *jws)
{
    const json_t *typ = json_object_get(jws->header, "typ");
    const char *type = json_string_value(typ);
    const char *key_id = compact_jws_text(jws->header, "kid");
    if (!is_of_our_algorithms(compact_jws_text(jws->header, "alg"))) {
        return ASSERTION_ALGORITHM;
    }
    const bool is_ours = !typ || (type && (strcasecmp(type, "JWT") == 0 ||
                                           strcasecmp(type, "client-authentication+jwt") == 0));
    return is_ours && key_id && *key_id && compact_jws_header_is_lawful(jws) ? ASSERTION_GOOD
                                                                             : ASSERTION_HEADER;
}

static enum assertion_fault read_claims(struct client_assertion *assertion)
{
    const json_t *claims = assertion->jws->claims;
    const char *issuer = compact_jws_text(claims, "iss");
    const char *subject = compact_jws_text(claims, "sub");
    const char *number = compact_jws_text(claims, "jti");
    if (!issuer || !subject || strcmp(issuer, subject) != 0 ||
        strlen(issuer) != UUID_TEXT_SIZE - 1) {
        return ASSERTION_ISSUER;
    }
    if (!number || !*number || strlen(number) > JTI_SIZE_MAX) {
        return ASSERTION_JTI;
    }
    memcpy(assertion->client_id, issuer, sizeof(assertion->client_id));
    digest_of_token(number, assertion->jti_sha256);
    return ASSERTION_GOOD;
}

enum assertion_fault client_assertion_read(const char *text, size_t size,
                                           struct client_assertion **ret_assertion)
{
    AUTO(client_assertion) assertion = allocate_zeroed(1, sizeof(*assertion));
    if (size > CLIENT_ASSERTION_SIZE_MAX || compact_jws_read(text, size, &assertion->jws) < 0) {
        return ASSERTION_MALFORMED;
    }
    enum assertion_fault fault = read_header(assertion->jws);
    fault = fault != ASSERTION_GOOD ? fault : read_claims(assertion);
    if (fault == ASSERTION_GOOD) {
        *ret_assertion = TAKE(assertion);
    }
    return fault;
}

/* ---- whether it is true ---- */

static bool is_audience(const char *text, const struct client_assertion_rules *rules)
{
    for (size_t i = 0; text && i < rules->audience_count; i++) {
        if (strcmp(text, rules->audiences[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* For us, and for nobody else: an assertion for two could be passed on by the other. */
static bool is_for_us(const struct compact_jws *jws, const struct client_assertion_rules *rules)
{
    const json_t *audience = json_object_get(jws->claims, "aud");
    if (json_is_array(audience)) {
        audience = json_array_size(audience) == 1 ? json_array_get(audience, 0) : NULL;
    }
    return is_audience(json_string_value(audience), rules);
}

static enum assertion_fault check_start(const struct compact_jws *jws, const char *claim,
                                        int64_t now_ms)
{
    int64_t start_ms;
    const int result = compact_jws_time(jws, claim, &start_ms);
    if (result < 0) {
        return result == -ENOENT ? ASSERTION_GOOD : ASSERTION_TIME;
    }
    return start_ms > now_ms + CLIENT_ASSERTION_SKEW_MS ? ASSERTION_NOT_YET : ASSERTION_GOOD;
}

static enum assertion_fault check_times(struct client_assertion *assertion, int64_t now_ms)
{
    int64_t end_ms;
    if (compact_jws_time(assertion->jws, "exp", &end_ms) < 0) {
        return ASSERTION_TIME;
    }
    assertion->ends_at_ms = end_ms + CLIENT_ASSERTION_SKEW_MS;
    if (assertion->ends_at_ms <= now_ms) {
        return ASSERTION_EXPIRED;
    }
    if (end_ms > now_ms + CLIENT_ASSERTION_LIFE_MS + CLIENT_ASSERTION_SKEW_MS) {
        return ASSERTION_TOO_LONG;
    }
    const enum assertion_fault fault = check_start(assertion->jws, "nbf", now_ms);
    return fault != ASSERTION_GOOD ? fault : check_start(assertion->jws, "iat", now_ms);
}

enum assertion_fault client_assertion_check(struct client_assertion *assertion,
                                            const struct key_set *keys,
                                            const struct client_assertion_rules *rules)
{
    const int result = key_set_verify(keys, assertion->jws);
    if (result < 0) {
        return result == -ENOENT   ? ASSERTION_KEY
               : result == -EPROTO ? ASSERTION_ALGORITHM
                                   : ASSERTION_SIGNATURE;
    }
    if (!is_for_us(assertion->jws, rules)) {
        return ASSERTION_AUDIENCE;
    }
    return check_times(assertion, rules->now_ms);
}
