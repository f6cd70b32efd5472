/* Bad ID tokens, one fault each. */
#include "signaling/oidc/id_token.h"

#include "tests/unit/signaling/assertion_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1790000000
#define ISS "\"iss\":\"https://login.example\","
#define SUB "\"sub\":\"248289761001\","
#define AUD "\"aud\":\"bedside\","
#define NONCE "\"nonce\":\"n-0S6_WzA2Mj\","
#define TIMES "\"exp\":1790000300,\"iat\":1790000000"
#define WITH(iss, sub, aud, nonce, times) "{" iss sub aud nonce times "}"
#define GOOD WITH(ISS, SUB, AUD, NONCE, TIMES)
#define RSA_HEADER "{\"alg\":\"RS256\",\"kid\":\"rsa\"}"

static struct made_key *rsa;
static struct made_key *p256;
static struct made_key *p384;
static struct key_set *rsa_keys; /* without alg: RS256 */
static struct key_set *p256_keys;
static struct key_set *p384_keys;

static struct key_set *set_of(const struct made_key *key)
{
    AUTO_FREE char *text = made_key_set(key);
    struct key_set *set = NULL;
    const char *problem = NULL;
    if (key_set_read(text, strlen(text), ID_TOKEN_ALGORITHMS, &set, &problem) < 0) {
        fail_msg("%s", problem);
    }
    return set;
}

static int make_keys(void **state)
{
    (void)state;
    rsa = made_key_create(MADE_RSA_2048, "rsa");
    p256 = made_key_create(MADE_P256, "p256");
    p384 = made_key_create(MADE_P384, "p384");
    rsa_keys = set_of(rsa);
    p256_keys = set_of(p256);
    p384_keys = set_of(p384);
    return 0;
}

static int drop_keys(void **state)
{
    (void)state;
    key_set_destroy(rsa_keys);
    key_set_destroy(p256_keys);
    key_set_destroy(p384_keys);
    made_key_destroy(rsa);
    made_key_destroy(p256);
    made_key_destroy(p384);
    return 0;
}

static enum id_token_fault judge(const struct made_key *key, const struct key_set *keys,
                                 const char *header, const char *claims,
                                 enum made_signature signature)
{
    const struct id_token_rules rules = {"https://login.example", "bedside", "n-0S6_WzA2Mj",
                                         (int64_t)NOW * 1000};
    AUTO_FREE char *text = made_token(key, header, claims, signature);
    AUTO(compact_jws) token = NULL;
    return compact_jws_read(text, strlen(text), &token) < 0 ? ID_TOKEN_MALFORMED
                                                            : id_token_check(token, keys, &rules);
}

static void expect(enum id_token_fault found, enum id_token_fault expected, const char *what)
{
    if (found != expected) {
        fail_msg("%s: %s instead of %s", what, id_token_fault_name(found),
                 id_token_fault_name(expected));
    }
}

static void claims_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *claims;
        enum id_token_fault fault;
    } rows[] = {
        {GOOD, ID_TOKEN_GOOD},
        {WITH("", SUB, AUD, NONCE, TIMES), ID_TOKEN_ISSUER},
        {WITH("\"iss\":\"https://evil.example\",", SUB, AUD, NONCE, TIMES), ID_TOKEN_ISSUER},
        {WITH("\"iss\":\"https://login.example/\",", SUB, AUD, NONCE, TIMES), ID_TOKEN_ISSUER},
        {WITH("\"iss\":[\"https://login.example\"],", SUB, AUD, NONCE, TIMES), ID_TOKEN_ISSUER},
        {WITH(ISS, "", AUD, NONCE, TIMES), ID_TOKEN_SUBJECT},
        {WITH(ISS, "\"sub\":\"\",", AUD, NONCE, TIMES), ID_TOKEN_SUBJECT},
        {WITH(ISS, "\"sub\":7,", AUD, NONCE, TIMES), ID_TOKEN_SUBJECT},
        {WITH(ISS, SUB, "", NONCE, TIMES), ID_TOKEN_AUDIENCE},
        {WITH(ISS, SUB, "\"aud\":\"other\",", NONCE, TIMES), ID_TOKEN_AUDIENCE},
        {WITH(ISS, SUB, "\"aud\":[\"bedside\"],", NONCE, TIMES), ID_TOKEN_GOOD},
        {WITH(ISS, SUB, "\"aud\":[],", NONCE, TIMES), ID_TOKEN_AUDIENCE},
        {WITH(ISS, SUB, "\"aud\":[\"other\",\"bedside\"],", NONCE, TIMES), ID_TOKEN_AUDIENCE},
        {WITH(ISS, SUB, AUD "\"azp\":\"bedside\",", NONCE, TIMES), ID_TOKEN_GOOD},
        {WITH(ISS, SUB, AUD "\"azp\":\"other\",", NONCE, TIMES), ID_TOKEN_PARTY},
        {WITH(ISS, SUB, AUD "\"azp\":null,", NONCE, TIMES), ID_TOKEN_PARTY},
        {WITH(ISS, SUB, AUD, "", TIMES), ID_TOKEN_NONCE},
        {WITH(ISS, SUB, AUD, "\"nonce\":\"n-0S6_WzA2Mk\",", TIMES), ID_TOKEN_NONCE},
        {WITH(ISS, SUB, AUD, "\"nonce\":\"\",", TIMES), ID_TOKEN_NONCE},
        {WITH(ISS, SUB, AUD, "\"nonce\":\"n-0S6_WzA2MjX\",", TIMES), ID_TOKEN_NONCE},
        {WITH(ISS, SUB, AUD, "\"nonce\":true,", TIMES), ID_TOKEN_NONCE},
        {WITH(ISS, SUB, AUD, NONCE, "\"exp\":1790000300"), ID_TOKEN_TIME},
        {WITH(ISS, SUB, AUD, NONCE, "\"iat\":1790000000"), ID_TOKEN_TIME},
        {WITH(ISS, SUB, AUD, NONCE, "\"exp\":\"1790000300\",\"iat\":1790000000"), ID_TOKEN_TIME},
        {WITH(ISS, SUB, AUD, NONCE, TIMES ",\"nbf\":\"now\""), ID_TOKEN_TIME},
        /* A minute of skew, either way. */
        {WITH(ISS, SUB, AUD, NONCE, "\"exp\":1789999941,\"iat\":1789999900"), ID_TOKEN_GOOD},
        {WITH(ISS, SUB, AUD, NONCE, "\"exp\":1789999940,\"iat\":1789999900"), ID_TOKEN_EXPIRED},
        {WITH(ISS, SUB, AUD, NONCE, "\"exp\":1790000300,\"iat\":1790000060"), ID_TOKEN_GOOD},
        {WITH(ISS, SUB, AUD, NONCE, "\"exp\":1790000300,\"iat\":1790000061"), ID_TOKEN_NOT_YET},
        {WITH(ISS, SUB, AUD, NONCE, TIMES ",\"nbf\":1790000061"), ID_TOKEN_NOT_YET},
        {WITH(ISS, SUB, AUD, NONCE, "\"exp\":1790003600,\"iat\":1789999341"), ID_TOKEN_GOOD},
        {WITH(ISS, SUB, AUD, NONCE, "\"exp\":1790003600,\"iat\":1789999340"), ID_TOKEN_TOO_OLD},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        expect(judge(rsa, rsa_keys, RSA_HEADER, rows[i].claims, MADE_WITH_SHA256), rows[i].fault,
               rows[i].claims);
    }
}

static void headers_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        enum id_token_fault fault;
    } rows[] = {
        {"{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"JWT\"}", ID_TOKEN_GOOD},
        {"{\"alg\":\"RS256\"}", ID_TOKEN_GOOD}, /* the provider has one key */
        {"{\"alg\":\"RS256\",\"kid\":\"other\"}", ID_TOKEN_KEY},
        {"{\"alg\":\"RS256\",\"kid\":7}", ID_TOKEN_KEY},
        {"{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"at+jwt\"}", ID_TOKEN_HEADER},
        {"{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":7}", ID_TOKEN_HEADER},
        {"{\"alg\":\"RS256\",\"kid\":\"rsa\",\"jku\":\"https://evil.example\"}", ID_TOKEN_HEADER},
        {"{\"alg\":\"RS256\",\"kid\":\"rsa\",\"jwk\":{}}", ID_TOKEN_HEADER},
        {"{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":[\"exp\"]}", ID_TOKEN_HEADER},
        {"{\"alg\":\"RS384\",\"kid\":\"rsa\"}", ID_TOKEN_ALGORITHM},
        {"{\"alg\":\"PS256\",\"kid\":\"rsa\"}", ID_TOKEN_ALGORITHM},
        {"{\"alg\":\"HS256\",\"kid\":\"rsa\"}", ID_TOKEN_ALGORITHM},
        {"{\"alg\":\"none\",\"kid\":\"rsa\"}", ID_TOKEN_ALGORITHM},
        {"{\"alg\":\"rs256\",\"kid\":\"rsa\"}", ID_TOKEN_ALGORITHM},
        {"{\"kid\":\"rsa\"}", ID_TOKEN_ALGORITHM},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        expect(judge(rsa, rsa_keys, rows[i].header, GOOD, MADE_WITH_SHA256), rows[i].fault,
               rows[i].header);
    }
}

static void signatures_are_checked(void **state)
{
    (void)state;
    const struct {
        const struct made_key *key;
        const struct key_set *keys;
        const char *header;
        enum made_signature signature;
        enum id_token_fault fault;
    } rows[] = {
        {p256, p256_keys, "{\"alg\":\"ES256\",\"kid\":\"p256\"}", MADE_WITH_SHA256, ID_TOKEN_GOOD},
        {p384, p384_keys, "{\"alg\":\"ES384\",\"kid\":\"p384\"}", MADE_AS_AGREED, ID_TOKEN_GOOD},
        {p384, p384_keys, "{\"alg\":\"ES256\",\"kid\":\"p384\"}", MADE_WITH_SHA256,
         ID_TOKEN_ALGORITHM},
        {p256, p256_keys, "{\"alg\":\"ES256\",\"kid\":\"p256\"}", MADE_AS_DER, ID_TOKEN_SIGNATURE},
        {p384, p384_keys, "{\"alg\":\"ES384\",\"kid\":\"p384\"}", MADE_WITH_SHA256,
         ID_TOKEN_SIGNATURE},
        {rsa, rsa_keys, RSA_HEADER, MADE_AS_AGREED, ID_TOKEN_SIGNATURE}, /* SHA-384 */
        {rsa, rsa_keys, RSA_HEADER, MADE_WITH_PSS, ID_TOKEN_SIGNATURE},
        {rsa, rsa_keys, RSA_HEADER, MADE_WITH_HMAC, ID_TOKEN_SIGNATURE},
        {rsa, rsa_keys, RSA_HEADER, MADE_EMPTY, ID_TOKEN_MALFORMED},
        {p384, rsa_keys, RSA_HEADER, MADE_AS_AGREED, ID_TOKEN_SIGNATURE}, /* another's key */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        expect(judge(rows[i].key, rows[i].keys, rows[i].header, GOOD, rows[i].signature),
               rows[i].fault, rows[i].header);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_are_checked),
        cmocka_unit_test(headers_are_checked),
        cmocka_unit_test(signatures_are_checked),
    };
    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
