#include "gateway/development_key.h"

#include "gateway/base/cleanup.h"
#include "gateway/base/random.h"

#include <cjose/cjose.h>
#include <string.h>

#define LIFE_SECONDS 240

json_t *development_key_create(json_t **ret_public_set)
{
    cjose_err error;
    char key_id[UUID_TEXT_SIZE];
    cjose_jwk_t *pair = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_384, &error);
    random_uuid_v7(key_id);
    if (!pair || !cjose_jwk_set_kid(pair, key_id, strlen(key_id), &error)) {
        cjose_jwk_release(pair);
        return NULL;
    }
    AUTO_FREE char *all = cjose_jwk_to_json(pair, true, &error);
    AUTO_FREE char *half = cjose_jwk_to_json(pair, false, &error);
    cjose_jwk_release(pair);
    json_t *private_key = all ? json_loads(all, 0, NULL) : NULL;
    json_t *public_key = half ? json_loads(half, 0, NULL) : NULL;
    if (!private_key || !public_key) {
        json_decref(private_key);
        json_decref(public_key);
        return NULL;
    }
    json_object_set_new(public_key, "alg", json_string("ES384"));
    json_object_set_new(public_key, "use", json_string("sig"));
    *ret_public_set = json_pack("{s:[o]}", "keys", public_key);
    return private_key;
}

static char *sign(const cjose_jwk_t *pair, const char *key_id, const char *claims)
{
    cjose_err error;
    const char *text = NULL;
    char *copy = NULL;
    cjose_header_t *header = cjose_header_new(&error);
    cjose_jws_t *jws = NULL;
    if (header && cjose_header_set(header, CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES384, &error) &&
        cjose_header_set(header, CJOSE_HDR_KID, key_id, &error) &&
        cjose_header_set(header, "typ", "JWT", &error)) {
        jws = cjose_jws_sign(pair, header, (const uint8_t *)claims, strlen(claims), &error);
    }
    if (jws && cjose_jws_export(jws, &text, &error)) {
        copy = strdup(text);
    }
    cjose_jws_release(jws);
    cjose_header_release(header);
    return copy;
}

char *development_key_assert(const json_t *private_key, const char *client_id, const char *audience,
                             int64_t now_ms)
{
    cjose_err error;
    char number[RANDOM_TOKEN_SIZE];
    const char *key_id = json_string_value(json_object_get(private_key, "kid"));
    AUTO_FREE char *key_text = json_dumps(private_key, JSON_COMPACT);
    cjose_jwk_t *pair =
        key_id && key_text ? cjose_jwk_import(key_text, strlen(key_text), &error) : NULL;
    if (!pair) {
        return NULL;
    }
    random_token(number);
    const json_int_t now = (json_int_t)(now_ms / 1000);
    json_t *claims =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "iss", client_id, "sub", client_id, "aud",
                  audience, "jti", number, "iat", now, "exp", now + LIFE_SECONDS);
    AUTO_FREE char *text = claims ? json_dumps(claims, JSON_COMPACT) : NULL;
    char *token = text ? sign(pair, key_id, text) : NULL;
    json_decref(claims);
    cjose_jwk_release(pair);
    return token;
}
